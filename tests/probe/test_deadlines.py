"""RTMPS, RTMPT and RTMPTS in every state in which a peer can keep us waiting: no attempt outlives its deadline, and a stop
ends it at once."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable
from pathlib import Path

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
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.transports.connection import LookupCache
from tests.probe.certificates import HOST, Certificates, needs_openssl_store
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, Answer, FakeNetwork, Item, Peer, rtmp_server
from tests.probe.tunnel_peer import TunnelPeer, kept_alive
from tests.probe.virtual_time import now, virtual_time

DEADLINE_S, STOP_S = 4.0, 0.3
S, K, T = StepName, FailureKind, Transport
Begin = Callable[[], Answer]
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Type: application/x-fcs\r\n\r\nAbCd-123\n"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    monkeypatch.setenv("SSL_CERT_DIR", str(Path(certificates.authority).parent / "none"))


def inside_tls(context: ssl.SSLContext, begin: Begin) -> Begin:
    """A TLS server around the peer that `begin` makes."""

    def begin_tls() -> Answer:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        inner = begin()
        shaken = False

        def answer(data: bytes) -> Iterable[Item]:
            nonlocal shaken
            incoming.write(data)
            items: list[Item] = []
            try:
                if not shaken:
                    tls.do_handshake()
                    shaken = True
                for item in inner(tls.read(65536)):
                    if isinstance(item, bytes) and item:
                        tls.write(item)
                        items.append(outgoing.read())
                    else:
                        items.append(item)
            except ssl.SSLError:  # it wants more, or the client refuses our certificate
                pass
            return [*((rest,) if (rest := outgoing.read()) else ()), *items]

        return answer

    return begin_tls


def saying(*items: Item) -> Begin:
    """Answers the first bytes so, and is silent from then on."""

    def begin() -> Answer:
        left = [items]
        return lambda _: left.pop() if left else [SILENCE]

    return begin


def tunnel(until: int, *then: Item) -> Begin:
    """A tunnel that answers `until` requests, and from then on does `then`."""
    peer = TunnelPeer(kept_alive)

    def begin() -> Answer:
        def answer(data: bytes) -> Iterable[Item]:
            if b" /fcs/" not in data and len([a for a in peer.actions if a != "ident"]) >= until:
                return then or [SILENCE]
            return [peer.respond_to(data)]

        return answer

    return begin


def empty_polls() -> Answer:
    first = [PAGE]
    return lambda _: [first.pop()] if first else [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\1"]


TRICKLE: list[Item] = [0.4, b"\3"]
DRIP = [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", *TRICKLE * 99]
STATES: dict[str, tuple[Transport, Callable[[], Begin], StepName, FailureKind]] = {
    "rtmps, silent at TLS": (T.RTMPS, lambda: saying(), S.TLS, K.TIMED_OUT),
    "rtmps, TLS drips": (
        T.RTMPS,
        lambda: saying(b"\x16\x03\x03\x40\x00", *TRICKLE * 99),
        S.TLS,
        K.STALLED,
    ),
    "rtmpt, silent at open": (T.RTMPT, lambda: tunnel(0), S.TUNNEL, K.TIMED_OUT),
    "rtmpt, open drips": (T.RTMPT, lambda: tunnel(0, *DRIP), S.TUNNEL, K.STALLED),
    "rtmpt, silent at send": (T.RTMPT, lambda: tunnel(1), S.HANDSHAKE, K.TIMED_OUT),
    "rtmpt, send drips": (T.RTMPT, lambda: tunnel(1, *DRIP), S.HANDSHAKE, K.TIMED_OUT),
    "rtmpt, polls bring nothing": (T.RTMPT, lambda: empty_polls, S.HANDSHAKE, K.TIMED_OUT),
    "rtmpt, silent at connect": (T.RTMPT, lambda: tunnel(2), S.CONNECT, K.TIMED_OUT),
    "rtmpts, silent at TLS": (T.RTMPTS, lambda: saying(), S.TLS, K.TIMED_OUT),
}
INSIDE: dict[str, tuple[Transport, Callable[[], Begin], StepName, FailureKind]] = {
    "rtmps, silent at the handshake": (T.RTMPS, lambda: saying(), S.HANDSHAKE, K.TIMED_OUT),
    "rtmps, silent after S0": (T.RTMPS, lambda: saying(b"\3"), S.HANDSHAKE, K.STALLED),
    "rtmpts, silent at open": (T.RTMPTS, lambda: tunnel(0), S.TUNNEL, K.TIMED_OUT),
    "rtmpts, open drips": (T.RTMPTS, lambda: tunnel(0, *DRIP), S.TUNNEL, K.STALLED),
    "rtmpts, silent at send": (T.RTMPTS, lambda: tunnel(1), S.HANDSHAKE, K.TIMED_OUT),
    "rtmpts, silent at connect": (T.RTMPTS, lambda: tunnel(2), S.CONNECT, K.TIMED_OUT),
}


def network(peer: Peer) -> FakeNetwork:
    return FakeNetwork({443: peer})


async def attempt_over(net: FakeNetwork, transport: Transport) -> Attempt:
    context = ProbeContext(net, LookupCache(net, ()), Target(HOST, "live"), Options(), FakeComputer())
    endpoint = Endpoint(transport, HOST, 443, address="192.0.2.1")
    return await run_attempt(
        RunningAttempt(1, endpoint, Purpose.FALLBACK, Clock(), lambda _: None, DEADLINE_S), context
    )


async def ends_in_time(net: FakeNetwork, transport: Transport, step: StepName, kind: FailureKind) -> Attempt:
    attempt = await attempt_over(net, transport)
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert (attempt.failed_step.step, attempt.failed_step.failure.kind) == (step, kind)
    assert now() - 1000 <= DEADLINE_S + 0.001
    assert net.all_closed
    return attempt


async def stops_at_once(net: FakeNetwork, transport: Transport) -> None:
    task = asyncio.create_task(attempt_over(net, transport))
    await asyncio.wait({task}, timeout=1.5)
    assert not task.done()
    stopped_at = now()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert now() - stopped_at <= STOP_S
    assert net.all_closed


@pytest.mark.parametrize("stop", [False, True], ids=["deadline", "stop"])
@pytest.mark.parametrize("state", STATES)
@virtual_time
async def test_nobody_keeps_us_waiting(state: str, stop: bool) -> None:
    transport, make, step, kind = STATES[state]
    if stop:
        await stops_at_once(network(make()), transport)
    else:
        await ends_in_time(network(make()), transport, step, kind)


@pytest.mark.parametrize("stop", [False, True], ids=["deadline", "stop"])
@pytest.mark.parametrize("state", INSIDE)
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
def test_nobody_keeps_us_waiting_inside_tls(certificates: Certificates, state: str, stop: bool) -> None:
    transport, make, step, kind = INSIDE[state]

    @virtual_time
    async def check() -> None:
        net = network(inside_tls(certificates.context("good"), make()))
        if stop:
            await stops_at_once(net, transport)
        else:
            await ends_in_time(net, transport, step, kind)

    check()


@pytest.mark.parametrize("stop", [False, True], ids=["deadline", "stop"])
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
def test_a_look_behind_a_certificate_ends_with_its_attempt(certificates: Certificates, stop: bool) -> None:
    @virtual_time
    async def check() -> None:
        net = network(inside_tls(certificates.context("self-signed"), saying()))
        if stop:
            await stops_at_once(net, T.RTMPS)
            return
        attempt = await ends_in_time(net, T.RTMPS, S.TLS, K.CERTIFICATE_SELF_SIGNED)
        assert [(o.step, o.ok) for o in attempt.behind_certificate] == [(S.TLS, True), (S.HANDSHAKE, False)]

    check()


@needs_openssl_store
@pytest.mark.usefixtures("trusted")
def test_what_is_behind_a_certificate_is_learnt_and_no_secret_goes_along(certificates: Certificates) -> None:
    @virtual_time
    async def check() -> None:
        heard = bytearray()

        def listening() -> Answer:
            server = rtmp_server()()

            def answer(data: bytes) -> Iterable[Item]:
                heard.extend(data)
                return server(data)

            return answer

        net = network(inside_tls(certificates.context("expired"), listening))
        context = ProbeContext(
            net,
            LookupCache(net, ()),
            Target(HOST, "live", stream="my-key", query="token=1"),
            Options(),
            FakeComputer(),
        )
        endpoint = Endpoint(T.RTMPS, HOST, 443, address="192.0.2.1")
        attempt = await run_attempt(
            RunningAttempt(1, endpoint, Purpose.FALLBACK, Clock(), lambda _: None, 10), context
        )
        assert attempt.status is Status.FAILED
        assert attempt.failed_step is not None
        assert attempt.failed_step.id == "1.tls"
        assert [(o.id, o.ok) for o in attempt.behind_certificate] == [
            ("1.tls-2", True),
            ("1.handshake", True),
            ("1.connect", True),
        ]
        assert b"live" in heard
        assert b"my-key" not in heard
        assert b"token" not in heard
        assert net.all_closed

    check()
