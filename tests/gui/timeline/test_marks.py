"""Marks have icons of different shapes, and colors."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.theme.theme import DARK, LIGHT
from fmsdiag.gui.timeline.marks import ROW_ICON, mark_icon, row_icon, tone_color, verdict_icon
from fmsdiag.model import VerdictStatus
from fmsdiag.report.words import Tone, mark_of, running_mark
from tests.report import samples


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_every_verdict_has_its_own_icon(status: VerdictStatus) -> None:
    detours = (VerdictStatus.CONNECTED_BY_FALLBACK, VerdictStatus.CONNECTED_THROUGH_PROXY)
    others = [other for other in VerdictStatus if other is not status and not {other, status} <= {*detours}]
    assert verdict_icon(status).cacheKey() not in [verdict_icon(other).cacheKey() for other in others]


def test_a_connection_that_is_not_good_looks_like_a_detour() -> None:
    detour = verdict_icon(VerdictStatus.CONNECTED_BY_FALLBACK)
    assert verdict_icon(VerdictStatus.CONNECTED, impaired=True).cacheKey() == detour.cacheKey()


def test_end_markers_have_icons_by_word() -> None:
    blocked, healthy, rejected = samples.port_blocked(), samples.healthy(), samples.rejected()
    expected = {
        "no-answer": mark_of(blocked.attempts[0]),
        "connected": mark_of(blocked.attempts[1]),
        "refused": mark_of(samples.unreachable().attempts[0]),
        "skipped": mark_of(healthy.attempts[4]),
        "rejected": mark_of(rejected.attempts[0]),
        "running": running_mark(),
    }
    for name, mark in expected.items():
        assert mark_icon(mark).cacheKey() == icon(name).cacheKey()


def test_every_tone_has_a_color_in_both_themes() -> None:
    for theme in (LIGHT, DARK):
        assert len({tone_color(tone, theme) for tone in Tone}) == len(Tone)


def test_a_selected_row_does_not_tint_its_icon() -> None:
    side = QSize(ROW_ICON, ROW_ICON)
    for attempt in samples.port_blocked().attempts:
        shown = row_icon(mark_of(attempt))
        normal = shown.pixmap(side, 1.0, QIcon.Mode.Normal).toImage()
        assert shown.pixmap(side, 1.0, QIcon.Mode.Selected).toImage() == normal
