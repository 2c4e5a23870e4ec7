"""Help > Open Log Folder: the folder of the log file in the system's own file browser."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from fmsdiag.messages.reader import say as in_words
from fmsdiag.messages.text import Table, text


class LogTexts(Table, of="gui.log-folder"):
    """Why no folder opened."""

    NOT_KEPT = text("fmsdiag keeps no log here: FMSDIAG_LOG is “none”.")
    NOT_OPENED = text("The log folder could not be opened: {folder:name}")


def open_log_folder(say: Callable[[str], None], environment: Mapping[str, str]) -> None:
    """Open it, made if need be; where that fails, `say` where it is."""
    from fmsdiag.log import chosen_path

    path = chosen_path(None, environment)
    if path is None:
        say(in_words(LogTexts.NOT_KEPT))
        return
    folder = path.parent
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        say(in_words(LogTexts.NOT_OPENED, folder=str(folder)))
