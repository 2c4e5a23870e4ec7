from __future__ import annotations

import asyncio
import socket
import sys
import threading

import pytest

from fmsdiag.model import FailureKind
from fmsdiag.probe.failure import classify
from fmsdiag.probe.sockets import network
from fmsdiag.probe.sockets.icmp import new_socket
from fmsdiag.probe.sockets.network import RECEIVE_BYTES, Capture, SystemNetwork, TcpStream, in_daemon_thread
from fmsdiag.server.connection import end_by_reset
from tests.probe.loopback import DEADLINE_S, HOSTS, NET, listening, on_linux


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
        assert (stream.sent.total, stream.received.total, bytes(stream.received.first)) == (5, 5, b"hello")
        if sys.platform == "linux":
            assert stream.kernel_rtt_s is not None
            assert 0 < stream.kernel_rtt_s < 1
            assert stream.mss is not None
            assert stream.mss > 500
        await stream.close()
        await stream.close()
        assert [stream.local_address, stream.kernel_rtt_s, stream.mss] == [None, None, None]


async def test_a_reset_is_told_from_an_orderly_end() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        end_by_reset(writer.transport)

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

    def remember(address: str, kind: socket.SocketKind) -> socket.socket:
        made.append(new_socket(address, kind))
        return made[-1]

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
            patch.setattr(network, "new_socket", remember)
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
