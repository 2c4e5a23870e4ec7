from pathlib import Path

import pytest

from fmsdiag.cli.main import main
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
    assert "a player would have connected here" in out
    assert "Cause: port-blocked." in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot open r.json: No such file or directory"),
        (b"<html>", "r.json: This file is not a report of fmsdiag"),
        (b'{"schema_version": "fmsdiag-report/9.0"}', "this fmsdiag reads fmsdiag-report/1.0"),
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
