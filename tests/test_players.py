"""The facts of players: complete, from named sources, and what a URL makes of them."""

import pytest

from fmsdiag.model import Transport
from fmsdiag.players import ORDERS, PLAYERS, RTMFP_FIRST, Player
from fmsdiag.target import parse_target


def player(title: str) -> Player:
    return next(p for p in PLAYERS if p.title == title)


def words(title: str, url: str = "rtmp://h.example/a") -> str:
    ways = player(title).ways(parse_target(url))
    return " ".join(f"{w.transport.value}:{w.port}{'/proxy' if w.proxied else ''}" for w in ways)


def test_every_order_belongs_to_a_player_and_has_a_source() -> None:
    assert {p.order.name for p in PLAYERS} == {order.name for order in (*ORDERS, RTMFP_FIRST)}
    assert all(order.source and order.title for order in (*ORDERS, RTMFP_FIRST))
    assert len({p.title for p in PLAYERS}) == len(PLAYERS)


@pytest.mark.parametrize(
    ("title", "ways"),
    [
        ("Flash Player", "rtmp:1935 rtmp:443 rtmp:80 rtmpt:80"),
        ("Flash Player (1935, 80)", "rtmp:1935 rtmp:80 rtmpt:80"),
        ("RTMFP first", "rtmfp:1935 rtmp:1935 rtmp:80 rtmpt:80"),
        (
            "NetConnectionSmart",
            "rtmp:443 rtmp:80 rtmp:1935 rtmp:443/proxy rtmp:80/proxy rtmp:1935/proxy rtmpt:443 rtmpt:80 rtmpt:1935",
        ),
        ("RTMPS only", "rtmps:443 rtmpts:443"),
        ("Encoder", "rtmp:1935"),
    ],
)
def test_orders(title: str, ways: str) -> None:
    assert words(title) == ways


@pytest.mark.parametrize(
    ("url", "ways"),
    [
        ("rtmp://h.example:8080/a", "rtmp:8080"),
        ("rtmps://h.example/a", "rtmps:443"),
        ("rtmpt://h.example:81/a", "rtmpt:81"),
    ],
)
def test_an_address_with_a_port_or_a_scheme_means_one_attempt(url: str, ways: str) -> None:
    assert words("Flash Player", url) == words("Encoder", url) == ways
    assert words("AkamaiConnection", url).startswith("rtmp:1935 rtmp:443"), (
        "libraries have ports of their own"
    )


def test_only_players_that_try_ways_beside_each_other_have_an_interval() -> None:
    assert {p.title: p.interval_s for p in PLAYERS if p.interval_s} == {
        "NetConnectionSmart": 0.2, "NetConnectionSmart (shotgun)": 0.1, "NCManager": 1.5, "AkamaiConnection": 0.2,
    }  # fmt: skip
    assert (player("AkamaiConnection").total_s, player("NetConnectionSmart").attempt_s) == (10.0, 30.0)


def test_an_order_in_words() -> None:
    assert player("NCManager").order.summary == "1935 RTMP, then 443 RTMP, then 80 RTMPT"
    assert Transport.RTMPT in dict(player("NCManager").order.steps)
