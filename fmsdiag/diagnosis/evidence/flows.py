"""What equal connections from several local ports show: whether all of them fail, or only some, and which. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Experiment,
    FailureKind,
    FlowFacts,
    FlowPattern,
    FlowTry,
    Observation,
    StepName,
    deciding_modulus,
)

MIN_DEAD = 2
PERIODS = (2, 3, 4)
ORDERED = 3
"""So many failures in a row at the end, none before, are a limit."""
MIN_CUT_OFF = 4
"""How many must fail after the first ones: fewer may be chance."""
MAX_BETWEEN = 0.25
"""How many of those after the first failure may pass: a limit is refilled while time goes on."""


class Fate(Enum):
    """What became of equal connections."""

    ALL_WORK = auto()
    ALL_FAIL = auto()
    SOME_FAIL = auto()  # again and again
    LOST = auto()  # packets vanish, whatever the port
    LIMITED = auto()  # the first ones work, the others do not
    UNCLEAR = auto()


@dataclass(frozen=True)
class Flows:
    """The equal connections to one port."""

    attempt: Attempt
    step: Observation
    facts: FlowFacts

    @property
    def dead(self) -> tuple[FlowTry, ...]:
        return tuple(one for one in self.facts.tries if not one.works)

    @property
    def alive(self) -> tuple[FlowTry, ...]:
        return tuple(one for one in self.facts.tries if one.works)

    @property
    def is_refused(self) -> bool:
        """Whether each one that failed was refused."""
        return all(one.outcome == FailureKind.REFUSED for one in self.dead)

    @property
    def again(self) -> tuple[FlowTry, ...]:
        """Those that had failed, once more from the same local port."""
        dead = {one.local_port for one in self.dead}
        return tuple(one for one in self.facts.again if one.local_port in dead)

    @property
    def dead_again(self) -> tuple[FlowTry, ...]:
        """Dead ones that failed from the same local port once more, and no later than before: what opens this time has shown
        that its packets get through."""
        opened = {one.local_port for one in self.dead if one.opened}
        return tuple(
            one for one in self.again if not one.works and (not one.opened or one.local_port in opened)
        )

    @property
    def alive_again(self) -> tuple[FlowTry, ...]:
        """Those that had worked, once more from the same local port."""
        dead = {one.local_port for one in self.dead}
        return tuple(one for one in self.facts.again if one.local_port not in dead)

    @property
    def fate(self) -> Fate:
        if not self.facts.tries:
            return Fate.UNCLEAR
        if not self.dead:
            return Fate.ALL_WORK
        if not self.alive:
            return Fate.ALL_FAIL
        if not self.again:
            return Fate.UNCLEAR
        if not all(map(_is_silent, self.dead)):
            return self._of_ended
        # chance loses no packets in turn: who accepts every second connection, and then says nothing, hangs
        if not any(one.vanished for one in self.dead) and _period(self.facts.tries) is not None:
            return Fate.SOME_FAIL if len(self.dead) >= MIN_DEAD else Fate.UNCLEAR
        return self._of_silent

    @property
    def _of_silent(self) -> Fate:
        """A packet that is lost by chance gets through the next time, from the same port; so it does where a limit refills."""
        works = [one.works for one in self.facts.tries]
        if len(self.dead_again) < len(self.again):
            return Fate.LIMITED if works[0] and is_cut_off(works) else Fate.LOST
        if self._is_ordered or any(not one.works for one in self.alive_again):
            return Fate.LIMITED
        sure = bool(self.alive_again) or deciding_modulus(self.facts.tries) is not None
        return Fate.SOME_FAIL if sure else Fate.UNCLEAR

    @property
    def _of_ended(self) -> Fate:
        """Ended by a peer, which is no loss."""
        if len(self.dead) < MIN_DEAD or not self.dead_again:
            return Fate.UNCLEAR  # a server that admits one at a time is free again after a pause
        none_works = self.alive_again and not any(one.works for one in self.facts.again)
        return Fate.LIMITED if self._is_ordered or none_works else Fate.SOME_FAIL

    @property
    def _is_ordered(self) -> bool:
        """Whether all that failed came behind all that worked."""
        tries = self.facts.tries
        return len(self.dead) >= ORDERED and all(one.works for one in tries[: len(self.alive)])

    @property
    def pattern(self) -> FlowPattern:
        """Which of them fail."""
        same_again = bool(self.again) and len(self.dead_again) == len(self.again)
        same_again = same_again and all(one.works for one in self.alive_again)
        if same_again and deciding_modulus(self.facts.tries) is not None:
            return FlowPattern.LOCAL_PORT
        if not same_again and _period(self.facts.tries) is not None:
            return FlowPattern.IN_TURN
        return FlowPattern.LOCAL_PORT if same_again else FlowPattern.NO_PATTERN

    @property
    def ways(self) -> int | None:
        """Of how many parallel paths or servers one is dead; none where the share does not tell."""
        if len(self.facts.tries) < 2 * ORDERED:
            return None
        share = len(self.dead) / len(self.facts.tries)
        ways = round(1 / share)
        return ways if ways >= 2 and abs(share - 1 / ways) < 0.06 else None


def first_passed(works: Sequence[bool]) -> int:
    """How many worked before the first that failed."""
    return next((number for number, one in enumerate(works) if not one), len(works))


def is_cut_off(works: Sequence[bool]) -> bool:
    """Whether next to none works after the first failure, as where new connections are counted."""
    rest = works[first_passed(works) :]
    return len(rest) >= MIN_CUT_OFF and sum(rest) <= MAX_BETWEEN * len(rest)


def _is_silent(one: FlowTry) -> bool:
    """Whether nothing came back, before or after it opened: packets may have been lost."""
    return one.outcome == FailureKind.TIMED_OUT


def _period(tries: Sequence[FlowTry]) -> int | None:
    """Every how many-th fails."""
    for period in PERIODS:
        dead = {number % period for number, one in enumerate(tries) if not one.works}
        alive = {number % period for number, one in enumerate(tries) if one.works}
        if len(dead) == 1 and not dead & alive and len(tries) >= 2 * period:
            return period
    return None


def flows_of(run: RunView) -> tuple[Flows, ...]:
    """All series of equal connections of a run."""
    found = []
    for attempt in run.performed(Experiment.FLOWS):
        step = attempt.step(StepName.FLOWS)
        # what was cut short by the run's time still shows what it came to
        if step is not None and isinstance(step.facts, FlowFacts) and step.facts.tries:
            found.append(Flows(attempt, step, step.facts))
    return tuple(found)


def flows_at(run: RunView, port: int) -> Flows | None:
    """The equal connections to a port of the server, or none."""
    return next((flows for flows in flows_of(run) if flows.attempt.endpoint.port == port), None)


def answered_later(run: RunView) -> Flows | None:
    """Equal connections to a port of the plan, all of which work although no attempt of the run connected; none elsewhere."""
    if run.connected:
        return None
    # what was answered in part was answered as the repeats are, which look no farther than the first byte
    begun = {a.endpoint.port for a in run.fallback if any(o.bytes_in for o in a.observations)}
    planned = {a.endpoint.port for a in run.fallback if a.endpoint.proxy is None} - begun
    works = (flows for flows in flows_of(run) if flows.fate is Fate.ALL_WORK)
    return next((flows for flows in works if flows.attempt.endpoint.port in planned), None)
