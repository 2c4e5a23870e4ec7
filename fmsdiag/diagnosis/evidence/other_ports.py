"""Where RTMP may be when it is not on its usual port, and what is known of the usual one."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server, spoke_rtmp
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Endpoint,
    Experiment,
    FailureKind,
    Observation,
    Question,
    StepName,
    Transport,
)
from fmsdiag.players import OTHER_PORTS


def refused_attempts(run: RunView) -> tuple[Attempt, ...]:
    """The plan's RTMP attempts whose port was refused, up to the first that the server answered."""
    found = []
    for attempt in run.fallback:
        if met_server(attempt):
            break
        step = attempt.step(StepName.TCP)
        refused = step is not None and step.failure is not None and step.failure.kind is FailureKind.REFUSED
        by_another = refused and _by_another(step)
        if (
            refused
            and not by_another
            and attempt.endpoint.transport is Transport.RTMP
            and not attempt.endpoint.proxy
        ):
            found.append(attempt)
    return tuple(found)


def _by_another(step: Observation | None) -> bool:
    icmp = step.icmp if step is not None else None
    return icmp is not None and step is not None and icmp.sender not in (None, step.address)


def ask_other_ports(run: RunView) -> tuple[Question, ...]:
    """RTMP at each candidate that was not tried; nothing is asked of a port that is known to be shut."""
    tried = {a.endpoint.port for a in run.own if a.endpoint.transport is Transport.RTMP}
    dead = {o.port for o in run.tcp if not o.ok}
    host = run.target.host
    return tuple(
        Question(Experiment.SERVER_PORT, Endpoint(Transport.RTMP, host, port))
        for port in OTHER_PORTS
        if port not in tried and port not in dead
    )


def found_elsewhere(run: RunView) -> Attempt | None:
    """RTMP on another port than the refused ones: of the plan, or asked for."""
    refused = {a.endpoint.port for a in refused_attempts(run)}
    plain = [a for a in run.spoke_rtmp if a.endpoint.transport is Transport.RTMP and not a.endpoint.proxy]
    asked = [a for a in run.performed(Experiment.SERVER_PORT) if spoke_rtmp(a)]
    return next((a for a in (*plain, *asked) if a.endpoint.port not in refused), None)
