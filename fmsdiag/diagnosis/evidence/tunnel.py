"""RTMPT sessions that began and did not last: what became of them, and who may have spoilt them. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from fmsdiag.model import Attempt, FailureKind, Observation, StepName, TunnelFacts


class Fault(StrEnum):
    """What went wrong within a session, as the step's detail begins."""

    LOST = "the tunnel's session was lost"
    REPLAYED = "an old answer came once more"
    ENDLESS = "an HTTP body of more than"


def tunnel_facts(attempt: Attempt) -> TunnelFacts | None:
    step = attempt.step(StepName.TUNNEL)
    return step.facts if step is not None and isinstance(step.facts, TunnelFacts) else None


def fault_of(attempt: Attempt) -> Fault | None:
    """How a session that had been opened was spoilt: lost, answered from a cache, or with an answer without end.

    A web page that passes for a session id is told by what its next answer says: a page again, no error.
    """
    ended, facts = attempt.failed_step, tunnel_facts(attempt)
    if ended is None or ended.failure is None or facts is None or facts.session_id is None:
        return None
    failure = ended.failure
    if facts.carries_rtmp and facts.refused_request is not None and facts.status == 404:
        return Fault.LOST  # earlier requests of the same path were passed on
    if failure.kind is not FailureKind.UNEXPECTED_REPLY:
        return None
    return next((fault for fault in Fault if failure.detail.startswith(fault)), None)


def spoilt(attempt: Attempt) -> Observation | None:
    """Where a session that had been opened was spoilt; none if it was not."""
    return attempt.failed_step if fault_of(attempt) is not None else None


class RefusedRequest(NamedTuple):
    """A request within a session that was refused by an HTTP status."""

    step: Observation  # where the attempt ended
    request: str  # "send", "idle"
    status: int
    headers: tuple[tuple[str, str], ...]
    software: str | None
    is_fronts_own: bool  # the page says that a web server made it, not what is behind it


_OWN_PAGES = ("<center>nginx", "<center>openresty", "<address>apache", "<hr><center>", "cloudflare", "squid")
"""What web servers write below error pages of their own; a page that they pass on has what its maker wrote."""


def refused_request(attempt: Attempt) -> RefusedRequest | None:
    """The request that ended a session which had been opened, if an HTTP status did."""
    ended, facts = attempt.failed_step, tunnel_facts(attempt)
    if ended is None or facts is None or facts.refused_request is None or facts.status is None:
        return None
    page = facts.body_start.lower()
    own = facts.status == 404 and any(mark in page for mark in _OWN_PAGES)
    return RefusedRequest(ended, facts.refused_request, facts.status, facts.headers, facts.looks_like, own)
