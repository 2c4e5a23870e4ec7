"""Conversations of a client or a server that wants encryption: any handshake, then anything, in clear or encrypted."""

from __future__ import annotations

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.events import ConnectRequested, Event, S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.rtmpe import RtmpeOffer
from fmsdiag.protocol.server_session import ServerSession
from tests.fuzz.conversations import CONNECT, HANDSHAKE_BYTES, conversations, no_chance
from tests.fuzz.inputs import Input

SERVER, GIVEN, ENCRYPTED = 1, 2, 4
OFFERS = tuple(RtmpeOffer)


def seeds() -> list[bytes]:
    """Which side hears it and whether the handshake is given and the rest encrypted; what the server offers; the cut."""
    said = next(conversations())
    client, server = _client(), _server(RtmpeOffer.ACCEPTED)
    hello = client.take_output()
    server.receive(hello)
    return [
        bytes((GIVEN | ENCRYPTED, 2, 7)) + said.from_server[HANDSHAKE_BYTES:],
        bytes((GIVEN | ENCRYPTED | SERVER, 2, 7)) + said.from_client[HANDSHAKE_BYTES:],
        bytes((0, 2, 7)) + server.take_output(),
        *(bytes((SERVER, offer, 7)) + hello + bytes(1536) for offer in range(len(OFFERS))),
    ]


def check(data: bytes) -> None:
    """Only RemoteProtocolError, of which RtmpeError is one."""
    given = Input(data)
    flags, offer = given.byte(), OFFERS[given.byte() % len(OFFERS)]
    heard: ClientSession | ServerSession
    speaker: ClientSession | ServerSession
    if flags & SERVER:
        heard, speaker = _server(offer), _client()
    else:
        heard, speaker = _client(), _server(RtmpeOffer.ACCEPTED)
    try:
        if flags & GIVEN:
            _shake_hands(heard, speaker)
        for piece in given.pieces():
            cipher = speaker._encryption if flags & ENCRYPTED else None
            _handle(heard, heard.receive(cipher.encrypt(piece) if cipher else piece))
            heard.take_output()
    except RemoteProtocolError as error:
        str(error)
        _handle(heard, heard.undelivered_events())
    heard.receive_eof()


def _client() -> ClientSession:
    return ClientSession(HandshakeKind.DIGEST_SCHEME_1, encrypted=True, random_bytes=no_chance)


def _server(offer: RtmpeOffer) -> ServerSession:
    return ServerSession(random_bytes=no_chance, rtmpe_offer=offer)


def _shake_hands(heard: ClientSession | ServerSession, speaker: ClientSession | ServerSession) -> None:
    for _ in range(2):
        heard.receive(speaker.take_output())
        speaker.receive(heard.take_output())


def _handle(session: ClientSession | ServerSession, events: list[Event]) -> None:
    for event in events:
        if isinstance(session, ClientSession):
            if isinstance(event, S1Received):
                session.connect(CONNECT)
        elif isinstance(event, ConnectRequested):
            session.accept()
