"""Files of reports are asked for where the last ones were."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.choosing import (
    ChoosingTexts,
    ask_for_report,
    ask_for_reports,
    remember_folder,
)


def test_several_files_are_told_together(qtbot: QtBot, settings: QSettings, tmp_path: Path) -> None:
    window, chosen = QWidget(), list[list[Path]]()
    qtbot.addWidget(window)
    remember_folder(settings, tmp_path / "a.json")
    dialog = ask_for_reports(window, settings, ChoosingTexts.OPEN, chosen.append, "open")
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFiles
    assert Path(dialog.directory().absolutePath()) == tmp_path
    assert "*.zip" in dialog.nameFilters()[0]
    assert "*.fmsdiag-report" in dialog.nameFilters()[0]
    dialog.filesSelected.emit(["/a/1.json", "/a/2.json"])
    assert chosen == [[Path("/a/1.json"), Path("/a/2.json")]]
    dialog.close()


def test_one_file_is_told_alone(qtbot: QtBot, settings: QSettings) -> None:
    window, chosen = QWidget(), list[Path]()
    qtbot.addWidget(window)
    dialog = ask_for_report(window, settings, ChoosingTexts.COMPARE, chosen.append, "compare")
    assert dialog.fileMode() is QFileDialog.FileMode.ExistingFile
    assert (dialog.objectName(), dialog.windowTitle()) == ("compare", "Compare With Report")
    dialog.fileSelected.emit("/a/1.json")
    assert chosen == [Path("/a/1.json")]
    dialog.close()
