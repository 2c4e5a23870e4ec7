"""Arbitrary bytes taken apart into what a target needs: numbers, pieces, a text."""

from __future__ import annotations

from collections.abc import Iterator


class Input:
    """Takes bytes from the front of an input; what is missing is zero, so that every input is a whole one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        """At most `count` bytes."""
        start, self._at = self._at, self._at + count
        return self._data[start : self._at]

    def byte(self) -> int:
        return int.from_bytes(self.take(1), "big")

    def number(self, size: int) -> int:
        """An unsigned number of `size` bytes, less where the input ends."""
        return int.from_bytes(self.take(size), "big")

    def block(self) -> bytes:
        """Bytes behind their 16-bit count."""
        return self.take(self.number(2))

    def rest(self) -> bytes:
        return self.take(len(self._data))

    def pieces(self) -> Iterator[bytes]:
        """The rest, cut into pieces of one length that the input chooses; byte by byte only a short one, for speed."""
        size = (1, 7, 64, 127, 128, 1460, 4096, 1 << 20)[self.byte() % 8]
        rest = self.rest()
        size = max(size, len(rest) // 256)
        for start in range(0, len(rest), size):
            yield rest[start : start + size]


def block(data: bytes) -> bytes:
    """What Input.block() reads."""
    return len(data).to_bytes(2, "big") + data
