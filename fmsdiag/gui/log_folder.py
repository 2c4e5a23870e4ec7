"""Help > Open Log Folder: the folder of the log file in the system's own file browser."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

NO_LOG_KEPT = "fmsdiag keeps no log here: FMSDIAG_LOG is “none”."
NOT_OPENED = "The log folder does not open. It is: {folder}"


def open_log_folder(say: Callable[[str], None], environment: Mapping[str, str]) -> None:
    """Open it, made if need be; where that fails, `say` where it is."""
    from fmsdiag.log import chosen_path

    path = chosen_path(None, environment)
    if path is None:
        say(NO_LOG_KEPT)
        return
    folder = path.parent
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir() or not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        say(NOT_OPENED.format(folder=folder))
