"""Which ports show a limit on connections: there, silence is no loss, and a refusal no answer. Pure functions.

The deep test of an idle connection holds two open while the others go on: those count as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.flows import Fate, first_passed, flows_at, flows_of, is_cut_off
from fmsdiag.diagnosis.evidence.ports import series
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Experiment,
    FailureKind,
    FlowFacts,
    IdleFacts,
    IdleOutcome,
    Observation,
    SeriesFacts,
    StepName,
    Try,
    TryOutcome,
)


@dataclass(frozen=True)
class Held:
    """Connections that the idle test held open beside a series of connects, from before the first to behind the last."""

    count: int
    step: Observation  # of the idle test


@dataclass(frozen=True)
class CountLimit:
    """While so many connections to a port were open, the next one failed, twice."""

    facts: SeriesFacts
    step: Observation
    passed: int  # of the series itself
    beside: Held | None
    burst: tuple[SeriesFacts, Observation, Held] | None = None
    """Connects in a row of which none opened, because the idle test held as many open as are allowed."""

    @property
    def count(self) -> int:
        """How many may be open."""
        return self.passed + (self.beside.count if self.beside is not None else 0)


def is_open(tried: Try | None) -> bool:
    """Whether a connect of a series opened."""
    return tried is not None and tried.outcome == TryOutcome.OPEN


def limited_ports(run: RunView) -> frozenset[int]:
    """Ports at which connections in a row are cut off behind the first ones, and are let through again later.

    A limit is set for a port, so that what is late or silent on the same port of another server shows the same thing.
    """
    ports = {flows.attempt.endpoint.port for flows in flows_of(run) if flows.fate is Fate.LIMITED}
    burst = series(run, Experiment.BURST)
    if burst is not None and burst[1].port is not None and is_open(burst[0].later):
        ports |= {burst[1].port} if is_cut_off([is_open(tried) for tried in burst[0].tries]) else set()
    return frozenset(ports)


def held_beside(run: RunView, facts: SeriesFacts, step: Observation) -> Held | None:
    """What the idle test held open at the same address and port; only what still answered at its end was open throughout."""
    begun = step.started_s + facts.tries[0].started_s
    ended = step.started_s + max(tried.started_s + tried.elapsed_s for tried in facts.tries)
    for attempt in run.performed(Experiment.IDLE, step.port):
        idle = attempt.step(StepName.IDLE)
        if idle is None or not isinstance(idle.facts, IdleFacts) or idle.address != step.address:
            continue
        alive = [idle.facts.idle_outcome, idle.facts.busy_outcome].count(IdleOutcome.ALIVE)
        if alive and idle.started_s <= begun and ended <= idle.ended_s:
            return Held(alive, idle)
    return None


def count_limit(run: RunView) -> CountLimit | None:
    """Of connects held open the one after the k-th fails twice; after one is closed it passes."""
    found = series(run, Experiment.HOLD)
    if found is None:
        return None
    facts, step = found
    passed = first_passed([is_open(tried) for tried in facts.tries])
    failed = len(facts.tries) - passed
    if not facts.held or not passed or failed < 2 or any(map(is_open, facts.tries[passed:])):
        return None
    if not is_open(facts.later):
        return None
    limit = CountLimit(facts, step, passed, held_beside(run, facts, step))
    quick = series(run, Experiment.BURST)
    if quick is None or all(map(is_open, quick[0].tries)):
        return limit
    held = shut_while_held(run)
    if held is None or held.count < limit.count:
        return None  # the same happens to connections that are not held
    return CountLimit(limit.facts, limit.step, limit.passed, limit.beside, (*quick, held))


FEWEST_VANISHED = 6
"""So many connects to a port, none of which opens, are no loss."""


@dataclass(frozen=True)
class ShutAfter:
    """A port that opened for the first connection of the run and for none after it: something took offense at that one."""

    first: Attempt
    last: Observation  # the last connect that got no answer
    tries: int  # connects after the first


def shut_after_first(run: RunView) -> ShutAfter | None:
    """A port that was open, and to which everything that came later vanished."""
    for first in run.own:
        tcp = first.step(StepName.TCP)
        if tcp is None or not tcp.ok or first.endpoint.proxy is not None:
            continue
        port = first.endpoint.port
        there = [
            o
            for a in run.seen
            if a is not first and a.endpoint.port == port and a.endpoint.proxy is None
            for o in a.observations
            if a.endpoint.host == first.endpoint.host and o.started_s > tcp.ended_s
        ]
        connects = [o for o in there if o.step is StepName.TCP]
        repeats = [
            one for o in there if isinstance(o.facts, FlowFacts) for one in (*o.facts.tries, *o.facts.again)
        ]
        vanished = all(
            o.failure is not None and o.failure.kind is FailureKind.TIMED_OUT for o in connects
        ) and all(one.vanished for one in repeats)
        if connects and vanished and len(connects) + len(repeats) >= FEWEST_VANISHED:
            return ShutAfter(first, connects[-1], len(connects) + len(repeats))
    return None


def shut_while_held(run: RunView) -> Held | None:
    """What the idle test held open while no connect at all of a burst opened; one did again only when that was closed.

    Then the number of open connections explains as much as their rate does, unless others opened meanwhile.
    """
    quick = series(run, Experiment.BURST)
    if quick is None or any(map(is_open, quick[0].tries)):
        return None
    facts, step = quick
    held = held_beside(run, facts, step)
    if held is None or _opened_meanwhile(run, step.port or 0, held.step):
        return None
    later = facts.later
    too_early = later is not None and step.started_s + later.started_s < held.step.ended_s
    return None if is_open(later) and too_early else held


def _opened_meanwhile(run: RunView, port: int, idle: Observation) -> bool:
    """Whether an equal connection opened while the idle test held its own."""
    flows = flows_at(run, port)
    if flows is None:
        return False
    begun = flows.step.started_s
    return any(
        one.opened and idle.started_s <= begun + one.started_s <= idle.ended_s for one in flows.facts.tries
    )


def opens_between_failures(run: RunView) -> bool:
    """Whether a burst fails in part while the idle test holds connections open, and single ones open between failures.

    A limit on their rate would let nobody in until some time has passed; one on their number lets in whoever comes when
    another has just gone.
    """
    quick = series(run, Experiment.BURST)
    if quick is None or held_beside(run, *quick) is None:
        return False
    works = [is_open(tried) for tried in quick[0].tries]
    return False in works and True in works[works.index(False) :]


def may_be_limited(run: RunView, attempt: Attempt) -> bool:
    """Whether a connect of plan or checks may have failed by the limit that a deep test found, at whatever port it was found.

    It failed as those of the test did, and as many had been opened before as the limit allows.
    """
    ended = attempt.failed_step
    if ended is None or ended.step is not StepName.TCP or ended.failure is None:
        return False
    before = [
        o
        for a in run.own
        for o in a.observations
        if o.step is StepName.TCP and o.ok and o.ended_s <= ended.started_s
    ]
    limit = count_limit(run)
    if limit is not None:
        return ended.failure.kind in _ways(limit.facts) and len(before) >= limit.count
    quick = series(run, Experiment.BURST)
    if quick is None or not limited_ports(run):
        return False
    passed = first_passed([is_open(tried) for tried in quick[0].tries])
    return ended.failure.kind in _ways(quick[0]) and len(before) >= passed


def _ways(facts: SeriesFacts) -> set[str]:
    """How those of a series ended that did not open."""
    return {tried.outcome for tried in facts.tries if not is_open(tried)}
