from __future__ import annotations

from fmsdiag.report.comparison import markdown
from fmsdiag.report.comparison.compare import compare
from tests.report import hostile
from tests.report.comparison.pairs import changed, sent


def test_a_ticket_has_the_reading_both_causes_and_every_row() -> None:
    shown = markdown.render(compare(sent("port-dropped"), sent("healthy")))
    assert "**RTMP on port 1935 fails for the customer, but connects for support.**" in shown
    assert "- Customer: Cause: port-blocked. Confirmed" in shown
    assert "- Support: Cause: none" in shown
    assert "| RTMP on port 1935 | No answer, 5.0 s | Connected, 22 ms |" in shown
    assert len(shown.splitlines()) < 60


def test_hostile_reports_stay_text() -> None:
    first = hostile.hostile("x](javascript:alert(1)) | <img src=x> @everyone `")
    shown = markdown.render(compare(first, changed(first, started_at="later")))
    assert "<img" not in shown.replace("\\<", "")
    assert "](javascript" not in shown.replace("\\]", "")
    assert " @everyone" not in shown
