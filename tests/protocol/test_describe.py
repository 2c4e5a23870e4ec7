from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.describe import MAX_LINE, describe, printable
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
)
from fmsdiag.protocol.values import Value
from tests.protocol.test_amf0 import VALUES

LINES: list[tuple[Message, str]] = [
    (SetChunkSize(4096), "Set Chunk Size 4096"),
    (Abort(3), "Abort chunk stream 3"),
    (Acknowledgement(10), "Acknowledgement 10"),
    (WindowAckSize(5), "Window Ack Size 5"),
    (SetPeerBandwidth(5, 2), "Set Peer Bandwidth 5 dynamic"),
    (SetPeerBandwidth(5, 9), "Set Peer Bandwidth 5 9"),
    (UserControl(ControlEvent.STREAM_BEGIN, (0,)), "Stream begin 0"),
    (UserControl(ControlEvent.SWF_VERIFICATION_REQUEST), "SWF verification request"),
    (UserControl(99, (), b"abc"), "User Control event 99, 3 more bytes"),
    (Audio(b"ab"), "Audio, 2 bytes"),
    (Video(b""), "Video, 0 bytes"),
    (SharedObject(b""), "SharedObject, 0 bytes"),
    (Aggregate(b""), "Aggregate, 0 bytes"),
    (Unknown(99, b"a"), "message type 99, 1 bytes"),
    (Data(("onMetaData", {"width": 640.0})), 'Data "onMetaData" {width: 640}'),
    (Command("onBWDone", 0.0), "onBWDone #0"),
    (
        Command("_result", 1.0, (None, {"code": "X", "list": [True, 0.5]})),
        '_result #1 null {code: "X", list: [true, 0.5]}',
    ),
    (Command("a\x1b[31m\n", 1.0, ("b\r\0",)), r'a\x1b[31m\n #1 "b\r\x00"'),
]


@pytest.mark.parametrize(("message", "line"), LINES)
def test_each_message(message: Message, line: str) -> None:
    assert describe(message) == line


def test_long_lines_are_cut() -> None:
    line = describe(Command("x" * 500, 1.0))
    assert len(line) == MAX_LINE
    assert line.endswith("…")


def test_escapes_count_as_they_are_shown() -> None:
    assert printable("\0" * 50, 10) == r"\x00\x00\…"


@given(st.text(max_size=30), st.floats(), st.lists(VALUES, max_size=10))
def test_a_line_is_always_one_line(name: str, transaction_id: float, values: list[Value]) -> None:
    line = describe(Command(name, transaction_id, tuple(values)))
    assert line.isprintable()
    assert len(line) <= MAX_LINE
