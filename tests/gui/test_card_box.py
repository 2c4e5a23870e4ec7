"""The card has the height that it needs, and a customer a way to the details below it."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.card_box import CardBox
from fmsdiag.gui.verdict.card import VerdictCard
from tests.report import samples


@pytest.fixture
def box(qtbot: QtBot) -> CardBox:
    box = CardBox(VerdictCard())
    qtbot.addWidget(box)
    box.resize(700, 500)
    with qtbot.waitExposed(box):
        box.show()
    box.card.show_report(samples.recorded("hotel"))
    box.fit()
    return box


def test_the_card_is_as_high_as_it_needs_to_be(box: CardBox) -> None:
    assert box.card.height() == box.card.fit(10_000) < box.height()
    box.allow(10, None)
    box.resize(700, 150)
    assert any(text.is_cut for text in box.card.texts)
    box.resize(700, 500)
    assert not any(text.is_cut for text in box.card.texts)


def test_its_height_has_bounds(box: CardBox) -> None:
    box.allow(100, 240)
    assert (box.minimumHeight(), box.maximumHeight()) == (100, 240)
    box.allow(100, 50)
    assert box.maximumHeight() == 100
    box.allow(0, None)
    assert box.maximumHeight() > 100_000


def test_the_details_are_offered_where_they_are_hidden(qtbot: QtBot, box: CardBox) -> None:
    assert box.around() == 0
    box.offer_details(True, False)
    assert box.around() > 0
    assert box.toggle.text() == "Show &Details"
    with qtbot.waitSignal(box.details_wanted) as wanted:
        box.toggle.click()
    assert wanted.args == [True]
    assert box.toggle.text() == "Hide &Details"
