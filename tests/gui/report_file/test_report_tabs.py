"""The tabs of open reports: their names, what is in front, and what closing and moving them does."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.reading import OpenReport
from fmsdiag.gui.report_file.report_tabs import WIDEST_TAB, ReportTabs, name_of
from fmsdiag.model import Environment, FilledField, Prepared, Report, Target
from fmsdiag.report.open_file import OpenedReport
from tests.report import samples
from tests.report.hostile import hostile


def an_open(report: Report | None = None, name: str = "a.json") -> OpenReport:
    return OpenReport(OpenedReport(report or samples.rejected(), {}), name)


def filled(*values: str) -> Report:
    fields = tuple(FilledField("Field", value) for value in values)
    prepared = Prepared("Example Streaming", "0123456789abcdef", fields)
    return msgspec.structs.replace(samples.healthy(), prepared=prepared)


@pytest.fixture
def tabs(qtbot: QtBot) -> ReportTabs:
    made = ReportTabs()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("report", "name"),
    [
        (filled("4711"), "media.example.com · 4711"),
        (filled("4711", " ", "Anna & Co"), "media.example.com · 4711 and Anna & Co"),
        (filled(), "media.example.com · 12 May 14:02"),
        (msgspec.structs.replace(samples.healthy(), environment=Environment()), "media.example.com · 12 May 12:02"),
        (msgspec.structs.replace(samples.healthy(), started_at="yester\u202eday"), "media.example.com · undated"),
        (msgspec.structs.replace(samples.healthy(), target=Target("lan-1", "")), "lan-1 · 12 May 14:02"),
    ],
)  # fmt: skip
def test_a_tab_is_named_by_server_and_ticket_or_time(report: Report, name: str) -> None:
    assert name_of(an_open(report)) == name


def test_a_report_of_a_newer_version_is_named_by_its_file(tabs: ReportTabs) -> None:
    one = OpenReport(OpenedReport(None, {}, "This report has a newer format"), "new.json")
    assert name_of(one) == "new.json"
    tabs.add(one)
    assert "newer format" in tabs.tabToolTip(1)


def test_the_bar_is_hidden_while_there_is_only_this_computers_test(tabs: ReportTabs) -> None:
    assert tabs.isHidden()
    one = an_open()
    tabs.add(one)
    assert not tabs.isHidden()
    assert tabs.front is None
    tabs.remove(one)
    assert tabs.isHidden()
    assert tabs.count() == 1


def test_what_is_brought_to_the_front_is_told_once(qtbot: QtBot, tabs: ReportTabs) -> None:
    told: list[OpenReport | None] = []
    tabs.chosen.connect(told.append)
    one, other = an_open(), an_open()
    tabs.add(one)
    tabs.add(other)
    assert told == []
    tabs.bring_to_front(other)
    tabs.bring_to_front(other)
    assert told == [other]
    tabs.step(1)
    tabs.step(-1)
    tabs.step(-1)
    assert told == [other, None, other, one]
    tabs.remove(one)
    assert told[-1] is other
    tabs.remove(other)
    assert told[-1] is None


def test_closing_what_is_behind_leaves_what_is_in_front(tabs: ReportTabs) -> None:
    told: list[OpenReport | None] = []
    one, other = an_open(), an_open()
    tabs.add(one)
    tabs.add(other)
    tabs.bring_to_front(other)
    tabs.chosen.connect(told.append)
    tabs.remove(one)
    assert tabs.front is other
    assert told == []


def test_moving_changes_the_order_and_nothing_else(tabs: ReportTabs) -> None:
    one, other = an_open(), an_open()
    tabs.add(one)
    tabs.add(other)
    tabs.bring_to_front(one)
    told: list[OpenReport | None] = []
    tabs.chosen.connect(told.append)
    tabs.moveTab(2, 0)
    assert tabs.reports == [other, one]
    assert tabs.front is one
    assert told == []


def test_the_middle_button_closes_but_not_this_computers_test(qtbot: QtBot, tabs: ReportTabs) -> None:
    one = an_open()
    tabs.add(one)
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        qtbot.mouseClick(tabs, Qt.MouseButton.MiddleButton, pos=tabs.tabRect(1).center())
    assert wanted.args == [one]
    with qtbot.assertNotEmitted(tabs.close_wanted):
        qtbot.mouseClick(tabs, Qt.MouseButton.MiddleButton, pos=tabs.tabRect(0).center())


def test_only_reports_have_a_button_to_close_them(qtbot: QtBot, tabs: ReportTabs) -> None:
    one = an_open()
    tabs.add(one)
    sides = tuple(QTabBar.ButtonPosition)
    assert [tabs.tabButton(0, side) for side in sides] == [None, None]
    (button,) = (tabs.tabButton(1, side) for side in sides if tabs.tabButton(1, side) is not None)
    assert button.toolTip() == button.accessibleName() == "Close this report (Ctrl+W)"
    with qtbot.waitSignal(tabs.close_wanted) as wanted:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert wanted.args == [one]


def test_words_of_a_report_are_plain_text(tabs: ReportTabs) -> None:
    one = an_open(filled("A & B <b>x</b>"), "<i>.json")
    tabs.add(one)
    assert tabs.tabText(1) == "media.example.com · A && B <b>x</b>"
    assert "<b>" not in tabs.tabToolTip(1)
    assert "&lt;i>.json" in tabs.tabToolTip(1)
    assert tabs.accessibleTabName(1) == "media.example.com · A & B <b>x</b>: Connected. " + (
        "Streaming works: RTMP on port 1935 connects."
    )


def test_a_hostile_report_has_a_narrow_tab(tabs: ReportTabs) -> None:
    tabs.add(an_open(hostile()))
    assert tabs.tabSizeHint(1).width() <= WIDEST_TAB
    assert "\u202e" not in tabs.tabText(1)
    assert "\n" not in tabs.tabText(1)


def test_the_pictures_are_those_of_the_verdicts(tabs: ReportTabs) -> None:
    tabs.add(an_open(samples.rejected()))
    tabs.add(an_open(samples.healthy()))
    keys = {tabs.tabIcon(index).cacheKey() for index in range(3)}
    assert len(keys) == 3
    tabs.show_live(samples.healthy())
    assert tabs.tabIcon(0).cacheKey() == tabs.tabIcon(2).cacheKey()
    tabs.show_live(samples.healthy(), running=True)
    assert tabs.tabIcon(0).cacheKey() not in keys
