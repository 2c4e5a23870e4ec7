from collections.abc import Callable, Iterator

import msgspec
import pytest

from fmsdiag.cli.verdict_card import MAX_NOTES, cause_line, print_verdict
from fmsdiag.messages.reader import language_of, say, use_language
from fmsdiag.model import Action, Advice, EvidenceLine, Note, Report, RuleError, Step, Undecided
from fmsdiag.report.request_text import RequestTexts, request_lines
from fmsdiag.report.view import ReportView, ViewTexts
from tests.cli.pseudo_locales import escaped_marks, unmarked
from tests.cli.replays import console_on_paper
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.path_samples import two_places

Make = Callable[[], Report]
UNDECIDED = Undecided(
    (EvidenceLine(plain("It was silent.")),),
    plain("Try another network."),
    Advice(user=(Step(plain("Run it again."), Action.RUN_AGAIN),)),
)


def card(report: Report, width: int = 80) -> str:
    console, paper = console_on_paper(width)
    print_verdict(report, console)
    return paper.getvalue()


def words_of(report: Report, width: int = 80) -> str:
    return " ".join(card(report, width).split())


@pytest.fixture
def language() -> Iterator[Callable[[str], None]]:
    yield lambda code: use_language(language_of({"FMSDIAG_LANGUAGE": code}))
    use_language(language_of({"FMSDIAG_LANGUAGE": "en"}))


def test_the_reason_comes_first_then_the_proof_then_who_does_what() -> None:
    text = card(samples.recorded("port-dropped"), 200)
    order = [
        "▲ Connected using a fallback. Port 1935 is blocked by a firewall in your network.",
        "Cause: port-blocked. Confirmed. ",
        say(ViewTexts.WHAT_WE_SAW),
        "• Port 1935: no answer after 5.0 s. [1.tcp]",
        say(ViewTexts.RULES_OUT),
        say(ViewTexts.WHO_DOES_WHAT),
        "  You\n    1. Send the request to the person who runs this network.",
        "    2. Until then, use rtmps://",
        "  Your network administrator\n    1. Allow outgoing TCP port 1935",
        "  Server operator\n    1. ",
        "\n".join((say(ViewTexts.REQUEST), say(RequestTexts.OPEN_PORTS))),
        say(ViewTexts.RECOMMENDED),
        say(ViewTexts.PLAYERS),
        say(ViewTexts.NOTES),
        say(ViewTexts.CONTACTS),
        say(ViewTexts.HIDDEN),
    ]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)


@pytest.mark.parametrize("name", samples.RECORDED)
def test_all_parts_of_the_view_are_there(name: str) -> None:
    report = samples.recorded(name)
    view, text = ReportView(report), words_of(report)
    parts = [view.headline, *(line.text for line in view.seen), *view.contacts, *view.hidden]
    parts += [step.text for reader in view.readers for step in reader.steps]
    parts += [row.line for row in view.players]
    parts += [line.text for line in view.notes[:MAX_NOTES]]
    if view.recommendation is not None:
        parts += [view.recommendation.url, *view.recommendation.lines]
    for finding in view.findings[:1]:
        parts += [finding.explanation, finding.confidence_line, *finding.rules_out, *finding.explains]
        parts += [*(line.text for line in finding.against), *finding.request, finding.decides]
    parts += [finding.headline for finding in view.findings[1:]]
    assert [part for part in parts if " ".join(part.split()) not in text] == []


@pytest.mark.parametrize("name", samples.RECORDED)
def test_no_step_names_a_button(name: str) -> None:
    text = card(samples.recorded(name))
    assert "Press " not in text
    assert "Copy Request" not in text


def test_the_request_can_be_copied_as_it_is() -> None:
    report = samples.recorded("port-dropped")
    request = request_lines(report.findings[0].request)
    lines = card(report, 40).splitlines()
    start = lines.index(say(ViewTexts.REQUEST)) + 1
    assert lines[start : start + len(request)] == request


def test_what_stays_open_has_its_test_and_its_steps() -> None:
    report = samples.report((samples.silent(1, samples.endpoint(), 0.0),), findings=())
    verdict = msgspec.structs.replace(report.verdict, undecided=UNDECIDED)
    text = card(msgspec.structs.replace(report, findings=(), verdict=verdict))
    assert f"{say(ViewTexts.WHAT_WE_SAW)}\n  • It was silent.\n" in text
    assert f"{say(ViewTexts.DECIDES)}\n  • Try another network.\n" in text
    assert "  You\n    1. Run it again.\n" in text


def test_a_run_without_problems_says_so() -> None:
    text = card(samples.recorded("healthy"), 200)
    assert text.startswith("\n✓ Connected. ")
    assert "No problems found." in text
    assert say(ViewTexts.WHO_DOES_WHAT) not in text
    assert say(ViewTexts.REQUEST) not in text


def test_a_bug_of_fmsdiag_accuses_no_network_and_names_its_place() -> None:
    fault = RuleError("port-blocked", "KeyError", "diagnosis/engine.py:41")
    text = words_of(msgspec.structs.replace(samples.healthy(), rule_errors=(fault,)))
    where = "diagnosis/engine.py:41"
    assert say(ViewTexts.RULE_ERROR, cause="port-blocked", where=where) in text


def test_what_has_no_room_is_counted() -> None:
    notes = tuple(Note(plain(f"Note {number}.")) for number in range(MAX_NOTES + 3))
    text = card(msgspec.structs.replace(samples.healthy(), notes=notes))
    assert f"• Note {MAX_NOTES - 1}." in text
    assert f"Note {MAX_NOTES}." not in text
    assert "• 3 more left out" in text


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("make", [samples.healthy, samples.port_blocked, samples.rejected, samples.stopped])
def test_no_line_is_wider_than_the_terminal_but_the_request_s(make: Make, width: int) -> None:
    report = make()
    request = {line for finding in report.findings for line in request_lines(finding.request)}
    lines = [line for line in card(report, width).splitlines() if line not in request]
    assert max(len(line) for line in lines) <= width
    assert all(line == line.rstrip() for line in lines)


def test_hostile_words_of_a_server_stay_words() -> None:
    report = samples.rejected()
    words = "\x1b]0;owned\x07\u202e [bold]x[/bold]"
    finding = msgspec.structs.replace(
        report.findings[0],
        explanation=plain(words),
        evidence=(EvidenceLine(plain(words), words),),
        advice=Advice(user=(Step(plain(words)),)),
        rules_out=(plain(words),),
    )
    text = card(msgspec.structs.replace(report, findings=(finding,)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("\\x1b]0;owned\\x07\\u202e [bold]x[/bold]") >= 4


def test_cause_line() -> None:
    assert cause_line(samples.recorded("port-dropped")) == "port-blocked, Confirmed"
    assert cause_line(samples.healthy()) == "none"


@pytest.mark.parametrize("name", samples.RECORDED)
def test_every_line_is_translated(name: str, language: Callable[[str], None]) -> None:
    language("en-XA")
    assert unmarked(card(samples.recorded(name), 2000)) == []


@pytest.mark.parametrize("name", ["port-dropped", "proxy-required", "expired"])
def test_values_keep_their_direction_where_text_runs_from_right_to_left(
    name: str, language: Callable[[str], None]
) -> None:
    language("ar-XB")
    text = card(samples.recorded(name), 2000)
    assert text.count("\u2068") == text.count("\u2069") > 10
    assert escaped_marks(text) == []


def test_where_something_ends_on_the_path_is_a_line(language: Callable[[str], None]) -> None:
    text = card(two_places(), 200)
    assert "Network path\n  • This computer ✓ 10.66.0.1 ✗ RTMP on port 1935 is reset here\n" in text
    assert "Network path\n" not in card(samples.healthy(), 200)
    language("en-XA")
    assert unmarked(card(two_places(), 2000)) == []
    language("ar-XB")
    mirrored = card(two_places(), 2000)
    assert mirrored.count("\u2068") == mirrored.count("\u2069") > 10
