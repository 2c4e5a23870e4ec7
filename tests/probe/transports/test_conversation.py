from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import pytest

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    Endpoint,
    Failure,
    FailureKind,
    HandshakeFacts,
    HttpFacts,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import MAX_TRANSCRIPT, Clock, RunningAttempt, StepFailed
from fmsdiag.probe.transports.conversation import MAX_ANSWER_BYTES, Conversation
from fmsdiag.probe.transports.linger import LINGER_S
from fmsdiag.protocol.chunk import ChunkWriter, RawMessage
from fmsdiag.protocol.events import ConnectRequested
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.message import Command, ControlEvent, Message, Unknown, UserControl, encode_message
from fmsdiag.protocol.netconnection import rejection, success_reply
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.protocol.values import Value
from tests.probe.fake_network import SILENCE, Answer, FakeStream, Item, reset, rtmp_server, s0s1s2
from tests.probe.virtual_time import now, virtual_time

TARGET = Target("h.example", "live", stream="secret-key", query="token=secret")
DEADLINE_S = 10.0


async def converse(
    peer: list[Item] | Callable[[], Answer], kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0
) -> tuple[Attempt, FakeStream]:
    stream = FakeStream("192.0.2.1", 1935, peer)
    running = RunningAttempt(
        1,
        Endpoint(Transport.RTMP, "h.example", 1935),
        Purpose.FALLBACK,
        Clock(),
        lambda _: None,
        DEADLINE_S,
    )
    running.start()
    try:
        status = await Conversation(running, stream, TARGET, kind).run()
    except StepFailed:
        status = Status.FAILED
    assert stream.closed
    assert now() <= 1000 + DEADLINE_S + 1
    return running.finish(status), stream


def failure(attempt: Attempt, step: StepName) -> Failure:
    ended = attempt.failed_step
    assert ended is not None
    assert ended.step is step
    assert ended.failure is not None
    return ended.failure


def connect_facts(attempt: Attempt) -> ConnectFacts:
    step = attempt.step(StepName.CONNECT)
    assert step is not None
    assert isinstance(step.facts, ConnectFacts)
    return step.facts


# ---- what works


@pytest.mark.parametrize(
    ("kind", "digest"), [(HandshakeKind.DIGEST_SCHEME_0, "scheme 0"), (HandshakeKind.SIMPLE, "none")]
)
@virtual_time
async def test_a_healthy_server(kind: HandshakeKind, digest: str) -> None:
    attempt, stream = await converse(rtmp_server(delay_s=0.1), kind)
    assert attempt.status is Status.CONNECTED
    shaken, connected = attempt.observations
    assert isinstance(shaken.facts, HandshakeFacts)
    assert shaken.facts.s0_version == 3
    assert shaken.facts.server_digest == digest
    assert shaken.facts.first_byte_s == shaken.facts.s2_complete_s == pytest.approx(0.1)
    assert (shaken.bytes_out, shaken.bytes_in) == (3073, 3073)
    facts = connect_facts(attempt)
    assert facts.code == "NetConnection.Connect.Success"
    assert facts.command == "_result"
    assert facts.fms_ver
    assert facts.capabilities == 255
    assert facts.application == "live?token=secret"
    assert facts.tc_url == "rtmp://h.example/live?token=secret"
    assert facts.messages_before[0].startswith("Window Ack Size")
    assert not any("_result" in text for text in facts.messages_before)
    assert connected.bytes_in == stream.received.total - 3073
    assert connected.ended_s == pytest.approx(0.2)  # two round trips, C2 and connect in one write
    assert connected.started_s == pytest.approx(0.1)
    assert connected.bytes_out > 200


@virtual_time
async def test_the_transcript_reads_like_the_conversation() -> None:
    attempt, _ = await converse(rtmp_server())
    lines = [f"{line.direction.value} {line.text}" for line in attempt.transcript]
    assert lines[:3] == ["out C0, C1", "in S0, S1", "out C2"]
    assert lines[3].startswith("out connect to application “live”")
    assert lines[4] == "in S2"
    assert any(line.startswith("in _result #1") for line in lines)


@virtual_time
async def test_s1_and_s2_may_come_apart_and_byte_by_byte() -> None:
    def begin() -> Answer:
        whole = rtmp_server()()
        return lambda data: [bytes((b,)) for item in whole(data) if isinstance(item, bytes) for b in item]

    attempt, stream = await converse(begin)
    assert attempt.status is Status.CONNECTED
    assert stream.reads > 3073


# ---- what stalls, closes or resets


@pytest.mark.parametrize("size", [0, 1, 2, 1460, 1536, 1537, 1538, 3072])
@pytest.mark.parametrize(
    ("end", "with_bytes", "without"),
    [
        (SILENCE, FailureKind.STALLED, FailureKind.TIMED_OUT),
        (b"", FailureKind.CLOSED, FailureKind.CLOSED),
        (reset(), FailureKind.RESET, FailureKind.RESET),
    ],
    ids=["silence", "fin", "rst"],
)
@virtual_time
async def test_a_handshake_cut_at_any_byte(
    size: int, end: Item, with_bytes: FailureKind, without: FailureKind
) -> None:
    attempt, _ = await converse([*([s0s1s2()[:size]] if size else []), end])
    seen = failure(attempt, StepName.HANDSHAKE)
    assert seen.kind is (with_bytes if size else without)
    assert seen.bytes_received == (size or None)
    step = attempt.step(StepName.HANDSHAKE)
    assert step is not None
    assert isinstance(step.facts, HandshakeFacts)
    assert step.facts.s0_version == (3 if size else None)
    assert (step.facts.s1_complete_s is not None) is (size >= 1537)
    assert step.facts.s2_complete_s is None


@virtual_time
async def test_one_byte_a_second_ends_with_the_attempts_time() -> None:
    attempt, _ = await converse([item for byte in s0s1s2() for item in (1.0, bytes((byte,)))])
    seen = failure(attempt, StepName.HANDSHAKE)
    assert (seen.kind, seen.bytes_received) == (FailureKind.STALLED, 9)
    assert attempt.ended_s == pytest.approx(DEADLINE_S)


@pytest.mark.parametrize(
    ("end", "kind", "status"),
    [
        (SILENCE, FailureKind.TIMED_OUT, Status.FAILED),
        (b"", FailureKind.CLOSED, Status.REJECTED),
        (reset(), FailureKind.RESET, Status.FAILED),
    ],
    ids=["silence", "fin", "rst"],
)
@virtual_time
async def test_connect_that_is_not_answered(end: Item, kind: FailureKind, status: Status) -> None:
    attempt, _ = await converse([s0s1s2(), end])
    assert attempt.status is status
    assert failure(attempt, StepName.CONNECT).kind is kind
    assert connect_facts(attempt).code is None


@virtual_time
async def test_where_connect_is_not_answered_what_the_peer_has_taken_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(FakeStream, "unacknowledged", 7)
    silent, _ = await converse([s0s1s2(), SILENCE])
    assert connect_facts(silent).unacknowledged == 7
    answered, _ = await converse(rtmp_server())
    assert connect_facts(answered).unacknowledged is None


# ---- what the server says


def answered_by(*commands: Command, end: bool = False) -> Callable[[], Answer]:
    """A server that answers connect with these messages."""

    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> list[Item]:
            asked = bool(session.receive(data)) and session.connect_request is not None
            if asked:
                for command in commands:
                    session.send_message(command)
            return [session.take_output(), *([b""] if asked and end else [])]

        return answer

    return begin


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (rejection("NetConnection.Connect.InvalidApp", "no such app"), "NetConnection.Connect.InvalidApp"),
        (rejection("NetConnection.Connect.Rejected", "no", as_status=True), "NetConnection.Connect.Rejected"),
        (Command("_error", 1.0, ()), None),
    ],
)
@virtual_time
async def test_rejections(command: Command, code: str | None) -> None:
    attempt, _ = await converse(answered_by(command, end=True))
    assert attempt.status is Status.REJECTED
    seen = failure(attempt, StepName.CONNECT)
    assert seen.kind is FailureKind.REJECTED
    assert connect_facts(attempt).code == code
    assert seen.detail


@virtual_time
async def test_a_long_winded_server_is_cut() -> None:
    many: dict[str, Value] = {f"key{n}": "v" * 1000 for n in range(60)}
    info: dict[str, Value] = {"level": "error", "code": "c" * 60_000, "description": "d" * 60_000, **many}
    attempt, _ = await converse(answered_by(Command("_error", 1.0, (None, info))))
    assert attempt.status is Status.REJECTED
    facts = connect_facts(attempt)
    assert len(facts.properties) <= 40
    assert all(len(k) <= 64 and len(v) <= 300 for k, v in facts.properties.items())
    assert len(facts.code or "") < 5000
    assert len(facts.description or "") < 5000
    assert len(failure(attempt, StepName.CONNECT).detail) < 5000


@virtual_time
async def test_chatter_before_the_answer_is_noted_and_bounded() -> None:
    chatter = [Command(f"note{n}", 0.0, (None,)) for n in range(300)]
    attempt, _ = await converse(answered_by(*chatter))
    assert failure(attempt, StepName.CONNECT).kind is FailureKind.STALLED
    assert connect_facts(attempt).messages_before == tuple(f"note{n} #0 null" for n in range(10))
    assert len(attempt.transcript) == MAX_TRANSCRIPT


# ---- what is no RTMP


@pytest.mark.parametrize(
    ("items", "like"),
    [
        ([b"\x15\x03\x01\x00\x02\x02\x28", b""], "TLS alert"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n", SILENCE], "SSH server"),
        ([b"220 mail ESMTP\r\n", SILENCE], "FTP or mail server"),
        ([b"\x06" + bytes(1536), SILENCE], None),
        ([b"<?xml version='1.0'?>", SILENCE], "XML without an HTTP header"),
    ],
)
@virtual_time
async def test_other_protocols_are_named(items: list[Item], like: str | None) -> None:
    attempt, _ = await converse(items)
    seen = failure(attempt, StepName.HANDSHAKE)
    assert (seen.kind, seen.looks_like) == (FailureKind.UNEXPECTED_REPLY, like)
    first = items[0]
    assert isinstance(first, bytes)
    assert seen.bytes_received == len(first)
    assert attempt.observations[0].first_in == first[:1024]
    assert attempt.ended_s == 0


HTTP = b"HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\n\r\n<html>bad</html>"


@pytest.mark.parametrize(
    "items",
    [
        [HTTP, b""],
        [HTTP[:1], HTTP[1:], b""],
        [bytes((b,)) for b in HTTP] + [b""],
        [HTTP[:40], 0.2, HTTP[40:], SILENCE],
    ],
    ids=["whole", "torn", "bytewise", "late"],
)
@virtual_time
async def test_an_http_answer_to_rtmp_is_kept_whole(items: list[Item]) -> None:
    attempt, _ = await converse(items)
    seen = failure(attempt, StepName.HANDSHAKE)
    assert (seen.kind, seen.looks_like) == (FailureKind.UNEXPECTED_REPLY, "HTTP 400 from nginx/1.22.1")
    facts = attempt.observations[0].facts
    assert isinstance(facts, HttpFacts)
    assert (facts.status, facts.looks_like) == (400, "nginx/1.22.1")
    assert dict(facts.headers)["content-type"] == "text/html"


@pytest.mark.parametrize("end", [SILENCE, b"", reset()], ids=["silence", "fin", "rst"])
@pytest.mark.parametrize(
    ("begun", "like"), [(b"HT", None), (b"HTTP/1.1 400 Bad", "HTTP 400")], ids=["two bytes", "line"]
)
@virtual_time
async def test_an_http_answer_that_stops_is_waited_for_shortly(
    begun: bytes, like: str | None, end: Item
) -> None:
    attempt, _ = await converse([begun, end])
    seen = failure(attempt, StepName.HANDSHAKE)
    assert (seen.kind, seen.looks_like) == (FailureKind.UNEXPECTED_REPLY, like)
    assert attempt.ended_s is not None
    assert attempt.ended_s <= 0.5


@virtual_time
async def test_bytes_behind_the_handshake_that_make_no_sense() -> None:
    attempt, _ = await converse([s0s1s2() + b"\xff" * 50, SILENCE])
    assert attempt.observations[0].ok
    assert failure(attempt, StepName.CONNECT).kind is FailureKind.UNEXPECTED_REPLY
    assert attempt.status is Status.FAILED


# ---- what does not end


class Endless(list[Item]):
    """First one thing, then the other for ever."""

    def __init__(self, first: bytes, then: bytes) -> None:
        super().__init__()
        self._first, self._then = first, then

    def __iter__(self) -> Iterator[Item]:
        if self._first:
            yield self._first
        while True:
            yield self._then


def messages(size: int, count: int) -> bytes:
    type_id, payload = encode_message(Unknown(100, bytes(size)))
    writer = ChunkWriter()
    return b"".join(writer.write(RawMessage(5, 0, type_id, 0, payload)) for _ in range(count))


GIGABYTES = {
    "zeros": (b"", bytes(65536)),
    "random": (b"", bytes(range(256)) * 256),
    "S0 again and again": (b"", b"\3" * 65536),
    "big messages": (s0s1s2(), messages(60_000, 1)),
    "small messages": (s0s1s2(), messages(1, 5000)),
    "empty messages": (s0s1s2() + b"\x05\0\0\0\0\0\0\x64\0\0\0\0", b"\xc5" * 16384),
    "an endless http head": (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 10_000),
    "an endless http line": (b"HTTP/1.1 200 ", b"x" * 65536),
}


@pytest.mark.parametrize("name", GIGABYTES)
@virtual_time
async def test_ten_gigabytes_are_not_read(name: str) -> None:
    tracemalloc.start()
    try:
        attempt, stream = await converse(Endless(*GIGABYTES[name]))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.kind is FailureKind.UNEXPECTED_REPLY
    assert stream.received.total <= MAX_ANSWER_BYTES + 2 * 65536
    assert peak < 64 << 20


@virtual_time
async def test_an_echo_service_is_no_server_that_hangs() -> None:
    attempt, _ = await converse(lambda: lambda data: [data])
    assert attempt.status is Status.FAILED
    seen = failure(attempt, StepName.CONNECT)
    assert (seen.kind, seen.looks_like) == (FailureKind.UNEXPECTED_REPLY, "echo service")
    assert now() - 1000 < 1


def after_handshake(*messages: Message, raw: bytes = b"", with_s2: bool = False) -> Callable[[], Answer]:
    """A server that shakes hands and then says this; `with_s2`: in the same segment as S2, before it heard `connect`."""

    def begin() -> Answer:
        server, said = ServerSession(), False

        def answer(data: bytes) -> list[Item]:
            nonlocal said
            events = server.receive(data)
            out = server.take_output()
            if not said and (with_s2 or any(isinstance(e, ConnectRequested) for e in events)):
                said = True
                out += written(*messages) + raw
            return [out] if out else []

        return answer

    return begin


def written(*messages: Message) -> bytes:
    writer, out = ChunkWriter(), b""
    for message in messages:
        type_id, payload = encode_message(message)
        out += writer.write(RawMessage(3, 0, type_id, 0, payload))
    return out


BREACHES = {
    "chunk-size": written(Unknown(1, bytes(4))),
    "control-length": written(Unknown(5, b"\0\0")),
    "content": written(Unknown(20, b"\xff\xff")),
    "message-length": bytes.fromhex("03 000000 ffffff 14 00000000"),
    "header-format": b"\xc7",
    "message-inside": bytes.fromhex("03 000000 000100 14 00000000")
    + bytes(128)
    + bytes.fromhex("03 000000 000001 14 00000000 00"),
}


@pytest.mark.parametrize("rule", BREACHES)
@virtual_time
async def test_a_rule_that_is_broken_is_kept_with_the_byte(rule: str) -> None:
    attempt, _ = await converse(after_handshake(raw=BREACHES[rule]))
    assert failure(attempt, StepName.CONNECT).kind is FailureKind.UNEXPECTED_REPLY
    facts = attempt.step(StepName.CONNECT).facts  # type: ignore[union-attr]
    assert isinstance(facts, ConnectFacts)
    assert facts.violation is not None
    assert facts.violation.rule == rule
    assert facts.violation.offset is not None
    assert facts.violation.offset >= 3073


@virtual_time
async def test_a_request_for_swf_verification_is_kept() -> None:
    attempt, _ = await converse(after_handshake(UserControl(ControlEvent.SWF_VERIFICATION_REQUEST)))
    facts = attempt.step(StepName.CONNECT).facts  # type: ignore[union-attr]
    assert isinstance(facts, ConnectFacts)
    assert facts.swf_verification
    assert facts.violation is None
    assert failure(attempt, StepName.CONNECT).kind is FailureKind.STALLED


@virtual_time
async def test_a_ping_that_comes_with_s2_is_answered_before_connect_is() -> None:
    heard: list[bytes] = []
    begin = after_handshake(UserControl(ControlEvent.PING_REQUEST, (7,)), with_s2=True)

    def listen() -> Answer:
        answer = begin()

        def heard_too(data: bytes) -> Iterable[Item]:
            heard.append(data)
            return answer(data)

        return heard_too

    await converse(listen)
    assert any(b"\0\x07\0\0\0\x07" in data for data in heard)


ACCEPTED = success_reply()
TAKEN_BACK = rejection("NetConnection.Connect.Rejected", "Token expired.", as_status=True)


@virtual_time
async def test_an_accepted_connection_ends_when_it_was_accepted() -> None:
    attempt, _ = await converse(after_handshake(ACCEPTED))
    assert attempt.status is Status.CONNECTED
    assert attempt.step(StepName.AFTER_CONNECT) is None
    assert attempt.ended_s == attempt.step(StepName.CONNECT).ended_s  # type: ignore[union-attr]
    assert now() - 1000 == pytest.approx((attempt.ended_s or 0) + LINGER_S)


@virtual_time
async def test_what_takes_the_acceptance_back_is_kept_in_its_words() -> None:
    attempt, _ = await converse(after_handshake(ACCEPTED, TAKEN_BACK))
    assert attempt.status is Status.REJECTED
    assert failure(attempt, StepName.AFTER_CONNECT).detail == "Token expired."
    assert attempt.step(StepName.CONNECT).ok  # type: ignore[union-attr]


@pytest.mark.parametrize("end", [b"", reset()])
@virtual_time
async def test_an_end_after_the_acceptance_is_kept(end: Item) -> None:
    begin = after_handshake(ACCEPTED)

    def throw_out() -> Answer:
        answer = begin()

        def and_end(data: bytes) -> Iterable[Item]:
            for out in answer(data):
                yield out
                if isinstance(out, bytes) and b"_result" in out:
                    yield from (0.2, end)

        return and_end

    attempt, _ = await converse(throw_out)
    assert attempt.status is Status.REJECTED
    kind = failure(attempt, StepName.AFTER_CONNECT).kind
    assert kind is (FailureKind.CLOSED if end == b"" else FailureKind.RESET)
    assert attempt.step(StepName.AFTER_CONNECT).elapsed_s == pytest.approx(0.2)  # type: ignore[union-attr]


@virtual_time
async def test_a_rule_that_is_broken_after_the_acceptance_is_kept() -> None:
    attempt, _ = await converse(after_handshake(ACCEPTED, raw=BREACHES["chunk-size"]))
    assert attempt.status is Status.FAILED
    assert failure(attempt, StepName.AFTER_CONNECT).kind is FailureKind.UNEXPECTED_REPLY


@virtual_time
async def test_what_is_inside_a_message_after_the_acceptance_is_no_fault() -> None:
    attempt, _ = await converse(after_handshake(ACCEPTED, raw=BREACHES["content"]))
    assert attempt.status is Status.CONNECTED
