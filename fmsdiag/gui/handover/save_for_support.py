"""Save for Support: the preview, then one file, then what is done with it. Nothing blocks the event loop but the PDF."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fmsdiag.gui.background import in_background
from fmsdiag.gui.handover.places import default_folder, free_path, remember_folder, support_name
from fmsdiag.gui.handover.prepared_report import PreparedReport, is_fixed, prepare
from fmsdiag.gui.handover.preview_dialog import PreviewDialog, PreviewTexts
from fmsdiag.gui.handover.saved_bar import SavedBar
from fmsdiag.gui.report_file.commands import ReportCommands
from fmsdiag.gui.settings import string
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Redaction, Report
from fmsdiag.report.open_file import SUPPORT_EXTENSION, OpenedReport
from fmsdiag.whole_file import write_whole

_LEVEL_KEY = "support/level"


class SupportTexts(Table, of="gui.handover"):
    """Its file dialog, and why a file could not be written."""

    # translators: the part in parentheses is a file name pattern
    FILTER = text("Report for support (*.zip)")
    NOT_SAVED = text("Not saved: {reason:name}. Choose another folder.")


class SaveForSupport(QObject):
    """Works on the report that the window shows when it starts, whatever is shown later."""

    def __init__(self, window: QWidget, commands: ReportCommands, settings: QSettings) -> None:
        super().__init__(window)
        self._window, self._commands, self.settings = window, commands, settings
        self.bar = SavedBar()
        self.destination: Callable[[], str] = str
        """Where the open profile wants its report: an email address, a web page, or nothing."""
        self._working: set[asyncio.Task[None]] = set()
        commands.changed.connect(self.bar.clear)

    def start(self) -> None:
        """Show what would be saved; with no report there is nothing to do."""
        report, opened = self._commands.report, self._commands.opened
        if report is None:
            return
        path = free_path(default_folder(self.settings), support_name(report))
        kept = string(self.settings, _LEVEL_KEY)
        level = Redaction(kept) if kept in set(Redaction) else Redaction.STANDARD
        send_to = self.destination()
        dialog = PreviewDialog(path, level, is_fixed(report), send_to, self._window)
        dialog.level_chosen.connect(lambda _: self._begin(self._prepare(dialog, report, opened)))
        dialog.save_wanted.connect(lambda: self._begin(self._save(dialog, path, send_to)))
        dialog.save_as_wanted.connect(lambda: self._ask(dialog, path, send_to))
        dialog.open()
        self._begin(self._prepare(dialog, report, opened))

    @property
    def busy(self) -> bool:
        """Whether something that was begun is not done yet."""
        return bool(self._working)

    async def settled(self) -> None:
        """Wait until what was begun is done."""
        while self._working:
            await asyncio.wait(self._working)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _prepare(self, dialog: PreviewDialog, report: Report, opened: OpenedReport | None) -> None:
        """Of several levels that were chosen in a row, the last one is shown."""
        level = dialog.level
        is_closed = _closing(dialog)
        prepared = await in_background(prepare, report, opened, level, os.environ)
        if not is_closed() and dialog.level is level:
            dialog.show_prepared(prepared)

    def _ask(self, preview: PreviewDialog, path: Path, send_to: str) -> None:
        dialog = QFileDialog(preview, say(PreviewTexts.TITLE), str(path.parent))
        dialog.setObjectName("save-for-support")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(say(SupportTexts.FILTER))
        dialog.setDefaultSuffix(SUPPORT_EXTENSION.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(path.name)
        dialog.fileSelected.connect(lambda chosen: self._begin(self._save(preview, Path(chosen), send_to)))
        dialog.open()

    async def _save(self, dialog: PreviewDialog, path: Path, send_to: str) -> None:
        """Write what the preview shows; an error is shown there, and another folder can be chosen."""
        prepared, level = dialog.prepared, dialog.level
        if prepared is None:
            return
        dialog.show_saving()
        is_closed = _closing(dialog)
        pdf = _pdf_of(prepared.report)
        try:
            await in_background(_write, path, prepared, pdf)
        except (OSError, ValueError) as error:  # ValueError: a null character in the path
            if not is_closed():
                dialog.show_failed(
                    say(SupportTexts.NOT_SAVED, reason=str(getattr(error, "strerror", None) or error))
                )
            return
        remember_folder(self.settings, path)
        if not is_fixed(prepared.report):
            self.settings.setValue(_LEVEL_KEY, level.value)
        if not is_closed():
            dialog.accept()
        self.bar.show_saved(path, prepared.report, send_to)


def _closing(dialog: PreviewDialog) -> Callable[[], bool]:
    """Tells whether the dialog is gone: its widgets are deleted with it."""
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    return lambda: bool(closed)


def _pdf_of(report: Report) -> bytes:
    """Qt draws only in the window's thread."""
    from fmsdiag.gui.report_file.paper import pdf_of  # the window is filled sooner without

    return pdf_of(report)


def _write(path: Path, prepared: PreparedReport, pdf: bytes) -> None:
    from fmsdiag.report.support.contents import support_file

    write_whole(path, support_file(prepared.report, prepared.data, pdf))
