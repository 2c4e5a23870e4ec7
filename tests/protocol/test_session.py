from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import RemoteProtocolError
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
from fmsdiag.protocol.session import MAX_FIRST_BYTES
from tests.protocol.conftest import Cut, fault_of
from tests.protocol.session_pair import HANDSHAKE, REQUEST, a_client, a_server, connected, messages, only


@pytest.mark.parametrize("kind", HandshakeKind)
@pytest.mark.parametrize("server_kind", [None, *HandshakeKind])
def test_a_whole_connection(kind: HandshakeKind, server_kind: HandshakeKind | None, cut: Cut) -> None:
    client, server = a_client(kind), a_server(server_kind)
    seen: list[Event] = []
    asked: list[Event] = []
    for _ in range(4):
        for piece in cut(client.take_output()):
            events = server.receive(piece)
            asked += events
            if only(ConnectRequested, events):
                server.accept()
        for piece in cut(server.take_output()):
            events = client.receive(piece)
            seen += events
            if only(S1Received, events):
                client.connect(REQUEST)
    assert client.phase is ClientPhase.OPEN
    assert server.phase is ServerPhase.OPEN
    assert [type(event) for event in asked[:3]] == [HandshakeCompleted, MessageReceived, ConnectRequested]
    assert server.connect_request is not None
    assert (server.connect_request.app, server.connect_request.tc_url) == ("live", "rtmp://host/live")
    assert [type(event) for event in seen[:3]] == [S0Received, S1Received, HandshakeCompleted]
    assert [type(message) for message in messages(seen)] == [
        WindowAckSize,
        SetPeerBandwidth,
        UserControl,
        SetChunkSize,
        Command,
        Command,
    ]
    assert only(PeerSetChunkSize, seen) == [PeerSetChunkSize(4096)]
    (answer,) = only(ConnectAnswered, seen)
    assert answer.reply is client.connect_reply
    assert answer.reply.accepted
    assert only(CommandReceived, seen) == [CommandReceived("onBWDone", 0.0, (None,))]
    # The Window Ack Size of the client's answer to Set Peer Bandwidth has arrived too.
    assert WindowAckSize(2_500_000) in messages(asked)


def test_writes_are_as_few_as_can_be() -> None:
    client, server = a_client(), a_server()
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


@pytest.mark.parametrize("position", [5, 700, 1000, 2000, 3072])
def test_a_corrupt_handshake_goes_on(position: int) -> None:
    client, server = a_client(), a_server()
    server.receive(client.take_output())
    answer = bytearray(server.take_output())
    answer[position] ^= 1
    client.receive(bytes(answer))
    assert client.phase is ClientPhase.OPEN
    assert client.facts.digest_valid is (position > 1536)
    assert client.facts.s2_signature_valid is (False if position > 1536 else None)


def test_windows_count_the_handshake() -> None:
    client, server = connected()
    server.send_message(WindowAckSize(2800))  # as zenomt's tcserver
    server.send_message(Audio(bytes(3000)), 1, 40)
    server.send_message(UserControl(ControlEvent.PING_REQUEST, (5,)))
    client.receive(server.take_output())
    heard = messages(server.receive(client.take_output()))
    assert heard == [
        UserControl(ControlEvent.PING_RESPONSE, (5,)),
        Acknowledgement(client.bytes_received),
    ]


def test_garbage_after_the_handshake() -> None:
    client, server = connected()
    server.accept()
    data = server.take_output() + b"\xc9garbage"
    with pytest.raises(RemoteProtocolError, match="not RTMP: chunk stream 9 begins with format 3") as caught:
        client.receive(data)
    assert caught.value.offset == HANDSHAKE + len(data) - 8
    # Nothing of what came before is lost.
    assert len(only(ConnectAnswered, client.undelivered_events())) == 1
    assert client.connect_reply is not None
    assert client.phase is ClientPhase.OPEN
    assert client.first_bytes[HANDSHAKE:] == data[: MAX_FIRST_BYTES - HANDSHAKE]
    assert client.receive_eof() == [PeerClosed(HANDSHAKE + len(data))]


def test_the_first_bytes_are_bounded() -> None:
    client, server = connected()
    server.send_message(Audio(bytes(50_000)))
    client.receive(server.take_output())
    assert len(client.first_bytes) == MAX_FIRST_BYTES
    assert client.bytes_received > 50_000


@given(st.binary(max_size=400), st.integers(1, 100))
def test_arbitrary_bytes_after_the_handshake(data: bytes, piece: int) -> None:
    client, server = connected()
    for start in range(0, len(data), piece):
        for session in (client, server):
            fault_of(partial(session.receive, data[start : start + piece]))
            session.take_output()
    assert client.phase is ClientPhase.OPEN


@given(st.binary(max_size=3000))
def test_arbitrary_bytes_from_the_start(data: bytes) -> None:
    for session in (a_client(), a_server()):
        for wire in (b"\x03", data):
            fault_of(partial(session.receive, wire))
    fault = fault_of(partial(a_client().receive, data))
    assert (fault is not None) is (data[:1] not in (b"", b"\x03"))
