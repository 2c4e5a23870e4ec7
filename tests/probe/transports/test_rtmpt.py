from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import pytest

from fmsdiag.model import (
    Attempt,
    Endpoint,
    FailureKind,
    Options,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
    TunnelFacts,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.sockets.network import Network, SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, Answer, FakeNetwork, Item, reset
from tests.probe.tunnel_peer import (
    Frame,
    TunnelPeer,
    chunked,
    closing,
    continued,
    kept_alive,
    other_case,
    until_close,
)
from tests.probe.virtual_time import now, virtual_time


@asynccontextmanager
async def tunnel_peer(frame: Frame) -> AsyncIterator[tuple[TunnelPeer, int]]:
    peer = TunnelPeer(frame)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    try:
        yield peer, server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def attempt_at(net: Network, host: str, port: int, timeout_s: float = 10.0) -> Attempt:
    context = ProbeContext(net, LookupCache(net, ()), Target(host, "live"), Options(), FakeComputer())
    running = RunningAttempt(
        1, Endpoint(Transport.RTMPT, host, port), Purpose.FALLBACK, Clock(), lambda _: None, timeout_s
    )
    return await run_attempt(running, context)


def tunnel_facts(attempt: Attempt) -> TunnelFacts:
    step = attempt.step(StepName.TUNNEL)
    assert step is not None
    assert isinstance(step.facts, TunnelFacts)
    return step.facts


@pytest.mark.parametrize("frame", [kept_alive, other_case, chunked, closing, until_close, continued])
async def test_a_tunnel_connects_however_its_answers_are_framed(frame: Frame) -> None:
    async with tunnel_peer(frame) as (peer, port):
        attempt = await attempt_at(SystemNetwork(), "127.0.0.1", port)
        assert attempt.status is Status.CONNECTED, attempt.failed_step and attempt.failed_step.failure
        assert [o.step.value for o in attempt.observations] == ["tcp", "tunnel", "handshake", "connect"]
        assert tunnel_facts(attempt).session_id
        assert peer.actions[0] == "open"
        assert peer.actions[-1] == "close"
        assert not peer.tunnels.sessions  # nothing is left at the server
        assert peer.actions.count("ident") == 1
        facts = tunnel_facts(attempt)
        assert facts.requests == len(peer.actions) - 1
        assert facts.connections == (facts.requests if frame in (closing, until_close) else 1)
        assert peer.connections == facts.connections + 1  # what ident2 says is asked beside
        assert (facts.ident_status, facts.carries_rtmp, facts.body_start) == (404, True, "")
        assert facts.median_request_s is not None
        assert 0 < facts.median_request_s < 1


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} words", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def script(*answers: Item | list[Item]) -> Callable[[], Answer]:
    """Answers the requests of each connection one after the other, then is silent."""

    def begin() -> Answer:
        left = iter(answers)

        def answer(_: bytes) -> Iterable[Item]:
            item = next(left, SILENCE)
            return item if isinstance(item, list) else [item]

        return answer

    return begin


PAGE = b"<html><body>Welcome</body></html>"
NOT_A_TUNNEL = {
    "catch-all page": (http(200, PAGE, "Content-Type: text/html", "Server: nginx"), "HTTP 200 from nginx", PAGE),
    "page without type": (http(200, PAGE), "HTTP 200", PAGE),
    "404": (http(404, PAGE, "Server: Apache/2.4 (x)"), "HTTP 404 from Apache/2.4", PAGE),
    "405": (http(405), "HTTP 405", b""),
    "407": (http(407, b"auth", "Via: 1.1 gate (squid)"), "HTTP 407 from squid proxy", b"auth"),
    "503": (http(503, b"busy"), "HTTP 503", b"busy"),
    "empty": (http(200), "HTTP 200", b""),
    "long": (http(200, b"x" * 5000), "HTTP 200", b"x" * 512),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_A_TUNNEL)
@virtual_time
async def test_web_servers_are_no_tunnels(name: str) -> None:
    answer, like, body = NOT_A_TUNNEL[name]
    net = FakeNetwork({80: script(answer)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.status is Status.FAILED
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.TUNNEL, FailureKind.UNEXPECTED_REPLY)
    assert ended.failure.looks_like == like
    assert tunnel_facts(attempt).status == int(answer[9:12])
    assert tunnel_facts(attempt).body_start == body.decode()
    assert net.all_closed


@pytest.mark.parametrize(
    ("answer", "kind", "received"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", FailureKind.UNEXPECTED_REPLY, 21),
        (b"", FailureKind.CLOSED, None),
        (SILENCE, FailureKind.TIMED_OUT, None),
        ([b"HTTP/1.1 200 OK\r\n", SILENCE], FailureKind.STALLED, 17),
        ([http(200)[:-4] + b"0000\r\n\r\n" + b"x" * 65536] + [b"x" * 65536] * 100, FailureKind.UNEXPECTED_REPLY, None),
    ],
    ids=["ssh", "close", "silence", "stalled", "endless body"],
)  # fmt: skip
@virtual_time
async def test_opens_that_fail(answer: Item | list[Item], kind: FailureKind, received: int | None) -> None:
    net = FakeNetwork({80: script(answer)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.TUNNEL, kind)
    if received is not None:
        assert ended.failure.bytes_received == received
    assert net.streams[0].received.total <= 3 * 65536
    assert attempt.ended_s is not None
    assert attempt.ended_s <= 10.1
    assert net.all_closed


OPENED = http(200, b"AbCd-123\n", "Content-Type: application/x-fcs")


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((OPENED, http(200, b"\1<html>the same page again"), http(200)), FailureKind.UNEXPECTED_REPLY),
        ((OPENED, http(200, b"AbCd-123\n")), FailureKind.UNEXPECTED_REPLY),
        ((OPENED, http(200, b"\0")), FailureKind.CLOSED),
        ((OPENED, http(404)), FailureKind.UNEXPECTED_REPLY),
        ((OPENED, http(200)), FailureKind.UNEXPECTED_REPLY),
        ((OPENED, b""), FailureKind.UNEXPECTED_REPLY),  # the next connection answers as if it were the first
        ((OPENED, http(200, b"\1"), SILENCE), FailureKind.TIMED_OUT),
        ((OPENED + b"behind the answer\r\n\r\n",), FailureKind.UNEXPECTED_REPLY),
        ((OPENED, http(200, b"\1\3only S0"), SILENCE), FailureKind.STALLED),
    ],
    ids=["garbage", "same id", "closed", "404", "no interval", "fin", "silence", "behind", "stall"],
)
@virtual_time
async def test_what_looks_like_a_session_and_is_none(answers: tuple[Item, ...], kind: FailureKind) -> None:
    net = FakeNetwork({80: script(*answers)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    ended = attempt.failed_step
    assert attempt.status is Status.FAILED
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.HANDSHAKE, kind), ended.failure
    assert now() <= 1000 + 10 + 1  # the deadline and a second for goodbye
    assert net.all_closed


def session_then(*after: Item, at: bytes = b"") -> Callable[[], Answer]:
    """A tunnel that works until it has answered connect, then does `after` for ever: to all requests, or those `at` a path."""
    peer = TunnelPeer(kept_alive)

    def begin() -> Answer:
        def answer(data: bytes) -> Iterable[Item]:
            accepted = any(s.connect_request is not None for s in peer.sessions.values())
            if accepted and at in data:
                return after
            return [peer.respond_to(data)]

        return answer

    return begin


AFTER = pytest.mark.parametrize(
    ("after", "kind"),
    [
        ([SILENCE], None),
        ([b""], FailureKind.CLOSED),
        ([reset()], FailureKind.RESET),
        ([b"garbage\r\n\r\n"], FailureKind.UNEXPECTED_REPLY),
        ([http(404)], FailureKind.CLOSED),
        ([http(200, b"\0")], FailureKind.CLOSED),
        ([http(403)], FailureKind.UNEXPECTED_REPLY),
    ],
    ids=["silence", "fin", "reset", "garbage", "404", "closed", "403"],
)


@AFTER
@virtual_time
async def test_what_is_answered_to_the_goodbye_changes_nothing(
    after: list[Item], kind: FailureKind | None
) -> None:
    net = FakeNetwork({80: session_then(*after, at=b"POST /close")})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.status is Status.CONNECTED, (attempt.status, attempt.failed_step)
    assert attempt.ended_s is not None
    assert attempt.ended_s <= 1
    assert now() <= 1000 + 3
    assert net.all_closed


@AFTER
@virtual_time
async def test_an_accepted_session_is_watched(after: list[Item], kind: FailureKind | None) -> None:
    net = FakeNetwork({80: session_then(*after)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    seen = attempt.step(StepName.AFTER_CONNECT)
    if kind is None:
        assert (attempt.status, seen) == (Status.CONNECTED, None)
    else:
        assert seen is not None
        assert seen.failure is not None
        assert seen.failure.kind is kind
        is_no_end = kind is FailureKind.UNEXPECTED_REPLY
        assert attempt.status is (Status.FAILED if is_no_end else Status.REJECTED)
    assert now() <= 1000 + 3
    assert net.all_closed


@pytest.mark.parametrize("answer_s", [0.0, 0.2, 0.7])
@virtual_time
async def test_the_watch_ends_between_two_requests(answer_s: float) -> None:
    """So that the session can still be closed in good order, however long an answer takes."""
    peer = TunnelPeer(kept_alive)

    def begin() -> Answer:
        return lambda data: [answer_s, peer.respond_to(data)]

    net = FakeNetwork({80: begin})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.status is Status.CONNECTED
    assert attempt.ended_s == attempt.step(StepName.CONNECT).ended_s  # type: ignore[union-attr]
    assert b"POST /close/" in b"".join(bytes(s.written) for s in net.streams)


@pytest.mark.parametrize("stage", range(6))
@virtual_time
async def test_stopping_at_any_request_ends_at_once_and_leaves_nothing_open(stage: int) -> None:
    peer = TunnelPeer(kept_alive)
    asked = asyncio.Event()

    def begin() -> Answer:
        count = 0

        def answer(data: bytes) -> Iterable[Item]:
            nonlocal count
            count += 1
            if count > stage:
                asked.set()
                return [SILENCE]
            return [peer.respond_to(data)]

        return answer

    net = FakeNetwork({80: begin})
    task = asyncio.create_task(attempt_at(net, "192.0.2.1", 80, timeout_s=60))
    await asyncio.wait({task, asyncio.create_task(asked.wait())}, return_when=asyncio.FIRST_COMPLETED)
    stopped_at = now()
    task.cancel()
    await asyncio.wait({task})
    assert now() - stopped_at <= 1.5
    assert net.all_closed
    asked.set()


@virtual_time
async def test_polls_slow_down_and_stop_at_the_deadline() -> None:
    net = FakeNetwork({80: script(OPENED, *[http(200, b"\1")] * 1000)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.ended_s == pytest.approx(10, abs=1.1)
    requests = bytes(net.streams[0].written).count(b"POST /")
    assert 20 <= requests <= 45


@virtual_time
async def test_a_kept_connection_that_ended_meanwhile_gets_a_successor() -> None:
    peer = TunnelPeer(kept_alive)

    def begin() -> Answer:
        answered = 0

        def answer(data: bytes) -> Iterable[Item]:
            nonlocal answered
            answered += 1
            if answered > 1:  # it has let go of the connection, as proxies do with those that idle
                return [b""]
            return [peer.respond_to(data)]

        return answer

    attempt = await attempt_at(FakeNetwork({80: begin}), "192.0.2.1", 80)
    assert attempt.status is Status.CONNECTED, attempt.failed_step
    assert tunnel_facts(attempt).connections > 1


@virtual_time
async def test_interim_answers_do_not_go_on_for_ever() -> None:
    net = FakeNetwork({80: script([b"HTTP/1.1 102 Processing\r\n\r\n"] * 1000)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.detail == "interim HTTP answers without end"
    assert net.streams[0].reads < 20


@virtual_time
async def test_answers_of_single_bytes_do_not_make_us_hurry_without_end() -> None:
    net = FakeNetwork({80: script(OPENED, *[http(200, b"\1\3")] * 5000)})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.status is Status.FAILED
    assert bytes(net.streams[0].written).count(b"POST /") <= 30 + 10 / 0.05 + 2


@virtual_time
async def test_a_server_that_is_silent_about_ident2_delays_nothing() -> None:
    peer = TunnelPeer(kept_alive)

    def begin() -> Answer:
        def answer(data: bytes) -> Iterable[Item]:
            if b"/fcs/ident2" in data:
                return [SILENCE]
            return [peer.respond_to(data)]

        return answer

    net = FakeNetwork({80: begin})
    attempt = await attempt_at(net, "192.0.2.1", 80)
    assert attempt.status is Status.CONNECTED
    assert attempt.ended_s is not None
    assert attempt.ended_s <= 0.25
    assert (tunnel_facts(attempt).ident_status, tunnel_facts(attempt).ident_address) == (None, None)
    assert net.all_closed


@pytest.mark.parametrize("status", [401, 403, 405, 411, 413, 404])
@virtual_time
async def test_a_refused_request_of_a_session_is_kept_whatever_is_answered_to_the_goodbye(
    status: int,
) -> None:
    refusal = http(status, b"<h1>no</h1>", "Server: nginx")
    net = FakeNetwork({80: script(OPENED, refusal, http(200, b"\0", "Server: other"))})
    facts = tunnel_facts(await attempt_at(net, "192.0.2.1", 80))
    assert (facts.refused_request, facts.status, facts.body_start) == ("send", status, "<h1>no</h1>")
    assert dict(facts.headers)["server"] == "nginx"
