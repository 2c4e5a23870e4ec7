"""A port that opens over one of IPv4 and IPv6 alone: whether this network blocks it over the other one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.addresses import Addresses, addresses_tried
from fmsdiag.diagnosis.evidence.port_proof import living_port
from fmsdiag.diagnosis.evidence.ports import REFERENCE_PORTS, SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Experiment, FailureKind, Observation, Purpose, Question, StepName
from fmsdiag.private_addresses import is_loopback_address

_SHUT = (FailureKind.REFUSED, *SILENT)
"""How a port looks that is blocked, or that nothing listens on."""


@dataclass(frozen=True)
class ShutAddress:
    """An address whose port does not open, where it opens at an address of the other kind alone."""

    address: str
    seen: Observation  # the connect that failed
    control: Observation | None  # the same port of the control host over this kind of address
    living: (
        Observation | None
    )  # what else answered over this kind of address: a port of the control host, or of the server

    @property
    def is_silent(self) -> bool:
        """Whether nothing came back; what refuses is most often the server's own system."""
        return _kind(self.seen) in SILENT

    @property
    def is_blocked(self) -> bool:
        """Whether this network blocks the port over this kind of address: a reference server's fails alike, others work."""
        kind = _kind(self.control)
        if kind is None or self.living is None:
            return False
        if kind is FailureKind.REFUSED and self.seen.port not in REFERENCE_PORTS:
            return False  # a host that offers nothing there refuses by itself
        return kind in SILENT if self.is_silent else kind is _kind(self.seen)

    @property
    def passes(self) -> bool:
        """Whether the port is open to another host over this kind of address, so that it is this address that is shut."""
        return self.control is not None and self.control.ok


def has_kin(address: str, among: tuple[str, ...]) -> bool:
    """Whether one of these addresses is of the same kind, IPv4 or IPv6."""
    return any((":" in each) == (":" in address) for each in among)


def shut_over_one_family(run: RunView, tried: Addresses | None = None) -> tuple[ShutAddress, ...]:
    """The addresses whose port does not open, where only addresses of the other kind work; none on this computer itself.

    IPv6 addresses are left out where IPv6 shows no sign of life at all: it is IPv6 that fails then, not a port.
    """
    tried = tried or addresses_tried(run)
    if run.is_captive or not tried.working:
        return ()
    found = []
    for address in tried.dead:
        seen = tried.shown[address]
        port = seen.port
        if seen.step is not StepName.TCP or port is None or _kind(seen) not in _SHUT:
            continue
        if has_kin(address, tried.working) or is_loopback_address(address):
            continue
        shut = ShutAddress(address, seen, _control(run, port, address), _living(run, port, address))
        if ":" not in address or shut.living is not None or not shut.is_silent:
            found.append(shut)
    return tuple(found)


def ask_one_family(run: RunView, shut: ShutAddress) -> tuple[Question, ...]:
    """What tells a port that this network blocks from an address that is dead: the port on the control host, and another."""
    port = shut.seen.port
    if port is None or not run.path_matters:
        return ()
    return (*run.ask_control_port(port), *run.ask_control_port(living_port(run, port)))


def answers_elsewhere(run: RunView, address: str, port: int | None) -> Observation | None:
    """A connect to another port of an address that opened or was refused: packets get there and back."""
    there = (o for o in run.tcp if o.address == address and o.port != port)
    return next((o for o in there if o.ok or _kind(o) is FailureKind.REFUSED), None)


def _control(run: RunView, port: int, address: str) -> Observation | None:
    """How the control host's port answered over the kind of an address; an open one counts before others."""
    seen = [o for o in _controls(run, address) if o.port == port]
    return next((o for o in seen if o.ok), seen[0] if seen else None)


def _living(run: RunView, port: int, address: str) -> Observation | None:
    """What shows that this kind of address works from here."""
    open_there = (o for o in _controls(run, address) if o.port != port and o.ok)
    return next(open_there, None) or answers_elsewhere(run, address, port)


def _controls(run: RunView, address: str) -> Iterator[Observation]:
    """Connects to the control host over the kind of an address."""
    for attempt in run.performed(Experiment.CONTROL_PORT):
        if attempt.purpose is Purpose.CONTROL:
            for seen in attempt.observations:
                sent = _kind(seen) is not FailureKind.NO_ROUTE
                if seen.step is StepName.TCP and seen.address and sent and has_kin(address, (seen.address,)):
                    yield seen


def _kind(seen: Observation | None) -> FailureKind | None:
    return seen.failure.kind if seen is not None and seen.failure is not None else None
