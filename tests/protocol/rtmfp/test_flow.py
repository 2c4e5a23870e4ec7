import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmfp import flow as flow_module
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.flow import (
    FRAGMENT_BYTES,
    MAX_EARLY_BYTES,
    MAX_EARLY_FRAGMENTS,
    MAX_OUTSTANDING,
    MAX_QUEUED_BYTES,
    MAX_RESENDS,
    RESEND_S,
    Acknowledgement,
    Fragment,
    ReceiveFlow,
    SendFlow,
    TcMessage,
    UserData,
    parse_ack_bitmap,
    parse_ack_ranges,
    parse_metadata,
    parse_tc_message,
    parse_user_data,
    stream_of,
)
from fmsdiag.protocol.rtmfp.packet import Option
from tests.protocol.conftest import fault_of


def data(sequence: int, text: bytes = b"", fragment: Fragment = Fragment.WHOLE, **more: Any) -> UserData:
    return UserData(2, sequence, sequence, text, fragment, **more)


def opened() -> ReceiveFlow:
    flow = ReceiveFlow(2)
    flow.begin(0)
    return flow


def test_the_first_data_of_netconnection_is_that_of_the_notes() -> None:
    flow = SendFlow(2)
    flow.queue(TcMessage(20, 0, b"AMF").encode())
    (payload,) = flow.take(0.0)
    assert payload.hex() == "80020101050054430400001400000000" + b"AMF".hex()
    parsed = parse_user_data(payload)
    assert (parsed.flow_id, parsed.sequence, parsed.offset) == (2, 1, 1)
    assert stream_of(parsed) == 0
    assert parse_tc_message(parsed.data) == TcMessage(20, 0, b"AMF")


def test_an_answer_names_the_flow_it_answers_and_may_end() -> None:
    flow = SendFlow(3, 7, answers=2)
    flow.queue(b"x", final=True)
    (payload,) = flow.take(0.0)
    assert payload.hex() == "81030101050054430407020a020078"
    assert stream_of(parse_user_data(payload)) == 7


def test_options_are_repeated_until_the_first_acknowledgement() -> None:
    flow = SendFlow(2)
    for text in (b"one", b"two"):
        flow.queue(text)
        assert [parse_user_data(payload).options != () for payload in flow.take(0.0)] == [True]
    flow.receive(Acknowledgement(2, 1), 0.1)
    flow.queue(b"three")
    assert [parse_user_data(payload).options for payload in flow.take(0.2)] == [()]


def test_a_message_is_cut_into_fragments() -> None:
    message = bytes(range(256)) * 13
    flow = SendFlow(2)
    flow.queue(message)
    parts = [parse_user_data(payload) for payload in flow.take(0.0)]
    assert [part.fragment for part in parts] == [
        Fragment.BEGIN,
        Fragment.MIDDLE,
        Fragment.MIDDLE,
        Fragment.END,
    ]
    assert max(len(part.data) for part in parts) == FRAGMENT_BYTES
    assert [part.sequence - part.offset for part in parts] == [0, 0, 0, 0]
    receiver = opened()
    assert [message for part in parts for message in receiver.receive(part)] == [message]


def test_what_is_not_acknowledged_is_repeated_a_few_times() -> None:
    flow = SendFlow(2)
    flow.queue(b"connect")
    first = flow.take(10.0)
    assert flow.next_timeout_s == pytest.approx(10.0 + RESEND_S)
    assert flow.repeat(10.1) == []
    now_s = 10.0
    for _ in range(MAX_RESENDS):
        assert flow.next_timeout_s is not None
        now_s = flow.next_timeout_s
        assert flow.repeat(now_s) == first  # the same sequence number, the same bytes
    last_s = flow.next_timeout_s
    assert last_s is not None
    assert flow.repeat(last_s) == []
    assert flow.gave_up
    assert not flow.acknowledged
    assert flow.next_timeout_s is None
    assert flow.datagrams == 1 + MAX_RESENDS
    flow.queue(b"more")
    assert flow.take(99.0) == []


def test_only_what_is_missing_is_repeated() -> None:
    flow = SendFlow(2)
    flow.queue(bytes(3 * FRAGMENT_BYTES))
    flow.take(0.0)
    flow.receive(Acknowledgement(2, 1, ((3, 3),)), 0.1)
    (repeated,) = flow.repeat(5.0)
    assert parse_user_data(repeated).sequence == 2
    assert parse_user_data(repeated).offset == 1  # everything up to 1 has come
    flow.receive(Acknowledgement(2, 3), 5.1)
    assert flow.acknowledged
    assert flow.next_timeout_s is None


def test_acknowledgements_of_what_was_never_sent_change_nothing() -> None:
    flow = SendFlow(2)
    flow.receive(Acknowledgement(2, 2**60), 0.0)
    flow.queue(b"x")
    flow.take(0.0)
    flow.receive(Acknowledgement(2, 0, ((5, 2**60),)), 0.1)
    assert not flow.acknowledged
    assert parse_user_data(flow.repeat(5.0)[0]).options != ()


def test_only_so_much_is_on_the_way() -> None:
    flow = SendFlow(2)
    flow.queue(bytes(FRAGMENT_BYTES * (MAX_OUTSTANDING + 5)))
    assert len(flow.take(0.0)) == MAX_OUTSTANDING
    assert flow.take(0.0) == []
    flow.receive(Acknowledgement(2, 3), 0.1)
    assert len(flow.take(0.1)) == 3
    flow.receive(Acknowledgement(2, MAX_OUTSTANDING + 3), 0.2)
    assert len(flow.take(0.2)) == 2
    flow.receive(Acknowledgement(2, MAX_OUTSTANDING + 5), 0.3)
    assert flow.acknowledged


def test_only_so_much_may_wait() -> None:
    flow = SendFlow(2)
    flow.queue(bytes(MAX_QUEUED_BYTES))
    with pytest.raises(LocalProtocolError):
        flow.queue(b"x")


def test_data_with_all_flags_is_read_as_written() -> None:
    full = UserData(300, 9, 4, b"x", Fragment.MIDDLE, (Option(0x2001, b"y"),), True, True)
    assert parse_user_data(full.encode()) == full


def test_next_user_data_follows_the_one_before() -> None:
    following = parse_user_data(b"\x20tail", UserData(2, 5, 3, b"head", Fragment.BEGIN))
    assert following == UserData(2, 6, 4, b"tail", Fragment.END)


@pytest.mark.parametrize("payload", ["", "00020100", "00020101"[:4], "00020102", "0002" + "ff" * 8 + "7f01"])
def test_impossible_sequence_numbers_are_malformed(payload: str) -> None:
    with pytest.raises(RtmfpError) as caught:
        parse_user_data(bytes.fromhex(payload))
    assert caught.value.fault is RtmfpFault.MALFORMED


@pytest.mark.parametrize(
    "options",
    [
        (),
        (Option(0, b""),),
        (Option(0, b"TC"),),
        (Option(0, b"TC\0\0"),),
        (Option(0, b"XY\4\0"),),
        (Option(0, b"TC\4\0"), Option(5, b"")),
    ],
)
def test_flows_of_other_profiles_are_refused(options: tuple[Option, ...]) -> None:
    with pytest.raises(RtmfpError):
        stream_of(data(1, options=options))


def test_flags_and_options_that_may_be_ignored_are() -> None:
    assert parse_metadata(b"TC\5\x81\0more") == 128
    assert stream_of(data(1, options=(Option(0x2000, b"?"), Option(0, b"TC\4\1"), Option(10, b"\2")))) == 1


def test_fragments_in_any_order_come_out_in_theirs() -> None:
    fragments = [
        data(1, b"a", Fragment.BEGIN),
        data(2, b"b", Fragment.MIDDLE),
        data(3, b"c", Fragment.END),
        data(4, b"whole"),
    ]
    for seed in range(20):
        flow, shuffled = opened(), fragments * 2
        random.Random(seed).shuffle(shuffled)
        # the offsets say that nothing has been given up
        kept = [each._replace(offset=each.sequence) for each in shuffled]
        assert [m for each in kept for m in flow.receive(each)] == [b"abc", b"whole"]
        assert flow.acknowledgement() == Acknowledgement(2, 4)


def test_gaps_are_told() -> None:
    flow = opened()
    for sequence in (1, 3, 4, 9):
        flow.receive(data(sequence, b"x"))
    assert flow.acknowledgement()[:3] == (2, 1, ((3, 4), (9, 9)))
    assert flow.acknowledgement().encode().hex() == "02400100010300"


def test_what_the_sender_gave_up_is_skipped() -> None:
    flow = opened()
    assert flow.receive(data(1, b"lost", Fragment.BEGIN)) == []
    assert flow.receive(data(4, b"d")) == []
    assert flow.receive(data(6, b"f")) == []
    assert flow.receive(UserData(2, 7, 2, b"g")) == [b"d", b"f", b"g"]  # all up to 5 came or was given up
    assert flow.cumulative == 7
    assert flow.receive(UserData(2, 8, 8, b"end", Fragment.END)) == []  # of what has lost its beginning


def test_giving_up_astronomically_much_takes_no_time() -> None:
    flow = opened()
    flow.receive(data(3, b"c"))
    assert flow.receive(UserData(2, 2**60, 1, b"z")) == [b"c", b"z"]
    assert flow.cumulative == 2**60
    assert parse_ack_ranges(flow.acknowledgement().encode()).cumulative == 2**60


def test_an_abandoned_fragment_drops_its_message_alone() -> None:
    flow = opened()
    items = [
        data(1, b"a", Fragment.BEGIN),
        data(2, b"", Fragment.MIDDLE, abandoned=True),
        data(3, b"c", Fragment.END),
        data(4, b"next"),
    ]
    assert [m for item in items for m in flow.receive(item)] == [b"next"]


def test_what_comes_early_is_bounded() -> None:
    flow = opened()
    for sequence in range(2, 2 * MAX_EARLY_FRAGMENTS):
        flow.receive(data(sequence, b"x"))
    assert flow.acknowledgement().ranges == ((2, MAX_EARLY_FRAGMENTS + 1),)
    flow = opened()
    for sequence in range(2, 50):
        flow.receive(data(sequence, bytes(10_000)))
    ((_, last),) = flow.acknowledgement().ranges
    assert (last - 1) * 10_000 <= MAX_EARLY_BYTES
    assert flow.acknowledgement().buffer_blocks == 0
    assert (
        len(flow.receive(data(1, bytes(60_000)))) == last
    )  # what is next is taken although there is no room


def test_a_message_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_module, "MAX_MESSAGE_BYTES", 5000)
    flow = opened()
    flow.receive(data(1, bytes(4000), Fragment.BEGIN))
    with pytest.raises(RtmfpError) as caught:
        flow.receive(data(2, bytes(4000), Fragment.MIDDLE))
    assert caught.value.fault is RtmfpFault.TOO_LARGE


def test_a_refused_flow_is_acknowledged_and_forgotten() -> None:
    flow = opened()
    flow.receive(data(1, b"a", Fragment.BEGIN))
    flow.refuse()
    assert flow.receive(data(2, b"b", Fragment.END)) == []
    assert flow.receive(data(3, b"c")) == []
    assert flow.cumulative == 3


def test_acknowledgements_are_read_as_written() -> None:
    ack = Acknowledgement(2, 5, ((7, 9), (12, 12)), 64)
    assert parse_ack_ranges(ack.encode()) == ack
    assert [sequence for sequence in range(1, 15) if ack.covers(sequence)] == [1, 2, 3, 4, 5, 7, 8, 9, 12]


def test_an_acknowledgement_by_bitmap() -> None:
    ack = parse_ack_bitmap(bytes.fromhex("0240050780"))
    assert ack == Acknowledgement(2, 5, ((7, 9), (22, 22)), 64)


@given(st.binary(max_size=120))
def test_no_bytes_make_a_parser_raise_anything_else(raw: bytes) -> None:
    for parse in (parse_user_data, parse_ack_ranges, parse_ack_bitmap, parse_metadata, parse_tc_message):
        error = fault_of(lambda parse=parse: parse(raw))  # type: ignore[misc]
        assert error is None or isinstance(error, RtmfpError)


user_data = st.builds(
    UserData,
    st.just(2),
    st.integers(1, 40) | st.integers(1, 2**60),
    st.integers(1, 40),
    st.binary(max_size=8),
    st.sampled_from(list(Fragment)),
    st.just(()),
    st.booleans(),
    st.booleans(),
).map(lambda item: item._replace(offset=min(item.offset, item.sequence)))


@given(st.lists(user_data, max_size=40))
def test_no_order_of_data_confuses_a_flow(items: list[UserData]) -> None:
    flow = opened()
    for item in items:
        before = flow.cumulative
        flow.receive(item)
        assert flow.cumulative >= max(before, item.sequence - item.offset)
        ack = flow.acknowledgement()
        assert parse_ack_ranges(ack.encode()) == ack
        assert ack.covers(item.sequence)


@given(st.lists(st.binary(max_size=3000), max_size=6), st.randoms(use_true_random=False))
def test_messages_survive_loss_and_disorder(messages: list[bytes], order: random.Random) -> None:
    sender, receiver, now_s = SendFlow(2), opened(), 0.0
    for message in messages:
        sender.queue(message)
    received: list[bytes] = []
    on_the_way = sender.take(now_s)
    for _ in range(200):
        if sender.acknowledged:
            break
        order.shuffle(on_the_way)
        arriving = on_the_way[: max(1, len(on_the_way) // 2)]
        for payload in arriving:
            received += receiver.receive(parse_user_data(payload))
        sender.receive(parse_ack_ranges(receiver.acknowledgement().encode()), now_s)
        now_s = sender.next_timeout_s or now_s
        on_the_way = sender.take(now_s) + sender.repeat(now_s)
    assert received == messages
