"""A comparison as one HTML page: the report's style and policy, no script, nothing fetched, for screen and paper."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fmsdiag.messages.reader import current_language, say
from fmsdiag.report.comparison.result import Comparison
from fmsdiag.report.comparison.view import ComparisonTexts, ComparisonView
from fmsdiag.report.html import POLICY, page_logo, page_style, page_template
from fmsdiag.report.page_texts import PageTexts

if TYPE_CHECKING:
    from jinja2 import Template


def render(comparison: Comparison) -> str:
    """The comparison as a page. Its reports were redacted before they were compared: this hides nothing."""
    return _template().render(
        say=say,
        C=ComparisonTexts,
        P=PageTexts,
        view=ComparisonView(comparison),
        language=current_language(),
        policy=POLICY,
        style=page_style(),
        logo=page_logo(),
    )


@cache
def _template() -> Template:
    return page_template("comparison.html.j2")
