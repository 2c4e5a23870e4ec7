from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fmsdiag.model import FailureKind, Icmp
from fmsdiag.probe.failure import classify
from fmsdiag.probe.sockets import udp
from fmsdiag.probe.sockets.icmp import FACILITIES, Address, ConnectError
from fmsdiag.probe.sockets.network import RECEIVE_BYTES
from fmsdiag.probe.sockets.udp import WAITING_DATAGRAMS, UdpPeers
from tests.probe.loopback import DEADLINE_S, NET, closed_port, needs_ipv6, on_linux
from tests.systems import ON_WINE


async def test_datagrams_go_both_ways() -> None:
    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
            self.transport.sendto(data[::-1], address)  # type: ignore[attr-defined]

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, ("127.0.0.1", 0))
    try:
        datagrams = await NET.open_udp("127.0.0.1", transport.get_extra_info("sockname")[1])
        await datagrams.send(b"abc")
        async with asyncio.timeout(DEADLINE_S):
            assert await datagrams.receive() == b"cba"
        datagrams.close()
    finally:
        transport.close()


@asynccontextmanager
async def udp_peer(host: str, answers: int = 1, from_elsewhere: bool = False) -> AsyncIterator[Address]:
    """A peer that sends each datagram back in reverse, `answers` times, from its port or from another one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as bound, socket.socket(family, socket.SOCK_DGRAM) as other:
        for sock in (bound, other):
            sock.setblocking(False)
            sock.bind((host, 0))
        loop = asyncio.get_running_loop()

        async def answer() -> None:
            while True:
                with contextlib.suppress(OSError):  # an ICMP error about an earlier answer
                    data, source = await loop.sock_recvfrom(bound, RECEIVE_BYTES)
                    for _ in range(answers):
                        (other if from_elsewhere else bound).sendto(data[::-1], source)

        answering = asyncio.create_task(answer())
        try:
            yield host, bound.getsockname()[1]
        finally:
            answering.cancel()
            await asyncio.wait([answering])


@asynccontextmanager
async def udp_peers() -> AsyncIterator[UdpPeers]:
    peers = NET.open_udp_to_many()
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield peers
    finally:
        peers.close()
        peers.close()


async def heard_from(
    peers: UdpPeers, before: Callable[[], Awaitable[None]] | None = None
) -> tuple[object, ...]:
    """A datagram and its sender, or how an error is classified, who sent it and whom it is about."""
    try:
        if before is not None:
            await before()
        return await peers.receive()
    except ConnectError as error:
        return classify(error).kind, error.icmp, error.peer


needs_selector = pytest.mark.skipif(sys.platform == "win32", reason="its event loop watches no sockets")


@needs_selector
@needs_ipv6
async def test_peers_of_both_families() -> None:
    async with udp_peer("127.0.0.1") as four, udp_peer("::1") as six, udp_peers() as peers:
        for to, data in ((four, b"abc"), (six, b"de"), (four, b"f")):
            await peers.send(data, to)
            assert await peers.receive() == (data[::-1], to)


@needs_selector
@on_linux
async def test_an_answer_from_another_port_is_heard() -> None:
    async with udp_peer("127.0.0.1", from_elsewhere=True) as peer, udp_peers() as peers:
        await peers.send(b"abc", peer)
        data, source = await peers.receive()
    assert data == b"cba"
    assert source[0] == "127.0.0.1"
    assert source != peer


@on_linux
@pytest.mark.parametrize(
    ("host", "icmp"),
    [("127.0.0.1", Icmp(3, 3, "127.0.0.1")), pytest.param("::1", Icmp(1, 4, "::1"), marks=needs_ipv6)],
)
async def test_icmp_tells_which_of_several_peers_it_is_about(host: str, icmp: Icmp) -> None:
    closed = [(host, closed_port(host, socket.SOCK_DGRAM)) for _ in range(2)]
    async with udp_peer(host) as living, udp_peers() as peers:
        await peers.send(b"1", closed[0])
        await peers.send(b"2", living)  # not eaten by the error that waits
        await peers.send(b"3", closed[1])
        heard = [await heard_from(peers) for _ in range(3)]
    refused = (FailureKind.REFUSED, icmp)
    assert heard.index((*refused, closed[0])) < heard.index((*refused, closed[1]))
    assert (b"2", living) in heard


@pytest.mark.parametrize("to", [("192.0.2.1", 0), ("fe80::1%no_such_interface", 1935)])
async def test_what_this_computer_cannot_send_is_an_error_of_that_peer(to: Address) -> None:
    if to[1] == 0 and ON_WINE:
        pytest.skip("Wine says that port 0 refuses")
    async with udp_peers() as peers:
        kind, icmp, peer = await heard_from(peers, lambda: peers.send(b"x", to))
    assert kind in (FailureKind.LOCAL_ERROR, FailureKind.NO_ROUTE)
    assert (icmp, peer) == (None, to)


@needs_selector
async def test_a_flood_of_datagrams_is_bounded_and_leaves_the_loop_alive() -> None:
    async with udp_peer("127.0.0.1", answers=3 * WAITING_DATAGRAMS) as peer, udp_peers() as peers:
        await peers.send(b"x", peer)
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(others())
        for _ in range(WAITING_DATAGRAMS // 2):
            await peers.receive()
        task.cancel()
        assert turns >= WAITING_DATAGRAMS // 2
        assert peers._arrived.qsize() <= WAITING_DATAGRAMS


async def test_a_system_without_an_error_queue_gives_each_peer_a_socket(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on Windows and macOS: the socket knows its peer, and nothing is sent to an address."""
    monkeypatch.setattr(udp, "HEARS_OF_ALL_PEERS", False)
    monkeypatch.setattr(FACILITIES, "error_queue", False)
    async with udp_peer("127.0.0.1") as one, udp_peer("127.0.0.1") as other:
        peers = UdpPeers()
        try:
            for peer in (one, other):
                await peers.send(b"abc", peer)
                async with asyncio.timeout(DEADLINE_S):
                    assert await peers.receive() == (b"cba", peer)
        finally:
            peers.close()


async def test_a_datagram_without_a_sender_is_the_end_of_a_peer() -> None:
    peers = UdpPeers()
    peers.datagram_received(b"", None)
    with pytest.raises(ConnectError):
        await peers.receive()


@on_linux
async def test_what_this_computer_refuses_to_send_is_told_at_once() -> None:
    """A broadcast address, which a socket must be allowed to send to: the system itself says no."""
    async with udp_peers() as peers:
        with pytest.raises(ConnectError) as caught:
            await peers.send(b"abc", ("255.255.255.255", 9))
    assert (classify(caught.value).kind, caught.value.peer) == (
        FailureKind.NO_ROUTE,
        ("255.255.255.255", 9),
    )
