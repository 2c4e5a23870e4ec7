"""Events become packets whose numbers fit, and nothing becomes a packet that was not observed."""

import pytest

from fmsdiag.model import Carrier, Icmp, RecordedConversation, TrafficEvent, TrafficRecord
from fmsdiag.report.packets.frames import MAX_PAYLOAD, Flags, IpAddress
from fmsdiag.report.packets.packets import Packet, packets_of
from tests.report.packets.pcapng_reader import Read, ip
from tests.report.packets.test_frames import FAR, FAR_6, NEAR, NEAR_6

E = TrafficEvent
SYN, ACK, PSH, FIN, RST = Flags.SYN, Flags.ACK, Flags.PSH, Flags.FIN, Flags.RST
OPEN = (TrafficRecord(0.0, E.OPENING), TrafficRecord(0.1, E.OPENED))


def made(
    *records: TrafficRecord,
    carrier: Carrier = Carrier.TCP,
    mss: int | None = 1000,
    senders: dict[str, IpAddress] | None = None,
) -> list[Packet]:
    conversation = RecordedConversation(carrier, "203.0.113.10", 1935, None, None, mss, records)
    return packets_of(conversation, NEAR, FAR, senders or {})


def seen(packets: list[Packet]) -> list[Read]:
    return [ip(Read(0, p.frame.data, p.frame.length, tuple(p.comments))) for p in packets]


def flags(packets: list[Packet]) -> list[int]:
    return [each.flags for each in seen(packets)]


def test_a_connection_from_syn_to_fin() -> None:
    packets = made(
        *OPEN,
        TrafficRecord(0.2, E.SENT, b"hello"),
        TrafficRecord(0.3, E.RECEIVED, b"hi"),
        TrafficRecord(0.4, E.PEER_ENDED),
        TrafficRecord(0.4, E.PEER_ENDED),
        TrafficRecord(0.5, E.ENDED),
    )
    assert flags(packets) == [SYN, SYN | ACK, ACK, PSH | ACK, PSH | ACK, FIN | ACK, FIN | ACK]
    assert [p.at_s for p in packets] == [0.0, 0.1, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert _gaps(seen(packets)) == []


def _gaps(packets: list[Read]) -> list[str]:
    """What a receiver would miss: each side's numbers go on where they ended, and acknowledge all that came."""
    following: dict[int, int] = {}
    said = []
    for each in packets:
        mine, other = each.ports
        if mine in following and each.numbers[0] != following[mine]:
            said.append(f"{each.numbers[0]} after {following[mine]}")
        if other in following and each.flags & ACK and each.numbers[1] != following[other]:
            said.append(f"{each.numbers[1]} acknowledged of {following[other]}")
        length = each.length - len(each.data) + len(each.payload)
        following[mine] = (each.numbers[0] + length + bool(each.flags & (SYN | FIN))) % 2**32
    return said


def test_data_is_cut_into_segments_and_the_last_is_pushed() -> None:
    packets = seen(made(*OPEN, TrafficRecord(0.2, E.SENT, bytes(2500))))[3:]
    assert [len(p.payload) for p in packets] == [1000, 1000, 500]
    assert [bool(p.flags & PSH) for p in packets] == [False, False, True]
    assert _gaps(packets) == []


@pytest.mark.parametrize("left_out", [300, MAX_PAYLOAD + 5])
def test_bytes_that_were_not_kept_count(left_out: int) -> None:
    packets = made(
        *OPEN,
        TrafficRecord(0.2, E.RECEIVED, b"abc", left_out=left_out),
        TrafficRecord(0.3, E.ENDED),
    )
    cut = seen(packets)[-2]
    assert cut.is_cut
    assert any("were not kept" in comment for comment in cut.comments)
    assert seen(packets)[-1].numbers[1] == 5000 + 1 + 3 + left_out


def test_a_refused_a_reset_and_a_silent_connect() -> None:
    refused = made(TrafficRecord(0.0, E.OPENING), TrafficRecord(0.1, E.PEER_RESET, error="ECONNREFUSED"))
    assert flags(refused) == [SYN, RST | ACK]
    assert seen(refused)[1].numbers == (0, 1001)
    assert "ECONNREFUSED" in refused[1].comments[0]
    reset = made(
        *OPEN, TrafficRecord(0.2, E.SENT, b"x"), TrafficRecord(0.3, E.PEER_RESET, error="ECONNRESET")
    )
    assert flags(reset)[-1] == RST | ACK
    assert _gaps(seen(reset)) == []
    assert flags(made(TrafficRecord(0.0, E.OPENING))) == [SYN]
    assert flags(made(*OPEN, TrafficRecord(0.2, E.RESET)))[-1] == RST | ACK


def test_what_never_left_is_no_packet() -> None:
    assert made(TrafficRecord(0.0, E.OPENING), TrafficRecord(0.1, E.NOT_SENT, error="ENETUNREACH")) == []


def test_what_no_packet_says_is_a_comment() -> None:
    told = made(TrafficRecord(0.0, E.OPENING), TrafficRecord(0.1, E.TOLD, error="EHOSTUNREACH"))
    assert len(told) == 1
    assert "EHOSTUNREACH" in told[0].comments[0]
    cut = made(*OPEN, TrafficRecord(0.2, E.SENT, b"x"), TrafficRecord(0.3, E.CUT_OFF))
    assert "may not have left" in cut[-1].comments[0]


@pytest.mark.parametrize(("near", "far"), [(NEAR, FAR), (NEAR_6, FAR_6)])
def test_an_icmp_error_is_from_its_sender(near: object, far: object) -> None:
    assert near in (NEAR, NEAR_6)
    assert far in (FAR, FAR_6)
    ends = (NEAR, FAR) if near == NEAR else (NEAR_6, FAR_6)
    router = "198.51.100.1" if near == NEAR else "2001:db8:9::1"
    sender = type(ends[0].address)(router)
    icmp = Icmp(3, 1, router)
    records = (
        TrafficRecord(0.0, E.OPENING, ttl=4),
        TrafficRecord(0.1, E.ICMP, icmp=icmp, error="EHOSTUNREACH"),
    )
    conversation = RecordedConversation(Carrier.TCP, str(ends[1].address), 1935, None, None, None, records)
    syn, error = seen(packets_of(conversation, *ends, {router: sender}))
    assert (syn.ttl, error.source, error.to) == (4, router, syn.source)
    assert syn.data.startswith(error.payload[8:])


def test_an_icmp_error_of_an_unknown_sender_is_a_comment() -> None:
    icmp = Icmp(3, 1, "fe80::1")
    packets = made(TrafficRecord(0.0, E.OPENING), TrafficRecord(0.1, E.ICMP, icmp=icmp, error="EHOSTUNREACH"))
    assert len(packets) == 1
    assert packets[0].comments


def test_datagrams() -> None:
    packets = made(
        TrafficRecord(0.0, E.SENT, b"ask", ttl=9),
        TrafficRecord(0.1, E.RECEIVED, b"answer", left_out=10),
        TrafficRecord(0.2, E.TOLD, error="ECONNREFUSED"),
        carrier=Carrier.UDP,
    )
    asked, answer = seen(packets)
    assert (asked.payload, asked.ttl, asked.protocol) == (b"ask", 9, 17)
    assert (answer.payload, answer.is_cut, len(answer.comments)) == (b"answer", True, 2)


def test_where_tls_begins_is_said_once() -> None:
    hello = b"\x16\x03\x01\x00\x05hello"
    packets = made(*OPEN, TrafficRecord(0.2, E.SENT, hello), TrafficRecord(0.3, E.SENT, hello))
    assert sum("TLS" in comment for p in packets for comment in p.comments) == 1
