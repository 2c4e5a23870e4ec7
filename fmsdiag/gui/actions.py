"""The menus: every command of the window with its shortcut, enabled only where it does something."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from fmsdiag.model import Report


class WindowActions:
    """The commands, in the menus of `window`; the window connects them."""

    def __init__(self, window: QMainWindow) -> None:
        bar = window.menuBar()
        menu = bar.addMenu("&File")
        self.new = self._add(menu, "&New Test", "Ctrl+N")
        self.save = self._add(menu, "&Save Report…", "Ctrl+S")
        menu.addSeparator()
        self.quit = self._add(menu, "&Quit", "Ctrl+Q")
        menu = bar.addMenu("&Edit")
        self.copy_summary = self._add(menu, "Copy &Summary", "Ctrl+Shift+C")
        self.copy_request = self._add(menu, "Copy &Firewall Request", "Ctrl+Shift+F")
        menu = bar.addMenu("&Test")
        self.run = self._add(menu, "&Run Test", "F5")
        self.stop = self._add(menu, "&Stop", "Esc")
        menu = bar.addMenu("&View")
        self.details = self._add(menu, "&Support Details", "F8")
        self.details.setCheckable(True)

    def set_state(self, running: bool, report: Report | None) -> None:
        """Enable what makes sense now."""
        request = bool(report and report.findings and report.findings[0].advice.firewall_request)
        self.new.setEnabled(not running)
        self.run.setEnabled(not running)
        self.stop.setEnabled(running)
        self.save.setEnabled(report is not None)
        self.copy_summary.setEnabled(report is not None)
        self.copy_request.setEnabled(request)

    @staticmethod
    def _add(menu: QMenu, text: str, shortcut: str) -> QAction:
        action = menu.addAction(text)
        action.setShortcut(QKeySequence(shortcut))
        return action
