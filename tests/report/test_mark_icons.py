"""Every mark has an icon among the bundled files."""

import pytest

from fmsdiag.bundled_files import bundled_file
from fmsdiag.model import VerdictStatus
from fmsdiag.report.mark_icons import ICON_NAMES, icon_name, verdict_icon_name
from fmsdiag.report.words import Mark, Tone, mark_of
from tests.report import samples


@pytest.mark.parametrize("name", ICON_NAMES)
def test_the_icons_are_bundled(name: str) -> None:
    assert bundled_file("icons", f"{name}.svg").read_text(encoding="utf-8").startswith("<svg")


def test_every_verdict_has_its_own() -> None:
    by_detour = {VerdictStatus.CONNECTED_BY_FALLBACK, VerdictStatus.CONNECTED_THROUGH_PROXY}
    assert {verdict_icon_name(status) for status in by_detour} == {"fallback"}
    others = [verdict_icon_name(status) for status in VerdictStatus if status not in by_detour]
    assert len({*others, "fallback"}) == len(others) + 1


def test_a_connection_that_is_not_well_has_the_icon_of_caution() -> None:
    assert verdict_icon_name(VerdictStatus.CONNECTED, impaired=True) == "fallback"
    assert verdict_icon_name(VerdictStatus.REJECTED, impaired=True) == "rejected-by-server"


def test_its_own_or_its_tones() -> None:
    attempts = samples.port_blocked().attempts
    assert [icon_name(mark_of(a)) for a in attempts[:2]] == ["no-answer", "connected"]
    assert icon_name(Mark("✗", "A word of tomorrow", Tone.BAD, "x")) == "refused"
