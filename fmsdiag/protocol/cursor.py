"""Bounded reading of one message: a cursor over its bytes, and the budget that decoding may spend.

Every read past the end, and every structure larger or deeper than allowed, raises RemoteProtocolError with
the offset in the message. The budget counts the *expanded* size: a reference to an object costs what the
object costs, so that a few bytes of nested references cannot grow into gigabytes for whoever prints them.
"""

from __future__ import annotations

import struct

from fmsdiag.protocol.errors import RemoteProtocolError

MAX_DEPTH = 32
MAX_ELEMENTS = 65_536
TEXT_PER_ELEMENT = 256  # characters of a string that count as one element


class Cursor:
    """Reads big-endian fields from `data`; `position` is the offset of the next byte."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self.spent = 0

    @property
    def remaining(self) -> int:
        return len(self.data) - self.position

    def fault(self, what: str, at: int | None = None) -> RemoteProtocolError:
        """The error to raise for something wrong at offset `at` (default: here)."""
        offset = self.position if at is None else at
        return RemoteProtocolError(f"{what}, in a message", offset, self.data[offset : offset + 64])

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > self.remaining:
            raise self.fault(f"{count} bytes announced, {self.remaining} left")
        start = self.position
        self.position += count
        return self.data[start : self.position]

    def u8(self) -> int:
        return self.take(1)[0]

    def u16(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def s16(self) -> int:
        return int.from_bytes(self.take(2), "big", signed=True)

    def double(self) -> float:
        number: float = struct.unpack(">d", self.take(8))[0]
        return number

    def text(self, count: int) -> str:
        r"""The next `count` bytes as UTF-8; what is not UTF-8 becomes \xNN, so it can always be printed."""
        raw = self.take(count)
        self.spend(count // TEXT_PER_ELEMENT)
        return raw.decode("utf-8", "backslashreplace")

    def spend(self, elements: int) -> None:
        """Charge the budget."""
        self.spent += elements
        if self.spent > MAX_ELEMENTS:
            raise self.fault(f"more than {MAX_ELEMENTS} values")

    def check_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self.fault(f"values nested deeper than {MAX_DEPTH}")
