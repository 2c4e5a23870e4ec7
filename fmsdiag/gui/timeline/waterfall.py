"""What the rows of the timeline show in the waterfall, running ones included; the geometry is report/waterfall.py's."""

from __future__ import annotations

from fmsdiag.gui.timeline.nodes import AttemptNode, Node, StepNode
from fmsdiag.report.waterfall import Segment, joined, segment_of


def segments(node: Node, now_s: float) -> list[Segment]:
    """What a row shows: an attempt all its steps, a step itself, a heading nothing."""
    if isinstance(node, StepNode):
        return [_segment(node, now_s)]
    if isinstance(node, AttemptNode):
        return joined(_segment(step, now_s) for step in node.steps)
    return []


def _segment(step: StepNode, now_s: float) -> Segment:
    if step.observation is not None:
        return segment_of(step.observation)
    end_s = now_s if step.stopped_s is None else step.stopped_s
    return Segment(step.step, step.started_s, max(end_s, step.started_s), waiting=True)
