"""The parts are inside the window and tell each other what they have to know."""

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.help_dialogs import TextDialog
from fmsdiag.model import StepName
from fmsdiag.report.sections import FOLLOW_UPS, section_title
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.report import samples


def test_filling_makes_it_whole_and_no_other_window(qtbot: QtBot, make_window: MakeWindow) -> None:
    before = set(QApplication.topLevelWidgets())
    window = make_window(telling(samples.healthy()))
    parts = (
        window.parts.form,
        window.parts.banner,
        window.parts.messages,
        window.parts.card,
        window.parts.timeline,
        window.parts.details,
        window.parts.raw,
    )
    assert all(part.window() is window for part in parts)
    shown = {w for w in QApplication.topLevelWidgets() if w.isVisible()} - before
    assert shown <= {window}


def test_evidence_leads_to_its_row_and_its_details(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    assert window.parts.details.isVisible()
    window.parts.card.evidence_activated.emit("5.tcp")
    node = window.parts.model.node(window.parts.timeline.tree.currentIndex())
    assert getattr(node, "step", None) is StepName.TCP
    assert window.parts.timeline.tree.currentIndex().parent().parent().data() == section_title(FOLLOW_UPS)
    assert not window.parts.details.isHidden()
    assert window.parts.details.title.text() == "Follow-up 5, TCP connection"


def test_a_report_that_cannot_be_saved_is_said_in_the_card(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    run_to_verdict(qtbot, window)
    report = window.parts.session.report
    assert report is not None
    window.parts.commands.write(report, None, tmp_path / "missing" / "x.json")
    assert (
        window.parts.card.buttons.message.text()
        == "Not saved: No such file or directory. Choose another folder."
    )


def test_a_cause_is_explained_in_a_window_of_its_own(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    window.parts.card.cause_activated.emit("port-blocked")
    shown = [dialog for dialog in window.findChildren(TextDialog) if dialog.isVisible()]
    assert [dialog.windowTitle() for dialog in shown] == ["About This Cause: port blocked"]
