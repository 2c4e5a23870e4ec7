"""The two ways a conversation can break, and whose fault it was.

A LocalProtocolError is a bug of the caller (a method called in the wrong phase, a value that cannot be
encoded). A RemoteProtocolError is a fact about the peer, and so a piece of evidence: it says what was
wrong, where, and keeps the first bytes found there, since those tell an HTTP page from a TLS alert.
"""

from __future__ import annotations

MAX_ERROR_BYTES = 64


class ProtocolError(Exception):
    """Base of both kinds."""


class LocalProtocolError(ProtocolError):
    """We asked for something that the protocol, or the present phase of it, does not allow."""


class RemoteProtocolError(ProtocolError):
    """The peer sent something that is not the protocol we speak.

    what    one short clause, without the offset
    offset  byte offset in the peer's stream (or, where the text says so, in one message); None if it has none
    data    the first bytes from that offset, at most MAX_ERROR_BYTES
    """

    def __init__(self, what: str, offset: int | None = None, data: bytes = b"") -> None:
        self.what = what
        self.offset = offset
        self.data = bytes(data[:MAX_ERROR_BYTES])
        super().__init__(what, offset, self.data)

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset}"
        shown = f": {self.data[:16].hex(' ')}" if self.data else ""
        return f"{self.what}{place}{shown}"
