from pathlib import Path

import msgspec
import pytest

from fmsdiag.cli import show_command
from fmsdiag.cli.main import main
from fmsdiag.journal.folder import new_path
from fmsdiag.journal.lines import Ended
from fmsdiag.journal.lines import encode as encode_line
from fmsdiag.report import html
from fmsdiag.report.json import encode
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.waterfall import player_note
from tests.diagnosis.findings import plain
from tests.report import samples


@pytest.mark.parametrize("name", ["r.json", "r.fmsdiag-report"])
def test_a_saved_report_is_printed_whole(capsys: pytest.CaptureFixture[str], name: str) -> None:
    Path(name).write_bytes(encode(redact(samples.port_blocked(), identity=Identity())))
    assert main(["show", name]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert out.startswith(
        "Report ab12cd34ef56 about media.example.com, application live Made 12 May 2026 12:02 UTC on Windows 11"
    )
    assert "Hidden in this report • local addresses" in out
    assert player_note() in out
    assert f"Cause: {samples.port_blocked().findings[0].cause}." in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "r.json: This file cannot be opened: No such file or directory"),
        (b"<html>", "r.json: This page contains no fmsdiag report"),
        (b"{}", "r.json: This file is not an fmsdiag report"),
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
    verdict = msgspec.structs.replace(samples.rejected().verdict, headline=plain("\x1b[2J\u202enetwork"))
    Path("r.json").write_bytes(encode(msgspec.structs.replace(samples.rejected(), verdict=verdict)))
    assert main(["show", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b[2J\\u202e" in out


def test_secrets_of_a_report_from_elsewhere_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    verdict = msgspec.structs.replace(
        samples.rejected().verdict, headline=plain("Sent token=s3cr3tV4lue to http://bob:pw@h/.")
    )
    Path("r.json").write_bytes(encode(msgspec.structs.replace(samples.rejected(), verdict=verdict)))
    assert main(["show", "r.json"]) == 0
    out = capsys.readouterr().out
    assert "s3cr3tV4lue" not in out
    assert "bob:pw" not in out


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


def test_the_last_run_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FMSDIAG_JOURNAL", str(tmp_path))
    assert main(["show", "--last"]) == 3
    assert capsys.readouterr().err == "fmsdiag: no test is on record\n"
    new_path(tmp_path, "x").write_bytes(encode_line(Ended(samples.port_blocked())))
    assert main(["show", "--last"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Report ab12cd34ef56 about media.example.com")
    new_path(tmp_path, "y").write_bytes(b"\0" * 9)
    assert main(["show", "--last"]) == 0
    said = capsys.readouterr()
    assert said.out == out
    assert said.err.startswith(
        "fmsdiag: The record of a test is damaged and cannot be opened. It was kept as "
    )


def test_without_a_journal_there_is_no_last_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FMSDIAG_JOURNAL", "none")
    assert main(["show", "--last"]) == 3
    assert "FMSDIAG_JOURNAL is none" in capsys.readouterr().err


def test_a_folder_that_cannot_be_read_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbidden(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("FMSDIAG_JOURNAL", "j")
    monkeypatch.setattr(show_command, "last_run", forbidden)
    assert main(["show", "--last"]) == 3
    assert capsys.readouterr().err.endswith("j: Permission denied\n")


def test_a_file_or_the_last_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show"]) == 3
    assert capsys.readouterr().err.endswith("required: one of FILE and --last\n")
    assert main(["show", "r.json", "--last"]) == 3
    assert "cannot be used together" in capsys.readouterr().err
