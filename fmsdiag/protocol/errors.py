"""The two ways a conversation can break, and whose fault it was.

A LocalProtocolError is a bug of the caller (a method called in the wrong phase, a value that cannot be
encoded). A RemoteProtocolError is a fact about the peer, and so a piece of evidence: it says what was
wrong, where, and keeps the first bytes found there, since those tell an HTTP page from a TLS alert.
"""

from __future__ import annotations

from enum import StrEnum

MAX_ERROR_BYTES = 64


class ProtocolError(Exception):
    """Base of both kinds."""


class LocalProtocolError(ProtocolError):
    """We asked for something that the protocol, or the present phase of it, does not allow."""


class Breach(StrEnum):
    """Which rule of the chunk stream or of messages a peer broke, once it had spoken RTMP (RTMP 1.0, sections 5.3 to 7)."""

    CHUNK_SIZE = "chunk-size"  # Set Chunk Size to 0, or beyond 31 bits
    MESSAGE_LENGTH = "message-length"  # longer than any message that a client has to take
    MESSAGE_INSIDE = "message-inside"  # a message begins before the last one of its chunk stream is complete
    HEADER_FORMAT = "header-format"  # the first header of a chunk stream leaves out what only later ones may
    CONTROL_LENGTH = "control-length"  # a control message is shorter than its type needs
    CONTENT = "content"  # what is inside a command or data message is not AMF
    UNFINISHED = "unfinished"  # more chunk streams or unfinished messages than anybody needs


class RemoteProtocolError(ProtocolError):
    """The peer sent something that is not the protocol we speak.

    what    one short clause, without the offset
    offset  byte offset in the peer's stream (or, where the text says so, in one message); None if it has none
    data    the first bytes from that offset, at most MAX_ERROR_BYTES
    breach  the rule that was broken, where the peer had spoken RTMP before; None elsewhere
    place   the offset in the peer's stream also where `offset` is one in a message; None if it has none
    """

    def __init__(
        self,
        what: str,
        offset: int | None = None,
        data: bytes = b"",
        breach: Breach | None = None,
        place: int | None = None,
    ) -> None:
        self.what = what
        self.breach = breach
        self.place = offset if place is None else place
        self.offset = offset
        self.data = bytes(data[:MAX_ERROR_BYTES])
        super().__init__(what, offset, self.data)

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset}"
        shown = f": {self.data[:16].hex(' ')}" if self.data else ""
        return f"{self.what}{place}{shown}"
