"""The dialogs that ask for files of reports: what they offer, and the folder in which they begin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from fmsdiag.gui.settings import string
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.profile.profile_file import EXTENSION
from fmsdiag.report.open_file import EXTENSIONS

_FOLDER_KEY = "open/folder"


class ChoosingTexts(Table, of="gui.choosing"):
    """The titles, and what is offered."""

    OPEN = text("Open Report")
    COMPARE = text("Compare With Report")
    # translators: {patterns} is such as "*.html *.json"
    FILTER = text("Reports and profiles ({patterns:name})")
    # translators: the same
    REPORTS = text("Reports ({patterns:name})")


def ask_for_reports(
    window: QWidget, settings: QSettings, title: Text, chosen: Callable[[list[Path]], object], name: str
) -> QFileDialog:
    """Ask for one file or several, and call `chosen` with them; `name` is the dialog's, for style sheets and tests."""
    dialog = _dialog(window, settings, title, name)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda paths: chosen([Path(path) for path in paths]))
    dialog.open()
    return dialog


def ask_for_report(
    window: QWidget, settings: QSettings, title: Text, chosen: Callable[[Path], object], name: str
) -> QFileDialog:
    """The same for exactly one report; a profile holds none."""
    dialog = _dialog(window, settings, title, name)
    dialog.setNameFilter(say(ChoosingTexts.REPORTS, patterns=_patterns(EXTENSIONS)))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
    return dialog


def remember_folder(settings: QSettings, path: Path) -> None:
    """Begin the next time where this file is."""
    settings.setValue(_FOLDER_KEY, str(path.parent))


def _patterns(extensions: Iterable[str]) -> str:
    return " ".join(f"*{extension}" for extension in extensions)


def _dialog(window: QWidget, settings: QSettings, title: Text, name: str) -> QFileDialog:
    dialog = QFileDialog(window, say(title), string(settings, _FOLDER_KEY))
    dialog.setObjectName(name)
    dialog.setNameFilter(say(ChoosingTexts.FILTER, patterns=_patterns((*EXTENSIONS, EXTENSION))))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
