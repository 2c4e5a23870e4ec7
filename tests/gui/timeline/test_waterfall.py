"""What rows show: finished steps as the report has them, running ones up to now."""

from fmsdiag.gui.timeline.nodes import AttemptNode, HeadingNode, Node, StepNode
from fmsdiag.gui.timeline.waterfall import segments
from fmsdiag.model import StepName, StepStarted
from fmsdiag.report.sections import CHECKS
from fmsdiag.report.waterfall import Segment
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
    assert segments(HeadingNode(Node(), CHECKS), 1.0) == []


def test_what_was_waited_for_when_the_test_was_stopped_stays_hatched() -> None:
    attempt = samples.interrupted().attempts[1]
    node = AttemptNode(Node(), attempt.id, attempt)
    node.finish(attempt)
    node.show_steps()
    assert segments(node, 99.0)[-1] == Segment(StepName.TCP, 0.212, 1.2, True)
    assert segments(node.steps[-1], 99.0) == [Segment(StepName.TCP, 0.212, 1.2, True)]
