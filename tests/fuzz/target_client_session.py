"""Whole conversations with a client: the handshake given or not, then anything."""

from __future__ import annotations

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.describe import describe
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.events import Event, MessageReceived, S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.server_session import ServerSession
from tests.fuzz.conversations import CONNECT, HANDSHAKE_BYTES, conversations, no_chance
from tests.fuzz.inputs import Input

MAX_OUTPUT = 1 << 20


def seeds() -> list[bytes]:
    """Bit 0 of the first byte: the handshake is given; then how it is cut."""
    found = []
    for n, each in enumerate(conversations()):
        found.append(bytes((1, n)) + each.from_server[HANDSHAKE_BYTES:])
        found.append(bytes((0, n)) + each.from_server)
    return found


def check(data: bytes) -> None:
    """Only RemoteProtocolError, the same one again and again; what we would send stays small."""
    given = Input(data)
    client = ClientSession(HandshakeKind.SIMPLE, random_bytes=no_chance)
    sent = len(client.take_output())
    try:
        if given.byte() & 1:
            _handle(client, client.receive(_handshake()))
        for piece in given.pieces():
            _handle(client, client.receive(piece))
            sent += len(client.take_output())
            assert sent <= HANDSHAKE_BYTES + MAX_OUTPUT + 4 * len(data)
    except RemoteProtocolError as error:
        str(error)
        _handle(client, client.undelivered_events())
        try:
            client.receive(b"x")
        except RemoteProtocolError as again:
            assert again is error
    client.receive_eof()


def _handle(client: ClientSession, events: list[Event]) -> None:
    for event in events:
        if isinstance(event, S1Received):
            client.connect(CONNECT)
        elif isinstance(event, MessageReceived):
            describe(event.message)


def _handshake() -> bytes:
    server = ServerSession(HandshakeKind.SIMPLE, random_bytes=no_chance)
    server.receive(b"\3" + bytes(1536))
    return server.take_output()
