from __future__ import annotations

import random
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import (
    ClientPhase,
    CommandReceived,
    ConnectAnswered,
    ConnectRequested,
    Event,
    HandshakeCompleted,
    MessageReceived,
    PeerClosed,
    PeerSetChunkSize,
    S0Received,
    S1Received,
    ServerPhase,
)
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.message import (
    Acknowledgement,
    Audio,
    Command,
    ControlEvent,
    SetChunkSize,
    SetPeerBandwidth,
    UserControl,
    WindowAckSize,
)
from fmsdiag.protocol.netconnection import INVALID_APP, ConnectRequest
from fmsdiag.protocol.session import MAX_FIRST_BYTES, ClientSession, ServerSession
from tests.protocol.conftest import Cut, fault_of

REQUEST = ConnectRequest("live", "rtmp://host/live")
HANDSHAKE = 3073
E = TypeVar("E")


def _client(kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0) -> ClientSession:
    return ClientSession(kind, now_ms=1000, random_bytes=random.Random(1).randbytes)


def _server(kind: HandshakeKind | None = None) -> ServerSession:
    return ServerSession(kind, now_ms=2000, random_bytes=random.Random(2).randbytes)


def _connected(kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0) -> tuple[ClientSession, ServerSession]:
    """Both after `connect` has come and before it is answered."""
    client, server = _client(kind), _server()
    server.receive(client.take_output())
    client.receive(server.take_output())
    client.connect(REQUEST)
    server.receive(client.take_output())
    return client, server


def _only(kind: type[E], events: list[Event]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def _messages(events: list[Event]) -> list[object]:
    return [event.message for event in _only(MessageReceived, events)]


@pytest.mark.parametrize("kind", HandshakeKind)
@pytest.mark.parametrize("server_kind", [None, *HandshakeKind])
def test_a_whole_connection(kind: HandshakeKind, server_kind: HandshakeKind | None, cut: Cut) -> None:
    client, server = _client(kind), _server(server_kind)
    seen: list[Event] = []
    asked: list[Event] = []
    for _ in range(4):
        for piece in cut(client.take_output()):
            events = server.receive(piece)
            asked += events
            if _only(ConnectRequested, events):
                server.accept()
        for piece in cut(server.take_output()):
            events = client.receive(piece)
            seen += events
            if _only(S1Received, events):
                client.connect(REQUEST)
    assert client.phase is ClientPhase.OPEN
    assert server.phase is ServerPhase.OPEN
    assert [type(event) for event in asked[:3]] == [HandshakeCompleted, MessageReceived, ConnectRequested]
    assert server.connect_request is not None
    assert (server.connect_request.app, server.connect_request.tc_url) == ("live", "rtmp://host/live")
    assert [type(event) for event in seen[:3]] == [S0Received, S1Received, HandshakeCompleted]
    assert [type(message) for message in _messages(seen)] == [
        WindowAckSize,
        SetPeerBandwidth,
        UserControl,
        SetChunkSize,
        Command,
        Command,
    ]
    assert _only(PeerSetChunkSize, seen) == [PeerSetChunkSize(4096)]
    (answer,) = _only(ConnectAnswered, seen)
    assert answer.reply is client.connect_reply
    assert answer.reply.accepted
    assert _only(CommandReceived, seen) == [CommandReceived("onBWDone", 0.0, (None,))]
    # The Window Ack Size of the client's answer to Set Peer Bandwidth has arrived too.
    assert WindowAckSize(2_500_000) in _messages(asked)


def test_writes_are_as_few_as_can_be() -> None:
    client, server = _client(), _server()
    hello = client.take_output()
    assert len(hello) == 1537
    assert client.take_output() == b""
    server.receive(hello)
    answer = server.take_output()
    assert len(answer) == HANDSHAKE
    assert client.receive(answer[:1537])[-1] == S1Received(client.facts)
    client.connect(REQUEST)
    assert len(client.take_output()) > 1536 + 100
    assert client.phase is ClientPhase.WAIT_S2


def test_the_server_answers_c0c1_before_c2() -> None:
    server = _server()
    server.receive(_client().take_output()[:-1])
    assert server.take_output() == b""
    assert server.phase is ServerPhase.WAIT_C1


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 400 Bad Request\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b"\x06", b"\0"]
)
def test_another_s0_is_the_peers_fault_at_once(first: bytes) -> None:
    client = _client()
    with pytest.raises(RemoteProtocolError, match=f"unexpected S0 version {first[0]}") as caught:
        client.receive(first)
    assert (caught.value.offset, caught.value.data) == (0, first)
    assert client.undelivered_events() == [S0Received(first[0])]
    assert client.undelivered_events() == []
    assert (client.phase, client.first_bytes, client.bytes_received) == (
        ClientPhase.WAIT_S0,
        first,
        len(first),
    )
    assert client.facts.s0_version == first[0]
    with pytest.raises(RemoteProtocolError, match="unexpected S0"):
        client.receive(b"more")


def test_another_c0_is_the_clients_fault() -> None:
    server = _server()
    with pytest.raises(RemoteProtocolError, match="unexpected C0 version 6"):
        server.receive(b"\x06" + bytes(1536))
    assert server.take_output() == b""


@pytest.mark.parametrize("size", [0, 1, 1536, 1537, 3072])
def test_a_handshake_cut_short(size: int) -> None:
    client, server = _client(), _server()
    server.receive(client.take_output())
    client.receive(server.take_output()[:size])
    expected = (
        ClientPhase.WAIT_S0 if size < 1 else ClientPhase.WAIT_S1 if size < 1537 else ClientPhase.WAIT_S2
    )
    assert client.phase is expected
    assert client.receive_eof() == [PeerClosed(size)]
    assert client.phase is ClientPhase.CLOSED
    assert client.receive_eof() == []
    assert client.receive(b"late") == []
    assert client.bytes_received == size


@pytest.mark.parametrize("position", [5, 700, 1000, 2000, 3072])
def test_a_corrupt_handshake_goes_on(position: int) -> None:
    client, server = _client(), _server()
    server.receive(client.take_output())
    answer = bytearray(server.take_output())
    answer[position] ^= 1
    client.receive(bytes(answer))
    assert client.phase is ClientPhase.OPEN
    assert client.facts.digest_valid is (position > 1536)
    assert client.facts.s2_signature_valid is (False if position > 1536 else None)


@pytest.mark.parametrize("position", [6, 300, 1500])
def test_a_corrupt_c1_gets_the_simple_handshake(position: int) -> None:
    client, server = _client(), _server()
    hello = bytearray(client.take_output())
    hello[position] ^= 1
    server.receive(bytes(hello))
    assert server.facts.c1_signed is False
    client.receive(server.take_output())
    assert (client.phase, client.facts.server_scheme) == (ClientPhase.OPEN, None)


def test_connect_before_s1_is_our_fault() -> None:
    client = _client()
    with pytest.raises(LocalProtocolError, match="phase wait-s0"):
        client.connect(REQUEST)
    client.receive(b"\x03")
    with pytest.raises(LocalProtocolError, match="phase wait-s1"):
        client.call("createStream")


def test_connect_twice_is_our_fault() -> None:
    client, _ = _connected()
    with pytest.raises(LocalProtocolError, match="connect was sent already"):
        client.connect(REQUEST)


def test_answering_nothing_is_our_fault() -> None:
    server = _server()
    for answer in (server.accept, server.reject):
        with pytest.raises(LocalProtocolError, match="no connect has come"):
            answer()
    with pytest.raises(LocalProtocolError, match="no connect has come"):
        server.redirect("rtmp://x")


@pytest.mark.parametrize("as_status", [False, True])
def test_rejection(as_status: bool) -> None:
    client, server = _connected()
    server.reject(INVALID_APP, "no such thing", as_status=as_status)
    events = client.receive(server.take_output())
    (answer,) = _only(ConnectAnswered, events)
    assert answer.reply.command == ("onStatus" if as_status else "_error")
    assert (answer.reply.accepted, answer.reply.code) == (False, INVALID_APP)
    assert answer.reply.description == "no such thing"
    assert _only(CommandReceived, events) == [CommandReceived("close", 0.0, (None,))]
    server.close()
    assert server.take_output() == b""


def test_rejection_without_close() -> None:
    client, server = _connected()
    server.reject(send_close=False)
    assert not _only(CommandReceived, client.receive(server.take_output()))


@pytest.mark.parametrize("as_status", [False, True])
def test_redirection(as_status: bool) -> None:
    client, server = _connected()
    server.redirect("rtmp://elsewhere/live", as_status=as_status)
    client.receive(server.take_output())
    assert client.connect_reply is not None
    assert client.connect_reply.redirect_url == "rtmp://elsewhere/live"


def test_a_server_that_only_closes() -> None:
    client, server = _connected()
    server.close()
    (answer,) = _only(ConnectAnswered, client.receive(server.take_output()))
    assert (answer.reply.command, answer.reply.accepted) == ("close", False)
    assert server.receive(b"anything") == []
    with pytest.raises(LocalProtocolError, match="phase closed"):
        server.send_command("x", 0)


def test_only_the_first_answer_counts() -> None:
    client, server = _connected()
    server.accept()
    server.reject()
    events = client.receive(server.take_output())
    assert len(_only(ConnectAnswered, events)) == 1
    assert [event.name for event in _only(CommandReceived, events)] == ["onBWDone", "_error", "close"]
    assert client.connect_reply is not None
    assert client.connect_reply.accepted


def test_calls_count_their_transactions() -> None:
    client, server = _connected()
    assert client.call("createStream") == 2
    assert client.call("play", "name", -2.0, stream_id=1) == 3
    events = server.receive(client.take_output())
    assert _only(CommandReceived, events) == [
        CommandReceived("createStream", 2.0, (None,)),
        CommandReceived("play", 3.0, (None, "name", -2.0)),
    ]
    assert [event.stream_id for event in _only(MessageReceived, events)] == [0, 1]


def test_bandwidth_checks_are_answered() -> None:
    client, server = _connected()
    server.send_command("_onbwcheck", 9, None, [1.0] * 50)
    server.send_command("onBWDone", 0, None, 8192.0)
    client.receive(server.take_output())
    events = server.receive(client.take_output())
    assert _only(CommandReceived, events) == [CommandReceived("_result", 9.0, (None, 1.0))]


def test_windows_count_the_handshake() -> None:
    client, server = _connected()
    server.send_message(WindowAckSize(2800))  # as zenomt's tcserver
    server.send_message(Audio(bytes(3000)), 1, 40)
    server.send_message(UserControl(ControlEvent.PING_REQUEST, (5,)))
    client.receive(server.take_output())
    messages = _messages(server.receive(client.take_output()))
    assert messages == [
        UserControl(ControlEvent.PING_RESPONSE, (5,)),
        Acknowledgement(client.bytes_received),
    ]


def test_garbage_after_the_handshake() -> None:
    client, server = _connected()
    server.accept()
    data = server.take_output() + b"\xc9garbage"
    with pytest.raises(RemoteProtocolError, match="not RTMP: chunk stream 9 begins with format 3") as caught:
        client.receive(data)
    assert caught.value.offset == HANDSHAKE + len(data) - 8
    # Nothing of what came before is lost.
    assert len(_only(ConnectAnswered, client.undelivered_events())) == 1
    assert client.connect_reply is not None
    assert client.phase is ClientPhase.OPEN
    assert client.first_bytes[HANDSHAKE:] == data[: MAX_FIRST_BYTES - HANDSHAKE]
    assert client.receive_eof() == [PeerClosed(HANDSHAKE + len(data))]


def test_a_reply_in_one_read_with_s2() -> None:
    client, server = _client(), _server()
    server.receive(client.take_output())
    answer = server.take_output()
    client.receive(answer[:1537])
    client.connect(REQUEST)
    server.receive(client.take_output())
    server.accept()
    events = client.receive(answer[1537:] + server.take_output())
    assert isinstance(events[0], HandshakeCompleted)
    assert len(_only(ConnectAnswered, events)) == 1


def test_a_closed_client_reads_and_sends_no_more() -> None:
    client, server = _connected()
    server.accept()
    client.close()
    assert client.receive(server.take_output()) == []
    with pytest.raises(LocalProtocolError, match="phase closed"):
        client.call("x")


def test_the_first_bytes_are_bounded() -> None:
    client, server = _connected()
    server.send_message(Audio(bytes(50_000)))
    client.receive(server.take_output())
    assert len(client.first_bytes) == MAX_FIRST_BYTES
    assert client.bytes_received > 50_000


@given(st.binary(max_size=400), st.integers(1, 100))
def test_arbitrary_bytes_after_the_handshake(data: bytes, piece: int) -> None:
    client, server = _connected()
    for start in range(0, len(data), piece):
        for session in (client, server):
            fault_of(partial(session.receive, data[start : start + piece]))
            session.take_output()
    assert client.phase is ClientPhase.OPEN


@given(st.binary(max_size=3000))
def test_arbitrary_bytes_from_the_start(data: bytes) -> None:
    for session in (_client(), _server()):
        for wire in (b"\x03", data):
            fault_of(partial(session.receive, wire))
    fault = fault_of(partial(_client().receive, data))
    assert (fault is not None) is (data[:1] not in (b"", b"\x03"))
