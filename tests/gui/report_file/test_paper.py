"""A report on at most two sheets of A4, as PDF and as a picture: read back by a program of others."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.report_file.paper import MOST_SHEETS, PAPER, PAPER_FILES, pdf_of, png_of
from fmsdiag.gui.theme.theme import LIGHT
from fmsdiag.model import Report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.view import ReportView
from tests.report import samples, transport_samples
from tests.report.hostile import hostile, hostile_values
from tests.report.test_redact import PLANTED

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
NAMES = (
    "healthy",
    "port-dropped",
    "hotel",
    "proxy-required",
    "no-such-application",
    "frozen",
    "transparent-proxy",
)


def squeezed(text: str) -> str:
    """Without spaces, which a PDF does not have where lines end, and without ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def read_back(data: bytes, folder: Path) -> list[str]:
    """The text of each page."""
    (folder / "r.pdf").write_bytes(data)
    command = ["pdftotext", "-raw", str(folder / "r.pdf"), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return [squeezed(page) for page in done.stdout.split("\f")[:-1]]


@needs_poppler
@pytest.mark.parametrize("name", NAMES)
def test_headline_cause_and_request_are_on_the_first_sheet(
    name: str, qapp: QApplication, tmp_path: Path
) -> None:
    report = redact(samples.recorded(name), identity=Identity())
    pages, view = read_back(pdf_of(report), tmp_path), ReportView(report)
    assert len(pages) == MOST_SHEETS
    wanted = [view.headline, view.mark.word, *filter(None, view.request)]
    wanted += [view.finding.cause] if view.finding is not None else []
    assert [words for words in wanted if squeezed(words) not in pages[0]] == []
    assert "Page1of2" in pages[0]
    assert "Timeline" in pages[1]


@needs_poppler
def test_what_is_left_out_is_said(qapp: QApplication, tmp_path: Path) -> None:
    pages = read_back(pdf_of(samples.recorded("port-dropped")), tmp_path)
    assert squeezed("The rest of the report is in its web page") in pages[-1]


@needs_poppler
@pytest.mark.parametrize(
    "make", [transport_samples.proxied, transport_samples.published, samples.port_blocked]
)
def test_no_planted_secret_is_on_paper(
    make: Callable[[], Report], qapp: QApplication, tmp_path: Path
) -> None:
    shown = "".join(read_back(pdf_of(redact(make(), identity=Identity())), tmp_path))
    assert [secret for secret in PLANTED if squeezed(secret) in shown] == []


@pytest.mark.parametrize("make", [hostile, hostile_values])
def test_a_hostile_report_has_two_sheets_as_well(make: Callable[[], Report], qapp: QApplication) -> None:
    for kind in PAPER_FILES.values():
        assert len(kind(make())) < 5_000_000


def test_a_text_without_end_stays_on_two_sheets(qapp: QApplication, tmp_path: Path) -> None:
    report = samples.port_blocked()
    finding = msgspec.structs.replace(report.findings[0], explanation=report.findings[0].headline)
    many = msgspec.structs.replace(report, findings=(finding,) * 200)
    image = QImage.fromData(png_of(many))
    assert image.height() == 2 * MOST_SHEETS * PAPER.height()


def test_the_picture_has_both_sheets_in_the_pages_colors(qapp: QApplication) -> None:
    image = QImage.fromData(png_of(samples.port_blocked()))
    assert (image.width(), image.height()) == (2 * PAPER.width(), 2 * MOST_SHEETS * PAPER.height())
    first = {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 7) for y in range(0, PAPER.height(), 7)
    }
    assert {LIGHT.warn, LIGHT.raised} <= first


@pytest.mark.parametrize("kind", PAPER_FILES)
def test_nothing_was_tried(kind: str, qapp: QApplication) -> None:
    assert PAPER_FILES[kind](msgspec.structs.replace(samples.healthy(), attempts=(), findings=()))
