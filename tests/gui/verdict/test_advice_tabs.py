"""Three readers with their numbered steps, and the one who can fix it in front."""

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.advice_tabs import ALWAYS, MOST_OF_REQUEST, AdviceTabs, StepButton
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.model import Action, Report
from fmsdiag.report.view import ReportView
from tests.report import samples


def show(tabs: AdviceTabs, report: Report, opened: bool = False) -> ReportView:
    view = ReportView(report, has_buttons=True)
    request = view.finding.request if view.finding is not None else ()
    tabs.show_advice(view.readers, request, opened)
    return view


@pytest.fixture
def tabs(qtbot: QtBot) -> AdviceTabs:
    tabs = AdviceTabs()
    qtbot.addWidget(tabs)
    return tabs


def sentences(tabs: AdviceTabs, page: int) -> list[str]:
    widget = tabs.widget(page)
    assert widget is not None
    return [text.text() for text in widget.findChildren(WrappedText) if text.isVisibleTo(widget)]


def buttons(tabs: AdviceTabs) -> list[StepButton]:
    pages = [widget for page in range(tabs.count()) if (widget := tabs.widget(page)) is not None]
    return [button for page in pages for button in page.findChildren(StepButton) if button.isVisibleTo(page)]


def test_the_one_who_can_fix_it_is_in_front(tabs: AdviceTabs) -> None:
    view = show(tabs, samples.port_blocked())
    assert [tabs.tabText(i) for i in range(tabs.count())] == [reader.name for reader in view.readers]
    assert view.readers[tabs.currentIndex()].acts
    assert tabs.request.toPlainText().startswith("Please allow this outgoing connection.")
    assert not tabs.request.isHidden()


@pytest.mark.parametrize("name", samples.RECORDED)
def test_every_step_is_a_sentence_and_has_its_button(tabs: AdviceTabs, name: str) -> None:
    view = show(tabs, samples.recorded(name))
    for page, reader in enumerate(view.readers):
        assert sentences(tabs, page) == ([step.text for step in reader.steps] or [reader.nothing])
    acting = [step for reader in view.readers for step in reader.steps if step.action is not None]
    assert [button.step for button in buttons(tabs)] == acting
    assert all(button.isEnabled() for button in buttons(tabs))


def test_a_button_tells_its_step(qtbot: QtBot, tabs: AdviceTabs) -> None:
    show(tabs, samples.recorded("port-dropped"))
    button = next(b for b in buttons(tabs) if b.step.action is Action.USE_ADDRESS)
    with qtbot.waitSignal(tabs.activated) as told:
        button.click()
    assert told.args == [button.step]
    assert button.step.target.startswith("rtmp")


def test_what_makes_no_sense_for_a_file_cannot_be_pressed(tabs: AdviceTabs) -> None:
    show(tabs, samples.recorded("port-dropped"), opened=True)
    for button in buttons(tabs):
        assert button.isEnabled() is (button.step.action in ALWAYS)
        assert bool(button.toolTip()) is not button.isEnabled()


def test_readers_without_advice_are_told_so(tabs: AdviceTabs) -> None:
    show(tabs, samples.port_blocked())
    view = show(tabs, samples.healthy())
    assert tabs.currentIndex() == 0
    assert [sentences(tabs, page) for page in range(tabs.count())] == [[r.nothing] for r in view.readers]
    assert tabs.request.isHidden()
    assert not any(tabs.isTabEnabled(n) for n in range(tabs.count()))


def test_who_has_nothing_to_do_cannot_be_chosen(tabs: AdviceTabs) -> None:
    view = show(tabs, samples.rejected())
    assert [tabs.isTabEnabled(n) for n in range(tabs.count())] == [True, False, True]
    assert tabs.tabToolTip(1) == view.readers[1].nothing


def test_the_request_is_as_high_as_its_lines(qtbot: QtBot, tabs: AdviceTabs) -> None:
    tabs.resize(900, 300)
    show(tabs, samples.port_blocked())
    low = tabs.request.height()
    tabs.resize(220, 300)
    tabs.show()
    qtbot.waitUntil(lambda: low <= tabs.request.height() <= MOST_OF_REQUEST)
