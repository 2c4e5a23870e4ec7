"""Which of a name's addresses let us in and which did not, compared on the port that the plan tries first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.attempts import connect_facts, met_server
from fmsdiag.diagnosis.evidence.ports import SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, FailureKind, Observation, Status, StepName, Transport


@dataclass(frozen=True)
class Addresses:
    """Addresses by what became of every attempt at them; those that this computer has no route to are left out."""

    working: tuple[str, ...]
    dead: tuple[str, ...]
    shown: dict[str, Observation]  # the observation that shows it
    accepting: dict[str, Attempt]  # address -> an attempt that the server there let in
    rejecting: dict[
        str, Attempt
    ]  # address -> one to which the server there said no; none where another was let in

    @property
    def silent(self) -> tuple[str, ...]:
        """Dead ones that gave no sign of life at all."""
        return tuple(a for a in self.dead if not self._answered(a))

    @property
    def answering(self) -> tuple[str, ...]:
        """Dead ones that at least refused, or broke off later."""
        return tuple(a for a in self.dead if self._answered(a))

    @property
    def distrusted(self) -> tuple[str, ...]:
        """Dead ones that accept connections and show a certificate which players refuse."""
        return tuple(a for a in self.dead if _is_distrusted(self.shown[a]))

    def _answered(self, address: str) -> bool:
        failure = self.shown[address].failure
        return self.shown[address].step is not StepName.TCP or (
            failure is not None and failure.kind not in SILENT
        )


def addresses_tried(run: RunView) -> Addresses:
    """The addresses at which the transport and port of the address checks were tried; empty without such checks."""
    checks = [a for a in run.own if a.endpoint.address is not None and a.endpoint.proxy is None]
    ways = {(a.endpoint.transport, a.endpoint.port) for a in checks}
    alike = [
        a for a in run.own if (a.endpoint.transport, a.endpoint.port) in ways and a.endpoint.proxy is None
    ]
    worked: dict[str, Observation] = {}
    failed: dict[str, Observation] = {}
    for attempt in alike:
        for step in run.steps(StepName.TCP, (attempt,)):
            if step.address is None or _never_sent(step):
                continue
            end = _end(attempt, step)
            (worked if end.ok else failed).setdefault(step.address, end)
    dead = tuple(a for a in failed if a not in worked)
    accepting = _decided(alike, Status.CONNECTED)
    rejecting = {a: by for a, by in _decided(alike, Status.REJECTED).items() if a not in accepting}
    return Addresses(tuple(worked), dead, {**failed, **worked}, accepting, rejecting)


def answers_differ(run: RunView) -> frozenset[tuple[Transport, int]]:
    """The way at which one address of the name lets a client in and another one rejects it; empty where none does."""
    tried = addresses_tried(run)
    both = (
        (*tried.accepting.values(), *tried.rejecting.values()) if tried.accepting and tried.rejecting else ()
    )
    return frozenset((a.endpoint.transport, a.endpoint.port) for a in both)


def certificates_differ(run: RunView) -> frozenset[tuple[Transport, int]]:
    """The way at which one address of the name works and another one shows a certificate that players refuse."""
    tried = addresses_tried(run)
    ports = {tried.shown[a].port for a in tried.distrusted} if tried.working else set()
    checks = (a.endpoint for a in run.own if a.endpoint.address is not None and a.endpoint.proxy is None)
    return frozenset((e.transport, e.port) for e in checks if e.port in ports)


def addresses_shut(run: RunView) -> tuple[frozenset[tuple[Transport, int]], tuple[str, ...]]:
    """The way at which one address of the name opens and others of the same kind do not, and those others."""
    tried = addresses_tried(run)
    kinds = {":" in address for address in tried.working}
    shut = tuple(
        a
        for a in tried.dead
        if (":" in a) in kinds and tried.shown[a].step is StepName.TCP and a not in tried.distrusted
    )
    checks = (a.endpoint for a in run.own if a.endpoint.address is not None and a.endpoint.proxy is None)
    ways = frozenset((e.transport, e.port) for e in checks) if shut else frozenset[tuple[Transport, int]]()
    return ways, shut


def _is_distrusted(end: Observation) -> bool:
    return end.failure is not None and end.failure.kind.is_about_certificate


def _decided(attempts: Iterable[Attempt], status: Status) -> dict[str, Attempt]:
    """Address -> the first attempt that ended so there; a redirect is no rejection, since clients follow it."""
    found: dict[str, Attempt] = {}
    for attempt in attempts:
        opened = [o.address for o in attempt.observations if o.step is StepName.TCP and o.ok and o.address]
        facts = connect_facts(attempt)
        if attempt.status is status and opened and not (facts is not None and facts.redirect):
            found.setdefault(opened[-1], attempt)
    return found


def _end(attempt: Attempt, tcp: Observation) -> Observation:
    """What shows how the attempt fared at this address: its TCP connect, or the later step that failed there."""
    if not tcp.ok or met_server(attempt):
        return tcp
    last = attempt.failed_step
    return last if last is not None else tcp


def _never_sent(tcp: Observation) -> bool:
    return tcp.failure is not None and tcp.failure.kind is FailureKind.NO_ROUTE
