"""A window on a qasync loop whose callbacks run whenever pytest-qt waits, and runs that need no network."""

import asyncio
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.prober_thread import Diagnose, ProberThread
from fmsdiag.gui.theme.palette import apply_theme
from fmsdiag.gui.theme.theme import LIGHT

MakeWindow = Callable[[Diagnose], MainWindow]


@pytest.fixture(autouse=True, scope="session")
def _our_style(qapp: QApplication) -> None:
    qapp.setStyle("Fusion")
    apply_theme(qapp, LIGHT)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


@pytest.fixture(autouse=True, scope="session")
def _collect_only_what_tests_make() -> None:
    gc.collect()
    gc.freeze()


@pytest.fixture
def qt_loop(qapp: QApplication) -> Iterator[QEventLoop]:
    """A loop that counts as running while the test does; Qt's own processing, as in waitUntil, drives it.

    What earlier tests left is collected here, in Qt's thread. A worker thread may collect it otherwise, and a timer of
    Qt whose object ends there still rings: that kills the process.
    """
    gc.collect()
    loop = QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    asyncio._set_running_loop(loop)
    yield loop
    asyncio._set_running_loop(None)
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def make_engine(qt_loop: QEventLoop) -> Iterator[Callable[[Diagnose], ProberThread]]:
    """Engines that are closed after the test."""
    made: list[ProberThread] = []

    def make(diagnose: Diagnose) -> ProberThread:
        made.append(ProberThread(diagnose))
        return made[-1]

    yield make
    asyncio._set_running_loop(None)
    for engine in made:
        qt_loop.run_until_complete(engine.close())


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Of somebody who uses the window every day: the form's options are unfolded."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("form/options", True)
    return settings


@pytest.fixture
def make_window(
    qtbot: QtBot, make_engine: Callable[[Diagnose], ProberThread], settings: QSettings
) -> MakeWindow:
    """Shown windows over a scripted diagnosis."""

    def make(diagnose: Diagnose) -> MainWindow:
        window = MainWindow(make_engine(diagnose), settings)
        qtbot.addWidget(window, before_close_func=lambda w: w.close_now())
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        return window

    return make
