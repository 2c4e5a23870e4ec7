from pathlib import Path

import pytest

from fmsdiag.cli.main import main
from fmsdiag.report import html
from fmsdiag.report.json import encode
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples


def test_a_saved_report_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Path("r.json").write_bytes(encode(redact(samples.port_blocked(), identity=Identity())))
    assert main(["show", "r.json"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith(
        "Report ab12cd34ef56 about media.example.com, application live Made 2026-05-12 12:02:33 UTC"
    )
    assert "Hidden in it: local addresses" in out
    assert "a player would have stopped here" in out
    assert "Cause: port-blocked." in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "r.json: This file cannot be opened: No such file or directory"),
        (b"<html>", "r.json: This page holds no report of fmsdiag"),
        (b"{}", "r.json: This file is not a report of fmsdiag"),
        (b'{"schema_version": "fmsdiag-report/0.1"}', "this fmsdiag reads fmsdiag-report/1.0"),
    ],
)
def test_what_is_no_report_says_so(
    content: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        Path("r.json").write_bytes(content)
    assert main(["show", "r.json"]) == 3
    assert message in capsys.readouterr().err


def test_a_hostile_report_cannot_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    data = encode(samples.rejected()).replace(b"network is fine", b"\\u001b[2J\\u202enetwork")
    Path("r.json").write_bytes(data)
    assert main(["show", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b[2J\\u202e" in out


def test_a_page_shows_the_same_as_its_json(capsys: pytest.CaptureFixture[str]) -> None:
    report = redact(samples.rejected(), identity=Identity())
    Path("r.json").write_bytes(encode(report))
    Path("r.html").write_text(html.render(report), encoding="utf-8")
    shown = [(main(["show", name]), capsys.readouterr().out) for name in ("r.json", "r.html")]
    assert shown[0] == shown[1]
    assert shown[0][0] == 0


def test_a_newer_format_is_shown_as_raw_data(capsys: pytest.CaptureFixture[str]) -> None:
    Path("r.json").write_bytes(b'{"schema_version": "fmsdiag-report/9.0", "said": "\\u001b[2J", "new": [1]}')
    assert main(["show", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "this fmsdiag reads fmsdiag-report/1.0" in " ".join(out.split())
    assert '"new": [' in out
    assert "\x1b" not in out
