from fmsdiag.model import Cause, PlanName
from tests.packaging.packaging_modules import load

PAGE: str = load("verdict_code_page").verdict_code_page()


def test_every_cause_and_plan_is_on_the_page() -> None:
    assert [cause for cause in Cause if f"[`{cause}`](causes/{cause}.md)" not in PAGE] == []
    assert [plan for plan in PlanName if f"| `{plan}` |" not in PAGE] == []


def test_the_numbers_stand_in_it() -> None:
    assert "| 23 | [`port-blocked`](causes/port-blocked.md) |" in PAGE
    assert "| 1 | `ams` | rtmp 1935, rtmp 80, rtmpt 80 |" in PAGE
    assert "| 33 | rtmp other port |" in PAGE
