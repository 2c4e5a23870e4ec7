"""What a scenario of the lab is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.lab.elements import FORWARDING, Authority, MediaServer, public_records
from tests.lab.world import NAME, ROUTER, SERVER, World

Break = Callable[[World, Authority], None]


def nothing(world: World, authority: Authority) -> None:
    """Leave the world as it is."""


@dataclass(frozen=True)
class Scenario:
    """A world with one thing wrong in it, and the cause that a diagnosis must name."""

    name: str
    cause: str  # an id of the closed vocabulary, or "none"
    truth: str  # what is wrong, in a sentence
    breaks: Break = nothing  # after everything is up
    also: tuple[str, ...] = ()  # as true, or not to be told apart by a client
    server: MediaServer | None = field(default_factory=MediaServer)  # None: `breaks` starts one
    public: Sequence[str] = field(default_factory=lambda: tuple(public_records(SERVER)))
    resolver: Sequence[str] | None = FORWARDING  # options of the customer's name server, None: there is none
    resolvers: tuple[str, ...] = (ROUTER,)  # the name servers that the customer's computer asks, in order
    url: str = f"rtmp://{NAME}/live"
    arguments: tuple[str, ...] = ()  # further ones of `fmsdiag test`
    environment: dict[str, str] = field(default_factory=dict)
    hosts: str = ""  # further lines of the customer's hosts file
    at_most: str = "confirmed"  # the confidence that nothing seen justifies more than
    deep: bool = False  # needs the tests that take their time
    core: bool = False  # among those that `make test` runs
    far: bool = False  # one more router between provider and server
    side: tuple[str, ...] = ()  # whose part of the path it is in, in the words of Place; empty: not asked
    between: tuple[str, str] | None = (
        None  # addresses: the last hop that was reached, and the first that was not
    )
    needs: tuple[str, ...] = ()  # programs beside nginx and dnsmasq
