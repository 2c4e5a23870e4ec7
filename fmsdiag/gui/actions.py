"""The menus: every command of the window with its shortcut, enabled only where it does something."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from fmsdiag.gui.theme.appearance import THEMES
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Report


class MenuTexts(Table, of="gui.menus"):
    """Menus and commands. "&" marks the access key."""

    FILE = text("&File")
    NEW = text("&New Test")
    OPEN = text("&Open Report…")
    COMPARE = text("&Compare With…")
    CLOSE_REPORT = text("C&lose Report")
    CLOSE_ALL = text("Close &All Reports")
    RECENT = text("&Recent")
    SAVE = text("&Save Report…")
    SAVE_FOR_SUPPORT = text("Save &for Support…")
    EXPORT = text("&Export")
    EXPORT_HTML = text("&HTML Page…")
    EXPORT_JSON = text("&JSON…")
    EXPORT_MARKDOWN = text("&Markdown…")
    EXPORT_PACKETS = text("&Packets (pcapng)…")
    # translators: in place of the one above, while it is disabled
    EXPORT_PACKETS_OPENED = text("&Packets (pcapng): not kept in a report")
    EXPORT_PACKETS_HINT = text("The traffic of this test, for Wireshark, with secrets masked.")
    EXPORT_PACKETS_OPENED_HINT = text(
        "A report does not contain the traffic. Packets can be exported after a test in this window, until the next one."
    )
    PRINT = text("&Print…")
    QUIT = text("&Quit")
    EDIT = text("&Edit")
    COPY_SUMMARY = text("Copy &Summary")
    COPY_MARKDOWN = text("Copy as &Markdown")
    COPY_REQUEST = text("Copy &Request")
    FIND = text("F&ind in Details…")
    TEST = text("&Test")
    RUN = text("&Run Test")
    STOP = text("&Stop")
    VIEW = text("&View")
    SUPPORT_VIEW = text("&Support View")
    SUPPORT_VIEW_HINT = text("Everything that was seen. Without it: what a customer needs.")
    DETAILS = text("Support &Details")
    NEXT_TAB = text("Ne&xt Tab")
    PREVIOUS_TAB = text("Pre&vious Tab")
    THEME = text("&Theme")
    THEME_SYSTEM = text("&System")
    THEME_LIGHT = text("&Light")
    THEME_DARK = text("&Dark")
    ZOOM_IN = text("Zoom &In")
    ZOOM_OUT = text("Zoom &Out")
    NORMAL_SIZE = text("&Normal Size")
    HELP = text("&Help")
    WHAT_IS_SENT = text("&What This App Sends")
    LOG_FOLDER = text("&Open Log Folder")
    LICENSES = text("&Licenses")
    ABOUT = text("&About fmsdiag")


EXPORTS = {"html": MenuTexts.EXPORT_HTML, "json": MenuTexts.EXPORT_JSON, "md": MenuTexts.EXPORT_MARKDOWN}
"""Formats by the suffix of their files."""
_THEMES = {"system": MenuTexts.THEME_SYSTEM, "light": MenuTexts.THEME_LIGHT, "dark": MenuTexts.THEME_DARK}


@dataclass(frozen=True)
class State:
    """What decides which commands make sense."""

    running: bool = False
    report: Report | None = None
    """The one that the window shows."""
    opened: bool = False
    """Whether it comes from a file."""
    others: bool = False
    """Whether any report from a file is open, in front or not."""
    raw: bool = False
    """Whether that file is of a newer version, so that only its data can be shown."""
    packets: bool = False
    """Whether the traffic of the report's run was kept."""


class WindowActions:
    """The commands, in the menus of `window`; menu_commands.py connects them."""

    def __init__(self, window: QMainWindow) -> None:
        bar = window.menuBar()
        self._make_file(bar.addMenu(say(MenuTexts.FILE)))
        self._make_edit(bar.addMenu(say(MenuTexts.EDIT)))
        menu = bar.addMenu(say(MenuTexts.TEST))
        self.run = self._add(menu, MenuTexts.RUN, "F5")
        self.stop = self._add(menu, MenuTexts.STOP, "Esc")
        self._make_view(bar.addMenu(say(MenuTexts.VIEW)), window)
        menu = bar.addMenu(say(MenuTexts.HELP))
        self.what_is_sent = self._add(menu, MenuTexts.WHAT_IS_SENT, "F1")
        self.log_folder = self._add(menu, MenuTexts.LOG_FOLDER)
        self.licenses = self._add(menu, MenuTexts.LICENSES)
        self.about = self._add(menu, MenuTexts.ABOUT)

    def set_state(self, state: State) -> None:
        """Enable what makes sense now."""
        report, idle = state.report, not state.running
        request = bool(report and report.findings and report.findings[0].request)
        self.new.setEnabled(idle)
        self.close_report.setEnabled(state.opened)
        for action in (self.close_all, self.next_tab, self.previous_tab):
            action.setEnabled(state.others)
        self.compare.setEnabled(idle and report is not None)
        self.recent.setEnabled(idle and bool(self.recent.actions()))
        self.run.setEnabled(idle and not state.opened)
        self.stop.setEnabled(state.running and not state.opened)
        whole = (self.save_for_support, self.copy_summary, self.copy_markdown, self.print)
        for action in (*whole, *self.exports.values()):
            action.setEnabled(report is not None)
        self.export.setEnabled(report is not None)
        self._set_packets(report is not None and state.packets, without=state.opened)
        self.save.setEnabled(report is not None or state.raw)
        self.copy_request.setEnabled(request)
        self.find.setEnabled(report is not None)

    def _set_packets(self, there: bool, *, without: bool) -> None:
        """`without`: a report from a file is shown, which has none; the entry says so."""
        self.export_packets.setEnabled(there)
        said = MenuTexts.EXPORT_PACKETS_OPENED if without else MenuTexts.EXPORT_PACKETS
        hint = MenuTexts.EXPORT_PACKETS_OPENED_HINT if without else MenuTexts.EXPORT_PACKETS_HINT
        self.export_packets.setText(say(said))
        self.export_packets.setToolTip(say(hint))

    def _make_file(self, menu: QMenu) -> None:
        self.new = self._add(menu, MenuTexts.NEW, "Ctrl+N")
        self.open = self._add(menu, MenuTexts.OPEN, "Ctrl+O")
        self.compare = self._add(menu, MenuTexts.COMPARE, "Ctrl+D")
        self.recent = menu.addMenu(say(MenuTexts.RECENT))
        menu.addSeparator()
        self.close_report = self._add(menu, MenuTexts.CLOSE_REPORT, "Ctrl+W")
        self.close_all = self._add(menu, MenuTexts.CLOSE_ALL, "Ctrl+Shift+W")
        menu.addSeparator()
        self.save = self._add(menu, MenuTexts.SAVE, "Ctrl+S")
        self.save_for_support = self._add(menu, MenuTexts.SAVE_FOR_SUPPORT, "Ctrl+Shift+S")
        self.save_for_support.setObjectName("save_for_support")
        self.export = menu.addMenu(say(MenuTexts.EXPORT))
        self.exports = {suffix: self._add(self.export, words) for suffix, words in EXPORTS.items()}
        self.export.addSeparator()
        self.export_packets = self._add(self.export, MenuTexts.EXPORT_PACKETS)
        self.export.setToolTipsVisible(True)
        self.print = self._add(menu, MenuTexts.PRINT, "Ctrl+P")
        menu.addSeparator()
        self.quit = self._add(menu, MenuTexts.QUIT, "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_edit(self, menu: QMenu) -> None:
        self.copy_summary = self._add(menu, MenuTexts.COPY_SUMMARY, "Ctrl+Shift+C")
        self.copy_markdown = self._add(menu, MenuTexts.COPY_MARKDOWN, "Ctrl+Shift+M")
        self.copy_request = self._add(menu, MenuTexts.COPY_REQUEST, "Ctrl+Shift+R")
        menu.addSeparator()
        self.find = self._add(menu, MenuTexts.FIND, "Ctrl+F")

    def _make_view(self, menu: QMenu, window: QMainWindow) -> None:
        self.support_view = self._add(menu, MenuTexts.SUPPORT_VIEW)
        self.support_view.setCheckable(True)
        self.support_view.setToolTip(say(MenuTexts.SUPPORT_VIEW_HINT))
        menu.setToolTipsVisible(True)
        self.details = self._add(menu, MenuTexts.DETAILS, "F8")
        self.details.setCheckable(True)
        menu.addSeparator()
        self.next_tab = self._add(menu, MenuTexts.NEXT_TAB, "Ctrl+Tab")
        self.previous_tab = self._add(menu, MenuTexts.PREVIOUS_TAB, "Ctrl+Shift+Tab")
        menu.addSeparator()
        themes = menu.addMenu(say(MenuTexts.THEME))
        group = QActionGroup(window)
        self.themes = {name: self._add(themes, _THEMES[name]) for name in THEMES}
        for action in self.themes.values():
            action.setCheckable(True)
            group.addAction(action)
        self.zoom_in = self._add(menu, MenuTexts.ZOOM_IN, "Ctrl++")
        self.zoom_in.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.zoom_out = self._add(menu, MenuTexts.ZOOM_OUT, "Ctrl+-")
        self.zoom_reset = self._add(menu, MenuTexts.NORMAL_SIZE, "Ctrl+0")

    @staticmethod
    def _add(menu: QMenu, said: Text, shortcut: str = "") -> QAction:
        action = menu.addAction(say(said))
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        return action
