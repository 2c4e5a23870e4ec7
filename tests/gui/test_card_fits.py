"""The card needs no scroll bar and cuts nothing, in the smallest window and the longest words, for every recorded run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QPushButton, QScrollArea, QWidget

from fmsdiag.gui.app import use_language_of
from fmsdiag.gui.faces import Face
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.report_view import ReportView
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from fmsdiag.model import Prepared, Report
from fmsdiag.report.open_file import OpenedReport
from tests.gui.conftest import MakeWindow
from tests.gui.rich_reports import hostile
from tests.gui.scripted import telling
from tests.report import samples, transport_samples
from tests.systems import ON_WINDOWS

SMALLEST, USUAL = (720, 520), (1100, 720)
WIDER_LETTERS = pytest.mark.skipif(
    ON_WINDOWS, reason="the only letters of the offscreen platform are wider there than Windows' own"
)
MADE = {
    "made-healthy": samples.healthy,
    "made-blocked": samples.port_blocked,
    "made-rejected": samples.rejected,
    "made-unreachable": samples.unreachable,
    "made-stopped": samples.stopped,
    "made-interrupted": samples.interrupted,
    "made-proxied": transport_samples.proxied,
    "made-rtmfp": transport_samples.rtmfp,
    "made-published": transport_samples.published,
}


@cache
def report_of(name: str) -> Report:
    return MADE[name]() if name in MADE else samples.recorded(name)


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Callable[[str], None]]:
    """Use a language until the end of the test."""
    yield lambda name: use_language_of(qapp, {"FMSDIAG_LANGUAGE": name})
    use_language(ENGLISH)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def settle(qapp: QApplication) -> None:
    for _ in range(4):  # a layout whose words wrap settles in several passes
        qapp.processEvents()


def inside_of(card: QWidget) -> list[QWidget]:
    return [part for part in card.findChildren(QWidget) if part.isVisible()]


def complaints(card: QWidget) -> list[str]:
    """Whatever scrolls, is cut, or hangs over the card's edge."""
    found = []
    for part in inside_of(card):
        name = f"{type(part).__name__} {part.accessibleName()[:60]!r}"
        corner = part.mapTo(card, part.rect().topLeft())
        if not card.rect().adjusted(-1, -1, 1, 1).contains(part.rect().translated(corner)):
            found.append(f"{name} hangs over: {part.rect().translated(corner)} in {card.rect()}")
        if isinstance(part, QScrollArea):
            found.append(f"{name} scrolls")
        if isinstance(part, QAbstractScrollArea) and part.verticalScrollBar().maximum() > 0:
            found.append(f"{name} has {part.verticalScrollBar().maximum()} pixels out of sight")
        if isinstance(part, WrappedText) and part.is_cut:
            found.append(f"{name} is cut")
        if isinstance(part, WrappedText) and part.height() < part.heightForWidth(part.width()):
            found.append(f"{name}: {part.height()} of {part.heightForWidth(part.width())} pixels")
        if isinstance(part, QPushButton) and part.width() + 1 < part.minimumSizeHint().width():
            found.append(f"{name}: {part.width()} of {part.minimumSizeHint().width()} pixels wide")
    return found


def show(window: MainWindow, report: Report, opened: bool = False) -> None:
    """As after a run, or as a report from a file."""
    view: ReportView = window.view
    if opened:
        view.show_opened(OpenedReport(report, {}, ""), "report.json", report)
    else:
        window.parts.form.folding.fold()
        view._before_first_run = False
        window.parts.model.show_report(report)
        view._show_result(report)


@pytest.mark.parametrize(
    ("language", "face", "size"),
    [
        ("en", Face.SUPPORT, SMALLEST),
        pytest.param("en-XA", Face.SUPPORT, SMALLEST, marks=WIDER_LETTERS),
        ("ar-XB", Face.SUPPORT, SMALLEST),
        pytest.param("en-XA", Face.CUSTOMER, SMALLEST, marks=WIDER_LETTERS),
        ("en", Face.SUPPORT, USUAL),
    ],
)
def test_every_recorded_run_fits(
    speak: Callable[[str], None],
    qapp: QApplication,
    make_window: MakeWindow,
    language: str,
    face: Face,
    size: tuple[int, int],
) -> None:
    speak(language)
    window = make_window(telling(samples.healthy()))
    window.resize(*size)
    if face is Face.CUSTOMER:
        window.parts.actions.support_view.trigger()
    settle(qapp)
    found = {}
    for name in (*samples.RECORDED, *MADE):
        show(window, report_of(name))
        settle(qapp)
        assert window.parts.card.isVisible()
        if said := complaints(window.parts.card):
            found[name] = said
        assert (window.width(), window.height()) == size
    assert found == {}


@WIDER_LETTERS
def test_with_the_step_for_a_profiles_sender_every_run_fits(
    speak: Callable[[str], None], qapp: QApplication, make_window: MakeWindow
) -> None:
    speak("en-XA")
    window = make_window(telling(samples.healthy()))
    window.resize(*SMALLEST)
    window.parts.actions.support_view.trigger()
    found = {}
    for name in samples.RECORDED:
        show(
            window, msgspec.structs.replace(report_of(name), prepared=Prepared("Example Streaming", "0" * 16))
        )
        settle(qapp)
        if said := complaints(window.parts.card):
            found[name] = said
    assert found == {}


@WIDER_LETTERS
def test_a_report_from_a_file_fits(
    speak: Callable[[str], None], qapp: QApplication, make_window: MakeWindow
) -> None:
    speak("en-XA")
    window = make_window(telling(samples.healthy()))
    window.resize(*SMALLEST)
    found = {}
    for name in samples.RECORDED:
        window.view.close_all()
        show(window, report_of(name), opened=True)
        settle(qapp)
        if said := complaints(window.parts.card):
            found[name] = said
    assert found == {}


def test_hostile_words_are_cut_and_still_nothing_scrolls(qapp: QApplication, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    window.resize(*SMALLEST)
    show(window, hostile())
    settle(qapp)
    assert [said for said in complaints(window.parts.card) if not said.endswith("is cut")] == []
