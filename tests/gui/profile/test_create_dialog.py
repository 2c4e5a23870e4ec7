"""Create Customer Profile: a file and a link that open again, and why there is none, in the command line's words."""

import asyncio
import random
from pathlib import Path
from string import ascii_lowercase

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fmsdiag.gui.profile.create_dialog import CreateProfileDialog
from fmsdiag.messages.levels import LEVEL_MEANS
from fmsdiag.messages.reader import say
from fmsdiag.model import ProfileField, Redaction
from fmsdiag.profile.draft import DraftPart
from fmsdiag.profile.link import read_link
from fmsdiag.profile.profile_file import open_profile
from fmsdiag.report import json
from fmsdiag.report.words import Tone
from tests.gui.children import child
from tests.profile.samples import URL, chunk, png
from tests.report import samples


@pytest.fixture
def dialog(qtbot: QtBot, settings: QSettings) -> CreateProfileDialog:
    made = CreateProfileDialog(samples.healthy(), settings)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.prefill((URL,), None, "")
    made.fields.lines[DraftPart.SENDER].setText("Example Streaming")
    made.show()
    return made


def test_a_file_is_saved_that_opens_again(
    qtbot: QtBot, dialog: CreateProfileDialog, tmp_path: Path, settings: QSettings
) -> None:
    dialog.fields.texts[DraftPart.FIELDS].setPlainText("Ticket number!")
    dialog.fields.from_window.click()
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    chooser = child(dialog, QFileDialog, "save-profile")
    assert [Path(each).name for each in chooser.selectedFiles()] == ["Example-Streaming.fmsdiag"]
    chooser.selectFile(str(tmp_path / "made"))
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    path = tmp_path / "made.fmsdiag"
    qtbot.waitUntil(path.exists)
    made = open_profile(path).profile
    assert (made.sender, made.targets) == ("Example Streaming", (URL,))
    assert made.fields == (ProfileField("Ticket number", True),)
    assert made.references[0].host == samples.HOST
    assert dialog.notice.text() == f"Saved as {path}. Nothing has been tested or sent."
    assert settings.value("profile/sender") == "Example Streaming"
    dialog.fields.lines[DraftPart.PORTS].setText("80")
    assert dialog.notice.text() == ""


def test_a_small_one_is_copied_as_a_link(qtbot: QtBot, dialog: CreateProfileDialog) -> None:
    qtbot.mouseClick(dialog.copy_link, Qt.MouseButton.LeftButton)
    assert read_link(QGuiApplication.clipboard().text()).profile.targets == (URL,)
    assert dialog.notice.text().startswith("The link was copied.")


def test_a_large_one_is_no_link(qtbot: QtBot, dialog: CreateProfileDialog, tmp_path: Path) -> None:
    QGuiApplication.clipboard().clear()
    chosen = random.Random(1)  # what cannot be made smaller
    logo = tmp_path / "logo.png"
    logo.write_bytes(png(500, 500))
    dialog.take_logo(logo)
    words = ("".join(chosen.choices(ascii_lowercase, k=6)) for _ in range(280))
    dialog.fields.texts[DraftPart.MESSAGE].setPlainText(" ".join(words))
    qtbot.mouseClick(dialog.copy_link, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == ""
    assert dialog.notice.tone is Tone.BAD
    assert dialog.notice.text().startswith("The profile is too large for a link (")


def test_what_is_wrong_is_said_before_a_place_is_asked_for(qtbot: QtBot, dialog: CreateProfileDialog) -> None:
    dialog.fields.texts[DraftPart.SERVERS].setPlainText("")
    for button in (dialog.save, dialog.copy_link):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert dialog.notice.text() == "Some entries need to be corrected first."
    assert dialog.findChild(QFileDialog) is None
    assert dialog.fields.errors[DraftPart.SERVERS].text() == "The profile names no server"


def test_nothing_can_be_saved_while_something_is_wrong(dialog: CreateProfileDialog) -> None:
    dialog.prefill((f"{URL}/a-stream-key",), None, "")
    assert "a stream key" in dialog.fields.errors[DraftPart.SERVERS].text()
    assert not dialog.save.isEnabled()
    assert not dialog.copy_link.isEnabled()
    dialog.prefill((URL,), None, "")
    assert dialog.save.isEnabled()


def test_what_a_level_leaves_out_stands_under_it(dialog: CreateProfileDialog) -> None:
    for level in Redaction:
        dialog.fields.redaction.setCurrentIndex(dialog.fields.redaction.findData(level))
        assert dialog.fields.level_means.text() == say(LEVEL_MEANS[level])


def test_a_logo_is_read_and_stripped_and_what_cannot_be_read_is_said(
    dialog: CreateProfileDialog, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(png(4, 4, chunk(b"tEXt", b"Author\0Alice")))
    dialog.take_logo(logo)
    dialog.write(tmp_path / "a.fmsdiag")
    assert open_profile(tmp_path / "a.fmsdiag").profile.logo == png()
    dialog.take_logo(tmp_path / "missing.png")
    assert dialog.notice.text().startswith("missing.png: ")


def test_a_folder_that_cannot_be_written_is_said(dialog: CreateProfileDialog, tmp_path: Path) -> None:
    dialog.write(tmp_path / "no" / "a.fmsdiag")
    assert dialog.notice.text().startswith("Not saved: ")
    assert dialog.isVisible()


@pytest.mark.usefixtures("qt_loop")
def test_a_reference_comes_from_a_report(qtbot: QtBot, dialog: CreateProfileDialog, tmp_path: Path) -> None:
    path, bad = tmp_path / "r.json", tmp_path / "bad.json"
    path.write_bytes(json.encode(samples.healthy()))
    bad.write_bytes(b"{")
    for each in (bad, path):
        dialog.take_reference(each)
        reading = dialog._reading
        assert isinstance(reading, asyncio.Task)
        qtbot.waitUntil(reading.done)
        assert dialog.notice.text().startswith("bad.json: ") is (each is bad)
    assert [r.host for r in dialog.fields.draft().references] == [samples.HOST]


@pytest.mark.parametrize(
    ("button", "name"), [("choose_logo", "choose-logo"), ("from_file", "choose-reference")]
)
def test_files_are_asked_for(qtbot: QtBot, dialog: CreateProfileDialog, button: str, name: str) -> None:
    getattr(dialog.fields, button).click()
    chooser = child(dialog, QFileDialog, name)
    assert chooser.isVisible()
    chooser.reject()
