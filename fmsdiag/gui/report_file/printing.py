"""The report on paper: what the page shows first, laid out by Qt as the page looks."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QUrl
from PySide6.QtGui import QFont, QTextDocument, QTextOption
from PySide6.QtPrintSupport import QPrinter

from fmsdiag.gui.report_file.leaving import as_it_leaves
from fmsdiag.gui.report_file.printed_timeline import timeline_picture
from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.theme import LIGHT
from fmsdiag.gui.timeline.marks import tone_color
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.model import Report
from fmsdiag.report.environment_section import environment_facts, target_facts
from fmsdiag.report.hidden import HiddenTexts
from fmsdiag.report.page import Page
from fmsdiag.report.page_texts import PageTexts
from fmsdiag.report.view import ViewTexts

if TYPE_CHECKING:
    from jinja2 import Template

_PAPER = f"""
body, td, li, p {{ color: black; }}
p {{ margin-top: 0; margin-bottom: 4px; }}
ul, ol {{ margin-top: 0; }}
h2 {{ font-size: 13pt; margin-top: 14px; margin-bottom: 6px; }}
h3 {{ font-size: 11pt; margin-top: 10px; margin-bottom: 4px; }}
p.headline {{ font-size: 15pt; }}
p.title {{ color: {LIGHT.muted}; margin-top: 8px; }}
p.request {{ font-family: monospace; margin-bottom: 0; }}
.muted {{ color: {LIGHT.muted}; }}
.acts {{ color: {LIGHT.accent}; }}
"""
"""What Qt's rich text knows of CSS."""
_ICON = 36
_SHARPNESS = 3


def printed(report: Report) -> QTextDocument:
    """The redacted report as a document; black on white whatever the window's theme is."""
    return laid_out(as_it_leaves(report))


def laid_out(report: Report) -> QTextDocument:
    """The report as a document. Redact it first: this hides nothing."""
    document = QTextDocument()
    document.setIndentWidth(18)
    font = QFont(document.defaultFont())
    font.setPointSizeF(10)
    document.setDefaultFont(font)
    option = document.defaultTextOption()
    option.setWrapMode(
        QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
    )  # a long URL must not leave the sheet
    document.setDefaultTextOption(option)
    document.setDefaultStyleSheet(_PAPER)
    page = Page(report)
    picture = timeline_picture(page.report)
    if picture is not None:
        _add_image(document, "timeline", picture.image)
    _add_image(document, "verdict", icon(page.icon).pixmap(QSize(_ICON, _ICON) * _SHARPNESS).toImage())
    words = _template().render(
        say=say,
        P=PageTexts,
        V=ViewTexts,
        H=HiddenTexts,
        page=page,
        view=page.view,
        report=page.report,
        picture=picture,
        theme=LIGHT,
        tone=tone_color(page.view.mark.tone, LIGHT),
        target=target_facts(page.report),
        environment=environment_facts(page.report),
    )
    document.setHtml(words)
    return document


def print_report(report: Report, printer: QPrinter) -> None:
    """Send the report to `printer`."""
    document = printed(report)
    printer.setDocName(f"fmsdiag {as_typed(report.target.host)}")
    document.print_(printer)


def _add_image(document: QTextDocument, name: str, image: object) -> None:
    document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)


@cache
def _template() -> Template:
    from fmsdiag.report.html import page_template

    return page_template("print.html.j2")
