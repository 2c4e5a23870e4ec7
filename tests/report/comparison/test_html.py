from __future__ import annotations

import re

from markupsafe import escape

from fmsdiag.report.comparison import html
from fmsdiag.report.comparison.compare import compare
from fmsdiag.report.html import POLICY
from tests.report import hostile
from tests.report.comparison.pairs import changed, sent


def test_the_page_is_whole_in_itself() -> None:
    page = html.render(compare(sent("port-dropped"), sent("healthy")))
    assert escape(POLICY) in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert "RTMP on port 1935 fails for the customer, but connects for support." in page
    assert "Cause: port-blocked. Confirmed" in page


def test_hostile_reports_stay_text() -> None:
    for make in (hostile.hostile, hostile.hostile_values):
        page = html.render(compare(make(), changed(make(), started_at="later")))
        assert "<script" not in page
        assert "<img" not in page
        assert "\u202e" not in page
