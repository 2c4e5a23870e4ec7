"""The printed report: what the page shows first, black on white; nothing of HTML obeyed, nothing beside the sheet."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.report_file.printing import print_report, printed
from fmsdiag.gui.theme.palette import apply_theme
from fmsdiag.gui.theme.theme import DARK, LIGHT
from fmsdiag.messages.reader import say
from fmsdiag.model import Report, Target
from fmsdiag.report.page_texts import PageTexts
from fmsdiag.report.redact import redact
from fmsdiag.report.view import ReportView, ViewTexts
from tests.gui.rich_reports import LONG_WORD
from tests.report import samples, transport_samples
from tests.report.hostile import hostile
from tests.report.path_samples import two_places

SHEET = QSizeF(642, 971)
"""Pixels of A4 without its margins, at 96 dots per inch."""


def on_sheets(report: Report) -> QTextDocument:
    document = printed(report)
    document.setPageSize(SHEET)
    return document


def sheet(document: QTextDocument, number: int) -> QImage:
    image = QImage(SHEET.toSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.translate(0, -number * SHEET.height())
    document.drawContents(painter)
    painter.end()
    return image


def colors(image: QImage) -> set[str]:
    columns, rows = range(0, image.width(), 3), range(0, image.height(), 3)
    return {image.pixelColor(x, y).name() for x in columns for y in rows}


def widest(document: QTextDocument) -> float:
    """Where the longest line ends."""
    found, block, layout = 0.0, document.begin(), document.documentLayout()
    while block.isValid():
        place = layout.blockBoundingRect(block)
        lines = block.layout()
        for number in range(lines.lineCount()):
            found = max(found, place.left() + lines.lineAt(number).naturalTextRect().right())
        block = block.next()
    return found


def test_the_document_has_the_words(qapp: QApplication) -> None:
    target = Target("media.example.com", "<b>live</b><script>x</script>", stream=samples.STREAM_KEY)
    text = printed(msgspec.structs.replace(samples.port_blocked(), target=target)).toPlainText()
    assert "Port 1935 is blocked" in text
    assert "<script>" in text
    assert samples.STREAM_KEY not in text


def test_all_of_the_summary_is_there(qapp: QApplication) -> None:
    report = samples.port_blocked()
    view, text = ReportView(redact(report)), " ".join(printed(report).toPlainText().split())
    assert view.finding is not None
    wanted = [view.mark.word, view.headline, view.paragraph, view.finding.confidence_line]
    wanted += [step.text for reader in view.readers for step in reader.steps]
    wanted += [line for line in view.request if line]
    wanted += [line.text for line in (*view.seen, *view.notes)]
    wanted += [row.players for row in view.players]
    titles = [
        PageTexts.TIMELINE,
        PageTexts.EVIDENCE,
        PageTexts.TARGET,
        PageTexts.ENVIRONMENT,
        ViewTexts.HIDDEN,
    ]
    wanted += [say(title) for title in titles]
    assert [words for words in wanted if " ".join(words.split()) not in text] == []


@pytest.mark.parametrize(
    "make",
    [samples.port_blocked, samples.healthy, transport_samples.proxied, hostile],
    ids=lambda m: m.__name__,
)
def test_no_line_leaves_the_sheet(qapp: QApplication, make: Callable[[], Report]) -> None:
    assert widest(on_sheets(make())) <= SHEET.width()


def test_the_request_wraps(qapp: QApplication) -> None:
    report = samples.port_blocked()
    request = report.findings[0].request
    assert request is not None
    long = msgspec.structs.replace(request, host=LONG_WORD)
    finding = msgspec.structs.replace(report.findings[0], request=long)
    document = on_sheets(msgspec.structs.replace(report, findings=(finding,)))
    assert LONG_WORD[:40] in document.toPlainText()
    assert widest(document) <= SHEET.width()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_first_two_sheets_look_like_the_page(qapp: QApplication, theme: object) -> None:
    apply_theme(qapp, DARK if theme is DARK else LIGHT)
    try:
        document = on_sheets(samples.port_blocked())
        first, second = (colors(sheet(document, number)) for number in (0, 1))
    finally:
        apply_theme(qapp, LIGHT)
    assert document.pageCount() >= 2
    assert {LIGHT.warn, LIGHT.raised} <= first  # the verdict's card in its color, and the readers' boxes
    assert {"#009e73", "#e69f00"} & second  # the timeline's phases
    assert len(first) > 10


def test_it_prints_to_a_file(qapp: QApplication, tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "report.pdf"))
    print_report(samples.port_blocked(), printer)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_where_something_ends_on_the_path_is_printed(qapp: QApplication) -> None:
    words = on_sheets(two_places()).toPlainText()
    assert "This computer ✓ lan-" in words
    assert "✗ RTMP on port 1935 is reset here" in words
