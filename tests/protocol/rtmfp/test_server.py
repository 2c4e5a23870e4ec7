import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmsdiag.protocol.netconnection import SUCCESS, connect_command
from fmsdiag.protocol.rtmfp.crypto import make_key_pair, startup_cipher
from fmsdiag.protocol.rtmfp.errors import RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    ClientPhase,
    ConnectRequested,
    CookieRefused,
    ForeignDatagram,
    HelloReceived,
    PeerFault,
    SessionClosed,
    SessionEvent,
    SessionOpened,
)
from fmsdiag.protocol.rtmfp.packet import (
    Chunk,
    ChunkType,
    Mode,
    encode_chunk,
    encode_option,
    encode_packet,
    parse_packet,
    session_id_of,
)
from fmsdiag.protocol.rtmfp.server import COOKIE_AGE_S, IDLE_S, LINGER_S, Behaviour, RtmfpServer
from fmsdiag.protocol.rtmfp.startup import (
    CookieChange,
    IHello,
    IIKeying,
    RHello,
    RIKeying,
    encode_discriminator,
    encode_initiator_certificate,
    encode_initiator_component,
)
from tests.protocol.rtmfp.exchange import CLIENT, REQUEST, URI, Exchange, seeded

CERTIFICATE = encode_initiator_certificate(make_key_pair(2, seeded(5)))
COMPONENT = encode_initiator_component(2, bytes(64))


def sealed(kind: ChunkType, payload: bytes) -> bytes:
    return startup_cipher().seal(bytes(4), encode_packet(Mode.STARTUP, [encode_chunk(kind, payload)], 0))


def answered(server: RtmfpServer) -> tuple[bytes, Chunk]:
    """(session id, chunk) of the one start-up packet that was sent."""
    ((data, to),) = server.take_datagrams()
    assert to[0] == CLIENT[0]
    plain = startup_cipher().open(data)
    assert plain[0] == 0x0B
    (chunk,) = parse_packet(plain).chunks
    return session_id_of(data), chunk


def greeted(server: RtmfpServer, now_s: float = 0.0) -> RHello:
    hello = IHello(encode_discriminator(URI), bytes(range(16)))
    assert server.receive(sealed(ChunkType.IHELLO, hello.encode()), CLIENT, now_s) == [
        HelloReceived(CLIENT, URI, True)
    ]
    session_id, chunk = answered(server)
    assert session_id == bytes(4)
    reply = RHello.parse(chunk.payload)
    assert reply.tag == hello.tag
    return reply


def keying(cookie: bytes, **more: bytes) -> bytes:
    fields = {
        "session_id": b"abcd",
        "cookie": cookie,
        "certificate": CERTIFICATE,
        "component": COMPONENT,
    } | more
    return sealed(ChunkType.IIKEYING, IIKeying(**fields).encode())


def test_its_packets_look_like_those_of_ams() -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
    hello = greeted(server)
    assert len(hello.cookie) == 64
    assert len(hello.certificate) == 77
    assert server.receive(keying(hello.cookie), CLIENT, 0.1) == [SessionOpened(1, CLIENT)]
    session_id, chunk = answered(server)
    assert (session_id, chunk.type) == (b"abcd", ChunkType.RIKEYING)
    answer = RIKeying.parse(chunk.payload)
    assert answer.session_id == b"\0\0\0\1"
    assert answer.component[:11].hex() == "031a0000021e0081020d02"
    assert len(answer.component) == 139
    assert chunk.payload[-1:] == b"X"


def test_the_same_iikeying_gets_the_same_answer() -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
    cookie = greeted(server).cookie
    server.receive(keying(cookie), CLIENT, 0.1)
    first = server.take_datagrams()
    assert server.receive(keying(cookie), CLIENT, 0.1) == []
    assert server.take_datagrams() == first
    other = encode_initiator_component(2, b"\1" * 64)
    assert server.receive(keying(cookie, component=other), CLIENT, 0.3) == [SessionOpened(2, CLIENT)]


@pytest.mark.parametrize(
    ("address", "now_s"), [((CLIENT[0], 1), 0.1), (("192.0.2.8", CLIENT[1]), 0.1), (CLIENT, COOKIE_AGE_S + 2)]
)
def test_a_cookie_holds_for_its_address_and_for_a_while(address: tuple[str, int], now_s: float) -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
    cookie = greeted(server).cookie
    assert server.receive(keying(cookie), address, now_s) == [CookieRefused(address)]
    ((data, to),) = server.take_datagrams()
    assert to == address
    assert session_id_of(data) == b"abcd"
    (chunk,) = parse_packet(startup_cipher().open(data)).chunks
    change = CookieChange.parse(chunk.payload)
    assert change.old == cookie
    assert server.receive(keying(change.new), address, now_s) == [SessionOpened(1, address)]


@pytest.mark.parametrize("cookie", [b"", bytes(64), bytes(65), bytes(200)])
def test_a_forged_cookie_opens_nothing(cookie: bytes) -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
    assert server.receive(keying(cookie), CLIENT, 0.1) == [CookieRefused(CLIENT)]


def test_a_server_may_change_every_first_cookie() -> None:
    exchange = Exchange(Behaviour(change_cookie=True)).start()
    assert exchange.is_connected()
    assert exchange.client.facts.cookie_changed
    assert CookieRefused(CLIENT) in exchange.server_events


@pytest.mark.parametrize(
    ("behaviour", "more", "fault"),
    [
        (Behaviour(), {"component": bytes(9000)}, RtmfpFault.TOO_LARGE),
        (Behaviour(), {"certificate": b""}, RtmfpFault.WEAK_KEY),
        (Behaviour(), {"certificate": b"\x09\x1d"}, RtmfpFault.MALFORMED),
        (Behaviour(), {"component": encode_option(0x0D, b"\x63xyz")}, RtmfpFault.NO_COMMON_GROUP),
        (
            Behaviour(static_certificate=True),
            {"component": encode_option(0x1D, b"\x05")},
            RtmfpFault.NO_COMMON_GROUP,
        ),
        (Behaviour(require_hmac=True), {"component": encode_option(0x1D, b"\x02")}, RtmfpFault.NEGOTIATION),
        (
            Behaviour(require_sequence_numbers=True),
            {"component": encode_option(0x1D, b"\x02")},
            RtmfpFault.NEGOTIATION,
        ),
    ],
)
def test_an_iikeying_that_is_no_use_opens_nothing(
    behaviour: Behaviour, more: dict[str, bytes], fault: RtmfpFault
) -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2), behaviour=behaviour)
    cookie = greeted(server).cookie
    (event,) = server.receive(keying(cookie, **more), CLIENT, 0.1)
    assert isinstance(event, PeerFault)
    assert event.fault is fault
    assert server.take_datagrams() == []


@pytest.mark.parametrize("group", [2, 14])
def test_a_client_may_bring_a_key_of_its_own_for_each_session(group: int) -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
    cookie = greeted(server).cookie
    component = encode_option(0x0D, bytes((group,)) + make_key_pair(group, seeded(7)).public)
    events = server.receive(keying(cookie, certificate=b"\x02\x15\x02", component=component), CLIENT, 0.1)
    assert events == [SessionOpened(1, CLIENT)]
    _, chunk = answered(server)
    assert chunk.payload[4 + 2 + 7 :][:4].hex() == {2: "81020d02", 14: "82020d0e"}[group]


def test_requests_are_told_and_answered() -> None:
    exchange = Exchange().start()
    assert isinstance(exchange.server_events[0], HelloReceived)
    assert SessionOpened(1, CLIENT) in exchange.server_events
    (asked,) = [event for event in exchange.server_events if isinstance(event, ConnectRequested)]
    assert (asked.session, asked.request.app, asked.request.tc_url) == (1, "live", URI)
    assert exchange.reply_code() == SUCCESS


def test_an_answer_to_a_client_that_left_is_lost() -> None:
    exchange = Exchange(request=None)
    exchange.client.start()
    exchange.run(stop=lambda: exchange.client.phase is ClientPhase.KEYED)
    exchange.client.close(exchange.now_s)
    exchange.run(1)
    for session in (1, 2):
        exchange.server.accept(session, exchange.now_s)
        exchange.server.reject(session, exchange.now_s)
        exchange.server.close(session, exchange.now_s)
    assert exchange.server.take_datagrams() == []


def test_only_the_first_connect_asks_for_an_answer() -> None:
    exchange = Exchange().start()
    session = exchange.client._initiator.session
    assert session is not None
    for _ in range(3):
        session.send(connect_command(REQUEST), exchange.now_s)
    exchange.run(1)
    requests = [event for event in exchange.server_events if isinstance(event, ConnectRequested)]
    assert len(requests) == 1


def test_silent_sessions_are_dropped() -> None:
    exchange = Exchange().start()
    until_s = exchange.server.next_timeout_s
    assert until_s is not None
    assert until_s == pytest.approx(exchange.now_s + IDLE_S, abs=1)
    assert exchange.server.handle_timeout(until_s) == [SessionEvent(1, SessionClosed(by_peer=False))]
    assert exchange.server.next_timeout_s is None


def test_a_closed_session_stays_to_say_so_again() -> None:
    exchange = Exchange().start()
    lost: list[bytes] = []

    def lose_one(number: int, outward: bool, data: bytes) -> tuple[bytes, ...]:
        if outward or lost:
            return (data,)
        lost.append(data)
        return ()

    exchange.wire = lose_one
    exchange.client.close(exchange.now_s)
    exchange.run(1.5)
    assert len(lost) == 1
    assert exchange.client.phase is ClientPhase.CLOSED
    closed = [event for event in exchange.server_events if isinstance(event, SessionEvent)]
    assert closed[-1] == SessionEvent(1, SessionClosed(by_peer=True))
    exchange.server.handle_timeout(exchange.now_s + LINGER_S)
    assert exchange.server.next_timeout_s is None


def test_sessions_are_counted() -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2), max_sessions=2)
    cookie = greeted(server).cookie
    events = [
        server.receive(keying(cookie, session_id=bytes((1, 1, 1, n))), CLIENT, 0.1)[0] for n in range(3)
    ]
    assert [type(event) for event in events] == [SessionOpened, SessionOpened, PeerFault]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"GET / HTTP/1.0\r\n\r\n", RtmfpFault.NOT_RTMFP),
        (b"\1" * 36, RtmfpFault.UNKNOWN_SESSION),
        (bytes(36), RtmfpFault.BAD_CHECKSUM),
        (sealed(ChunkType.RHELLO, bytes(40)), RtmfpFault.UNEXPECTED),
        (sealed(ChunkType.IHELLO, b"\0" + bytes(60_000)), RtmfpFault.TOO_LARGE),
        (
            sealed(ChunkType.IIKEYING, IIKeying(b"abcd", bytes(64_000), b"", b"").encode()),
            RtmfpFault.TOO_LARGE,
        ),
    ],
)
def test_what_is_no_rtmfp_changes_nothing(data: bytes, fault: RtmfpFault) -> None:
    server = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
    (event,) = server.receive(data, CLIENT, 0.0)
    assert isinstance(event, ForeignDatagram)
    assert event.fault is fault
    assert server.take_datagrams() == []


@given(st.sampled_from([ChunkType.IHELLO, ChunkType.IIKEYING]), st.binary(max_size=300))
@settings(max_examples=60)
def test_no_start_up_chunk_makes_it_raise_or_keep_anything(kind: ChunkType, payload: bytes) -> None:
    SERVER.receive(sealed(kind, payload), CLIENT, 0.0)
    assert sum(len(data) for data, _ in SERVER.take_datagrams()) < 1000
    assert SERVER.next_timeout_s is None


SERVER = RtmfpServer(now_s=0.0, random_bytes=seeded(2))
