"""A client and a server of protocol/ that talk to each other, without randomness."""

from __future__ import annotations

import random
from typing import TypeVar

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.events import (
    Event,
    MessageReceived,
)
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.server_session import ServerSession

REQUEST = ConnectRequest("live", "rtmp://host/live")
HANDSHAKE = 3073
E = TypeVar("E")


def a_client(kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0) -> ClientSession:
    return ClientSession(kind, now_ms=1000, random_bytes=random.Random(1).randbytes)


def a_server(kind: HandshakeKind | None = None) -> ServerSession:
    return ServerSession(kind, now_ms=2000, random_bytes=random.Random(2).randbytes)


def connected(kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0) -> tuple[ClientSession, ServerSession]:
    """Both after `connect` has come and before it is answered."""
    client, server = a_client(kind), a_server()
    server.receive(client.take_output())
    client.receive(server.take_output())
    client.connect(REQUEST)
    server.receive(client.take_output())
    return client, server


def only(kind: type[E], events: list[Event]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def messages(events: list[Event]) -> list[object]:
    return [event.message for event in only(MessageReceived, events)]
