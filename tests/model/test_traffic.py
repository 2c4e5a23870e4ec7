"""Traffic is plain data that keeps what it is given."""

import msgspec

from fmsdiag.model import Carrier, Icmp, RecordedConversation, Traffic, TrafficEvent, TrafficRecord


def test_traffic_survives_encoding() -> None:
    records = (
        TrafficRecord(0.5, TrafficEvent.OPENING, ttl=3),
        TrafficRecord(0.6, TrafficEvent.ICMP, icmp=Icmp(3, 1, "192.0.2.1"), error="EHOSTUNREACH"),
        TrafficRecord(0.7, TrafficEvent.RECEIVED, b"\0\xff", left_out=9),
    )
    traffic = Traffic(
        (RecordedConversation(Carrier.TCP, "::1", 1935, None, None, 1400, records),), left_out=1
    )
    assert msgspec.json.decode(msgspec.json.encode(traffic), type=Traffic) == traffic


def test_a_packet_has_the_usual_time_to_live_unless_told_otherwise() -> None:
    assert TrafficRecord(0.0, TrafficEvent.SENT).ttl == 64
