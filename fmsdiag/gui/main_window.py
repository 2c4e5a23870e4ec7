"""The bare window: on the screen before its parts are paid for, filled afterwards, closed only when the run has ended.

Imports here are what the bare window needs; `fill` imports the rest. Even the name `Qt` takes a sixth of the time in
which a bare window appears. What the filled window does is in report_view.py, pane_layout.py and menu_commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow

from fmsdiag.gui.settings import raw_bytes

if TYPE_CHECKING:  # `fill` imports them, once the bare window is on the screen
    from fmsdiag.gui.prober_thread import ProberThread
    from fmsdiag.gui.report_view import ReportView
    from fmsdiag.gui.window_parts import WindowParts


class MainWindow(QMainWindow):
    """A frame for its parts. Closing only asks: the owner of the event loop ends the run first."""

    close_requested = Signal()
    resized = Signal()

    parts: WindowParts
    view: ReportView

    def __init__(self, prober: ProberThread | None, settings: QSettings) -> None:
        """With a prober the window is whole at once; without one it is bare until `fill`."""
        super().__init__()
        self.setWindowTitle("fmsdiag")
        self.setMinimumSize(720, 520)
        self._settings = settings
        self._filled = False
        self._may_close = False
        geometry = raw_bytes(settings, "window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1100, 720)
        if prober is not None:
            self.fill(prober)

    def fill(self, prober: ProberThread) -> None:
        """Put the parts into the bare window, as they were when it was closed last."""
        from fmsdiag.gui.menu_commands import connect_menus
        from fmsdiag.gui.pane_layout import PaneLayout
        from fmsdiag.gui.report_view import ReportView
        from fmsdiag.gui.step_actions import connect_steps
        from fmsdiag.gui.theme.appearance import Appearance
        from fmsdiag.gui.theme.icons import icon
        from fmsdiag.gui.window_parts import build_parts

        self.setWindowIcon(icon("app"))
        appearance = Appearance(self._settings, self)
        self.parts = build_parts(self, prober, self._settings)
        panes = PaneLayout(self, self.parts, self._settings)
        self.resized.connect(panes.make_room)
        self.view = ReportView(self, self.parts, panes, self._settings)
        connect_menus(self, self.parts, self.view, panes, appearance)
        connect_steps(self.parts)
        self._filled = True
        self.parts.restore(self._settings)
        panes.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._filled:
            self._settings.setValue("window/geometry", self.saveGeometry())
            self.parts.save(self._settings)
            self._settings.sync()
        self.hide()
        self.close_requested.emit()

    def close_now(self) -> None:
        """Really close; called when the run has ended."""
        self._may_close = True
        self.close()
