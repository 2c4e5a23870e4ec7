"""The menus: every command of the window with its shortcut, enabled only where it does something."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from fmsdiag.gui.theme.appearance import THEMES
from fmsdiag.model import Report

EXPORTS = {"html": "&HTML Page…", "json": "&JSON…", "md": "&Markdown…"}
"""Formats by the suffix of their files."""


@dataclass(frozen=True)
class State:
    """What decides which commands make sense."""

    running: bool = False
    report: Report | None = None
    """The one that the window shows."""
    opened: bool = False
    """Whether it comes from a file."""
    raw: bool = False
    """Whether that file is of a newer version, so that only its data can be shown."""


class WindowActions:
    """The commands, in the menus of `window`; menu_commands.py connects them."""

    def __init__(self, window: QMainWindow) -> None:
        bar = window.menuBar()
        self._make_file(bar.addMenu("&File"))
        self._make_edit(bar.addMenu("&Edit"))
        menu = bar.addMenu("&Test")
        self.run = self._add(menu, "&Run Test", "F5")
        self.stop = self._add(menu, "&Stop", "Esc")
        self._make_view(bar.addMenu("&View"), window)
        menu = bar.addMenu("&Help")
        self.what_is_sent = self._add(menu, "&What This App Sends", "F1")
        self.log_folder = self._add(menu, "&Open Log Folder")
        self.licences = self._add(menu, "&Licences")
        self.about = self._add(menu, "&About fmsdiag")

    def set_state(self, state: State) -> None:
        """Enable what makes sense now."""
        report, idle = state.report, not state.running
        request = bool(report and report.findings and report.findings[0].request)
        self.new.setEnabled(idle)
        self.open.setEnabled(idle)
        self.recent.setEnabled(idle and bool(self.recent.actions()))
        self.run.setEnabled(idle and not state.opened)
        self.stop.setEnabled(state.running)
        for action in (self.copy_summary, self.copy_markdown, self.print, *self.exports.values()):
            action.setEnabled(report is not None)
        self.export.setEnabled(report is not None)
        self.save.setEnabled(report is not None or state.raw)
        self.copy_request.setEnabled(request)
        self.find.setEnabled(report is not None)

    def _make_file(self, menu: QMenu) -> None:
        self.new = self._add(menu, "&New Test", "Ctrl+N")
        self.open = self._add(menu, "&Open Report…", "Ctrl+O")
        self.recent = menu.addMenu("&Recent")
        menu.addSeparator()
        self.save = self._add(menu, "&Save Report…", "Ctrl+S")
        self.export = menu.addMenu("&Export")
        self.exports = {suffix: self._add(self.export, words) for suffix, words in EXPORTS.items()}
        self.print = self._add(menu, "&Print…", "Ctrl+P")
        menu.addSeparator()
        self.quit = self._add(menu, "&Quit", "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_edit(self, menu: QMenu) -> None:
        self.copy_summary = self._add(menu, "Copy &Summary", "Ctrl+Shift+C")
        self.copy_markdown = self._add(menu, "Copy as &Markdown", "Ctrl+Shift+M")
        self.copy_request = self._add(menu, "Copy &Firewall Request", "Ctrl+Shift+F")
        menu.addSeparator()
        self.find = self._add(menu, "F&ind in Details…", "Ctrl+F")

    def _make_view(self, menu: QMenu, window: QMainWindow) -> None:
        self.details = self._add(menu, "Support &Details", "F8")
        self.details.setCheckable(True)
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        group = QActionGroup(window)
        self.themes = {name: self._add(themes, f"&{name.capitalize()}") for name in THEMES}
        for action in self.themes.values():
            action.setCheckable(True)
            group.addAction(action)
        self.zoom_in = self._add(menu, "Zoom &In", "Ctrl++")
        self.zoom_in.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.zoom_out = self._add(menu, "Zoom &Out", "Ctrl+-")
        self.zoom_reset = self._add(menu, "&Normal Size", "Ctrl+0")

    @staticmethod
    def _add(menu: QMenu, text: str, shortcut: str = "") -> QAction:
        action = menu.addAction(text)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        return action
