"""What is kept of a handshake: what the server sent, when it came, and what RTMPE made of it."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.model import HandshakeFacts, HandshakeOffer, ServerDigest
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.rtmpe import VERSION as RTMPE_VERSION


def handshake_facts(
    session: ClientSession,
    kind: HandshakeKind,
    times: Mapping[str, float],
    unacknowledged: int | None,
    *,
    encrypted: bool,
) -> HandshakeFacts:
    """`times` are seconds from C0 to the "first" byte, to the end of "s1" and of "s2", as far as they came."""
    seen = session.facts
    return HandshakeFacts(
        kind=HandshakeOffer.SIMPLE if kind is HandshakeKind.SIMPLE else HandshakeOffer.DIGEST,
        s0_version=seen.s0_version,
        first_byte_s=times.get("first"),
        s1_complete_s=times.get("s1"),
        s2_complete_s=times.get("s2"),
        s1_time=seen.s1_time,
        s1_version=".".join(str(b) for b in seen.s1_version) if seen.s1_version else None,
        server_digest=_server_digest(seen.server_scheme),
        s2_signature_valid=seen.s2_signature_valid,
        s1_echoes_c1=seen.s1_echoes_c1,
        encryption=RTMPE_VERSION if encrypted else None,
        encryption_works=session.encryption_works,
        server_key_valid=seen.server_key_valid,
        dh_scheme=seen.server_scheme if encrypted else None,
        unacknowledged=unacknowledged,
    )


def _server_digest(scheme: int | None) -> ServerDigest:
    if scheme is None:
        return ServerDigest.NONE
    return ServerDigest.SCHEME_1 if scheme else ServerDigest.SCHEME_0
