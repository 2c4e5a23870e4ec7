"""The report's first two sheets as files: a PDF, and a picture of both; for people who cannot open a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from fmsdiag import __version__
from fmsdiag.gui.report_file.printing import laid_out
from fmsdiag.gui.theme.theme import LIGHT
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report

MOST_SHEETS = 2
"""The verdict with what to do, and what shows it."""
DOTS_PER_INCH = 96
PAPER = QSize(794, 1123)
"""A4 in dots."""
MARGIN = 76
"""20 mm in dots: what is between is 17 cm wide, as on a printer."""
SHEET = QSizeF(PAPER.width() - 2 * MARGIN, PAPER.height() - 2 * MARGIN)
_FINER = 2
"""Dots of the picture for each of the paper's."""
_PDF_DOTS_PER_INCH = 1200
_DOTS_PER_METER = round(DOTS_PER_INCH / 0.0254)


class PaperTexts(Table, of="gui.paper"):
    """What stands below a sheet."""

    SHEET = text("Page {number:count} of {sheets:count}")
    LAST_SHEET = text(
        "Page {number:count} of {sheets:count}. The rest of the report is in its web page and in its data."
    )


def pdf_of(report: Report) -> bytes:
    """The first sheets as a PDF. Needs a QApplication. Redact the report first: this hides nothing."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)
        )
    )
    writer.setResolution(_PDF_DOTS_PER_INCH)
    writer.setTitle(f"fmsdiag {one_line(as_typed(report.target.host), 200)}")
    writer.setCreator(f"fmsdiag {__version__}")
    sheets = _Sheets(report)
    painter = QPainter(writer)
    painter.scale(_PDF_DOTS_PER_INCH / DOTS_PER_INCH, _PDF_DOTS_PER_INCH / DOTS_PER_INCH)
    for number in range(sheets.count):
        if number:
            writer.newPage()
        sheets.paint(painter, number)
    painter.end()
    return bytes(buffer.data().data())


def png_of(report: Report) -> bytes:
    """The first sheets below each other in one picture. Needs a QApplication. Redact the report first."""
    sheets = _Sheets(report)
    image = QImage(QSize(PAPER.width(), PAPER.height() * sheets.count) * _FINER, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.scale(_FINER, _FINER)
    for number in range(sheets.count):
        sheets.paint(painter, number)
        painter.translate(0, PAPER.height())
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # its hints know no QIODevice
    return bytes(buffer.data().data())


PAPER_FILES: Mapping[str, Callable[[Report], bytes]] = {"pdf": pdf_of, "png": png_of}
"""By the format's name."""


class _Sheets:
    """The document, laid out for paper; what is painted is in its dots."""

    def __init__(self, report: Report) -> None:
        self._document: QTextDocument = laid_out(report)
        self._measure = QImage(1, 1, QImage.Format.Format_RGB32)  # not the screen's dots: there may be none
        self._measure.setDotsPerMeterX(_DOTS_PER_METER)
        self._measure.setDotsPerMeterY(_DOTS_PER_METER)
        self._document.documentLayout().setPaintDevice(self._measure)
        self._document.setDocumentMargin(0)
        self._document.setPageSize(SHEET)
        self.all = self._document.pageCount()
        self.count = max(1, min(MOST_SHEETS, self.all))

    def paint(self, painter: QPainter, number: int) -> None:
        """Paint the sheet of that number, from 0, with its margins."""
        painter.save()
        painter.translate(MARGIN, MARGIN)
        painter.save()
        painter.translate(0, -number * SHEET.height())
        self._document.drawContents(
            painter, QRectF(0, number * SHEET.height(), SHEET.width(), SHEET.height())
        )
        painter.restore()
        font = QFont(self._document.defaultFont())
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(QColor(LIGHT.muted))
        is_cut = number + 1 == self.count < self.all
        said = PaperTexts.LAST_SHEET if is_cut else PaperTexts.SHEET
        below = QRectF(0, SHEET.height() + MARGIN / 3, SHEET.width(), MARGIN / 2)
        words = say(said, number=number + 1, sheets=self.count)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)
        painter.restore()
