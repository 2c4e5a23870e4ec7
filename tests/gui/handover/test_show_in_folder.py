from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from fmsdiag.gui.handover import show_in_folder as module
from fmsdiag.gui.handover.show_in_folder import command_to_select, show_in_folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def open_url(url: QUrl) -> bool:
        asked.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return asked


def test_each_system_selects_a_file_in_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SystemRoot", "D:\\Windows")
    path = Path("/home/a b/report.zip")
    assert command_to_select(path, "darwin") == ["open", "-R", str(path)]
    assert command_to_select(path, "win32") == f'"D:\\Windows\\explorer.exe" /select,"{path}"'
    assert command_to_select(path, "linux") is None


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems select the file")
def test_without_a_file_manager_that_selects_the_folder_is_opened(tmp_path: Path, opened: list[str]) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(b"PK")
    assert show_in_folder(path)
    assert opened == [QUrl.fromLocalFile(str(tmp_path)).toString()]


def test_a_program_that_is_not_there_leaves_the_folder(
    tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(b"PK")

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "Popen", missing)
    monkeypatch.setattr(module, "command_to_select", lambda path: ["open", "-R", str(path)])
    assert show_in_folder(path)
    assert opened == [QUrl.fromLocalFile(str(tmp_path)).toString()]


def test_a_file_that_is_gone_leaves_its_folder(tmp_path: Path, opened: list[str]) -> None:
    assert show_in_folder(tmp_path / "gone.zip")
    assert opened == [QUrl.fromLocalFile(str(tmp_path)).toString()]
