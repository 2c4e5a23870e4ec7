"""How much a network's firewall lets out: not one port, all but the web's, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.port_proof import is_blocked, wanted_ports
from fmsdiag.diagnosis.evidence.ports import UNUSUAL_PORTS, ends_at_home, left_home, open_path, udp_attempts
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import FailureKind, HopOutcome, Observation, Question, Status

WEB_PORTS = (80, 443)


@dataclass(frozen=True)
class Policy:
    """Which ports are shown to be blocked on our side, and which to pass."""

    blocked: tuple[int, ...]
    passing: tuple[int, ...]
    udp_silent: bool

    @property
    def blocked_unusual(self) -> tuple[int, ...]:
        return tuple(p for p in self.blocked if p not in WEB_PORTS)


def policy(run: RunView) -> Policy | None:
    """The policy as far as it is known; none unless a port that the plan wanted is shown to be blocked here."""
    wanted = wanted_ports(run)
    if run.is_loopback or run.is_captive or not any(is_blocked(run, p) for p in wanted):
        return None
    candidates = tuple(dict.fromkeys((*wanted, *WEB_PORTS, *UNUSUAL_PORTS)))
    blocked = tuple(p for p in candidates if _is_shut(run, p))
    passing = tuple(p for p in candidates if p not in blocked and _passes(run, p))
    silent = [a for a in udp_attempts(run) if a.status is not Status.CONNECTED]
    return Policy(
        blocked, passing, bool(silent) and not any(_answered(o) for a in silent for o in a.observations)
    )


def questions(run: RunView) -> tuple[Question, ...]:
    """What tells a rule for one port from a rule for all: whether ports that nobody uses leave, and the other web port."""
    if not any(h.outcome == HopOutcome.OPEN for h in open_path(run)):
        return ()
    asked = tuple(q for port in UNUSUAL_PORTS for q in run.ask_hops(port))
    unknown = [p for p in WEB_PORTS if p not in run.open_ports and run.control_tcp(p) is None]
    return (*asked, *(q for port in unknown for q in run.ask_control_port(port)))


def _is_shut(run: RunView, port: int) -> bool:
    if port in run.open_ports:
        return False
    return is_blocked(run, port) or ends_at_home(run, port) is not None or _control_is_dead(run, port)


def _control_is_dead(run: RunView, port: int) -> bool:
    """Whether the control host is silent on this port, where it is known to answer, and alive on another."""
    asked = run.control_tcp(port)
    alive = any(o.ok for p in WEB_PORTS if (o := run.control_tcp(p)))
    return alive and port in WEB_PORTS and asked is not None and not asked.ok


def _passes(run: RunView, port: int) -> bool:
    control = run.control_tcp(port)
    return port in run.open_ports or (control is not None and control.ok) or left_home(run, port) is not None


def _answered(step: Observation) -> bool:
    """Whether a UDP step shows that something of ours arrived somewhere: an answer, or an ICMP error."""
    return step.port is not None and (
        step.ok or (step.failure is not None and step.failure.kind is FailureKind.REFUSED)
    )
