"""Three readers, and whoever can mend it in front."""

from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.advice_tabs import MOST_OF_REQUEST, NOTHING_TO_DO, AdviceTabs
from fmsdiag.gui.verdict.card_text import card_text
from tests.report import samples


def test_the_one_who_can_mend_it_is_in_front(qtbot: QtBot) -> None:
    tabs = AdviceTabs()
    qtbot.addWidget(tabs)
    tabs.show_text(card_text(samples.port_blocked()))
    titles = [tabs.tabText(i) for i in range(tabs.count())]
    assert titles == ["You", "Your network administrator", "Server operator"]
    assert tabs.currentIndex() == 1
    assert tabs.request.toPlainText().startswith("Please allow outbound TCP")
    assert not tabs.request.isHidden()


def test_readers_without_advice_are_told_so(qtbot: QtBot) -> None:
    tabs = AdviceTabs()
    qtbot.addWidget(tabs)
    tabs.show_text(card_text(samples.port_blocked()))
    tabs.show_text(card_text(samples.healthy()))
    assert tabs.currentIndex() == 0
    assert [label.text() for label in tabs._labels] == list(NOTHING_TO_DO)
    assert tabs.request.isHidden()
    assert not any(tabs.isTabEnabled(n) for n in range(tabs.count()))


def test_who_has_nothing_to_do_cannot_be_chosen(qtbot: QtBot) -> None:
    tabs = AdviceTabs()
    qtbot.addWidget(tabs)
    tabs.show_text(card_text(samples.rejected()))
    assert [tabs.isTabEnabled(n) for n in range(tabs.count())] == [True, False, True]
    assert tabs.tabToolTip(1) == NOTHING_TO_DO[1]
    assert tabs.currentIndex() == 0


def test_the_request_is_as_high_as_its_lines(qtbot: QtBot) -> None:
    tabs = AdviceTabs()
    qtbot.addWidget(tabs)
    tabs.resize(600, 300)
    tabs.show_text(card_text(samples.port_blocked()))
    low = tabs.request.height()
    tabs.resize(220, 300)
    tabs.show()
    qtbot.waitUntil(lambda: low < tabs.request.height() <= MOST_OF_REQUEST)
