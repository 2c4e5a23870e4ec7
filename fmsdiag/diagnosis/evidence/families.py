"""Which of IPv4 and IPv6 this computer and the server have in common. Pure."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.ports import rejected_by_own_routes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import FailureKind, Observation
from fmsdiag.private_addresses import is_loopback_address


def is_unreachable_ipv4(run: RunView) -> bool:
    """Whether this computer has IPv6 addresses alone, and every connect was to an IPv4 address that has no route."""
    own = run.environment.usable_addresses
    return bool(own) and all(":" in address for address in own) and bool(stuck_on_ipv4(run))


def stuck_on_ipv4(run: RunView) -> tuple[Observation, ...]:
    """The connects, if all of them went to IPv4 addresses and failed at once for want of a route."""
    tried = tuple(o for o in run.tcp if o.address is None or not is_loopback_address(o.address))
    if any(map(rejected_by_own_routes, tried)):
        return ()
    stuck = all(o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE for o in tried)
    return tried if stuck and not any(":" in (o.address or "") for o in tried) else ()
