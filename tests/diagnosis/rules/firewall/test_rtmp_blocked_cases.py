from __future__ import annotations

from fmsdiag.diagnosis.rules.firewall.rtmp_blocked_cases import (
    BY_SIDE,
    ByInterceptor,
    FirstPackets,
    Handshake,
)
from fmsdiag.model import Actor, Side

WHOSE = {Side.LOCAL: "your network", Side.TRANSIT: "internet provider", Side.REMOTE: "server side"}


def test_a_side_that_is_known_is_named_and_its_people_act() -> None:
    for by_side in BY_SIDE.values():
        assert set(by_side) == set(WHOSE)
        for side, case in by_side.items():
            assert WHOSE[side] in case.headline.english, case
        assert by_side[Side.LOCAL].acts == (Actor.ADMINISTRATOR,)
        assert by_side[Side.TRANSIT].acts == (Actor.USER,)
        assert by_side[Side.REMOTE].acts == (Actor.OPERATOR,)


def test_first_packets_are_told_apart_from_content_on_every_side() -> None:
    assert set(BY_SIDE[FirstPackets].values()).isdisjoint(BY_SIDE[Handshake].values())


def test_a_device_that_answers_for_the_server_is_of_this_network_already() -> None:
    assert ByInterceptor not in BY_SIDE
    assert "your network" in ByInterceptor.headline.english
