"""Tools, File ▸ History, and the list in the Server field: commands whose dialogs are loaded when they are asked for."""

from __future__ import annotations

import asyncio
import os

import msgspec
from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu

from fmsdiag.gui.background import in_background
from fmsdiag.gui.history.since_last import SinceLast
from fmsdiag.gui.report_view import ReportView
from fmsdiag.gui.theme.icons import icon
from fmsdiag.gui.window_parts import WindowParts
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.obs.folders import obs_folders
from fmsdiag.services import SERVICES, Service


class ToolsTexts(Table, of="gui.tools"):
    """The commands. "&" marks the access key."""

    TOOLS = text("T&ools")
    CREATE_PROFILE = text("Create Customer &Profile…")
    IMPORT_FROM_OBS = text("&Import From OBS…")
    NO_OBS = text("OBS Studio was not found on this computer.")
    SERVICES = text("Choose Your &Service")
    # translators: a streaming service
    SERVICE = text("{name:name}")
    # translators: a streaming service, and the most that it advises in kilobits per second
    SERVICE_WITH_RATE = text("{name:name}: at most {number:count} kbit/s")
    SERVICE_HINT = text("{address:name} (as of {year:name}). Only the form is filled; nothing is contacted.")
    ASSIGNED = text("This service assigns an address to each channel or event.")
    FIELD_HINT = text("Choose your service, or import the server from OBS")
    HISTORY = text("&History…")
    # translators: stands where the name of a report's file stands
    FROM_HISTORY = text("test from the history")


class ToolsMenu(QObject):
    """Adds the commands to the window, and says after a run what has changed."""

    def __init__(
        self, window: QMainWindow, parts: WindowParts, view: ReportView, settings: QSettings
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._view, self._settings = window, parts, view, settings
        self._task: asyncio.Task[None] | None = None
        self.since_last = SinceLast(parts.session, parts.messages, settings)
        self.menu = QMenu(say(ToolsTexts.TOOLS), window)
        self.create_profile = self.menu.addAction(say(ToolsTexts.CREATE_PROFILE))
        self.menu.addSeparator()
        self.services = self.menu.addMenu(say(ToolsTexts.SERVICES))
        self.import_from_obs = self.menu.addAction(say(ToolsTexts.IMPORT_FROM_OBS))
        bar = window.menuBar()
        bar.insertMenu(bar.actions()[-1], self.menu)  # Help is the last one
        self.history = QAction(say(ToolsTexts.HISTORY), window)
        self.history.setShortcut(QKeySequence("Ctrl+H"))
        _menu_of(parts.actions.recent).insertAction(parts.actions.recent.menuAction(), self.history)
        self._fill_services(self.services)
        self.chooser = self._add_chooser(parts.form.server_line)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self.update)
        self.create_profile.triggered.connect(self.show_create_profile)
        self.import_from_obs.triggered.connect(self.show_import)
        self.history.triggered.connect(self.show_history)

    def update(self) -> None:
        """Enable what makes sense now; OBS may have been installed meanwhile."""
        idle = not self._parts.session.running
        found = bool(obs_folders(os.environ))
        self.services.setEnabled(idle)
        self.import_from_obs.setEnabled(idle and found)
        self.import_from_obs.setToolTip("" if found else say(ToolsTexts.NO_OBS))

    # ---- services, OBS
    def _fill_services(self, menu: QMenu) -> None:
        menu.setToolTipsVisible(True)
        for service in SERVICES:
            action = menu.addAction(_service_entry(service))
            action.setEnabled(bool(service.addresses))
            if not service.addresses:
                action.setToolTip(say(ToolsTexts.ASSIGNED))
                continue
            address, year = service.addresses[0], str(service.year)
            action.setToolTip(say(ToolsTexts.SERVICE_HINT, address=address, year=year))
            action.triggered.connect(lambda _checked=False, address=address: self.use(address))

    def _add_chooser(self, line: QLineEdit) -> QMenu:
        """A list at the end of the Server field."""
        menu = QMenu(line)
        self._fill_services(menu)
        menu.addSeparator()
        menu.addAction(self.import_from_obs)
        menu.aboutToShow.connect(self.update)
        action = line.addAction(icon("services"), QLineEdit.ActionPosition.TrailingPosition)
        action.setToolTip(say(ToolsTexts.FIELD_HINT))
        action.setText(say(ToolsTexts.FIELD_HINT))
        action.triggered.connect(lambda: menu.popup(line.mapToGlobal(line.rect().bottomLeft())))
        return menu

    def use(self, address: str) -> None:
        """Put an address into the form; nothing is tested."""
        if not self._parts.session.running:
            self._view.open_recent(address)

    def show_import(self) -> None:
        """Read OBS's files in another thread, then let a profile be chosen."""
        self._task = asyncio.get_running_loop().create_task(self._read_obs())

    async def _read_obs(self) -> None:
        from fmsdiag.gui.obs.import_dialog import ImportDialog
        from fmsdiag.obs.installation import read_obs

        found = await in_background(read_obs, os.environ)
        if found is None:
            self._parts.messages.say(say(ToolsTexts.NO_OBS))
            return
        dialog = ImportDialog(found, self._window)
        dialog.chosen.connect(self.use)
        dialog.open()

    # ---- profiles, history
    def show_create_profile(self) -> None:
        """The dialog, with what the form has; a test can go on beside it."""
        from fmsdiag.gui.profile.create_dialog import CreateProfileDialog
        from fmsdiag.gui.profile.prefill import prefilled

        dialog = CreateProfileDialog(self._parts.commands.report, self._settings, self._window)
        dialog.prefill(*prefilled(self._parts.form.fields()))
        dialog.show()

    def show_history(self) -> None:
        """The dialog; its list comes from another thread."""
        from fmsdiag.gui.history.dialog import HistoryDialog

        dialog = HistoryDialog(os.environ, self._window)
        dialog.opened.connect(self.open_kept)
        dialog.open()
        dialog.load()

    def open_kept(self, report: Report) -> None:
        """Show a kept test as a report from a file is shown; it was redacted before it was kept."""
        from fmsdiag.report.open_file import OpenedReport

        opened = OpenedReport(report, msgspec.to_builtins(report), "")
        self._view.show_opened(opened, say(ToolsTexts.FROM_HISTORY), report)


def _service_entry(service: Service) -> str:
    if service.max_kbps is None:
        return say(ToolsTexts.SERVICE, name=service.name)
    return say(ToolsTexts.SERVICE_WITH_RATE, name=service.name, number=service.max_kbps)


def _menu_of(menu: QMenu) -> QMenu:
    """The menu that this one is in."""
    parent = menu.parent()
    if not isinstance(parent, QMenu):
        raise TypeError("the menu is in no other one")
    return parent
