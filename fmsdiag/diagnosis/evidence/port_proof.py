"""Whether a dead port is dead on our side of the internet: by the control host, by the path, or by who says so."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.paths import ends_locally, parts_locally, path_end
from fmsdiag.diagnosis.evidence.ports import REFERENCE_PORTS, SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Carrier,
    FailureKind,
    Hop,
    HopOutcome,
    Observation,
    Purpose,
    Question,
    Status,
    StepName,
)

_BLOCKED = (FailureKind.TIMED_OUT, FailureKind.REFUSED, FailureKind.UNREACHABLE)


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


def wanted_ports(run: RunView) -> tuple[int, ...]:
    """Dead ports that mattered: those of the plan that a player would have tried before the server answered it."""
    dead = run.dead_ports(*_BLOCKED)
    found = []
    for attempt in run.fallback:
        if attempt.was_decided:
            break
        asked = run.asked_for is attempt.endpoint.transport
        if attempt.endpoint.port in dead and (asked or not attempt.endpoint.transport.is_tunnel):
            found.append(attempt.endpoint.port)
    return tuple(dict.fromkeys(found or _unanswered_checks(run)))


def first_choice_opens(run: RunView) -> bool:
    """Whether the port that a player tries first does open, whatever becomes of what is said there."""
    first = next(iter(run.fallback), None)
    return first is not None and first.endpoint.proxy is None and run.ever_opened(first.endpoint.port)


def _unanswered_checks(run: RunView) -> list[int]:
    """Ports of checks that nothing came back from, where the plan connected and the user wants to know all the same."""
    if not run.options.deep or not run.plan_connected:
        return []
    silent = run.dead_ports(FailureKind.TIMED_OUT)
    return [
        a.endpoint.port
        for a in run.attempts
        if a.purpose is Purpose.CHECK
        and a.endpoint.transport.is_media
        and a.endpoint.transport.carrier is Carrier.TCP
        and a.endpoint.proxy is None
        and a.endpoint.address is None
        and a.endpoint.port not in run.open_ports
        and (a.endpoint.port in silent or (a.status is Status.CANCELLED and a.step(StepName.TCP) is None))
    ]


def is_proved(run: RunView) -> bool:
    """Whether this network is shown to block a port that the plan wanted."""
    return any(proof_of(run, port).any for port in wanted_ports(run))


def is_blocked(run: RunView, port: int) -> bool:
    """Whether this network is shown to block that port."""
    return proof_of(run, port).any


def living_port(run: RunView, port: int) -> int:
    """Another port of the control host: one that answers there shows that the control host itself is alive."""
    chosen = next((p for p in (80, 443) if p in run.open_ports and p != port), 443 if port == 80 else 80)
    other = 443 if chosen == 80 else 80
    dead = (seen := run.control_tcp(chosen)) is not None and not seen.ok
    lives = (seen := run.control_tcp(other)) is not None and seen.ok
    return other if dead and lives and other != port else chosen


def proof_of(run: RunView, port: int) -> Proof:
    open_port = next(iter(run.open_ports), None)
    passing = run.hops(open_port) if open_port is not None else ()
    return Proof(
        _dead_control(run, port),
        ends_locally(run.hops(port), passing, run.on_local_side),
        next((o for o in run.sent if o.port == port and _from_near(run, o)), None),
    )


def barred(run: RunView, port: int) -> Hop | None:
    """Where our side stops what is sent to the server, while the same to another host goes on; none unless both are known."""
    control = run.control_tcp(port)
    if control is None or not control.ok:
        return None
    return parts_locally(run.hops(port), run.control_hops, run.on_local_side)


def rejects_host(run: RunView) -> Hop | None:
    """The device here that rejects every port of the server, where the same port of a reference server opens; else none."""
    wanted = wanted_ports(run)
    control = run.control_tcp(wanted[0]) if wanted else None
    sender = proof_of(run, wanted[0]).sender if wanted else None
    if sender is None or sender.icmp is None or control is None or not control.ok:
        return None
    by = sender.icmp.sender
    rejected = {o.port for o in run.sent if o.icmp is not None and o.icmp.sender == by}
    if any(o.ok for o in run.tcp) or len(rejected) < len({o.port for o in run.sent}) or len(rejected) < 2:
        return None
    return path_end(run.hops(wanted[0])) or Hop(1, HopOutcome.UNREACHABLE, by)


def ask_living_control(run: RunView, port: int) -> tuple[Question, ...]:
    """What shows that the control host itself is alive: another port of it; where it alone opens, a web request there."""
    alive = run.control_tcp(living_port(run, port))
    contrast = _as_dead(run, port) is not None and alive is not None and alive.ok
    web = run.ask_control_http() if contrast and _may_be_sign_in_page(run, port) else ()
    return (*run.ask_control_port(living_port(run, port)), *web)


def _may_be_sign_in_page(run: RunView, port: int) -> bool:
    """Whether what opens on the control host's web port may be this network's sign-in page: nothing spoke RTMP here."""
    return living_port(run, port) == 80 and not run.spoke_rtmp


def _control_lives(run: RunView, port: int) -> bool:
    """Whether the control host is alive beside `port`; an open web port alone is what a sign-in page opens as well."""
    alive = run.control_tcp(living_port(run, port))
    if alive is None or not alive.ok:
        return False
    return (
        not _may_be_sign_in_page(run, port) or run.options.control_http is None or run.control_web_is_genuine
    )


def _dead_control(run: RunView, port: int) -> Observation | None:
    """The control host's port, dead in the way of the server's, while the control host itself is alive."""
    return _as_dead(run, port) if _control_lives(run, port) else None


def _as_dead(run: RunView, port: int) -> Observation | None:
    """The control host's port, if it is dead in the way of the server's."""
    control = run.control_tcp(port)
    if control is None or control.failure is None:
        return None
    if control.icmp is not None and control.icmp.sender == control.address and control.icmp.is_prohibited:
        return None  # its own firewall forbids the port
    kinds = {o.failure.kind for o in run.sent if o.port == port and o.failure is not None}
    if control.failure.kind is FailureKind.REFUSED and port not in REFERENCE_PORTS:
        return None  # a host that offers nothing there refuses by itself
    kinds = kinds or {FailureKind.TIMED_OUT}  # a check that was given up had got no answer
    if not kinds.isdisjoint(SILENT):
        kinds.update(SILENT)  # a router says so of some packets and leaves others without a word
    return control if control.failure.kind in kinds else None


def _from_near(run: RunView, observation: Observation) -> bool:
    """Whether someone on our side of the internet, other than this computer, says that the port is forbidden."""
    icmp = observation.icmp
    if icmp is None or icmp.sender is None or not run.path_matters:
        return False
    # net and host unreachable mean a broken path
    forbids = icmp.is_port_unreachable or icmp.is_prohibited or bool(run.open_ports)
    return forbids and icmp.sender not in run.own_addresses and run.on_local_side(icmp.sender)
