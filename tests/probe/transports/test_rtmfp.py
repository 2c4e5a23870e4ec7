from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter

import pytest

from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    ConnectFacts,
    Endpoint,
    Event,
    FailureKind,
    Icmp,
    KeyingFacts,
    NotApplicable,
    Observation,
    Options,
    Purpose,
    Status,
    StepName,
    StepStarted,
    Target,
    Transport,
    UdpFacts,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.sockets.network import Network, SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.probe.transports.rtmfp import CLOSE_S, KEYING_TIMEOUT_S, MAX_REDIRECTS, MAX_URI, PING_S
from fmsdiag.probe.transports.rtmfp_exchange import SECOND_LOOK_S, Exchange
from fmsdiag.protocol.rtmfp.events import ConnectAnswered, FlowException, HelloReceived
from fmsdiag.protocol.rtmfp.events import Event as RtmfpEvent
from fmsdiag.protocol.rtmfp.server import Answers, Behaviour, RtmfpServer
from fmsdiag.server.faults import RTMFP_FAULTS, parse_fault
from fmsdiag.server.service import Server, ServerOptions
from tests.lab.world import unavailable
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import (
    SILENCE,
    Address,
    FakeNetwork,
    FakePeers,
    Item,
    UdpAnswer,
    UdpItem,
    UdpPeer,
    icmp_error,
    rtmfp_server,
)
from tests.probe.loopback import needs_ipv6
from tests.probe.virtual_time import now, virtual_time

HOST = "192.0.2.1"
SERVER = (HOST, 1935)
NAME = "live.example.com"
REFUSED = icmp_error(errno.ECONNREFUSED, 3, 3, HOST)


class Trial:
    """One RTMFP attempt and everything that was told of it."""

    def __init__(
        self,
        net: Network,
        endpoint: Endpoint | None = None,
        target: Target | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self.net, self.target = net, target or Target(NAME, "live")
        self.events: list[Event] = []
        self._told = asyncio.Event()
        self.running = RunningAttempt(
            1,
            endpoint or Endpoint(Transport.RTMFP, HOST, 1935),
            Purpose.FALLBACK,
            Clock(),
            self._hear,
            timeout_s,
        )

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self._told.set()

    async def begun(self, steps: list[StepName]) -> None:
        """Wait until exactly these steps have begun."""
        while [e.step for e in self.events if isinstance(e, StepStarted)] != steps:
            self._told.clear()
            await self._told.wait()

    async def run(self) -> Attempt:
        names = LookupCache(self.net, ())
        try:
            return await run_attempt(
                self.running, ProbeContext(self.net, names, self.target, Options(), FakeComputer())
            )
        finally:
            names.close()


async def attempt_with(
    udp: Mapping[Address | int, UdpPeer], endpoint: Endpoint | None = None, target: Target | None = None
) -> Attempt:
    net = FakeNetwork(udp=udp)
    attempt = await Trial(net, endpoint, target).run()
    assert net.all_closed
    return attempt


def steps(attempt: Attempt) -> list[str]:
    return [o.id.partition(".")[2] for o in attempt.observations]


def failed(attempt: Attempt) -> tuple[StepName, FailureKind]:
    step = attempt.failed_step
    assert step is not None
    assert step.failure is not None
    return step.step, step.failure.kind


def udp_facts(observation: Observation) -> UdpFacts:
    assert isinstance(observation.facts, UdpFacts)
    return observation.facts


def keying(attempt: Attempt) -> KeyingFacts:
    step = attempt.step(StepName.HANDSHAKE)
    assert step is not None
    assert isinstance(step.facts, KeyingFacts)
    return step.facts


def connect(attempt: Attempt) -> ConnectFacts:
    step = attempt.step(StepName.CONNECT)
    assert step is not None
    assert isinstance(step.facts, ConnectFacts)
    return step.facts


# ---- what works


@virtual_time
async def test_the_steps_of_a_connection() -> None:
    attempt = await attempt_with({SERVER: rtmfp_server(delay_s=0.1)})
    assert attempt.status is Status.CONNECTED
    assert steps(attempt) == ["udp", "handshake", "connect"]
    udp, hands, conn = attempt.observations
    facts = udp_facts(udp)
    assert facts.round_trip_s == pytest.approx(0.1)
    assert (facts.datagrams_sent, facts.cookie_bytes, facts.reply_from, facts.redirects) == (1, 64, None, ())
    assert 2 in facts.groups
    assert len(facts.fingerprint or "") == 64
    assert keying(attempt).group == 2
    assert keying(attempt).datagrams_sent == 1
    assert connect(attempt).code == "NetConnection.Connect.Success"
    assert connect(attempt).ping_s == pytest.approx(0.1)
    assert [(o.address, o.port) for o in attempt.observations] == [SERVER] * 3
    assert all(o.bytes_out and o.bytes_in and o.first_out and o.first_in for o in attempt.observations)
    assert udp.elapsed_s == pytest.approx(0.1)
    assert hands.started_s == pytest.approx(udp.ended_s)
    assert conn.elapsed_s == pytest.approx(0.1)  # the ping is no part of it
    assert attempt.ended_s is not None
    assert attempt.ended_s == conn.ended_s  # neither are ping and goodbye part of the attempt


@virtual_time
async def test_what_is_said_can_be_read() -> None:
    attempt = await attempt_with({SERVER: rtmfp_server()})
    lines = [line.text for line in attempt.transcript]
    assert lines[0] == "IHello"
    assert lines[1].startswith("RHello from 192.0.2.1:1935: cookie of 64 bytes, groups 2")
    assert [line.partition(":")[0].partition(" #")[0] for line in lines[2:]] == [
        "IIKeying",
        "RIKeying",
        "connect",
        "connect acknowledged",
        "_result",
        "ping reply after 0.0 ms",
        "session closed",
    ]


@virtual_time
async def test_over_ipv6() -> None:
    attempt = await attempt_with(
        {("2001:db8::1", 1935): rtmfp_server()}, endpoint=Endpoint(Transport.RTMFP, "2001:db8::1", 1935)
    )
    assert attempt.status is Status.CONNECTED


@virtual_time
async def test_a_lost_answer_is_asked_for_again() -> None:
    answered = lossy(rtmfp_server(), lost=(1, 3))
    attempt = await attempt_with({SERVER: answered})
    assert attempt.status is Status.CONNECTED
    assert udp_facts(attempt.observations[0]).datagrams_sent == 2
    assert udp_facts(attempt.observations[0]).round_trip_s == pytest.approx(0)
    assert keying(attempt).datagrams_sent == 2


def lossy(server: UdpAnswer, lost: tuple[int, ...]) -> UdpAnswer:
    count = 0

    def answer(data: bytes) -> Iterable[UdpItem]:
        nonlocal count
        count += 1
        return [] if count in lost else server(data)

    return answer


@pytest.mark.parametrize(
    ("behaviour", "hmac_bytes", "sequence", "changed"),
    [
        (Behaviour(require_hmac=True, require_sequence_numbers=True), 16, True, False),
        (Behaviour(change_cookie=True), None, False, True),
        (Behaviour(static_certificate=True), None, False, False),
        (Behaviour(), None, False, False),
    ],
)
@virtual_time
async def test_what_the_key_exchange_agreed(
    behaviour: Behaviour, hmac_bytes: int | None, sequence: bool, changed: bool
) -> None:
    attempt = await attempt_with({SERVER: rtmfp_server(behaviour=behaviour)})
    assert attempt.status is Status.CONNECTED
    facts = keying(attempt)
    assert (facts.hmac_bytes, facts.sequence_numbers, facts.cookie_changed) == (hmac_bytes, sequence, changed)


@pytest.mark.parametrize("every", [True, False])
@virtual_time
async def test_an_answer_to_our_key_that_is_damaged_is_told_from_silence(every: bool) -> None:
    server, count = rtmfp_server(), 0

    def answer(data: bytes) -> list[UdpItem]:
        nonlocal count
        count += 1
        replies = list(server(data))
        damaged = count >= 2 if every else count == 2  # RIKeying is the second answer
        return [r[:-1] + bytes((r[-1] ^ 1,)) if damaged and isinstance(r, bytes) else r for r in replies]

    attempt = await attempt_with({SERVER: answer})
    if not every:
        assert attempt.status is Status.CONNECTED
        return
    assert failed(attempt) == (StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
    step = attempt.step(StepName.HANDSHAKE)
    assert step is not None
    assert step.failure is not None
    assert "cannot be decrypted" in step.failure.detail
    assert step.elapsed_s == pytest.approx(4.0)
    assert step.bytes_in > 0


# ---- the secret


@virtual_time
async def test_what_everybody_can_decrypt_holds_no_query() -> None:
    seen: list[str | None] = []
    net = FakeNetwork(udp={1935: uris_into(seen)})
    await Trial(net, target=Target(NAME, "live", query="token=secret")).run()
    await Trial(net, target=Target(NAME, "a" * MAX_URI)).run()
    assert set(seen) == {f"rtmfp://{NAME}/live", f"rtmfp://{NAME}"}


def uris_into(seen: list[str | None]) -> UdpAnswer:
    server = RtmfpServer(now_s=0.0)

    def answer(data: bytes) -> list[Item]:
        seen.extend(e.uri for e in server.receive(data, SERVER, now()) if isinstance(e, HelloReceived))
        return []

    return answer


@virtual_time
async def test_the_query_goes_with_connect() -> None:
    attempt = await attempt_with({SERVER: rtmfp_server()}, target=Target(NAME, "live", query="token=secret"))
    assert attempt.status is Status.CONNECTED
    assert connect(attempt).application == "live?token=secret"


# ---- nothing, refusals, other services


@virtual_time
async def test_silence() -> None:
    attempt = await attempt_with({})
    assert failed(attempt) == (StepName.UDP, FailureKind.TIMED_OUT)
    assert steps(attempt) == ["udp"]
    assert udp_facts(attempt.observations[0]).datagrams_sent == 3  # at 0, 1 and 3.5 s
    assert now() - 1000 == pytest.approx(Options().tcp_timeout_s)


@pytest.mark.parametrize(
    ("number", "kind", "code", "sender", "expected"),
    [
        (errno.ECONNREFUSED, 3, 3, HOST, FailureKind.REFUSED),
        (errno.EHOSTUNREACH, 3, 1, "198.51.100.1", FailureKind.UNREACHABLE),
        (errno.EHOSTUNREACH, 3, 13, "198.51.100.1", FailureKind.UNREACHABLE),
        (errno.EACCES, 1, 1, "2001:db8::ff", FailureKind.UNREACHABLE),
    ],
)
@virtual_time
async def test_icmp_ends_it_at_once_and_names_its_sender(
    number: int, kind: int, code: int, sender: str, expected: FailureKind
) -> None:
    attempt = await attempt_with({SERVER: lambda _: [0.03, icmp_error(number, kind, code, sender)]})
    assert failed(attempt) == (StepName.UDP, expected)
    failure = attempt.observations[0].failure
    assert failure is not None
    assert failure.icmp == Icmp(kind, code, sender)
    assert now() - 1000 == pytest.approx(0.03)


@virtual_time
async def test_no_route() -> None:
    error = icmp_error(errno.ENETUNREACH, 0, 0, "")
    error.icmp = None
    attempt = await attempt_with({SERVER: error})
    assert failed(attempt) == (StepName.UDP, FailureKind.NO_ROUTE)


DNS_ERROR = bytes.fromhex("000081010000000000000000")


@pytest.mark.parametrize(
    ("answer", "like", "detail"),
    [
        (lambda data: [data], "echo service", ""),
        (lambda data: [data[:2] + DNS_ERROR[2:]], "DNS server", "not RTMFP"),
        (lambda data: [b"\0\1\0\0\x21\x12\xa4\x42" + bytes(12)], "STUN server", "not RTMFP"),
        (lambda data: [b"SSH-2.0-odd"], "SSH server", "not RTMFP"),
        (
            lambda data: [b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"],
            "HTTP 400 from nginx",
            "not RTMFP",
        ),
        (lambda data: [bytes(range(100))], None, "not RTMFP"),
        (rtmfp_server(behaviour=Behaviour(wrong_tag=True)), None, "another question"),
        (rtmfp_server(behaviour=Behaviour(bad_checksum=True)), None, "damaged"),
    ],
)
@virtual_time
async def test_what_answers_is_no_rtmfp(answer: UdpAnswer, like: str | None, detail: str) -> None:
    attempt = await attempt_with({SERVER: answer})
    assert failed(attempt) == (StepName.UDP, FailureKind.UNEXPECTED_REPLY)
    step = attempt.observations[0]
    assert step.failure is not None
    assert step.failure.looks_like == like
    assert detail in step.failure.detail
    assert step.first_in
    assert any(step.first_in[:8].hex(" ") in line.text for line in attempt.transcript)
    assert now() - 1000 == pytest.approx(SECOND_LOOK_S)


@virtual_time
async def test_a_damaged_answer_before_a_good_one_does_no_harm() -> None:
    server = rtmfp_server()
    count = 0

    def damaged_once(data: bytes) -> list[Item]:
        nonlocal count
        count += 1
        answers = [item for item in server(data) if isinstance(item, bytes)]
        return [bytes(a[:-1]) + bytes([a[-1] ^ 1]) for a in answers] if count == 1 else list(answers)

    assert (await attempt_with({SERVER: damaged_once})).status is Status.CONNECTED


@virtual_time
async def test_somebody_else_who_sends_rubbish_does_no_harm() -> None:
    server, stranger = rtmfp_server(), ("198.51.100.66", 666)

    def answer(data: bytes) -> list[UdpItem]:
        return [*((b"rubbish", stranger) for _ in range(20)), 0.5, *server(data)]

    assert (await attempt_with({SERVER: answer})).status is Status.CONNECTED


@pytest.mark.parametrize("data", [b"", b"x", bytes(68), bytes(range(256))])
@virtual_time
async def test_a_flood_is_left(data: bytes) -> None:
    attempt = await attempt_with({SERVER: lambda _: [(data, ("198.51.100.66", 666))] * 3000})
    assert failed(attempt) == (StepName.UDP, FailureKind.UNEXPECTED_REPLY)
    assert now() == 1000


@virtual_time
async def test_an_answer_from_another_address_is_told() -> None:
    server, other = rtmfp_server(), ("192.0.2.2", 19350)

    def elsewhere(data: bytes) -> list[UdpItem]:
        return [(item, other) for item in server(data) if isinstance(item, bytes)]

    attempt = await attempt_with({SERVER: elsewhere, other: server})
    assert attempt.status is Status.CONNECTED
    assert udp_facts(attempt.observations[0]).reply_from == "192.0.2.2:19350"
    assert [(o.address, o.port) for o in attempt.observations] == [SERVER, other, other]


# ---- several addresses


@virtual_time
async def test_each_address_of_a_name_is_tried() -> None:
    net = FakeNetwork(
        names={NAME: ["192.0.2.1", "2001:db8::1", "192.0.2.3"]},
        udp={("2001:db8::1", 1935): REFUSED, ("192.0.2.3", 1935): rtmfp_server()},
    )
    attempt = await Trial(net, Endpoint(Transport.RTMFP, NAME, 1935)).run()
    assert attempt.status is Status.CONNECTED
    assert steps(attempt) == ["dns", "udp", "udp-2", "udp-3", "handshake", "connect"]
    assert [o.failure and o.failure.kind for o in attempt.observations[1:4]] == [
        FailureKind.TIMED_OUT,
        FailureKind.REFUSED,
        None,
    ]


@virtual_time
async def test_a_name_without_address_is_no_fault_of_the_server() -> None:
    net = FakeNetwork(names={NAME: []})
    attempt = await Trial(net, Endpoint(Transport.RTMFP, NAME, 1935)).run()
    assert attempt.status is Status.FAILED
    assert steps(attempt) == ["dns"]


# ---- redirects


def redirecting(*to: Address) -> UdpAnswer:
    return rtmfp_server(behaviour=Behaviour(redirect=to))


@virtual_time
async def test_a_redirect_is_followed() -> None:
    far = ("198.51.100.7", 19350)
    attempt = await attempt_with({SERVER: redirecting(far), far: rtmfp_server()})
    assert attempt.status is Status.CONNECTED
    assert steps(attempt) == ["udp", "udp-2", "handshake", "connect"]
    first, second = (udp_facts(o) for o in attempt.observations[:2])
    assert (first.redirects, first.redirected_by) == (("198.51.100.7:19350",), None)
    assert second.redirected_by == "192.0.2.1:1935"
    assert [(o.address, o.port) for o in attempt.observations] == [SERVER, far, far, far]
    assert second.cookie_bytes == 64


@virtual_time
async def test_the_living_one_of_several_redirect_targets_is_used() -> None:
    dead, living = ("198.51.100.7", 19350), ("198.51.100.8", 19351)
    attempt = await attempt_with({SERVER: redirecting(dead, living), dead: REFUSED, living: rtmfp_server()})
    assert attempt.status is Status.CONNECTED
    assert [(o.address, o.port) for o in attempt.observations[1:]] == [living] * 3


@virtual_time
async def test_a_redirect_into_the_void_fails_the_second_step() -> None:
    far = ("198.51.100.7", 19350)
    attempt = await attempt_with({SERVER: redirecting(far)})
    assert failed(attempt) == (StepName.UDP, FailureKind.TIMED_OUT)
    first, second = attempt.observations
    assert first.ok
    assert udp_facts(first).redirects == ("198.51.100.7:19350",)
    assert (second.address, second.port, second.bytes_in) == (*far, 0)
    assert udp_facts(second).redirected_by == "192.0.2.1:1935"
    assert udp_facts(second).datagrams_sent == 3


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (("10.0.0.5", 19350), NotApplicable.REDIRECT_PRIVATE),
        (("127.0.0.1", 1935), NotApplicable.REDIRECT_PRIVATE),
        (("0.0.0.0", 1935), NotApplicable.REDIRECT_PRIVATE),
        (("64:ff9b::10.0.0.5", 1935), NotApplicable.REDIRECT_PRIVATE),
        (("198.51.100.7", 53), NotApplicable.REDIRECT_OTHER_SERVICE),
    ],
)
@virtual_time
async def test_a_redirect_into_this_network_or_to_another_service_is_not_followed(
    to: Address, reason: NotApplicable
) -> None:
    asked: list[bytes] = []

    def not_to_be_asked(data: bytes) -> list[UdpItem]:
        asked.append(data)
        return []

    attempt = await attempt_with({SERVER: redirecting(to), to: not_to_be_asked})
    assert failed(attempt) == (StepName.UDP, FailureKind.UNEXPECTED_REPLY)
    assert asked == []
    (seen,) = attempt.observations
    assert list(udp_facts(seen).not_followed.values()) == [reason]
    assert tuple(udp_facts(seen).not_followed) == udp_facts(seen).redirects
    assert now() - 1000 <= 2 * SECOND_LOOK_S


@virtual_time
async def test_of_several_targets_only_those_outside_are_asked() -> None:
    private, far = ("192.168.1.1", 19350), ("198.51.100.7", 19350)
    attempt = await attempt_with({SERVER: redirecting(private, far), far: rtmfp_server()})
    assert attempt.status is Status.CONNECTED
    assert udp_facts(attempt.observations[0]).not_followed == {
        "192.168.1.1:19350": NotApplicable.REDIRECT_PRIVATE
    }
    assert any("192.168.1.1:19350 (a private address)" in line.text for line in attempt.transcript)


async def test_the_embedded_server_cannot_send_us_to_another_service() -> None:
    """Over real sockets: a port of loopback that belongs to printers (9100) hears nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as printer:
        printer.bind(("127.0.0.1", 9100))
        printer.setblocking(False)
        fault = parse_fault("rtmfp=redirect:127.0.0.1:9100")
        async with Server(ServerOptions(rtmfp=0, faults=(fault,))) as server:
            here = Endpoint(Transport.RTMFP, "127.0.0.1", server.ports["rtmfp"])
            attempt = await Trial(SystemNetwork(), here, Target("127.0.0.1", "live")).run()
        with pytest.raises(BlockingIOError):
            printer.recv(100)
    assert udp_facts(attempt.observations[0]).not_followed == {
        "127.0.0.1:9100": NotApplicable.REDIRECT_OTHER_SERVICE
    }


@virtual_time
async def test_a_redirect_to_a_closed_port() -> None:
    far = ("198.51.100.7", 19350)
    attempt = await attempt_with(
        {SERVER: redirecting(far), far: icmp_error(errno.ECONNREFUSED, 3, 3, far[0])}
    )
    assert failed(attempt) == (StepName.UDP, FailureKind.REFUSED)
    assert (attempt.observations[1].address, attempt.observations[1].port) == far


@pytest.mark.parametrize("to", [(), (SERVER,)])
@virtual_time
async def test_a_redirect_to_itself_ends(to: tuple[Address, ...]) -> None:
    attempt = await attempt_with({SERVER: redirecting(*to)})
    assert failed(attempt) == (StepName.UDP, FailureKind.UNEXPECTED_REPLY)
    failure = attempt.observations[-1].failure
    assert failure is not None
    assert failure.looks_like == "RTMFP redirects in a circle"
    assert now() - 1000 <= 2 * SECOND_LOOK_S


@virtual_time
async def test_redirects_without_end_are_left() -> None:
    chain = [(str(ipaddress.ip_address("198.51.100.1") + n), 1935) for n in range(20)]
    udp: dict[Address | int, UdpPeer] = {
        a: redirecting(b) for a, b in zip([SERVER, *chain], chain, strict=False)
    }
    attempt = await attempt_with(udp)
    assert failed(attempt) == (StepName.UDP, FailureKind.UNEXPECTED_REPLY)
    assert len(attempt.observations) == MAX_REDIRECTS + 2


# ---- the key exchange and connect


@virtual_time
async def test_reachable_and_no_keys() -> None:
    attempt = await attempt_with({SERVER: rtmfp_server(behaviour=Behaviour(answers=Answers.RHELLO))})
    assert failed(attempt) == (StepName.HANDSHAKE, FailureKind.TIMED_OUT)
    assert attempt.observations[0].ok
    assert keying(attempt).datagrams_sent > 1
    assert keying(attempt).group is None
    assert now() - 1000 == pytest.approx(KEYING_TIMEOUT_S)


@virtual_time
async def test_icmp_after_the_first_answer_ends_it() -> None:
    server = rtmfp_server()
    count = 0

    def dying(data: bytes) -> list[UdpItem]:
        nonlocal count
        count += 1
        return list(server(data)) if count == 1 else [icmp_error(errno.ECONNREFUSED, 3, 3, HOST)]

    assert failed(await attempt_with({SERVER: dying})) == (StepName.HANDSHAKE, FailureKind.REFUSED)


@virtual_time
async def test_an_application_that_does_not_exist() -> None:
    attempt = await attempt_with({SERVER: rtmfp_server(("other",))})
    assert attempt.status is Status.REJECTED
    assert failed(attempt) == (StepName.CONNECT, FailureKind.REJECTED)
    facts = connect(attempt)
    assert (facts.command, facts.code) == ("_error", "NetConnection.Connect.InvalidApp")
    assert facts.description == "no such application"


@virtual_time
async def test_a_refused_flow_is_a_rejection() -> None:
    attempt = await attempt_with({SERVER: rtmfp_server(behaviour=Behaviour(refuse_flows=7))})
    assert attempt.status is Status.REJECTED
    assert failed(attempt) == (StepName.CONNECT, FailureKind.REJECTED)
    failure = attempt.observations[-1].failure
    assert failure is not None
    assert "exception 7" in failure.detail
    assert connect(attempt).code == "RTMFP flow exception 7"


class RefusedFirst(Exchange):
    """The exception to the flow of connect arrives before the answer in words, as from servers with a flow for each."""

    _is_told = False

    async def next(self) -> RtmfpEvent:
        event = await super().next()
        if isinstance(event, ConnectAnswered) and not self._is_told:
            self._is_told = True
            self._events.appendleft(event)
            return FlowException(2, 7)
        return event


@virtual_time
async def test_the_words_behind_a_refused_flow_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmsdiag.probe.transports.rtmfp.Exchange", RefusedFirst)
    attempt = await attempt_with({SERVER: rtmfp_server(("other",))})
    assert attempt.status is Status.REJECTED
    assert connect(attempt).description == "no such application"


@pytest.mark.parametrize("nothing_from", [3, 4])
@virtual_time
async def test_connect_without_an_answer(nothing_from: int) -> None:
    count = 0
    server = rtmfp_server()

    def answer(data: bytes) -> list[Item]:
        nonlocal count
        count += 1
        if count < nothing_from:
            return [item for item in server(data) if isinstance(item, bytes)]
        return []

    attempt = await attempt_with({SERVER: answer})
    if nothing_from == 3:
        assert failed(attempt) == (StepName.CONNECT, FailureKind.TIMED_OUT)
    else:  # connected; neither ping nor goodbye is answered
        assert attempt.status is Status.CONNECTED
        assert connect(attempt).ping_s is None
        assert now() - 1000 == pytest.approx(PING_S + CLOSE_S)


@pytest.mark.parametrize("delay_s", [0.3, 1.5, 2.9])
@virtual_time
async def test_a_slow_server_is_waited_for(delay_s: float) -> None:
    attempt = await attempt_with({SERVER: rtmfp_server(delay_s=delay_s)})
    assert attempt.status is Status.CONNECTED
    assert udp_facts(attempt.observations[0]).round_trip_s == pytest.approx(delay_s)


# ---- deadline and stop


@pytest.mark.parametrize("timeout_s", [1.0, 3.0])
@pytest.mark.parametrize("answers", [Answers.NOTHING, Answers.RHELLO])
@virtual_time
async def test_the_deadline_of_the_attempt_holds(timeout_s: float, answers: Answers) -> None:
    net = FakeNetwork(udp={SERVER: rtmfp_server(behaviour=Behaviour(answers=answers))})
    attempt = await Trial(net, timeout_s=timeout_s).run()
    assert attempt.status is Status.FAILED
    assert now() - 1000 == pytest.approx(timeout_s)


def mute_after(answers: int) -> UdpAnswer:
    count, server = 0, rtmfp_server()

    def answer(data: bytes) -> Iterable[UdpItem]:
        nonlocal count
        count += 1
        return server(data) if count <= answers else []

    return answer


@pytest.mark.parametrize(
    ("udp", "step", "says_goodbye", "status"),
    [
        (SILENCE, StepName.UDP, False, Status.CANCELLED),
        (redirecting(("10.0.0.5", 1)), StepName.UDP, False, Status.CANCELLED),
        (mute_after(1), StepName.HANDSHAKE, False, Status.CANCELLED),
        (mute_after(2), StepName.CONNECT, True, Status.CANCELLED),
        (
            mute_after(3),
            StepName.CONNECT,
            True,
            Status.CONNECTED,
        ),  # accepted: only ping and farewell are cut short
    ],
)
@virtual_time
async def test_it_can_be_stopped_at_each_stage(
    udp: UdpAnswer, step: StepName, says_goodbye: bool, status: Status
) -> None:
    net = FakeNetwork(udp={SERVER: udp})
    trial = Trial(net)
    task = asyncio.create_task(trial.run())
    await asyncio.sleep(0.5)
    peers = net.datagrams[0]
    assert isinstance(peers, FakePeers)
    sent = len(peers.written)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert now() == 1000.5
    last = trial.events[-1]
    assert isinstance(last, AttemptFinished)
    assert last.attempt.status is status
    assert [e.step for e in trial.events if isinstance(e, StepStarted)][-1] is step
    assert len(peers.written) - sent == says_goodbye
    assert net.all_closed


# ---- real sockets: every fault of the embedded server


@asynccontextmanager
async def real(*faults: str, listen: str = "127.0.0.1") -> AsyncIterator[Trial]:
    options = ServerOptions(rtmfp=0, listen=listen, faults=tuple(parse_fault(f) for f in faults))
    async with Server(options) as server:
        endpoint = Endpoint(Transport.RTMFP, listen, server.ports["rtmfp"])
        yield Trial(SystemNetwork(), endpoint, timeout_s=0.6)


U, H, C, K = StepName.UDP, StepName.HANDSHAKE, StepName.CONNECT, FailureKind
AS_EXPECTED: dict[str, tuple[Status, StepName | None, FailureKind | None]] = {
    "refuse": (Status.FAILED, U, K.REFUSED),
    "silence": (Status.FAILED, U, K.TIMED_OUT),
    "http-reply": (Status.FAILED, U, K.UNEXPECTED_REPLY),
    "slow:0.1": (Status.CONNECTED, None, None),
    "no-answer": (Status.FAILED, C, K.STALLED),
    "close-on-connect": (Status.REJECTED, C, K.CLOSED),
    "reject:Rejected:no": (Status.REJECTED, C, K.REJECTED),
    "accept-then-close": (Status.REJECTED, StepName.AFTER_CONNECT, K.CLOSED),
    "accept-then-reject:Rejected:no": (Status.REJECTED, StepName.AFTER_CONNECT, K.REJECTED),
    "redirect": (Status.CONNECTED, None, None),
    "redirect:127.0.0.1:1": (Status.FAILED, U, K.UNEXPECTED_REPLY),  # not followed: no media server is there
    "redirect:127.0.0.1:29999": (Status.FAILED, U, K.REFUSED),
    "rhello-only": (Status.FAILED, H, K.TIMED_OUT),
    "wrong-tag": (Status.FAILED, U, K.UNEXPECTED_REPLY),
    "bad-checksum": (Status.FAILED, U, K.UNEXPECTED_REPLY),
    "cookie-change": (Status.CONNECTED, None, None),
    "hmac-required": (Status.CONNECTED, None, None),
    "flow-exception": (Status.REJECTED, C, K.REJECTED),
    "slow-ack:0.2": (Status.CONNECTED, None, None),
}


def test_every_fault_of_the_server_is_looked_at() -> None:
    known = {parse_fault(f"rtmfp={fault}").kind for fault in AS_EXPECTED}
    assert known >= RTMFP_FAULTS


@pytest.mark.parametrize("fault", AS_EXPECTED)
async def test_every_fault_is_classified_over_real_sockets(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "refuse" and sys.platform != "linux":
        pytest.skip("the server's closed port is Linux's")
    monkeypatch.setattr("fmsdiag.probe.transports.rtmfp_exchange.SECOND_LOOK_S", 0.1)
    status, step, kind = AS_EXPECTED[fault]
    async with real(f"rtmfp={fault}") as trial:
        attempt = await trial.run()
    assert attempt.status is status, attempt.failed_step
    if step is not None:
        assert failed(attempt) == (step, kind)
    assert attempt.ended_s is not None
    assert attempt.started_s is not None
    assert attempt.ended_s - attempt.started_s < 0.85


@needs_ipv6
async def test_over_ipv6_for_real() -> None:
    async with real(listen="::1") as trial:
        assert (await trial.run()).status is Status.CONNECTED


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells who sent an ICMP error")
@pytest.mark.parametrize("listen", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
async def test_a_closed_port_refuses_and_the_sender_is_known(listen: str) -> None:
    async with real("rtmfp=refuse", listen=listen) as trial:
        attempt = await trial.run()
    assert failed(attempt) == (StepName.UDP, FailureKind.REFUSED)
    failure = attempt.observations[0].failure
    assert failure is not None
    assert failure.icmp is not None
    assert failure.icmp.sender == listen


@pytest.mark.parametrize(
    ("fault", "stage"),
    [
        ("silence", [U]),
        ("http-reply", [U]),
        ("redirect:127.0.0.1:{silent}", [U, U]),
        ("rhello-only", [U, H]),
        ("no-answer", [U, H, C]),
    ],
)
async def test_stop_ends_each_state_at_once_over_real_sockets(fault: str, stage: list[StepName]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        async with real(f"rtmfp={fault.format(silent=silent.getsockname()[1])}") as trial:
            task = asyncio.create_task(trial.run())
            await trial.begun(stage)
            begun = perf_counter()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert perf_counter() - begun < 0.3
    last = trial.events[-1]
    assert isinstance(last, AttemptFinished)
    assert last.attempt.status is Status.CANCELLED


# ---- a router that forbids, for real

CLIENT, ROUTER, BEHIND = "198.18.1.1", "198.18.1.2", "198.18.2.9"  # RFC 2544: for networks of one's own
INSIDE = f"""
import asyncio
from fmsdiag.model import Endpoint, Transport
from fmsdiag.probe.sockets.network import SystemNetwork
from tests.probe.transports.test_rtmfp import Trial
attempt = asyncio.run(Trial(SystemNetwork(), Endpoint(Transport.RTMFP, "{BEHIND}", 1935)).run())
failure = attempt.observations[-1].failure
print(failure.kind, failure.icmp.type, failure.icmp.code, failure.icmp.sender)
"""


@contextmanager
def behind_a_router(rule: str) -> Iterator[str]:
    """A namespace whose only way leads through another one, which forwards by `rule`; gives the first one's name."""
    near, far = (f"fmsdiag-{os.getpid()}-{end}" for end in ("near", "far"))

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    made: list[str] = []
    try:
        for name in (near, far):
            ip("netns", "add", name)
            made.append(name)
        ip("-n", near, "link", "add", "up0", "type", "veth", "peer", "name", "down0", "netns", far)
        for name, device, address in ((near, "up0", CLIENT), (far, "down0", ROUTER)):
            ip("-n", name, "addr", "add", f"{address}/24", "dev", device)
            ip("-n", name, "link", "set", device, "up")
        ip("-n", near, "route", "add", "default", "via", ROUTER)
        ip("-n", far, "link", "add", "beyond", "type", "veth", "peer", "name", "nowhere")
        ip("-n", far, "addr", "add", "198.18.2.1/24", "dev", "beyond")
        ip("-n", far, "link", "set", "beyond", "up")
        inside = ["ip", "netns", "exec", far]
        subprocess.run([*inside, "sysctl", "-qw", "net.ipv4.ip_forward=1"], check=True)
        table = f"table ip f {{ chain c {{ type filter hook forward priority 0; {rule} }}; }}"
        subprocess.run([*inside, "nft", table], check=True)
        yield near
    finally:
        for name in made:
            ip("netns", "delete", name)


@pytest.mark.parametrize(
    ("icmp", "code"), [("admin-prohibited", 13), ("net-prohibited", 9), ("host-unreachable", 1)]
)
def test_a_router_that_forbids_udp_is_named(icmp: str, code: int) -> None:
    if reason := unavailable():
        pytest.skip(reason)
    with behind_a_router(f"meta l4proto udp reject with icmp type {icmp};") as near:
        command = ["ip", "netns", "exec", near, sys.executable, "-c", INSIDE]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["unreachable", "3", str(code), ROUTER]
