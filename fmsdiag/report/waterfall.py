"""The waterfall, without a way to draw it: times -> segments -> places -> the shapes that a row consists of.

The window paints these shapes with Qt (gui/waterfall_paint.py), the report writes them as SVG (svg.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Attempt, FailureKind, Observation, StepName
from fmsdiag.report.phases import PHASES
from fmsdiag.report.words import Mark

Measure: TypeAlias = Callable[[str], float]
"""The width of a text in pixels."""

MIN_BOX = 3.0
"""Pixels that even the shortest step keeps, so that it can be seen at all."""
MARGIN = 8.0
"""Pixels between the edge of a cell and time zero."""
ICON = 14.0
GAP = 5.0


class WaterfallTexts(Table, of="waterfall"):
    """What stands at a bar's end."""

    PLAYER_STOPS = text("a player would have stopped here")
    # translators: {word} is an end marker such as "Connected"; {note} is the text above
    WITH_NOTE = text("{word:name}: {note:name}")


_WIDE_CELL = 280
_ROOM_FOR_WORDS = 116.0
_SILENT = (FailureKind.TIMED_OUT, FailureKind.STALLED, FailureKind.RESOLVER_SILENT)
_ROUND = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Segment:
    """A stretch of time spent in one kind of step; `waiting` when nothing came back in it."""

    step: StepName
    start_s: float
    end_s: float
    waiting: bool


@dataclass(frozen=True)
class Box:
    """A segment's place: pixels from time zero."""

    segment: Segment
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


@dataclass(frozen=True)
class Cell:
    """The rectangle in which a row's waterfall is drawn, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True)
class Scale:
    """How times become pixels in a cell: `width` pixels from the left margin stand for `seconds`."""

    seconds: float
    width: float

    @classmethod
    def of_cell(cls, seconds: float, cell_width: float, words: float | None = None) -> Scale:
        """Leaves `words` pixels at the right for the end markers' words, or as many as the cell can spare."""
        if words is None:
            words = _ROOM_FOR_WORDS if cell_width > _WIDE_CELL else ICON + GAP
        return cls(seconds, max(20.0, cell_width - 2 * MARGIN - words))

    def x(self, at_s: float) -> float:
        return MARGIN + at_s / self.seconds * self.width

    def ticks(self) -> list[float]:
        return ticks(self.seconds, self.width)


# ---- the shapes -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VerticalLine:
    """A line through a row, on whole pixels so that it is sharp."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True)
class PhaseBox:
    """A step: filled with its phase's color, or hatched with it where nothing came back.

    `letter` is empty where it has no room; behind the letter of a hatched box belongs a plain plate of
    `plate_width`, or the hatching would cross it out.
    """

    left: float
    top: float
    width: float
    height: float
    step: StepName
    waiting: bool
    letter: str
    plate_width: float

    @property
    def radius(self) -> float:
        return min(3.0, self.width / 3)

    @property
    def center(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True)
class EndMarker:
    """How an attempt ended: an icon of ICON pixels, and behind it words, which are empty where they don't fit."""

    left: float
    top: float
    mark: Mark
    words: str
    words_left: float
    words_width: float


def player_note() -> str:
    """What is said of the attempt by which a player would have connected."""
    return say(WaterfallTexts.PLAYER_STOPS)


def grid_lines(cell: Cell, scale: Scale) -> list[VerticalLine]:
    """The ticks' lines through a row."""
    return [time_line(cell, scale, tick) for tick in scale.ticks()]


def time_line(cell: Cell, scale: Scale, at_s: float) -> VerticalLine:
    """A line through a row at one time."""
    return VerticalLine(round(cell.left + scale.x(at_s)) + 0.5, cell.top, cell.bottom)


def phase_boxes(cell: Cell, placed: Iterable[Box], height: float, letter_width: Measure) -> list[PhaseBox]:
    """The boxes of one row, centered in its height."""
    top = cell.middle - height / 2
    return [
        phase_box(
            Cell(cell.left + MARGIN + box.left, top, box.width, height),
            box.segment.step,
            box.segment.waiting,
            letter_width,
        )
        for box in placed
    ]


def phase_box(
    where: Cell, step: StepName, waiting: bool, letter_width: Measure, *, lettered: bool = True
) -> PhaseBox:
    """One box, with its letter if that fits."""
    letter = PHASES[step].letter
    plate = letter_width(letter) + 4
    if not lettered or where.width < plate:
        letter = ""
    return PhaseBox(
        where.left,
        where.top,
        where.width,
        where.height,
        step,
        waiting,
        letter,
        plate if waiting and letter else 0.0,
    )


def end_marker(cell: Cell, left: float, mark: Mark, note: str, text_width: Measure) -> EndMarker:
    """The marker from `left` on: the word with `note` behind it where that fits, the word, or the icon alone."""
    words_left = left + ICON + GAP
    top = round(cell.middle - ICON / 2)
    noted = say(WaterfallTexts.WITH_NOTE, word=mark.word, note=note) if note else ""
    for words in (noted, mark.word):
        width = text_width(words)
        if words and width <= cell.right - words_left:
            return EndMarker(left, top, mark, words, words_left, width)
    return EndMarker(left, top, mark, "", words_left, 0.0)


# ---- times and places -------------------------------------------------------------------------------------------


def attempt_segments(attempt: Attempt) -> list[Segment]:
    """What the row of a finished attempt shows: all its steps."""
    return joined([*map(segment_of, attempt.observations), *_unfinished(attempt)])


def segment_of(seen: Observation) -> Segment:
    """What the row of a finished step shows."""
    silent = seen.failure is not None and seen.failure.kind in _SILENT
    return Segment(seen.step, seen.started_s, seen.ended_s, waiting=silent)


def _unfinished(attempt: Attempt) -> Iterator[Segment]:
    """What it waited for until it was stopped."""
    for step in attempt.unfinished:
        end = attempt.ended_s if attempt.ended_s is not None else step.started_s
        yield Segment(step.step, step.started_s, max(step.started_s, end), waiting=True)


def joined(parts: Iterable[Segment]) -> list[Segment]:
    """The segments in order of time; parallel ones of one kind are one."""
    merged: list[Segment] = []
    for segment in sorted(parts, key=lambda s: s.start_s):
        last = merged[-1] if merged else None
        if last is not None and last.step is segment.step and segment.start_s < last.end_s:
            waiting = segment.waiting if segment.end_s >= last.end_s else last.waiting
            merged[-1] = replace(last, end_s=max(last.end_s, segment.end_s), waiting=waiting)
        else:
            merged.append(segment)
    return merged


def boxes(parts: Iterable[Segment], scale_s: float, width: float) -> list[Box]:
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
        for factor in _ROUND:
            step = unit * factor
            if scale_s / step <= most:
                return [step * n for n in range(int(scale_s / step + 1e-9) + 1)]
        unit *= 10


def tick_label(seconds: float) -> str:
    """ "0", "250 ms", "1.5 s" """
    if seconds == 0:
        return "0"
    return current_language().tick(seconds)
