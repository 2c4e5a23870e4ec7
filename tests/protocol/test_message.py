from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.message import (
    Abort,
    Acknowledgement,
    Aggregate,
    Audio,
    Command,
    ControlEvent,
    Data,
    Message,
    SetChunkSize,
    SetPeerBandwidth,
    SharedObject,
    Unknown,
    UserControl,
    Video,
    WindowAckSize,
    decode_message,
    encode_message,
)
from tests.protocol.conftest import fault_of

CASES: list[tuple[Message, int, str]] = [
    (SetChunkSize(4096), 1, "00001000"),
    (Abort(3), 2, "00000003"),
    (Acknowledgement(0xFFFFFFFF), 3, "ffffffff"),
    (UserControl(ControlEvent.STREAM_BEGIN, (1,)), 4, "0000 00000001"),
    (UserControl(ControlEvent.SET_BUFFER_LENGTH, (1, 3000)), 4, "0003 00000001 00000bb8"),
    (UserControl(ControlEvent.PING_REQUEST, (7,)), 4, "0006 00000007"),
    (UserControl(ControlEvent.PING_RESPONSE, (7,), b"x"), 4, "0007 00000007 78"),
    (UserControl(ControlEvent.SWF_VERIFICATION_REQUEST), 4, "001a"),
    (UserControl(ControlEvent.SWF_VERIFICATION_RESPONSE, (), bytes(42)), 4, "001b" + "00" * 42),
    (UserControl(ControlEvent.SET_KEEPALIVE, (1, 2)), 4, "0029 00000001 00000002"),
    (UserControl(999, (), b"abc"), 4, "03e7 616263"),
    (WindowAckSize(2_500_000), 5, "002625a0"),
    (SetPeerBandwidth(2_500_000, 0), 6, "002625a0 00"),
    (Audio(b"\xaf\x01"), 8, "af01"),
    (Video(b""), 9, ""),
    (Data(("x",), amf3=True), 15, "00 02 0001 78"),
    (SharedObject(b"so", amf3=True), 16, "736f"),
    (Command("x", 1.0, (None,), amf3=True), 17, "00 02 0001 78 00 3ff0000000000000 05"),
    (Data(("x", 1.0)), 18, "02 0001 78 00 3ff0000000000000"),
    (SharedObject(b"so"), 19, "736f"),
    (Command("x", 1.0), 20, "02 0001 78 00 3ff0000000000000"),
    (Aggregate(b"ag"), 22, "6167"),
    (Unknown(99, b"??"), 99, "3f3f"),
]


@pytest.mark.parametrize(("message", "type_id", "wire"), CASES)
def test_each_message_in_both_directions(message: Message, type_id: int, wire: str) -> None:
    payload = bytes.fromhex(wire)
    assert encode_message(message) == (type_id, payload)
    assert decode_message(type_id, payload) == message


@pytest.mark.parametrize("type_id", [1, 2, 3, 5])
def test_numbers_may_be_followed_by_more_but_not_by_less(type_id: int) -> None:
    assert decode_message(type_id, bytes(8)) == decode_message(type_id, bytes(4))
    with pytest.raises(RemoteProtocolError, match=f"message type {type_id} of 3 bytes"):
        decode_message(type_id, bytes(3))


@pytest.mark.parametrize(
    ("type_id", "wire"), [(4, "00"), (4, "0006 000000"), (4, "0003 00000001"), (6, "002625a0")]
)
def test_control_messages_cut_short(type_id: int, wire: str) -> None:
    with pytest.raises(RemoteProtocolError, match=f"message type {type_id} of"):
        decode_message(type_id, bytes.fromhex(wire))


def test_a_command_may_lack_its_transaction() -> None:
    assert decode_message(20, bytes.fromhex("02 0001 78")) == Command("x", 0.0)
    assert decode_message(20, bytes.fromhex("02 0001 78 05")) == Command("x", 0.0, (None,))


def test_type_17_without_its_selector() -> None:
    assert decode_message(17, bytes.fromhex("02 0001 78")) == Command("x", 0.0, amf3=True)


@pytest.mark.parametrize("wire", ["", "05", "00 3ff0000000000000"])
def test_a_command_must_have_a_name(wire: str) -> None:
    with pytest.raises(RemoteProtocolError, match="command without a name"):
        decode_message(20, bytes.fromhex(wire))


def test_offsets_count_the_selector() -> None:
    with pytest.raises(RemoteProtocolError, match="AMF0 type 9") as caught:
        decode_message(15, bytes.fromhex("00 05 09"))
    assert caught.value.offset == 2


@pytest.mark.parametrize("message", [SetChunkSize(-1), WindowAckSize(2**32), SetPeerBandwidth(0, 256)])
def test_numbers_out_of_range_are_our_fault(message: Message) -> None:
    with pytest.raises(LocalProtocolError, match="number out of range"):
        encode_message(message)


@given(st.integers(0, 255), st.binary(max_size=60))
def test_arbitrary_bytes_only_ever_raise_remote_protocol_error(type_id: int, payload: bytes) -> None:
    fault = fault_of(lambda: decode_message(type_id, payload))
    if fault is None:
        assert encode_message(decode_message(type_id, payload))[0] == type_id
    else:
        assert 0 <= (fault.offset or 0) <= len(payload)
