"""The smallest window in the longest words and from right to left: nothing lies over another thing, no button is cut."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.app import use_language_of
from fmsdiag.gui.form.form_input import FormInput
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.test_pseudo_locales import run
from tests.report import samples
from tests.systems import ON_WINDOWS

SIZES = ((720, 520), (1100, 720))
_INSIDE = (QComboBox, QLineEdit)
"""Their parts lie over each other by design."""


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
        items = [layout.itemAt(number) for number in range(layout.count())]
        widgets = [item.widget() for item in items if item is not None]
        visible = [widget for widget in widgets if widget is not None and widget.isVisible()]
        for one, other in combinations(visible, 2):
            common = one.geometry().intersected(other.geometry())
            if common.width() > 1 and common.height() > 1:
                found.append(f"{_name(one)} over {_name(other)}: {common}")
    return found


def cut(window: QWidget) -> list[str]:
    """Buttons and lines of text that are smaller than what they say."""
    return [
        f"{_name(widget)}: {widget.width()} of {widget.minimumSizeHint().width()} pixels"
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
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
