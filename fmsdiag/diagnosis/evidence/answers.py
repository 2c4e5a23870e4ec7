"""What of a whole run is the server's own answer, follow-up tests included: then the server was reached. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence.attempts import rtmp_shown, spoke_rtmp
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Carrier, Experiment, FailureKind, Observation, Purpose, Status, StepName


def at_server(run: RunView) -> Iterator[Attempt]:
    """Everything that was tried at the server itself, follow-up tests included, but what went through a proxy."""
    for attempt in run.seen:
        beside = attempt.purpose is Purpose.CONTROL or attempt.endpoint.proxy is not None
        if not beside and attempt.endpoint.host == run.target.host:
            yield attempt


def genuine_answer(run: RunView) -> Observation | None:
    """An answer that no device on the way gives in a server's place: RTMP that was spoken, or anything by UDP."""
    for attempt in at_server(run):
        if (spoken := rtmp_shown(attempt)) is not None:
            return spoken
        if attempt.endpoint.transport.carrier is Carrier.UDP and (by_udp := _by_udp(attempt)) is not None:
            return by_udp
    return None


def server_spoke(run: RunView) -> bool:
    """Whether the server spoke RTMP on any way, a proxy's among them: only then was it seen to work."""
    return bool(run.spoke_rtmp) or any(rtmp_shown(attempt) is not None for attempt in at_server(run))


def _by_udp(attempt: Attempt) -> Observation | None:
    """The first answer over UDP: the server's own, or the ICMP error of its own system."""
    greetings = (o for o in attempt.observations if o.step in (StepName.UDP, StepName.HANDSHAKE))
    return next((o for o in greetings if o.ok or _closed_by_itself(o) or _is_other_service(o)), None)


def _is_other_service(greeting: Observation) -> bool:
    """Whether something answered that is no RTMFP, such as an echo service."""
    return greeting.failure is not None and greeting.failure.kind is FailureKind.UNEXPECTED_REPLY


def _closed_by_itself(seen: Observation) -> bool:
    icmp = seen.icmp
    return (
        icmp is not None
        and icmp.is_port_unreachable
        and icmp.sender is not None
        and icmp.sender == seen.address
    )


def open_port(run: RunView) -> Observation | None:
    """A connect to the server that opened, in a follow-up test as well; best one over which RTMP was spoken."""
    tried = sorted(at_server(run), key=lambda a: rtmp_shown(a) is None)
    return next((o for a in tried for o in a.observations if o.step is StepName.TCP and o.ok), None)


def refused_port(run: RunView) -> Observation | None:
    """A connect that was refused in the server's name; a firewall can do that, too."""
    connects = (o for a in at_server(run) for o in a.observations if o.step is StepName.TCP)
    return next((o for o in connects if _is_refused(o)), None)


def _is_refused(seen: Observation) -> bool:
    refused = seen.failure is not None and seen.failure.kind is FailureKind.REFUSED
    return refused and (seen.icmp is None or seen.icmp.sender in (None, seen.address))


def answer(run: RunView) -> Observation | None:
    """Anything by which the server has answered: an open port counts, unless something else answers for every server."""
    genuine = genuine_answer(run)
    return genuine if genuine is not None or run.is_captive else open_port(run)


def all_fail_alike(run: RunView) -> bool:
    """Whether several ports were tried, follow-up tests included, and each connection over TCP ended in the same way."""
    tried = [a for a in at_server(run) if a.step(StepName.TCP) is not None]
    ends = {_end(a) for a in tried}
    several = len({a.endpoint.port for a in tried}) > 1
    return several and len(ends) == 1 and None not in ends and genuine_answer(run) is None


_ON_THE_WAY = (FailureKind.TIMED_OUT, FailureKind.STALLED, FailureKind.RESET, FailureKind.UNREACHABLE)
"""How a network stops a connection. What refuses, closes, or replies with something else may be the server's own."""


def stopped_on_the_way(run: RunView, *, certificate_explained: bool = False) -> bool:
    """Whether an attempt of the plan ended as a network makes it end, or by a certificate that players refuse.

    An address of the name that stays silent counts too: what answered at another one does not clear the way there. So does
    where the server redirects to, if no media server spoke there: that is another port or another machine.
    """
    if (run.is_supposed and not certificate_explained) or _an_address_is_stopped(run):
        return True
    if any(_is_lost_redirect(a) for a in run.performed(Experiment.REDIRECT)):
        return True
    ended = [a.failed_step for a in run.fallback if a.status is Status.FAILED]
    kinds = {step.failure.kind for step in ended if step is not None and step.failure is not None}
    refused = not certificate_explained and any(kind.is_about_certificate for kind in kinds)
    return refused or not kinds.isdisjoint(_ON_THE_WAY)


def _is_lost_redirect(attempt: Attempt) -> bool:
    return attempt.status is Status.FAILED and not spoke_rtmp(attempt)


def _an_address_is_stopped(run: RunView) -> bool:
    """Whether a connect to one address of the name, on a port of the plan, ended as a network makes it end."""
    ports = {a.endpoint.port for a in run.fallback}
    at_address = (a for a in run.own if a.endpoint.address is not None and a.endpoint.proxy is None)
    ends = (o.failure for o in run.steps(StepName.TCP, at_address) if o.port in ports)
    return any(failure is not None and failure.kind in _ON_THE_WAY for failure in ends)


_SILENT = (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE, FailureKind.STALLED)


def _end(attempt: Attempt) -> tuple[bool, FailureKind] | None:
    """Whether the connection opened, and how it ended; none where it did not fail."""
    ended = attempt.failed_step
    if ended is None or ended.failure is None:
        return None
    kind = ended.failure.kind
    return ended.step is not StepName.TCP, FailureKind.TIMED_OUT if kind in _SILENT else kind
