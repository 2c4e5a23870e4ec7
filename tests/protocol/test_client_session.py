from __future__ import annotations

import pytest

from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import (
    ClientPhase,
    CommandReceived,
    ConnectAnswered,
    HandshakeCompleted,
    MessageReceived,
    PeerClosed,
    S0Received,
)
from tests.protocol.session_pair import REQUEST, a_client, a_server, connected, only


@pytest.mark.parametrize(
    "first", [b"HTTP/1.1 400 Bad Request\r\n", b"\x15\x03\x01\x00\x02\x02\x46", b"\x06", b"\0"]
)
def test_another_s0_is_the_peers_fault_at_once(first: bytes) -> None:
    client = a_client()
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


@pytest.mark.parametrize("size", [0, 1, 1536, 1537, 3072])
def test_a_handshake_cut_short(size: int) -> None:
    client, server = a_client(), a_server()
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


def test_connect_before_s1_is_our_fault() -> None:
    client = a_client()
    with pytest.raises(LocalProtocolError, match="phase wait-s0"):
        client.connect(REQUEST)
    client.receive(b"\x03")
    with pytest.raises(LocalProtocolError, match="phase wait-s1"):
        client.call("createStream")


def test_connect_twice_is_our_fault() -> None:
    client, _ = connected()
    with pytest.raises(LocalProtocolError, match="connect was sent already"):
        client.connect(REQUEST)


def test_only_the_first_answer_counts() -> None:
    client, server = connected()
    server.accept()
    server.reject()
    events = client.receive(server.take_output())
    assert len(only(ConnectAnswered, events)) == 1
    assert [event.name for event in only(CommandReceived, events)] == ["onBWDone", "_error", "close"]
    assert client.connect_reply is not None
    assert client.connect_reply.accepted


def test_calls_count_their_transactions() -> None:
    client, server = connected()
    assert client.call("createStream") == 2
    assert client.call("play", "name", -2.0, stream_id=1) == 3
    events = server.receive(client.take_output())
    assert only(CommandReceived, events) == [
        CommandReceived("createStream", 2.0, (None,)),
        CommandReceived("play", 3.0, (None, "name", -2.0)),
    ]
    assert [event.stream_id for event in only(MessageReceived, events)] == [0, 1]


def test_bandwidth_checks_are_answered() -> None:
    client, server = connected()
    server.send_command("_onbwcheck", 9, None, [1.0] * 50)
    server.send_command("onBWDone", 0, None, 8192.0)
    client.receive(server.take_output())
    events = server.receive(client.take_output())
    assert only(CommandReceived, events) == [CommandReceived("_result", 9.0, (None, 1.0))]


def test_a_reply_in_one_read_with_s2() -> None:
    client, server = a_client(), a_server()
    server.receive(client.take_output())
    answer = server.take_output()
    client.receive(answer[:1537])
    client.connect(REQUEST)
    server.receive(client.take_output())
    server.accept()
    events = client.receive(answer[1537:] + server.take_output())
    assert isinstance(events[0], HandshakeCompleted)
    assert len(only(ConnectAnswered, events)) == 1


def test_a_closed_client_reads_and_sends_no_more() -> None:
    client, server = connected()
    server.accept()
    client.close()
    assert client.receive(server.take_output()) == []
    with pytest.raises(LocalProtocolError, match="phase closed"):
        client.call("x")
