"""The timeline as Qt sees it: a tree of attempts and their steps that grows with the run's events.

The window's delegate paints from the same nodes that screen readers hear of through AccessibleTextRole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from fmsdiag.gui.timeline.nodes import COLUMNS, TITLES, AttemptNode, Column, HeadingNode, Node, StepNode
from fmsdiag.messages.reader import say
from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Event,
    Plan,
    PlanMade,
    PlannedAttempt,
    Report,
    Status,
    StepFinished,
    StepName,
    StepStarted,
    UnfinishedStep,
)
from fmsdiag.report.sections import SECTIONS, Section, section_of

Index = QModelIndex | QPersistentModelIndex
Tried = PlannedAttempt | AttemptStarted | Attempt
NODE_ROLE = Qt.ItemDataRole.UserRole + 1

_MOST_DIGITS = 12
"""Of an attempt's number, in what a report from a file calls an observation."""
_ROLES = frozenset(
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.TextAlignmentRole,
        NODE_ROLE,
    )
)


class TimelineModel(QAbstractItemModel):
    """Attempts → steps; checks and follow-ups under headings of their own."""

    settled = Signal()
    """The run is over: nothing of the rows changes any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node()
        self._attempts: dict[int, AttemptNode] = {}
        self._running: dict[int, AttemptNode] = {}
        self._dirty: dict[Node, None] = {}
        self._ended_s = 0.0  # the last end of what has ended
        self._connects: AttemptNode | None = None
        self.phases: frozenset[StepName] = frozenset()
        """The kinds of steps that have rows."""
        self.now_s = 0.0
        self.live = False

    # ---- what it receives

    def clear(self) -> None:
        self.beginResetModel()
        self._root = Node()
        self._attempts = {}
        self._running = {}
        self._dirty = {}
        self._ended_s = 0.0
        self._connects = None
        self.phases = frozenset()
        self.now_s = 0.0
        self.live = False
        self.endResetModel()

    def begin(self) -> None:
        """A run starts: forget the last one."""
        self.clear()
        self.live = True

    def preview(self, plan: Plan | None) -> None:
        """Show what a run would try, before there is one."""
        self.clear()
        if plan is not None:
            self.apply([PlanMade(plan, tuple(range(1, len(plan.attempts) + 1)))])

    def apply(self, events: Iterable[Event]) -> None:
        """Let the tree grow by a batch of events; each changed row is signaled once for the whole batch."""
        for event in events:
            match event:
                case PlanMade():
                    self._add(zip(event.attempt_ids, event.plan.attempts, strict=True))
                case AttemptStarted():
                    node = self._attempt(event.attempt_id, event)
                    node.started_s = event.at_s
                    self._touch(node)
                case StepStarted():
                    self._step_started(event)
                case StepFinished():
                    self._step_finished(event)
                case AttemptFinished():
                    self._finish(event.attempt)
        self._tell_changes()

    def set_now(self, now_s: float) -> None:
        """Move the present, in seconds since the run began: what still waits grows."""
        self.now_s = now_s
        for node in self._running.values():
            self._touch(node)
            if node.current_step is not None:
                self._touch(node.current_step)
        self._tell_changes()

    def show_report(self, report: Report) -> None:
        """The run is over: show exactly what the report says."""
        if not self._attempts:
            self.begin()
        self.live = False
        self.now_s = report.duration_s
        self._add((attempt.id, attempt) for attempt in report.attempts)
        for attempt in report.attempts:
            self._finish(attempt)
        self._tell_changes()
        self.settled.emit()

    def abandon(self) -> None:
        """The run ended without a report: nothing waits any longer."""
        self.live = False
        for node in list(self._attempts.values()):
            if node.attempt is None:
                started, now = node.started_s, self.now_s
                self._finish(
                    Attempt(
                        node.id,
                        node.endpoint,
                        node.purpose,
                        Status.CANCELLED,
                        experiment=node.experiment,
                        started_s=started,
                        ended_s=None if started is None else now,
                        observations=tuple(s.observation for s in node.steps if s.observation is not None),
                        unfinished=tuple(
                            UnfinishedStep(s.step, s.started_s) for s in node.steps if s.waiting
                        ),
                    )
                )
        self._tell_changes()

    # ---- what it is asked

    def attempts(self) -> list[AttemptNode]:
        """All attempts known so far, in the order of their ids."""
        return [self._attempts[key] for key in sorted(self._attempts)]

    def span_s(self) -> float:
        """Seconds that the waterfall has to show."""
        return max(self._ended_s, self.now_s) if self._running else self._ended_s

    def player_connects(self) -> AttemptNode | None:
        """The attempt by which a player would have connected: the first of the plan, once it is known."""
        return self._connects

    def index_of(self, observation_id: str) -> QModelIndex:
        """The row of an observation ("1.tcp"), or of its attempt if that step has no row; else an invalid index."""
        number = observation_id.partition(".")[0]
        node = self._attempts.get(int(number)) if number.isdecimal() and len(number) < _MOST_DIGITS else None
        if node is None:
            return QModelIndex()
        for step in node.steps:
            if step.observation is not None and step.observation.id == observation_id:
                return self._index(step)
        return self._index(node)

    def headings(self) -> Iterator[QModelIndex]:
        for node in self._root.children:
            if isinstance(node, HeadingNode):
                yield self._index(node)

    def node(self, index: Index) -> Node | None:
        """The row's node, or none for an invalid index."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else None

    # ---- QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = self.node(parent) or self._root
        if 0 <= row < len(above.children) and 0 <= column < len(Column):
            return self.createIndex(row, column, above.children[row])
        return QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> Any:  # noqa: B008
        node = self.node(child)
        if node is None or node.parent is None or node.parent is self._root:
            return QModelIndex()
        return self._index(node.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() and parent.column() != 0:
            return 0
        return len((self.node(parent) or self._root).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index) if role in _ROLES else None  # views ask for a dozen roles that it lacks
        if node is None:
            return None
        column = COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return node.text(column, self.now_s)
            case Qt.ItemDataRole.AccessibleTextRole:
                return node.spoken(column, self.now_s)
            case Qt.ItemDataRole.ToolTipRole:
                return _plain_tip(node.hint())
            case Qt.ItemDataRole.TextAlignmentRole if column is Column.TOTAL:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _ if role == NODE_ROLE:
                return node
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        spoken = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if orientation is Qt.Orientation.Horizontal and role in spoken:
            return say(TITLES[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.TOTAL else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    # ---- growing

    def _attempt(self, attempt_id: int, tried: Tried) -> AttemptNode:
        if attempt_id not in self._attempts:
            self._add([(attempt_id, tried)])
        return self._attempts[attempt_id]

    def _add(self, tried: Iterable[tuple[int, Tried]]) -> None:
        """Rows for the attempts that have none yet, those of one section in one go."""
        groups: dict[Section, list[tuple[int, Tried]]] = {}
        for number, one in tried:
            if number not in self._attempts:
                groups.setdefault(section_of(one), []).append((number, one))
        for title in SECTIONS:
            if title in groups:
                self._add_to(self._section(title), groups[title])

    def _add_to(self, parent: Node, tried: list[tuple[int, Tried]]) -> None:
        nodes = [AttemptNode(parent, number, one) for number, one in tried]
        self._insert(parent, nodes, self._plan_rows() if parent is self._root else len(parent.children))
        for node in nodes:
            self._attempts[node.id] = node

    def _section(self, title: Section) -> Node:
        """The heading of that title, made where it belongs; the plan's own rows stand above all headings."""
        if not title:
            return self._root
        titles = [node.title for node in self._root.children if isinstance(node, HeadingNode)]
        first = self._plan_rows()
        if title not in titles:
            before = sum(SECTIONS.index(known) < SECTIONS.index(title) for known in titles)
            self._insert(self._root, [HeadingNode(self._root, title)], first + before)
            titles.insert(before, title)
        return self._root.children[first + titles.index(title)]

    def _plan_rows(self) -> int:
        """How many rows are above the first heading."""
        rows = self._root.children
        headings = (1 for node in reversed(rows[-len(SECTIONS) :]) if isinstance(node, HeadingNode))
        return len(rows) - sum(headings)

    def _step_started(self, event: StepStarted) -> None:
        attempt = self._attempts.get(event.attempt_id)
        if attempt is not None:
            self._insert(attempt, [StepNode(attempt, event)])
            self._touch(attempt)

    def _step_finished(self, event: StepFinished) -> None:
        attempt = self._attempts.get(event.attempt_id)
        if attempt is None:
            return
        seen = event.observation
        waiting = (s for s in attempt.steps if s.step is seen.step and s.observation is None)
        step = next(waiting, None)
        if step is None:
            step = StepNode(attempt, seen)
            self._insert(attempt, [step])
        step.observation = seen
        step.started_s = seen.started_s
        self._touch(step)
        self._touch(attempt)

    def _finish(self, attempt: Attempt) -> None:
        node = self._attempt(attempt.id, attempt)
        if node.attempt is not attempt:
            node.finish(attempt)
            self._match_steps(node, attempt)
            self._ended_s = max(self._ended_s, attempt.ended_s or 0.0)
            self._touch(node)

    def _match_steps(self, node: AttemptNode, attempt: Attempt) -> None:
        """Make the steps those of the finished attempt; rows that stay the same ones keep their place and selection."""
        ended = [step for step in node.steps if step.observation is not None]
        open_ones = [step for step in node.steps if step.observation is None]
        same = [step.key for step in ended] == [seen.id for seen in attempt.observations]
        if same and [step.step for step in open_ones] == [step.step for step in attempt.unfinished]:
            for step, seen in zip(ended, attempt.observations, strict=True):
                step.observation = seen
            for step in open_ones:
                step.stop(attempt)
                self._touch(step)
            return
        if node.children:
            for child in node.children:
                self._dirty.pop(child, None)
            self.beginRemoveRows(self._index(node), 0, len(node.children) - 1)
            node.children.clear()
            self.endRemoveRows()
        self._insert(node, node.steps_of(attempt))

    def _insert(self, parent: Node, nodes: Sequence[Node], at: int | None = None) -> None:
        """Put rows among the children of `parent`: before row `at`, or behind the last."""
        if not nodes:
            return
        first = len(parent.children) if at is None else at
        self.beginInsertRows(self._index(parent), first, first + len(nodes) - 1)
        parent.children[first:first] = nodes
        for row in range(first, len(parent.children)):
            parent.children[row].row = row
        self.phases |= {node.step for node in nodes if isinstance(node, StepNode)}
        self.endInsertRows()

    def _touch(self, node: Node) -> None:
        """The row has changed; told to the view with the others of its batch."""
        self._dirty[node] = None
        if isinstance(node, AttemptNode):
            if node.running:
                self._running[node.id] = node
            else:
                self._running.pop(node.id, None)

    def _tell_changes(self) -> None:
        changed, self._dirty = self._dirty, {}
        before, self._connects = self._connects, self._find_connecting()
        if before is not self._connects:  # the player's line moves
            changed |= {node: None for node in (before, self._connects) if node is not None}
        for node in changed:
            self.dataChanged.emit(self._index(node), self._index(node, Column.TOTAL))

    def _find_connecting(self) -> AttemptNode | None:
        for node in self._root.children:
            if not isinstance(node, AttemptNode):
                return None
            if node.status is Status.CONNECTED:
                return node
            if node.running or (self.live and node.waiting):
                return None
        return None

    def _index(self, node: Node, column: int = 0) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.row, column, node)


def _plain_tip(words: str) -> str:
    """Tooltips guess HTML: escape what a server may have said."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return f"<span>{escaped}</span>" if words else ""
