import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp.crypto import (
    GROUPS,
    REPLAY_WINDOW,
    KeyPair,
    PacketCipher,
    aes_cbc,
    derive_keys,
    make_key_pair,
    prime,
    shared_secret,
    startup_cipher,
)
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from tests.protocol.conftest import fault_of
from tests.protocol.rtmfp.exchange import seeded

# RFC 2409 section 6.2
OAKLEY_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)

# computed apart from this code, as docs/protocol-sources.md says
IHELLO = bytes.fromhex(
    "0b123430002918170a72746d66703a2f2f3132372e302e302e312f6c697665000102030405060708090a0b0c0d0e0f"
)
IHELLO_DATAGRAM = (
    "dbaac01cfca1018c270bc190845400349bb57e0234ae6c716251f54c00e515266043d3387dc835e5adbe5201c828d04e"
    "9e1a2fd96e51c0ccb2da72160965fcdfa80d6aae"
)
SECRET = hashlib.sha256(b"dh").digest() * 4
SKIC = bytes.fromhex("021d02410e") + bytes(range(64)) + bytes.fromhex("031a020a021e02")
SKRC = bytes.fromhex("031a0000021e0081020d02") + bytes((5 * i + 1) % 256 for i in range(128))


def test_the_primes_are_those_of_the_standards() -> None:
    assert prime(2) == OAKLEY_2
    for group, bits in zip(GROUPS, (1024, 1536, 2048, 4096), strict=True):
        p = prime(group)
        assert p.bit_length() == bits
        assert p >> bits - 64 == p & 2**64 - 1 == 2**64 - 1
        if bits <= 2048:  # safe primes; the largest alone would take a second
            assert pow(2, p - 1, p) == pow(3, p - 1, p) == 1
            assert pow(2, p >> 1, p) == 1


def test_the_last_prime_ends_as_in_rfc_3526() -> None:
    assert f"{prime(16):X}".endswith("93B4EA988D8FDDC186FFB7DC90A6C08F4DF435C934063199FFFFFFFFFFFFFFFF")
    assert f"{prime(14):X}".endswith("3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF")
    assert f"{prime(5):X}".endswith("670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF")


def test_the_start_up_packet_of_the_notes() -> None:
    datagram = startup_cipher().seal(bytes(4), IHELLO)
    assert datagram.hex() == IHELLO_DATAGRAM
    opened = startup_cipher().open(datagram)
    assert opened == IHELLO + b"\xff" * 15
    assert aes_cbc(b"Adobe Systems 02", datagram[4:], encrypt=False)[:2].hex() == "5dea"


def test_the_keys_of_the_notes() -> None:
    assert hashlib.sha256(SKIC).hexdigest().startswith("fb85fbed")
    assert hashlib.sha256(SKRC).hexdigest().startswith("f14874a4")
    keys = derive_keys(SECRET, SKIC, SKRC)
    assert keys.encrypt.hex() == "cd57b7aac92e8259ee1bc7caf3d649683e75f3624757adace9c6c476693d76c1"
    assert keys.decrypt.hex() == "3b2d197248270ec3833e673f1fd60e72fa41fdb6f4544d6d0082ac6a82accacf"
    assert keys.send_hmac.hex() == "6e3c45968b29c020bb8f81ceea927d3325661ab37a484c464d254b1c549f9b0c"
    assert keys.receive_hmac.hex() == "209a96e0d64849072e8e8ec75b4bbf62b55fd95c060a6c770878efba6f5c1bc4"
    assert keys.near_nonce.hex() == "a64456ef3ee181c126b7a232723fb06cb233668f2b06364ed16ee466c0112d28"
    assert keys.far_nonce.hex() == "17b41aa1e954de5fff89a8d4ff3fb71f53af4afe1ce7719dacaf42fd5b2e691d"


def test_the_two_sides_derive_each_others_keys() -> None:
    initiator, responder = derive_keys(SECRET, SKIC, SKRC), derive_keys(SECRET, SKRC, SKIC)
    assert (initiator.encrypt, initiator.send_hmac) == (responder.decrypt, responder.receive_hmac)
    assert (initiator.decrypt, initiator.receive_hmac) == (responder.encrypt, responder.send_hmac)
    assert (initiator.near_nonce, initiator.far_nonce) == (responder.far_nonce, responder.near_nonce)


@pytest.mark.parametrize("group", [2, 5, 14])
def test_two_key_pairs_agree_on_a_secret(group: int) -> None:
    one, other = make_key_pair(group, seeded(1)), make_key_pair(group, seeded(2))
    assert len(one.public) == prime(group).bit_length() // 8
    assert shared_secret(one, other.public) == shared_secret(other, one.public)


def test_a_secret_has_no_leading_zeros() -> None:
    """With private key 1 the secret is the other's public key, here of 127 bytes (tcserver takes no padded one)."""
    public = bytes(range(1, 128))
    assert shared_secret(KeyPair(2, 1, b"\2"), public) == public
    assert shared_secret(KeyPair(2, 1, b"\2"), b"\0" + public) == public


@pytest.mark.parametrize(
    "public",
    [
        b"",
        b"\1",
        (2**24 - 1).to_bytes(4, "big"),
        prime(2).to_bytes(128, "big"),
        (prime(2) - 1).to_bytes(128, "big"),
        (1 << 1000).to_bytes(128, "big"),  # a single one
        ((1 << 1023) - 1).to_bytes(128, "big"),  # a single zero
        b"\xff" * 5000,
    ],
)
def test_weak_public_keys_are_refused(public: bytes) -> None:
    with pytest.raises(RtmfpError) as caught:
        shared_secret(make_key_pair(2, seeded(1)), public)
    assert caught.value.fault is RtmfpFault.WEAK_KEY


def short_private(count: int) -> bytes:
    """The private key 2^511 + 1135, whose public key in group 2 begins with a zero byte."""
    return (1135).to_bytes(count, "big")


def test_a_key_pair_is_drawn_again_until_its_public_key_fills_the_width() -> None:
    good = seeded(3)(64)
    drawn = iter((short_private(64), good))
    assert make_key_pair(2, lambda count: next(drawn)) == make_key_pair(2, lambda count: good)


def test_a_broken_source_of_random_bytes_ends() -> None:
    with pytest.raises(LocalProtocolError):
        make_key_pair(2, short_private)


def ends(**options: Any) -> tuple[PacketCipher, PacketCipher]:
    """Initiator and responder; the options are the initiator's, reversed for the responder."""
    swapped = {
        name.replace("send", "x").replace("receive", "send").replace("x", "receive"): value
        for name, value in options.items()
    }
    return (
        PacketCipher(derive_keys(SECRET, SKIC, SKRC), **options),
        PacketCipher(derive_keys(SECRET, SKRC, SKIC), **swapped),
    )


PROTECTIONS = [
    {},
    {"send_hmac_bytes": 10, "receive_hmac_bytes": 16, "send_sequence": True, "receive_sequence": True},
    {"send_sequence": True, "receive_sequence": True},
    {"send_hmac_bytes": 32},
    {"send_sequence": True, "receive_hmac_bytes": 4},
]


@pytest.mark.parametrize("options", PROTECTIONS)
@pytest.mark.parametrize("size", range(1, 34))
def test_what_is_sealed_is_opened(options: dict[str, int], size: int) -> None:
    initiator, responder = ends(**options)
    packet = bytes(range(1, size + 1))
    for sender, receiver in ((initiator, responder), (responder, initiator)):
        datagram = sender.seal(b"abcd", packet)
        opened = receiver.open(datagram)
        assert opened.rstrip(b"\xff") == packet
        assert (len(datagram) - 4 - sender.send_hmac_bytes) % 16 == 0


def test_sequence_numbers_count_from_zero_before_the_checksum() -> None:
    initiator, responder = ends(send_sequence=True)
    for number in range(3):
        datagram = initiator.seal(b"abcd", b"\x09\0\0")
        plain = aes_cbc(derive_keys(SECRET, SKIC, SKRC).encrypt[:16], datagram[4:], encrypt=False)
        assert plain[0] == number
        assert plain[3:6] == b"\x09\0\0"
        assert len(plain) == 16  # 13 bytes are summed: an odd number
        assert responder.open(datagram)[:3] == b"\x09\0\0"


@pytest.mark.parametrize(
    ("options", "fault"), [(PROTECTIONS[0], RtmfpFault.BAD_CHECKSUM), (PROTECTIONS[1], RtmfpFault.BAD_HMAC)]
)
@pytest.mark.parametrize("at", [4, 19, 20, 30, -1])
def test_damage_is_seen(options: dict[str, int], fault: RtmfpFault, at: int) -> None:
    initiator, responder = ends(**options)
    datagram = bytearray(initiator.seal(b"abcd", b"\x09" * 40))
    datagram[at] ^= 0x40
    with pytest.raises(RtmfpError) as caught:
        responder.open(bytes(datagram))
    assert caught.value.fault is fault


def test_a_packet_is_taken_once() -> None:
    initiator, responder = ends(send_sequence=True)
    datagrams = [initiator.seal(b"abcd", b"\x09\0\0") for _ in range(REPLAY_WINDOW + 2)]
    for index in (3, 1, REPLAY_WINDOW + 1, 2, REPLAY_WINDOW):
        responder.open(datagrams[index])
    for index in (0, 1, 2, 3, REPLAY_WINDOW, REPLAY_WINDOW + 1):
        with pytest.raises(RtmfpError) as caught:
            responder.open(datagrams[index])
        assert caught.value.fault is RtmfpFault.REPLAYED


@pytest.mark.parametrize("size", [0, 4, 5, 19, 21, 37])
def test_a_datagram_of_no_whole_blocks_is_none_of_ours(size: int) -> None:
    with pytest.raises(RtmfpError) as caught:
        startup_cipher().open(bytes(size))
    assert caught.value.fault is RtmfpFault.NOT_RTMFP


@given(st.binary(max_size=200), st.sampled_from(PROTECTIONS))
def test_what_nobody_sealed_is_the_peers_fault(data: bytes, options: dict[str, int]) -> None:
    _, responder = ends(**options)
    assert fault_of(lambda: responder.open(data)) is not None
