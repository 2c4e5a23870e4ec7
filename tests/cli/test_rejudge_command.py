from __future__ import annotations

import json as plain_json
from pathlib import Path

import msgspec
import pytest

from fmsdiag.cli.main import main
from fmsdiag.model import Prepared, Redaction, Report, VerdictStatus
from fmsdiag.report.json import encode
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.hostile import SEEN, hostile, hostile_values


def saved(report: Report, name: str = "r.json") -> None:
    Path(name).write_bytes(encode(redact(report, identity=Identity())))


def old(name: str = "port-dropped") -> Report:
    """A report whose rules knew less: the run is real, what it says of it is not what today's rules say."""
    report = samples.recorded(name)
    said = msgspec.structs.replace(
        report.verdict,
        status=VerdictStatus.UNREACHABLE,
        cause="server-down",
        headline=plain("The server does not answer."),
    )
    return msgspec.structs.replace(report, verdict=said, findings=())


def test_both_verdicts_are_printed_where_they_differ(capsys: pytest.CaptureFixture[str]) -> None:
    saved(old())
    assert main(["rejudge", "r.json"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "The report said (fmsdiag 0.1.0): Not connected. The server does not answer. Cause: server-down."
        in out
    )
    assert "Today's rules say (fmsdiag 0.1.0): Connected using a fallback." in out
    assert "Cause: port-blocked. Confirmed" in out
    assert "This report hides local addresses." in out


def test_a_strict_profiles_report_lacks_what_some_rules_need(capsys: pytest.CaptureFixture[str]) -> None:
    """Such a report has no headers and pages of HTTP, by which the sign-in page of a network is known."""
    prepared = Prepared("Example", "0123456789abcdef", (), Redaction.STRICT)
    saved(msgspec.structs.replace(samples.recorded("hotel"), prepared=prepared))
    assert main(["rejudge", "r.json"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Cause: captive-portal." in out
    assert "This report hides local addresses, this computer's network settings, and the contents of" in out
    assert "This report hides local addresses. Rules" not in out


def test_that_they_agree_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    saved(samples.recorded("port-dropped"))
    assert main(["rejudge", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "come to the same result" in out
    assert "The report said" not in out
    assert out.count("Cause: port-blocked") == 1


def test_a_test_that_the_run_did_not_make_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    report = samples.recorded("port-dropped")
    saved(msgspec.structs.replace(report, attempts=tuple(a for a in report.attempts if a.experiment is None)))
    assert main(["rejudge", "r.json"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Tests that today's rules would also make" in out
    assert "(for port-blocked). Shows " in out


def test_json_has_both_verdicts_and_opens_again(capsys: pytest.CaptureFixture[str]) -> None:
    saved(old())
    assert main(["rejudge", "r.json", "--json", "new.json"]) == 0
    new = open_report("new.json").report
    assert new is not None
    assert new.rejudged is not None
    assert new.rejudged.verdict.cause == "server-down"
    assert [f.cause for f in new.findings] == ["port-blocked"]
    capsys.readouterr()
    assert main(["show", "new.json"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "The report first said: The server does not answer. (cause server-down)" in shown


def test_json_on_standard_output_is_alone(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    saved(old())
    assert main(["rejudge", "r.json", "--json", "-"]) == 0
    out, err = capfdbinary.readouterr()
    assert plain_json.loads(out)["rejudged"]["verdict"]["cause"] == "server-down"
    assert b"Today's rules say" in err


def test_what_a_newer_version_added_survives(capsys: pytest.CaptureFixture[str]) -> None:
    document = plain_json.loads(encode(samples.healthy())) | {
        "schema_version": "fmsdiag-report/1.9",
        "new": 1,
    }
    Path("r.json").write_text(plain_json.dumps(document), encoding="utf-8")
    assert main(["rejudge", "r.json", "--json", "-"]) == 0
    assert plain_json.loads(capsys.readouterr().out)["new"] == 1


def test_a_proxy_that_is_hidden_stays_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    saved(msgspec.structs.replace(old("proxy-required")))
    assert main(["rejudge", "r.json", "--json", "new.json"]) == 0
    new = open_report("new.json").report
    assert new is not None
    assert new.recommendation is not None
    assert new.recommendation.proxy is not None
    assert new.recommendation.proxy.hidden


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "r.json: This file cannot be opened: No such file or directory"),
        (b"{}", "r.json: This file is not an fmsdiag report"),
        (encode(samples.healthy())[:500], "r.json: This file is not an fmsdiag report: it is not JSON"),
        (
            b'{"schema_version": "fmsdiag-report/2.0"}',
            "r.json: This report has the format fmsdiag-report/2.0; this fmsdiag reads fmsdiag-report/1.0.",
        ),
    ],
)
def test_what_cannot_be_judged_says_why(
    content: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        Path("r.json").write_bytes(content)
    assert main(["rejudge", "r.json"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


@pytest.mark.parametrize("report", [hostile(), hostile_values()])
def test_a_hostile_report_cannot_reach_the_terminal(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("r.json").write_bytes(encode(report))
    assert main(["rejudge", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert SEEN.split("\\u202e", maxsplit=1)[0] in out


def test_a_path_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    saved(samples.healthy())
    assert main(["rejudge", "r.json", "--json", "missing/new.json"]) == 3
    assert "--json: cannot write missing/new.json" in capsys.readouterr().err
