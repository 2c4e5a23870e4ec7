"""Where on the path a cause is: which path test tells, what it tells, and which causes it contradicts.

The tests are asked for when rules have found something that has a place. Their answers go to the rules as well, for who
resets a connection decides between a filter and a server.
"""

from __future__ import annotations

from enum import Enum, auto

from fmsdiag.diagnosis.evidence.cut_bytes import CutBytes, bytes_place_of, cut_bytes
from fmsdiag.diagnosis.evidence.places import bytes_place, port_place, udp_place
from fmsdiag.diagnosis.evidence.port_proof import wanted_ports
from fmsdiag.diagnosis.evidence.ports import ask_udp_hops, udp_attempts
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Cause,
    Experiment,
    Place,
    Question,
    ResetBy,
    Side,
)


class _Kind(Enum):
    """What is stopped, and so which test shows where."""

    PORT = auto()  # a connect
    BYTES = auto()  # the first bytes on an open connection
    UDP = auto()
    COMPUTER = auto()  # this computer itself, whatever is tested
    LOCAL = auto()  # this network, likewise


_KINDS: dict[Cause, _Kind] = {
    Cause.LOCAL_NETWORK_DOWN: _Kind.COMPUTER,
    Cause.CLIENT_CLOCK_WRONG: _Kind.COMPUTER,
    Cause.HOSTS_FILE_OVERRIDE: _Kind.COMPUTER,
    Cause.LOCAL_FIREWALL: _Kind.COMPUTER,
    Cause.GATEWAY_UNREACHABLE: _Kind.LOCAL,
    Cause.CAPTIVE_PORTAL: _Kind.LOCAL,
    Cause.PORT_BLOCKED: _Kind.PORT,
    Cause.ONLY_WEB_PORTS_ALLOWED: _Kind.PORT,
    Cause.ONLY_HTTPS_ALLOWED: _Kind.PORT,
    Cause.EGRESS_BLOCKED: _Kind.PORT,
    Cause.SERVER_DOWN: _Kind.PORT,
    Cause.SERVER_NOT_LISTENING: _Kind.PORT,
    Cause.RTMP_SERVICE_STOPPED: _Kind.PORT,
    Cause.SERVER_ON_OTHER_PORT: _Kind.PORT,
    Cause.SERVER_FIREWALL: _Kind.PORT,
    Cause.UDP_BLOCKED: _Kind.UDP,
    Cause.NON_HTTP_BLOCKED: _Kind.BYTES,
    Cause.RTMP_BLOCKED: _Kind.BYTES,
    Cause.RTMPE_BLOCKED: _Kind.BYTES,
    Cause.TLS_BLOCKED: _Kind.BYTES,
    Cause.MTU_BLACK_HOLE: _Kind.BYTES,
    Cause.SERVER_CLOSES_CONNECTION: _Kind.BYTES,
    Cause.SERVER_HUNG: _Kind.BYTES,
    Cause.PROXY_PROTOCOL_EXPECTED: _Kind.BYTES,
    Cause.MIDDLEBOX_ACCEPTS_ALL: _Kind.BYTES,
}
"""Causes that have a place on the path."""

_OF_SERVER = frozenset(
    (
        Cause.SERVER_DOWN,
        Cause.SERVER_NOT_LISTENING,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.SERVER_ON_OTHER_PORT,
        Cause.SERVER_FIREWALL,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.SERVER_HUNG,
        Cause.PROXY_PROTOCOL_EXPECTED,
    )
)
"""What only the server's side can be."""
_OF_NETWORK = frozenset((Cause.ONLY_WEB_PORTS_ALLOWED, Cause.ONLY_HTTPS_ALLOWED, Cause.EGRESS_BLOCKED))
"""What only this network can be."""
_BEFORE_SERVER = (Side.COMPUTER, Side.LOCAL, Side.TRANSIT)


def place_of(run: RunView, cause: Cause) -> Place | None:
    """Where on the path a cause is, unknown where no path test shows it; none for what has no place there."""
    kind = _KINDS.get(cause)
    if kind is None:
        return None
    return _known_place(run, cause, kind) or Place(Side.UNKNOWN)


def _known_place(run: RunView, cause: Cause, kind: _Kind) -> Place | None:
    match kind:
        case _Kind.COMPUTER:
            return Place(Side.COMPUTER)
        case _Kind.LOCAL:
            return Place(Side.LOCAL)
        case _Kind.PORT:
            port = dead_port(run)
            return port_place(run, port) if port is not None else None
        case _Kind.UDP:
            return next((p for port in _udp_ports(run) if (p := udp_place(run, port)) is not None), None)
        case _Kind.BYTES:
            return bytes_place_of(run, only_tls=cause is Cause.TLS_BLOCKED)


def _byte_questions(run: RunView, cut: CutBytes | None) -> tuple[Question, ...]:
    """How far the bytes come, and with the deep tests whether others, which no filter knows, come further."""
    if cut is None:
        return ()
    asked = Question(cut.experiment, cut.attempt.endpoint)
    stopped = bytes_place(run, cut.experiment, cut.attempt.endpoint.port) is not None
    if not run.options.deep or not stopped or cut.attempt.endpoint.transport.uses_tls:
        return (asked,)
    return (asked, Question(Experiment.OTHER_BYTES_PATH, cut.attempt.endpoint))


def port_of(run: RunView, cause: Cause) -> int | None:
    """The port whose failure a cause explains; none for what is not about one port."""
    match _KINDS.get(cause):
        case _Kind.PORT:
            return dead_port(run)
        case _Kind.BYTES:
            cut = cut_bytes(run, only_tls=cause is Cause.TLS_BLOCKED)
            return cut.attempt.endpoint.port if cut is not None else None
    return None


def contradicts(place: Place | None, cause: Cause) -> bool:
    """Whether a cause cannot be what stops something at that place."""
    if place is None:
        return False
    if cause in _OF_SERVER:
        return place.side in _BEFORE_SERVER or place.reset_by is ResetBy.OTHER
    if cause in _OF_NETWORK:
        return place.side in (Side.TRANSIT, Side.REMOTE)
    return cause in (Cause.PORT_BLOCKED, Cause.UDP_BLOCKED) and place.side is Side.REMOTE


def questions(run: RunView, cause: Cause) -> tuple[Question, ...]:
    """The path tests that show where a cause is; those that were made already among them."""
    if not run.path_matters or run.is_captive:
        return ()
    match _KINDS.get(cause):
        case _Kind.PORT:
            port = dead_port(run)
            if port is None or not run.open_ports:
                return ()
            return (*run.ask_hops(port), *run.ask_hops(run.open_ports[0]))
        case _Kind.UDP:
            path = run.ask_hops(run.open_ports[0]) if run.open_ports else ()
            return (*(q for port in _udp_ports(run)[:1] for q in ask_udp_hops(run, port)), *path)
        case _Kind.BYTES:
            return _byte_questions(run, cut_bytes(run, only_tls=cause is Cause.TLS_BLOCKED))
    return ()


def dead_port(run: RunView) -> int | None:
    """The port that a finding about ports is about."""
    return next(iter(wanted_ports(run)), None)


def _udp_ports(run: RunView) -> tuple[int, ...]:
    return tuple(dict.fromkeys(a.endpoint.port for a in udp_attempts(run)))
