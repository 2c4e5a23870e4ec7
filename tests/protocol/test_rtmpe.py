"""RTMPE: its arithmetic against known values, and both sessions with it, against each other and against hostile peers."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import ClientPhase, ConnectAnswered, ConnectRequested, Event, ServerPhase
from fmsdiag.protocol.handshake import (
    CLIENT_KEY,
    MESSAGE_SIZE,
    SERVER_KEY,
    HandshakeKind,
    find_digest,
    key_position,
    public_key_of,
    sign,
)
from fmsdiag.protocol.message import Unknown
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmpe import (
    KEY_SIZE,
    ORDER,
    PRIME,
    Encryption,
    KeyPair,
    RtmpeError,
    RtmpeFault,
    RtmpeOffer,
    is_valid_key,
    rc4_key,
    signature_type,
    starts_a_message,
)
from fmsdiag.protocol.server_session import ServerSession
from tests.protocol.conftest import Cut, fault_of

# computed apart from this code, as docs/protocol-sources.md says
CLIENT = KeyPair.from_private(int.from_bytes(hashlib.sha512(b"client").digest() * 2, "big"))
SERVER = KeyPair.from_private(int.from_bytes(hashlib.sha512(b"server").digest() * 2, "big"))

REQUEST = ConnectRequest("live", "rtmpe://host/live")
HANDSHAKE = 1 + 2 * MESSAGE_SIZE
SIGNED = (HandshakeKind.DIGEST_SCHEME_0, HandshakeKind.DIGEST_SCHEME_1)


def number(value: int) -> bytes:
    return value.to_bytes(KEY_SIZE, "big")


# ---- the arithmetic


@pytest.mark.parametrize(
    ("data", "start", "sha256"),
    [
        (
            CLIENT.public,
            "18fe0877df1a84e0",
            "52ab8f29da8e256cfba0138193a821303bea665b6c3bda22fbb9afa0c2112949",
        ),
        (
            SERVER.public,
            "418bb1259932461b",
            "816827a6b3747f1b3123915b196cfec4699d78ed3e95c90920b6a056b079730c",
        ),
        (
            CLIENT.shared_secret(SERVER.public),
            "d48b33726b7d4421",
            "669f4ef4bb5a65ae74defcde6ef3a19b711bed614dbe8ad1f55fdb38c1928118",
        ),
    ],
)
def test_diffie_hellman(data: bytes, start: str, sha256: str) -> None:
    assert len(data) == KEY_SIZE
    assert data[:8].hex() == start
    assert hashlib.sha256(data).hexdigest() == sha256


def test_each_direction_has_its_own_key() -> None:
    secret = SERVER.shared_secret(CLIENT.public)
    assert secret == CLIENT.shared_secret(SERVER.public)
    assert rc4_key(secret, SERVER.public).hex() == "4f8f2d679052c9d253831a2b68a618c2"
    assert rc4_key(secret, CLIENT.public).hex() == "6dc9124e550d5a35aa79258052a2eb50"


def test_the_keystreams_begin_at_byte_1536() -> None:
    client, server = Encryption(CLIENT, SERVER.public), Encryption(SERVER, CLIENT.public)
    assert client.encrypt(bytes(16)).hex() == "3f4517cede2ecc20a259cb9bd9f09ef5"
    assert server.encrypt(bytes(16)).hex() == "bc4dbf18aac9e3bf50dc751ba074548c"
    assert client.decrypt(bytes.fromhex("bc4dbf18aac9e3bf50dc751ba074548c")) == bytes(16)


@settings(max_examples=15)
@given(st.lists(st.binary(max_size=50), max_size=20))
def test_the_keystream_goes_on_from_piece_to_piece(pieces: list[bytes]) -> None:
    client, server = Encryption(CLIENT, SERVER.public), Encryption(SERVER, CLIENT.public)
    encrypted = b"".join(client.encrypt(piece) for piece in pieces)
    assert b"".join(server.decrypt(bytes((byte,))) for byte in encrypted) == b"".join(pieces)
    assert encrypted == Encryption(CLIENT, SERVER.public).encrypt(b"".join(pieces))


def test_keys_and_secrets_keep_their_zeros_on_the_left() -> None:
    assert KeyPair.from_private(1).public == number(2)
    assert KeyPair.from_private(1).shared_secret(number(2)) == number(2)


def test_new_keys_differ_and_are_valid_whatever_the_random_source() -> None:
    pairs = [KeyPair.make(random.Random(seed).randbytes) for seed in range(4)] + [KeyPair.make(bytes)]
    assert len({pair.public for pair in pairs}) == 5
    assert all(is_valid_key(pair.public) for pair in pairs)
    assert str(pairs[0].private) not in repr(pairs[0])


@pytest.mark.parametrize("value", [2, 4, PRIME - ORDER, pow(2, 10**6, PRIME)])
def test_keys_of_the_subgroup_are_valid(value: int) -> None:
    assert is_valid_key(number(value)) is (pow(value, ORDER, PRIME) == 1)
    assert is_valid_key(number(pow(value, 2, PRIME)))


@pytest.mark.parametrize(
    "value", [0, 1, PRIME - 1, PRIME, PRIME + 1, PRIME - 2, PRIME + 2, 2**1024 - 1], ids=lambda v: hex(v)[-6:]
)
def test_keys_that_are_not_valid(value: int) -> None:
    assert not is_valid_key(number(value))


@pytest.mark.parametrize(
    ("start", "sense"),
    [
        ("", True),
        ("02", True),
        ("02000000000004050000", True),
        ("020000000000040500000000", True),
        ("430000000000501400", True),  # rtmpsrv's first message begins with format 1
        ("030000000000701100000000", True),
        ("02000000000004fe00000000", False),
        ("020000000100001400000000", False),  # 65 536 bytes
        ("83", False),
        ("c3", False),
        ("0040000000000004050000000000", True),
        ("014000000000000004fe00000000", False),
    ],
)
def test_starts_of_messages(start: str, sense: bool) -> None:
    assert starts_a_message(bytes.fromhex(start)) is sense


def test_few_random_bytes_look_like_the_start_of_a_message() -> None:
    source = random.Random(1)
    assert sum(starts_a_message(source.randbytes(14)) for _ in range(50_000)) < 20


@pytest.mark.parametrize(("version", "name"), [(8, "8 (XTEA)"), (9, "9 (Blowfish)"), (7, "7 (unknown)")])
def test_the_signature_types_are_named(version: int, name: str) -> None:
    assert signature_type(version) == f"RTMPE with signatures of type {name}"


# ---- both roles against each other


def client_of(kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_1, seed: int = 1) -> ClientSession:
    return ClientSession(kind, encrypted=True, now_ms=1000, random_bytes=random.Random(seed).randbytes)


def server_of(
    kind: HandshakeKind | None = None,
    offer: RtmpeOffer = RtmpeOffer.ACCEPTED,
    public_key: bytes | None = None,
) -> ServerSession:
    return ServerSession(
        kind,
        now_ms=2000,
        random_bytes=random.Random(2).randbytes,
        rtmpe_offer=offer,
        public_key=public_key,
    )


def connected() -> tuple[ClientSession, ServerSession]:
    """Both after `connect` has come and before it is answered."""
    client, server = client_of(), server_of()
    server.receive(client.take_output())
    client.receive(server.take_output())
    client.connect(REQUEST)
    server.receive(client.take_output())
    return client, server


@pytest.mark.parametrize("kind", SIGNED)
@pytest.mark.parametrize("server_kind", [None, *SIGNED])
def test_a_whole_connection(kind: HandshakeKind, server_kind: HandshakeKind | None, cut: Cut) -> None:
    client, server = client_of(kind), server_of(server_kind)
    answers: list[Event] = []
    for turn in range(4):
        for piece in cut(client.take_output()):
            if any(isinstance(event, ConnectRequested) for event in server.receive(piece)):
                server.accept()
        for piece in cut(server.take_output()):
            answers += [e for e in client.receive(piece) if isinstance(e, ConnectAnswered)]
        if turn == 0:
            assert (client.encryption_works, server.encryption_works) == (None, None)
            client.connect(REQUEST)
    assert [a.reply.accepted for a in answers if isinstance(a, ConnectAnswered)] == [True]
    assert server.connect_request is not None
    assert server.connect_request.tc_url == "rtmpe://host/live"
    assert (client.encryption_works, server.encryption_works) == (True, True)
    facts, seen = client.facts, server.facts
    assert (facts.c0_version, facts.s0_version, facts.server_key_valid) == (6, 6, True)
    assert (facts.server_scheme, facts.s2_signature_valid) == ((server_kind or kind).scheme, True)
    assert (seen.c0_version, seen.s0_version, seen.client_key_valid) == (6, 6, True)
    assert (seen.client_scheme, seen.c2_signature_valid) == (kind.scheme, True)


def test_c2_leaves_in_clear_and_connect_encrypted_in_one_write() -> None:
    client, server = client_of(), server_of()
    c0c1 = client.take_output()
    assert (c0c1[0], len(c0c1)) == (6, 1 + MESSAGE_SIZE)
    found = find_digest(c0c1[1:], CLIENT_KEY)
    assert found is not None
    assert found[0] == 1
    assert is_valid_key(public_key_of(c0c1[1:], 1))
    server.receive(c0c1)
    answer = server.take_output()
    assert (answer[0], len(answer)) == (6, HANDSHAKE)
    client.receive(answer[: 1 + MESSAGE_SIZE])
    client.connect(REQUEST)
    written = client.take_output()
    assert len(written) > MESSAGE_SIZE + 100
    assert b"connect" not in written
    server.receive(written)
    assert server.facts.c2_signature_valid
    assert server.connect_request is not None


def test_an_answer_in_one_read_with_s2() -> None:
    client, server = client_of(), server_of()
    server.receive(client.take_output())
    answer = server.take_output()
    client.receive(answer[: 1 + MESSAGE_SIZE])
    client.connect(REQUEST)
    server.receive(client.take_output())
    server.accept()
    events = client.receive(answer[1 + MESSAGE_SIZE :] + server.take_output())
    assert [event.reply.accepted for event in events if isinstance(event, ConnectAnswered)] == [True]


def test_calls_go_on_in_both_directions() -> None:
    client, server = connected()
    server.accept()
    client.receive(server.take_output())
    for transaction in range(2, 20):
        assert client.call("f" * transaction) == transaction
        assert getattr(server.receive(client.take_output())[-1], "name", "") == "f" * transaction


def test_rtmpe_needs_digests() -> None:
    with pytest.raises(LocalProtocolError, match="handshake with digests"):
        client_of(HandshakeKind.SIMPLE)


@pytest.mark.parametrize("offer", RtmpeOffer)
def test_plain_rtmp_is_served_as_before(offer: RtmpeOffer) -> None:
    client, server = ClientSession(), server_of(offer=offer)
    server.receive(client.take_output())
    client.receive(server.take_output())
    client.connect(REQUEST)
    server.receive(client.take_output())
    assert server.connect_request is not None
    assert (server.facts.s0_version, server.encryption_works) == (3, None)


# ---- servers that fall short of it


def refusal(server: ServerSession) -> tuple[ClientSession, RtmpeError]:
    """How a client sees that server, which must come out before a byte of C2."""
    client = client_of()
    server.receive(client.take_output())
    with pytest.raises(RtmpeError) as caught:
        client.receive(server.take_output())
    assert client.take_output() == b""
    assert client.encryption_works is None
    return client, caught.value


def test_plain_rtmp_answers() -> None:
    client, error = refusal(server_of(offer=RtmpeOffer.IGNORED))
    assert (error.fault, error.what) == (RtmpeFault.NOT_OFFERED, "RTMPE is not offered, plain RTMP answers")
    assert (client.facts.s0_version, client.facts.digest_valid) == (3, True)


@pytest.mark.parametrize(("version", "name"), [(8, "XTEA"), (9, "Blowfish")])
def test_another_type_of_signature_is_named(version: int, name: str) -> None:
    client, server = client_of(), server_of(offer=RtmpeOffer.TYPE_8)
    server.receive(client.take_output())
    answer = server.take_output()
    assert answer[0] == 8
    with pytest.raises(RtmpeError, match=rf"type {version} \({name}\)") as caught:
        client.receive(bytes((version,)) + answer[1:])
    assert caught.value.fault is RtmpeFault.SIGNATURE_TYPE
    assert (client.facts.s0_version, client.facts.server_key_valid) == (version, True)


@pytest.mark.parametrize("key", [0, 1, PRIME - 1], ids=["0", "1", "p-1"])
@pytest.mark.parametrize("kind", SIGNED)
def test_trivial_server_keys(key: int, kind: HandshakeKind) -> None:
    client, error = refusal(server_of(kind, public_key=number(key)))
    assert error.fault is RtmpeFault.BAD_KEY
    assert (client.facts.s0_version, client.facts.server_key_valid) == (6, False)
    assert client.facts.server_scheme == kind.scheme


def test_a_server_that_repeats_6_and_has_no_digest() -> None:
    client, error = refusal(server_of(HandshakeKind.SIMPLE))
    assert error.fault is RtmpeFault.NO_DIGEST
    assert (client.facts.digest_valid, client.facts.server_key_valid) == (False, None)


def test_a_server_that_refuses() -> None:
    server = server_of(offer=RtmpeOffer.REFUSED)
    with pytest.raises(RemoteProtocolError, match="unexpected C0 version 6"):
        server.receive(client_of().take_output())
    assert server.take_output() == b""


@pytest.mark.parametrize("first", [b"H", b"\x15", b"\x07", b"\x0a", b"\0"])
def test_another_s0_is_none_of_rtmpe(first: bytes) -> None:
    with pytest.raises(RemoteProtocolError, match=f"unexpected S0 version {first[0]}"):
        client_of().receive(first)


@pytest.mark.parametrize("size", [1, 2, 1536, 1537, 3072])
def test_a_handshake_cut_short_is_waited_for(size: int, cut: Cut) -> None:
    client, server = client_of(), server_of()
    server.receive(client.take_output())
    for piece in cut(server.take_output()[:size]):
        client.receive(piece)
    assert client.phase is (ClientPhase.WAIT_S1 if size < 1537 else ClientPhase.WAIT_S2)


# ---- clients that fall short of it


def hello(change: Callable[[bytes], bytes]) -> bytes:
    c0c1 = client_of().take_output()
    return c0c1[:1] + change(c0c1[1:])


def with_key(value: int) -> Callable[[bytes], bytes]:
    def change(c1: bytes) -> bytes:
        at = key_position(c1, 1)
        return sign(c1[:at] + number(value) + c1[at + KEY_SIZE :], 1, CLIENT_KEY)

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda c1: bytes(MESSAGE_SIZE), RtmpeFault.NO_DIGEST),
        (lambda c1: c1[:-1] + bytes((c1[-1] ^ 1,)), RtmpeFault.NO_DIGEST),
        (lambda c1: sign(c1, 1, SERVER_KEY), RtmpeFault.NO_DIGEST),
        (with_key(0), RtmpeFault.BAD_KEY),
        (with_key(1), RtmpeFault.BAD_KEY),
        (with_key(PRIME - 1), RtmpeFault.BAD_KEY),
    ],
)
def test_clients_that_fall_short(change: Callable[[bytes], bytes], fault: RtmpeFault) -> None:
    server = server_of()
    with pytest.raises(RtmpeError) as caught:
        server.receive(hello(change))
    assert caught.value.fault is fault
    assert server.take_output() == b""


# ---- what does not decrypt


@pytest.mark.parametrize("seed", range(40))
def test_another_key_is_a_failed_decryption(seed: int, cut: Cut) -> None:
    """Random bytes stand for what any wrong key gives."""
    client, _ = connected()
    garbage = random.Random(seed).randbytes(2000)

    def read() -> None:
        for piece in cut(garbage):
            client.receive(piece)

    error = fault_of(read)
    assert isinstance(error, RtmpeError)
    assert error.fault is RtmpeFault.GARBAGE
    assert error.what.startswith("decryption failed, with the peer's key of scheme 1: ")
    assert client.encryption_works is False


def test_a_server_that_does_not_encrypt() -> None:
    """As one that answers S0 = 6 without meaning it."""
    client, _ = connected()
    plain = b"\2\0\0\0\0\0\4\5\0\0\0\0\0\x26\x25\xa0" * 40
    with pytest.raises(RtmpeError, match="decryption failed"):
        client.receive(plain)


def test_a_message_that_is_not_known_is_none() -> None:
    client, server = connected()
    server.send_message(Unknown(100, b"x"))
    with pytest.raises(RtmpeError, match="decryption failed"):
        client.receive(server.take_output())
    assert client.encryption_works is False


def test_a_fault_after_the_first_message_is_no_failed_decryption() -> None:
    client, server = connected()
    server.accept()
    client.receive(server.take_output())
    with pytest.raises(RemoteProtocolError) as caught:
        client.receive(bytes(b ^ 0x55 for b in random.Random(3).randbytes(200)))
    assert not isinstance(caught.value, RtmpeError)
    assert client.encryption_works is True


def test_a_wrong_key_of_the_client_is_noticed_by_the_server() -> None:
    _, server = connected()
    client, fresh = client_of(), server_of()
    fresh.receive(client.take_output())
    client.receive(fresh.take_output())
    client.connect(REQUEST)
    written = client.take_output()
    with pytest.raises(RtmpeError, match="decryption failed, with the peer's key of scheme 1"):
        fresh.receive(written[:MESSAGE_SIZE] + bytes(b ^ 0xAA for b in written[MESSAGE_SIZE:]))
    assert (fresh.phase, fresh.encryption_works) == (ServerPhase.OPEN, False)
    assert server.encryption_works is True


@settings(max_examples=40)
@given(st.binary(max_size=400), st.integers(1, 100))
def test_arbitrary_bytes_after_the_handshake(data: bytes, piece: int) -> None:
    client, server = connected()
    for start in range(0, len(data), piece):
        for session in (client, server):
            fault_of(partial(session.receive, data[start : start + piece]))
            session.take_output()
    assert client.phase is ClientPhase.OPEN


@given(st.binary(max_size=3200), st.sampled_from([b"\3", b"\6", b"\x08", b""]))
def test_arbitrary_bytes_from_the_start(data: bytes, first: bytes) -> None:
    for session in (client_of(), server_of(), server_of(offer=RtmpeOffer.IGNORED)):
        fault_of(partial(session.receive, first + data))
        session.take_output()
    signed = sign((data + bytes(MESSAGE_SIZE))[:MESSAGE_SIZE], 0, SERVER_KEY)
    fault = fault_of(partial(client_of().receive, b"\6" + signed))
    key = public_key_of(signed, 0)
    assert (fault is not None) is not is_valid_key(key)
