"""Links to what the card leaves out, and what they count."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.more_line import MoreLine, counted, evidence_words
from fmsdiag.model import Actor
from fmsdiag.report.view import Line, ReportView
from tests.report import samples


@pytest.fixture
def line(qtbot: QtBot) -> MoreLine:
    line = MoreLine()
    qtbot.addWidget(line)
    return line


def test_observations_and_comparisons_are_counted_apart() -> None:
    view = ReportView(samples.port_blocked())
    assert evidence_words(view, view.finding) == "2 observations, 1 comparison"
    other = Line("Port 80 of a reference server", "7.tcp")
    mine = Line("Port 80", "2.connect")
    assert counted(view.report, [other, other, mine, Line("In general")]) == (2, 2)


def test_one_kind_alone_is_named_alone() -> None:
    view = ReportView(samples.healthy())
    assert evidence_words(view, None) == "3 observations"
    empty = msgspec.structs.replace(samples.healthy(), attempts=())
    assert evidence_words(ReportView(empty), None) == "Details of the result"


def test_other_readers_are_a_click_away(qtbot: QtBot, line: MoreLine) -> None:
    line.show_view(ReportView(samples.port_blocked()), 0)
    administrator = line.readers[Actor.ADMINISTRATOR]
    assert administrator.text() == "Your network administrator: 1 step"
    with qtbot.waitSignal(line.reader_wanted) as wanted:
        qtbot.mouseClick(administrator, Qt.MouseButton.LeftButton)
    assert wanted.args == [Actor.ADMINISTRATOR]
    with qtbot.waitSignal(line.evidence_wanted):
        line.evidence.click()
    line.show_view(ReportView(samples.healthy()), 0)
    assert administrator.isHidden()


def test_further_findings_are_counted(line: MoreLine) -> None:
    line.show_view(ReportView(samples.recorded("transparent-proxy")), 0)
    assert line.others.text() == "1 more finding"
    line.show_view(ReportView(samples.healthy()), 0)
    assert line.others.isHidden()


@pytest.mark.parametrize("width", [120, 300, 500, 1000])
@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_links_go_to_the_next_line_and_never_over_each_other(
    line: MoreLine, width: int, direction: Qt.LayoutDirection
) -> None:
    line.setLayoutDirection(direction)
    line.show_view(ReportView(samples.recorded("transparent-proxy")), 0)
    line.resize(width, line.heightForWidth(width))
    line.show()
    shown = [part for part in line.children() if isinstance(part, QWidget) and not part.isHidden()]
    for number, one in enumerate(shown):
        assert line.rect().contains(one.geometry())
        assert not any(one.geometry().intersects(other.geometry()) for other in shown[:number])
