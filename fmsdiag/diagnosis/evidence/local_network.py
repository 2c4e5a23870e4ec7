"""macOS 15 and later: an application that may not contact devices on the local network is told "no route to host".

The connect fails with EHOSTUNREACH, as it does where nothing has the address;
a host that answered no ARP mostly gives EHOSTDOWN.
Source: Apple, TN3179 "Understanding local network privacy". What the resolver of the system does is not restricted.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.own_network import is_on_our_link, is_private_here
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import FailureKind, Observation

_HOST_DOWN = "EHOSTDOWN"


def may_lack_permission(run: RunView, observation: Observation) -> bool:
    """Whether macOS may have kept this from a device on the local network; that device may also be missing."""
    failure, address = observation.failure, observation.address
    return (
        run.is_macos
        and failure is not None
        and failure.kind is FailureKind.UNREACHABLE
        and failure.icmp is None
        and failure.errno != _HOST_DOWN
        and address is not None
        and is_local_device(run, address)
    )


def is_local_device(run: RunView, address: str) -> bool:
    """Whether a private address is on this computer's own link, as far as is known."""
    if not is_private_here(address) or address in run.own_addresses:
        return False
    of_server = run.environment.server_on_link is True and address in run.addresses
    return of_server or address in run.environment.default_gateways or is_on_our_link(run, address)
