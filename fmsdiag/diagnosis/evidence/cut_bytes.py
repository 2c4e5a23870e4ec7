"""The first bytes that were cut on an open connection, and where on the path they stop."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.attempts import opened
from fmsdiag.diagnosis.evidence.interceptor import interceptor
from fmsdiag.diagnosis.evidence.payload import direct_rtmp, is_cut
from fmsdiag.diagnosis.evidence.places import bytes_place, bytes_step
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.hops import ended_as_far
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Carrier,
    Experiment,
    FailureKind,
    Observation,
    Place,
    Status,
    StepName,
    Transport,
)


@dataclass(frozen=True)
class CutBytes:
    """An attempt whose first bytes were cut, and the test that shows where."""

    attempt: Attempt
    experiment: Experiment


def bytes_place_of(run: RunView, *, only_tls: bool = False) -> Place | None:
    """Where the first bytes that were cut are stopped; none where it was not tested, or nothing is.

    What is ended in good order is not cut on its way: there, it counts who answers in the server's place.
    """
    cut = cut_bytes(run, only_tls=only_tls)
    if cut is not None:
        return bytes_place(run, cut.experiment, cut.attempt.endpoint.port)
    boxes = (interceptor(run, a.endpoint.port) for a in direct_rtmp(run) if not only_tls)
    return next((box.place for box in boxes if box is not None), None)


def ended_as_far_as_server(run: RunView) -> Observation | None:
    """What shows that the first bytes that were cut were ended by the server itself, or by a device right before it."""
    cut = cut_bytes(run)
    found = bytes_step(run, cut.experiment, cut.attempt.endpoint.port) if cut is not None else None
    if found is None or not isinstance(found[1].facts, BytesPathFacts):
        return None
    return ended_as_far(found[0], found[1].facts)


def cut_bytes(run: RunView, *, only_tls: bool = False) -> CutBytes | None:
    """The first attempt whose connection opened and whose first bytes, or `connect`, were then cut; TLS's last."""
    direct = [
        a
        for a in run.media
        if a.endpoint.proxy is None and a.endpoint.transport.carrier is Carrier.TCP and opened(a)
    ]
    for attempt in () if only_tls else direct:
        if attempt.endpoint.transport.uses_tls:
            continue
        if is_cut(attempt):
            return CutBytes(attempt, Experiment.APP_PATH)
        if _cut_at_connect(attempt):
            return CutBytes(attempt, Experiment.CONNECT_PATH)
    for attempt in direct:
        ended = attempt.failed_step
        if attempt.endpoint.transport.uses_tls and ended is not None and ended.step is StepName.TLS:
            return CutBytes(attempt, Experiment.APP_PATH)
    return None


def _cut_at_connect(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    return (
        attempt.endpoint.transport is Transport.RTMP
        and attempt.status is Status.FAILED
        and ended is not None
        and ended.step is StepName.CONNECT
        and ended.failure is not None
        and ended.failure.kind in (FailureKind.RESET, FailureKind.TIMED_OUT)
    )
