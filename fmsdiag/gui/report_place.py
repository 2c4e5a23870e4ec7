"""Where a reader is in a report: kept while another report is in front, so that coming back is no new beginning."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex

from fmsdiag.gui.details.details import Page
from fmsdiag.gui.timeline.nodes import AttemptNode, StepNode
from fmsdiag.gui.window_parts import WindowParts


@dataclass(frozen=True)
class Place:
    """The chosen row, the opened rows, the page, and what of each is in sight."""

    row: str
    """The observation of the chosen row, or its attempt's number; "" where none is chosen."""
    opened: frozenset[int]
    """The numbers of the attempts whose steps are in sight."""
    page: Page
    whole_report: bool
    """On the page of JSON."""
    finding: int
    card_folded: bool
    rows_down: int
    page_down: int
    """Where the scroll bars are."""


def place_of(parts: WindowParts) -> Place:
    """Where the reader is now."""
    tree, details = parts.timeline.tree, parts.details
    chosen = tree.selectionModel().selectedRows()
    return Place(
        row=_row(parts, chosen[0]) if chosen else "",
        opened=frozenset(number for number, index in _attempts(parts) if tree.isExpanded(index)),
        page=details.current_page,
        whole_report=details.scope.currentIndex() == 1,
        finding=parts.card.finding_number if parts.card.has_report else 0,
        card_folded=parts.card.is_folded,
        rows_down=tree.verticalScrollBar().value(),
        page_down=details.page.verticalScrollBar().value(),
    )


def go_back_to(parts: WindowParts, place: Place) -> None:
    """Be there again, as far as the report still has it; nothing takes the focus."""
    tree, details = parts.timeline.tree, parts.details
    for number, index in _attempts(parts):
        tree.setExpanded(index, number in place.opened)
    row = parts.model.index_of(place.row) if place.row else QModelIndex()
    if row.isValid():
        tree.setCurrentIndex(row)
    if place.finding and parts.card.has_report:
        parts.card.show_finding(place.finding)
    details.scope.setCurrentIndex(1 if place.whole_report else 0)
    details.open_page(place.page)
    if not parts.card.is_idle:
        parts.card.set_folded(place.card_folded)
    tree.verticalScrollBar().setValue(place.rows_down)
    details.page.verticalScrollBar().setValue(place.page_down)


def _row(parts: WindowParts, index: QModelIndex) -> str:
    node = parts.model.node(index)
    match node:
        case AttemptNode():
            return str(node.id)
        case StepNode(parent=AttemptNode() as attempt):
            return node.observation.id if node.observation is not None else str(attempt.id)
    return ""


def _attempts(parts: WindowParts) -> list[tuple[int, QModelIndex]]:
    """Each attempt's number and its row."""
    return [(node.id, parts.model.index_of(str(node.id))) for node in parts.model.attempts()]
