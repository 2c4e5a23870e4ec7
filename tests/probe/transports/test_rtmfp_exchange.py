from __future__ import annotations

import errno

import pytest

from fmsdiag.model import Direction
from fmsdiag.probe.failure import UnexpectedReply
from fmsdiag.probe.sockets.icmp import Address, ConnectError
from fmsdiag.probe.transports import rtmfp_exchange
from fmsdiag.probe.transports.rtmfp_exchange import SECOND_LOOK_S, Exchange, format_address, in_words
from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.events import (
    ClientPhase,
    CookieChanged,
    FlowException,
    Redirected,
    RHelloReceived,
    SessionClosed,
    TriesExhausted,
)
from fmsdiag.protocol.rtmfp.server import Behaviour
from tests.probe.fake_network import FakeNetwork, UdpPeer, icmp_error, rtmfp_server
from tests.probe.virtual_time import now, virtual_time

SERVER = ("192.0.2.1", 1935)
OTHER = ("192.0.2.2", 1935)


def exchange_with(udp: dict[Address | int, UdpPeer]) -> Exchange:
    client = RtmfpClient("rtmfp://h.example/live", now_s=now())
    client.start()
    made = Exchange(
        client, FakeNetwork(udp=udp).open_udp_to_many(), SERVER, now, lambda direction, text: None
    )
    made.expect(SERVER)
    return made


@virtual_time
async def test_events_come_one_by_one_and_the_traffic_is_counted() -> None:
    exchange = exchange_with({SERVER: rtmfp_server()})
    assert isinstance(await exchange.next(), RHelloReceived)
    assert exchange.peer == SERVER
    assert (exchange.traffic.datagrams_sent, exchange.traffic.sent.total) == (1, 68)
    assert exchange.traffic.received.total > 100
    exchange.expect(SERVER)
    assert (exchange.traffic.datagrams_sent, exchange.traffic.received.total) == (0, 0)


class NothingLeaves:
    """A system that refuses to send: a route of type blackhole, a firewall of its own."""

    async def send(self, data: bytes, to: Address) -> None:
        raise ConnectError(OSError(errno.EINVAL, "Invalid argument"), None, to)

    async def receive(self) -> tuple[bytes, Address]:
        raise AssertionError

    def close(self) -> None:
        pass


async def test_what_did_not_leave_this_computer_was_not_sent() -> None:
    said: list[str] = []
    client = RtmfpClient("rtmfp://h.example/live", now_s=now())
    client.start()
    exchange = Exchange(client, NothingLeaves(), SERVER, now, lambda direction, text: said.append(text))
    exchange.expect(SERVER)
    with pytest.raises(ConnectError):
        await exchange.next()
    assert (exchange.traffic.datagrams_sent, exchange.traffic.sent.total, said) == (0, 0, [])


@virtual_time
async def test_silence_ends_when_every_try_was_in_vain() -> None:
    exchange = exchange_with({})
    with pytest.raises(TimeoutError):
        await exchange.next()
    assert exchange.traffic.datagrams_sent == 4
    assert now() - 1000 < 10


@virtual_time
async def test_an_error_counts_when_it_is_about_the_last_who_was_asked() -> None:
    refused = icmp_error(errno.ECONNREFUSED, 3, 3, SERVER[0])
    exchange = exchange_with({SERVER: lambda _: [0.1, refused]})
    exchange.expect(SERVER, OTHER)
    with pytest.raises(TimeoutError):
        await exchange.next()
    exchange = exchange_with({SERVER: lambda _: [0.1, refused]})
    with pytest.raises(ConnectError):
        await exchange.next()


@virtual_time
async def test_a_doubt_becomes_the_result_unless_something_better_comes() -> None:
    exchange = exchange_with({SERVER: rtmfp_server(delay_s=SECOND_LOOK_S / 2)})
    exchange.doubt("odd", None)
    assert isinstance(await exchange.next(), RHelloReceived)
    exchange = exchange_with({})
    exchange.doubt("odd", "a parrot")
    exchange.doubt("odder", "two parrots")
    with pytest.raises(UnexpectedReply, match=r"^odd$") as caught:
        await exchange.next()
    assert caught.value.like == "a parrot"


@virtual_time
async def test_questions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmfp_exchange, "MAX_SENT", 2)
    exchange = exchange_with({})
    with pytest.raises(UnexpectedReply, match="questions without end"):
        await exchange.next()
    assert exchange.traffic.datagrams_sent == 2


@virtual_time
async def test_redirects_are_events_too() -> None:
    exchange = exchange_with({SERVER: rtmfp_server(behaviour=Behaviour(redirect=(OTHER,)))})
    event = await exchange.next()
    assert isinstance(event, Redirected)
    assert event.followed == (OTHER,)


def test_events_in_words() -> None:
    redirect = Redirected(SERVER, (("10.0.0.1", 80), ("2001:db8::1", 81)), (("2001:db8::1", 81),))
    assert in_words(redirect) == [
        (
            Direction.IN,
            "redirect by 192.0.2.1:1935 to 10.0.0.1:80 (a private address), [2001:db8::1]:81",
        ),
        (Direction.OUT, "IHello to [2001:db8::1]:81"),
    ]
    assert in_words(Redirected(SERVER, (), ()))[0][1].endswith("to itself")
    assert [d for d, _ in in_words(CookieChanged(SERVER))] == [Direction.IN, Direction.OUT]
    assert in_words(FlowException(2, 5)) == [(Direction.IN, "flow 2 refused, exception 5")]
    assert in_words(SessionClosed(by_peer=True))[0][1] == "session closed by the server"
    assert in_words(TriesExhausted(ClientPhase.WAIT_RHELLO)) == []


def test_addresses() -> None:
    assert format_address(SERVER) == "192.0.2.1:1935"
    assert format_address(("::1", 1)) == "[::1]:1"
