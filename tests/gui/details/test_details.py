"""The pane for support."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.details import Details, DetailsTexts, Page
from fmsdiag.gui.details.explanation import ExplanationTexts
from fmsdiag.gui.details.verdict_page import RowLink
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.nodes import HeadingNode, Node
from fmsdiag.messages.reader import say
from fmsdiag.model import Actor, Direction, Report, TranscriptLine
from fmsdiag.report.sections import CHECKS
from fmsdiag.report.view import ReportView, ViewTexts
from tests.gui.rich_reports import replace_attempt, with_bytes
from tests.report import samples
from tests.report.path_samples import two_places

PAGES = ("Result", "Explanation", "Transcript", "Bytes", "Certificate", "Environment", "JSON")


@pytest.fixture
def details(qtbot: QtBot) -> Details:
    details = Details()
    qtbot.addWidget(details)
    details.resize(620, 400)
    with qtbot.waitExposed(details):
        details.show()
    details.activateWindow()
    return details


@pytest.fixture
def model() -> TimelineModel:
    model = TimelineModel()
    model.show_report(with_bytes())
    return model


def open_page(details: Details, name: str) -> None:
    details.tabs.setCurrentIndex(PAGES.index(name))


def with_secret() -> Report:
    """A stream key that a server repeats."""
    report = samples.port_blocked()
    line = TranscriptLine(0.3, Direction.IN, f"onStatus {samples.STREAM_KEY}")
    attempt = msgspec.structs.replace(report.attempts[1], transcript=(line,))
    target = msgspec.structs.replace(report.target, stream=samples.STREAM_KEY)
    return replace_attempt(msgspec.structs.replace(report, target=target), attempt)


def shown_words(details: Details) -> list[str]:
    """All that stands in the pane now, the hidden pages left out."""
    labels = [label.text() for label in details.findChildren(QLabel) if label.isVisible()]
    pages = [pane.toPlainText() for pane in details.findChildren(QPlainTextEdit) if pane.isVisible()]
    return [words for words in (*labels, *pages) if words]


def test_without_row_and_report_it_says_what_to_do(details: Details) -> None:
    assert shown_words(details).count(say(ExplanationTexts.NO_ROW)) == 1
    assert details.tabs.isHidden()
    details.find()
    assert details.bar.isHidden()


def test_each_page_shows_the_row(details: Details, model: TimelineModel) -> None:
    details.show_report(with_bytes())
    details.show_node(model.node(model.index(1, 0)))
    assert details.title.text() == "Attempt 2: RTMP on port 80"
    for name in PAGES:
        open_page(details, name)
        assert details.tabs.tabText(details.tabs.currentIndex()) == name
        assert details.page is details.pages[list(Page)[PAGES.index(name)]]
        assert details.page.toPlainText()


def test_a_step_is_named_with_its_attempt(details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index_of("2.tcp")))
    assert details.title.text() == "Attempt 2, TCP connection"


def test_a_heading_is_no_row(details: Details) -> None:
    details.show_node(HeadingNode(Node(), CHECKS))
    assert details.title.text() == say(DetailsTexts.NO_SELECTION)


def test_a_report_can_be_read_without_a_row(details: Details) -> None:
    details.show_report(samples.healthy())
    assert details.page is details.pages[Page.VERDICT]
    assert details.title.text() == say(DetailsTexts.WHOLE_RESULT)
    open_page(details, "Explanation")
    assert details.page.toPlainText() == say(ExplanationTexts.NO_ROW)
    assert len(shown_words(details)) == len(set(shown_words(details)))
    open_page(details, "Environment")
    assert "Windows 11" in details.page.toPlainText()
    open_page(details, "JSON")
    details.scope.setCurrentIndex(1)
    assert '"report_id": "ab12cd34ef56"' in details.page.toPlainText()
    details.show_report(None)
    assert details.tabs.isHidden()


def test_refreshing_keeps_the_readers_place(details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index(1, 0)))
    details.page.moveCursor(details.page.textCursor().MoveOperation.End)
    at = details.page.textCursor().position()
    details.refresh()
    assert details.page.textCursor().position() == at > 0


def test_servers_words_go_into_plain_text_only(details: Details) -> None:
    assert all(isinstance(page, QPlainTextEdit) for page in details.pages.values())
    assert details.title.textFormat() is Qt.TextFormat.PlainText


def test_secrets_are_not_shown_once_the_run_has_ended(details: Details) -> None:
    report, model = with_secret(), TimelineModel()
    model.show_report(report)
    details.show_report(report)
    for row in ("2", "2.connect"):
        details.show_node(model.node(model.index_of(row)))
        open_page(details, "Transcript")
        assert "onStatus" in details.page.toPlainText()
        for name in PAGES:
            open_page(details, name)
            for whole in (0, 1):
                details.scope.setCurrentIndex(whole)
                assert samples.STREAM_KEY not in details.page.toPlainText()
    assert "192.168.1" in details.pages[Page.ENVIRONMENT].toPlainText()


@pytest.mark.parametrize("name", PAGES)
def test_finding_works_in_every_page(qtbot: QtBot, details: Details, model: TimelineModel, name: str) -> None:
    details.show_report(with_bytes())
    details.show_node(model.node(model.index_of("2.connect")))
    open_page(details, name)
    details.find()
    wanted = details.page.toPlainText().split()[0]
    qtbot.keyClicks(details.bar.field, wanted)
    assert details.bar.count.text().startswith("1 of ")
    assert details.page.textCursor().selectedText().lower() == wanted.lower()
    qtbot.keyClick(details.bar.field, Qt.Key.Key_Escape)
    assert details.bar.isHidden()


def test_f3_and_escape_work_from_the_page(qtbot: QtBot, details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index(1, 0)))
    details.page.setFocus()
    qtbot.keyClick(details.page, Qt.Key.Key_F3)
    assert not details.bar.isHidden()
    qtbot.keyClicks(details.bar.field, "connect")
    first = details.bar.count.text()
    details.page.setFocus()
    qtbot.keyClick(details.page, Qt.Key.Key_F3)
    assert details.bar.count.text() != first
    qtbot.keyClick(details.page, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert details.bar.count.text() == first
    qtbot.keyClick(details.page, Qt.Key.Key_Escape)
    assert details.bar.isHidden()


def test_a_narrow_pane_has_a_list_instead_of_tabs_out_of_sight(
    qtbot: QtBot, details: Details, model: TimelineModel
) -> None:
    details.show_node(model.node(model.index(1, 0)))
    assert not details.tabs.tabBar().isHidden()
    details.resize(300, 400)
    qtbot.waitUntil(lambda: details.tabs.tabBar().isHidden())
    assert details.chooser.isVisible()
    number = details.chooser.findText("Bytes")
    details.chooser.setCurrentIndex(number)
    details.chooser.activated.emit(number)
    assert details.page is details.pages[Page.BYTES]
    assert "0008  " in details.page.toPlainText()
    details.resize(700, 400)
    qtbot.waitUntil(lambda: "0008  " not in details.page.toPlainText())
    assert details.chooser.isHidden() or not details.chooser.isVisible()


def test_the_network_path_has_a_page_where_something_ends_on_it(details: Details) -> None:
    number = list(Page).index(Page.PATH)
    details.show_report(samples.healthy())
    assert not details.tabs.isTabVisible(number)
    assert details.chooser.findText("Network path") == -1
    for _ in range(2):
        details.show_report(two_places())
        assert details.tabs.isTabVisible(number)
        assert details.chooser.findText("Network path") == details.chooser.count() - 1 == number
    details.tabs.setCurrentIndex(number)
    assert details.page.toPlainText().splitlines()[0].endswith("RTMP on port 1935 is reset here")
    assert len(details.map.picture.pills) == 5
    details.find()
    assert not details.bar.isHidden()
    details.show_report(samples.healthy())
    assert details.tabs.currentIndex() != number
    details.show_report(None)
    assert not details.tabs.isTabVisible(number)


def test_a_row_that_is_chosen_takes_the_place_of_the_result(details: Details, model: TimelineModel) -> None:
    details.show_report(with_bytes())
    assert details.page is details.pages[Page.VERDICT]
    details.show_node(model.node(model.index_of("2.tcp")))
    assert details.page is details.pages[Page.EXPLANATION]
    details.show_reader(Actor.ADMINISTRATOR)
    assert details.page is details.pages[Page.VERDICT]
    assert details.page.textCursor().block().next().text() == "Your network administrator"
    details.show_evidence()
    assert details.page.textCursor().block().next().text() == say(ViewTexts.WHAT_WE_SAW)


def test_there_is_no_result_before_the_end(details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index(1, 0)))
    assert not details.tabs.isTabVisible(0)
    assert details.chooser.findText("Result") == -1
    details.show_report(with_bytes())
    assert details.tabs.isTabVisible(0)
    assert details.page is details.pages[Page.EXPLANATION]  # the reader's page stays


def test_another_finding_takes_the_page(details: Details) -> None:
    report = samples.recorded("transparent-proxy")
    view = ReportView(report)
    details.show_report(report)
    details.show_finding(1)
    assert details.page.toPlainText().startswith(view.findings[1].headline)
    details.show_report(samples.port_blocked())
    assert details.page.toPlainText().startswith(ReportView(samples.port_blocked()).headline)


def test_a_link_of_the_result_is_told(qtbot: QtBot, details: Details) -> None:
    details.show_report(samples.port_blocked())
    details.show_evidence()
    qtbot.keyClick(details.page, Qt.Key.Key_Tab)
    with qtbot.waitSignal(details.link_followed) as followed:
        qtbot.keyClick(details.page, Qt.Key.Key_Return)
    assert followed.args == [RowLink("1.tcp")]


def test_finding_goes_on_in_the_other_pages(qtbot: QtBot, details: Details, model: TimelineModel) -> None:
    details.show_report(with_bytes())
    details.show_node(model.node(model.index_of("2.connect")))
    open_page(details, "Transcript")
    details.find()
    qtbot.keyClicks(details.bar.field, "Windows 11")
    assert details.bar.count.text() == "On 1 other page"
    qtbot.keyClick(details.bar.field, Qt.Key.Key_F3)
    assert details.page is details.pages[Page.ENVIRONMENT]
    assert details.page.textCursor().selectedText() == "Windows 11"
    details.bar.field.setText("NetConnection.Connect.Success")
    seen = set()
    for _ in range(12):
        seen.add(details.tabs.currentIndex())
        qtbot.keyClick(details.bar.field, Qt.Key.Key_F3)
    assert len(seen) >= 2
    qtbot.keyClicks(details.bar.field, " and nothing of the kind")
    assert details.bar.count.text() == "Not found"
    assert not details.bar.next.isEnabled()


def test_tab_goes_on_where_a_list_stands_for_the_tabs(qtbot: QtBot, details: Details) -> None:
    details.resize(300, 400)
    details.show_report(samples.port_blocked())
    qtbot.waitUntil(lambda: details.chooser.isVisible())
    details.chooser.setFocus()
    qtbot.keyClick(details.chooser, Qt.Key.Key_Tab)
    assert details.pages[Page.VERDICT].hasFocus()
