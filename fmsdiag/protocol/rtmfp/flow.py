"""Flows of a session: user data, acknowledgements and the TC messages in them (RFC 7016, section 3.6; RFC 7425, section 5).

SendFlow cuts messages into fragments and repeats what is not acknowledged; ReceiveFlow puts fragments together again.
Both are bounded in what they keep. Parsing raises RtmfpError and nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.packet import MARKER, Option, Reader, encode_option, encode_vlu

FRAGMENT_BYTES = 1024
MAX_OUTSTANDING = 32  # fragments sent and not acknowledged
MAX_QUEUED_BYTES = 1 << 20
MAX_MESSAGE_BYTES = 1 << 18
MAX_EARLY_FRAGMENTS = 256  # that came before one that is missing
MAX_EARLY_BYTES = 1 << 17
EARLY_OVERHEAD_BYTES = 256  # of memory for each of them, beside its data
MAX_RANGES = 64  # of an acknowledgement
BUFFER_BLOCKS = 64  # of 1024 bytes, told to the sender
RESEND_S = 0.7  # the first time; each later interval is longer by as much
MAX_RESENDS = 3

METADATA_OPTION = 0x00
RETURN_OPTION = 0x0A
_OPTIONAL_OPTIONS = 0x2000  # types from here on may be ignored

_TC = b"TC"
_STREAM_ID_PRESENT = 0x04


class Fragment(IntEnum):
    """Which part of a message user data is."""

    WHOLE = 0x00
    BEGIN = 0x10
    END = 0x20
    MIDDLE = 0x30


_MAX_SEQUENCE = 1 << 60  # so that whatever follows from it can still be sent
_FRAGMENT_MASK, _OPTIONS, _ABANDONED, _FINAL = 0x30, 0x80, 0x02, 0x01


class UserData(NamedTuple):
    """Payload of a User Data chunk. All sequence numbers up to sequence - offset are acknowledged or given up."""

    flow_id: int
    sequence: int
    offset: int
    data: bytes
    fragment: Fragment = Fragment.WHOLE
    options: tuple[Option, ...] = ()
    abandoned: bool = False
    final: bool = False

    def encode(self) -> bytes:
        listed = b"".join(encode_option(*option) for option in self.options)
        flags = (
            self.fragment
            | (_OPTIONS if listed else 0)
            | (_ABANDONED if self.abandoned else 0)
            | (_FINAL if self.final else 0)
        )
        numbers = (self.flow_id, self.sequence, self.offset)
        head = bytes((flags,)) + b"".join(map(encode_vlu, numbers))
        return head + (listed + MARKER if listed else b"") + self.data


def parse_user_data(payload: bytes, previous: UserData | None = None) -> UserData:
    """User Data, or, with the one before it in the same packet, Next User Data."""
    reader = Reader(payload)
    flags = reader.u8()
    if previous is None:
        flow_id, sequence, offset = reader.vlu(), reader.vlu(), reader.vlu()
    else:
        flow_id, sequence, offset = previous.flow_id, previous.sequence + 1, previous.offset + 1
    if not 0 < offset <= sequence <= _MAX_SEQUENCE:
        raise RtmfpError(RtmfpFault.MALFORMED, f"user data {sequence} with offset {offset}", 0, payload)
    options = reader.options() if flags & _OPTIONS else ()
    return UserData(
        flow_id,
        sequence,
        offset,
        reader.rest(),
        Fragment(flags & _FRAGMENT_MASK),
        options,
        bool(flags & _ABANDONED),
        bool(flags & _FINAL),
    )


class Acknowledgement(NamedTuple):
    """Everything up to `cumulative`, and beyond it some ranges (first, last)."""

    flow_id: int
    cumulative: int
    ranges: tuple[tuple[int, int], ...] = ()
    buffer_blocks: int = BUFFER_BLOCKS

    def encode(self) -> bytes:
        """Payload of an Ack Ranges chunk."""
        out = bytearray()
        for number in (self.flow_id, self.buffer_blocks, self.cumulative):
            out += encode_vlu(number)
        last = self.cumulative
        for first, end in self.ranges[:MAX_RANGES]:
            out += encode_vlu(first - last - 2) + encode_vlu(end - first)
            last = end
        return bytes(out)

    def covers(self, sequence: int) -> bool:
        return sequence <= self.cumulative or any(first <= sequence <= last for first, last in self.ranges)


def parse_ack_ranges(payload: bytes) -> Acknowledgement:
    reader = Reader(payload)
    flow_id, blocks, cumulative = reader.vlu(), reader.vlu(), reader.vlu()
    ranges: list[tuple[int, int]] = []
    last = cumulative
    while reader.remaining and len(ranges) < MAX_RANGES:
        first = last + reader.vlu() + 2
        last = first + reader.vlu()
        ranges.append((first, last))
    return Acknowledgement(flow_id, cumulative, tuple(ranges), blocks)


def parse_ack_bitmap(payload: bytes) -> Acknowledgement:
    reader = Reader(payload)
    flow_id, blocks, cumulative = reader.vlu(), reader.vlu(), reader.vlu()
    bitmap = int.from_bytes(reader.rest()[: MAX_RANGES // 8], "little")
    received = (cumulative + 2 + bit for bit in range(bitmap.bit_length()) if bitmap >> bit & 1)
    return Acknowledgement(flow_id, cumulative, _ranges(received), blocks)


def _ranges(ascending: Iterable[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for number in ascending:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def encode_metadata(stream_id: int) -> bytes:
    """Flow metadata of the TC profile; stream 0 is NetConnection."""
    return _TC + bytes((_STREAM_ID_PRESENT,)) + encode_vlu(stream_id)


def parse_metadata(data: bytes) -> int:
    """The stream id. Raises RtmfpError (UNEXPECTED) for a flow of another profile."""
    reader = Reader(data)
    if data[:2] != _TC or len(data) < 3 or not data[2] & _STREAM_ID_PRESENT:
        raise RtmfpError(RtmfpFault.UNEXPECTED, "a flow that carries no RTMP messages", 0, data)
    reader.take(3)
    return reader.vlu()


class TcMessage(NamedTuple):
    """One RTMP message, without chunking."""

    type_id: int
    timestamp_ms: int
    body: bytes

    def encode(self) -> bytes:
        return bytes((self.type_id,)) + self.timestamp_ms.to_bytes(4, "big") + self.body


def parse_tc_message(data: bytes) -> TcMessage:
    reader = Reader(data)
    return TcMessage(reader.u8(), reader.u32(), reader.rest())


@dataclass(slots=True)
class _Sent:
    sequence: int
    data: bytes
    fragment: Fragment
    final: bool


class SendFlow:
    """Our end of a flow that we send.

    stream_id       of the RTMP messages in it; 0 is NetConnection
    answers         the peer's flow that this one answers, if any
    """

    def __init__(self, flow_id: int, stream_id: int = 0, answers: int | None = None) -> None:
        self.flow_id = flow_id
        options = [Option(METADATA_OPTION, encode_metadata(stream_id))]
        if answers is not None:
            options.append(Option(RETURN_OPTION, encode_vlu(answers)))
        self._options = tuple(options)
        self._known = False  # the peer acknowledged something, so it knows the options
        self._waiting: deque[_Sent] = deque()
        self._outstanding: deque[_Sent] = deque()
        self._queued_bytes = 0
        self._last_sequence = 0
        self._resends = 0
        self._due_s: float | None = None
        self.gave_up = False  # nobody acknowledged, or the peer refused the flow
        self.datagrams = 0  # that carried any of it
        self.repeated = False

    @property
    def next_timeout_s(self) -> float | None:
        """When to repeat."""
        return self._due_s

    @property
    def acknowledged(self) -> bool:
        """Whether all that was queued has come."""
        return not (self._outstanding or self._waiting or self.gave_up)

    def queue(self, message: bytes, *, final: bool = False) -> None:
        """One message; `final` ends the flow after it. Raises LocalProtocolError when too much waits already."""
        if self._queued_bytes + len(message) > MAX_QUEUED_BYTES:
            raise LocalProtocolError(f"over {MAX_QUEUED_BYTES} bytes wait for the peer")
        pieces = [message[at : at + FRAGMENT_BYTES] for at in range(0, len(message), FRAGMENT_BYTES)] or [b""]
        for index, piece in enumerate(pieces):
            self._last_sequence += 1
            is_last = index == len(pieces) - 1
            if len(pieces) == 1:
                fragment = Fragment.WHOLE
            elif index == 0:
                fragment = Fragment.BEGIN
            else:
                fragment = Fragment.END if is_last else Fragment.MIDDLE
            self._waiting.append(_Sent(self._last_sequence, piece, fragment, final and is_last))
            self._queued_bytes += len(piece)

    def take(self, now_s: float) -> list[bytes]:
        """Chunk payloads to send now, each small enough for a packet of its own."""
        if self.gave_up:
            return []
        fresh: list[_Sent] = []
        while self._waiting and len(self._outstanding) < MAX_OUTSTANDING:
            fresh.append(self._waiting.popleft())
            self._outstanding.append(fresh[-1])
        if fresh and self._due_s is None:
            self._due_s = now_s + RESEND_S
        return [self._encode(sent) for sent in fresh]

    def repeat(self, now_s: float) -> list[bytes]:
        """Whatever is due again; after MAX_RESENDS without an answer, gave_up."""
        if self._due_s is None or now_s < self._due_s:
            return []
        if self._resends == MAX_RESENDS:
            self.give_up()
            return []
        self._resends += 1
        self.repeated = True
        self._due_s = now_s + RESEND_S * (self._resends + 1)
        return [self._encode(sent) for sent in self._outstanding]

    def give_up(self) -> None:
        """Drops everything that waits."""
        self.gave_up = True
        self._due_s = None
        self._outstanding.clear()
        self._waiting.clear()
        self._queued_bytes = 0

    def receive(self, ack: Acknowledgement, now_s: float) -> None:
        """Forgets what has come. An acknowledgement of what was never sent says nothing."""
        kept = deque(sent for sent in self._outstanding if not ack.covers(sent.sequence))
        if len(kept) == len(self._outstanding):
            return
        self._known = True
        self._outstanding = kept
        self._queued_bytes = sum(len(sent.data) for queue in (kept, self._waiting) for sent in queue)
        self._resends = 0
        self._due_s = now_s + RESEND_S if kept else None

    def _encode(self, sent: _Sent) -> bytes:
        self.datagrams += 1
        forward = self._outstanding[0].sequence - 1
        options = () if self._known else self._options
        offset = sent.sequence - forward
        data = UserData(
            self.flow_id, sent.sequence, offset, sent.data, sent.fragment, options, False, sent.final
        )
        return data.encode()


@dataclass(slots=True)
class ReceiveFlow:
    """A flow that the peer sends: fragments in, whole messages out, in order."""

    flow_id: int
    stream_id: int | None = None  # None: what comes is acknowledged and dropped
    begun: bool = False  # stream_id has been decided
    cumulative: int = 0  # everything up to here came or was given up by the sender
    _early: dict[int, UserData] = field(default_factory=dict)
    _early_bytes: int = 0
    # of the message that has begun; None: none has, or a part of it is lost. Not a list, which tiny parts would swell
    _parts: bytearray | None = None

    @property
    def held_bytes(self) -> int:
        """About what it keeps in memory: fragments that came early, and the message that is not whole yet."""
        return self._early_bytes + EARLY_OVERHEAD_BYTES * len(self._early) + len(self._parts or b"")

    def begin(self, stream_id: int) -> None:
        self.begun = True
        self.stream_id = stream_id

    def refuse(self) -> None:
        """Keeps nothing of it from now on."""
        self.begun = True
        self.stream_id = None
        self._early.clear()
        self._early_bytes = 0
        self._forget_parts()

    def receive(self, item: UserData) -> list[bytes]:
        """The messages that are whole now. Raises RtmfpError (TOO_LARGE) for a message beyond MAX_MESSAGE_BYTES."""
        self._store(item)
        messages: list[bytes] = []
        forward = item.sequence - item.offset
        while True:
            while (ready := self._early.pop(self.cumulative + 1, None)) is not None:
                self.cumulative += 1
                self._early_bytes -= len(ready.data)
                if (message := self._assemble(ready)) is not None:
                    messages.append(message)
            if forward <= self.cumulative:
                return messages
            # The sender gave up what is missing: go on behind it, where something came, or where it says.
            self._forget_parts()
            self.cumulative = min((number - 1 for number in self._early), default=forward)
            self.cumulative = min(self.cumulative, forward)

    def acknowledgement(self) -> Acknowledgement:
        free = max(BUFFER_BLOCKS - self._early_bytes // 1024, 0)
        return Acknowledgement(self.flow_id, self.cumulative, _ranges(sorted(self._early)), free)

    def _store(self, item: UserData) -> None:
        if item.sequence <= self.cumulative or item.sequence in self._early:
            return
        if self.stream_id is None:
            item = item._replace(data=b"", abandoned=True)
        is_next = item.sequence == self.cumulative + 1
        full = len(self._early) >= MAX_EARLY_FRAGMENTS or self._early_bytes + len(item.data) > MAX_EARLY_BYTES
        if full and not is_next:
            return  # not acknowledged, so it comes again
        self._early[item.sequence] = item._replace(options=())  # which no limit here counts
        self._early_bytes += len(item.data)

    def _assemble(self, item: UserData) -> bytes | None:
        if item.abandoned:
            self._forget_parts()
            return None
        if item.fragment is Fragment.WHOLE:
            self._forget_parts()
            return item.data
        if item.fragment is Fragment.BEGIN:
            self._parts = bytearray()
        if self._parts is None:
            return None
        self._parts += item.data
        if (size := len(self._parts)) > MAX_MESSAGE_BYTES:
            self._forget_parts()
            raise RtmfpError(RtmfpFault.TOO_LARGE, f"a message of over {size} bytes")
        if item.fragment is not Fragment.END:
            return None
        message = bytes(self._parts)
        self._forget_parts()
        return message

    def _forget_parts(self) -> None:
        self._parts = None


def stream_of(item: UserData) -> int:
    """The stream id of the flow that begins with this user data.

    Raises RtmfpError for a flow that carries no RTMP messages, and for options that must be understood and are not.
    """
    stream_id: int | None = None
    for kind, value in item.options:
        if kind == METADATA_OPTION:
            stream_id = parse_metadata(value)
        elif kind != RETURN_OPTION and kind < _OPTIONAL_OPTIONS:
            raise RtmfpError(RtmfpFault.UNEXPECTED, f"a flow with option {kind:#x}", 0, value)
    if stream_id is None:
        raise RtmfpError(RtmfpFault.UNEXPECTED, "a flow that does not say what it carries", 0, item.data)
    return stream_id
