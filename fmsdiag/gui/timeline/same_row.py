"""A row of the timeline as another version of the report has it, such as the redacted one. Pure."""

from __future__ import annotations

from fmsdiag.gui.timeline.nodes import AttemptNode, Column, Node, StepNode
from fmsdiag.model import Report
from fmsdiag.report.sections import section_title, sectioned

_COPIED = (Column.STEP, Column.METHOD, Column.STATUS, Column.TOTAL)


def same_row(node: Node | None, report: Report) -> AttemptNode | StepNode | None:
    """The row of `report` that shows the same attempt or step; none where it has none."""
    owner = node.parent if isinstance(node, StepNode) else node
    if not isinstance(owner, AttemptNode):
        return None
    attempt = next((one for one in report.attempts if one.id == owner.id), None)
    if attempt is None:
        return None
    copy = AttemptNode(Node(), attempt.id, attempt)
    copy.finish(attempt)
    copy.show_steps()
    if not isinstance(node, StepNode):
        return copy
    return next((step for step in copy.steps if step.key == node.key), None)


def all_rows_text(report: Report) -> str:
    """The whole timeline: a line for each attempt, those of its steps below, a heading over each section but the plan's own."""
    lines = []
    for section, attempts in sectioned(report.attempts):
        if section_title(section):
            lines.append(section_title(section))
        for attempt in attempts:
            row = AttemptNode(Node(), attempt.id, attempt)
            row.finish(attempt)
            row.show_steps()
            lines.append(_cells(row))
            lines.extend(f"\t{_cells(step)}" for step in row.steps)
    return "\n".join(lines)


def _cells(row: Node) -> str:
    return "\t".join(row.text(column, 0.0) for column in _COPIED)


def row_text(node: Node, report: Report) -> str:
    """The cells of that row in `report`, with tabs between them; a step names its attempt first. "" without a row."""
    row = same_row(node, report)
    if row is None:
        return ""
    cells = [row.text(column, 0.0) for column in _COPIED]
    if isinstance(row, StepNode) and isinstance(row.parent, AttemptNode):
        cells = [row.parent.text(Column.STEP, 0.0), row.parent.text(Column.METHOD, 0.0), *cells]
    return "\t".join(cells)
