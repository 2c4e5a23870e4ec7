"""The first bytes of a row, each part named at its offset: offset, hexadecimal, ASCII. Pure.

C0 and S0 are one byte, C1, C2, S1 and S2 1536 bytes each (RTMP specification, section 5.2); TLS records have a header
of five bytes (RFC 8446, section 5.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.timeline.nodes import AttemptNode, Node, StepNode
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import Observation, StepName
from fmsdiag.report.words import observed_label


class BytesTexts(Table, of="gui.bytes"):
    """The page: titles of blocks, names of parts, and what is said about them."""

    NO_BYTES = text("This row sent and received no data.")
    SENT = plural("{step:name}: {count} byte sent", "{step:name}: {count} bytes sent", by="count")
    RECEIVED = plural("{step:name}: {count} byte received", "{step:name}: {count} bytes received", by="count")
    KEPT = text("The first {kept:count} were kept; {more:count} more were not.")
    NONE_KEPT = text("None were kept.")
    AT = text("at {where:name}")
    AT_ABOUT = text("at {where:name}: {about:name}")
    AT_NOT_KEPT = text("at {where:name}: not kept")
    AT_ABOUT_NOT_KEPT = text("at {where:name}: {about:name}, not kept")
    DATA = text("Data")
    BODY = text("Body")
    HTTP_HEAD = text("HTTP headers")
    BEHIND_HANDSHAKE = text("After the handshake")
    VERSION = text("version {version:name}")
    RANDOM = text("time {time:name}, version {version:name}, then random bytes")
    ANSWER_TO = text("the answer to {part:name}")
    RECORD = text("TLS record: {kind:name}")
    HELLO = text("TLS record: {kind:name} ({message:name})")
    FURTHER_RECORDS = text("Further records")
    LENGTH = plural("{count} byte", "{count} bytes")
    CHUNK_HEADER = text("Chunk header")
    CHUNK = text("chunk stream {stream:name}, {message:name}, {size:name}")
    MESSAGE_TYPE = text("message type {number:name}")
    CHUNK_DATA = text("Chunk data and what follows")
    CHUNKS = text("Chunks")


_BLOCK = 1536
_PRINTABLE = range(0x20, 0x7F)
_RECORDS = {20: "change cipher spec", 21: "alert", 22: "handshake", 23: "encrypted data"}
_HELLOS = {
    1: "Client Hello",
    2: "Server Hello",
    11: "Certificate",
    12: "Server Key Exchange",
    14: "Server Hello Done",
}
_MESSAGES = {
    1: "Set Chunk Size", 3: "Acknowledgement", 4: "User Control", 5: "Window Ack Size", 6: "Set Peer Bandwidth",
    17: "AMF3 command", 20: "AMF0 command",
}  # fmt: skip


class Part(NamedTuple):
    """A named stretch of what was sent or received; `end` may lie behind what was kept."""

    start: int
    end: int
    name: str
    about: str = ""


def bytes_spans(node: Node | None, row: int = 16) -> list[Span]:
    """All that was kept of the row's bytes, `row` of them on a line."""
    spans: list[Span] = []
    for seen in _observations(node):
        for is_sent, data, count in (
            (True, seen.first_out, seen.bytes_out),
            (False, seen.first_in, seen.bytes_in),
        ):
            if data or count:
                spans += _block(seen, is_sent, data, max(count, len(data)), row)
    return spans or [Span(say(BytesTexts.NO_BYTES), Style.MUTED)]


def parts(step: StepName, data: bytes, total: int, sent: bool) -> list[Part]:
    """What the bytes are, in order and without gaps; `total` counts those that were not kept, too."""
    if data.startswith(b"HTTP/") or (sent and data[:5] in (b"GET /", b"POST ", b"CONNE")):
        return list(_http(data, total))
    if step is StepName.HANDSHAKE:
        return list(_handshake(data, total, "C" if sent else "S"))
    if step is StepName.TLS:
        return list(_tls(data, total))
    if step is StepName.CONNECT:
        return list(_chunks(data, total))
    return [Part(0, total, say(BytesTexts.DATA))]


def _observations(node: Node | None) -> Iterator[Observation]:
    steps = node.steps if isinstance(node, AttemptNode) else [node] if isinstance(node, StepNode) else []
    for step in steps:
        if step.observation is not None:
            yield step.observation


def _block(seen: Observation, is_sent: bool, data: bytes, count: int, row: int) -> Iterator[Span]:
    title = BytesTexts.SENT if is_sent else BytesTexts.RECEIVED
    yield Span(f"{say(title, step=observed_label(seen), count=count)}\n", Style.TITLE)
    more = count - len(data)
    if more:
        kept = say(BytesTexts.KEPT, kept=len(data), more=more) if data else say(BytesTexts.NONE_KEPT)
        yield Span(f"{kept}\n", Style.MUTED)
    for part in parts(seen.step, data, count, is_sent):
        yield Span(f"\n{part.name}", Style.NAME)
        yield Span(f" {_about(part, kept=part.start < len(data))}\n", Style.MUTED)
        if part.start >= len(data):
            continue  # named, so that the reader sees where it is, but not kept
        yield Span("".join(_dump(data, part.start, min(part.end, len(data)), row)))
    yield Span("\n")


def _about(part: Part, kept: bool) -> str:
    where = _where(part)
    if part.about:
        return say(
            BytesTexts.AT_ABOUT if kept else BytesTexts.AT_ABOUT_NOT_KEPT, where=where, about=part.about
        )
    return say(BytesTexts.AT if kept else BytesTexts.AT_NOT_KEPT, where=where)


def _where(part: Part) -> str:
    last = max(part.start, part.end - 1)
    return f"{part.start}" if last == part.start else f"{part.start}–{last}"


def _dump(data: bytes, start: int, end: int, row: int) -> Iterator[str]:
    """Lines of `row` bytes, each byte in the column of its offset though parts begin anywhere."""
    for offset in range(start - start % row, end, row):
        cells, letters = [], []
        for at in range(offset, offset + row):
            inside = start <= at < end
            cells.append(f"{data[at]:02x}" if inside else "  ")
            letters.append((chr(data[at]) if data[at] in _PRINTABLE else ".") if inside else " ")
        halves = (" ".join(cells[i : i + 8]) for i in range(0, row, 8))
        yield f"{max(offset, start):04x}  {'  '.join(halves)}  {''.join(letters).rstrip()}\n"


def _handshake(data: bytes, total: int, side: str) -> Iterator[Part]:
    yield Part(0, 1, f"{side}0", say(BytesTexts.VERSION, version=str(data[0])) if data else "")
    if total > 1:
        about = ""
        if len(data) >= 9:
            version = ".".join(str(byte) for byte in data[5:9])
            time = str(int.from_bytes(data[1:5], "big"))
            about = say(BytesTexts.RANDOM, time=time, version=version)
        yield Part(1, min(total, 1 + _BLOCK), f"{side}1", about)
    if total > 1 + _BLOCK:
        peer = "S" if side == "C" else "C"
        yield Part(
            1 + _BLOCK, min(total, 1 + 2 * _BLOCK), f"{side}2", say(BytesTexts.ANSWER_TO, part=f"{peer}1")
        )
    if total > 1 + 2 * _BLOCK:
        yield Part(1 + 2 * _BLOCK, total, say(BytesTexts.BEHIND_HANDSHAKE))


def _http(data: bytes, total: int) -> Iterator[Part]:
    at = 0
    while at < len(data):
        end = data.find(b"\r\n\r\n", at)
        stop = total if end < 0 else end + 4
        first = data[at:].split(b"\r\n", 1)[0][:40].decode("latin-1")
        line = "".join(c if c.isprintable() else "." for c in first)
        if not (line.startswith(("HTTP/", "GET ", "POST ", "CONNECT "))):
            yield Part(at, total, say(BytesTexts.BODY))
            return
        yield Part(at, stop, say(BytesTexts.HTTP_HEAD), line)
        length = _content_length(data[at:stop])
        at = stop
        body = total if length is None else min(total, at + length)
        if body > at:
            yield Part(at, body, say(BytesTexts.BODY))
        at = body


def _content_length(head: bytes) -> int | None:
    """What the head says of its body; none where it says nothing and something may follow."""
    for line in head.lower().split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip() == b"content-length" and value.strip().isdigit():
            return int(value.strip()[:9])
    return 0 if head[:4] == b"GET " or head[:8] == b"CONNECT " else None


def _tls(data: bytes, total: int) -> Iterator[Part]:
    at, secret = 0, False
    while at + 5 <= len(data) and data[at] in _RECORDS and data[at + 1] == 3:
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        kind, message = _RECORDS[data[at]], None
        if data[at] == 22 and not secret and at + 5 < len(data):
            message = _HELLOS.get(data[at + 5])
        secret = secret or data[at] == 20
        name = (
            say(BytesTexts.HELLO, kind=kind, message=message)
            if message
            else say(BytesTexts.RECORD, kind=kind)
        )
        yield Part(at, min(total, at + 5 + length), name, say(BytesTexts.LENGTH, count=length))
        at += 5 + length
    if at < total:
        yield Part(at, total, say(BytesTexts.DATA if at < len(data) else BytesTexts.FURTHER_RECORDS))


def _chunks(data: bytes, total: int) -> Iterator[Part]:
    """The first chunk's header; where the next one begins depends on a chunk size that may change on the way."""
    at = 0
    if len(data) >= 12 and data[0] >> 6 == 0 and data[0] & 0x3F > 1:
        size, kind = int.from_bytes(data[4:7], "big"), data[7]
        what = _MESSAGES.get(kind) or say(BytesTexts.MESSAGE_TYPE, number=str(kind))
        at = 16 if data[1:4] == b"\xff\xff\xff" else 12
        yield Part(0, at, say(BytesTexts.CHUNK_HEADER), _chunk(data[0] & 0x3F, what, size))
    if total > at:
        yield Part(at, total, say(BytesTexts.CHUNK_DATA if at else BytesTexts.CHUNKS))


def _chunk(stream: int, message: str, size: int) -> str:
    length = say(BytesTexts.LENGTH, count=size)
    return say(BytesTexts.CHUNK, stream=str(stream), message=message, size=length)
