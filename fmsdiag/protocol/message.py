"""The messages of RTMP as dataclasses, and their payloads (RTMP 1.0, sections 5.4, 6 and 7.1).

decode_message() and encode_message() map (type id, payload) to a dataclass and back. What a prober has no
business in (media, shared objects, aggregates) stays bytes; a type id we do not know becomes Unknown.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from fmsdiag.protocol import amf0
from fmsdiag.protocol.errors import Breach, LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.values import Value


class MessageType(IntEnum):
    """Message type ids."""

    SET_CHUNK_SIZE = 1
    ABORT = 2
    ACKNOWLEDGEMENT = 3
    USER_CONTROL = 4
    WINDOW_ACK_SIZE = 5
    SET_PEER_BANDWIDTH = 6
    AUDIO = 8
    VIDEO = 9
    AMF3_DATA = 15
    AMF3_SHARED_OBJECT = 16
    AMF3_COMMAND = 17
    DATA = 18
    SHARED_OBJECT = 19
    COMMAND = 20
    AGGREGATE = 22


class ControlEvent(IntEnum):
    """Events of a User Control message."""

    STREAM_BEGIN = 0
    STREAM_EOF = 1
    STREAM_DRY = 2
    SET_BUFFER_LENGTH = 3
    STREAM_IS_RECORDED = 4
    PING_REQUEST = 6
    PING_RESPONSE = 7
    SWF_VERIFICATION_REQUEST = 26
    SWF_VERIFICATION_RESPONSE = 27
    BUFFER_EMPTY = 31
    BUFFER_READY = 32
    FLOW_SYNC = 34
    SET_KEEPALIVE = 41


# How many u32 an event carries; the rest of its bytes, and all bytes of other events, stay data.
_EVENT_NUMBERS: dict[int, int] = {
    ControlEvent.STREAM_BEGIN: 1,
    ControlEvent.STREAM_EOF: 1,
    ControlEvent.STREAM_DRY: 1,
    ControlEvent.SET_BUFFER_LENGTH: 2,
    ControlEvent.STREAM_IS_RECORDED: 1,
    ControlEvent.PING_REQUEST: 1,
    ControlEvent.PING_RESPONSE: 1,
    ControlEvent.BUFFER_EMPTY: 1,
    ControlEvent.BUFFER_READY: 1,
    ControlEvent.SET_KEEPALIVE: 2,
}


@dataclass(frozen=True, slots=True)
class SetChunkSize:
    size: int  # bytes of payload per chunk of the sender


@dataclass(frozen=True, slots=True)
class Abort:
    chunk_stream_id: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    byte_count: int  # received so far, modulo 2**32


@dataclass(frozen=True, slots=True)
class UserControl:
    event: int  # a ControlEvent, or any other number
    numbers: tuple[int, ...] = ()  # u32: a stream id, a time, …
    data: bytes = b""  # whatever follows


@dataclass(frozen=True, slots=True)
class WindowAckSize:
    size: int  # acknowledge each time this many bytes have come


@dataclass(frozen=True, slots=True)
class SetPeerBandwidth:
    window: int
    limit: int = 2  # 0 hard, 1 soft, 2 dynamic


@dataclass(frozen=True, slots=True)
class Audio:
    data: bytes


@dataclass(frozen=True, slots=True)
class Video:
    data: bytes


@dataclass(frozen=True, slots=True)
class Data:
    values: tuple[Value, ...]
    amf3: bool = False  # came, or shall go, as type 15


@dataclass(frozen=True, slots=True)
class SharedObject:
    data: bytes
    amf3: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    transaction_id: float
    values: tuple[Value, ...] = ()  # behind the transaction id: command object, arguments
    amf3: bool = False  # came, or shall go, as type 17


@dataclass(frozen=True, slots=True)
class Aggregate:
    data: bytes


@dataclass(frozen=True, slots=True)
class Unknown:
    type_id: int
    data: bytes


Message: TypeAlias = (
    SetChunkSize | Abort | Acknowledgement | UserControl | WindowAckSize | SetPeerBandwidth | Audio | Video
    | Data | SharedObject | Command | Aggregate | Unknown
)  # fmt: skip


def decode_message(type_id: int, payload: bytes) -> Message:
    """The message of a payload. Raises RemoteProtocolError, offset in the payload."""
    match type_id:
        case MessageType.SET_CHUNK_SIZE:
            return SetChunkSize(_u32(payload, type_id))
        case MessageType.ABORT:
            return Abort(_u32(payload, type_id))
        case MessageType.ACKNOWLEDGEMENT:
            return Acknowledgement(_u32(payload, type_id))
        case MessageType.USER_CONTROL:
            return _decode_user_control(payload)
        case MessageType.WINDOW_ACK_SIZE:
            return WindowAckSize(_u32(payload, type_id))
        case MessageType.SET_PEER_BANDWIDTH:
            window, limit = struct.unpack(">IB", _require(payload, 5, type_id))
            return SetPeerBandwidth(window, limit)
        case MessageType.AUDIO:
            return Audio(payload)
        case MessageType.VIDEO:
            return Video(payload)
        case MessageType.AMF3_DATA | MessageType.DATA:
            amf3 = type_id == MessageType.AMF3_DATA
            return Data(_decode_values(payload, amf3), amf3)
        case MessageType.AMF3_SHARED_OBJECT | MessageType.SHARED_OBJECT:
            return SharedObject(payload, type_id == MessageType.AMF3_SHARED_OBJECT)
        case MessageType.AMF3_COMMAND | MessageType.COMMAND:
            return _decode_command(payload, type_id == MessageType.AMF3_COMMAND)
        case MessageType.AGGREGATE:
            return Aggregate(payload)
    return Unknown(type_id, payload)


def encode_message(message: Message) -> tuple[int, bytes]:
    """(type id, payload). Raises LocalProtocolError for values that the format cannot carry."""
    match message:
        case SetChunkSize(number):
            return MessageType.SET_CHUNK_SIZE, _pack(">I", number)
        case Abort(number):
            return MessageType.ABORT, _pack(">I", number)
        case Acknowledgement(number):
            return MessageType.ACKNOWLEDGEMENT, _pack(">I", number)
        case WindowAckSize(number):
            return MessageType.WINDOW_ACK_SIZE, _pack(">I", number)
        case SetPeerBandwidth(window, limit):
            return MessageType.SET_PEER_BANDWIDTH, _pack(">IB", window, limit)
        case UserControl(event, numbers, data):
            return MessageType.USER_CONTROL, _pack(f">H{len(numbers)}I", event, *numbers) + data
        case Audio(data):
            return MessageType.AUDIO, data
        case Video(data):
            return MessageType.VIDEO, data
        case Aggregate(data):
            return MessageType.AGGREGATE, data
        case Unknown(type_id, data):
            return type_id, data
        case SharedObject(data, amf3):
            return (MessageType.AMF3_SHARED_OBJECT if amf3 else MessageType.SHARED_OBJECT), data
        case Data(values, amf3):
            return (MessageType.AMF3_DATA if amf3 else MessageType.DATA), _encode_values(values, amf3)
        case Command(name, transaction_id, values, amf3):
            payload = _encode_values((name, transaction_id, *values), amf3)
            return (MessageType.AMF3_COMMAND if amf3 else MessageType.COMMAND), payload


def _decode_user_control(payload: bytes) -> UserControl:
    event = int.from_bytes(_require(payload, 2, MessageType.USER_CONTROL), "big")
    count = _EVENT_NUMBERS.get(event, 0)
    body = _require(payload, 2 + 4 * count, MessageType.USER_CONTROL)[2:]
    return UserControl(event, struct.unpack(f">{count}I", body), payload[2 + 4 * count :])


def _decode_command(payload: bytes, amf3: bool) -> Command:
    values = _decode_values(payload, amf3)
    if not values or not isinstance(values[0], str):
        raise RemoteProtocolError("command without a name, in a message", 0, payload)
    # A few servers leave out the transaction id of commands that want no answer.
    if len(values) > 1 and isinstance(values[1], float):
        return Command(values[0], values[1], values[2:], amf3)
    return Command(values[0], 0.0, values[1:], amf3)


def _decode_values(payload: bytes, amf3: bool) -> tuple[Value, ...]:
    """AMF0 values; types 15 and 17 have a format selector before them, 0, which some senders forget."""
    selector = 1 if amf3 and payload[:1] == b"\0" else 0
    try:
        return amf0.decode_values(payload[selector:])
    except RemoteProtocolError as error:
        offset = None if error.offset is None else error.offset + selector
        raise RemoteProtocolError(error.what, offset, error.data) from None


def _encode_values(values: tuple[Value, ...], amf3: bool) -> bytes:
    return (b"\0" if amf3 else b"") + amf0.encode_values(values)


def _require(payload: bytes, size: int, type_id: int) -> bytes:
    """The first `size` bytes; more are tolerated, less are not."""
    if len(payload) < size:
        raise RemoteProtocolError(
            f"message type {int(type_id)} of {len(payload)} bytes", 0, payload, Breach.CONTROL_LENGTH
        )
    return payload[:size]


def _u32(payload: bytes, type_id: int) -> int:
    return int.from_bytes(_require(payload, 4, type_id), "big")


def _pack(layout: str, *numbers: int) -> bytes:
    try:
        return struct.pack(layout, *numbers)
    except struct.error as error:
        raise LocalProtocolError(f"number out of range: {error}") from None
