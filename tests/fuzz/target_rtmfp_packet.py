"""RTMFP's packets, and what each of their chunks carries."""

from __future__ import annotations

from collections.abc import Callable

from fmsdiag.protocol.rtmfp import flow, startup
from fmsdiag.protocol.rtmfp.crypto import PacketCipher, derive_keys
from fmsdiag.protocol.rtmfp.errors import RtmfpError
from fmsdiag.protocol.rtmfp.packet import parse_packet
from tests.fuzz.rtmfp_conversation import plain_packets

PARSERS: tuple[Callable[[bytes], object], ...] = (
    startup.IHello.parse, startup.RHello.parse, startup.Redirect.parse, startup.CookieChange.parse, startup.IIKeying.parse,
    startup.RIKeying.parse, startup.parse_discriminator, startup.parse_certificate, startup.parse_keying_component,
    flow.parse_user_data, flow.parse_ack_ranges, flow.parse_ack_bitmap, flow.parse_metadata, flow.parse_tc_message,
)  # fmt: skip
KEYS = derive_keys(b"secret", b"near", b"far")


def seeds() -> list[bytes]:
    """Packets as they are inside, and each of their chunks."""
    packets = plain_packets()
    return [*packets, *(chunk.payload for packet in packets for chunk in parse_packet(packet).chunks)]


def check(data: bytes) -> None:
    """Only RtmfpError, whoever reads it."""
    payloads = [data]
    for packet in (data, _opened(data)):
        try:
            payloads += (chunk.payload for chunk in parse_packet(packet).chunks)
        except RtmfpError as error:
            str(error)
    for payload in payloads[:8]:
        for parse in PARSERS:
            try:
                parse(payload)
            except RtmfpError as error:
                str(error)


def _opened(data: bytes) -> bytes:
    """The bytes as a datagram that someone else has sealed."""
    try:
        return PacketCipher(KEYS).open(data)
    except RtmfpError:
        return b""
