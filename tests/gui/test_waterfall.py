"""The geometry: no box is lost or overlaps, scales and ticks are round."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.gui.timeline_nodes import AttemptNode, HeadingNode, Node, StepNode
from fmsdiag.gui.waterfall import MIN_BOX, Segment, boxes, round_scale, segments, tick_label, ticks
from fmsdiag.model import StepName, StepStarted
from tests.report import samples


def node_of(number: int) -> AttemptNode:
    attempt = samples.port_blocked().attempts[number - 1]
    node = AttemptNode(Node(), attempt.id, attempt)
    node.attempt = attempt
    node.children.extend(StepNode(node, o) for o in attempt.observations)
    return node


def test_an_attempt_shows_its_steps_and_hatches_silence() -> None:
    shown = [(s.step, s.waiting) for s in segments(node_of(1), 0.0)]
    assert shown == [(StepName.DNS, False), (StepName.TCP, True)]


def test_a_step_shows_itself_and_grows_while_it_waits() -> None:
    node = node_of(1)
    assert segments(node.steps[0], 0.0) == [Segment(StepName.DNS, 0.0, 0.012, False)]
    running = StepNode(node, StepStarted(1, StepName.TCP, 1.0))
    assert segments(running, 3.5) == [Segment(StepName.TCP, 1.0, 3.5, True)]


def test_parallel_steps_of_one_kind_are_one_segment() -> None:
    node = AttemptNode(Node(), 1, node_of(1).attempt or samples.port_blocked().attempts[0])
    for start, end in ((0.0, 0.02), (0.01, 0.05)):
        step = StepNode(node, StepStarted(1, StepName.DNS, start))
        step.observation = samples.observed(1, StepName.DNS, start, end)
        node.children.append(step)
    assert segments(node, 1.0) == [Segment(StepName.DNS, 0.0, 0.05, False)]


def test_headings_show_nothing() -> None:
    assert segments(HeadingNode(Node(), "Also checked"), 1.0) == []


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
