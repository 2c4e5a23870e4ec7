"""After saving, each button does what comes next, and says so where it cannot."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.handover import show_in_folder
from fmsdiag.gui.handover.saved_bar import SavedBar
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples

REPORT = redact(samples.port_blocked(), identity=Identity())


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to open; it does so unless the list begins with "no"."""
    asked: list[str] = []

    def open_url(url: QUrl) -> bool:
        asked.append(url.toString())
        return asked[0] != "no"

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setattr(
        show_in_folder, "command_to_select", lambda path: None
    )  # no file manager of this system's
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return asked


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ein Bericht.zip"
    path.write_bytes(b"PK")
    return path


@pytest.fixture
def bar(qtbot: QtBot) -> SavedBar:
    bar = SavedBar()
    qtbot.addWidget(bar)
    return bar


def test_it_is_hidden_until_something_was_saved(bar: SavedBar, path: Path) -> None:
    assert bar.isHidden()
    bar.show_saved(path, REPORT, "")
    assert not bar.isHidden()
    assert bar.notice.text() == (f"Saved. Now send it to the people who asked for it. The file is {path}")
    assert bar.copy.property("role") == "primary"
    assert bar.page.isHidden()
    bar.dismiss.click()
    assert bar.isHidden()


def test_the_file_is_on_the_clipboard_as_a_file(bar: SavedBar, path: Path) -> None:
    bar.show_saved(path, REPORT, "")
    bar.copy.click()
    data = QGuiApplication.clipboard().mimeData()
    assert [Path(url.toLocalFile()) for url in data.urls()] == [path]
    told = bytes(data.data("x-special/gnome-copied-files").data())
    assert told.startswith(b"copy\nfile://")
    assert told.endswith(b"ein%20Bericht.zip")
    assert "The file was copied" in bar.notice.text()


def test_the_folder_and_the_mail_program_are_opened(bar: SavedBar, path: Path, opened: list[str]) -> None:
    bar.show_saved(path, REPORT, "help@example.com")
    assert "Now send it to help@example.com." in bar.notice.text()
    assert (bar.mail.property("role"), bar.copy.property("role")) == ("primary", "")
    bar.folder.click()
    bar.mail.click()
    assert opened[0] == QUrl.fromLocalFile(str(path.parent)).toString()
    assert opened[1].startswith("mailto:help@example.com?subject=")
    assert bar.notice.text() == f"Attach this file to the email: {path}"


def test_a_destination_that_is_a_page_is_opened_as_one(bar: SavedBar, path: Path, opened: list[str]) -> None:
    bar.show_saved(path, REPORT, "https://example.com/upload")
    assert bar.mail.isHidden()
    bar.page.click()
    assert opened == ["https://example.com/upload"]


@pytest.mark.parametrize(
    "page", ["file:///etc/passwd", "javascript:alert(1)", "http://example.com", "https://"]
)
def test_no_other_address_is_opened(bar: SavedBar, path: Path, opened: list[str], page: str) -> None:
    bar.show_saved(path, REPORT, page)
    bar.page.click()
    assert opened == []
    assert "could not be opened" in bar.notice.text()


def test_what_the_system_does_not_open_is_said(bar: SavedBar, path: Path, opened: list[str]) -> None:
    opened.append("no")
    bar.show_saved(path, REPORT, "")
    bar.folder.click()
    assert "The folder could not be opened" in bar.notice.text()
    bar.mail.click()
    assert bar.notice.text() == f"No email program could be opened. Attach this file to an email: {path}"


def test_a_file_that_is_gone_is_said(bar: SavedBar, path: Path, opened: list[str]) -> None:
    bar.show_saved(path, REPORT, "")
    path.unlink()
    for button in (bar.copy, bar.mail):
        button.click()
        assert "no longer there" in bar.notice.text()
    assert opened == []
