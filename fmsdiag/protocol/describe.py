"""One line per message, for transcripts: safe to print whatever the peer sent, and never long."""

from __future__ import annotations

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
from fmsdiag.protocol.values import PlainValue, Value, to_plain

MAX_LINE = 200
_LIMIT_NAMES = {0: "hard", 1: "soft", 2: "dynamic"}


def describe(message: Message) -> str:
    """A line of at most MAX_LINE characters, control characters escaped."""
    return printable(_describe(message), MAX_LINE)


def printable(text: str, limit: int) -> str:
    """The text with everything unprintable escaped, cut with "…" at `limit` characters."""
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text[: limit + 1]
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _describe(message: Message) -> str:
    match message:
        case SetChunkSize(size):
            return f"Set Chunk Size {size}"
        case Abort(chunk_stream_id):
            return f"Abort chunk stream {chunk_stream_id}"
        case Acknowledgement(byte_count):
            return f"Acknowledgement {byte_count}"
        case WindowAckSize(size):
            return f"Window Ack Size {size}"
        case SetPeerBandwidth(window, limit):
            return f"Set Peer Bandwidth {window} {_LIMIT_NAMES.get(limit, limit)}"
        case UserControl():
            return _describe_control(message)
        case Command(name, transaction_id, values):
            return f"{name} #{transaction_id:g} {_describe_values(values)}".rstrip()
        case Data(values):
            return f"Data {_describe_values(values)}".rstrip()
        case Unknown(type_id, data):
            return f"message type {type_id}, {len(data)} bytes"
        case Audio(data) | Video(data) | SharedObject(data) | Aggregate(data):
            return f"{type(message).__name__}, {len(data)} bytes"


def _describe_control(message: UserControl) -> str:
    try:
        name = ControlEvent(message.event).name.replace("_", " ").capitalize().replace("Swf", "SWF")
    except ValueError:
        name = f"User Control event {message.event}"
    words = [name, *(str(number) for number in message.numbers)]
    return " ".join(words) + (f", {len(message.data)} more bytes" if message.data else "")


def _describe_values(values: tuple[Value, ...]) -> str:
    # to_plain bounds each value; a line has no room for many of them
    return " ".join(_render(to_plain(value)) for value in values[:8])


def _render(value: PlainValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case dict():
            return "{" + ", ".join(f"{key}: {_render(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(_render(item) for item in value) + "]"
    return str(value)
