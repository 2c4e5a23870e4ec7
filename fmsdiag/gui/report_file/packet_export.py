"""The traffic of the run that the window shows, as a file for Wireshark. Made in a thread: it takes up to seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fmsdiag.gui.background import in_background
from fmsdiag.gui.settings import string
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report.file_name import file_name
from fmsdiag.whole_file import write_whole

if TYPE_CHECKING:  # loaded with the run
    from fmsdiag.probe.sockets.recording import TrafficRecorder

SUFFIX = "pcapng"


class PacketExportTexts(Table, of="gui.packet-export"):
    """Its file dialog, and what became of the file."""

    TITLE = text("Export Packets")
    # translators: the part in parentheses is a file name pattern
    FILTER = text("Packets for Wireshark (*.pcapng)")
    SAVED = text("Packets saved as {path:name}. Secrets are masked.")
    NOT_SAVED = text("Packets not saved: {reason:name}. Choose another folder.")


class PacketExport:
    """Works on the run that the window shows."""

    def __init__(
        self,
        window: QWidget,
        settings: QSettings,
        tell: Callable[[str], object],
        complain: Callable[[str], object],
    ) -> None:
        self._window, self._settings = window, settings
        self._tell, self._complain = tell, complain
        self._report: Report | None = None
        self._recorder: TrafficRecorder | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def show(self, report: Report | None, recorder: TrafficRecorder | None) -> None:
        """From now on it is about that run; none: there is nothing to export."""
        self._report, self._recorder = report, recorder

    def ask(self) -> None:
        """Ask where, and write what was there when the dialog opened."""
        report, recorder = self._report, self._recorder
        if report is None or recorder is None:
            return
        dialog = QFileDialog(
            self._window, say(PacketExportTexts.TITLE), string(self._settings, "save/folder")
        )
        dialog.setObjectName("export-packets")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(say(PacketExportTexts.FILTER))
        dialog.setDefaultSuffix(SUFFIX)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.selectFile(file_name(report, SUFFIX))
        dialog.fileSelected.connect(lambda path: self._begin(report, recorder, Path(path)))
        dialog.open()

    async def settled(self) -> None:
        """Wait until what was begun is written."""
        if self._writing:
            await asyncio.wait(self._writing)

    def _begin(self, report: Report, recorder: TrafficRecorder, path: Path) -> None:
        task = asyncio.get_running_loop().create_task(self.write(report, recorder, path))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def write(self, report: Report, recorder: TrafficRecorder, path: Path) -> None:
        """Write the file, masked; errors are shown."""
        try:
            await in_background(_write, report, recorder, path)
        except OSError as error:
            self._complain(say(PacketExportTexts.NOT_SAVED, reason=str(error.strerror or error)))
            return
        self._settings.setValue("save/folder", str(path.parent))
        self._tell(say(PacketExportTexts.SAVED, path=str(path)))


def _write(report: Report, recorder: TrafficRecorder, path: Path) -> None:
    from fmsdiag.report.packets.packet_file import packet_file

    write_whole(path, packet_file(report, recorder.traffic, recorder.secrets))
