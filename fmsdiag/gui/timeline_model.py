"""The timeline as Qt sees it: a tree of attempts and their steps that grows with the run's events.

The window's delegate paints from the same nodes that screen readers hear of through AccessibleTextRole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fmsdiag.gui.timeline_nodes import TITLES, AttemptNode, Column, HeadingNode, Node, StepNode
from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Event,
    Plan,
    PlanMade,
    PlannedAttempt,
    Purpose,
    Report,
    Status,
    StepFinished,
    StepStarted,
)

Index = QModelIndex | QPersistentModelIndex
NODE_ROLE = Qt.ItemDataRole.UserRole + 1

CHECKS = "Also checked"
WHY = "Finding out why"
_HEADINGS = {Purpose.CHECK: CHECKS, Purpose.CONTROL: WHY, Purpose.FOLLOW_UP: WHY}


class TimelineModel(QAbstractItemModel):
    """Attempts → steps; checks and follow-ups under headings of their own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = Node()
        self._attempts: dict[int, AttemptNode] = {}
        self.now_s = 0.0
        self.live = False

    # ---- what it is told

    def clear(self) -> None:
        self.beginResetModel()
        self._root = Node()
        self._attempts = {}
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
        """Let the tree grow by a batch of events."""
        for event in events:
            match event:
                case PlanMade():
                    for attempt_id, planned in zip(event.attempt_ids, event.plan.attempts, strict=True):
                        self._attempt(attempt_id, planned)
                case AttemptStarted():
                    node = self._attempt(event.attempt_id, event)
                    node.started_s = event.at_s
                    self._changed(node)
                case StepStarted():
                    self._step_started(event)
                case StepFinished():
                    self._step_finished(event)
                case AttemptFinished():
                    self._finish(event.attempt)

    def set_now(self, now_s: float) -> None:
        """Move the present, in seconds since the run began: what still waits grows."""
        self.now_s = now_s
        for node in self._attempts.values():
            if node.running:
                self._changed(node)
                if node.current_step is not None:
                    self._changed(node.current_step)

    def show_report(self, report: Report) -> None:
        """The run is over: show exactly what the report says."""
        if not self._attempts:
            self.begin()
        self.live = False
        self.now_s = report.duration_s
        for attempt in report.attempts:
            self._finish(attempt)

    def abandon(self) -> None:
        """The run ended without a report: nothing waits any longer."""
        self.live = False
        for node in self._attempts.values():
            if node.attempt is None:
                started, now = node.started_s, self.now_s
                self._finish(
                    Attempt(
                        node.id,
                        node.endpoint,
                        node.purpose,
                        Status.CANCELLED,
                        started_s=started,
                        ended_s=None if started is None else now,
                    )
                )

    # ---- what it is asked

    def attempts(self) -> list[AttemptNode]:
        """All attempts known so far, in the order of their ids."""
        return [self._attempts[key] for key in sorted(self._attempts)]

    def span_s(self) -> float:
        """Seconds that the waterfall has to show."""
        ends = (node.ended_s(self.now_s) or 0.0 for node in self._attempts.values())
        return max(ends, default=0.0)

    def player_connects(self) -> AttemptNode | None:
        """The attempt by which a player would have connected: the first of the plan, once it is known."""
        for node in self.attempts():
            if node.purpose is not Purpose.FALLBACK:
                continue
            if node.status is Status.CONNECTED:
                return node
            if node.running or (self.live and node.status is Status.NOT_STARTED):
                return None
        return None

    def index_of(self, observation_id: str) -> QModelIndex:
        """The row of an observation ("1.tcp"), or of its attempt if that step has no row; else an invalid index."""
        number = observation_id.partition(".")[0]
        node = self._attempts.get(int(number)) if number.isdigit() else None
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
        node = self.node(index)
        if node is None:
            return None
        column = Column(index.column())
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
            return TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.TOTAL else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    # ---- growing

    def _attempt(self, attempt_id: int, tried: PlannedAttempt | AttemptStarted | Attempt) -> AttemptNode:
        node = self._attempts.get(attempt_id)
        if node is None:
            parent = self._section(tried.purpose)
            self._begin_child(parent)
            node = self._attempts[attempt_id] = AttemptNode(parent, attempt_id, tried)
            self._end_child(parent, node)
        return node

    def _section(self, purpose: Purpose) -> Node:
        title = _HEADINGS.get(purpose)
        if title is None:
            return self._root
        for node in self._root.children:
            if isinstance(node, HeadingNode) and node.title == title:
                return node
        self._begin_child(self._root)
        heading = HeadingNode(self._root, title)
        self._end_child(self._root, heading)
        return heading

    def _step_started(self, event: StepStarted) -> None:
        attempt = self._attempts.get(event.attempt_id)
        if attempt is not None:
            self._begin_child(attempt)
            self._end_child(attempt, StepNode(attempt, event))
            self._changed(attempt)

    def _step_finished(self, event: StepFinished) -> None:
        attempt = self._attempts.get(event.attempt_id)
        if attempt is None:
            return
        seen = event.observation
        waiting = (s for s in attempt.steps if s.step is seen.step and s.observation is None)
        step = next(waiting, None)
        if step is None:
            self._begin_child(attempt)
            step = StepNode(attempt, seen)
            self._end_child(attempt, step)
        step.observation = seen
        step.started_s = seen.started_s
        self._changed(step)
        self._changed(attempt)

    def _finish(self, attempt: Attempt) -> None:
        node = self._attempt(attempt.id, attempt)
        node.attempt = attempt
        node.started_s = attempt.started_s
        self._match_steps(node, attempt)
        self._changed(node)

    def _match_steps(self, node: AttemptNode, attempt: Attempt) -> None:
        """Make the steps those of the finished attempt, which may have dropped one that was interrupted."""
        known = [step.observation.id for step in node.steps if step.observation is not None]
        if known == [o.id for o in attempt.observations] and len(known) == len(node.steps):
            return
        if node.children:
            self.beginRemoveRows(self._index(node), 0, len(node.children) - 1)
            node.children.clear()
            self.endRemoveRows()
        for observation in attempt.observations:
            self._begin_child(node)
            self._end_child(node, StepNode(node, observation))

    def _begin_child(self, parent: Node) -> None:
        self.beginInsertRows(self._index(parent), len(parent.children), len(parent.children))

    def _end_child(self, parent: Node, child: Node) -> None:
        parent.children.append(child)
        self.endInsertRows()

    def _changed(self, node: Node) -> None:
        self.dataChanged.emit(self._index(node), self._index(node, Column.TOTAL))

    def _index(self, node: Node, column: int = 0) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.row, column, node)


def _plain_tip(text: str) -> str:
    """Tooltips guess HTML: escape what a server may have said."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return f"<span>{escaped}</span>" if text else ""
