import msgspec
import pytest

from fmsdiag.cli.verdict_card import cause_line, print_verdict
from fmsdiag.model import EvidenceLine, Report, RuleError
from tests.cli.replays import console_on_paper
from tests.report import samples


def card(report: Report, width: int = 80) -> str:
    console, paper = console_on_paper(width)
    print_verdict(report, console)
    return paper.getvalue()


def test_the_reason_comes_first_then_the_proof_then_who_does_what() -> None:
    text = card(samples.port_blocked())
    order = [
        "▲ Connected by fallback: Port 1935 gives no answer, but port 80 connects",
        "Cause: port-blocked. Likely: port 80 of the same address answers",
        "What we saw",
        "• Port 1935 gave no answer for 5.0 s. [1.tcp]",
        "What this rules out",
        "Who does what",
        "• You: Send this report",
        "• Your network administrator:",
        "• Server operator:",
        "Firewall request, to copy",
        "This would connect",
        "Also contacted",
    ]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


def test_the_firewall_request_is_not_indented() -> None:
    lines = card(samples.port_blocked(), 200).splitlines()
    assert (
        "Please allow outbound TCP from [client network] to media.example.com (203.0.113.10) port 1935."
        in lines
    )


def test_nothing_wrong_is_said_only_of_a_connection() -> None:
    assert "Nothing is wrong." in card(samples.healthy())
    assert "This server does not offer RTMPS on port 443." in card(samples.healthy())
    assert "Nothing is wrong." not in card(samples.stopped())


def test_a_rejection_is_not_called_a_failed_connection() -> None:
    text = card(samples.rejected())
    assert text.strip().startswith("⊘ Rejected by server: The server does not know the application")
    assert "Your network is fine" in text
    assert "failed" not in text.lower()


def test_a_fault_of_fmsdiag_accuses_nobody() -> None:
    report = msgspec.structs.replace(samples.healthy(), rule_errors=(RuleError("port-blocked", "KeyError"),))
    text = " ".join(card(report).split())
    assert (
        "A fault of fmsdiag: port-blocked could not be judged. This says nothing about your network." in text
    )


def test_a_fault_of_fmsdiag_names_its_place() -> None:
    fault = RuleError("port-blocked", "KeyError", "diagnosis/engine.py:41")
    text = " ".join(card(msgspec.structs.replace(samples.healthy(), rule_errors=(fault,))).split())
    assert "port-blocked (diagnosis/engine.py:41) could not be judged." in text


def test_further_findings_counter_evidence_and_the_deciding_test() -> None:
    report = samples.port_blocked()
    first = msgspec.structs.replace(
        report.findings[0],
        counter_evidence=(EvidenceLine("It worked once."),),
        decisive_test="Try another network.",
    )
    text = card(msgspec.structs.replace(report, findings=(first, samples.rejected().findings[0])))
    assert "What speaks against it" in text
    assert "Try another network." in text
    assert "(app-not-found, confirmed)" in " ".join(text.split())


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("make", [samples.healthy, samples.port_blocked, samples.rejected, samples.stopped])
def test_no_line_is_wider_than_the_terminal(make: object, width: int) -> None:
    text = card(make(), width)  # type: ignore[operator]
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width


def test_hostile_words_of_a_server_stay_words() -> None:
    report = samples.rejected()
    words = "\x1b]0;owned\x07\u202e [bold]x[/bold]"
    finding = msgspec.structs.replace(
        report.findings[0],
        explanation=words,
        evidence=(EvidenceLine(words, words),),
        advice=msgspec.structs.replace(report.findings[0].advice, user=words, firewall_request=words),
    )
    text = card(msgspec.structs.replace(report, findings=(finding,)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("\\x1b]0;owned\\x07\\u202e [bold]x[/bold]") >= 4


def test_cause_line() -> None:
    assert cause_line(samples.port_blocked()) == "port-blocked, likely"
    assert cause_line(samples.healthy()) == "none"


def test_players_and_what_to_enter_in_them() -> None:
    text = card(samples.port_blocked(), 200)
    assert "• Enter this address in the player." in text
    assert "• Flash Player (1935, 80): connects by RTMP 80 after 5.1 s; 5.0 s of it in silence" in text
    assert "• Encoder: does not connect; it tries RTMP on port 1935 only" in text
    assert "What players" not in card(samples.stopped())
