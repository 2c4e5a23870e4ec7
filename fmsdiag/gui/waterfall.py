"""The geometry of the waterfall, without Qt: times -> boxes, a scale with round ticks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fmsdiag.gui.timeline_nodes import AttemptNode, Node, StepNode
from fmsdiag.model import FailureKind, StepName

_SILENT = (FailureKind.TIMED_OUT, FailureKind.STALLED, FailureKind.RESOLVER_SILENT)
_ROUND = (1.0, 2.0, 5.0, 10.0)
MIN_BOX = 3.0
"""Pixels that even the shortest step keeps, so that it can be seen at all."""


@dataclass(frozen=True)
class Segment:
    """A stretch of time spent in one kind of step; `waiting` when nothing came back in it."""

    step: StepName
    start_s: float
    end_s: float
    waiting: bool


@dataclass(frozen=True)
class Box:
    """A segment's place: pixels from the left edge of the waterfall."""

    segment: Segment
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


def segments(node: Node, now_s: float) -> list[Segment]:
    """What a row shows: an attempt all its steps, a step itself. Parallel steps of one kind are one segment."""
    if isinstance(node, StepNode):
        return [_segment(node, now_s)]
    if not isinstance(node, AttemptNode):
        return []
    merged: list[Segment] = []
    for segment in sorted((_segment(step, now_s) for step in node.steps), key=lambda s: s.start_s):
        last = merged[-1] if merged else None
        if last is not None and last.step is segment.step and segment.start_s < last.end_s:
            waiting = segment.waiting if segment.end_s >= last.end_s else last.waiting
            merged[-1] = replace(last, end_s=max(last.end_s, segment.end_s), waiting=waiting)
        else:
            merged.append(segment)
    return merged


def boxes(parts: list[Segment], scale_s: float, width: float) -> list[Box]:
    """Place segments on `width` pixels that stand for `scale_s` seconds; none overlaps the one before it."""
    placed: list[Box] = []
    free = 0.0
    for part in parts:
        left = max(part.start_s / scale_s * width, free)
        right = max(part.end_s / scale_s * width, left + MIN_BOX)
        placed.append(Box(part, left, right - left))
        free = right
    return placed


def round_scale(span_s: float) -> float:
    """The scale's length for a run of `span_s` seconds: a round number that leaves at most a third of it empty."""
    unit = 0.001
    while True:
        for factor in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0):
            if unit * factor >= span_s * 1.02:
                return unit * factor
        unit *= 10


def ticks(scale_s: float, width: float, min_gap: float = 64.0) -> list[float]:
    """Round times for grid lines at least `min_gap` pixels apart, zero first."""
    most = max(1, int(width / min_gap))
    unit = 0.0001
    while True:
        for factor in _ROUND[:3]:
            step = unit * factor
            if scale_s / step <= most:
                return [step * n for n in range(int(scale_s / step + 1e-9) + 1)]
        unit *= 10


def tick_label(seconds: float) -> str:
    """ "0", "250 ms", "1.5 s" """
    if seconds == 0:
        return "0"
    return f"{seconds * 1000:.4g} ms" if seconds < 0.9995 else f"{seconds:.4g} s"


def _segment(step: StepNode, now_s: float) -> Segment:
    seen = step.observation
    if seen is None:
        return Segment(step.step, step.started_s, max(now_s, step.started_s), waiting=True)
    silent = seen.failure is not None and seen.failure.kind in _SILENT
    return Segment(step.step, seen.started_s, seen.ended_s, waiting=silent)
