"""What each command of the menus does, and the menu of recent servers. Names and shortcuts are in actions.py."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QMainWindow

from fmsdiag.gui import help_dialogs
from fmsdiag.gui.log_folder import open_log_folder
from fmsdiag.gui.pane_layout import PaneLayout
from fmsdiag.gui.report_view import ReportView
from fmsdiag.gui.theme.appearance import Appearance
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text


class RecentTexts(Table, of="gui.recent"):
    """The menu of servers that were tested last."""

    # translators: {number} is the key that chooses the entry
    ENTRY = text("&{number:name} {url}")
    CLEAR = text("&Clear List")


def connect_menus(
    window: QMainWindow, parts: WindowParts, view: ReportView, panes: PaneLayout, appearance: Appearance
) -> None:
    """Let the commands act on the window and what is in it."""
    actions, commands = parts.actions, parts.commands
    for action, slot in (
        (actions.new, view.new),
        (actions.open, view.ask_what_to_open),
        (actions.compare, view.compare.ask),
        (actions.close_report, view.close_report),
        (actions.close_all, view.close_all),
        (actions.save, commands.save),
        (actions.save_for_support, parts.handover.start),
        (actions.export_packets, commands.export_packets),
        (actions.print, commands.print),
        (actions.quit, window.close),
        (actions.copy_summary, commands.copy_summary),
        (actions.copy_markdown, commands.copy_markdown),
        (actions.copy_request, lambda: commands.copy_request()),
        (actions.find, panes.find),
        (actions.run, parts.form.run),
        (actions.stop, view.stop),
        (actions.support_view, panes.faces.choose),
        (actions.details, panes.ask_for_details),
        (actions.next_tab, lambda: parts.tabs.step(1)),
        (actions.previous_tab, lambda: parts.tabs.step(-1)),
        (actions.zoom_in, lambda: appearance.zoom_by(1)),
        (actions.zoom_out, lambda: appearance.zoom_by(-1)),
        (actions.zoom_reset, lambda: appearance.zoom_by(0)),
        (actions.what_is_sent, lambda: help_dialogs.what_is_sent(window).show()),
        (actions.log_folder, lambda: open_log_folder(parts.messages.say, os.environ)),
        (actions.licenses, lambda: help_dialogs.licenses(window).show()),
        (actions.about, lambda: help_dialogs.about(window).show()),
    ):
        action.triggered.connect(slot)
    for suffix, action in actions.exports.items():
        action.triggered.connect(lambda _checked=False, suffix=suffix: commands.export(suffix))
    for theme, action in actions.themes.items():
        action.setChecked(theme == appearance.theme)
        action.triggered.connect(lambda _checked=False, theme=theme: appearance.choose_theme(theme))
    parts.recents.changed.connect(lambda: _list_recents(parts, view))


def _list_recents(parts: WindowParts, view: ReportView) -> None:
    menu, recents = parts.actions.recent, parts.recents
    menu.clear()
    for number, url in enumerate(recents.urls, start=1):
        action = menu.addAction(say(RecentTexts.ENTRY, number=str(number % 10), url=url.replace("&", "&&")))
        action.triggered.connect(lambda _checked=False, url=url: view.open_recent(url))
    if recents.urls:
        menu.addSeparator()
        menu.addAction(say(RecentTexts.CLEAR)).triggered.connect(recents.clear)
    menu.setEnabled(bool(recents.urls) and not parts.session.running)
