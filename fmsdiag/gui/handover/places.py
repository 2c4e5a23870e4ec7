"""Where a file for support goes, and what it is called."""

from __future__ import annotations

import os
import re
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

from fmsdiag.gui.settings import string
from fmsdiag.model import Report
from fmsdiag.report.file_name import file_name
from fmsdiag.report.open_file import SUPPORT_EXTENSION

_FOLDER_KEY = "support/folder"
_LONGEST_PART = 40
_MOST_TRIED = 99


def default_folder(settings: QSettings) -> Path:
    """Where the last one went, else the desktop, the documents or the home folder: the first that can be written to."""
    places = QStandardPaths.StandardLocation
    standard = (places.DesktopLocation, places.DocumentsLocation, places.HomeLocation)
    chosen = [string(settings, _FOLDER_KEY), *map(QStandardPaths.writableLocation, standard)]
    usable = (Path(each) for each in chosen if each and os.path.isdir(each) and os.access(each, os.W_OK))
    return next(usable, Path.home())


def remember_folder(settings: QSettings, path: Path) -> None:
    settings.setValue(_FOLDER_KEY, str(path.parent))


def support_name(report: Report) -> str:
    """ "fmsdiag_Example-Streaming_4711_media.example.com_20260512T1202Z_ab12.zip": who asked, and their ticket, go first.

    Without a profile it is the name of any report.
    """
    name = file_name(report, SUPPORT_EXTENSION.removeprefix("."))
    prepared = report.prepared
    if prepared is None:
        return name
    told = (prepared.sender, *(field.value for field in prepared.fields[:1]))
    parts = [part for part in map(plain_name, told) if part]
    begin, _, rest = name.partition("_")
    return "_".join((begin, *parts, rest))


def free_path(folder: Path, name: str) -> Path:
    """That name in that folder; with a number where there is such a file already."""
    path = folder / name
    numbers = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, _MOST_TRIED))
    return path if not path.exists() else next((each for each in numbers if not each.exists()), path)


def plain_name(words: str) -> str:
    """Letters and digits of `words`, safe in every file system; "" where there are none."""
    return re.sub(r"[^\w.-]+", "-", words)[:_LONGEST_PART].strip("-._")
