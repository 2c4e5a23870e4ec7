"""The application: Qt and asyncio in one loop, themes, faults, signals, an orderly end.

The only file that knows qasync. The window's own coroutines run on its loop; the prober has a thread (engine.py).
"""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

# First, so that qasync finds this binding and no other.
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from fmsdiag import __version__
from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui.engine import Diagnose, Engine
from fmsdiag.gui.icons import icon
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.run import diagnose


def main(arguments: Sequence[str] | None = None, run: Diagnose = diagnose) -> int:
    """Show the window until it is closed, with the report that the first argument names; the exit code.

    `run` does the diagnosing.
    """
    app = make_application(sys.argv if arguments is None else ["fmsdiag", *arguments])
    given = app.arguments()[1:]  # without what Qt takes for itself
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(_show_window(run, Path(given[0]) if given else None))


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with our style, font and icon; colours and sizes are appearance.py's."""
    app = QApplication(list(arguments))
    app.setApplicationName("fmsdiag")
    app.setApplicationDisplayName("fmsdiag")
    app.setOrganizationName("fmsdiag")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fmsdiag")
    app.setQuitOnLastWindowClosed(False)
    app.setStyle("Fusion")
    app.setWindowIcon(icon("app"))
    _bring_font(app)
    return app


def _bring_font(app: QApplication) -> None:
    """A bare system without fonts would show boxes: bring one, and use it only if there is no other."""
    bare = not QFontDatabase.families()
    added = QFontDatabase.addApplicationFont(str(bundled_file("fonts", "DejaVuSans.ttf")))
    families = QFontDatabase.applicationFontFamilies(added) if added >= 0 else []
    if bare and families:
        app.setFont(QFont(families[0], 10))


async def _show_window(run: Diagnose, report: Path | None) -> int:
    closing = asyncio.Event()
    engine = Engine(run)
    window = MainWindow(engine, QSettings())
    window.close_requested.connect(closing.set)
    with _Faults(window), _CtrlC(window):
        window.show()
        if report is not None:
            window.open_file(report)
        await closing.wait()
        await engine.close()
        await window.session.settled()
        window.close_now()
    return 0


class _Faults:
    """Exceptions from slots and callbacks: printed, and said in the window; a fault must not look like a verdict."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before = sys.excepthook

    def __enter__(self) -> None:
        sys.excepthook = self._show
        asyncio.get_running_loop().set_exception_handler(self._show_context)

    def __exit__(self, *_: object) -> None:
        sys.excepthook = self._before
        asyncio.get_running_loop().set_exception_handler(None)

    def _show(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        self._window.card.show_fault(f"{kind.__name__}: {error}")

    def _show_context(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._show(type(error), error, error.__traceback__)
        else:
            loop.default_exception_handler(context)


class _CtrlC:
    """Ctrl-C in the terminal closes the window like its button."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def __enter__(self) -> None:
        try:
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._window.close)
        except (
            NotImplementedError
        ):  # Windows: the handler runs as soon as Python gets a turn, which the timer gives
            signal.signal(signal.SIGINT, lambda *_: self._window.close())
            timer = QTimer(self._window, interval=250)
            timer.timeout.connect(lambda: None)
            timer.start()

    def __exit__(self, *_: object) -> None:
        try:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        except NotImplementedError:
            signal.signal(signal.SIGINT, signal.default_int_handler)
