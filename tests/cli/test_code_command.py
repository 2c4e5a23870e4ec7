import json
import os
import shutil
from pathlib import Path

import pytest

from fmsdiag.cli.main import main
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from fmsdiag.report import html
from fmsdiag.report.json import encode
from fmsdiag.report.verdict_code.packed import START, packed_text
from tests.cli.pseudo_locales import unmarked
from tests.report import samples

CODE = "44RB-R0R-H60-008C"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "a report.json"
    path.write_bytes(encode(samples.port_blocked()))
    return path


def test_a_report_s_code_stands_alone_on_the_first_line(report: Path, capsys: Capture) -> None:
    assert main(["code", str(report)]) == 0
    first, *told = capsys.readouterr().out.splitlines()
    assert first == CODE
    assert told[0] == "Result: Connected using a fallback"
    assert "Cause: port-blocked" in told
    assert "Confidence: Likely" in told
    assert "  RTMP on port 1935: No answer" in told


def test_a_page_has_the_same_code(tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "report.html"
    page.write_text(html.render(samples.port_blocked()), encoding="utf-8")
    assert main(["code", str(page)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == CODE
    assert CODE in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("typed", [[CODE], [CODE.lower()], CODE.split("-"), ["44rbror h60 oo8c"]])
def test_a_code_is_told_however_it_is_typed(typed: list[str], report: Path, capsys: Capture) -> None:
    assert main(["code", *typed]) == 0
    told = capsys.readouterr().out
    assert main(["code", str(report)]) == 0
    assert capsys.readouterr().out == f"{CODE}\n{told}"


def test_a_file_of_that_name_goes_before_the_code(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(report.parent)
    shutil.copy(report, "0000-000-000-0000")
    assert main(["code", "0000-000-000-0000"]) == 0
    assert capsys.readouterr().out.startswith(CODE)


def test_the_text_of_a_qr_code_is_told(capsys: Capture) -> None:
    assert main(["code", packed_text(samples.port_blocked())]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Server: media.example.com\n")
    assert "Cause: port-blocked\n" in told


@pytest.mark.parametrize(("name", "begins"), [("qr.png", b"\x89PNG"), ("qr.SVG", b"<svg xmlns=")])
def test_a_qr_code_is_drawn(name: str, begins: bytes, report: Path, capsys: Capture) -> None:
    path = report.parent / name
    assert main(["code", str(report), "--qr", str(path)]) == 0
    assert path.read_bytes().startswith(begins)
    seen = capsys.readouterr()
    assert seen.out.startswith(f"{CODE}\n")
    assert seen.err == f"QR code written: {path}\n"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("44RB-R0R", "A code has 14 characters; this one is too short: it has 7."),
        ("44RB-R0R-H60-008U", "“U” cannot be in a code"),
        ("44RB-R0R-H60-008D", "One of its characters was misheard"),
        ("missing.json", "there is no file of that name"),
        ("reports/one", "there is no file of that name"),
        (f"{START}ABCD", "This text of a QR code is damaged or not complete. Scan the code again."),
        ("\x1b[2J\x00", "cannot be in a code"),
        ("", "A code has 14 characters"),
        ("4" * 10_000_000, "too long"),
        (START + "A" * 10_000_000, "too long"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_neither_is_told_why(typed: str, reason: str, capsys: Capture) -> None:
    assert main(["code", typed]) == 3
    seen = capsys.readouterr()
    assert seen.out == ""
    assert reason in seen.err
    assert len(seen.err) < 400
    assert "\x1b" not in seen.err


def test_a_file_that_is_no_report(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert main(["code", str(tmp_path / "x.json")]) == 3
    assert main(["code", str(tmp_path)]) == 3
    assert "not an fmsdiag report" in capsys.readouterr().err


def test_a_report_of_a_newer_major_version_has_no_code(report: Path, capsys: Capture) -> None:
    document = json.loads(report.read_bytes())
    report.write_text(json.dumps({**document, "schema_version": "fmsdiag-report/2.0"}), encoding="utf-8")
    assert main(["code", str(report)]) == 3
    assert "This version can make no code of it." in capsys.readouterr().err


def test_a_qr_code_needs_a_report_a_format_and_a_place(report: Path, capsys: Capture) -> None:
    assert main(["code", CODE, "--qr", "x.png"]) == 3
    assert "--qr needs a report" in capsys.readouterr().err
    assert main(["code", str(report), "--qr", "x.gif"]) == 3
    assert "ends with .png or .svg" in capsys.readouterr().err
    assert main(["code", str(report), "--qr", os.path.join(report.parent, "none", "x.png")]) == 3
    assert "--qr: cannot write" in capsys.readouterr().err


def test_it_is_translated(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("FMSDIAG_LANGUAGE", "en-XA")
    monkeypatch.setenv("COLUMNS", "3000")
    try:
        assert main(["code", CODE]) == 0
        assert unmarked(capsys.readouterr().out) == []
    finally:
        use_language(ENGLISH)
