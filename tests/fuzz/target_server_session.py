"""Whole conversations with a server: the handshake given or not, then anything."""

from __future__ import annotations

from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.events import ConnectRequested, Event
from fmsdiag.protocol.server_session import ServerSession
from tests.fuzz.conversations import HANDSHAKE_BYTES, conversations, no_chance
from tests.fuzz.inputs import Input

MAX_OUTPUT = 1 << 20


def seeds() -> list[bytes]:
    """Bit 0 of the first byte: the handshake is given; bits 1 and 2: what connect is answered; then how it is cut."""
    found = []
    for n, each in enumerate(conversations()):
        found.append(bytes((1 | n << 1, n)) + each.from_client[HANDSHAKE_BYTES:])
        found.append(bytes((n << 1 & 6, n)) + each.from_client)
    return found


def check(data: bytes) -> None:
    """Only RemoteProtocolError, the same one again and again; what we would send stays small."""
    given = Input(data)
    flags = given.byte()
    server = ServerSession(random_bytes=no_chance)
    sent = 0
    try:
        if flags & 1:
            server.receive(b"\3" + bytes(2 * 1536))
        for piece in given.pieces():
            _handle(server, server.receive(piece), flags >> 1)
            sent += len(server.take_output())
            assert sent <= HANDSHAKE_BYTES + MAX_OUTPUT + 4 * len(data)
    except RemoteProtocolError as error:
        str(error)
        _handle(server, server.undelivered_events(), flags >> 1)
        try:
            server.receive(b"x")
        except RemoteProtocolError as again:
            assert again is error
    server.receive_eof()


def _handle(server: ServerSession, events: list[Event], answer: int) -> None:
    for event in events:
        if isinstance(event, ConnectRequested):
            (server.accept, server.reject, lambda: server.redirect("rtmp://192.0.2.1/x"), server.close)[
                answer % 4
            ]()
