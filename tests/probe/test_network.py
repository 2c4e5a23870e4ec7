from __future__ import annotations

import asyncio
import socket
import struct
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fmsdiag.model import FailureKind, Icmp
from fmsdiag.probe import network
from fmsdiag.probe.failure import classify
from fmsdiag.probe.network import (
    RECEIVE_BYTES,
    WAITING_DATAGRAMS,
    Address,
    Capture,
    ConnectError,
    SystemNetwork,
    TcpStream,
    UdpPeers,
    in_daemon_thread,
)

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="Linux has an error queue and drops what a full backlog cannot take"
)
DEADLINE_S = 10.0
NET = SystemNetwork()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on the loopback interface")
HOSTS = ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)]


@asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], host: str = "127.0.0.1"
) -> AsyncIterator[int]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except OSError:
            pass  # the client went away
        finally:
            writer.close()

    server = await asyncio.start_server(handle, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def closed_port(host: str = "127.0.0.1", kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("host", HOSTS)
async def test_bytes_go_both_ways_and_are_counted(host: str) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(5))

    async with listening(echo, host) as port, asyncio.timeout(DEADLINE_S):
        stream = await NET.open_tcp(host, port)
        assert (stream.address, stream.port, stream.local_address) == (host, port, host)
        await stream.send(b"hello")
        assert await stream.receive() == b"hello"
        assert await stream.receive() == b""
        assert (stream.sent.total, stream.received.total, stream.received.first) == (5, 5, b"hello")
        if sys.platform == "linux":
            assert stream.kernel_rtt_s is not None
            assert 0 < stream.kernel_rtt_s < 1
            assert stream.mss is not None
            assert stream.mss > 500
        await stream.close()
        await stream.close()
        assert (stream.local_address, stream.kernel_rtt_s, stream.mss) == (None, None, None)


@pytest.mark.parametrize("host", HOSTS)
async def test_a_closed_port_refuses(host: str) -> None:
    with pytest.raises(ConnectError) as caught:
        await NET.open_tcp(host, closed_port(host))
    failure = classify(caught.value)
    assert (failure.kind, failure.icmp) == (FailureKind.REFUSED, None)


async def test_a_reset_is_told_from_an_orderly_end() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        )
        writer.transport.abort()

    async with listening(reset) as port, asyncio.timeout(DEADLINE_S):
        stream = await NET.open_tcp("127.0.0.1", port)
        await stream.send(b"x")
        with pytest.raises(ConnectionResetError) as caught:
            await stream.receive()
        assert classify(caught.value).kind is FailureKind.RESET
        await stream.close()


@on_linux
async def test_giving_up_a_connect_closes_its_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[socket.socket] = []

    net = SystemNetwork()
    with socket.socket() as full:  # a backlog that takes no more: further connects stay open
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        tasks = [asyncio.create_task(net.open_tcp("127.0.0.1", port)) for _ in range(8)]
        done, waiting = await asyncio.wait(tasks, timeout=0.02)
        for task in done:
            await task.result().close()
        with monkeypatch.context() as patch:
            original = network._socket
            patch.setattr(network, "_socket", lambda *a: made.append(original(*a)) or made[-1])
            last = asyncio.create_task(net.open_tcp("127.0.0.1", port))
            await asyncio.sleep(0)
        for task in (*waiting, last):
            task.cancel()
        await asyncio.wait((*waiting, last))
    assert [s.fileno() for s in made] == [-1]


async def test_reading_at_full_speed_leaves_the_loop_alive() -> None:
    """A peer that always has bytes ready must not starve deadlines and the stop button."""

    left, right = socket.socketpair()
    left.setblocking(False)
    right.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    right.setblocking(False)
    with left, right:
        await asyncio.get_running_loop().sock_sendall(right, bytes(100_000))
        stream, turns = TcpStream(left, "127.0.0.1", 1), 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(others())
        await stream.receive()
        await stream.receive()
        task.cancel()
    assert stream.received.total == 100_000
    assert turns >= 1


@on_linux
@pytest.mark.parametrize(
    ("host", "icmp"),
    [("127.0.0.1", Icmp(3, 3, "127.0.0.1")), pytest.param("::1", Icmp(1, 4, "::1"), marks=needs_ipv6)],
)
async def test_icmp_tells_that_no_program_has_the_udp_port(host: str, icmp: Icmp) -> None:
    datagrams = await NET.open_udp(host, closed_port(host, socket.SOCK_DGRAM))
    try:
        await datagrams.send(b"anybody?")
        with pytest.raises(ConnectError) as caught:
            async with asyncio.timeout(DEADLINE_S):
                await datagrams.receive()
    finally:
        datagrams.close()
    failure = classify(caught.value)
    assert (failure.kind, failure.icmp, failure.errno) == (FailureKind.REFUSED, icmp, "ECONNREFUSED")


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

        def answer() -> None:
            data, source = bound.recvfrom(RECEIVE_BYTES)
            for _ in range(answers):
                (other if from_elsewhere else bound).sendto(data[::-1], source)

        loop.add_reader(bound, answer)
        try:
            yield host, bound.getsockname()[1]
        finally:
            loop.remove_reader(bound)


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


@pytest.mark.parametrize("address", ["fe80::1%no_such_interface", "fe80::1%a\0b", "not an address"])
async def test_addresses_that_cannot_be_used_are_errors_of_this_computer(address: str) -> None:
    with pytest.raises((OSError, ValueError)) as caught:
        await NET.open_tcp(address, 1935)
    assert classify(caught.value).kind in (FailureKind.LOCAL_ERROR, FailureKind.NO_ROUTE)


async def test_a_time_to_live_can_be_given() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...

    async with listening(nothing) as port:
        stream = await NET.open_tcp("127.0.0.1", port, ttl=1)
        assert stream._sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 1
        await stream.close()


@needs_ipv6
async def test_a_hop_limit_can_be_given() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...

    async with listening(nothing, "::1") as port:
        stream = await NET.open_tcp("::1", port, ttl=3)
        assert stream._sock.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS) == 3
        await stream.close()


async def test_names_are_looked_up_by_the_system() -> None:
    addresses = await NET.lookup("localhost")
    assert {"127.0.0.1", "::1"} & set(addresses)
    assert len(addresses) == len(set(addresses))


async def test_work_beside_the_loop_returns_or_raises() -> None:
    assert await in_daemon_thread(threading.current_thread) is not threading.current_thread()

    def fail() -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(socket.gaierror):
        await in_daemon_thread(fail)


async def test_work_that_hangs_can_be_left_and_keeps_nothing_alive() -> None:
    release, ended = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    daemon: list[bool] = []

    def hang() -> None:
        daemon.append(threading.current_thread().daemon)
        release.wait(DEADLINE_S)
        loop.call_soon_threadsafe(ended.set)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await in_daemon_thread(hang)
    release.set()
    async with asyncio.timeout(DEADLINE_S):
        await ended.wait()
    assert daemon == [True]


def test_work_that_ends_after_its_loop_is_no_error() -> None:
    release = threading.Event()
    threads: list[threading.Thread] = []

    def hang() -> None:
        threads.append(threading.current_thread())
        release.wait(DEADLINE_S)

    async def leave() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await in_daemon_thread(hang)

    asyncio.run(leave())
    release.set()
    threads[0].join(DEADLINE_S)
    assert not threads[0].is_alive()


def test_a_capture_counts_all_and_keeps_the_first() -> None:
    capture = Capture(keep=4)
    for piece in (b"ab", b"", b"cdef", b"gh"):
        capture.add(piece)
    assert (capture.total, bytes(capture.first)) == (8, b"abcd")
    capture.add(bytes(RECEIVE_BYTES))
    assert len(capture.first) == 4
