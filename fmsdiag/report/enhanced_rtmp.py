"""What a server said of Enhanced RTMP, in words. It is a fact, never a fault: most servers say nothing of it."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import EnhancedRtmp
from fmsdiag.model.messages import Names

_CODECS: Mapping[str, str] = {
    "avc1": "H.264",
    "hvc1": "HEVC",
    "av01": "AV1",
    "vp09": "VP9",
    "vp08": "VP8",
    "vvc1": "VVC",
    "mp4a": "AAC",
    "Opus": "Opus",
    "fLaC": "FLAC",
    "ac-3": "AC-3",
    "ec-3": "E-AC-3",
    ".mp3": "MP3",
}
"""Names of codecs by their FourCC (Enhanced RTMP v2, VideoFourCc and AudioFourCc); others are told as they are."""
_ANY = "*"
MOST_NAMED = 32


class EnhancedTexts(Table, of="enhanced-rtmp"):
    """The lines of the row "Enhanced RTMP"."""

    CODECS = text("the server names {codecs:names}")
    ANY_CODEC = text("the server names any codec")
    RECONNECT = text("the server can ask a client to reconnect")
    MULTITRACK = text("the server takes several tracks in one stream")
    MODIFIERS = text("the server understands packet modifiers (ModEx)")
    NANOSECONDS = text("the server understands timestamps in nanoseconds")
    NO_EXTRAS = text("the server names no further capabilities")


_BITS: tuple[tuple[int, Text], ...] = (
    (1, EnhancedTexts.RECONNECT),
    (2, EnhancedTexts.MULTITRACK),
    (4, EnhancedTexts.MODIFIERS),
    (8, EnhancedTexts.NANOSECONDS),
)
"""Bits of capsEx (Enhanced RTMP v2, CapsExMask)."""


def enhanced_lines(said: EnhancedRtmp | None) -> tuple[str, ...]:
    """A line for the codecs and one for each capability; nothing where the server said nothing."""
    if said is None:
        return ()
    lines = []
    named = tuple(_CODECS.get(code, code) for code in said.codecs[:MOST_NAMED] if code != _ANY)
    if _ANY in said.codecs:
        lines.append(say(EnhancedTexts.ANY_CODEC))
    elif named:
        lines.append(say(EnhancedTexts.CODECS, codecs=Names(named)))
    if said.caps_ex is not None:
        bits = [say(words) for bit, words in _BITS if said.caps_ex & bit]
        lines += bits or [say(EnhancedTexts.NO_EXTRAS)]
    return tuple(lines)
