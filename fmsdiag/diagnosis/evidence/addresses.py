"""Which of a name's addresses let us in and which did not, compared on the port that the plan tries first."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.ports import SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, FailureKind, Observation, StepName


@dataclass(frozen=True)
class Addresses:
    """Addresses by what became of every attempt at them; those that this computer has no route to are left out."""

    working: tuple[str, ...]
    dead: tuple[str, ...]
    shown: dict[str, Observation]  # the observation that shows it

    @property
    def silent(self) -> tuple[str, ...]:
        """Dead ones that gave no sign of life at all."""
        return tuple(a for a in self.dead if not self._answered(a))

    @property
    def answering(self) -> tuple[str, ...]:
        """Dead ones that at least refused, or broke off later."""
        return tuple(a for a in self.dead if self._answered(a))

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
    return Addresses(tuple(worked), dead, {**failed, **worked})


def _end(attempt: Attempt, tcp: Observation) -> Observation:
    """What shows how the attempt fared at this address: its TCP connect, or the later step that failed there."""
    if not tcp.ok or met_server(attempt):
        return tcp
    last = attempt.failed_step
    return last if last is not None else tcp


def _never_sent(tcp: Observation) -> bool:
    return tcp.failure is not None and tcp.failure.kind is FailureKind.NO_ROUTE
