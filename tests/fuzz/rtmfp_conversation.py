"""A conversation over RTMFP, recorded: its datagrams, and what is inside them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from unittest import mock

from fmsdiag.protocol.rtmfp.crypto import PacketCipher
from fmsdiag.protocol.rtmfp.server import Behaviour
from tests.protocol.rtmfp.exchange import Exchange

BEHAVIOURS = (Behaviour(), Behaviour(require_hmac=True))


@functools.cache
def datagrams() -> tuple[tuple[bool, bytes], ...]:
    """Each datagram, and whether the client sent it."""
    return tuple(pair for behaviour in BEHAVIOURS for pair in Exchange(behaviour).start().sent)


@functools.cache
def plain_packets() -> tuple[bytes, ...]:
    """Packets before they are encrypted, each once, in order."""
    return tuple(dict.fromkeys(_sealed()))


def _sealed() -> Iterator[bytes]:
    found: list[bytes] = []
    seal = PacketCipher.seal

    def listen(self: PacketCipher, session_id: bytes, packet: bytes) -> bytes:
        found.append(packet)
        return seal(self, session_id, packet)

    with mock.patch.object(PacketCipher, "seal", listen):
        for behaviour in BEHAVIOURS:
            Exchange(behaviour).start()
    yield from found
