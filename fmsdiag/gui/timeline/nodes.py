"""The rows of the timeline without Qt: headings, attempts, steps, and what each says in words."""

from __future__ import annotations

from enum import IntEnum
from functools import cached_property

from fmsdiag.messages.language import Units
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import Rendered, one_line
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
    UnfinishedStep,
)
from fmsdiag.report.outcomes import describe_outcome, describe_step, describe_step_outcome
from fmsdiag.report.sections import Section, section_title
from fmsdiag.report.words import (
    NOT_MEASURED,
    Mark,
    MarkWords,
    describe_method,
    format_duration,
    mark_of,
    reason_of,
    running_mark,
    step_label,
)


class Column(IntEnum):
    STEP = 0
    METHOD = 1
    STATUS = 2
    WATERFALL = 3
    TOTAL = 4


COLUMNS = tuple(Column)


class NodeTexts(Table, of="gui.timeline"):
    """Columns, and what a row says of itself."""

    STEP = text("Step")
    METHOD = text("Method")
    STATUS = text("Status")
    WATERFALL = text("Waterfall")
    TOTAL = text("Total")
    ATTEMPT = text("Attempt {number:name}")
    CHECK = text("Check {number:name}")
    COMPARISON = text("Comparison {number:name}")
    FOLLOW_UP = text("Follow-up {number:name}")
    STREAM = text("Stream {number:name}")
    WAITING = text("Waiting")
    WAITING_FOR = text("Waiting: {step:name}")
    # translators: {status} is an end marker such as "Skipped", {reason} why
    BECAUSE = text("{status:name}: {reason:name}")
    HINT = text("{method:name}: {status:name}")
    # translators: what a screen reader says of a row; {took} is a time in words
    SPOKEN_ATTEMPT = text("{row:name}, {method:name}, {status:name}")
    SPOKEN_ENDED = text("{row:name}, {method:name}, {status:name} after {took:name}")
    # translators: {steps} are several of the next text, {status} is an end marker
    SPOKEN_STEPS = text("{steps:name}; {status:name}")
    SPOKEN_STEP = text("{step:name}, {status:name}, {took:name}")
    SPOKEN_WHEN = text("started after {start:name}, took {took:name}")


TITLES: tuple[Text, ...] = tuple(getattr(NodeTexts, column.name) for column in Column)
_KINDS = {
    Purpose.FALLBACK: NodeTexts.ATTEMPT,
    Purpose.CHECK: NodeTexts.CHECK,
    Purpose.CONTROL: NodeTexts.COMPARISON,
    Purpose.FOLLOW_UP: NodeTexts.FOLLOW_UP,
}
_OF_THE_USER = (Experiment.PUBLISH, Experiment.PLAY)


class Node:
    """One row and its place in the tree; `row` counts from zero among the parent's children."""

    def __init__(self, parent: Node | None = None) -> None:
        self.parent = parent
        self.row = len(parent.children) if parent is not None else 0
        """Counted from zero; inserting a row means renumbering those after it."""
        self.children: list[Node] = []

    def text(self, column: Column, now_s: float) -> str:
        """What the cell shows."""
        return ""

    def spoken(self, column: Column, now_s: float) -> str:
        """What a screen reader says of the cell: the first one is the row's whole sentence."""
        return self.text(column, now_s)

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

    @cached_property
    def name(self) -> str:
        """ "Attempt 2" """
        said = NodeTexts.STREAM if self.experiment in _OF_THE_USER else _KINDS[self.purpose]
        return say(said, number=str(self.id))

    @cached_property
    def question(self) -> str:
        """What it tries: the endpoint, or the question that a follow-up answers."""
        return describe_method(self)

    @property
    def mark(self) -> Mark:
        if self.attempt is not None:
            return self._ended_mark
        return running_mark() if self.running else mark_of(self._as_attempt())

    @property
    def steps(self) -> list[StepNode]:
        return [child for child in self.children if isinstance(child, StepNode)]

    def show_steps(self) -> None:
        """Rows for exactly the steps of the finished attempt."""
        self.children = []
        if self.attempt is not None:
            self.children.extend(self.steps_of(self.attempt))

    def steps_of(self, attempt: Attempt) -> list[StepNode]:
        """New rows for the steps of `attempt`, which it has ended with; what it was stopped in comes last."""
        ended = [StepNode(self, seen) for seen in attempt.observations]
        return [*ended, *(StepNode(self, step) for step in attempt.unfinished)]

    @property
    def current_step(self) -> StepNode | None:
        """The step that it waits in, or none."""
        return next((step for step in reversed(self.steps) if step.waiting), None)

    def ended_s(self, now_s: float) -> float | None:
        """When it ended, or `now_s` while it runs; none if it did not start."""
        if self.attempt is not None:
            return self.attempt.ended_s
        return now_s if self.running else None

    def text(self, column: Column, now_s: float) -> str:
        match column:
            case Column.STEP:
                return self.name
            case Column.METHOD:
                return self.question
            case Column.STATUS:
                return self._status()
            case Column.WATERFALL:
                return self.mark.word if not self.running else ""
            case Column.TOTAL:
                return self._total(now_s)

    def spoken(self, column: Column, now_s: float) -> str:
        match column:
            case Column.STEP:
                row = {"row": self.name, "method": self.question, "status": self._status()}
                took_s = self.attempt.duration_s if self.attempt is not None else None
                if took_s is None:
                    return say(NodeTexts.SPOKEN_ATTEMPT, **row)
                return say(NodeTexts.SPOKEN_ENDED, took=spoken_duration(took_s), **row)
            case Column.WATERFALL:
                steps = [step.spoken(Column.STEP, now_s) for step in self.steps]
                return say(NodeTexts.SPOKEN_STEPS, steps=Rendered("; ".join(steps)), status=self.mark.word)
            case Column.TOTAL:
                took_s = self._took_s(now_s)
                return spoken_duration(took_s) if took_s is not None else NOT_MEASURED
        return super().spoken(column, now_s)

    def hint(self) -> str:
        return say(NodeTexts.HINT, method=self.question, status=self._status())

    def _status(self) -> str:
        if self.attempt is not None:
            return self._outcome
        if not self.running:
            return _outcome_of(self._as_attempt())
        step = self.current_step
        return say(NodeTexts.WAITING_FOR, step=step.label) if step is not None else self.mark.word

    def _took_s(self, now_s: float) -> float | None:
        if self.running and self.started_s is not None:
            return max(0.0, now_s - self.started_s)
        return self._as_attempt().duration_s

    def _total(self, now_s: float) -> str:
        if self.attempt is not None:
            return self._ended_total
        took_s = self._took_s(now_s)
        return running_duration(took_s) if took_s is not None else NOT_MEASURED

    def finish(self, attempt: Attempt) -> None:
        """Its last word; a view asks for what follows from it far more often than it is made."""
        self.attempt = attempt
        self.started_s = attempt.started_s
        for known in ("_outcome", "_ended_mark", "_ended_total"):
            self.__dict__.pop(known, None)

    @cached_property
    def _outcome(self) -> str:
        return _outcome_of(self._as_attempt())

    @cached_property
    def _ended_total(self) -> str:
        return format_duration(self._as_attempt().duration_s)

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

    def __init__(self, parent: AttemptNode, begun: StepStarted | Observation | UnfinishedStep) -> None:
        super().__init__(parent)
        self.step: StepName = begun.step
        self.started_s: float = begun.at_s if isinstance(begun, StepStarted) else begun.started_s
        self.timeout_s: float | None = begun.timeout_s if isinstance(begun, StepStarted) else None
        self.observation: Observation | None = begun if isinstance(begun, Observation) else None
        self.stopped_s: float | None = None
        """When the attempt was stopped in this step."""
        if isinstance(begun, UnfinishedStep):
            self.stop(parent.attempt)
        self.label = step_label(self.step, parent.endpoint.transport)
        self.purpose = parent.purpose
        self._told: tuple[Observation, tuple[str, str]] | None = None

    @property
    def waiting(self) -> bool:
        return self.observation is None and self.stopped_s is None

    def stop(self, attempt: Attempt | None) -> None:
        """The attempt has ended, and with it the wait."""
        ended_s = attempt.ended_s if attempt is not None else None
        self.stopped_s = max(self.started_s, ended_s if ended_s is not None else self.started_s)

    @property
    def key(self) -> str:
        """What it is called among the steps of its attempt: "1.tcp"."""
        return self.observation.id if self.observation is not None else self.step.value

    def text(self, column: Column, now_s: float) -> str:
        seen = self.observation
        match column:
            case Column.STEP:
                return self.label
            case Column.METHOD:
                return one_line(_socket_name(seen), 80) if seen is not None else ""
            case Column.STATUS:
                if seen is not None:
                    return self._outcome(seen)[0]
                return say(NodeTexts.WAITING if self.waiting else MarkWords.NOT_FINISHED)
            case Column.WATERFALL:
                return ""
            case Column.TOTAL:
                if seen is not None:
                    return self._outcome(seen)[1]
                took_s = self._took_s(now_s)
                return running_duration(took_s) if self.waiting else format_duration(took_s)

    def spoken(self, column: Column, now_s: float) -> str:
        took = spoken_duration(self._took_s(now_s))
        match column:
            case Column.STEP:
                status = self.text(Column.STATUS, now_s)
                return say(NodeTexts.SPOKEN_STEP, step=self.label, status=status, took=took)
            case Column.WATERFALL:
                return say(NodeTexts.SPOKEN_WHEN, start=spoken_duration(self.started_s), took=took)
            case Column.TOTAL:
                return took
        return super().spoken(column, now_s)

    def hint(self) -> str:
        seen = self.observation
        if seen is None:
            return ""
        detail = seen.failure.detail if seen.failure is not None else ""
        return "\n".join((describe_step(seen), *([one_line(detail)] if detail else [])))

    def _took_s(self, now_s: float) -> float:
        seen = self.observation
        if seen is not None:
            return seen.elapsed_s
        until_s = now_s if self.stopped_s is None else self.stopped_s
        return max(0.0, until_s - self.started_s)

    def _outcome(self, seen: Observation) -> tuple[str, str]:
        """What came of it and how long it took: made once for an observation, asked for with every painting."""
        if self._told is None or self._told[0] is not seen:
            self._told = seen, (describe_step_outcome(seen), format_duration(seen.elapsed_s))
        return self._told[1]


def _outcome_of(attempt: Attempt) -> str:
    """How it ended; where it never began, also why."""
    if attempt.status is Status.NOT_STARTED and (reason := reason_of(attempt)):
        return say(NodeTexts.BECAUSE, status=describe_outcome(attempt), reason=reason)
    return describe_outcome(attempt)


def running_duration(seconds: float) -> str:
    """A time that still grows: "0.1 s", "12.4 s"; always in seconds, so that it does not jump."""
    return say(Units.SECONDS, number=current_language().number(seconds, "0.0"))


def spoken_duration(seconds: float) -> str:
    """A time as a screen reader should say it, since "5.0 s" is read out as a letter."""
    return current_language().duration(seconds, spoken=True)


def _socket_name(observation: Observation) -> str:
    if observation.address is None:
        return ""
    host = f"[{observation.address}]" if ":" in observation.address else observation.address
    return f"{host}:{observation.port}" if observation.port is not None else host
