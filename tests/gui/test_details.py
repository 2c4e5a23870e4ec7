"""The pane for support."""

import pytest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fmsdiag.gui.details import NO_ROW, Details
from fmsdiag.gui.timeline_model import TimelineModel
from fmsdiag.gui.timeline_nodes import HeadingNode, Node
from tests.report import samples


@pytest.fixture
def details(qtbot: QtBot) -> Details:
    details = Details()
    qtbot.addWidget(details)
    details.show()
    return details


@pytest.fixture
def model() -> TimelineModel:
    model = TimelineModel()
    model.show_report(samples.port_blocked())
    return model


def test_without_a_row_it_says_what_to_do(details: Details) -> None:
    assert details.title.text() == NO_ROW
    assert details.tabs.isHidden()


def test_each_page_shows_the_row(details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index(1, 0)))
    assert details.title.text() == "Attempt 2: RTMP, port 80"
    for number, name in enumerate(("Facts", "Transcript", "Bytes", "JSON")):
        details.tabs.setCurrentIndex(number)
        assert details.tabs.tabText(number) == name
        assert details.pages[name].toPlainText()


def test_a_step_is_named_with_its_attempt(details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index_of("2.tcp")))
    assert details.title.text() == "Attempt 2, TCP connection"


def test_a_heading_is_no_row(details: Details) -> None:
    details.show_node(HeadingNode(Node(), "Also checked"))
    assert details.title.text() == NO_ROW


def test_refreshing_keeps_the_readers_place(details: Details, model: TimelineModel) -> None:
    details.show_node(model.node(model.index(1, 0)))
    page = details.pages["Facts"]
    page.moveCursor(page.textCursor().MoveOperation.End)
    at = page.textCursor().position()
    details.refresh()
    assert page.textCursor().position() == at > 0


def test_servers_words_go_into_plain_text_only(details: Details) -> None:
    assert all(isinstance(page, QPlainTextEdit) for page in details.pages.values())
