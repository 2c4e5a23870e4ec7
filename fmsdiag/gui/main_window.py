"""The window: on the screen with the Server field before its other parts are paid for, filled afterwards.

Imports here are what the first frame needs; `fill` imports the rest. Even the name `Qt` takes a sixth of the time in
which a bare window appears. It is closed only when the run has ended. What the filled window does is in report_view.py,
pane_layout.py and menu_commands.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from fmsdiag.gui.first_frame import FirstFrame, remember_places
from fmsdiag.gui.settings import raw_bytes

if TYPE_CHECKING:  # `fill` imports them, once the first frame is on the screen
    from PySide6.QtGui import QCloseEvent, QResizeEvent

    from fmsdiag.gui.prober_thread import ProberThread
    from fmsdiag.gui.report_view import ReportView
    from fmsdiag.gui.tools_menu import ToolsMenu
    from fmsdiag.gui.window_parts import WindowParts


def load_parts() -> None:
    """Import what `fill` needs, and take no widget into the hand: any thread may do this."""
    import fmsdiag.gui.menu_commands
    import fmsdiag.gui.report_view
    import fmsdiag.gui.step_actions
    import fmsdiag.gui.tools_menu
    import fmsdiag.gui.window_parts  # noqa: F401


class MainWindow(QMainWindow):
    """A frame for its parts. Closing only asks: the owner of the event loop ends the run first."""

    close_requested = Signal()
    resized = Signal()

    parts: WindowParts
    view: ReportView
    tools: ToolsMenu

    def __init__(self, prober: ProberThread | None, settings: QSettings) -> None:
        """With a prober the window is whole at once; without one it shows its first frame until `fill`."""
        super().__init__()
        self.setWindowTitle("fmsdiag")
        self.setMinimumSize(720, 520)
        self._settings = settings
        self._filled = False
        self._first: FirstFrame | None = None
        self._may_close = False
        geometry = raw_bytes(settings, "window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1100, 720)
        if prober is not None:
            self.fill(prober)
        else:
            self._first = FirstFrame(settings)
            self.setCentralWidget(self._first.ground)
            self._first.place(self.width())
            self._first.line.setFocus()

    def fill(self, prober: ProberThread) -> None:
        """Put the parts into the window, as they were when it was closed last, around what was typed meanwhile."""
        from fmsdiag.gui.faces import Faces
        from fmsdiag.gui.menu_commands import connect_menus
        from fmsdiag.gui.pane_layout import PaneLayout
        from fmsdiag.gui.report_view import ReportView
        from fmsdiag.gui.step_actions import connect_steps
        from fmsdiag.gui.theme.appearance import Appearance
        from fmsdiag.gui.theme.icons import icon
        from fmsdiag.gui.tools_menu import ToolsMenu
        from fmsdiag.gui.window_parts import build_parts

        self.setWindowIcon(icon("app"))
        appearance = Appearance(self._settings, self)
        first, self._first = self._first, None
        self.parts = build_parts(self, prober, self._settings, first.release() if first else None)
        panes = PaneLayout(self, self.parts, Faces(self._settings, self), self._settings)
        self.resized.connect(panes.make_room)
        self.view = ReportView(self, self.parts, panes, self._settings)
        connect_menus(self, self.parts, self.view, panes, appearance)
        connect_steps(self.parts)
        self.tools = ToolsMenu(self, self.parts, self.view, self._settings)
        self._filled = True
        self.parts.restore(self._settings)
        panes.restore()
        self.parts.form.server.setFocus()
        if first is not None and first.was_pasted:
            self.parts.form.take_pasted()
        if first is not None and first.run_wanted:
            QTimer.singleShot(0, self.parts.form.run)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._first is not None:
            self._first.place(self.width())
        self.resized.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        if self._filled:
            self._settings.setValue("window/geometry", self.saveGeometry())
            shown = self.parts
            parts = (shown.tabs, shown.banner, shown.messages, shown.handover.bar, shown.profile)
            if all(part.isHidden() for part in parts):  # as they are at a start
                form = self.parts.form
                remember_places(self._settings, self, form.server, form.server_label)
            self.parts.save(self._settings)
            self._settings.sync()
        self.hide()
        self.close_requested.emit()

    def close_now(self) -> None:
        """Really close; called when the run has ended."""
        self._may_close = True
        self.close()
