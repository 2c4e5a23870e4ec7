from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.message import Command, Unknown
from fmsdiag.protocol.rtmfp.crypto import PacketCipher, derive_keys
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    FlowException,
    MessageReceived,
    MessageRejected,
    PacketDamaged,
    PingAnswered,
    SessionClosed,
    SessionNews,
)
from fmsdiag.protocol.rtmfp.flow import Acknowledgement, Fragment, UserData, parse_ack_ranges
from fmsdiag.protocol.rtmfp.packet import Chunk, ChunkType, Mode, Option, Packet, parse_packet
from fmsdiag.protocol.rtmfp.session import MAX_ECHO_BYTES, MAX_FLOWS, KeyedSession
from tests.protocol.rtmfp.exchange import seeded

KEYS = derive_keys(b"secret", b"near", b"far")
REVERSED = derive_keys(b"secret", b"far", b"near")
NETCONNECTION = (Option(0, b"TC\4\0"),)


def session(mode: Mode = Mode.INITIATOR, **options: Any) -> KeyedSession:
    keys = KEYS if mode is Mode.INITIATOR else REVERSED
    return KeyedSession(PacketCipher(keys), mode, b"abcd", seeded(4), **options)


def feed(near: KeyedSession, *chunks: tuple[int, bytes], now_s: float = 1.0) -> list[SessionNews]:
    return near.receive(Packet(Mode.RESPONDER, tuple(Chunk(*chunk) for chunk in chunks)), now_s)


def sent(near: KeyedSession) -> list[Chunk]:
    opened = [parse_packet(PacketCipher(REVERSED).open(data)) for data in near.take_datagrams()]
    return [chunk for packet in opened for chunk in packet.chunks]


def user_data(
    sequence: int,
    body: bytes = b"\x63\0\0\0\0!",
    flow_id: int = 5,
    options: tuple[Option, ...] = NETCONNECTION,
    fragment: Fragment = Fragment.WHOLE,
    abandoned: bool = False,
    final: bool = False,
) -> tuple[int, bytes]:
    item = UserData(flow_id, sequence, sequence, body, fragment, options, abandoned, final)
    return ChunkType.USER_DATA, item.encode()


def test_a_session_packet_is_laid_out_as_in_the_notes() -> None:
    near = session()
    near.send(Command("connect", 1.0, ({},)), 0x1234 / 250)
    (datagram,) = near.take_datagrams()
    plain = PacketCipher(REVERSED).open(datagram)
    head = "09123410002780020101050054430400001400000000"
    assert plain.hex().startswith(head + "020007636f6e6e656374")
    feed(near, (ChunkType.PING, b""), now_s=20.0)
    near.take_datagrams()
    near.receive(Packet(Mode.RESPONDER, (Chunk(ChunkType.PING, b""),), timestamp=0x1000), 20.0)
    assert PacketCipher(REVERSED).open(near.take_datagrams()[0]).hex().startswith("0d1388100041")


def test_a_packet_of_our_own_role_is_not_opened() -> None:
    reflected = session()
    reflected.ping(1.0)
    (datagram,) = reflected.take_datagrams()
    same_keys = KeyedSession(PacketCipher(REVERSED), Mode.INITIATOR, b"abcd", seeded(4))
    with pytest.raises(RtmfpError) as caught:
        same_keys.open(datagram)
    assert caught.value.fault is RtmfpFault.WRONG_MODE
    assert session(Mode.RESPONDER).open(datagram).chunks[0].type == ChunkType.PING


def test_all_data_of_a_packet_is_acknowledged_together() -> None:
    near = session()
    events = feed(near, user_data(1), (ChunkType.NEXT_USER_DATA, b"\0\x63\0\0\0\0?"), user_data(4))
    assert events == [
        MessageReceived(Unknown(0x63, b"!"), 0, 5, 0, 1),
        MessageReceived(Unknown(0x63, b"?"), 0, 5, 0, 1),
    ]
    (ack,) = sent(near)
    assert ack.type == ChunkType.ACK_RANGES
    assert parse_ack_ranges(ack.payload)[:3] == (5, 2, ((4, 4),))


def test_a_duplicate_is_acknowledged_again_and_not_told() -> None:
    near = session()
    assert len(feed(near, user_data(1))) == 1
    assert feed(near, user_data(1)) == []
    assert [parse_ack_ranges(chunk.payload).cumulative for chunk in sent(near)] == [1, 1]


def test_acknowledgements_may_wait() -> None:
    near = session(ack_delay_s=0.2)
    feed(near, user_data(1), now_s=1.0)
    assert sent(near) == []
    assert near.next_timeout_s == pytest.approx(1.2)
    near.handle_timeout(1.3)
    assert [chunk.type for chunk in sent(near)] == [ChunkType.ACK_RANGES]
    assert near.next_timeout_s is None


def test_a_buffer_probe_is_answered_with_an_acknowledgement() -> None:
    near = session()
    feed(near, user_data(1))
    sent(near)
    feed(near, (ChunkType.BUFFER_PROBE, b"\5"), (ChunkType.BUFFER_PROBE, b"\6"))
    (ack,) = sent(near)
    assert parse_ack_ranges(ack.payload) == Acknowledgement(5, 1)


@pytest.mark.parametrize("options", [(), (Option(0, b"xx"),), (Option(7, b""), *NETCONNECTION)])
def test_a_flow_that_is_not_understood_is_refused(options: tuple[Option, ...]) -> None:
    near = session()
    (event,) = feed(near, user_data(1, options=options))
    assert isinstance(event, PacketDamaged)
    exception, ack = sent(near)
    assert (exception.type, exception.payload) == (ChunkType.FLOW_EXCEPTION, b"\5\0")
    assert parse_ack_ranges(ack.payload).cumulative == 1
    assert feed(near, user_data(2)) == []
    assert parse_ack_ranges(sent(near)[0].payload).cumulative == 2


def test_flows_are_counted() -> None:
    near = session()
    events = [feed(near, user_data(1, flow_id=number)) for number in range(MAX_FLOWS + 3)]
    assert [len(each) for each in events] == [1] * MAX_FLOWS + [0] * 3
    assert [chunk.payload for chunk in sent(near) if chunk.type == ChunkType.FLOW_EXCEPTION] == [
        b"\x10\0",
        b"\x11\0",
        b"\x12\0",
    ]


@pytest.mark.parametrize("size", [1, 1000])
def test_what_waits_in_all_flows_together_is_bounded(size: int) -> None:
    """Unfinished messages and early fragments of many flows, in fragments of whatever size."""
    near, refused, most = session(max_held_bytes=60_000), 0, 0
    for sequence in range(1, 200):
        for flow in range(MAX_FLOWS):
            # in order up to the tenth, and then with a gap: parts of a message, and fragments that came early
            number = sequence if sequence < 10 else sequence + 1
            begun = Fragment.BEGIN if number == 1 else Fragment.MIDDLE
            item = UserData(flow, number, number, bytes(size), begun, NETCONNECTION)
            news = feed(near, (ChunkType.USER_DATA, item.encode()))
            refused += any(isinstance(event, PacketDamaged) for event in news)
            most = max(most, sum(each.held_bytes for each in near._receiving.values()))
        near.take_datagrams()
    assert refused
    assert most <= 60_000


def test_messages_that_cannot_be_read_are_told() -> None:
    near = session()
    events = feed(near, user_data(1, b"\x14\0\0\0\0\xff"), user_data(2, b""), user_data(3))
    assert [type(event) for event in events] == [MessageRejected, MessageRejected, MessageReceived]


def test_a_chunk_that_cannot_be_read_ends_its_packet_only() -> None:
    near = session()
    events = feed(near, (ChunkType.PING, b"1"), (ChunkType.ACK_RANGES, b""), (ChunkType.PING, b"2"))
    assert [type(event) for event in events] == [PacketDamaged]
    assert sent(near) == [Chunk(ChunkType.PING_REPLY, b"1")]
    assert feed(near, (ChunkType.NEXT_USER_DATA, b"\0")) != []
    assert feed(near, (0xEC, b"\1"), (0x0F, b"?"), (0x7F, b"")) == []


def test_pings_are_echoed_within_reason() -> None:
    near = session()
    feed(near, (ChunkType.PING, bytes(MAX_ECHO_BYTES)), (ChunkType.PING, bytes(MAX_ECHO_BYTES + 1)))
    assert [len(chunk.payload) for chunk in sent(near)] == [MAX_ECHO_BYTES]


def test_a_ping_is_timed_by_the_body_that_comes_back() -> None:
    near = session()
    near.ping(1.0)
    near.handle_timeout(2.0)
    first, second = sent(near)
    assert first.payload != second.payload
    assert feed(near, (ChunkType.PING_REPLY, b"other"), now_s=2.1) == []
    assert feed(near, (ChunkType.PING_REPLY, second.payload), now_s=2.25) == [PingAnswered(0.25)]
    assert feed(near, (ChunkType.PING_REPLY, first.payload), now_s=2.3) == []
    assert near.next_timeout_s is None


def test_a_ping_is_sent_three_times() -> None:
    near = session()
    near.ping(1.0)
    while (at := near.next_timeout_s) is not None:
        near.handle_timeout(at)
    assert len(sent(near)) == 3


def test_each_stream_has_a_flow_of_its_own_and_a_new_one_after_its_end() -> None:
    near = session()
    flows = [
        near.send(Unknown(1, b""), 0.0, stream_id=stream, final=final)
        for stream, final in ((0, False), (0, True), (0, False), (1, False))
    ]
    assert [flow.flow_id for flow in flows] == [2, 2, 3, 4]


def test_a_flow_that_the_peer_refuses_is_told_once() -> None:
    near = session()
    near.send(Unknown(1, b""), 0.0)
    assert feed(near, (ChunkType.FLOW_EXCEPTION, b"\2\x81\0")) == [FlowException(2, 128)]
    assert feed(near, (ChunkType.FLOW_EXCEPTION, b"\2\0"), (ChunkType.FLOW_EXCEPTION, b"\x63\0")) == []
    assert near.next_timeout_s is None
    assert near.send(Unknown(1, b""), 0.0).flow_id == 3


def test_both_kinds_of_acknowledgement_count() -> None:
    for kind in (ChunkType.ACK_RANGES, ChunkType.ACK_BITMAP):
        near = session()
        flow = near.send(Unknown(1, b""), 0.0)
        feed(near, (kind, b"\2\x40\1"), (kind, b"\x63\x40\1"))
        assert flow.acknowledged


def test_the_peer_may_close() -> None:
    near = session()
    near.send(Unknown(1, b""), 0.0)
    near.ping(0.0)
    sent(near)
    assert feed(near, (ChunkType.SESSION_CLOSE_REQUEST, b"")) == [SessionClosed(by_peer=True)]
    assert near.closed
    assert near.next_timeout_s is None
    assert feed(near, (ChunkType.SESSION_CLOSE_REQUEST, b""), user_data(1), (ChunkType.PING, b"")) == []
    assert {chunk.type for chunk in sent(near)} == {ChunkType.SESSION_CLOSE_ACKNOWLEDGEMENT}
    assert near.handle_timeout(99.0) == []
    near.close(1.0)
    assert sent(near) == []
    for action in (lambda: near.ping(1.0), lambda: near.send(Unknown(1, b""), 1.0)):
        with pytest.raises(LocalProtocolError):
            action()


def test_both_may_close_at_once() -> None:
    near = session()
    near.close(1.0)
    assert feed(near, (ChunkType.SESSION_CLOSE_REQUEST, b"")) == [SessionClosed(by_peer=False)]
    assert [chunk.type for chunk in sent(near)] == [
        ChunkType.SESSION_CLOSE_REQUEST,
        ChunkType.SESSION_CLOSE_ACKNOWLEDGEMENT,
    ]


def test_an_unanswered_close_ends_by_itself() -> None:
    near = session()
    near.close(1.0)
    assert near.handle_timeout(2.0) == []
    assert near.handle_timeout(3.0) == [SessionClosed(by_peer=False)]
    assert len(sent(near)) == 2


def test_flows_that_the_peer_refuses_are_forgotten() -> None:
    near = session()
    for flow_id in range(2, 50):
        near.send(Unknown(1, bytes(5000)), 0.0)
        feed(near, (ChunkType.FLOW_EXCEPTION, bytes((flow_id, 0))))
    assert len(near._sending) == 1
    sent(near)


chunks = st.tuples(st.sampled_from([*ChunkType, 0x0F, 0x7F, 0xEC]), st.binary(max_size=40))
data_chunks = st.builds(
    user_data,
    st.integers(1, 6),
    st.binary(max_size=12),
    st.integers(0, 3),
    fragment=st.sampled_from(list(Fragment)),
    final=st.booleans(),
    abandoned=st.booleans(),
)


@settings(max_examples=40)
@given(st.lists(st.lists(chunks | data_chunks, max_size=8), max_size=8))
def test_no_sequence_of_packets_makes_it_raise_or_answer_without_end(
    packets: list[list[tuple[int, bytes]]],
) -> None:
    near = session()
    near.send(Unknown(1, b"x"), 0.0)
    near.take_datagrams()
    for number, packet in enumerate(packets):
        feed(near, *packet, now_s=float(number))
        assert sum(map(len, near.take_datagrams())) <= 400 + sum(100 + len(body) for _, body in packet)
        near.handle_timeout(number + 0.9)
        near.take_datagrams()
