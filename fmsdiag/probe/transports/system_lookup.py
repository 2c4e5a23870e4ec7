"""Name lookups by the operating system (getaddrinfo), which is what players use.

Apart from names.py, whose library takes longer to load than the rest of a run to an address.
"""

from __future__ import annotations

import socket

from fmsdiag.model import DnsFacts, FailureKind, LookupSource
from fmsdiag.probe.failure import LookupFailed
from fmsdiag.probe.sockets.network import Network

MAX_ADDRESSES = 16
"""A name with more addresses is cut; the facts say how many were left out."""


async def lookup_by_system(net: Network, name: str) -> DnsFacts:
    """Addresses as players get them. Raises LookupFailed."""
    try:
        addresses = await net.lookup(name)
    except socket.gaierror as error:
        raise LookupFailed(_gai_kind(error.errno), error.strerror or "name lookup failed") from error
    except (OSError, UnicodeError) as error:
        raise LookupFailed(FailureKind.LOCAL_ERROR, str(error)) from error
    kept = bounded(addresses)
    return DnsFacts(name, LookupSource.SYSTEM, kept, omitted_addresses=max(0, len(addresses) - len(kept)))


def bounded(addresses: list[str]) -> tuple[str, ...]:
    """The first MAX_ADDRESSES, one of the other family among them if there is any: both are to be tried."""
    kept = addresses[:MAX_ADDRESSES]
    if kept and len({":" in a for a in kept}) == 1:
        other = [a for a in addresses if (":" in a) != (":" in kept[0])][:1]
        kept = kept[: MAX_ADDRESSES - len(other)] + other
    return tuple(kept)


def _gai_kind(number: int | None) -> FailureKind:
    if number == socket.EAI_NONAME or number == getattr(socket, "EAI_NODATA", None):
        return FailureKind.NAME_NOT_FOUND
    # EAI_AGAIN covers silence and SERVFAIL alike; the DNS query beside it tells which
    return FailureKind.SERVER_FAILURE
