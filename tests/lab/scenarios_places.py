"""The same fault at different places of a longer path, and faults that strike some connections only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.lab.elements import Authority, MediaServer, start_nginx
from tests.lab.scenario import Break, Scenario
from tests.lab.world import EXCHANGE, NAME, PROVIDER, ROUTER, SERVER, World

_AT: dict[str, tuple[tuple[str, ...], tuple[str, str] | None]] = {
    "router": (("local",), (ROUTER, PROVIDER)),
    "provider": (("transit",), (PROVIDER, EXCHANGE)),
    "exchange": (("remote",), (EXCHANGE, SERVER)),
}
"""Where a fault is: whose side that is, and the hops that what is sent still reaches and does not."""
_WITHOUT_PLACE = ("rtmfp-not-offered",)
_ENCODER = MediaServer(ports={"rtmp": 1935})
_SECURE = MediaServer(ports={"rtmps": 443})
_FLASH = MediaServer(ports={"rtmp": 1935, "rtmpt": 80, "rtmps": 443, "rtmfp": 1935})
_MARK = "ct mark 0x51 drop;"  # the rest of a connection that was caught once
_RTMP = "meta length > 1000 @ih,0,8 0x03"  # C0 and C1: neither web requests nor TLS begin so


def _forward(rules: str, namespace: str) -> Break:
    return lambda world, authority: world.forward(rules, namespace)


def _at(
    namespace: str,
    fault: str,
    cause: str,
    truth: str,
    rules: str,
    also: Sequence[str] = (),
    server: MediaServer | None = None,
    url: str = f"rtmp://{NAME}/live",
    core: bool = False,
) -> Scenario:
    side, between = _AT[namespace]
    if cause in _WITHOUT_PLACE:
        side, between = (), None
    return Scenario(
        f"{fault}-at-{namespace}",
        cause,
        f"{truth}, at the {namespace}",
        _forward(rules, namespace),
        tuple(also),
        server=server or MediaServer(),
        url=url,
        arguments=("--include-sensitive",),  # routers of the own network by their addresses
        far=True,
        side=side,
        between=between,
        core=core,
    )


def _by_place(fault: str, local: str, remote: str, truth: str, rules: str, **more: object) -> list[Scenario]:
    """The fault at each place: the causes that it has in the network, and on the server's side."""
    also = (local, remote)
    return [
        _at(place, fault, remote if place == "exchange" else local, truth, rules, also, **more)  # type: ignore[arg-type]
        for place in _AT
    ]


def _by_return(fault: str, local: str, remote: str, truth: str, rules: str, **more: object) -> list[Scenario]:
    """What comes back is dropped: no hop of the way there shows where, so the side may stay unknown."""
    return [
        replace(one, side=(*one.side, "unknown"), between=None)
        for one in _by_place(fault, local, remote, truth, rules, **more)
    ]


def _balancer(dead: str, choice: str) -> Break:
    """nginx before two servers, of which one is dead; it does not try the other."""

    def breaks(world: World, authority: Authority) -> None:
        start_nginx(
            world,
            "balancer",
            "server",
            "stream { upstream media { " + choice + " server 127.0.0.1:19351 max_fails=0; server 127.0.0.1:"
            f"{dead} max_fails=0; }} server {{ listen {SERVER}:1935; proxy_pass media; proxy_next_upstream off; }} }}",
            "tcp 1935",
        )

    return breaks


_BEHIND = MediaServer(ports={"rtmp": 19351}, addresses=("127.0.0.1",))


def _flows(name: str, cause: str, truth: str, breaks: Break, **more: object) -> Scenario:
    return Scenario(name, cause, truth, breaks, far=True, deep=True, **more)  # type: ignore[arg-type]


PLACES: tuple[Scenario, ...] = (
    *_by_place(
        "port-vanishes", "port-blocked", "server-firewall", "TCP 1935 is dropped", "tcp dport 1935 drop;",
    ),
    *_by_place(
        "port-is-reset", "port-blocked", "server-on-other-port", "TCP 1935 is refused with a reset",
        "tcp dport 1935 reject with tcp reset;",
    ),
    *_by_place(
        "handshake-vanishes", "rtmp-blocked", "rtmp-blocked", "RTMP's first message is dropped on every port",
        f"{_MARK} meta l4proto tcp {_RTMP} ct mark set 0x51 drop;",
    ),
    *_by_place(
        "handshake-is-reset", "rtmp-blocked", "server-closes-connection",
        "RTMP's first message is answered by a reset; the server offers nothing else",
        f"tcp dport 1935 {_RTMP} reject with tcp reset;", server=_ENCODER, core=False,
    ),
    *_by_place(
        "tls-vanishes", "tls-blocked", "tls-blocked", "TLS's first message is dropped",
        f"{_MARK} tcp dport 443 @ih,0,16 0x1603 ct mark set 0x51 drop;", server=_SECURE, url=f"rtmps://{NAME}/live",
    ),
    *_by_place(
        "udp-vanishes", "udp-blocked", "rtmfp-not-offered", "UDP 1935 is dropped", "udp dport 1935 drop;",
        server=_FLASH, url=f"rtmfp://{NAME}/live",
    ),
    Scenario(
        "udp-is-changed", "udp-blocked", "the customer's router changes a byte of what goes to UDP 1935",
        _forward("udp dport 1935 @th,72,8 set 0xff;", "router"), server=_FLASH,
        url=f"rtmfp://{NAME}/live", far=True, also=("rtmfp-not-offered",), side=("local", "unknown"),
    ),
    *_by_return(
        "answers-vanish", "port-blocked", "server-firewall", "what answers from TCP 1935 is dropped on its way back",
        "tcp sport 1935 tcp flags & (syn | ack) == (syn | ack) drop;",
    ),
    *_by_return(
        "handshake-passes-once", "rtmp-blocked", "rtmp-blocked", "RTMP's first message passes, and nothing behind it",
        f"{_MARK} meta l4proto tcp {_RTMP} ct mark set 0x51;",
    ),
    *_by_return(
        "handshake-answer-vanishes", "rtmp-blocked", "rtmp-blocked", "what answers RTMP's first message is dropped",
        "tcp sport { 80, 1935 } @ih,0,8 0x03 meta length > 1000 drop;",
    ),
    *_by_return(
        "tls-answer-vanishes", "tls-blocked", "server-hung", "what answers TLS's first message is dropped",
        "tcp sport 443 @ih,0,16 0x1603 drop;", server=_SECURE, url=f"rtmps://{NAME}/live",
    ),
    _flows(
        "half-by-hash", "some-connections-fail", "one of two parallel paths, chosen by a hash of the ports, is dead",
        _forward("tcp dport 1935 jhash tcp sport . tcp dport mod 2 seed 0x7 == 1 drop;", "provider"),
        side=("transit", "unknown"),
    ),
    _flows(
        "a-quarter-by-port", "some-connections-fail", "one of four links of the customer's router is dead",
        _forward("tcp dport 1935 tcp sport & 3 == 2 drop;", "router"), side=("local", "unknown"),
    ),
    _flows(
        "backend-by-port", "some-connections-fail", "a load balancer chooses by the client's port; one server is down",
        _balancer("19399", "hash $remote_port;"), server=_BEHIND, side=("remote", "unknown"),
    ),
    _flows(
        "backend-in-turn", "some-connections-fail", "a load balancer takes two servers in turn; one is down",
        _balancer("19399", ""), server=_BEHIND, side=("remote", "unknown"),
    ),
    _flows(
        "lost-at-random", "packet-loss", "a quarter of all new connections' packets are lost at random",
        _forward("tcp flags & (syn | ack) == syn numgen random mod 4 == 0 drop;", "provider"),
    ),
    _flows("far-and-healthy", "none", "the longer path, and nothing is wrong", _forward("accept;", "exchange")),
)  # fmt: skip
