"""The tree on screen: headings open, evidence revealed, columns shared, repaints bounded."""

import msgspec
import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from fmsdiag.gui.theme.theme import DARK, LIGHT, Theme
from fmsdiag.gui.timeline.marks import tone_color
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.nodes import AttemptNode, Column, StepNode
from fmsdiag.gui.timeline.view import LEAST_WATERFALL, LIVE_SPAN_S, ROW_HEIGHT, Timeline, text_color
from fmsdiag.model import Failure, FailureKind, Purpose, Report, Status, StepName, Transport, UnfinishedStep
from fmsdiag.report.sections import CHECKS, FOLLOW_UPS, section_title
from fmsdiag.report.words import Tone, step_label
from tests.gui.scripted import events_until
from tests.report import samples


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    timeline = Timeline(TimelineModel())
    qtbot.addWidget(timeline)
    timeline.resize(1000, 420)
    with qtbot.waitExposed(timeline):
        timeline.show()
    return timeline


def test_headings_are_open_and_attempts_closed(timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.show_report(samples.port_blocked())
    assert all(timeline.tree.isExpanded(index) for index in model.headings())
    assert not timeline.tree.isExpanded(model.index(0, 0))


def test_evidence_is_revealed_and_told(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.tree.timeline.show_report(samples.port_blocked())
    with qtbot.waitSignal(timeline.selected) as selected:
        timeline.reveal("2.tcp")
    node = selected.args[0]
    assert isinstance(node, StepNode)
    assert node.observation is not None
    assert node.observation.id == "2.tcp"
    assert timeline.tree.visualRect(timeline.tree.currentIndex()).isValid()
    timeline.reveal("99.tcp")
    assert timeline.tree.timeline.node(timeline.tree.currentIndex()) is node


def test_rows_are_reached_and_opened_by_keyboard(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.tree.timeline.show_report(samples.port_blocked())
    timeline.tree.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(timeline.tree, key)
    node = timeline.tree.timeline.node(timeline.tree.currentIndex())
    assert isinstance(node, StepNode)


def test_the_rows_are_read_through_the_accessibility_interface(timeline: Timeline) -> None:
    timeline.tree.timeline.show_report(samples.port_blocked())
    interface = QAccessible.queryAccessibleInterface(timeline.tree)
    heard = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert heard[: len(Column)] == ["Step", "Method", "Status", "Waterfall", "Total"]
    assert heard[len(Column)] == "Attempt 1, RTMP on port 1935, No answer after 5.0 seconds"
    assert heard[3 * len(Column) - 1] == "103 milliseconds"
    assert all(heard[: 4 * len(Column)])


def test_the_scale_only_grows_during_a_run_and_fits_after_it(timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.begin()
    assert timeline.tree.scale_s() == LIVE_SPAN_S
    model.apply(events_until(samples.port_blocked(), 1.0))
    model.set_now(3.3)
    during = timeline.tree.scale_s()
    assert during >= 3.3
    model.set_now(1.0)
    assert timeline.tree.scale_s() == during
    model.show_report(samples.healthy())
    model.begin()
    assert timeline.tree.scale_s() == LIVE_SPAN_S


def test_columns_share_the_room_until_one_is_dragged(qtbot: QtBot, timeline: Timeline) -> None:
    header = timeline.tree.header()
    before = header.sectionSize(Column.METHOD)
    timeline.resize(1600, 420)
    qtbot.waitUntil(lambda: header.sectionSize(Column.METHOD) > before)
    header.resizeSection(Column.METHOD, 90)
    timeline.resize(1200, 420)
    qtbot.waitUntil(lambda: timeline.tree.width() <= 1200)
    assert header.sectionSize(Column.METHOD) == 90


def test_the_waterfall_keeps_width_in_the_smallest_window(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.resize(680, 200)
    qtbot.waitUntil(lambda: timeline.tree.width() <= 680)
    assert timeline.tree.header().sectionSize(Column.WATERFALL) >= 120


def test_a_narrow_timeline_hides_times_and_scrolls_nothing_out_of_sight(
    qtbot: QtBot, timeline: Timeline
) -> None:
    timeline.tree.timeline.show_report(samples.port_blocked())
    timeline.resize(400, 300)
    header = timeline.tree.header()
    qtbot.waitUntil(lambda: header.isSectionHidden(Column.TOTAL))
    assert header.sectionSize(Column.WATERFALL) >= 60
    qtbot.waitUntil(lambda: timeline.tree.horizontalScrollBar().maximum() == 0)
    timeline.resize(900, 300)
    qtbot.waitUntil(lambda: not header.isSectionHidden(Column.TOTAL))


@pytest.mark.parametrize(
    "report",
    [samples.healthy(), samples.port_blocked(), samples.unreachable()],
    ids=("healthy", "blocked", "dead"),
)
def test_every_row_can_be_painted(timeline: Timeline, report: Report) -> None:
    timeline.tree.timeline.show_report(report)
    timeline.tree.expandAll()
    picture = timeline.grab().toImage()
    colors = {
        picture.pixel(x, y) for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)
    }
    assert len(colors) > 20


def test_the_player_line_is_at_the_connecting_attempt(timeline: Timeline) -> None:
    assert timeline.tree.player_connects_s() is None
    report = samples.port_blocked()
    timeline.tree.timeline.show_report(report)
    assert timeline.tree.player_connects_s() == pytest.approx(report.verdict.connected_after_s)


def test_selecting_nothing_is_told_too(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.tree.timeline.show_report(samples.healthy())
    timeline.tree.setCurrentIndex(timeline.tree.timeline.index(0, 0))
    assert isinstance(timeline.tree.timeline.node(timeline.tree.currentIndex()), AttemptNode)


def test_enter_opens_and_closes_a_row(qtbot: QtBot, timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.show_report(samples.port_blocked())
    timeline.tree.setCurrentIndex(model.index(0, Column.STATUS))
    qtbot.keyClick(timeline.tree, Qt.Key.Key_Return)
    assert timeline.tree.isExpanded(model.index(0, 0))
    qtbot.keyClick(timeline.tree, Qt.Key.Key_Enter)
    assert not timeline.tree.isExpanded(model.index(0, 0))


def test_a_change_of_the_current_row_is_told(qtbot: QtBot, timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.begin()
    model.apply(events_until(samples.port_blocked(), 1.0))
    timeline.tree.setCurrentIndex(model.index(1, 0))
    with qtbot.assertNotEmitted(timeline.current_changed):
        model.set_now(1.2)
    timeline.tree.setCurrentIndex(model.index(0, 0))
    with qtbot.waitSignal(timeline.current_changed):
        model.set_now(1.4)


def test_questions_are_read_whole_where_there_is_room(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.resize(1300, 420)
    model = timeline.tree.timeline
    model.show_report(samples.port_blocked())
    header = timeline.tree.header()
    metrics = timeline.tree.fontMetrics()
    qtbot.waitUntil(
        lambda: (
            header.sectionSize(Column.METHOD)
            > metrics.horizontalAdvance("Port 1935 on reference server control.example.net") + 10
        )
    )


def test_questions_and_their_headings_are_heard(timeline: Timeline) -> None:
    timeline.tree.timeline.show_report(samples.port_blocked())
    interface = QAccessible.queryAccessibleInterface(timeline.tree)
    heard = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert {section_title(CHECKS), section_title(FOLLOW_UPS)} <= set(heard)
    assert (
        "Follow-up 5, Port 1935 on reference server control.example.net, No answer after 5.0 seconds" in heard
    )
    assert any(text.startswith("Follow-up 6, Network path to port 1935, ") for text in heard)


def test_rows_whose_turn_has_not_come_are_greyed_and_say_so(timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.preview(samples.healthy().plan)
    waiting = model.attempts()[0]
    assert {text_color(waiting, column, LIGHT) for column in Column} == {LIGHT.muted}
    assert model.index(0, Column.STATUS).data() == "Not started"
    model.show_report(samples.healthy())
    assert text_color(waiting, Column.METHOD, LIGHT) == LIGHT.text
    assert text_color(waiting, Column.STATUS, LIGHT) == LIGHT.good


def test_what_a_healthy_server_does_not_offer_is_not_red(timeline: Timeline) -> None:
    seen = samples.observed(4, StepName.TCP, 0.0, 1.0, failure=Failure(FailureKind.TIMED_OUT))
    check = samples.attempt(
        4, samples.endpoint(Transport.RTMPS, 443), Status.FAILED, seen, purpose=Purpose.CHECK
    )
    planned = msgspec.structs.replace(check, id=5, purpose=Purpose.FALLBACK)
    model = timeline.tree.timeline
    model.show_report(msgspec.structs.replace(samples.healthy(), attempts=(check, planned)))
    nodes = {node.id: node for node in model.attempts()}
    for node, color in ((nodes[4], LIGHT.muted), (nodes[5], LIGHT.bad)):
        assert text_color(node, Column.STATUS, LIGHT) == color
        assert text_color(node.steps[0], Column.STATUS, LIGHT) == color


def test_five_hundred_rows_cost_no_more_than_those_in_sight(
    timeline: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: cells painted and times asked for do not grow with the number of rows."""
    report = msgspec.structs.replace(
        samples.healthy(),
        attempts=tuple(
            samples.connected(n, samples.endpoint(port=1000 + n), 0.01 * n) for n in range(1, 501)
        ),
    )
    timeline.tree.timeline.show_report(report)
    delegate = timeline.tree.itemDelegate()
    painted: list[int] = []
    paint = delegate.paint

    def count_and_paint(
        painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painted.append(index.row())
        paint(painter, option, index)

    monkeypatch.setattr(delegate, "paint", count_and_paint)
    timeline.tree.viewport().grab()
    rows_in_sight = timeline.tree.viewport().height() // ROW_HEIGHT + 2
    assert 0 < len(painted) <= rows_in_sight * len(Column)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_colors_of_words_can_be_read(theme: Theme) -> None:
    """WCAG 2, AA: 4.5:1 for text, on the rows' ground, under the mouse and where it is selected."""
    for color in (theme.text, theme.muted, theme.accent, *(tone_color(tone, theme) for tone in Tone)):
        for ground in (theme.surface, theme.raised, theme.window):
            assert contrast(color, ground) >= 4.5, (color, ground)
    assert contrast(theme.text, theme.selection) >= 4.5


def contrast(color: str, ground: str) -> float:
    def luminance(name: str) -> float:
        channels = [int(name[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(color), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_larger_letters_get_wider_columns(timeline: Timeline) -> None:
    timeline.resize(1100, 400)
    before = timeline.tree.header().sectionSize(Column.TOTAL)
    font = timeline.tree.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    timeline.tree.setFont(font)
    assert timeline.tree.header().sectionSize(Column.TOTAL) > before
    assert not timeline.tree._fitted_by_hand


def test_columns_dragged_by_hand_stay_whatever_the_letters(timeline: Timeline) -> None:
    timeline.resize(1100, 400)
    timeline.tree.header().resizeSection(Column.METHOD, 301)
    font = timeline.tree.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    timeline.tree.setFont(font)
    assert timeline.tree.header().sectionSize(Column.METHOD) == 301


def test_a_row_is_copied_by_keyboard_and_from_its_menu(qtbot: QtBot, timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.show_report(samples.port_blocked())
    assert not timeline.copy_row.isEnabled()
    timeline.reveal("1.tcp")
    with qtbot.waitSignal(timeline.copy_wanted) as wanted:
        qtbot.keyClick(timeline.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    node = wanted.args[0]
    assert isinstance(node, StepNode)
    assert node.key == "1.tcp"
    assert timeline.tree.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    assert timeline.tree.actions()[0] is timeline.copy_row
    heading = next(model.headings())
    timeline.tree.setCurrentIndex(heading)
    assert not timeline.copy_row.isEnabled()


def test_a_row_that_still_runs_is_not_copied(timeline: Timeline) -> None:
    model = timeline.tree.timeline
    model.begin()
    model.apply(events_until(samples.port_blocked(), 1.0))
    timeline.tree.setCurrentIndex(model.index(0, 0))
    assert not timeline.copy_row.isEnabled()
    model.show_report(samples.port_blocked())
    assert timeline.copy_row.isEnabled()


@pytest.mark.parametrize("column", [Column.METHOD, Column.STATUS])
def test_cells_that_are_cut_can_still_be_told_apart(timeline: Timeline, column: Column) -> None:
    """Two rows whose words differ at their end only."""
    rows = []
    for number, port in ((1, 1935), (2, 1936)):
        failure = Failure(FailureKind.UNEXPECTED_REPLY, looks_like=f"something very long on port {port}")
        seen = samples.observed(number, StepName.TCP, 0.0, 1.0, failure=failure)
        rows.append(samples.attempt(number, samples.endpoint(Transport.RTMFP, port), Status.FAILED, seen))
    timeline.tree.timeline.show_report(msgspec.structs.replace(samples.healthy(), attempts=tuple(rows)))
    timeline.tree.header().resizeSection(column, 130)
    tree, model = timeline.tree, timeline.tree.timeline
    cells = [tree.viewport().grab(tree.visualRect(model.index(row, column))).toImage() for row in (0, 1)]
    assert cells[0] != cells[1]


@pytest.mark.parametrize("step", StepName)
def test_every_bar_is_in_the_legend(timeline: Timeline, step: StepName) -> None:
    seen = samples.observed(1, step, 0.0, 1.0)
    attempt = samples.attempt(1, samples.endpoint(), Status.CONNECTED, seen)
    timeline.tree.timeline.show_report(msgspec.structs.replace(samples.healthy(), attempts=(attempt,)))
    named = timeline.legend.accessibleDescription().removesuffix(". Hatched: waiting.").split(" · ")
    assert step_label(step) in named


def test_the_step_that_a_stop_cut_off_is_in_the_legend(timeline: Timeline) -> None:
    waited = UnfinishedStep(StepName.PROXY, 0.3)
    attempts = [msgspec.structs.replace(samples.interrupted().attempts[1], unfinished=(waited,))]
    report = msgspec.structs.replace(samples.interrupted(), attempts=tuple(attempts))
    timeline.tree.timeline.show_report(report)
    assert step_label(StepName.PROXY) in timeline.legend.accessibleDescription()


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_connected_is_not_cut_where_the_columns_are_narrow(
    qtbot: QtBot, timeline: Timeline, zoom: float
) -> None:
    timeline.tree.timeline.show_report(samples.healthy())
    font = timeline.tree.font()
    font.setPixelSize(round(12 * zoom))
    timeline.tree.setFont(font)
    timeline.resize(round(420 * zoom), 300)
    header, metrics = timeline.tree.header(), timeline.tree.fontMetrics()
    needed = metrics.horizontalAdvance("Connected") + 36
    qtbot.waitUntil(lambda: header.sectionSize(Column.STATUS) >= needed)
    qtbot.waitUntil(lambda: timeline.tree.horizontalScrollBar().maximum() == 0)


def test_the_menu_copies_all_and_opens_and_closes_all(qtbot: QtBot) -> None:
    model = TimelineModel()
    timeline = Timeline(model)
    qtbot.addWidget(timeline)
    assert not timeline.copy_all.isEnabled()
    model.show_report(samples.port_blocked())
    assert timeline.copy_all.isEnabled()
    with qtbot.waitSignal(timeline.copy_all_wanted):
        timeline.copy_all.trigger()
    expand, collapse = timeline.tree.actions()[-2:]
    expand.trigger()
    assert timeline.tree.isExpanded(model.index(0, 0))
    collapse.trigger()
    assert not timeline.tree.isExpanded(model.index(0, 0))
    assert all(timeline.tree.isExpanded(heading) for heading in model.headings())


def test_a_row_that_has_only_the_focus_is_not_chosen(qtbot: QtBot) -> None:
    model = TimelineModel()
    timeline = Timeline(model)
    qtbot.addWidget(timeline)
    model.show_report(samples.port_blocked())
    told: list[object] = []
    timeline.selected.connect(told.append)
    first = model.index(0, 0)
    timeline.tree.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
    assert told == []
    timeline.tree.setCurrentIndex(model.index(1, 0))
    assert told == [model.node(model.index(1, 0))]


def test_once_the_run_is_over_statuses_have_the_room_that_the_waterfall_can_spare(
    qtbot: QtBot, timeline: Timeline
) -> None:
    timeline.resize(700, 300)
    timeline.tree.timeline.show_report(samples.healthy())
    short = timeline.tree.header().sectionSize(Column.STATUS)
    timeline.tree.timeline.clear()
    timeline.tree.timeline.show_report(samples.unreachable())
    header = timeline.tree.header()
    assert header.sectionSize(Column.STATUS) > short
    assert header.sectionSize(Column.WATERFALL) >= LEAST_WATERFALL
