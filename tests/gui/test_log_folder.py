from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.log_folder import LogTexts, open_log_folder
from fmsdiag.messages.reader import say
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.report import samples


class FileBrowser(QObject):
    """Stands where the system's file browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[FileBrowser]:
    made = FileBrowser()
    QDesktopServices.setUrlHandler("file", made, "open")  # type: ignore[arg-type]  # PySide takes no bytes here
    yield made
    QDesktopServices.unsetUrlHandler("file")


def test_the_folder_is_made_and_opened(tmp_path: Path, browser: FileBrowser) -> None:
    said: list[str] = []
    open_log_folder(said.append, {"FMSDIAG_LOG": str(tmp_path / "logs" / "x.log")})
    assert [url.toLocalFile() for url in browser.opened] == [(tmp_path / "logs").as_posix()]
    assert (tmp_path / "logs").is_dir()
    assert said == []


def test_a_folder_that_does_not_open_is_named(tmp_path: Path, browser: FileBrowser) -> None:
    said: list[str] = []
    (tmp_path / "file").write_text("", encoding="utf-8")
    open_log_folder(said.append, {"FMSDIAG_LOG": str(tmp_path / "file" / "x.log")})
    assert said == [say(LogTexts.NOT_OPENED, folder=str(tmp_path / "file"))]
    assert browser.opened == []


def test_where_no_log_is_kept_that_is_said(browser: FileBrowser) -> None:
    said: list[str] = []
    open_log_folder(said.append, {"FMSDIAG_LOG": "none"})
    assert said == [say(LogTexts.NOT_KEPT)]


def test_the_menu_says_it_in_the_window(
    make_window: MakeWindow, browser: FileBrowser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(telling(samples.healthy()))
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("FMSDIAG_LOG", str(tmp_path / "file" / "x.log"))
    window.parts.actions.log_folder.trigger()
    assert window.parts.messages.isVisible()
    assert str(tmp_path / "file") in window.parts.messages.text.text()
    monkeypatch.setenv("FMSDIAG_LOG", str(tmp_path / "x.log"))
    window.parts.actions.log_folder.trigger()
    assert [url.toLocalFile() for url in browser.opened] == [tmp_path.as_posix()]
