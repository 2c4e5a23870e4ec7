"""The preview shows what will be saved and nothing else; saving waits for it."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.handover.prepared_report import PreparedReport
from fmsdiag.gui.handover.preview_dialog import MOST_SHOWN, PreviewDialog
from fmsdiag.model import Redaction
from tests.report import samples

PREPARED = PreparedReport(samples.healthy(), b"{}", "the text\nas it is", ("stream key",))


@pytest.fixture
def dialog(qtbot: QtBot) -> PreviewDialog:
    dialog = PreviewDialog(Path("/home/x/r.zip"), Redaction.STANDARD, fixed=False)
    qtbot.addWidget(dialog)
    return dialog


def test_nothing_can_be_saved_before_it_is_seen(dialog: PreviewDialog) -> None:
    assert not dialog.save.isEnabled()
    dialog.show_prepared(PREPARED)
    assert dialog.save.isEnabled()
    assert dialog.text.toPlainText() == "the text\nas it is"
    assert dialog.hidden.toPlainText() == "• stream key"
    assert dialog.data.toPlainText() == "{}"
    assert "r.zip" in dialog.place.toPlainText()


def test_its_first_line_says_that_nothing_is_sent_and_where_the_file_goes(qtbot: QtBot) -> None:
    for send_to, end in (("help@example.com", "send it to help@example.com."), ("", "who asked for it.")):
        dialog = PreviewDialog(Path("r.zip"), Redaction.STANDARD, fixed=False, send_to=send_to)
        qtbot.addWidget(dialog)
        assert dialog.intro.text().startswith("This only saves a file on this computer.")
        assert dialog.intro.text().endswith(end)
        names = [dialog.tabs.tabText(number) for number in range(dialog.tabs.count())]
        assert names == ["What Is Saved", "What Is Left Out", "All Data"]


def test_another_level_is_prepared_anew(dialog: PreviewDialog) -> None:
    dialog.show_prepared(PREPARED)
    wanted: list[object] = []
    dialog.level_chosen.connect(wanted.append)
    dialog.levels[Redaction.STRICT].click()
    dialog.levels[Redaction.STRICT].click()
    assert wanted == [Redaction.STRICT]
    assert not dialog.save.isEnabled()
    assert dialog.prepared is None


def test_a_strict_profile_leaves_no_choice(qtbot: QtBot) -> None:
    dialog = PreviewDialog(Path("r.zip"), Redaction.STANDARD, fixed=True)
    qtbot.addWidget(dialog)
    assert dialog.level is Redaction.STRICT
    assert dialog.levels[Redaction.STRICT].isChecked()
    assert not dialog.levels[Redaction.STANDARD].isEnabled()


def test_a_problem_is_said_and_it_can_be_tried_again(dialog: PreviewDialog) -> None:
    dialog.show_prepared(PREPARED)
    dialog.show_saving()
    assert not dialog.save.isEnabled()
    dialog.show_failed("Not saved: disk full.")
    assert dialog.save_as.isEnabled()
    assert "disk full" in dialog.problem.toPlainText()


def test_where_nothing_is_hidden_it_says_so(dialog: PreviewDialog) -> None:
    dialog.show_prepared(PreparedReport(samples.healthy(), b"{}", "", ()))
    assert dialog.hidden.toPlainText() == "Nothing had to be left out."


def test_long_data_is_shown_in_part_and_says_so(dialog: PreviewDialog) -> None:
    data = b"x" * (MOST_SHOWN + 5)
    dialog.show_prepared(PreparedReport(samples.healthy(), data, "", ()))
    assert dialog.data.toPlainText().endswith("x\n… and 5 bytes more, which are in the file.")
