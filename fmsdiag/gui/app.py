"""The application: QApplication, a window with the Server field on the screen at once, then what fills it.

A window that waits for its parts to be imported appears in half a second; a bare one, like that of any Qt program, in a
fraction of it. So only what the first frame needs is imported here; the rest loads while people type.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from fmsdiag import __version__
from fmsdiag.bundled_files import bundled_file
from fmsdiag.gui.garbage import GarbageCollector
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.theme.appearance import give_first_look

if TYPE_CHECKING:
    from fmsdiag.gui.file_openings import FileOpenings
    from fmsdiag.gui.prober_thread import Diagnose

PAINTED_WITHIN_MS = 1000
"""A window that starts minimised, or on no visible desktop, is never painted: it is filled all the same."""


def main(arguments: Sequence[str] | None = None, run: Diagnose | None = None) -> int:
    """Show the window until it is closed, with the reports that the arguments name; the exit code.

    `run` does the diagnosing; none is `fmsdiag.run.diagnose`.
    """
    app = bare_application(sys.argv if arguments is None else ["fmsdiag", *arguments])
    GarbageCollector(app)
    openings = openings_for(app, sys.platform)
    given = app.arguments()[1:]  # without what Qt takes for itself
    asked_to_end: list[int] = []
    for number in (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")):
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            # until event_loop.py has handlers that act at once
            signal.signal(number, lambda received, _frame: asked_to_end.append(received))
    settings = QSettings()
    give_first_look(app, settings)
    window = MainWindow(None, settings)
    window.close_requested.connect(lambda: asked_to_end.append(0))
    window.show()
    FirstPaint(window).wait()
    from fmsdiag.gui.loading import load_the_rest

    load_the_rest()
    from fmsdiag.gui import event_loop

    use_language_of(app, os.environ)
    apply_style(app)
    return event_loop.live(app, window, _named(given), run, asked_to_end, openings)


def openings_for(app: QApplication, system: str) -> FileOpenings | None:
    """What hears the files that the system asks to open; none where it gives them as arguments.

    A filter in Python is shown every event of the application. For that, PySide makes a class for each kind of event, with
    the enums that it has: most of a start.
    """
    if system != "darwin":
        return None
    from fmsdiag.gui.file_openings import FileOpenings

    return FileOpenings(app)


def _named(arguments: Sequence[str]) -> list[Path | str]:
    """The files that are to be shown first, and links, which are no paths."""
    from fmsdiag.gui.file_openings import LINK_SCHEME

    link = f"{LINK_SCHEME}://"
    return [named if named.lower().startswith(link) else Path(named) for named in arguments]


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with our style, font and icon; colors and sizes are appearance.py's."""
    app = bare_application(arguments)
    apply_style(app)
    return app


def bare_application(arguments: Sequence[str]) -> QApplication:
    """What a window needs to appear at all.

    Our style is told as an argument, since setStyle() answers with one, and PySide would make a class of it first.
    """
    app = QApplication([*arguments, "-style", "Fusion"])
    app.setApplicationName("fmsdiag")
    app.setApplicationDisplayName("fmsdiag")
    app.setOrganizationName("fmsdiag")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("fmsdiag")
    app.setQuitOnLastWindowClosed(False)
    return app


def use_language_of(app: QApplication, environ: Mapping[str, str]) -> None:
    """Say everything in the language that these variables ask for, laid out in its direction.

    After the first paint: the bare window has no words but the program's name.
    """
    from PySide6.QtCore import Qt

    from fmsdiag.messages.reader import language_of, use_language

    language = language_of(environ)
    use_language(language)
    if language.is_right_to_left:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)


def apply_style(app: QApplication) -> None:
    """Icon and font."""
    from fmsdiag.gui.theme.icons import icon

    app.setWindowIcon(icon("app"))
    _bring_font(app)


class FirstPaint(QObject):
    """Waits until a window has been painted for the first time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window
        self._turn = QEventLoop()

    def wait(self) -> None:
        """Serve events until then; the loop ends before any other begins."""
        self._window.installEventFilter(self)
        QTimer.singleShot(PAINTED_WITHIN_MS, self._turn.quit)
        self._turn.exec()
        self._window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self._turn.quit)  # behind this event, when the picture is on its way
        return False


def _bring_font(app: QApplication) -> None:
    """A bare system without fonts would show boxes: bring one, and use it only if there is no other."""
    from PySide6.QtGui import QFont, QFontDatabase

    bare = not QFontDatabase.families()
    added = QFontDatabase.addApplicationFont(str(bundled_file("fonts", "DejaVuSans.ttf")))
    families = QFontDatabase.applicationFontFamilies(added) if added >= 0 else []
    if bare and families:
        app.setFont(QFont(families[0], 10))
