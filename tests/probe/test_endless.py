"""Peers that never come to an end, slowly or as fast as they can: every attempt ends by its deadline, at once when it is
stopped, and keeps little of what came."""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import dns.flags
import dns.message
import msgspec
import pytest

from fmsdiag.model import Attempt, Endpoint, Options, Purpose, Status, StepName, Target, Transport
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.failure import LookupFailed
from fmsdiag.probe.proxy.settings import proxy_at
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.probe.transports.names import QUERY_TRIES_S, query
from fmsdiag.protocol.events import ConnectRequested
from fmsdiag.protocol.message import ControlEvent, Message, UserControl, WindowAckSize
from fmsdiag.protocol.server_session import ServerSession
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import Answer, FakeNetwork, Item, Peer
from tests.probe.test_deadlines import Begin, tunnel
from tests.probe.virtual_time import now, virtual_time

DEADLINE_S, STOP_S = 4.0, 0.3
SERVER, PROXY, RESOLVER = "192.0.2.1", "192.0.2.80", "192.0.2.53"
HTTP_PROXY, SOCKS_PROXY = f"http://{PROXY}:3128", f"socks5://{PROXY}:3128"
LARGEST_ATTEMPT = 64 * 1024
"""Bytes of an attempt in the report."""
MANY = 20_000
S, T = StepName, Transport


def again(piece: bytes, wait_s: float, times: int) -> list[Item]:
    """`piece` so many times, after a wait each."""
    return [item for _ in range(times) for item in (wait_s, piece)]


def slowly(piece: bytes, first: bytes = b"", wait_s: float = 0.3) -> Begin:
    """`first`, then `piece` after each wait, without end."""
    return begun([first, *again(piece, wait_s, 60)])


def quickly(piece: bytes, first: bytes = b"") -> Begin:
    """The same as fast as it can be read, a millisecond for each."""
    return begun([first, *again(piece, 0.001, MANY)])


def begun(items: Iterable[Item]) -> Begin:
    """Says all of it to the first bytes."""
    said = [item for item in items if item != b""]

    def begin() -> Answer:
        left = [said]
        return lambda _: left.pop() if left else []

    return begin


def after_connect(message: Message, pause_s: float) -> Begin:
    """Shakes hands, takes connect, and then says `message` again and again in place of an answer."""

    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            asked = session.receive(data)
            items: list[Item] = [out] if (out := session.take_output()) else []
            if any(isinstance(event, ConnectRequested) for event in asked):
                for _ in range(MANY // 4):
                    session.send_message(message)
                    items += [pause_s, session.take_output()]
            return items

        return answer

    return begin


def in_the_tunnel(*then: Item) -> Begin:
    """A tunnel that opens, and then answers so."""
    return tunnel(1, *then)


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Content-Type: application/x-fcs\r\nTransfer-Encoding: chunked\r\n\r\n"
REFUSED = b"HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n"
LINE, CHUNK, INTERIM = b"X-More: and more\r\n", b"1\r\nx\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"
PING = UserControl(ControlEvent.PING_REQUEST, (1,))


@dataclass(frozen=True)
class Endless:
    """Who is asked and how, and the step that has to end."""

    peer: Begin
    step: StepName
    transport: Transport = T.RTMP
    proxy: str | None = None


PEERS: dict[str, Endless] = {
    "handshake, a byte at a time": Endless(slowly(b"\3"), S.HANDSHAKE),
    "handshake, noise": Endless(quickly(b"\xff" * 1460), S.HANDSHAKE),
    "pings, slowly": Endless(after_connect(PING, 0.3), S.CONNECT),
    "pings, quickly": Endless(after_connect(PING, 0.001), S.CONNECT),
    "window sizes": Endless(after_connect(WindowAckSize(1), 0.001), S.CONNECT),
    "tunnel, headers slowly": Endless(slowly(LINE, HEAD), S.TUNNEL, T.RTMPT),
    "tunnel, headers quickly": Endless(quickly(LINE, HEAD), S.TUNNEL, T.RTMPT),
    "tunnel, one header": Endless(quickly(b"x" * 1460, HEAD + b"X: "), S.TUNNEL, T.RTMPT),
    "tunnel, chunks slowly": Endless(slowly(CHUNK, CHUNKED), S.TUNNEL, T.RTMPT),
    "tunnel, chunks quickly": Endless(quickly(CHUNK * 100, CHUNKED), S.TUNNEL, T.RTMPT),
    "tunnel, a chunk's extension": Endless(quickly(b"x" * 1460, CHUNKED + b"1;"), S.TUNNEL, T.RTMPT),
    "tunnel, trailers": Endless(quickly(LINE, CHUNKED + b"0\r\n"), S.TUNNEL, T.RTMPT),
    "tunnel, interim answers slowly": Endless(slowly(INTERIM), S.TUNNEL, T.RTMPT),
    "tunnel, interim answers quickly": Endless(quickly(INTERIM), S.TUNNEL, T.RTMPT),
    "tunnel, a refusal slowly": Endless(slowly(CHUNK, REFUSED), S.TUNNEL, T.RTMPT),
    "tunnel, a refusal quickly": Endless(quickly(CHUNK * 100, REFUSED), S.TUNNEL, T.RTMPT),
    "tunnel, chunks of an answer": Endless(
        in_the_tunnel(CHUNKED, *again(CHUNK, 0.3, 60)), S.HANDSHAKE, T.RTMPT
    ),
    "tunnel, headers of an answer": Endless(
        in_the_tunnel(HEAD, *again(LINE, 0.001, MANY)), S.HANDSHAKE, T.RTMPT
    ),
    "proxy, headers slowly": Endless(slowly(LINE, HEAD), S.PROXY, proxy=HTTP_PROXY),
    "proxy, headers quickly": Endless(quickly(LINE, HEAD), S.PROXY, proxy=HTTP_PROXY),
    "proxy, interim answers": Endless(quickly(INTERIM), S.PROXY, proxy=HTTP_PROXY),
    "proxy, a refusal slowly": Endless(slowly(CHUNK, REFUSED, 0.9), S.PROXY, proxy=HTTP_PROXY),
    "proxy, a refusal quickly": Endless(quickly(CHUNK * 100, REFUSED), S.PROXY, proxy=HTTP_PROXY),
    "SOCKS, a byte at a time": Endless(slowly(b"\5", b"\5"), S.PROXY, proxy=SOCKS_PROXY),
    "SOCKS, a name slowly": Endless(slowly(b"a", b"\5\0\5\0\0\3\xff"), S.PROXY, proxy=SOCKS_PROXY),
}  # fmt: skip


async def attempted(case: Endless) -> Attempt:
    peer: Peer = case.peer
    net = FakeNetwork({(SERVER, 1935): peer, (PROXY, 3128): peer})
    names = LookupCache(net, ())
    ways = (proxy_at(case.proxy),) if case.proxy else ()
    context = ProbeContext(net, names, Target(SERVER, "live"), Options(), FakeComputer(), proxies=ways)
    endpoint = Endpoint(
        case.transport, SERVER, 1935, address=None if case.proxy else SERVER, proxy=case.proxy
    )
    attempt = RunningAttempt(1, endpoint, Purpose.FALLBACK, Clock(), lambda _: None, DEADLINE_S)
    try:
        return await run_attempt(attempt, context)
    finally:
        names.close()
        assert net.all_closed


@pytest.mark.parametrize("name", PEERS)
@virtual_time
async def test_an_attempt_ends_by_its_deadline_and_keeps_little(name: str) -> None:
    case = PEERS[name]
    began_s = now()
    attempt = await attempted(case)
    assert now() - began_s <= DEADLINE_S + 0.001
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.step is case.step
    assert len(msgspec.json.encode(attempt)) < LARGEST_ATTEMPT


@pytest.mark.parametrize("name", [name for name in PEERS if "slowly" in name or "a byte" in name])
@virtual_time
async def test_it_stops_at_once(name: str) -> None:
    task = asyncio.create_task(attempted(PEERS[name]))
    await asyncio.wait({task}, timeout=1.5)
    if task.done():  # a refusal counts before it has ended
        assert task.result().status is Status.FAILED
        return
    stopped_s = now()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert now() - stopped_s <= STOP_S


# ---- name servers


def other(wire: bytes) -> bytes:
    """The answer to another question."""
    question = dns.message.from_wire(wire)
    question.id ^= 1
    return dns.message.make_response(question).to_wire()


def cut(wire: bytes) -> bytes:
    answer = dns.message.make_response(dns.message.from_wire(wire))
    answer.flags |= dns.flags.TC
    return answer.to_wire()


@pytest.mark.parametrize("pause_s", [0.1, 0.005])
@virtual_time
async def test_answers_to_other_questions_end_with_the_tries(pause_s: float) -> None:
    def answer(wire: bytes) -> Iterable[Item]:
        return again(other(wire), pause_s, int(3 / pause_s))

    net = FakeNetwork(udp={(RESOLVER, 53): answer})
    began_s = now()
    with pytest.raises(LookupFailed, match="no answer"):
        await query(net, RESOLVER, "live.example.com")
    assert now() - began_s <= sum(QUERY_TRIES_S) + 0.001
    assert net.all_closed


@pytest.mark.parametrize("first", [b"\xff\xff", b""])
@virtual_time
async def test_an_answer_over_tcp_that_never_ends_does_so_with_the_tries(first: bytes) -> None:
    peer = slowly(b"\0", first)
    net = FakeNetwork({(RESOLVER, 53): peer}, udp={(RESOLVER, 53): lambda wire: [cut(wire)]})
    began_s = now()
    with pytest.raises(Exception, match="answer"):
        await query(net, RESOLVER, "live.example.com")
    assert now() - began_s <= sum(QUERY_TRIES_S) + 0.001
    assert net.all_closed


# ---- compression


def test_nothing_that_is_compressed_is_ever_unpacked() -> None:
    """Nothing asks for a coding, and what comes in one stays as small as it came."""
    bomb = gzip.compress(bytes(20_000_000))
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    written: list[bytes] = []

    def begin() -> Answer:
        def answer(data: bytes) -> Iterable[Item]:
            written.append(data)
            return [head + bomb]

        return answer

    @virtual_time
    async def check() -> None:
        attempt = await attempted(Endless(begin, S.TUNNEL, T.RTMPT))
        assert attempt.status is Status.FAILED
        assert len(msgspec.json.encode(attempt)) < LARGEST_ATTEMPT

    check()
    assert b"accept-encoding" not in b"".join(written).lower()
    assert not {"zlib", "gzip", "brotli", "zstandard"} & {
        name
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("fmsdiag.probe")
        for name in vars(module)
    }
