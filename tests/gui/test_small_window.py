"""The smallest window in the longest words and from right to left: nothing lies over another thing, no button is cut."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.app import use_language_of
from fmsdiag.gui.form.form_input import FormInput
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from fmsdiag.model import Tool
from fmsdiag.report.open_file import OpenedReport
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.test_card_fits import complaints
from tests.gui.test_pseudo_locales import run
from tests.report import samples
from tests.systems import ON_WINDOWS

SIZES = ((720, 520), (1100, 720))
_INSIDE = (QComboBox, QLineEdit)
"""Their parts lie over each other by design."""
OF_QT = ("ScrollLeftButton", "ScrollRightButton")
"""A tab bar's own arrows are as wide as Qt's style says, and show no words."""


@pytest.fixture(
    params=[
        pytest.param(
            "en-XA",
            marks=pytest.mark.skipif(
                ON_WINDOWS,
                reason="the only letters of the offscreen platform are wider there than Windows' own",
            ),
        ),
        "ar-XB",
    ]
)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    use_language_of(qapp, {"FMSDIAG_LANGUAGE": request.param})
    yield
    use_language(ENGLISH)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def overlaps(window: QWidget) -> list[str]:
    """Widgets of one parent that lie over each other."""
    found = []
    for parent in (window, *window.findChildren(QWidget)):
        layout = parent.layout()
        if isinstance(parent, _INSIDE) or layout is None or not parent.isVisible():
            continue
        visible = [widget for widget in laid_out(layout) if widget.isVisible()]
        for one, other in combinations(visible, 2):
            common = one.geometry().intersected(other.geometry())
            if common.width() > 1 and common.height() > 1:
                found.append(f"{_name(one)} over {_name(other)}: {common}")
    return found


def laid_out(layout: QLayout) -> Iterator[QWidget]:
    """The widgets of a layout and of those inside it."""
    for number in range(layout.count()):
        item = layout.itemAt(number)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from laid_out(inner)


def cut(window: QWidget) -> list[str]:
    """Buttons and lines of text that are smaller than what they say."""
    return [
        f"{_name(widget)}: {widget.width()} of {widget.minimumSizeHint().width()} pixels"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
        and widget.objectName() not in OF_QT
        and (isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and not widget.wordWrap()))
        and widget.minimumSizeHint().width() > widget.width() + 1
    ]


def _name(widget: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
    return f"{type(widget).__name__} {words!r}"


def all_in_its_place(window: MainWindow, size: tuple[int, int], qapp: QApplication) -> bool:
    window.resize(*size)
    for _ in range(3):  # a layout whose words wrap settles in several passes
        qapp.processEvents()
    assert overlaps(window) == []
    assert cut(window) == []
    return True


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_form(
    language: None, qapp: QApplication, make_window: MakeWindow, size: tuple[int, int]
) -> None:
    assert all_in_its_place(make_window(telling(samples.healthy())), size, qapp)


@pytest.mark.parametrize("size", SIZES)
def test_the_advanced_options(
    language: None, qapp: QApplication, make_window: MakeWindow, size: tuple[int, int]
) -> None:
    window = make_window(telling(samples.healthy()))
    window.parts.form.fill(FormInput("media.example.com", "live"))
    window.parts.form.advanced_toggle.setChecked(True)
    tabs = window.parts.form.advanced.tabs
    for page in range(tabs.count()):
        tabs.setCurrentIndex(page)
        assert all_in_its_place(window, size, qapp)


@pytest.mark.parametrize("size", SIZES)
def test_fields_that_are_wrong(
    language: None, qapp: QApplication, make_window: MakeWindow, size: tuple[int, int]
) -> None:
    window = make_window(telling(samples.healthy()))
    window.parts.form.fill(FormInput("two words", "live", "1935, 70000"))
    window.parts.form.advanced_toggle.setChecked(True)
    window.parts.form.run()
    assert all_in_its_place(window, size, qapp)


@pytest.mark.parametrize("size", SIZES)
def test_many_reports_in_tabs(
    language: None, qapp: QApplication, make_window: MakeWindow, size: tuple[int, int]
) -> None:
    window = make_window(telling(samples.healthy()))
    for number in range(12):
        report = samples.recorded("no-such-application")
        window.view.show_opened(OpenedReport(report, {}), f"{number}.json", report)
    assert all_in_its_place(window, size, qapp)
    window.parts.tabs.bring_to_front(None)
    assert all_in_its_place(window, size, qapp)


@pytest.mark.parametrize("size", SIZES)
def test_two_verdicts_leave_the_card_its_room(
    language: None, qtbot: QtBot, qapp: QApplication, make_window: MakeWindow, size: tuple[int, int]
) -> None:
    window = make_window(telling(samples.healthy()))
    report = samples.port_blocked()
    wrong = msgspec.structs.replace(report.verdict, cause="server-down")
    hides = ("local-address",)
    old = msgspec.structs.replace(report, tool=Tool("fmsdiag", "0.0.9"), verdict=wrong, redaction=hides)
    window.view.show_opened(OpenedReport(old, {}), "old.json", old)
    qtbot.waitUntil(window.parts.banner.today.isVisible)
    assert all_in_its_place(window, size, qapp)
    assert [said for said in complaints(window.parts.card) if not said.endswith("is cut")] == []
    column, banner = window.parts.column, window.parts.banner
    assert column.minimumSizeHint().height() <= column.height()
    assert banner.heightForWidth(banner.width()) <= banner.height()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["port-dropped", "proxy-required", "no-such-application"])
def test_a_result(
    language: None,
    qtbot: QtBot,
    qapp: QApplication,
    make_window: MakeWindow,
    name: str,
    size: tuple[int, int],
) -> None:
    window = make_window(telling(samples.recorded(name)))
    run(qtbot, window, samples.recorded(name))
    assert all_in_its_place(window, size, qapp)
    window.parts.actions.details.trigger()
    assert all_in_its_place(window, size, qapp)
