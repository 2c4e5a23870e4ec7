"""The picture of the network path with its words."""

from pytestqt.qtbot import QtBot

from fmsdiag.gui.details.pane import Span, TextPane
from fmsdiag.gui.details.path_map import PathMapView
from fmsdiag.gui.details.path_page import PathPage
from fmsdiag.report.path_map import path_map
from tests.report.path_samples import two_places


def test_picture_and_words_have_their_room_and_the_picture_scrolls(qtbot: QtBot) -> None:
    picture, words = PathMapView(), TextPane("words", fixed=False, wrapped=True)
    page = PathPage(picture, words)
    qtbot.addWidget(page)
    page.resize(300, 240)
    with qtbot.waitExposed(page):
        page.show()
    picture.show_map(path_map(two_places()))
    words.show_spans([Span("in words")])
    bar = page.scroller.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert picture.width() > 200
    assert words.height() > 40
    assert page.scroller.accessibleName() == "Network path"
