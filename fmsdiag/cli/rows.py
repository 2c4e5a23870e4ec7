"""What a timeline shows, kept up to date by the run's events: a row for each attempt, in three sections."""

from __future__ import annotations

from dataclasses import dataclass, field

from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Event,
    PlanMade,
    StepFinished,
    StepName,
    StepStarted,
)
from fmsdiag.report.sections import Section, section_of
from fmsdiag.report.words import Tried, describe_method


@dataclass(slots=True)
class Row:
    """One attempt as it stands now."""

    number: int
    section: Section
    method: str
    started_s: float | None = None  # on the run's clock
    step: StepName | None = None  # the one that is running
    attempt: Attempt | None = None  # when it has finished

    @property
    def is_running(self) -> bool:
        return self.started_s is not None and self.attempt is None


@dataclass(slots=True)
class Rows:
    """All attempts of a run, in the plan's order; follow-ups in the order in which they were asked."""

    by_number: dict[int, Row] = field(default_factory=dict)

    def apply(self, event: Event) -> Row | None:
        """Take in one event; returns the row that it changed, if it changed one."""
        match event:
            case PlanMade(plan, attempt_ids):
                for number, planned in zip(attempt_ids, plan.attempts, strict=False):
                    self._row(number, planned)
            case AttemptStarted():
                row = self._row(event.attempt_id, event)
                row.started_s = event.at_s
                return row
            case StepStarted():
                return self._set_step(event.attempt_id, event.step)
            case StepFinished():
                return self._set_step(event.attempt_id, None)
            case AttemptFinished(attempt):
                row = self._row(attempt.id, attempt)
                row.attempt, row.step = attempt, None
                return row
            case _:
                pass
        return None

    def section(self, name: Section) -> list[Row]:
        return [row for row in self.by_number.values() if row.section == name]

    @property
    def finished(self) -> int:
        return sum(row.attempt is not None for row in self.by_number.values())

    def _set_step(self, number: int, step: StepName | None) -> Row | None:
        row = self.by_number.get(number)
        if row is not None:
            row.step = step
        return row

    def _row(self, number: int, tried: Tried) -> Row:
        row = self.by_number.get(number)
        if row is None:
            row = Row(number, section_of(tried), describe_method(tried))
            self.by_number[number] = row
        return row
