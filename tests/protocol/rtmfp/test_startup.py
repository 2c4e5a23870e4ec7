import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp import startup
from fmsdiag.protocol.rtmfp.crypto import PacketCipher, make_key_pair, startup_cipher
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.packet import (
    ChunkType,
    Mode,
    Option,
    encode_chunk,
    encode_option,
    encode_packet,
)
from fmsdiag.protocol.rtmfp.startup import (
    NEVER,
    CookieChange,
    Discriminator,
    IHello,
    IIKeying,
    Protection,
    Redirect,
    RHello,
    RIKeying,
    negotiate,
    offered,
    required,
)
from tests.protocol.conftest import fault_of
from tests.protocol.rtmfp.exchange import URI, seeded

FLASH_COMPONENT = bytes.fromhex("021d02410e") + bytes(range(64)) + bytes.fromhex("031a020a021e02")
AMS_COMPONENT = bytes.fromhex("031a0000021e0081020d02") + bytes(range(1, 129))


def test_the_discriminator_of_the_notes() -> None:
    encoded = startup.encode_discriminator(URI)
    assert encoded.hex() == "170a" + URI.encode().hex()
    assert startup.parse_discriminator(encoded) == Discriminator(URI)


def test_a_pinned_fingerprint_follows_the_uri() -> None:
    encoded = startup.encode_discriminator("rtmfp:", bytes(range(32)))
    assert encoded.hex() == "070a" + b"rtmfp:".hex() + "210f" + bytes(range(32)).hex()
    assert startup.parse_discriminator(encoded) == Discriminator("rtmfp:", bytes(range(32)))
    assert startup.parse_discriminator(b"\5\0host") == Discriminator(hostname="host")


def test_a_uri_that_fits_no_datagram_is_our_fault() -> None:
    with pytest.raises(LocalProtocolError):
        startup.encode_discriminator("rtmfp://" + "a" * 1024)


def test_the_initiators_certificate_is_laid_out_like_flash_players() -> None:
    key = make_key_pair(2, seeded(1))
    encoded = startup.encode_initiator_certificate(key)
    assert len(encoded) == 132
    assert encoded == bytes.fromhex("81021d02") + key.public
    parsed = startup.parse_certificate(encoded)
    assert (parsed.groups, parsed.static_keys) == ((2,), {2: key.public})


def test_the_initiators_component_is_laid_out_like_flash_players() -> None:
    assert startup.encode_initiator_component(2, bytes(range(64))) == FLASH_COMPONENT
    assert len(FLASH_COMPONENT) == 76
    parsed = startup.parse_keying_component(FLASH_COMPONENT)
    assert parsed.selected_group == 2
    assert (parsed.public_key, parsed.hmac, parsed.sequence) == (None, Protection(2, 10), Protection(2))


def test_the_responders_certificate_is_laid_out_like_ams() -> None:
    encoded = startup.encode_ephemeral_certificate(bytes(range(64)))
    assert len(encoded) == 77
    assert encoded.hex() == "010a410e" + bytes(range(64)).hex() + "02150202150502150e"
    parsed = startup.parse_certificate(encoded)
    assert (parsed.groups, parsed.static_keys) == ((2, 5, 14), {})


def test_the_responders_component_is_laid_out_like_ams() -> None:
    key = make_key_pair(2, seeded(1))
    encoded = startup.encode_responder_component(NEVER, NEVER, key, b"")
    assert encoded == AMS_COMPONENT[:11] + key.public
    assert len(encoded) == 139
    assert startup.parse_keying_component(encoded).public_key == (2, key.public)


def test_a_responder_that_requires_protection_says_so_like_tcserver() -> None:
    encoded = startup.encode_responder_component(required(16), required(), None, bytes(64))
    assert encoded.hex() == "031a0710021e07410e" + "00" * 64
    parsed = startup.parse_keying_component(encoded)
    assert (parsed.hmac, parsed.sequence) == (Protection(7, 16), Protection(7))


def test_a_static_server_certificate_names_a_key_for_each_group() -> None:
    keys = [make_key_pair(group, seeded(group)) for group in (14, 2)]
    parsed = startup.parse_certificate(startup.encode_static_certificate(keys))
    assert parsed.groups == (14, 2)
    assert parsed.static_keys == {14: keys[0].public, 2: keys[1].public}
    assert parsed.choose_group() == 2


@pytest.mark.parametrize("tail", [b"", b"\0", b"\0\x02\x15\x10"])
def test_the_fingerprint_covers_what_is_before_the_first_marker(tail: bytes) -> None:
    canonical = bytes.fromhex("010a0b1501020304050607080900")  # the last value ends in a zero byte
    parsed = startup.parse_certificate(canonical + tail)
    assert parsed.fingerprint == hashlib.sha256(canonical).digest()


@pytest.mark.parametrize(("groups", "chosen"), [((14, 5, 2), 2), ((16, 14), 14), ((99, 5), 5), ((), 2)])
def test_the_group_every_server_knows_is_preferred(groups: tuple[int, ...], chosen: int) -> None:
    encoded = b"".join(encode_option(0x15, bytes((group,))) for group in groups)
    assert startup.parse_certificate(encoded).choose_group() == chosen


def test_no_common_group_is_a_fault_of_its_own() -> None:
    certificate = startup.parse_certificate(bytes.fromhex("021563021516"))
    with pytest.raises(RtmfpError, match="groups 99, 22") as caught:
        certificate.choose_group()
    assert caught.value.fault is RtmfpFault.NO_COMMON_GROUP


@pytest.mark.parametrize(
    ("near", "far", "agreed"),
    [
        (offered(), NEVER, (False, False)),
        (offered(), offered(), (False, False)),
        (offered(), required(), (True, True)),
        (required(), offered(), (True, True)),
        (NEVER, Protection(4), (False, True)),
        (Protection(4), NEVER, (True, False)),
        (Protection(1), offered(), (False, True)),
    ],
)
def test_negotiation(near: Protection, far: Protection, agreed: tuple[bool, bool]) -> None:
    assert negotiate(near, far, "it") == agreed
    assert negotiate(far, near, "it") == agreed[::-1]


@pytest.mark.parametrize(
    ("near", "far"), [(required(), NEVER), (NEVER, required()), (offered(), Protection(1))]
)
def test_negotiation_fails_where_one_requires_what_the_other_lacks(near: Protection, far: Protection) -> None:
    if near == offered():
        assert negotiate(near, far, "it") == (True, False)
        return
    with pytest.raises(RtmfpError) as caught:
        negotiate(near, far, "HMAC")
    assert caught.value.fault is RtmfpFault.NEGOTIATION


@pytest.mark.parametrize("length", ["00", "03", "21", "8100"])
def test_an_hmac_of_odd_length_is_refused(length: str) -> None:
    option = encode_option(0x1A, b"\x04" + bytes.fromhex(length))
    with pytest.raises(RtmfpError) as caught:
        startup.parse_keying_component(option)
    assert caught.value.fault is RtmfpFault.NEGOTIATION


IIKEYING = IIKeying(b"abcd", bytes(64), bytes(132), FLASH_COMPONENT)
CHUNKS = [
    IHello(b"\x02\x0ax", bytes(16)),
    RHello(bytes(16), bytes(64), b"\x02\x15\x02"),
    Redirect(bytes(16), (("192.0.2.1", 1935), ("2001:db8::1", 19350))),
    CookieChange(bytes(65), bytes(66)),
    IIKEYING,
    RIKeying(b"\0\0\0\1", AMS_COMPONENT),
]


@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: type(chunk).__name__)
def test_chunks_are_read_as_they_were_written(chunk: IHello) -> None:
    assert type(chunk).parse(chunk.encode()) == chunk


def test_iikeying_has_its_fields_where_openrtmfp_looks_for_them() -> None:
    payload = IIKEYING.encode()
    assert payload[:4] == b"abcd"
    assert payload[4] == 64
    assert payload[69:71].hex() == "8104"
    assert payload[203] == 0x4C
    assert payload[204 + 76 :] == b"X"


@pytest.mark.parametrize(("chunk", "size"), list(zip(CHUNKS, (2, 10, 20, 10, 10, 10), strict=True)))
def test_a_field_that_overruns_is_malformed(chunk: IHello, size: int) -> None:
    with pytest.raises(RtmfpError) as caught:
        type(chunk).parse(chunk.encode()[:size])
    assert caught.value.fault is RtmfpFault.MALFORMED


def test_what_would_be_kept_is_bounded() -> None:
    for check in (startup.check_cookie, startup.parse_certificate, startup.parse_keying_component):
        with pytest.raises(RtmfpError) as caught:
            check(bytes(60_000))
        assert caught.value.fault is RtmfpFault.TOO_LARGE
    with pytest.raises(RtmfpError, match="tag of 60000 bytes"):
        IHello.parse(b"\0" + bytes(60_000))
    many = Redirect(b"", (("192.0.2.1", 1),) * 1000).encode()
    assert len(Redirect.parse(many).addresses) == startup.MAX_REDIRECT_ADDRESSES


def test_a_session_id_is_never_the_one_of_start_up() -> None:
    assert startup.random_session_id(bytes) == b"\0\0\0\1"
    assert startup.random_session_id(lambda count: b"\0\7" * 2) == b"\0\7\0\7"


def sealed(mode: int, *chunks: bytes, cipher: PacketCipher | None = None) -> bytes:
    return (cipher or startup_cipher()).seal(bytes(4), encode_packet(Mode(mode), chunks, 0))


def test_the_wanted_chunk_is_found_in_a_start_up_packet() -> None:
    datagram = sealed(3, encode_chunk(0xEC, b"?"), encode_chunk(ChunkType.RHELLO, b"!"))
    chunk = startup.open_startup(startup_cipher(), datagram, (ChunkType.REDIRECT, ChunkType.RHELLO))
    assert chunk == (ChunkType.RHELLO, b"!")


@pytest.mark.parametrize(
    ("datagram", "fault"),
    [
        (sealed(1, encode_chunk(ChunkType.RHELLO, b"")), RtmfpFault.WRONG_MODE),
        (sealed(3, encode_chunk(ChunkType.IHELLO, b"")), RtmfpFault.UNEXPECTED),
        (sealed(3), RtmfpFault.UNEXPECTED),
        (bytes(20), RtmfpFault.BAD_CHECKSUM),
    ],
)
def test_other_packets_are_no_start_up(datagram: bytes, fault: RtmfpFault) -> None:
    with pytest.raises(RtmfpError) as caught:
        startup.open_startup(startup_cipher(), datagram, (ChunkType.RHELLO,))
    assert caught.value.fault is fault


options = st.lists(
    st.tuples(st.integers(0, 40), st.binary(max_size=12)).map(lambda each: Option(*each)), max_size=6
)


@given(
    st.binary(max_size=200) | options.map(lambda listed: b"".join(encode_option(*each) for each in listed))
)
def test_no_bytes_make_a_parser_raise_anything_else(data: bytes) -> None:
    parsers = (
        startup.parse_discriminator,
        startup.parse_certificate,
        startup.parse_keying_component,
        IHello.parse,
        RHello.parse,
        Redirect.parse,
        CookieChange.parse,
        IIKeying.parse,
        RIKeying.parse,
    )
    for parse in parsers:
        error = fault_of(lambda parse=parse: parse(data))  # type: ignore[misc]
        assert error is None or isinstance(error, RtmfpError)
