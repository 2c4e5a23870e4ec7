"""The pane for support."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.details import Details, DetailsTexts, Page
from fmsdiag.gui.details.explanation import ExplanationTexts
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.nodes import HeadingNode, Node
from fmsdiag.messages.reader import say
from fmsdiag.model import Direction, Report, TranscriptLine
from fmsdiag.report.sections import CHECKS
from tests.gui.rich_reports import replace_attempt, with_bytes
from tests.report import samples
from tests.report.path_samples import two_places

PAGES = ("Explanation", "Transcript", "Bytes", "Certificate", "Environment", "JSON")


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
    details.chooser.setCurrentIndex(PAGES.index("Bytes"))
    details.chooser.activated.emit(PAGES.index("Bytes"))
    assert details.page is details.pages[Page.BYTES]
    assert "0008  " in details.page.toPlainText()
    details.resize(700, 400)
    qtbot.waitUntil(lambda: "0008  " not in details.page.toPlainText())
    assert details.chooser.isHidden() or not details.chooser.isVisible()


def test_the_network_path_has_a_page_where_something_ends_on_it(details: Details) -> None:
    number = list(Page).index(Page.PATH)
    details.show_report(samples.healthy())
    assert not details.tabs.isTabVisible(number)
    assert details.chooser.count() == number
    for _ in range(2):
        details.show_report(two_places())
        assert details.tabs.isTabVisible(number)
        assert details.chooser.itemText(number) == "Network path"
        assert details.chooser.count() == number + 1
    details.tabs.setCurrentIndex(number)
    assert details.page.toPlainText().splitlines()[0].endswith("RTMP on port 1935 is reset here")
    assert len(details.map.picture.pills) == 5
    details.find()
    assert not details.bar.isHidden()
    details.show_report(samples.healthy())
    assert details.tabs.currentIndex() != number
    details.show_report(None)
    assert not details.tabs.isTabVisible(number)
