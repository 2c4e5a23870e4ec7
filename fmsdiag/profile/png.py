"""A logo's PNG as far as it can be judged without decoding it: its chunks, their checksums, its size. Pure.

Source: Portable Network Graphics, Third Edition, sections 5 and 11. Only what a picture needs is let through: text, time,
camera data and color profiles of other kinds could carry anything, compressed without bound.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from fmsdiag.profile.errors import wrong
from fmsdiag.profile.texts import ProfileTexts

MAX_LOGO_BYTES = 65_536
MAX_LOGO_SIDE = 512
"""Pixels."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD")
)
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Color type -> bits of a sample (section 11.2.1)."""


def check_logo(data: bytes) -> None:
    """Raises ProfileError for what is no PNG within the bounds, or has other chunks than a picture needs."""
    if len(data) > MAX_LOGO_BYTES:
        raise wrong(ProfileTexts.LOGO_TOO_LARGE, most=MAX_LOGO_BYTES)
    kinds = [kind for kind, _ in _chunks(data)]
    if not _KEPT.issuperset(kinds):
        raise wrong(ProfileTexts.LOGO_NOT_PNG)


def bare_logo(data: bytes) -> bytes:
    """The same picture without what it does not need. Raises ProfileError where it is none, or too large without it."""
    kept = (chunk for kind, chunk in _chunks(data) if kind in _KEPT)
    bare = _SIGNATURE + b"".join(kept)
    check_logo(bare)
    return bare


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and bytes of each chunk, checked. Raises ProfileError."""
    no_png = wrong(ProfileTexts.LOGO_NOT_PNG)
    if not data.startswith(_SIGNATURE):
        raise no_png
    at, kind = len(_SIGNATURE), b""
    kinds: set[bytes] = set()
    while kind != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if end > len(data) or zlib.crc32(kind + body) != int.from_bytes(data[end - 4 : end], "big"):
            raise no_png
        if (kind == b"IHDR") != (not kinds):
            raise no_png
        if kind == b"IHDR":
            _check_header(body)
        kinds.add(kind)
        yield kind, data[at:end]
        at = end
    if at != len(data) or b"IDAT" not in kinds:
        raise no_png


def _check_header(body: bytes) -> None:
    if len(body) != 13:
        raise wrong(ProfileTexts.LOGO_NOT_PNG)
    width, height, depth, color, compression, filters, interlace = struct.unpack(">IIBBBBB", body)
    if depth not in _DEPTHS.get(color, ()) or compression or filters or interlace > 1:
        raise wrong(ProfileTexts.LOGO_NOT_PNG)
    if not (0 < width <= MAX_LOGO_SIDE and 0 < height <= MAX_LOGO_SIDE):
        raise wrong(ProfileTexts.LOGO_TOO_WIDE, width=width, height=height, most=MAX_LOGO_SIDE)
