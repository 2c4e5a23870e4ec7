import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.message import Command, UserControl
from fmsdiag.protocol.netconnection import ConnectRequest, success_reply
from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.crypto import startup_cipher
from fmsdiag.protocol.rtmfp.errors import RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    ClientPhase,
    ConnectAcknowledged,
    ConnectAnswered,
    ConnectRequested,
    FlowException,
    ForeignDatagram,
    Keyed,
    MessageReceived,
    PingAnswered,
    SessionClosed,
    TriesExhausted,
)
from fmsdiag.protocol.rtmfp.packet import Mode, encode_chunk, encode_packet
from fmsdiag.protocol.rtmfp.server import Behaviour
from tests.protocol.rtmfp.exchange import CLIENT, HOP_S, REQUEST, SERVER, URI, Exchange, Wire, seeded
from tests.protocol.rtmfp.openrtmfp import OpenRtmfpResponder

USUAL = [
    "RHelloReceived",
    "Keyed",
    "ConnectAcknowledged",
    "MessageReceived",
    "ConnectAnswered",
    "PingAnswered",
]

PROTECTIONS = [
    pytest.param(False, False, id="plain"),
    pytest.param(True, True, id="hmac+sequence"),
    pytest.param(False, True, id="sequence"),
    pytest.param(True, False, id="hmac"),
]


@pytest.mark.parametrize("static", [False, True], ids=["ephemeral", "static"])
@pytest.mark.parametrize(("hmac", "sequence"), PROTECTIONS)
def test_every_kind_of_server_is_connected_to(hmac: bool, sequence: bool, static: bool) -> None:
    behaviour = Behaviour(require_hmac=hmac, require_sequence_numbers=sequence, static_certificate=static)
    exchange = Exchange(behaviour).start()
    assert exchange.kinds() == USUAL
    assert exchange.client.phase is ClientPhase.CONNECTED
    facts = exchange.client.facts
    assert (facts.hmac_bytes, facts.hmac_bytes_sent) == ((16, 10) if hmac else (None, None))
    assert (facts.sequence_numbers, facts.sequence_numbers_sent) == (sequence, sequence)
    assert facts.static_certificate is static
    assert facts.groups == ((14, 2) if static else (2, 5, 14))
    assert (facts.group, facts.cookie_bytes, facts.responder_session_id) == (2, 64, b"\0\0\0\1")
    assert facts.fingerprint == exchange.server.fingerprint.hex()
    assert (facts.ihello_sent, facts.iikeying_sent, facts.connect_sent) == (1, 1, 1)
    assert facts.reply_from == exchange.client.peer == SERVER
    assert facts.hello_round_trip_s == pytest.approx(2 * HOP_S)
    assert facts.keying_round_trip_s == pytest.approx(2 * HOP_S)
    assert facts.ping_rtt_s == pytest.approx(2 * HOP_S)
    assert facts.timestamp_rtt_s == pytest.approx(2 * HOP_S, abs=0.004)


@pytest.mark.parametrize("split", [False, True], ids=["whole", "fragments"])
def test_a_server_that_reads_at_fixed_places_understands_every_packet(split: bool) -> None:
    responder = OpenRtmfpResponder(split)
    exchange = Exchange(responder=responder).start()
    assert exchange.reply_code() == "NetConnection.Connect.Success"
    messages = [event.message for event in exchange.events if isinstance(event, MessageReceived)]
    assert messages[1] == UserControl(41, (15_000, 10_000))
    exchange.client.close(exchange.now_s)
    exchange.run()
    assert exchange.client.phase is ClientPhase.CLOSED
    assert responder.closed
    assert responder.ignored == 0
    assert responder.connect is not None


def test_the_first_datagram_is_that_of_the_test_vector() -> None:
    """Tag 00..0f and timestamp 0x1234, as the vectors of test_crypto.py."""
    client = RtmfpClient(URI, now_s=0x1234 / 250, random_bytes=lambda count: bytes(range(count)))
    client.start()
    ((datagram, destination),) = client.take_datagrams()
    assert len(datagram) == 68
    assert destination is None
    assert datagram.hex() == (
        "dbaac01cfca1018c270bc190845400349bb57e0234ae6c716251f54c00e515266043d3387dc835e5adbe5201c828d04e"
        "9e1a2fd96e51c0ccb2da72160965fcdfa80d6aae"
    )
    with pytest.raises(LocalProtocolError):
        client.start()


def test_a_request_that_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(LocalProtocolError):
        RtmfpClient(URI, now_s=0.0, request=ConnectRequest("live", URI, arguments=(object(),)))  # type: ignore[arg-type]


def lose(*numbers: int) -> Wire:
    return lambda number, outward, data: () if number in numbers else (data,)


@pytest.mark.parametrize(("hmac", "sequence"), PROTECTIONS[:2])
def test_any_one_datagram_may_be_lost(hmac: bool, sequence: bool) -> None:
    behaviour = Behaviour(require_hmac=hmac, require_sequence_numbers=sequence)
    sent = len(Exchange(behaviour).start().sent)
    assert sent >= 8
    for number in range(sent):
        exchange = Exchange(behaviour, wire=lose(number)).start()
        assert exchange.kinds().count("ConnectAnswered") == 1
        assert exchange.client.phase is ClientPhase.CONNECTED
        assert exchange.client.facts.ping_rtt_s == pytest.approx(2 * HOP_S)
        assert exchange.client.facts.hello_round_trip_s == pytest.approx(2 * HOP_S)
        assert exchange.now_s < 1000 + 5


@pytest.mark.parametrize(("hmac", "sequence"), PROTECTIONS)
def test_every_datagram_may_come_twice(hmac: bool, sequence: bool) -> None:
    behaviour = Behaviour(require_hmac=hmac, require_sequence_numbers=sequence)
    exchange = Exchange(behaviour, wire=lambda number, outward, data: (data, data)).start()
    exchange.run(2)
    kinds = exchange.kinds()
    assert {kind for kind in kinds if kinds.count(kind) > 1} <= {"ForeignDatagram"}
    assert exchange.client.phase is ClientPhase.CONNECTED
    replayed = {event.fault for event in exchange.events if isinstance(event, ForeignDatagram)}
    assert replayed == ({RtmfpFault.REPLAYED} if sequence else set())


def test_what_overtakes_rikeying_is_kept_until_there_are_keys() -> None:
    """The server's first words, under keys that the client does not have yet, arrive before RIKeying does."""
    held: list[bytes] = []

    def delay_rikeying(number: int, outward: bool, data: bytes) -> tuple[bytes, ...]:
        if outward or number < 3:
            return (data,)
        if not held:
            held.append(data)
            return ()
        return data, held[0]

    exchange = Exchange(wire=delay_rikeying, request=None)
    exchange.client.start()
    exchange.run(0.5)
    phase = exchange.client.phase
    assert phase is ClientPhase.WAIT_RIKEYING
    exchange.server.send(1, success_reply(), exchange.now_s)
    exchange.run(0.5)
    assert exchange.client.phase is ClientPhase.KEYED
    assert exchange.kinds() == ["RHelloReceived", "EarlyDatagram", "Keyed", "MessageReceived"]


def test_a_new_nat_mapping_changes_the_cookie() -> None:
    exchange = Exchange()
    exchange.client.start()
    exchange.run(stop=lambda: exchange.client.phase is ClientPhase.WAIT_RIKEYING)
    exchange.client_address = (CLIENT[0], CLIENT[1] + 1)
    exchange.run(stop=lambda: exchange.client.facts.ping_rtt_s is not None)
    assert exchange.kinds()[:3] == ["RHelloReceived", "CookieChanged", "Keyed"]
    assert exchange.client.facts.cookie_changed
    assert exchange.client.facts.iikeying_sent == 2
    assert exchange.client.facts.keying_round_trip_s == pytest.approx(2 * HOP_S)
    assert exchange.is_connected()


def test_a_rejection_is_an_answer() -> None:
    exchange = Exchange(accept=False)
    exchange.client.start()
    exchange.run(5)
    assert exchange.client.phase is ClientPhase.REJECTED
    assert exchange.reply_code() == "NetConnection.Connect.Rejected"
    assert "PingAnswered" not in exchange.kinds()


def test_without_a_request_it_stops_at_the_keys() -> None:
    exchange = Exchange(request=None)
    exchange.client.start()
    exchange.run(5)
    assert exchange.client.phase is ClientPhase.KEYED
    exchange.client.ping(exchange.now_s)
    exchange.run(5)
    assert exchange.kinds()[-1] == "PingAnswered"
    exchange.client.connect(REQUEST, exchange.now_s)
    exchange.run(5)
    assert exchange.is_connected()
    with pytest.raises(LocalProtocolError):
        exchange.client.connect(REQUEST, exchange.now_s)


def test_nothing_but_waiting_is_possible_before_the_keys() -> None:
    client = RtmfpClient(URI, now_s=0.0)
    with pytest.raises(LocalProtocolError):
        client.connect(REQUEST, 0.0)
    with pytest.raises(LocalProtocolError):
        client.ping(0.0)


def test_large_commands_are_cut_in_both_directions() -> None:
    request = ConnectRequest("live", URI, page_url="http://h.example/" + "x" * 5000)
    exchange = Exchange(request=request, accept=False)
    exchange.client.start()
    exchange.run(stop=lambda: exchange.client.facts.connect_acknowledged)
    (asked,) = [event for event in exchange.server_events if isinstance(event, ConnectRequested)]
    assert asked.request.page_url == request.page_url
    exchange = Exchange()
    exchange.accept = False
    exchange.client.start()
    exchange.run(stop=lambda: exchange.client.phase is ClientPhase.WAIT_ANSWER)
    exchange.server.accept(1, exchange.now_s, success_reply(description="y" * 9000))
    exchange.run(5)
    assert max(len(data) for _, data in exchange.sent) < 1300
    assert exchange.client.phase is ClientPhase.CONNECTED


def test_an_unacknowledged_connect_is_given_up() -> None:
    exchange = Exchange(wire=lambda number, outward, data: () if number > 3 else (data,))
    exchange.client.start()
    exchange.run()
    assert exchange.kinds() == ["RHelloReceived", "Keyed", "TriesExhausted"]
    assert exchange.events[-1] == TriesExhausted(ClientPhase.WAIT_ANSWER)
    assert exchange.client.facts.connect_sent == 4
    assert not exchange.client.facts.connect_acknowledged


def test_an_application_that_hangs_is_told_from_a_lost_connect() -> None:
    exchange = Exchange(accept=None)
    exchange.client.start()
    exchange.run(10)
    (acknowledged,) = [event for event in exchange.events if isinstance(event, ConnectAcknowledged)]
    assert acknowledged.round_trip_s == pytest.approx(2 * HOP_S)
    assert exchange.client.phase is ClientPhase.WAIT_ANSWER


def test_a_refused_flow_is_told_with_its_code() -> None:
    exchange = Exchange(Behaviour(refuse_flows=7))
    exchange.client.start()
    exchange.run(10)
    assert FlowException(2, 7) in exchange.events
    assert exchange.client.phase is ClientPhase.WAIT_ANSWER
    assert not any(isinstance(event, TriesExhausted) for event in exchange.events)


def test_a_slow_acknowledgement_makes_connect_go_again() -> None:
    exchange = Exchange(Behaviour(ack_delay_s=1.0)).start()
    exchange.run(5)
    assert exchange.client.facts.connect_sent == 2
    assert exchange.kinds().count("ConnectAnswered") == 1
    (acknowledged,) = [event for event in exchange.events if isinstance(event, ConnectAcknowledged)]
    assert acknowledged.round_trip_s is None  # to which of the two cannot be told


def test_closing_is_orderly() -> None:
    exchange = Exchange().start()
    exchange.client.close(exchange.now_s)
    phase = exchange.client.phase
    assert phase is ClientPhase.CLOSING
    exchange.client.close(exchange.now_s)
    exchange.run(1)
    assert exchange.events[-1] == SessionClosed(by_peer=False)
    assert exchange.client.phase is ClientPhase.CLOSED
    assert exchange.client.next_timeout_s is None
    exchange.client.close(exchange.now_s)
    assert exchange.client.take_datagrams() == []


def test_a_close_that_nobody_answers_is_repeated_once() -> None:
    exchange = Exchange().start()
    before, closed_s = len(exchange.sent), exchange.now_s
    exchange.wire = lambda number, outward, data: ()
    exchange.client.close(exchange.now_s)
    exchange.run(stop=lambda: exchange.client.phase is ClientPhase.CLOSED)
    assert [outward for outward, _ in exchange.sent[before:]] == [True, True]
    assert exchange.now_s == pytest.approx(closed_s + 2, abs=0.1)


def test_a_server_may_close() -> None:
    exchange = Exchange().start()
    exchange.server.close(1, exchange.now_s)
    exchange.run(1)
    assert exchange.events[-1] == SessionClosed(by_peer=True)
    assert exchange.client.phase is ClientPhase.CLOSED


def test_closing_before_the_keys_is_immediate() -> None:
    exchange = Exchange()
    exchange.client.start()
    exchange.client.close(exchange.now_s)
    assert exchange.client.phase is ClientPhase.CLOSED
    assert exchange.client.take_datagrams() == []
    assert exchange.client.next_timeout_s is None
    assert exchange.client.handle_timeout(exchange.now_s + 60) == []
    with pytest.raises(LocalProtocolError):
        exchange.client.start()


def keyed() -> Exchange:
    exchange = Exchange().start()
    exchange.client.take_datagrams()
    return exchange


def for_the_session(exchange: Exchange, cipher_sid: bytes, mode: Mode) -> bytes:
    return startup_cipher().seal(cipher_sid, encode_packet(mode, [encode_chunk(0x01, b"?")], 0))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", RtmfpFault.NOT_RTMFP),
        (b"HTTP/1.1 400 Bad", RtmfpFault.NOT_RTMFP),
        (b"\0\1\0\0" * 5, RtmfpFault.UNKNOWN_SESSION),
        (bytes(20), RtmfpFault.BAD_CHECKSUM),
        (bytes(21), RtmfpFault.NOT_RTMFP),
        (startup_cipher().seal(bytes(4), b"\x0b\0\0\x30\0\0"), RtmfpFault.UNEXPECTED),
    ],
)
def test_what_is_not_for_us_is_shown_and_changes_nothing(data: bytes, fault: RtmfpFault) -> None:
    exchange = keyed()
    (event,) = exchange.client.receive(data, ("198.51.100.9", 53), exchange.now_s)
    assert isinstance(event, ForeignDatagram)
    assert (event.fault, event.source, event.data, event.size) == (
        fault,
        ("198.51.100.9", 53),
        data[:16],
        len(data),
    )
    assert exchange.client.facts.foreign_datagrams == 1
    assert exchange.client.take_datagrams() == []
    assert exchange.is_connected()


def test_our_own_packet_reflected_is_dropped() -> None:
    exchange = Exchange(wire=lambda number, outward, data: (data,))
    exchange.start()
    for outward, data in exchange.sent:
        if outward:
            (event,) = exchange.client.receive(data, SERVER, exchange.now_s)
            assert isinstance(event, ForeignDatagram)


def test_damage_is_noticed_in_every_byte() -> None:
    exchange = Exchange(Behaviour(require_hmac=True)).start()
    last = [data for outward, data in exchange.sent if not outward][-1]
    for at in range(len(last)):
        damaged = bytearray(last)
        damaged[at] ^= 1
        (event,) = exchange.client.receive(bytes(damaged), SERVER, exchange.now_s)
        assert isinstance(event, ForeignDatagram)


@settings(max_examples=60)
@given(st.binary(max_size=120), st.booleans(), st.booleans())
def test_no_chunks_under_the_right_keys_make_it_raise_loop_or_grow(
    data: bytes, whole: bool, hmac: bool
) -> None:
    exchange = KEYED[hmac]
    session = exchange.server._sessions[1].keyed
    body = encode_packet(Mode.RESPONDER, [data if whole else encode_chunk(0x10, data)], 1)
    datagram = session._cipher.seal(session._far_session_id, body)
    events = exchange.client.receive(datagram, SERVER, exchange.now_s)
    assert len(events) <= 300
    assert sum(len(each) for each, _ in exchange.client.take_datagrams()) <= 10_000
    if exchange.client.phase is ClientPhase.CLOSED:
        KEYED[hmac] = Exchange(Behaviour(require_hmac=hmac)).start()


KEYED = {hmac: Exchange(Behaviour(require_hmac=hmac)).start() for hmac in (False, True)}


@given(st.lists(st.binary(max_size=80) | st.just(bytes(20)), max_size=10), st.booleans())
def test_no_datagrams_make_it_raise_in_any_phase(datagrams: list[bytes], started: bool) -> None:
    client = RtmfpClient(URI, now_s=0.0, random_bytes=seeded(1), request=REQUEST)
    if started:
        client.start()
    for index, data in enumerate(datagrams):
        (event,) = client.receive(data, SERVER, float(index))
        assert isinstance(event, ForeignDatagram)
        client.handle_timeout(float(index))
    assert client.phase is ClientPhase.WAIT_RHELLO


def test_a_clock_that_goes_back_does_no_harm() -> None:
    exchange = Exchange().start()
    exchange.client.ping(exchange.now_s)
    exchange.client.handle_timeout(0.0)
    assert exchange.client.receive(b"", SERVER, -5.0)
    exchange.run(5)
    pings = [event for event in exchange.events if isinstance(event, PingAnswered)]
    assert len(pings) == 2
    assert pings[1].rtt_s >= 0


def test_only_the_answer_to_connect_is_one() -> None:
    exchange = Exchange(accept=None)
    exchange.client.start()
    exchange.run(stop=lambda: exchange.client.facts.connect_acknowledged)
    exchange.server.send(1, Command("onBWDone", 0.0, ()), exchange.now_s)
    exchange.server.send(1, success_reply(), exchange.now_s)
    exchange.server.send(1, success_reply(), exchange.now_s)
    exchange.run(1)
    assert [
        type(event)
        for event in exchange.events
        if isinstance(event, Keyed | MessageReceived | ConnectAnswered)
    ] == [
        Keyed,
        MessageReceived,
        MessageReceived,
        ConnectAnswered,
        MessageReceived,
    ]
