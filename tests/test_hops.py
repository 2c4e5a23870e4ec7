"""Hops alone: whose they are, and between which of them a path ends."""

from __future__ import annotations

import pytest

from fmsdiag.hops import (
    Gap,
    arrived,
    at_its_distance,
    ended_early,
    gap_of,
    is_of_own_network,
    last_local_hop,
    reset_by,
    side_of,
    side_of_hop,
    taken_unanswered,
    without_borrowed_senders,
)
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Endpoint,
    Hop,
    HopFacts,
    Observation,
    PathProbe,
    Purpose,
    ResetBy,
    ResetDistanceFacts,
    Side,
    Status,
    StepName,
    Transport,
)

SERVER = "203.0.113.10"


def routers(*addresses: str | None) -> tuple[Hop, ...]:
    return tuple(Hop(n + 1, "time-exceeded", a) for n, a in enumerate(addresses) if a is not None)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("10.0.0.1", True),
        ("172.31.255.1", True),
        ("192.168.7.1", True),
        ("169.254.1.1", True),
        ("fd12::1", True),
        ("fe80::1%eth0", True),
        ("100.64.0.1", False),  # a carrier's
        ("192.0.2.1", False),  # documentation counts as public
        ("2001:db8::1", False),
        ("8.8.8.8", False),
    ],
)
def test_addresses_that_networks_give_themselves(address: str, own: bool) -> None:
    assert is_of_own_network(address) is own


@pytest.mark.parametrize(
    ("path", "last"),
    [
        (("192.168.1.1", "192.0.2.1"), (1, True)),
        (("192.168.1.1", "10.9.9.9", "192.0.2.1"), (2, True)),
        (("192.168.1.1", "100.64.0.1", "10.0.0.1"), (1, True)),  # private addresses inside a provider
        (("192.168.1.1", None, "10.9.9.9", "192.0.2.1"), (3, True)),
        (("192.0.2.1", "198.18.0.2"), (1, False)),  # all public: hop 1 for sure
        ((), (1, False)),
    ],
)
def test_the_last_router_of_this_network(path: tuple[str | None, ...], last: tuple[int, bool]) -> None:
    assert last_local_hop(routers(*path)) == last


@pytest.mark.parametrize(
    ("reached", "stopped", "side"),
    [
        (0, 1, Side.LOCAL),
        (1, 2, Side.LOCAL),
        (2, 3, Side.TRANSIT),
        (3, 4, Side.TRANSIT),
        (4, 5, Side.REMOTE),
        (1, 3, Side.UNKNOWN),  # a silent hop behind our router: either may do it
        (2, 4, Side.TRANSIT),
        (3, 5, Side.UNKNOWN),
    ],
)
def test_the_side_of_a_gap(reached: int, stopped: int, side: Side) -> None:
    path = routers("192.168.1.1", "100.64.0.1", "192.0.2.9", "198.18.0.2")
    assert side_of(Gap(reached, stopped, 5, path)) is side


def test_beyond_the_first_hop_of_a_public_path_nothing_is_certain() -> None:
    path = routers("2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1")
    assert side_of(Gap(1, 2, 4, path)) is Side.LOCAL
    assert side_of(Gap(2, 3, 4, path)) is Side.UNKNOWN
    assert side_of(Gap(3, 4, 4, path)) is Side.REMOTE


def test_a_server_behind_one_router_that_may_be_its_own() -> None:
    """A host in a data center beside the server: what stops there is not put down to the host's own network."""
    assert side_of(Gap(1, 2, 2, routers("203.0.113.1"))) is Side.UNKNOWN
    assert side_of(Gap(0, 1, 2, routers("203.0.113.1"))) is Side.LOCAL


def test_a_server_behind_one_router_of_ours() -> None:
    assert side_of(Gap(1, 2, 2, routers("192.168.1.1"))) is Side.LOCAL


def test_the_side_of_a_hop() -> None:
    path = routers("192.168.1.1", "192.0.2.9", "198.18.0.2")
    sides = [side_of_hop(ttl, path, 4) for ttl in range(1, 5)]
    assert sides == [Side.LOCAL, Side.TRANSIT, Side.REMOTE, Side.REMOTE]
    assert side_of_hop(2, path, None) is Side.UNKNOWN


PASSING = (*routers("192.168.1.1", "192.0.2.1", "198.18.0.2"), Hop(4, "open", SERVER))


def ended(*hops: Hop, supported: bool = True) -> tuple[int, int] | None:
    gap = gap_of(HopFacts(1935, hops, supported), PASSING, SERVER)
    return (gap.reached, gap.stopped) if gap is not None else None


def test_between_which_hops_a_path_ends() -> None:
    router = routers("192.168.1.1")
    assert arrived(PASSING) == 4
    assert ended(*router, Hop(2, "silent")) == (1, 2)
    assert ended(*router, Hop(2, "refused")) == (1, 2)
    assert ended(Hop(0, "refused")) == (0, 0)
    assert ended(*PASSING) is None
    assert ended(*router, Hop(2, "silent"), supported=False) is None
    assert gap_of(HopFacts(1935, (*router, Hop(2, "silent"))), (), SERVER) is None


def test_who_resets() -> None:
    facts = BytesPathFacts("rtmp", 4, (PathProbe(2, "expired"), PathProbe(4, "reset")), 3, 4)
    early = BytesPathFacts("rtmp", 4, (PathProbe(2, "reset"),), 1, 2)
    assert not ended_early(facts)
    assert ended_early(early)

    def traced(distance: ResetDistanceFacts) -> Attempt:
        seen = Observation("1.reset-distance", StepName.RESET_DISTANCE, 0.0, 0.1, facts=distance)
        where = Endpoint(Transport.RTMP, "fms.example.com", 1935)
        return Attempt(1, where, Purpose.FOLLOW_UP, Status.CONNECTED, where.key, observations=(seen,))

    equal = traced(ResetDistanceFacts(61, "reset", nearer=False, farther=False))
    assert reset_by(equal, facts) is None
    assert reset_by(equal, early) is ResetBy.OTHER
    assert (
        reset_by(traced(ResetDistanceFacts(61, "reset", nearer=True, farther=False)), facts) is ResetBy.OTHER
    )


def test_a_router_that_rejects_stands_where_it_reports_itself() -> None:
    hops = (Hop(1, "time-exceeded", "192.168.1.1"), Hop(2, "unreachable", "192.168.1.1"))
    assert at_its_distance(hops[1], hops).ttl == 1
    beyond = (Hop(1, "time-exceeded", "192.168.1.1"), Hop(2, "unreachable", "203.0.113.1"))
    assert at_its_distance(beyond[1], beyond).ttl == 2
    refused = (Hop(1, "time-exceeded", "192.168.1.1"), Hop(2, "refused", "203.0.113.10"))
    assert at_its_distance(refused[1], refused).ttl == 2


THERE = (*routers("192.168.1.1", "198.51.100.1"), Hop(3, "open", SERVER))


def test_the_servers_address_is_no_ones_who_stands_where_another_router_answers() -> None:
    """NAT writes it on the errors about what it has sent on to another machine."""
    redirected = (Hop(1, "time-exceeded", SERVER), Hop(2, "unreachable", SERVER))
    nameless = (Hop(1, "time-exceeded", None), Hop(2, "unreachable", None))
    assert without_borrowed_senders(redirected, SERVER, [THERE]) == nameless
    assert without_borrowed_senders(redirected[:1], SERVER, [], ["192.168.1.1"]) == nameless[:1]


def test_the_server_is_named_where_nothing_shows_that_another_stands_there() -> None:
    balanced = (*routers("192.168.1.1", "198.51.100.1", SERVER), Hop(4, "unreachable", SERVER))
    assert without_borrowed_senders(balanced, SERVER, [THERE], ["192.168.1.1"]) == balanced
    assert without_borrowed_senders(THERE, SERVER, [routers("192.168.1.1", None, "192.0.2.1")]) == THERE
    beside = (Hop(1, "time-exceeded", SERVER),)
    assert without_borrowed_senders(beside, SERVER, [], [SERVER]) == beside


@pytest.mark.parametrize(
    ("whole", "taken"),
    [
        ([PathProbe(3, "silent", None, 0)], True),
        ([PathProbe(3, "silent", None, 0), PathProbe(3, "silent", None, 517)], False),
        ([PathProbe(3, "silent")], False),  # this system does not tell
        ([PathProbe(3, "reset", None, 0)], False),
        ([], False),
    ],
)
def test_bytes_that_were_acknowledged_all_the_way_reached_the_server(
    whole: list[PathProbe], taken: bool
) -> None:
    probes = (PathProbe(2, "expired"), PathProbe(2, "silent", None, 0), *whole)
    assert taken_unanswered(BytesPathFacts("tls", 3, probes, 2, 3)) is taken
