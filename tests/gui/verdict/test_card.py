"""The card's states."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fmsdiag.gui.timeline.progress import Progress
from fmsdiag.gui.verdict.advice_tabs import StepButton
from fmsdiag.gui.verdict.card import CardTexts, VerdictCard
from fmsdiag.gui.verdict.link_line import LinkLine
from fmsdiag.log import Fault
from fmsdiag.messages.reader import say
from fmsdiag.model import Report
from fmsdiag.report.view import ReportView, ViewTexts
from fmsdiag.report.words import Tone
from tests.gui.rich_reports import hostile
from tests.report import samples


@pytest.fixture
def card(qtbot: QtBot) -> VerdictCard:
    card = VerdictCard()
    qtbot.addWidget(card)
    card.resize(1000, 400)
    with qtbot.waitExposed(card):
        card.show()
    return card


def test_idle(card: VerdictCard) -> None:
    assert card.headline.text() == say(CardTexts.IDLE)
    assert card.body.isHidden()
    assert card.buttons.isHidden()


def test_ready(card: VerdictCard) -> None:
    card.show_idle("media.example.com", streams=True)
    assert "your stream is tested" in card.paragraph.toPlainText()
    card.show_idle("media.example.com")
    assert card.headline.text() == "Ready to test media.example.com"


def test_running_is_told_in_words_and_determinate(card: VerdictCard) -> None:
    card.show_running(Progress("Starting…", 0, 0))
    card.show_running(Progress("Attempt 2 of 5: waiting for port 80 (4 s left)", 1, 5))
    assert card.headline.text() == "Attempt 2 of 5: waiting for port 80 (4 s left)"
    assert card.bar.isVisible()
    assert (card.bar.done, card.bar.total) == (1, 5)
    assert card.body.isHidden()


@pytest.mark.parametrize(
    ("report", "word", "tone"),
    [
        (samples.healthy(), "Connected", "good"),
        (samples.port_blocked(), "Connected by fallback", "warn"),
        (samples.rejected(), "Rejected by server", "bad"),
        (samples.recorded("hotel"), "Not connected", "bad"),
        (samples.recorded("proxy-required"), "Connected through a proxy", "warn"),
        (samples.stopped(), "Stopped", "neutral"),
    ],
)
def test_results(card: VerdictCard, report: Report, word: str, tone: str) -> None:
    card.show_running(Progress("Starting…", 0, 0))
    card.show_report(report)
    assert card.word.text() == word
    assert card.property("tone") == tone
    assert card.headline.text() == ReportView(report).headline
    assert card.bar.isHidden()
    assert not card.buttons.isHidden()
    assert not card.picture.pixmap().isNull()


def test_a_fault_says_nothing_about_the_network(card: VerdictCard) -> None:
    log = Path("/logs/fmsdiag.log")
    card.show_report(samples.healthy())
    card.show_fault(Fault("ZeroDivisionError: <b>by zero</b>", "", log))
    assert card.headline.text() == say(CardTexts.FAULT)
    assert "This says nothing about your network" in card.paragraph.text()
    assert "<b>by zero</b>" in card.paragraph.text()
    assert f"The log has the details: {log}" in card.paragraph.text()
    card.show_fault(Fault("KeyError: 'x'", "", None))
    assert "log" not in card.paragraph.text()
    assert card.body.isHidden()


def test_a_fault_can_be_passed_on(qtbot: QtBot, card: VerdictCard) -> None:
    fault = Fault("KeyError: 'x'", "Traceback", None)
    card.show_fault(fault)
    assert card.fault_buttons.isVisible()
    assert card.buttons.isHidden()
    for signal, button in (
        (card.copy_fault, card.fault_buttons.copy),
        (card.save_fault, card.fault_buttons.save),
    ):
        with qtbot.waitSignal(signal) as told:
            button.click()
        assert told.args == [fault]
    card.show_report(samples.healthy())
    assert card.fault_buttons.isHidden()


def test_a_request_is_offered_only_if_there_is_one(card: VerdictCard) -> None:
    card.show_report(samples.port_blocked())
    assert card.buttons.request.isEnabled()
    card.show_report(samples.healthy())
    assert not card.buttons.request.isEnabled()


def test_evidence_and_buttons_are_passed_on(qtbot: QtBot, card: VerdictCard) -> None:
    card.show_report(samples.port_blocked())
    for signal, button in (
        (card.copy_summary, card.buttons.summary),
        (card.copy_request, card.buttons.request),
        (card.save_report, card.buttons.save),
    ):
        with qtbot.waitSignal(signal):
            button.click()
    with qtbot.waitSignal(card.step_activated) as pressed:
        card.findChildren(StepButton)[0].click()
    assert pressed.args == [card.findChildren(StepButton)[0].step]
    with qtbot.waitSignal(card.evidence_activated) as where:
        card.body.evidence_activated.emit("1.tcp")
    assert where.args == ["1.tcp"]


def test_a_message_goes_with_the_next_state(card: VerdictCard) -> None:
    card.show_report(samples.healthy())
    card.show_message("Saved", Tone.GOOD)
    assert card.buttons.message.text() == "Saved"
    card.show_report(samples.healthy())
    assert card.buttons.message.text() == ""


def test_text_from_outside_is_plain(card: VerdictCard) -> None:
    card.show_report(hostile())
    assert "<script>alert('x')</script> \\x1b[31mred\\x1b[0m \\u202egnp.exe" in card.paragraph.text()
    assert card.word.textFormat() is Qt.TextFormat.PlainText


def test_the_card_leaves_room_for_the_timeline(card: VerdictCard) -> None:
    card.show_report(samples.port_blocked())
    assert card.sizeHint().height() <= card.window().height() // 2


def test_another_finding_is_shown_and_the_first_again(qtbot: QtBot, card: VerdictCard) -> None:
    report = samples.recorded("transparent-proxy")
    view = ReportView(report)
    card.show_report(report)
    with qtbot.waitSignal(card.finding_shown):
        card.body.finding_chosen.emit(1)
    assert card.headline.text() == view.findings[1].headline
    assert card.word.text() == say(ViewTexts.ALSO_FOUND)
    with qtbot.waitSignal(card.copy_request) as copied:
        card.buttons.request.click()
    assert copied.args == [1]
    card.body.finding_chosen.emit(0)
    assert card.headline.text() == view.headline


@pytest.mark.parametrize(
    "report", [samples.recorded("transparent-proxy"), hostile()], ids=["several", "hostile"]
)
@pytest.mark.parametrize("width", [688, 1068])
def test_nothing_is_wider_than_the_card_and_the_buttons_stay(
    qtbot: QtBot, card: VerdictCard, report: Report, width: int
) -> None:
    card.resize(width, 216)
    card.show_report(report)
    qtbot.waitUntil(lambda: card.width() == width)
    for widget in (card.headline, card.paragraph, *card.body.findChildren(LinkLine)):
        right = widget.mapTo(card, widget.rect().topRight()).x()
        assert right <= width
    bottom = card.buttons.mapTo(card, card.buttons.rect().bottomLeft()).y()
    assert bottom <= card.height()
