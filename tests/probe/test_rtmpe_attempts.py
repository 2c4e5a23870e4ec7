"""RTMPE and RTMPTE as the prober speaks them: what each kind of server leaves in the report, and that it ends in time."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    Endpoint,
    FailureKind,
    HandshakeFacts,
    Observation,
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
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.message import WindowAckSize
from fmsdiag.protocol.rtmpe import KEY_SIZE, PRIME, RtmpeOffer
from fmsdiag.protocol.rtmpt import TunnelServer
from fmsdiag.protocol.server_session import ServerSession
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, Answer, FakeNetwork, Item, reset
from tests.probe.virtual_time import virtual_time

HOST, PORT = "192.0.2.1", 1935
TARGET = Target(HOST, "live", stream="secret-key", query="token=secret")
DEADLINE_S = 10.0
ANSWER_BYTES = 200  # at the least, of AMS's messages about `connect`
OFFERED = RtmpeOffer.ACCEPTED

Damage = Callable[[bytes], list[Item]]


def whole(output: bytes) -> list[Item]:
    return [output] if output else []


def server(
    offer: RtmpeOffer = OFFERED,
    kind: HandshakeKind | None = None,
    public_key: bytes | None = None,
    accepts: bool = True,
    applications: tuple[str, ...] = ("live",),
    damage: Callable[[], Damage] = lambda: whole,
) -> Callable[[], Answer]:
    """An RTMPE server; each of its writes goes through `damage`."""

    def begin() -> Answer:
        session, harm = ServerSession(kind, rtmpe_offer=offer, public_key=public_key), damage()

        def answer(data: bytes) -> list[Item]:
            session.receive(data)
            request = session.connect_request
            if request is not None and not accepts:
                session.send_message(WindowAckSize(5_000_000))
            elif request is not None and request.app.partition("?")[0] in applications:
                session.accept()
            elif request is not None:
                session.reject("NetConnection.Connect.InvalidApp", "no such application")
            return harm(session.take_output())

        return answer

    return begin


def stopping(size: int, end: Item) -> Callable[[], Damage]:
    """The server's output stops at byte `size`, and then that happens."""

    def begin() -> Damage:
        sent = 0

        def harm(output: bytes) -> list[Item]:
            nonlocal sent
            part = output[: max(0, size - sent)]
            sent += len(output)
            return [*whole(part), *([end] if sent >= size else [])]

        return harm

    return begin


def scrambled() -> Damage:
    """What comes behind S2 is encrypted with another key."""
    sent = 0

    def harm(output: bytes) -> list[Item]:
        nonlocal sent
        clear = output[: max(0, 3073 - sent)]
        sent += len(output)
        return whole(clear + bytes(byte ^ 0x5A for byte in output[len(clear) :]))

    return harm


def bytewise() -> Damage:
    return lambda output: [output[index : index + 1] for index in range(len(output))]


def tunnelled(begin: Callable[[], Answer]) -> Callable[[], Answer]:
    """The same server inside RTMPT. What it would wait or end with is no part of a tunnel's answers: it says nothing."""

    def start() -> Answer:
        tunnel, inside = TunnelServer(), begin()

        def answer(data: bytes) -> list[Item]:
            head, _, body = data.partition(b"\r\n\r\n")
            path = re.match(rb"POST (\S+)", head)
            assert path is not None, head
            exchange = tunnel.receive("POST", path[1].decode(), body)
            if exchange.data and exchange.session_id:
                said = b"".join(item for item in inside(exchange.data) if isinstance(item, bytes))
                tunnel.write(exchange.session_id, said)
            response = tunnel.respond(exchange)
            lines = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
            return [f"HTTP/1.1 {response.status} OK\r\n{lines}\r\n".encode() + response.body]

        return answer

    return start


async def attempt_at(
    peer: list[Item] | Callable[[], Answer],
    transport: Transport = Transport.RTMPE,
    target: Target = TARGET,
) -> Attempt:
    net = FakeNetwork({PORT: tunnelled(peer) if transport.is_tunnel and callable(peer) else peer})
    names = LookupCache(net, ())
    running = RunningAttempt(
        1, Endpoint(transport, HOST, PORT), Purpose.FALLBACK, Clock(), lambda _: None, DEADLINE_S
    )
    try:
        attempt = await run_attempt(running, ProbeContext(net, names, target, Options(), FakeComputer()))
    finally:
        names.close()
    assert net.all_closed
    assert attempt.ended_s is not None
    assert attempt.ended_s <= DEADLINE_S + 1
    return attempt


def handshake(attempt: Attempt) -> HandshakeFacts:
    step = attempt.step(StepName.HANDSHAKE)
    assert step is not None
    assert isinstance(step.facts, HandshakeFacts)
    assert step.facts.encryption == 6
    return step.facts


def ended(attempt: Attempt, step: StepName, kind: FailureKind) -> Observation:
    failed = attempt.failed_step
    assert failed is not None
    assert failed.failure is not None
    assert (failed.step, failed.failure.kind) == (step, kind)
    return failed


# ---- what works

BOTH = pytest.mark.parametrize("transport", [Transport.RTMPE, Transport.RTMPTE])


@BOTH
@pytest.mark.parametrize("damage", [lambda: whole, bytewise], ids=["whole", "bytewise"])
@pytest.mark.parametrize(
    "kind", [None, HandshakeKind.DIGEST_SCHEME_0], ids=["the client's scheme", "scheme 0"]
)
@virtual_time
async def test_a_server_that_offers_it(
    transport: Transport, damage: Callable[[], Damage], kind: HandshakeKind | None
) -> None:
    attempt = await attempt_at(server(kind=kind, damage=damage), transport)
    assert attempt.status is Status.CONNECTED
    facts = handshake(attempt)
    scheme = 1 if kind is None else 0
    assert (facts.s0_version, facts.server_key_valid, facts.dh_scheme) == (6, True, scheme)
    assert (facts.server_digest, facts.s2_signature_valid) == (f"scheme {scheme}", True)
    assert facts.encryption_works is True
    connected = attempt.step(StepName.CONNECT)
    assert connected is not None
    assert isinstance(connected.facts, ConnectFacts)
    assert connected.facts.tc_url == f"{transport.value}://{HOST}" + (
        f":{PORT}/live?token=secret" if transport.is_tunnel else "/live?token=secret"
    )
    assert connected.facts.code == "NetConnection.Connect.Success"
    assert connected.bytes_in > ANSWER_BYTES
    assert b"secret" not in connected.first_out


@BOTH
@virtual_time
async def test_an_application_that_is_refused(transport: Transport) -> None:
    attempt = await attempt_at(server(applications=()), transport)
    assert attempt.status is Status.REJECTED
    ended(attempt, StepName.CONNECT, FailureKind.REJECTED)
    assert handshake(attempt).encryption_works is True


# ---- what falls short of it


@BOTH
@virtual_time
async def test_plain_rtmp_answers(transport: Transport) -> None:
    attempt = await attempt_at(server(RtmpeOffer.IGNORED), transport)
    assert attempt.status is Status.FAILED
    failed = ended(attempt, StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
    assert failed.failure is not None
    assert failed.failure.looks_like == "plain RTMP server"
    assert failed.failure.detail == "RTMPE is not offered, plain RTMP answers"
    facts = handshake(attempt)
    assert (facts.s0_version, facts.encryption_works) == (3, None)
    assert facts.s1_complete_s == 0
    assert [line.text for line in attempt.transcript][-2:] == ["C0, C1", "S0, S1"]
    assert failed.bytes_out == 1537  # neither C2 nor `connect` followed


@virtual_time
async def test_another_type_of_signature_is_named() -> None:
    attempt = await attempt_at(server(RtmpeOffer.TYPE_8))
    assert attempt.status is Status.FAILED
    failed = ended(attempt, StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
    assert failed.failure is not None
    assert failed.failure.looks_like == "RTMPE with signatures of type 8 (XTEA)"
    facts = handshake(attempt)
    assert (facts.s0_version, facts.server_key_valid, facts.encryption_works) == (8, True, None)


@pytest.mark.parametrize("key", [0, 1, PRIME - 1], ids=["0", "1", "p-1"])
@virtual_time
async def test_a_trivial_key(key: int) -> None:
    attempt = await attempt_at(server(public_key=key.to_bytes(KEY_SIZE, "big")))
    assert attempt.status is Status.FAILED
    failed = ended(attempt, StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
    assert failed.failure is not None
    assert failed.failure.looks_like == "RTMPE server with an invalid key"
    facts = handshake(attempt)
    assert (facts.s0_version, facts.server_key_valid, facts.encryption_works) == (6, False, None)


@virtual_time
async def test_a_6_without_digest() -> None:
    attempt = await attempt_at(server(kind=HandshakeKind.SIMPLE))
    assert attempt.status is Status.FAILED
    ended(attempt, StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
    facts = handshake(attempt)
    assert (facts.s0_version, facts.server_digest, facts.server_key_valid) == (6, "none", None)


@BOTH
@virtual_time
async def test_what_does_not_decrypt(transport: Transport) -> None:
    attempt = await attempt_at(server(damage=lambda: scrambled()), transport)
    assert attempt.status is Status.FAILED
    failed = ended(attempt, StepName.CONNECT, FailureKind.UNEXPECTED_REPLY)
    assert failed.failure is not None
    assert failed.failure.detail.startswith("decryption failed, with the peer's key of scheme 1: ")
    assert failed.failure.looks_like is None
    assert handshake(attempt).encryption_works is False


@pytest.mark.parametrize(
    ("reply", "like"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "HTTP 400 from nginx"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH server"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "TLS alert"),
        (b"\x07" + bytes(1536), None),
    ],
)
@virtual_time
async def test_other_protocols_are_named_as_for_plain_rtmp(reply: bytes, like: str | None) -> None:
    attempt = await attempt_at([reply, b""])
    failed = ended(attempt, StepName.HANDSHAKE, FailureKind.UNEXPECTED_REPLY)
    assert failed.failure is not None
    assert failed.failure.looks_like == like


# ---- silence, FIN and RST at every stage

STAGES = {
    "nothing": 0,
    "S0": 1,
    "half of S1": 700,
    "S1": 1537,
    "half of S2": 2000,
    "S2": 3073,
    "one encrypted byte": 3074,
    "a header": 3085,
    "a message": 3089,
}


@pytest.mark.parametrize("size", STAGES.values(), ids=STAGES)
@virtual_time
async def test_silence_ends_with_the_attempts_time(size: int) -> None:
    attempt = await attempt_at(server(damage=stopping(size, SILENCE)))
    assert attempt.status is Status.FAILED
    assert attempt.ended_s == pytest.approx(DEADLINE_S)
    kind = FailureKind.TIMED_OUT if size in (0, 3073) else FailureKind.STALLED
    ended(attempt, StepName.HANDSHAKE if size < 3073 else StepName.CONNECT, kind)
    assert handshake(attempt).encryption_works is (True if size == STAGES["a message"] else None)


@pytest.mark.parametrize("size", STAGES.values(), ids=STAGES)
@virtual_time
async def test_silence_in_a_tunnel_ends_with_the_attempts_time(size: int) -> None:
    attempt = await attempt_at(server(damage=stopping(size, SILENCE)), Transport.RTMPTE)
    assert attempt.status is Status.FAILED
    assert attempt.ended_s == pytest.approx(DEADLINE_S, abs=1)  # and a moment to close the session
    ended(
        attempt,
        StepName.HANDSHAKE if size < 3073 else StepName.CONNECT,
        FailureKind.TIMED_OUT if size in (0, 3073) else FailureKind.STALLED,
    )


@pytest.mark.parametrize("size", STAGES.values(), ids=STAGES)
@pytest.mark.parametrize(
    ("end", "kind"), [(b"", FailureKind.CLOSED), (reset(), FailureKind.RESET)], ids=["fin", "rst"]
)
@virtual_time
async def test_an_end_at_every_stage(size: int, end: Item, kind: FailureKind) -> None:
    attempt = await attempt_at(server(damage=stopping(size, end)))
    ended(attempt, StepName.HANDSHAKE if size < 3073 else StepName.CONNECT, kind)
    # that the server said no is believed only where its words could be read
    understood = size == STAGES["a message"] and kind is FailureKind.CLOSED
    assert attempt.status is (Status.REJECTED if understood else Status.FAILED)


@virtual_time
async def test_connect_that_is_not_answered() -> None:
    attempt = await attempt_at(server(accepts=False))
    assert attempt.status is Status.FAILED
    ended(attempt, StepName.CONNECT, FailureKind.STALLED)
    assert handshake(attempt).encryption_works is True


@virtual_time
async def test_one_byte_a_second_ends_with_the_attempts_time() -> None:
    def drip() -> Damage:
        return lambda output: [item for byte in output for item in (1.0, bytes((byte,)))]

    attempt = await attempt_at(server(damage=drip))
    assert attempt.ended_s == pytest.approx(DEADLINE_S)
    ended(attempt, StepName.HANDSHAKE, FailureKind.STALLED)
