"""The parts are inside the window and tell each other what they have to know."""

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.verdict_page import CauseLink, FindingLink, RowLink, StepLink
from fmsdiag.gui.help_dialogs import TextDialog
from fmsdiag.model import Action, Cause, StepName
from fmsdiag.report.sections import FOLLOW_UPS, section_title
from fmsdiag.report.view import ReportView, StepView
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
    window.parts.details.link_followed.emit(RowLink("5.tcp"))
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
    window.parts.details.link_followed.emit(CauseLink(Cause.PORT_BLOCKED))
    shown = [dialog for dialog in window.findChildren(TextDialog) if dialog.isVisible()]
    assert [dialog.windowTitle() for dialog in shown] == ["About This Cause: port blocked"]


def test_another_finding_is_shown_by_the_card_and_the_details(qtbot: QtBot, make_window: MakeWindow) -> None:
    report = samples.recorded("transparent-proxy")
    window = make_window(telling(report))
    run_to_verdict(qtbot, window)
    window.parts.details.link_followed.emit(FindingLink(1))
    other = ReportView(report).findings[1].headline
    assert window.parts.card.headline.text() == other
    assert window.parts.details.page.toPlainText().startswith(other)


def test_a_step_does_the_same_from_the_details(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.port_blocked()))
    run_to_verdict(qtbot, window)
    window.parts.details.link_followed.emit(StepLink(StepView("Do it.", Action.COPY_REQUEST)))
    assert QApplication.clipboard().text().startswith("Please allow this outgoing connection.")
