"""The geometry: no box is lost or overlaps, scales and ticks are round, words stand only where they fit."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import StepName
from fmsdiag.report.waterfall import (
    MARGIN,
    MIN_BOX,
    Cell,
    Scale,
    Segment,
    attempt_segments,
    boxes,
    end_marker,
    grid_lines,
    joined,
    phase_box,
    phase_boxes,
    round_scale,
    tick_label,
    ticks,
    time_line,
)
from fmsdiag.report.words import mark_of
from tests.report import samples

CELL = Cell(100, 50, 300, 28)


def wide(text: str) -> float:
    """Every letter 7 pixels wide."""
    return 7.0 * len(text)


def test_an_attempt_shows_its_steps_and_hatches_silence() -> None:
    shown = [(s.step, s.waiting) for s in attempt_segments(samples.port_blocked().attempts[0])]
    assert shown == [(StepName.DNS, False), (StepName.TCP, True)]


def test_parallel_steps_of_one_kind_are_one_segment() -> None:
    parts = [Segment(StepName.DNS, 0.01, 0.05, True), Segment(StepName.DNS, 0.0, 0.02, False)]
    assert joined(parts) == [Segment(StepName.DNS, 0.0, 0.05, True)]
    in_turn = [Segment(StepName.DNS, 0.0, 0.02, False), Segment(StepName.DNS, 0.02, 0.05, False)]
    assert joined(in_turn) == in_turn


def test_lines_are_sharp_and_through_the_whole_row() -> None:
    scale = Scale(1.0, 200)
    lines = grid_lines(CELL, scale)
    assert [line.x for line in lines] == [CELL.left + MARGIN + x + 0.5 for x in (0, 100, 200)]
    assert (time_line(CELL, scale, 0.5).top, time_line(CELL, scale, 0.5).bottom) == (50, 78)


def test_the_scale_leaves_room_for_words_in_wide_cells() -> None:
    assert Scale.of_cell(10, 400).x(10) < 400 - 100
    assert Scale.of_cell(10, 200).x(10) > 160
    assert Scale.of_cell(10, 400).x(0) == Scale.of_cell(1, 90).x(0)
    assert Scale.of_cell(10, 400, words=200).x(10) == 400 - 200 - MARGIN


def test_boxes_stand_in_the_middle_of_their_row() -> None:
    placed = boxes(attempt_segments(samples.port_blocked().attempts[0]), 5.0, 200)
    shapes = phase_boxes(CELL, placed, 16, wide)
    assert [shape.step for shape in shapes] == [StepName.DNS, StepName.TCP]
    assert all((shape.top, shape.height, shape.center[1]) == (56, 16, 64) for shape in shapes)
    assert shapes[0].left == CELL.left + MARGIN


@pytest.mark.parametrize(
    ("width", "waiting", "letter", "plate"),
    [(20, False, "T", 0), (20, True, "T", 11), (10.9, True, "", 0), (11, False, "T", 0)],
)
def test_letters_only_where_they_fit(width: float, waiting: bool, letter: str, plate: float) -> None:
    shape = phase_box(Cell(0, 0, width, 16), StepName.TCP, waiting, wide)
    assert (shape.letter, shape.plate_width) == (letter, plate)
    assert not phase_box(Cell(0, 0, width, 16), StepName.TCP, waiting, wide, lettered=False).letter


@pytest.mark.parametrize(
    ("left", "words"), [(110, "No answer: so it ended"), (300, "No answer"), (330, ""), (500, "")]
)
def test_an_end_marker_says_as_much_as_fits(left: float, words: str) -> None:
    marker = end_marker(CELL, left, mark_of(samples.port_blocked().attempts[0]), "so it ended", wide)
    assert (marker.words, marker.words_width) == (words, wide(words))
    assert marker.words_left + marker.words_width <= CELL.right or not words


@given(
    st.lists(st.tuples(st.floats(0, 60), st.floats(0, 20)), max_size=12),
    st.floats(0.001, 100),
    st.floats(20, 2000),
)
def test_boxes_are_seen_in_order_and_apart(
    spans: list[tuple[float, float]], scale_s: float, width: float
) -> None:
    parts = [Segment(StepName.TCP, start, start + length, False) for start, length in sorted(spans)]
    placed = boxes(parts, scale_s, width)
    assert len(placed) == len(parts)
    assert all(box.width >= MIN_BOX * 0.999 for box in placed)
    assert all(after.left >= before.right - 1e-6 for before, after in itertools.pairwise(placed))


@given(st.floats(0.0001, 3600))
def test_the_scale_holds_the_run_without_much_empty_room(span_s: float) -> None:
    scale = round_scale(span_s)
    assert scale >= span_s
    assert scale <= max(span_s * 1.7, 0.001)


@given(st.floats(0.001, 3600), st.floats(64, 2000))
def test_ticks_begin_at_zero_and_keep_apart(scale_s: float, width: float) -> None:
    found = ticks(scale_s, width)
    assert found[0] == 0
    assert found[-1] <= scale_s * 1.000001
    gaps = [(b - a) / scale_s * width for a, b in itertools.pairwise(found)]
    assert all(gap >= 60 for gap in gaps)


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0, "0"), (0.0005, "0.5 ms"), (0.25, "250 ms"), (1, "1 s"), (2.5, "2.5 s"), (120, "120 s")],
)
def test_tick_labels(seconds: float, label: str) -> None:
    assert tick_label(seconds) == label


def test_an_attempt_that_was_stopped_shows_what_it_waited_for() -> None:
    shown = attempt_segments(samples.interrupted().attempts[1])
    assert shown[-1] == Segment(StepName.TCP, 0.212, 1.2, True)
