"""Names and addresses that lead elsewhere than to the server, or to only a part of it."""

from __future__ import annotations

from tests.lab.elements import FORWARDING
from tests.lab.scenario import Break, Scenario
from tests.lab.world import NAME, PROVIDER, World

_INSIDE, _FORGED = "10.77.8.9", "203.0.113.77"


def _gives(address: str) -> tuple[str, ...]:
    """Options of the customer's name server that lies about the server alone."""
    return (f"--address=/{NAME}/{address}", *FORWARDING)


def _drops(destination: str) -> Break:
    return lambda world, authority: world.forward(f"ip daddr {destination} drop;", "provider")


def _no_way_inside(world: World, authority: object) -> None:
    world.ip("router", "route add blackhole 10.0.0.0/8")


_FORGERIES: tuple[Scenario, ...] = (
    Scenario("forged-and-silent", "dns-hijacked", "the name server gives an address that nobody answers",
             _drops(_FORGED), resolver=_gives(_FORGED), core=True),
    Scenario("forged-and-refused", "dns-hijacked", "the name server gives the address of another machine",
             resolver=_gives(PROVIDER)),
    Scenario("old-address-reported", "dns-stale-address", "the name server keeps an address where no machine is any more",
             resolver=_gives(_FORGED)),
    Scenario("internal-address-leaks", "dns-private-address", "the name server gives the server's internal address",
             resolver=_gives(_INSIDE), core=True),
    Scenario("internal-address-silent", "dns-private-address", "likewise, and the router drops what has no network here",
             _no_way_inside, resolver=_gives(_INSIDE)),
)  # fmt: skip

NAMES: tuple[Scenario, ...] = _FORGERIES
