"""Bytes for people: offset, hexadecimal, ASCII."""

from __future__ import annotations

ROW = 16
_PRINTABLE = range(0x20, 0x7F)


def hex_lines(data: bytes, limit: int | None = None) -> list[str]:
    """Lines of 16 bytes, of the first `limit` bytes: "0000  03 00 00 2a …  |...*|"."""
    lines = []
    shown = data[:limit]
    for offset in range(0, len(shown), ROW):
        row = shown[offset : offset + ROW]
        letters = "".join(chr(byte) if byte in _PRINTABLE else "." for byte in row)
        lines.append(f"{offset:04x}  {row.hex(' '):{ROW * 3 - 1}}  |{letters}|")
    return lines
