"""S1 and S2 of any content to a client, C1 and C2 to a server."""

from __future__ import annotations

from fmsdiag.protocol.handshake import (
    CLIENT_KEY,
    MESSAGE_SIZE,
    SERVER_KEY,
    ClientHandshake,
    HandshakeKind,
    ServerHandshake,
    find_digest,
)
from tests.fuzz.conversations import conversations, no_chance
from tests.fuzz.inputs import Input

KINDS = tuple(HandshakeKind)


def seeds() -> list[bytes]:
    both = [
        stream[1 : 1 + 2 * MESSAGE_SIZE] for c in conversations() for stream in (c.from_client, c.from_server)
    ]
    return [bytes((n % 3,)) + stream for n, stream in enumerate(both)]


def check(data: bytes) -> None:
    """Nothing is raised: whatever the bytes are, they are facts."""
    given = Input(data)
    kind = KINDS[given.byte() % 3]
    first, second = (given.take(MESSAGE_SIZE).ljust(MESSAGE_SIZE, b"\0") for _ in range(2))
    client = ClientHandshake(kind, 0, no_chance)
    client.receive_s0(3)
    assert len(client.receive_s1(first)) == MESSAGE_SIZE
    client.receive_s2(second)
    server = ServerHandshake(None, 0, no_chance, bytes(4))
    server.receive_c0(3)
    assert len(server.receive_c1(first)) == 1 + 2 * MESSAGE_SIZE
    server.receive_c2(second)
    for key in (CLIENT_KEY, SERVER_KEY):
        find_digest(first, key)
