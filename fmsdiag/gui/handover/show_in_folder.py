"""A file in the system's file manager, selected, so that nobody has to look for it among others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

_FILE_MANAGER = "org.freedesktop.FileManager1"
_PATH_OF_FILE_MANAGER = "/org/freedesktop/FileManager1"
_ANSWER_MS = 1000


def show_in_folder(path: Path) -> bool:
    """Open the folder of `path` with the file selected, where the system can; else the folder. False if neither opens."""
    return _select(path) or QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def command_to_select(path: Path, platform: str = sys.platform) -> list[str] | str | None:
    """The program that selects a file; none on Linux, where a service of the desktop does it."""
    if platform == "win32":
        # by its whole path, since one that lies beside this program would be found first
        folder = os.environ.get("SystemRoot", r"C:\Windows")
        return f'"{folder}\\explorer.exe" /select,"{path}"'  # it reads its command line itself, and wants the quotes there
    if platform == "darwin":
        return ["open", "-R", str(path)]
    return None


def _select(path: Path) -> bool:
    if not path.is_file():
        return False
    command = command_to_select(path)
    if command is None:
        return _select_by_service(path)
    try:
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return True


def _select_by_service(path: Path) -> bool:
    """Ask the desktop's file manager; the call is sent only where the bus knows one, since starting it may take seconds."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False  # Qt would start a bus of its own
    try:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage
    except ImportError:
        return False
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    known = QDBusMessage.createMethodCall(
        "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListActivatableNames"
    )
    answer = bus.call(known, timeout=_ANSWER_MS).arguments()
    if not answer or _FILE_MANAGER not in answer[0]:
        return False
    call = QDBusMessage.createMethodCall(_FILE_MANAGER, _PATH_OF_FILE_MANAGER, _FILE_MANAGER, "ShowItems")
    call.setArguments(
        [[QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)], ""]
    )
    return bus.send(call)
