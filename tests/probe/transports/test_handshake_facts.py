from __future__ import annotations

import pytest

from fmsdiag.model import HandshakeOffer, ServerDigest
from fmsdiag.probe.transports.handshake_facts import handshake_facts
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.server_session import ServerSession


@pytest.mark.parametrize(
    ("kind", "offer", "digest"),
    [
        (HandshakeKind.SIMPLE, HandshakeOffer.SIMPLE, ServerDigest.NONE),
        (HandshakeKind.DIGEST_SCHEME_0, HandshakeOffer.DIGEST, ServerDigest.SCHEME_0),
        (HandshakeKind.DIGEST_SCHEME_1, HandshakeOffer.DIGEST, ServerDigest.SCHEME_1),
    ],
)
def test_a_whole_handshake(kind: HandshakeKind, offer: HandshakeOffer, digest: ServerDigest) -> None:
    client, server = ClientSession(kind), ServerSession(now_ms=0)
    server.receive(client.take_output())
    client.receive(server.take_output())
    facts = handshake_facts(client, kind, {"first": 0.1, "s1": 0.2}, None, encrypted=False)
    assert (facts.kind, facts.server_digest, facts.s0_version) == (offer, digest, 3)
    assert (facts.first_byte_s, facts.s1_complete_s, facts.s2_complete_s) == (0.1, 0.2, None)
    assert (facts.encryption, facts.dh_scheme, facts.unacknowledged) == (None, None, None)


def test_nothing_has_come_yet() -> None:
    facts = handshake_facts(ClientSession(), HandshakeKind.DIGEST_SCHEME_0, {}, 1537, encrypted=False)
    assert (facts.s0_version, facts.first_byte_s, facts.unacknowledged) == (None, None, 1537)
