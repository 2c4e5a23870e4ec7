"""The card's states."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fmsdiag.gui.timeline.progress import Progress
from fmsdiag.gui.verdict.card import CardTexts, VerdictCard
from fmsdiag.gui.verdict.first_sentence import first_sentence
from fmsdiag.gui.verdict.steps import StepButton
from fmsdiag.log import Fault
from fmsdiag.messages.reader import say
from fmsdiag.model import Actor, Prepared, Report
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


def lay_out(card: VerdictCard) -> None:
    layout = card.layout()
    assert layout is not None
    layout.activate()


def test_idle(card: VerdictCard) -> None:
    assert card.headline.text() == say(CardTexts.IDLE)
    assert card.steps.isHidden()
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
    assert card.steps.isHidden()


@pytest.mark.parametrize(
    ("report", "word", "tone"),
    [
        (samples.healthy(), "Connected", "good"),
        (samples.port_blocked(), "Connected using a fallback", "warn"),
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
    assert card.steps.isHidden()


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
    assert card.buttons.request.isVisible()
    card.show_report(samples.healthy())
    assert not card.buttons.request.isVisible()


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
    with qtbot.waitSignal(card.evidence_wanted):
        card.more.evidence.click()
    with qtbot.waitSignal(card.reader_wanted) as wanted:
        card.more.readers[Actor.ADMINISTRATOR].click()
    assert wanted.args == [Actor.ADMINISTRATOR]


def test_a_message_goes_with_the_next_state(card: VerdictCard) -> None:
    card.show_report(samples.healthy())
    card.show_message("Saved", Tone.GOOD)
    assert card.buttons.message.text() == "Saved"
    card.show_report(samples.healthy())
    assert card.buttons.message.text() == ""


def test_text_from_outside_is_plain(card: VerdictCard) -> None:
    card.show_report(hostile())
    assert card.paragraph.text() == "Your network is fine."
    assert card.word.textFormat() is Qt.TextFormat.PlainText


def test_of_a_paragraph_it_has_the_first_sentence(card: VerdictCard) -> None:
    report = samples.port_blocked()
    view = ReportView(report, has_buttons=True)
    card.show_report(report)
    assert view.finding is not None
    assert card.paragraph.text() == first_sentence(view.finding.explanation) != view.finding.explanation


def test_another_finding_is_shown_and_the_first_again(qtbot: QtBot, card: VerdictCard) -> None:
    report = samples.recorded("transparent-proxy")
    view = ReportView(report)
    card.show_report(report)
    with qtbot.waitSignal(card.finding_shown):
        card.show_finding(1)
    assert card.headline.text() == view.findings[1].headline
    assert card.word.text() == say(ViewTexts.ALSO_FOUND)
    with qtbot.waitSignal(card.copy_request) as copied:
        card.buttons.request.click()
    assert copied.args == [1]
    card.show_finding(0)
    assert card.headline.text() == view.headline


@pytest.mark.parametrize(
    "report", [samples.recorded("transparent-proxy"), hostile()], ids=["several", "hostile"]
)
@pytest.mark.parametrize("width", [688, 1068])
def test_nothing_is_wider_than_the_card_and_the_buttons_stay(
    qtbot: QtBot, card: VerdictCard, report: Report, width: int
) -> None:
    card.show_report(report)
    card.resize(width, card.fit(10_000))
    qtbot.waitUntil(lambda: card.width() == width)
    card.resize(width, card.fit(10_000))
    lay_out(card)
    for widget in (*card.texts, card.more, card.fold_button):
        right = widget.mapTo(card, widget.rect().topRight()).x()
        assert right <= width
    bottom = card.buttons.mapTo(card, card.buttons.rect().bottomLeft()).y()
    assert bottom <= card.height()


def test_where_there_is_little_room_texts_end_in_an_ellipsis(card: VerdictCard) -> None:
    card.show_report(samples.recorded("hotel"))
    card.resize(420, 600)
    lay_out(card)
    whole = card.fit(10_000)
    assert not any(text.is_cut for text in card.texts)
    low = card.fit(0)
    assert low < whole
    cut = [text for text in card.texts if text.is_cut]
    assert cut
    assert all(text.toPlainText().endswith("…") for text in cut)
    assert all(len(text.text()) > len(text.toPlainText()) for text in cut)
    assert low <= card.fit((low + whole) // 2) <= (low + whole) // 2


def test_it_folds_to_its_headline_and_unfolds(qtbot: QtBot, card: VerdictCard) -> None:
    card.show_report(samples.port_blocked())
    whole = card.fit(10_000)
    assert not card.fold_button.isVisible()
    card.set_foldable(True)
    card.fold_button.click()
    assert card.is_folded
    assert card.fit(10_000) < 70 < whole
    assert card.headline.isVisible()
    hidden = (card.word, card.paragraph, card.steps, card.more, card.buttons)
    assert not any(part.isVisible() for part in hidden)
    card.fold_button.click()
    assert card.fit(10_000) == whole
    card.set_folded(True)
    card.set_foldable(False)
    assert not card.is_folded


def test_a_customer_gets_plain_words_and_one_button(qtbot: QtBot, card: VerdictCard) -> None:
    card.set_plain(True)
    card.show_idle("media.example.com")
    assert card.paragraph.text() == say(CardTexts.READY_PLAIN)
    card.show_running(Progress("Attempt 2", 1, 5, "Testing RTMP on port 80", "1 of 5 attempts ended"))
    assert card.headline.text() == "Testing RTMP on port 80"
    assert card.paragraph.text() == "1 of 5 attempts ended"
    card.show_report(samples.port_blocked())
    shown = [button for button in card.buttons.findChildren(QPushButton) if button.isVisible()]
    assert shown == [card.buttons.support]
    with qtbot.waitSignal(card.save_for_support):
        card.buttons.support.click()
    card.show_report(samples.port_blocked(), opened=True)
    assert card.buttons.request.isVisible()


def test_its_words_can_be_copied_whole(card: VerdictCard) -> None:
    card.show_report(samples.port_blocked())
    card.actions()[0].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[:2] == ["Connected using a fallback", "Port 1935 is blocked by a firewall in your network."]
    assert lines[3].startswith("1. Press Copy Request")


def asked_for(report: Report) -> Report:
    """As a profile's run has it."""
    return msgspec.structs.replace(report, prepared=Prepared("Example Streaming", "0123456789abcdef"))


def roles(card: VerdictCard) -> list[str]:
    """What the buttons that come first are for."""
    QGuiApplication.processEvents()  # a layout shows what is new in it only then
    buttons = [button for button in card.findChildren(QPushButton) if button.isVisibleTo(card)]
    return [button.text() for button in buttons if button.property("role") == "primary"]


def test_a_customer_has_one_button_that_comes_first_and_it_is_the_one_that_helps(card: VerdictCard) -> None:
    card.set_plain(True)
    card.show_report(samples.port_blocked())
    assert roles(card) == ["Save for Support…"]
    card.show_report(samples.recorded("hotel"))
    assert roles(card) == ["Open in Browser"]
    card.show_report(samples.rejected())
    assert roles(card) == ["Edit Application"]
    card.set_plain(False)
    assert roles(card) == []


def test_with_a_profile_sending_the_report_is_a_step_and_no_button_twice(card: VerdictCard) -> None:
    card.set_plain(True)
    for report in (samples.port_blocked(), samples.healthy(), samples.recorded("hotel")):
        card.show_report(asked_for(report))
        assert card.shown_words()[-1].endswith("Save this report and send it to Example Streaming.")
        assert not card.buttons.support.isVisible()
    card.show_report(asked_for(samples.port_blocked()))
    assert roles(card) == ["Save for Support…"]
    card.set_handed_over(True)
    assert roles(card) == []  # what comes next is said where it was saved
    with_profile = card.steps.hand_over
    assert with_profile is not None
    card.show_report(asked_for(samples.port_blocked()), opened=True)
    assert card.steps.hand_over is None


def test_a_form_that_has_changed_since_is_told(card: VerdictCard) -> None:
    report = samples.rejected()
    card.show_report(report)
    card.note_form(report.target)
    assert not card.more.tested.isVisible()
    card.note_form(msgspec.structs.replace(report.target, application="live"))
    assert card.more.tested.text() == (
        "This is the result for rtmp://media.example.com/live2. The form has changed since."
    )
    card.note_form(None)
    assert card.more.tested.isVisible()
    card.show_report(report)
    assert not card.more.tested.isVisible()
