"""A report as one HTML page: no script, nothing fetched, readable in a mail attachment and on paper.

What a server said is hostile until it is written: each text goes through `visible` (terminal escapes and
right-to-left tricks become escapes that are seen) and through Jinja's escaping, and the page's policy forbids
everything but its own style. The report's JSON is in the page, so that fmsdiag opens the page again.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from fmsdiag.bundled_files import bundled_file
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.visible import visible
from fmsdiag.model import Report
from fmsdiag.report import json, svg
from fmsdiag.report.embedded import ELEMENT_ID, escape_json
from fmsdiag.report.environment_section import environment_facts, method, target_facts
from fmsdiag.report.hidden import HiddenTexts
from fmsdiag.report.mark_icons import ICON_NAMES
from fmsdiag.report.page import Page
from fmsdiag.report.page_texts import PageTexts
from fmsdiag.report.verdict_code.qr import QrTexts, qr_svg
from fmsdiag.report.view import ViewTexts

if TYPE_CHECKING:
    from jinja2 import Template

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def render(report: Report, document: bytes | None = None) -> str:
    """The report as a page. Redact it first: this hides nothing.

    `document` is the JSON to put into the page where it is more than the report's own (keys of a newer version).
    """
    page, language = Page(report), current_language()
    return _template().render(
        say=say,
        P=PageTexts,
        V=ViewTexts,
        H=HiddenTexts,
        Q=QrTexts,
        qr=qr_svg(report),
        language=language,
        page=page,
        view=page.view,
        report=report,
        policy=POLICY,
        style=page_style(),
        icons=_icons(),
        logo=page_logo(),
        target=target_facts(report),
        environment=environment_facts(report),
        method=method(report),
        element_id=ELEMENT_ID,
        json=Markup(escape_json(document or json.encode(report))),
    )


@cache
def _template() -> Template:
    return page_template("report.html.j2")


def _shown(value: object) -> object:
    """What is written for an expression of the template: markup as it is, text with nothing unseen in it."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else visible(value)


def page_template(name: str) -> Template:
    """A template of resources/report/; what it writes is escaped, and nothing in it is unseen."""
    # Imported when the first page is written: most starts of the program write none.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, finalize=_shown, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(bundled_file("report", name).read_text(encoding="utf-8"))


@cache
def page_style() -> Markup:
    """The style of a page, light, dark and for paper."""
    return Markup(bundled_file("report", "report.css").read_text(encoding="utf-8")) + svg.phase_styles()


@cache
def page_logo() -> Markup:
    """The icon that stands at the top of a page."""
    text = bundled_file("icons", "app.svg").read_text(encoding="utf-8").strip()
    return Markup(
        text.replace('width="64" height="64"', 'class="icon" width="22" height="22" aria-hidden="true"', 1)
    )


@cache
def _icons() -> Markup:
    """The icons of all marks as symbols, to be used by name: the bundled files' insides."""
    symbols = []
    for name in ICON_NAMES:
        text = bundled_file("icons", f"{name}.svg").read_text(encoding="utf-8")
        inside = text.partition(">")[2].rpartition("</svg>")[0].strip()
        symbols.append(f'<symbol id="icon-{name}" viewBox="0 0 16 16">{inside}</symbol>')
    return Markup("\n".join(symbols))
