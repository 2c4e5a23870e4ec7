"""What became of bytes after a connection had opened: the queries that the rules about filters and the path share.

Bytes are lost, ignored or cut. Where the system tells what the peer's TCP has acknowledged (Linux), lost in the path is
told from ignored by the server; elsewhere it is only silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from fmsdiag.diagnosis.evidence.attempts import failed_with, handshake_facts, opened, rtmp_shown
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.model import (
    Attempt,
    Carrier,
    ExchangeFacts,
    Experiment,
    FailureKind,
    Observation,
    Purpose,
    StepName,
    TcpFacts,
    Transport,
)


class ByteOutcome(StrEnum):
    """What became of the first bytes over an open connection."""

    ANSWERED = "answered"
    CLOSED = "closed"  # an orderly end, which nothing but an end point makes
    RESET = "reset"
    LOST = "lost"  # silence, and the peer's TCP has not taken them
    IGNORED = "ignored"  # silence, and it has
    SILENT = "silent"  # silence, and the system does not tell


_BETTER = {
    ByteOutcome.RESET: (ByteOutcome.ANSWERED, ByteOutcome.CLOSED, ByteOutcome.IGNORED),
    ByteOutcome.LOST: (ByteOutcome.ANSWERED, ByteOutcome.CLOSED, ByteOutcome.IGNORED, ByteOutcome.RESET),
    ByteOutcome.SILENT: (ByteOutcome.ANSWERED, ByteOutcome.CLOSED, ByteOutcome.RESET),
    ByteOutcome.IGNORED: (ByteOutcome.ANSWERED, ByteOutcome.CLOSED, ByteOutcome.RESET),
}


CUT = (ByteOutcome.RESET, ByteOutcome.LOST, ByteOutcome.IGNORED, ByteOutcome.SILENT)
"""What a filter can have done to the first bytes."""


def got_further(other: ByteOutcome, mine: ByteOutcome) -> bool:
    """Whether other bytes came further than RTMP's did, so that RTMP itself may be what is cut."""
    return other in _BETTER.get(mine, ())


def _fate(step: Observation, unacknowledged: int | None) -> ByteOutcome | None:
    if step.failure is None or step.failure.bytes_received:
        return ByteOutcome.ANSWERED
    match step.failure.kind:
        case FailureKind.CLOSED:
            return ByteOutcome.CLOSED
        case FailureKind.RESET:
            return ByteOutcome.RESET
        case FailureKind.TIMED_OUT:
            return (
                ByteOutcome.SILENT
                if unacknowledged is None
                else ByteOutcome.LOST
                if unacknowledged
                else ByteOutcome.IGNORED
            )
        case FailureKind.UNEXPECTED_REPLY | FailureKind.STALLED | FailureKind.TLS_ALERT:
            return ByteOutcome.ANSWERED
    return None


def handshake_outcome(attempt: Attempt) -> ByteOutcome | None:
    """What became of C0 and C1; none when it did not come to that."""
    step, facts = attempt.step(StepName.HANDSHAKE), handshake_facts(attempt)
    return None if step is None else _fate(step, facts.unacknowledged if facts is not None else None)


def is_cut(attempt: Attempt) -> bool:
    """Whether C0 and C1 were dropped, ignored or reset: no byte of an answer, and no end in good order, which is a server's
    manner and no filter's."""
    return handshake_outcome(attempt) in CUT


def exchange_step(run: RunView, port: int) -> Observation | None:
    """The bytes of no protocol that went to that port of the server."""
    asked = run.performed(Experiment.OTHER_BYTES, port)
    return next((s for a in asked if (s := a.step(StepName.EXCHANGE)) is not None), None)


def other_fate(run: RunView, port: int) -> ByteOutcome | None:
    """What became of them; none when they were not sent."""
    step = exchange_step(run, port)
    if step is None:
        return None
    return _fate(step, step.facts.unacknowledged if isinstance(step.facts, ExchangeFacts) else None)


def watched_as_long(run: RunView, attempt: Attempt) -> bool:
    """Whether other bytes were left to their fate until the time at which RTMP met its own."""
    step, mine = exchange_step(run, attempt.endpoint.port), attempt.step(StepName.HANDSHAKE)
    return step is not None and mine is not None and step.elapsed_s >= mine.elapsed_s


def direct_rtmp(run: RunView) -> tuple[Attempt, ...]:
    """Own attempts at plain RTMP without a proxy that came as far as an open connection."""
    return tuple(
        a
        for a in run.own
        if a.endpoint.transport is Transport.RTMP and a.endpoint.proxy is None and opened(a)
    )


def in_disguise(run: RunView) -> Attempt | None:
    """An attempt by which the same server spoke RTMP inside something else, behind a refused certificate or not."""
    for attempt in at_server(run):
        if attempt.endpoint.transport is Transport.RTMP or not attempt.endpoint.transport.is_media:
            continue
        if attempt.endpoint.transport is Transport.RTMFP or attempt.endpoint.proxy is not None:
            continue
        if rtmp_shown(attempt) is not None:
            return attempt
    return None


def at_server(run: RunView) -> Iterator[Attempt]:
    """All attempts at the server that ended by themselves: the plan's, the checks and the follow-ups."""
    return (
        a for a in run.seen if a.purpose is not Purpose.CONTROL and a.experiment is not Experiment.REDIRECT
    )


def stuck(attempt: Attempt) -> bool:
    """Whether RTMP's first long message got no answer, and may have been lost on the way."""
    return failed_with(attempt, StepName.HANDSHAKE, FailureKind.TIMED_OUT) and handshake_outcome(attempt) in (
        ByteOutcome.LOST,
        ByteOutcome.SILENT,
    )


def round_trip_s(step: Observation) -> float | None:
    """The round trip of a TCP connect: the kernel's own estimate, else how long it took; none when it failed."""
    if not step.ok or step.step is not StepName.TCP:
        return None
    kernel = step.facts.kernel_rtt_s if isinstance(step.facts, TcpFacts) else None
    return step.elapsed_s if kernel is None else kernel


def connected_elsewhere(run: RunView, port: int) -> Attempt | None:
    """A TCP route to another port of the server that connected, the same transport first."""
    others = [
        a
        for a in run.connected
        if a.endpoint.port != port
        and a.endpoint.proxy is None
        and a.endpoint.transport.carrier is Carrier.TCP
    ]
    return min(others, key=lambda a: (a.endpoint.transport.is_tunnel, a.id), default=None)


def http_passes(run: RunView, port: int) -> Observation | None:
    """The step that shows HTTP passing on that port: the tunnel's, or an HTTP answer."""
    for attempt in run.seen:
        if attempt.endpoint.port != port or attempt.purpose is Purpose.CONTROL:
            continue
        if attempt.endpoint.transport is Transport.RTMPT and attempt.was_decided:
            return attempt.step(StepName.TUNNEL)
        step = attempt.step(StepName.HTTP)
        if step is not None and step.ok and http_answer(step) is not None:
            return step
    return None
