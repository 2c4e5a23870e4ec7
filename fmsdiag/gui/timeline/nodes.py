"""The rows of the timeline without Qt: headings, attempts, steps, and what each says in words."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cached_property

from fmsdiag.model import (
    Attempt,
    AttemptStarted,
    Endpoint,
    Experiment,
    NotApplicable,
    Observation,
    PlannedAttempt,
    Purpose,
    Status,
    StepName,
    StepStarted,
)
from fmsdiag.report.outcomes import describe_outcome, describe_step
from fmsdiag.report.sections import Section, section_title
from fmsdiag.report.visible import one_line
from fmsdiag.report.words import (
    Mark,
    Tone,
    describe_method,
    duration_of,
    format_duration,
    mark_of,
    reason_of,
    step_label,
)


class Column(IntEnum):
    STEP = 0
    METHOD = 1
    STATUS = 2
    WATERFALL = 3
    TOTAL = 4


COLUMNS = tuple(Column)
TITLES = ("Step", "Method", "Status", "Waterfall", "Total")
RUNNING = Mark("…", "Running", Tone.NEUTRAL, "…", "running")

_QUESTIONS = {
    Experiment.CONTROL_PORT: "Same port on {host}",
    Experiment.CONTROL_HTTP: "Web request to {host}",
    Experiment.HTTP_ON_PORT: "Web request on port {port}",
    Experiment.PLAIN_ON_TLS_PORT: "Without encryption, port {port}",
    Experiment.TLS_ON_PORT: "Inside TLS, port {port}",
    Experiment.MADE_UP_APPLICATION: "A made-up application name",
    Experiment.SECOND_RESOLVER: "Second DNS server {host}",
    Experiment.HOPS: "Path to port {port}, hop by hop",
    Experiment.CONTROL_TLS: "TLS to {host}",
    Experiment.CONTROL_HOPS: "Path to {host}, hop by hop",
    Experiment.CONTROL_NAME: "The name {host}",
    Experiment.OTHER_BYTES: "Other bytes, port {port}",
    Experiment.NO_BYTES: "No bytes, port {port}",
    Experiment.SMALL_SEGMENTS: "Small segments, port {port}",
    Experiment.WEB_PAGE: "Web page on port {port}",
    Experiment.SERVER_PORT: "Another port, {port}",
    Experiment.OTHER_ADDRESS: "The other resolver's address, port {port}",
    Experiment.TLS_WITHOUT_NAME: "TLS without a name, port {port}",
    Experiment.TLS_OTHER_NAME: "TLS with another name, port {port}",
    Experiment.TLS_VERSIONS: "Older TLS, port {port}",
    Experiment.WPAD: "Announced proxy (WPAD)",
    Experiment.THROUGH_PROXY: "Through a proxy, port {port}",
    Experiment.UDP_HOPS: "Path of UDP to port {port}",
    Experiment.BURST: "Quick connections, port {port}",
    Experiment.HOLD: "Held connections, port {port}",
    Experiment.IDLE: "Silent connection, port {port}",
    Experiment.UPLOAD: "Upload, port {port}",
    Experiment.REDIRECT: "Redirected to {host}",
    Experiment.PUBLISH: "Publishing, port {port}",
    Experiment.PLAY: "Playing, port {port}",
}
"""Short enough for a column; report/words.py has the full sentences, which the tool tips show."""

_KINDS = {
    Purpose.FALLBACK: "Attempt",
    Purpose.CHECK: "Check",
    Purpose.CONTROL: "Control",
    Purpose.FOLLOW_UP: "Follow-up",
}


class Node:
    """One row and its place in the tree; `row` counts from zero among the parent's children."""

    def __init__(self, parent: Node | None = None) -> None:
        self.parent = parent
        self.row = len(parent.children) if parent is not None else 0
        """Counted from zero; whoever inserts a row between others counts those behind it again."""
        self.children: list[Node] = []

    def text(self, column: Column, now_s: float) -> str:
        """What the cell shows."""
        return ""

    def spoken(self, column: Column, now_s: float) -> str:
        """What a screen reader says of the cell: the first one is the row's whole sentence."""
        return spell_out(self.text(column, now_s))

    def hint(self) -> str:
        """What the cell had no room for."""
        return ""


class HeadingNode(Node):
    """A title over rows that are not the plan's own."""

    def __init__(self, parent: Node, title: Section) -> None:
        super().__init__(parent)
        self.title = title

    def text(self, column: Column, now_s: float) -> str:
        return section_title(self.title) if column is Column.STEP else ""


class AttemptNode(Node):
    """An attempt: planned, running or finished."""

    def __init__(
        self, parent: Node, attempt_id: int, tried: PlannedAttempt | AttemptStarted | Attempt
    ) -> None:
        super().__init__(parent)
        self.id = attempt_id
        self.endpoint: Endpoint = tried.endpoint
        self.purpose: Purpose = tried.purpose
        self.experiment: Experiment | None = getattr(tried, "experiment", None)
        self.not_applicable: NotApplicable | None = getattr(tried, "not_applicable", None)
        self.started_s: float | None = None
        self.attempt: Attempt | None = None

    @property
    def status(self) -> Status | None:
        """How it ended; none while it runs."""
        if self.attempt is not None:
            return self.attempt.status
        if self.not_applicable:
            return Status.NOT_APPLICABLE
        return Status.NOT_STARTED if self.started_s is None else None

    @property
    def running(self) -> bool:
        return self.status is None

    @property
    def waiting(self) -> bool:
        """Whether its turn has not come: it is shown, but greyed."""
        return self.status is Status.NOT_STARTED

    @property
    def question(self) -> str:
        """What it tries, for a column: the endpoint, or the question that a follow-up answers."""
        if self.experiment is None:
            return describe_method(self)
        host = one_line(self.endpoint.host, 60)
        return _QUESTIONS[self.experiment].format(host=host, port=self.endpoint.port)

    @property
    def mark(self) -> Mark:
        if self.attempt is not None:
            return self._ended_mark
        return RUNNING if self.running else mark_of(self._as_attempt())

    @property
    def steps(self) -> list[StepNode]:
        return [child for child in self.children if isinstance(child, StepNode)]

    @property
    def current_step(self) -> StepNode | None:
        """The step that it waits in, or none."""
        return next((step for step in reversed(self.steps) if step.observation is None), None)

    def ended_s(self, now_s: float) -> float | None:
        """When it ended, or `now_s` while it runs; none if it did not start."""
        if self.attempt is not None:
            return self.attempt.ended_s
        return now_s if self.running else None

    def text(self, column: Column, now_s: float) -> str:
        match column:
            case Column.STEP:
                return f"{_KINDS[self.purpose]} {self.id}"
            case Column.METHOD:
                return self.question
            case Column.STATUS:
                return self._status()
            case Column.WATERFALL:
                return self.mark.word if not self.running else ""
            case Column.TOTAL:
                return self._total(now_s)

    def spoken(self, column: Column, now_s: float) -> str:
        if column is Column.STEP:
            method = self.question.replace(", port", " port").replace(", UDP port", " UDP port")
            return spell_out(f"{self.text(Column.STEP, now_s)}, {method}, {_lowered(self._status())}")
        if column is Column.WATERFALL:
            steps = [f"{s.label} {s.text(Column.TOTAL, now_s)}" for s in self.steps]
            return spell_out("; ".join((*steps, self.mark.word)))
        return super().spoken(column, now_s)

    def hint(self) -> str:
        return f"{describe_method(self)}: {self._status()}"

    def _status(self) -> str:
        if self.attempt is not None:
            return self._outcome
        if not self.running:
            return _outcome_of(self._as_attempt())
        step = self.current_step
        return f"Waiting: {step.label}" if step is not None else "Running"

    def _total(self, now_s: float) -> str:
        if self.running and self.started_s is not None:
            return f"{max(0.0, now_s - self.started_s):.1f} s"
        return format_duration(duration_of(self._as_attempt()))

    def finish(self, attempt: Attempt) -> None:
        """Its last word; a view asks for what follows from it far more often than it is made."""
        self.attempt = attempt
        self.started_s = attempt.started_s
        self.__dict__.pop("_outcome", None)
        self.__dict__.pop("_ended_mark", None)

    @cached_property
    def _outcome(self) -> str:
        return _outcome_of(self._as_attempt())

    @cached_property
    def _ended_mark(self) -> Mark:
        return mark_of(self._as_attempt())

    @property
    def reason(self) -> str:
        """Why it is not applicable or was cancelled, "" where that is not known."""
        return reason_of(self._as_attempt())

    def _as_attempt(self) -> Attempt:
        """The finished attempt, or one that says what is known of it before it runs."""
        return self.attempt or Attempt(
            id=self.id,
            endpoint=self.endpoint,
            purpose=self.purpose,
            status=self.status or Status.NOT_STARTED,
            not_applicable=self.not_applicable,
        )


class StepNode(Node):
    """One step of an attempt: running, or observed."""

    def __init__(self, parent: AttemptNode, begun: StepStarted | Observation) -> None:
        super().__init__(parent)
        self.step: StepName = begun.step
        self.started_s: float = begun.at_s if isinstance(begun, StepStarted) else begun.started_s
        self.timeout_s: float | None = begun.timeout_s if isinstance(begun, StepStarted) else None
        self.observation: Observation | None = begun if isinstance(begun, Observation) else None
        self.label = step_label(self.step, parent.endpoint.transport)

    def text(self, column: Column, now_s: float) -> str:
        seen = self.observation
        match column:
            case Column.STEP:
                return self.label
            case Column.METHOD:
                return one_line(_socket_name(seen), 80) if seen is not None else ""
            case Column.STATUS:
                return describe_step(seen).partition(": ")[2] if seen is not None else "Waiting"
            case Column.WATERFALL:
                return ""
            case Column.TOTAL:
                return (
                    format_duration(seen.elapsed_s) if seen else f"{max(0.0, now_s - self.started_s):.1f} s"
                )

    def spoken(self, column: Column, now_s: float) -> str:
        if column is Column.STEP:
            took = self.text(Column.TOTAL, now_s)
            return spell_out(f"{self.label}, {_lowered(self.text(Column.STATUS, now_s))}, {took}")
        if column is Column.WATERFALL:
            return spell_out(
                f"began after {format_duration(self.started_s)}, took {self.text(Column.TOTAL, now_s)}"
            )
        return super().spoken(column, now_s)

    def hint(self) -> str:
        seen = self.observation
        if seen is None:
            return ""
        detail = seen.failure.detail if seen.failure is not None else ""
        return describe_step(seen) + (f"\n{one_line(detail)}" if detail else "")


def _outcome_of(attempt: Attempt) -> str:
    """How it ended; where it never began, also why."""
    if attempt.status is Status.NOT_STARTED and (reason := reason_of(attempt)):
        return f"{describe_outcome(attempt)}: {reason}"
    return describe_outcome(attempt)


_UNITS = {"ms": "millisecond", "s": "second"}


def spell_out(text: str) -> str:
    """`text` with its units as words, since "5.0 s" is read out as a letter."""

    def unit(match: re.Match[str]) -> str:
        number, name = match[1], _UNITS[match[2]]
        return f"{number} {name}" if number == "1" else f"{number} {name}s"

    return re.sub(r"(\d+(?:\.\d+)?) (ms|s)\b", unit, text)


def _lowered(text: str) -> str:
    """`text` for the middle of a sentence; an abbreviation such as TLS keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _socket_name(observation: Observation) -> str:
    if observation.address is None:
        return ""
    host = f"[{observation.address}]" if ":" in observation.address else observation.address
    return f"{host}:{observation.port}" if observation.port is not None else host
