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
    assert len({verdict_icon_name(status) for status in VerdictStatus}) == len(VerdictStatus)


def test_by_word_then_by_tone() -> None:
    attempts = samples.port_blocked().attempts
    assert [icon_name(mark_of(a)) for a in attempts[:2]] == ["no-answer", "connected"]
    assert icon_name(Mark("✗", "A word of tomorrow", Tone.BAD, "x")) == "refused"
