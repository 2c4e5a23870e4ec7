from __future__ import annotations

import hashlib
import hmac
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.handshake import (
    CLIENT_KEY,
    CLIENT_LONG_KEY,
    CLIENT_VERSION,
    MESSAGE_SIZE,
    SERVER_KEY,
    SERVER_LONG_KEY,
    ClientHandshake,
    HandshakeKind,
    ServerHandshake,
    compute_digest,
    digest_position,
    find_digest,
    key_position,
    public_key_of,
    sign,
    signature_of,
)

# computed apart from this code, as docs/protocol-sources.md says
VECTOR = bytes(4) + CLIENT_VERSION + bytes((7 * index + 3) % 256 for index in range(8, MESSAGE_SIZE))
C1_DIGESTS = {
    0: "9e1e292292020cafa3de8d97c58c378e19e72823bf43332b77c515fa666b1c17",
    1: "0f91cf3bc4f3fce664bb1aee4629073e9ed024bf00104133b604e0ca27fb33fa",
}
S1_DIGESTS = {
    0: "417e945ee70a1da61cd2a9ddde2fe0c2b314fcda1bf1d991a67f2f4c98b48ff8",
    1: "5e52c92152993161ef45f0f0d1a1727058c83bc0b2b073a948e03243d29710f2",
}
S2_KEY = bytes.fromhex("fd425e62d300539fe5c580e15a8d971ed049de43e4023b8a2e8013719fa37d5d")
C2_KEY = bytes.fromhex("c8282ee0a4485b181732fd91206351444f65bbe2278612bdd5803d564488823a")


@pytest.mark.parametrize(("scheme", "digest_at", "key_at"), [(0, 290, 1106), (1, 942, 62)])
def test_positions(scheme: int, digest_at: int, key_at: int) -> None:
    assert digest_position(VECTOR, scheme) == digest_at
    assert key_position(VECTOR, scheme) == key_at


@pytest.mark.parametrize("scheme", [0, 1])
def test_digests(scheme: int) -> None:
    assert compute_digest(VECTOR, scheme, CLIENT_KEY).hex() == C1_DIGESTS[scheme]
    assert compute_digest(VECTOR, scheme, SERVER_KEY).hex() == S1_DIGESTS[scheme]


@pytest.mark.parametrize("scheme", [0, 1])
def test_a_signed_message_shows_its_scheme(scheme: int) -> None:
    signed = sign(VECTOR, scheme, CLIENT_KEY)
    assert find_digest(signed, CLIENT_KEY) == (scheme, bytes.fromhex(C1_DIGESTS[scheme]))
    assert find_digest(signed, SERVER_KEY) is None
    assert find_digest(VECTOR, CLIENT_KEY) is None


def test_the_keys_of_the_answers() -> None:
    digest = bytes.fromhex(C1_DIGESTS[0])
    for long_key, key in ((SERVER_LONG_KEY, S2_KEY), (CLIENT_LONG_KEY, C2_KEY)):
        expected = hmac.new(key, VECTOR[:1504], hashlib.sha256).digest()
        assert signature_of(VECTOR, long_key, digest) == expected


@given(st.binary(min_size=MESSAGE_SIZE, max_size=MESSAGE_SIZE), st.sampled_from([0, 1]))
def test_positions_stay_in_their_blocks(message: bytes, scheme: int) -> None:
    digest_block, key_block = (8, 772) if scheme == 0 else (772, 8)
    assert digest_block + 4 <= digest_position(message, scheme) <= digest_block + 764 - 32
    assert key_block <= key_position(message, scheme) <= key_block + 760 - 128
    assert find_digest(sign(message, scheme, SERVER_KEY), SERVER_KEY) is not None


def _both(
    client_kind: HandshakeKind, server_kind: HandshakeKind | None
) -> tuple[ClientHandshake, ServerHandshake]:
    client = ClientHandshake(client_kind, 1000, random.Random(1).randbytes)
    server = ServerHandshake(server_kind, 2000, random.Random(2).randbytes, b"\x05\x00\x03\x01")
    server.receive_c0(client.c0c1[0])
    answer = server.receive_c1(client.c0c1[1:])
    assert (len(client.c0c1), len(answer)) == (1 + MESSAGE_SIZE, 1 + 2 * MESSAGE_SIZE)
    client.receive_s0(answer[0])
    server.receive_c2(client.receive_s1(answer[1 : 1 + MESSAGE_SIZE]))
    client.receive_s2(answer[1 + MESSAGE_SIZE :])
    return client, server


@pytest.mark.parametrize("client_kind", HandshakeKind)
@pytest.mark.parametrize("server_kind", [None, *HandshakeKind])
def test_every_pair_of_kinds(client_kind: HandshakeKind, server_kind: HandshakeKind | None) -> None:
    client, server = _both(client_kind, server_kind)
    server_scheme = client_kind.scheme if server_kind is None else server_kind.scheme
    signed = client_kind.scheme is not None and server_scheme is not None
    facts = client.facts
    assert (facts.s0_version, facts.s1_time) == (3, 2000)
    assert facts.s1_version == (bytes(4) if server_scheme is None else b"\x05\x00\x03\x01")
    assert (facts.client_scheme, facts.server_scheme) == (client_kind.scheme, server_scheme)
    assert facts.digest_valid is (server_scheme is not None)
    assert facts.s2_signature_valid is (True if signed else None)
    assert facts.s2_echo is not signed
    assert facts.s1_echoes_c1 is False
    seen = server.facts
    assert (seen.c0_version, seen.c1_version) == (3, client.c0c1[5:9])
    assert seen.c1_signed is (client_kind.scheme is not None)
    assert (seen.client_scheme, seen.server_scheme) == (client_kind.scheme, server_scheme)
    assert seen.c2_signature_valid is (True if signed else None)
    assert seen.c2_echo is not signed


def test_a_corrupt_c1_digest_makes_the_server_simple() -> None:
    client = ClientHandshake(HandshakeKind.DIGEST_SCHEME_0, 0, random.Random(3).randbytes)
    corrupt = bytearray(client.c0c1[1:])
    corrupt[1000] ^= 1
    server = ServerHandshake(None, 0, random.Random(4).randbytes, b"\x05\x00\x03\x01")
    answer = server.receive_c1(bytes(corrupt))
    assert server.facts.c1_signed is False
    assert client.receive_s1(answer[1 : 1 + MESSAGE_SIZE]) == answer[1 : 1 + MESSAGE_SIZE]
    assert client.facts.digest_valid is False


def test_a_corrupt_s1_digest_makes_the_client_copy_s1() -> None:
    client = ClientHandshake(HandshakeKind.DIGEST_SCHEME_1, 0, random.Random(5).randbytes)
    s1 = bytearray(sign(bytes(MESSAGE_SIZE), 1, SERVER_KEY))
    s1[4] ^= 1
    assert client.receive_s1(bytes(s1)) == bytes(s1)
    client.receive_s2(bytes(MESSAGE_SIZE))
    assert (client.facts.digest_valid, client.facts.server_scheme) == (False, None)
    assert (client.facts.s2_signature_valid, client.facts.s2_echo) == (None, False)


def test_a_corrupt_s2_is_only_a_fact() -> None:
    client = ClientHandshake(HandshakeKind.DIGEST_SCHEME_0, 0, random.Random(6).randbytes)
    client.receive_s1(sign(bytes(MESSAGE_SIZE), 0, SERVER_KEY))
    client.receive_s2(bytes(MESSAGE_SIZE))
    assert client.facts.s2_signature_valid is False


def test_an_echo_service_is_noticed() -> None:
    client = ClientHandshake(HandshakeKind.DIGEST_SCHEME_0, 0, random.Random(7).randbytes)
    client.receive_s1(client.c0c1[1:])
    assert client.facts.s1_echoes_c1 is True
    assert client.facts.digest_valid is False


@pytest.mark.parametrize("kind", [HandshakeKind.DIGEST_SCHEME_0, HandshakeKind.DIGEST_SCHEME_1])
def test_the_public_key_of_rtmpe_is_in_the_other_block_and_signed(kind: HandshakeKind) -> None:
    plain = ClientHandshake(kind, 0, random.Random(9).randbytes)
    client = ClientHandshake(kind, 0, random.Random(9).randbytes, b"\x80\0\3\2", encrypted=True)
    c1 = client.c0c1[1:]
    scheme = kind.scheme
    assert scheme is not None
    assert (client.c0c1[0], c1[4:8], plain.c0c1[0]) == (6, b"\x80\0\3\2", 3)
    found = find_digest(c1, CLIENT_KEY)
    assert found is not None
    assert found[0] == scheme
    at = key_position(c1, scheme)
    assert public_key_of(c1, scheme) == c1[at : at + 128]
    assert (client.facts.c0_version, client.encryption) == (6, None)


def test_the_time_wraps() -> None:
    client = ClientHandshake(HandshakeKind.SIMPLE, 2**32 + 5, random.Random(8).randbytes)
    assert client.c0c1[:9] == b"\x03\x00\x00\x00\x05\x00\x00\x00\x00"
