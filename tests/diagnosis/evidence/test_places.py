from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.places import (
    bytes_place,
    never_taken,
    not_by_server,
    port_place,
    udp_place,
)
from fmsdiag.model import Experiment, Place, ResetBy, Side
from tests.diagnosis.situations import run_view

OPEN = (
    "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, "
    "4 open 203.0.113.10"
)


@pytest.mark.parametrize(
    ("hops", "place"),
    [
        ("1 silent, 2 silent, 3 silent, 4 silent", (Side.LOCAL, None, "192.168.1.1")),
        (
            "1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
            (Side.LOCAL, "192.168.1.1", "192.0.2.1"),
        ),
        (
            "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 silent",
            (Side.TRANSIT, "192.0.2.1", "198.18.0.2"),
        ),
        (
            "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, 4 silent",
            (Side.REMOTE, "198.18.0.2", "203.0.113.10"),
        ),
        ("1 time-exceeded 192.168.1.1, 2 refused", (Side.LOCAL, "192.168.1.1", "192.0.2.1")),
        (
            "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, 4 refused",
            (Side.REMOTE, "198.18.0.2", "203.0.113.10"),
        ),
        ("0 refused", (Side.COMPUTER, None, None)),
    ],
)
def test_where_connects_to_a_dead_port_end(hops: str, place: tuple[Side, str | None, str | None]) -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp timed-out",
            "fallback rtmp 80: tcp ok; handshake ok; connect ok",
            f"follow-up hops 1935: {hops}",
            OPEN,
        ]
    )
    found = port_place(run, 1935)
    assert found is not None
    assert (found.side, found.after, found.before) == place
    assert found.evidence == ("3.hop",)


def test_without_a_path_that_arrives_a_dead_port_has_no_place() -> None:
    dead = "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent"
    assert port_place(run_view(["fallback rtmp 1935: tcp timed-out", dead]), 1935) is None
    refused = "follow-up hops 1935: 1 refused"
    assert port_place(run_view(["fallback rtmp 1935: tcp refused", refused]), 1935) is None
    assert port_place(run_view([]), 1935) is None


def test_a_balancer_with_the_servers_address_is_the_servers_side() -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp refused",
            "fallback rtmp 80: tcp ok; handshake ok; connect ok",
            "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 refused",
            "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 203.0.113.10, 4 open",
        ]
    )
    found = port_place(run, 1935)
    assert found is not None
    assert found.side is Side.REMOTE


def test_udp_has_its_own_path() -> None:
    run = run_view(
        [
            "fallback rtmp 80: tcp ok; handshake ok; connect ok",
            "follow-up udp-hops rtmfp:1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
            OPEN,
        ]
    )
    found = udp_place(run, 1935)
    assert found is not None
    assert (found.side, found.after) == (Side.LOCAL, "192.168.1.1")
    assert udp_place(run, 19350) is None


def traced(text: str) -> Place | None:
    run = run_view(["fallback rtmp 1935: tcp ok; handshake reset", f"follow-up app-path 1935: {text}"])
    return bytes_place(run, Experiment.APP_PATH, 1935)


def test_where_first_bytes_end_and_who_says_so() -> None:
    via = "via=10.66.0.1,192.0.2.1,198.18.0.2"
    nearer = traced(f"{via} reached=1 end=reset sender=nearer")
    assert nearer is not None
    assert (nearer.side, nearer.after, nearer.before) == (Side.LOCAL, "10.66.0.1", "192.0.2.1")
    assert nearer.reset_by is ResetBy.OTHER
    assert nearer.evidence == ("2.bytes-path", "2.reset-distance")
    silent = traced(f"{via} reached=2")
    assert silent is not None
    assert (silent.side, silent.reset_by) == (Side.TRANSIT, None)
    equal = traced(f"{via} reached=3 end=reset sender=same")
    assert equal is not None
    assert (equal.side, equal.reset_by) == (Side.REMOTE, None)
    assert traced(f"{via} reached=all end=answered") is None
    unknown = traced("via=-,- reached=0 end=silent supported=no")
    assert unknown is not None
    assert (unknown.side, unknown.after) == (Side.UNKNOWN, None)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (None, False),
        (Place(Side.LOCAL), True),
        (Place(Side.TRANSIT), True),
        (Place(Side.REMOTE), False),
        (Place(Side.UNKNOWN), False),
        (Place(Side.REMOTE, reset_by=ResetBy.OTHER), True),
    ],
)
def test_what_shows_that_it_is_not_the_server(place: Place | None, shown: bool) -> None:
    assert not_by_server(place) is shown


def test_bytes_that_the_servers_system_never_took() -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake timed-out",
            "follow-up app-path 1935: via=10.66.0.1 reached=1",
        ]
    )
    assert not never_taken(run, Experiment.APP_PATH, 1935)  # this system does not tell
    assert not never_taken(run, Experiment.CONNECT_PATH, 1935)


def test_silence_from_the_last_router_may_be_of_answers_where_others_are_as_silent() -> None:
    """A router here that drops what comes back lets every hop of the way there answer."""
    seen = [
        "fallback rtmp 1935: tcp timed-out",
        "fallback rtmp 80: tcp ok; handshake ok; connect ok",
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 silent",
        "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 open 203.0.113.10",
    ]
    alone = port_place(run_view(seen), 1935)
    assert alone is not None
    assert alone.side is Side.REMOTE
    others = ["control control-port 1935: tcp timed-out", "control control-port 80: tcp ok"]
    shared = port_place(run_view([*seen, *others]), 1935)
    assert shared is not None
    assert shared.side is Side.UNKNOWN
    refused = [
        "fallback rtmp 1935: tcp refused",
        "fallback rtmp 80: tcp ok; handshake ok; connect ok",
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 unreachable 192.0.2.1",
        "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 open 203.0.113.10",
        "control control-port 1935: tcp refused",
        "control control-port 80: tcp ok",
    ]
    rejected = port_place(run_view(refused), 1935)
    assert rejected is not None
    assert rejected.side is Side.TRANSIT
