"""What opens connections in the place of every server, and closes those behind which it reaches nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.answers import server_spoke
from fmsdiag.diagnosis.evidence.attempts import ENDED, failed_with, opened, received_bytes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Experiment, Observation, Question, Status, StepName
from fmsdiag.players import UNUSED_PORT

_BEFORE_RTMP = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE)


@dataclass(frozen=True)
class Relay:
    """A device that accepts every connection, carries some of them on, and closes those to the server."""

    closed: tuple[Attempt, ...]  # attempts of the plan or checks that opened and were closed without a byte
    mute: Observation  # a connection on which nothing was sent, and which was closed all the same
    impossible: Observation  # a connect to UNUSED_PORT of another host that was accepted


def impossible_open(run: RunView) -> Observation | None:
    """A connect that was accepted at a port that nobody has: not by the host that it went to."""
    taken = run.control_tcp(UNUSED_PORT)
    return taken if taken is not None and taken.ok else None


def ask_impossible(run: RunView) -> tuple[Question, ...]:
    return run.ask_control_port(UNUSED_PORT)


def relay(run: RunView) -> Relay | None:
    """The device that speaks for the server; none where a byte of the server came, or where content may be the reason."""
    impossible = impossible_open(run)
    if impossible is None or run.is_loopback or run.is_captive or server_spoke(run):
        return None
    if not any(a.status is Status.CONNECTED for a in run.performed(Experiment.CONTROL_HTTP)):
        return None  # then it carries nothing at all
    closed = tuple(a for a in run.media if _is_closed_mutely(a))
    ports = {a.endpoint.port for a in closed}
    asked = (
        a.step(StepName.EXCHANGE) for a in run.performed(Experiment.NO_BYTES) if a.endpoint.port in ports
    )
    mute = next(
        (o for o in asked if o is not None and o.failure is not None and o.failure.kind in ENDED), None
    )
    return Relay(closed, mute, impossible) if mute is not None else None


def _is_closed_mutely(attempt: Attempt) -> bool:
    """Whether the connection opened and was closed before RTMP began, without a byte from the server."""
    ended = attempt.failed_step
    if attempt.endpoint.proxy is not None or not opened(attempt) or received_bytes(ended):
        return False
    begun = any(o.bytes_in for o in attempt.observations if o.step in _BEFORE_RTMP)
    return not begun and any(failed_with(attempt, step, *ENDED) for step in _BEFORE_RTMP)
