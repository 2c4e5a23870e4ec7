from __future__ import annotations

import pytest

from fmsdiag.protocol.chunk import RawMessage
from fmsdiag.protocol.connection import Connection
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.message import (
    Acknowledgement,
    Audio,
    Command,
    ControlEvent,
    Data,
    Message,
    SetChunkSize,
    SetPeerBandwidth,
    UserControl,
    Video,
    WindowAckSize,
)
from tests.protocol.conftest import Cut


def _connection() -> Connection:
    return Connection(base_offset=0, max_message_bytes=1 << 20)


def _wire(*messages: Message) -> bytes:
    sender = _connection()
    for message in messages:
        sender.send(message)
    return sender.take_output()


def _messages(wire: bytes) -> list[Message]:
    receiver = _connection()
    receiver.feed(wire)
    return _drain(receiver)


def _drain(connection: Connection) -> list[Message]:
    messages = []
    while (received := connection.next_message()) is not None:
        messages.append(received.message)
    return messages


def _answers(connection: Connection, wire: bytes) -> list[Message]:
    connection.feed(wire)
    _drain(connection)
    return _messages(connection.take_output())


def test_messages_arrive_however_they_are_cut(cut: Cut) -> None:
    sent: list[Message] = [SetChunkSize(50), Command("x", 1.0, ("y" * 200,)), Audio(bytes(60))]
    receiver = _connection()
    received: list[Message] = []
    for piece in cut(_wire(*sent)):
        receiver.feed(piece)
        received += _drain(receiver)
    assert received == sent


def test_output_is_handed_out_once() -> None:
    connection = _connection()
    connection.send(Audio(b"a"))
    assert connection.take_output()
    assert connection.take_output() == b""


@pytest.mark.parametrize(
    ("message", "stream_id", "chunk_stream_id"),
    [
        (WindowAckSize(1), 0, 2),
        (Command("x", 0.0), 0, 3),
        (Data(()), 0, 3),
        (Command("play", 0.0), 1, 8),
        (Audio(b""), 1, 4),
        (Video(b""), 1, 6),
    ],
)
def test_customary_chunk_streams(message: Message, stream_id: int, chunk_stream_id: int) -> None:
    connection = _connection()
    connection.send(message, stream_id, timestamp_ms=77)
    receiver = _connection()
    receiver.feed(connection.take_output())
    received = receiver.next_message()
    assert received is not None
    assert isinstance(received.raw, RawMessage)
    assert (received.raw.chunk_stream_id, received.raw.stream_id) == (chunk_stream_id, stream_id)
    assert received.raw.timestamp_ms == 77


def test_pings_are_answered_with_the_same_time() -> None:
    wire = _wire(UserControl(ControlEvent.PING_REQUEST, (123,)))
    assert _answers(_connection(), wire) == [UserControl(ControlEvent.PING_RESPONSE, (123,))]


def test_peer_bandwidth_is_answered_once_per_value() -> None:
    connection = _connection()
    assert _answers(connection, _wire(SetPeerBandwidth(5000))) == [WindowAckSize(5000)]
    assert _answers(connection, _wire(SetPeerBandwidth(5000))) == []
    assert _answers(connection, _wire(SetPeerBandwidth(6000))) == [WindowAckSize(6000)]


def test_each_window_is_acknowledged() -> None:
    connection = _connection()
    announcement = _wire(WindowAckSize(1000))
    assert _answers(connection, announcement) == []
    payload = _wire(Audio(bytes(900)))
    total = len(announcement) + len(payload)
    assert _answers(connection, payload) == ([Acknowledgement(total)] if total >= 1000 else [])
    assert _answers(connection, payload * 5) == [Acknowledgement(len(announcement) + 6 * len(payload))]
    assert _answers(connection, b"") == []


def test_without_a_window_nothing_is_acknowledged() -> None:
    assert _answers(_connection(), _wire(WindowAckSize(0), Audio(bytes(5000)))) == []


def test_a_broken_message_tells_its_type_and_its_place_in_the_stream() -> None:
    sender = _connection()
    sender.send(Audio(b"abc"))
    before = len(sender.take_output())
    broken = bytes.fromhex("03 000000 000001 14 00000000 09")
    connection = Connection(base_offset=3073, max_message_bytes=100)
    connection.feed(_wire(Audio(b"abc")) + broken)
    assert connection.next_message() is not None
    end = 3073 + before + len(broken)
    with pytest.raises(RemoteProtocolError, match=f"AMF0 type 9 .* of type 20 before byte {end}"):
        connection.next_message()


def test_what_cannot_be_encoded_leaves_no_output() -> None:
    connection = _connection()
    with pytest.raises(LocalProtocolError):
        connection.send(Command("x", 1.0, (b"bytes",)))
    assert connection.take_output() == b""
