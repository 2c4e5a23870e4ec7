import json as plain_json
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fmsdiag.__main__ import main as program
from fmsdiag.cli.main import main
from fmsdiag.model import Report
from fmsdiag.report import html
from fmsdiag.report.json import encode
from fmsdiag.report.markdown_file import render_file
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.support.plain_text import as_text
from tests.report import samples, transport_samples
from tests.report.test_redact import PLANTED


@pytest.fixture
def saved() -> Report:
    """The report in r.json."""
    report = redact(samples.port_blocked(), identity=Identity())
    Path("r.json").write_bytes(encode(report))
    return report


def test_there_and_back_again(saved: Report, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "r.json", "--to", "html", "--output", "r.html"]) == 0
    assert main(["convert", "r.html", "--to", "json", "--output", "again.json"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["Report written: r.html", "Report written: again.json"]
    assert Path("again.json").read_bytes() == Path("r.json").read_bytes()
    assert open_report("r.html").report == saved


def test_standard_output_is_the_report_alone(
    saved: Report, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for wanted, expected in (
        ("html", html.render(saved)),
        ("md", render_file(saved)),
        ("json", encode(saved).decode()),
    ):
        assert main(["convert", "r.json", "--to", wanted]) == 0
        out, err = capfdbinary.readouterr()
        assert out.decode() == expected
        assert err == b""


def test_what_a_newer_version_added_survives(capsys: pytest.CaptureFixture[str]) -> None:
    document = plain_json.loads(encode(samples.healthy())) | {
        "schema_version": "fmsdiag-report/1.9",
        "new": 1,
    }
    Path("r.json").write_text(plain_json.dumps(document), encoding="utf-8")
    assert main(["convert", "r.json", "--to", "html", "--output", "r.html"]) == 0
    assert main(["convert", "r.html", "--to", "json"]) == 0
    assert plain_json.loads(capsys.readouterr().out) == document


def test_a_newer_format_converts_to_json_only(capsys: pytest.CaptureFixture[str]) -> None:
    Path("r.json").write_text('{"schema_version": "fmsdiag-report/2.0", "new": 1}', encoding="utf-8")
    assert main(["convert", "r.json", "--to", "json"]) == 0
    assert plain_json.loads(capsys.readouterr().out)["new"] == 1
    assert main(["convert", "r.json", "--to", "md"]) == 3
    assert "It can be converted only to JSON." in capsys.readouterr().err


@pytest.mark.parametrize("path", ["missing/r.html", ".", "a\0b"])
def test_a_path_that_cannot_be_written(saved: Report, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "r.json", "--to", "html", "--output", path]) == 3
    assert "--output: cannot write" in capsys.readouterr().err


def test_no_report_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "missing.json", "--to", "html", "--output", "r.html"]) == 3
    assert "missing.json: This file cannot be opened" in capsys.readouterr().err
    assert not Path("r.html").exists()


def test_text_is_the_one_that_support_gets(saved: Report) -> None:
    assert main(["convert", "r.json", "--output", "r.txt"]) == 0
    assert Path("r.txt").read_text(encoding="utf-8") == as_text(saved)


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("r.pdf", b"%PDF-"),
        ("r.png", b"\x89PNG"),
        ("r.HTML", b"<!DOCTYPE html>"),
        ("r.markdown", b"## fmsdiag"),
        ("r.fmsdiag-report", b"{"),
    ],
)
def test_the_suffix_names_the_format(saved: Report, name: str, begin: bytes, qapp: QApplication) -> None:
    assert program(["convert", "r.json", "--output", name]) == 0
    assert Path(name).read_bytes().startswith(begin)


@pytest.mark.parametrize("arguments", [[], ["--output", "r.doc"], ["--output", "r"]])
def test_a_format_that_is_not_named_is_asked_for(
    saved: Report, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "r.json", *arguments]) == 3
    assert "required: --to, or --output with one of the suffixes .html" in capsys.readouterr().err


def test_a_missing_qt_is_named_with_its_remedy(
    saved: Report, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fmsdiag.gui.paper_conversion", None)
    assert program(["convert", "r.json", "--to", "pdf", "--output", "r.pdf"]) == 3
    err = " ".join(capsys.readouterr().err.split())
    assert "fmsdiag: cannot draw the report: import of fmsdiag.gui.paper_conversion halted" in err
    assert "Install what is missing with: " in err
    assert main(["convert", "r.json", "--to", "pdf", "--output", "r.pdf"]) == 3
    assert "--to pdf: this program was built without the parts of Qt" in capsys.readouterr().err
    assert not Path("r.pdf").exists()


@pytest.mark.parametrize("wanted", ["txt", "md", "html"])
@pytest.mark.parametrize("make", [transport_samples.proxied, transport_samples.published])
def test_no_planted_secret_is_in_a_format(make: Callable[[], Report], wanted: str) -> None:
    Path("r.json").write_bytes(encode(redact(make(), identity=Identity())))
    assert main(["convert", "r.json", "--to", wanted, "--output", "out"]) == 0
    shown = Path("out").read_text(encoding="utf-8")
    assert [secret for secret in PLANTED if secret in shown] == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_a_pdf_is_drawn_without_a_display() -> None:
    """By a program of its own, as users start it: no display, no application yet."""
    Path("r.json").write_bytes(encode(redact(samples.port_blocked(), identity=Identity())))
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    command = [sys.executable, "-m", "fmsdiag", "convert", "r.json", "--output", "r.pdf"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=55)
    assert (done.returncode, done.stderr) == (0, "Report written: r.pdf\n")
    told = subprocess.run(["pdftotext", "r.pdf", "-"], capture_output=True, text=True, check=True, timeout=30)
    assert "Port 1935 is blocked" in unicodedata.normalize("NFKC", " ".join(told.stdout.split()))
