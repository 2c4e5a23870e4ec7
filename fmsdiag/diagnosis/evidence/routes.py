"""The ways to the server that a run has measured: what came of each, and how long that took. Pure.

A way is known by the key of its attempt. How long it took is counted from when the name was known: a player looks the name
up once, whatever it tries then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Endpoint, Experiment, FailureKind, Purpose, Status, StepName

_LIKE_THE_PLANS = (Experiment.SERVER_PORT, Experiment.THROUGH_PROXY)
"""Follow-ups that are attempts like the plan's, only elsewhere."""
_SILENCE = (FailureKind.TIMED_OUT, FailureKind.STALLED)


class Seen(NamedTuple):
    """What came of one way."""

    attempt: Attempt
    took_s: float  # from the known name to the answer, or to where this program gave up

    @property
    def connected(self) -> bool:
        return self.attempt.status is Status.CONNECTED

    @property
    def refused(self) -> bool:
        """Whether the server itself answered `connect` with no; hanging up is not an answer."""
        ended = self.attempt.failed_step
        kind = ended.failure.kind if ended is not None and ended.failure is not None else None
        return self.attempt.status is Status.REJECTED and kind is FailureKind.REJECTED

    @property
    def silent(self) -> bool:
        """Whether it ended by waiting in vain, so that the waiting time is that of who waited."""
        ended = self.attempt.failed_step
        return ended is not None and ended.failure is not None and ended.failure.kind in _SILENCE


def ways_seen(run: RunView) -> dict[str, Seen]:
    """Key -> what came of it, for every attempt that a player could have made at the server, by whatever address."""
    found: dict[str, Seen] = {}
    plans = [a for a in run.own if a.purpose is Purpose.FALLBACK]
    further = [a for a in run.seen if a.purpose is not Purpose.FALLBACK]
    for attempt in (*plans, *further):
        if _is_a_way(attempt, run.target.host):
            found.setdefault(attempt.endpoint.key, Seen(attempt, _took_s(attempt)))
    return found


def outcome_of(endpoint: Endpoint, ways: Mapping[str, Seen]) -> Seen | None:
    """What came, or would have come, of a way; none if that is not known.

    A name that cannot be looked up fails every way, and a port that cannot be opened every transport over TCP.
    """
    if (seen := ways.get(endpoint.key)) is not None:
        return seen
    if endpoint.proxy is not None:
        return None
    return next((other for other in ways.values() if _ends_alike(other.attempt, endpoint)), None)


def lookup_s(run: RunView) -> float:
    """How long the system took to look the server's name up, 0 for an address."""
    lookups = run.lookups("system")
    return lookups[0].elapsed_s if lookups else 0.0


def _is_a_way(attempt: Attempt, host: str) -> bool:
    endpoint = attempt.endpoint
    alike = attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK) or attempt.experiment in _LIKE_THE_PLANS
    return alike and endpoint.transport.is_media and endpoint.address is None and endpoint.host == host


def _ends_alike(attempt: Attempt, endpoint: Endpoint) -> bool:
    """Whether an attempt failed before it mattered by which transport it was made."""
    ended, made = attempt.failed_step, attempt.endpoint
    if ended is None or made.proxy is not None:
        return False
    same_port = made.port == endpoint.port and made.transport.carrier == endpoint.transport.carrier == "tcp"
    return ended.step is StepName.DNS or (ended.step is StepName.TCP and same_port)


def _took_s(attempt: Attempt) -> float:
    steps = [
        seen
        for seen in attempt.as_player
        if seen.step is not StepName.DNS or attempt.endpoint.proxy is not None
    ]
    return steps[-1].ended_s - steps[0].started_s if steps else 0.0
