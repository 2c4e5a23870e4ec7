"""From the command to the file in two steps: what was previewed is what is saved, and it opens again."""

import json as plain_json
import os
import zipfile
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.handover.preview_dialog import PreviewDialog
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.model import FilledField, Prepared, Redaction
from fmsdiag.profile.profile_file import encode as encode_profile
from fmsdiag.pseudonyms.store import kept_pseudonyms
from fmsdiag.report.json import encode
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.profile.samples import whole_profile
from tests.report import samples

NAME = "fmsdiag_media.example.com_20260512T1202Z_ab12"


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """The window after a run; what is saved goes to the folder of the test."""
    window = make_window(telling(samples.port_blocked()))
    window.parts.handover.settings.setValue("support/folder", str(tmp_path))
    window.parts.form.server_line.setText("rtmp://media.example.com/live")
    window.parts.form.run()
    qtbot.waitUntil(lambda: window.parts.session.report is not None)
    return window


def previewed(window: MainWindow, qtbot: QtBot) -> PreviewDialog:
    window.parts.actions.save_for_support.trigger()
    dialog = child(window, PreviewDialog)
    qtbot.waitUntil(lambda: dialog.prepared is not None)
    return dialog


def saved(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.parts.handover.bar.isHidden())


def test_it_needs_a_report(make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    assert window.parts.actions.save_for_support.objectName() == "save_for_support"
    assert not window.parts.actions.save_for_support.isEnabled()
    window.parts.handover.start()
    assert window.findChild(PreviewDialog) is None


def test_what_was_previewed_is_saved_and_opens_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = previewed(window, qtbot)
    shown = dialog.text.toPlainText()
    dialog.save.click()
    saved(window, qtbot)
    with zipfile.ZipFile(tmp_path / f"{NAME}.zip") as archive:
        assert archive.namelist() == [
            f"{NAME}.{ending}" for ending in ("html", "pdf", "txt", "fmsdiag-report")
        ]
        assert archive.read(f"{NAME}.txt").decode() == shown
        assert archive.read(f"{NAME}.pdf").startswith(b"%PDF-")
    assert open_report(tmp_path / f"{NAME}.zip").report == redact(samples.port_blocked())
    window.view.open_file(tmp_path / f"{NAME}.zip")
    qtbot.waitUntil(lambda: window.parts.commands.opened is not None)
    assert window.parts.handover.bar.isHidden()  # it was about the run


def test_the_card_has_a_button_for_it(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.card.buttons.support.click()
    assert child(window, PreviewDialog).isVisible()
    qtbot.waitUntil(lambda: child(window, PreviewDialog).prepared is not None)


def test_a_strict_one_keeps_its_pseudonyms_and_the_level_is_remembered(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "FMSDIAG_PSEUDONYMS", str(tmp_path / "p"))
    dialog = previewed(window, qtbot)
    dialog.levels[Redaction.STRICT].click()
    qtbot.waitUntil(lambda: dialog.prepared is not None)
    assert "address-1" in dialog.text.toPlainText()
    dialog.save.click()
    saved(window, qtbot)
    report = open_report(tmp_path / f"{NAME}.zip").report
    assert report is not None
    assert "strict" in report.redaction
    assert {each.value for each in kept_pseudonyms(tmp_path / "p")} == {"192.168.1.1", "198.51.100.53"}
    assert previewed(window, qtbot).level is Redaction.STRICT


def test_another_folder_is_asked_for(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    previewed(window, qtbot).save_as.click()
    dialog = child(window, QFileDialog)
    assert dialog.objectName() == "save-for-support"
    dialog.fileSelected.emit(str(tmp_path / "elsewhere.zip"))
    saved(window, qtbot)
    assert open_report(tmp_path / "elsewhere.zip").report is not None


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    preview = previewed(window, qtbot)
    preview.save_as.click()
    dialog = child(window, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "missing" / "r.zip"))
    qtbot.waitUntil(lambda: "Not saved" in preview.problem.toPlainText())
    assert preview.save.isEnabled()
    assert preview.isVisible()
    dialog.close()
    preview.reject()


def test_a_dialog_that_is_closed_early_does_no_harm(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.actions.save_for_support.trigger()
    child(window, PreviewDialog).reject()
    qtbot.waitUntil(lambda: not window.parts.handover.busy)
    assert window.parts.handover.bar.isHidden()


def test_a_saved_report_is_handed_on_with_what_this_version_does_not_know(
    window: MainWindow, qtbot: QtBot, qt_loop: QEventLoop, tmp_path: Path
) -> None:
    document = plain_json.loads(encode(samples.healthy())) | {
        "schema_version": "fmsdiag-report/1.9",
        "new": 1,
    }
    (tmp_path / "r.json").write_text(plain_json.dumps(document), encoding="utf-8")
    window.view.open_file(tmp_path / "r.json")
    qtbot.waitUntil(lambda: window.parts.commands.opened is not None)
    previewed(window, qtbot).save.click()
    saved(window, qtbot)
    (found,) = tmp_path.glob("*.zip")
    assert open_report(found).raw["new"] == 1


def test_the_profiles_address_is_in_the_email_and_its_sender_in_the_name(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    profile = whole_profile()
    asked = Prepared(profile.sender, profile.profile_id, (FilledField("Ticket number", "4711"),))
    window = make_window(telling(msgspec.structs.replace(samples.port_blocked(), prepared=asked)))
    window.parts.handover.settings.setValue("support/folder", str(tmp_path))
    (tmp_path / "help.fmsdiag").write_bytes(encode_profile(profile))
    window.view.open_file(tmp_path / "help.fmsdiag")
    for line in window.parts.profile.findChildren(QLineEdit):
        line.setText("4711")
    window.parts.form.run()
    qtbot.waitUntil(lambda: window.parts.session.report is not None)
    previewed(window, qtbot).save.click()
    saved(window, qtbot)
    assert f"Now send it to {profile.send_to}." in window.parts.handover.bar.notice.text()
    (found,) = tmp_path.glob("*.zip")
    assert "_4711_media.example.com_" in found.name
    window.view.close_profile()
    assert window.parts.handover.destination() == ""
