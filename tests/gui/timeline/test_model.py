"""The tree: growth by events, headings, the report's last word; and Qt's own model checker."""

import msgspec
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from fmsdiag.gui.timeline.model import NODE_ROLE, TimelineModel
from fmsdiag.gui.timeline.nodes import TITLES, AttemptNode, Column, StepNode
from fmsdiag.messages.reader import say
from fmsdiag.model import (
    AttemptFinished,
    AttemptStarted,
    PlanMade,
    Report,
    Status,
    StepFinished,
    StepName,
    StepStarted,
)
from fmsdiag.report.sections import CHECKS, FOLLOW_UPS, section_title
from tests.gui.scripted import events_of, events_until
from tests.report import samples

DISPLAY = Qt.ItemDataRole.DisplayRole
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model(qtbot: QtBot) -> TimelineModel:
    model = TimelineModel()
    model.checker = QAbstractItemModelTester(  # type: ignore[attr-defined]
        model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return model


def tree(model: TimelineModel, parent: QModelIndex | None = None) -> list[object]:
    parent = parent or QModelIndex()
    rows: list[object] = []
    for number in range(model.rowCount(parent)):
        index = model.index(number, 0, parent)
        below = tree(model, index)
        rows.append((index.data(), below) if below else index.data())
    return rows


def tops(model: TimelineModel) -> list[str]:
    return [model.index(n, 0).data() for n in range(model.rowCount())]


def test_the_whole_tree_of_a_run(model: TimelineModel) -> None:
    model.begin()
    model.apply(events_of(samples.port_blocked()))
    steps = ["Name lookup", "TCP connection"]
    assert tree(model) == [
        ("Attempt 1", steps),
        ("Attempt 2", [*steps, "RTMP handshake", "NetConnection"]),
        ("Attempt 3", [*steps, "RTMP handshake", "NetConnection"]),
        (section_title(CHECKS), [("Check 4", steps)]),
        (
            section_title(FOLLOW_UPS),
            [("Follow-up 5", steps), ("Follow-up 6", ["Network path"]), ("Follow-up 7", steps)],
        ),
    ]


@pytest.mark.parametrize(
    "report",
    [samples.healthy(), samples.port_blocked(), samples.rejected(), samples.unreachable(), samples.stopped()],
    ids=lambda report: report.verdict.status.value,
)
def test_events_and_report_give_the_same_tree(model: TimelineModel, report: Report) -> None:
    model.begin()
    model.apply(events_of(report))
    grown = tree(model)
    model.show_report(report)
    assert tree(model) == grown
    assert not model.live


def test_what_has_not_started_is_shown_from_the_plan(model: TimelineModel) -> None:
    model.begin()
    model.apply(events_until(samples.port_blocked(), -1.0))
    assert tops(model) == ["Attempt 1", "Attempt 2", "Attempt 3", section_title(CHECKS)]
    assert model.index(0, Column.STATUS).data() == "Not started"


def test_a_plan_can_be_looked_at_before_the_run(model: TimelineModel) -> None:
    model.preview(samples.healthy().plan)
    assert tops(model) == ["Attempt 1", "Attempt 2", "Attempt 3", section_title(CHECKS)]
    model.preview(None)
    assert model.rowCount() == 0


def test_every_cell_can_be_heard(model: TimelineModel) -> None:
    model.begin()
    model.apply(events_of(samples.port_blocked()))
    first = model.index(0, 0)
    assert first.data(SPOKEN) == "Attempt 1, RTMP on port 1935, No answer after 5.0 seconds"
    for row in range(3):
        for column in Column:
            assert model.index(row, column).data(SPOKEN)
    step = model.index(1, 0, first)
    assert step.data(SPOKEN) == "TCP connection, No answer, 5.0 seconds"


def test_titles_are_seen_and_heard(model: TimelineModel) -> None:
    for role in (DISPLAY, SPOKEN):
        shown = [model.headerData(c, Qt.Orientation.Horizontal, role) for c in Column]
        assert tuple(shown) == tuple(map(say, TITLES))


def test_time_moves_only_what_waits(model: TimelineModel, qtbot: QtBot) -> None:
    model.begin()
    model.apply(events_until(samples.port_blocked(), 1.0))
    changed: list[str] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.data()))
    model.set_now(1.5)
    assert sorted(set(changed)) == ["Attempt 1", "Check 4", "TCP connection"]
    assert model.index(0, Column.TOTAL).data() == "1.5 s"


def test_the_span_follows_the_present_then_the_report(model: TimelineModel) -> None:
    model.begin()
    model.apply(events_until(samples.port_blocked(), 1.0))
    model.set_now(3.0)
    assert model.span_s() == 3.0
    model.show_report(samples.port_blocked())
    assert model.span_s() == pytest.approx(max(a.ended_s or 0 for a in samples.port_blocked().attempts))


def test_where_a_player_would_have_connected(model: TimelineModel) -> None:
    model.begin()
    model.apply(events_until(samples.port_blocked(), 1.0))
    assert model.player_connects() is None  # the first attempt is still out
    model.show_report(samples.port_blocked())
    node = model.player_connects()
    assert node is not None
    assert node.id == 2


@pytest.mark.parametrize(
    ("observation", "row"),
    [
        ("1.tcp", "TCP connection"),
        ("2", "Attempt 2"),
        ("2.tls", "Attempt 2"),
        ("99.tcp", None),
        ("", None),
        ("\u0967\u00b2.tcp", None),
        ("9" * 5_000 + ".tcp", None),
    ],
)
def test_evidence_finds_its_row(model: TimelineModel, observation: str, row: str | None) -> None:
    model.show_report(samples.port_blocked())
    assert model.index_of(observation).data() == row


def test_an_interrupted_step_goes_when_the_attempt_ends(model: TimelineModel) -> None:
    report = samples.stopped()
    first = report.attempts[0]
    model.begin()
    model.apply(
        [
            PlanMade(report.plan, (1, 2, 3, 4)),
            AttemptStarted(1, first.endpoint, first.purpose, 0.0),
            StepStarted(1, StepName.TLS, 0.0),
        ]
    )
    model.show_report(report)
    steps = model.rowCount(model.index(0, 0))
    assert steps == len(first.observations)


def test_a_run_without_a_report_waits_no_longer(model: TimelineModel) -> None:
    model.begin()
    model.apply(events_until(samples.port_blocked(), 1.0))
    model.abandon()
    assert {node.status for node in model.attempts()} == {Status.CONNECTED, Status.CANCELLED}


def test_steps_of_unknown_attempts_are_dropped(model: TimelineModel) -> None:
    seen = samples.port_blocked().attempts[0].observations[0]
    model.apply([StepStarted(7, StepName.TCP, 0.0), StepFinished(7, seen)])
    assert model.rowCount() == 0


def test_nodes_are_behind_the_rows(model: TimelineModel) -> None:
    model.show_report(samples.healthy())
    assert isinstance(model.index(0, 0).data(NODE_ROLE), AttemptNode)
    assert model.node(QModelIndex()) is None


def test_a_servers_words_are_not_markup_in_tool_tips(model: TimelineModel) -> None:
    model.show_report(samples.rejected())
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Rejected by server" in tip
    assert "<b>" not in tip


def test_rows_stand_in_the_plans_order_whatever_comes_first(model: TimelineModel) -> None:
    report = samples.port_blocked()
    for attempt in reversed(report.attempts):
        model.apply([AttemptFinished(attempt)])
    assert [n.purpose for n in model.attempts()] == [a.purpose for a in report.attempts]
    assert tops(model) == ["Attempt 3", "Attempt 2", "Attempt 1", *map(section_title, (CHECKS, FOLLOW_UPS))]
    for row in range(model.rowCount()):
        assert model.node(model.index(row, 0)).row == row  # type: ignore[union-attr]


def test_a_batch_tells_each_changed_row_once_and_never_resets(model: TimelineModel) -> None:
    report = samples.port_blocked()
    model.begin()
    counted: dict[str, int] = {"reset": 0, "inserted": 0}
    changed: list[QModelIndex] = []
    model.modelReset.connect(lambda: counted.update(reset=counted["reset"] + 1))
    model.rowsInserted.connect(lambda: counted.update(inserted=counted["inserted"] + 1))
    model.dataChanged.connect(lambda first, _last: changed.append(first))
    made, *rest = events_of(report)
    model.apply([made])
    assert counted == {"reset": 0, "inserted": 3}  # the plan, a heading, the checks
    assert not changed
    model.apply(rest)
    assert counted["reset"] == 0
    attempts = [index for index in changed if isinstance(model.node(index), AttemptNode)]
    assert len(attempts) == len(report.attempts)
    changed.clear()
    model.show_report(report)
    assert not changed  # nothing is new in it


def test_time_costs_what_runs_and_not_what_there_is() -> None:
    model = TimelineModel()  # unchecked: Qt's checker looks at every row whenever one changes
    many = msgspec.structs.replace(
        samples.healthy(),
        attempts=tuple(samples.silent(n, samples.endpoint(port=1000 + n), 0.0) for n in range(1, 501)),
    )
    model.show_report(many)
    changed: list[QModelIndex] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first))
    model.apply([AttemptStarted(501, samples.endpoint(), many.attempts[0].purpose, 6.0)])
    model.set_now(6.5)
    assert [index.data() for index in changed] == ["Attempt 501", "Attempt 501"]


def test_a_cell_answers_only_for_the_roles_it_has(model: TimelineModel) -> None:
    model.show_report(samples.healthy())
    assert model.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.index(0, Column.TOTAL).data(Qt.ItemDataRole.TextAlignmentRole) is not None


def stopped_in_tcp(model: TimelineModel) -> StepNode:
    """A run that is stopped while its second attempt waits."""
    attempt = samples.interrupted().attempts[1]
    model.begin()
    model.apply(
        [
            AttemptStarted(2, attempt.endpoint, attempt.purpose, 0.2),
            StepStarted(2, StepName.DNS, 0.2, 5.0),
            StepFinished(2, attempt.observations[0]),
            StepStarted(2, StepName.TCP, 0.212, 5.0),
        ]
    )
    model.set_now(1.1)
    node = model.node(model.index(1, 0, model.index(0, 0)))
    assert isinstance(node, StepNode)
    return node


def test_stopping_keeps_the_step_that_was_waited_for(model: TimelineModel) -> None:
    node = stopped_in_tcp(model)
    model.apply([AttemptFinished(samples.interrupted().attempts[1])])
    row = model.index(0, 0)
    assert model.node(model.index(1, 0, row)) is node  # neither its selection nor its place is lost
    assert not node.waiting
    cells = [model.index(1, column, row).data() for column in (Column.STEP, Column.STATUS, Column.TOTAL)]
    assert cells == ["TCP connection", "Not finished", "988 ms"]
    assert model.index(0, Column.STATUS).data() == "Not finished (TCP connection)"
    model.show_report(samples.interrupted())
    assert model.node(model.index(1, 0, model.index(1, 0))) is not None


def test_a_fault_keeps_what_was_seen_and_waited_for(model: TimelineModel) -> None:
    stopped_in_tcp(model)
    model.abandon()
    row = model.index(0, 0)
    assert [model.index(n, Column.STATUS, row).data() for n in range(model.rowCount(row))] == [
        "203.0.113.10 and 2001:db8:10::10",
        "Not finished",
    ]


def test_an_opened_report_shows_the_unfinished_step(model: TimelineModel) -> None:
    model.show_report(samples.interrupted())
    row = model.index(1, 0)
    assert tree(model, row) == ["Name lookup", "TCP connection"]
