"""Whether a dead port is dead on our side of the internet: by the control host, by the path, or by who says so."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.run import Evidence, breaks_at_home, parts_at_home
from fmsdiag.model import FailureKind, Hop, Observation, Purpose, Status, StepName

_BLOCKED = (FailureKind.TIMED_OUT, FailureKind.REFUSED, FailureKind.UNREACHABLE)
_FILTERED = ((3, 3), (3, 9), (3, 10), (3, 13), (1, 1), (1, 4), (1, 5))
"""ICMP and ICMPv6 codes by which a filter says no (RFC 792, 1812, 4443); net and host unreachable mean a broken path."""


@dataclass(frozen=True)
class Proof:
    """What shows that a dead port is dead on our side: any one of these."""

    control: (
        Observation | None
    )  # the same port of the control host is dead in the same way, another one is not
    early: Hop | None  # the path to the port ends near us
    sender: Observation | None  # an ICMP error from near us

    @property
    def any(self) -> bool:
        return self.control is not None or self.early is not None or self.sender is not None


def wanted_ports(evidence: Evidence) -> tuple[int, ...]:
    """Dead ports that mattered: those of the plan that a player would have tried before the server answered it."""
    dead = evidence.dead_ports(*_BLOCKED)
    found = []
    for attempt in evidence.fallback:
        if attempt.status in (Status.CONNECTED, Status.REJECTED):
            break
        asked = evidence.asked_for is attempt.endpoint.transport
        if attempt.endpoint.port in dead and (asked or not attempt.endpoint.transport.is_tunnel):
            found.append(attempt.endpoint.port)
    return tuple(dict.fromkeys(found or _unanswered_checks(evidence)))


def _unanswered_checks(evidence: Evidence) -> list[int]:
    """Ports of checks that nothing came back from, where the plan connected and the user wants to know all the same."""
    if not evidence.options.deep or not evidence.plan_connected:
        return []
    silent = evidence.dead_ports(FailureKind.TIMED_OUT)
    return [
        a.endpoint.port
        for a in evidence.attempts
        if a.purpose is Purpose.CHECK
        and a.endpoint.transport.is_media
        and a.endpoint.transport.carrier == "tcp"
        and a.endpoint.proxy is None
        and a.endpoint.address is None
        and a.endpoint.port not in evidence.open_ports
        and (a.endpoint.port in silent or (a.status is Status.CANCELLED and a.step(StepName.TCP) is None))
    ]


def is_proved(evidence: Evidence) -> bool:
    """Whether this network is shown to block a port that the plan wanted."""
    return any(proof_of(evidence, port).any for port in wanted_ports(evidence))


def is_blocked(evidence: Evidence, port: int) -> bool:
    """Whether this network is shown to block that port."""
    return proof_of(evidence, port).any


def living_port(evidence: Evidence, port: int) -> int:
    """Another port of the control host: one that answers there shows that the control host itself is alive."""
    return next((p for p in (80, 443) if p in evidence.open_ports and p != port), 443 if port == 80 else 80)


def proof_of(evidence: Evidence, port: int) -> Proof:
    open_port = next(iter(evidence.open_ports), None)
    passing = evidence.hops(open_port) if open_port is not None else ()
    return Proof(
        _dead_control(evidence, port),
        breaks_at_home(evidence.hops(port), passing, evidence.is_home),
        next((o for o in evidence.sent if o.port == port and _from_near(evidence, o)), None),
    )


def barred(evidence: Evidence, port: int) -> Hop | None:
    """Where our side stops what is sent to the server, while the same to another host goes on; none unless both are known."""
    control = evidence.control_tcp(port)
    if control is None or not control.ok:
        return None
    return parts_at_home(evidence.hops(port), evidence.control_hops, evidence.is_home)


def _dead_control(evidence: Evidence, port: int) -> Observation | None:
    """The control host's port, dead in the way of the server's, while the control host itself is alive."""
    control, alive = evidence.control_tcp(port), evidence.control_tcp(living_port(evidence, port))
    if control is None or control.failure is None or alive is None or not alive.ok:
        return None
    kinds = {o.failure.kind for o in evidence.sent if o.port == port and o.failure is not None}
    kinds = kinds or {FailureKind.TIMED_OUT}  # a check that was given up had got no answer
    return control if control.failure.kind in kinds else None


def _from_near(evidence: Evidence, observation: Observation) -> bool:
    """Whether somebody on our side of the internet, other than this computer, says that the port is forbidden."""
    icmp = observation.failure.icmp if observation.failure is not None else None
    if icmp is None or icmp.sender is None or not evidence.path_matters:
        return False
    own = {a for i in evidence.environment.interfaces for a in i.addresses}
    forbids = (icmp.type, icmp.code) in _FILTERED or bool(evidence.open_ports)
    return forbids and icmp.sender not in own and evidence.is_home(icmp.sender)
