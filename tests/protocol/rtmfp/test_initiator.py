import pytest

from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.crypto import make_key_pair, startup_cipher
from fmsdiag.protocol.rtmfp.errors import RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    Address,
    ClientPhase,
    CookieChanged,
    EarlyDatagram,
    Event,
    ForeignDatagram,
    PeerFault,
    Redirected,
    RHelloReceived,
    TriesExhausted,
)
from fmsdiag.protocol.rtmfp.initiator import MAX_CANDIDATES, MAX_EARLY_PACKETS
from fmsdiag.protocol.rtmfp.packet import (
    ChunkType,
    Mode,
    encode_chunk,
    encode_option,
    encode_packet,
    parse_packet,
)
from fmsdiag.protocol.rtmfp.server import Answers, Behaviour, RtmfpServer
from fmsdiag.protocol.rtmfp.startup import (
    NEVER,
    CookieChange,
    IHello,
    IIKeying,
    Redirect,
    RHello,
    RIKeying,
    encode_ephemeral_certificate,
    encode_responder_component,
    encode_static_certificate,
    required,
)
from tests.protocol.rtmfp.exchange import CLIENT, REQUEST, SERVER, URI, Exchange, seeded

OTHER: Address = ("192.0.2.2", 19_350)
AMS_CERTIFICATE = encode_ephemeral_certificate(bytes(64))


def started() -> RtmfpClient:
    client = RtmfpClient(URI, now_s=0.0, random_bytes=seeded(1), request=REQUEST)
    client.start()
    return client


def plain(datagram: bytes) -> bytes:
    """A start-up datagram, opened."""
    return startup_cipher().open(datagram)


def asked(client: RtmfpClient) -> list[tuple[IHello, Address | None]]:
    sent = [(parse_packet(plain(data)).chunks[0], to) for data, to in client.take_datagrams()]
    return [(IHello.parse(chunk.payload), to) for chunk, to in sent if chunk.type == ChunkType.IHELLO]


def answer(session_id: bytes, kind: ChunkType, payload: bytes) -> bytes:
    return startup_cipher().seal(session_id, encode_packet(Mode.STARTUP, [encode_chunk(kind, payload)], 0))


def rhello(
    client: RtmfpClient, cookie: bytes = bytes(64), certificate: bytes = AMS_CERTIFICATE
) -> list[Event]:
    ((hello, _),) = asked(client)
    datagram = answer(bytes(4), ChunkType.RHELLO, RHello(hello.tag, cookie, certificate).encode())
    return client.receive(datagram, SERVER, 0.1)


def iikeying(client: RtmfpClient) -> IIKeying:
    ((data, to),) = client.take_datagrams()
    assert to is None
    (chunk,) = parse_packet(plain(data)).chunks
    return IIKeying.parse(chunk.payload)


def test_start_up_packets_have_the_flags_that_openrtmfp_tests() -> None:
    client = started()
    datagrams = client.take_datagrams()
    client.handle_timeout(1.0)
    (again,) = client.take_datagrams()
    (hello,) = parse_packet(plain(again[0])).chunks
    tag = IHello.parse(hello.payload).tag
    client.receive(
        answer(bytes(4), ChunkType.RHELLO, RHello(tag, bytes(64), AMS_CERTIFICATE).encode()), SERVER, 1.1
    )
    datagrams += [again, *client.take_datagrams()]
    assert [plain(data)[0] for data, _ in datagrams] == [0x0B, 0x0B, 0x0B]


def test_ihello_is_repeated_with_growing_patience() -> None:
    client, times = started(), [0.0]
    events: list[Event] = []
    tags = [hello.tag for hello, _ in asked(client)]
    while (at := client.next_timeout_s) is not None:
        events += client.handle_timeout(at)
        for hello, to in asked(client):
            times.append(at)
            tags.append(hello.tag)
            assert to is None
    assert times == [0.0, 1.0, 3.5, 7.5]
    assert events == [TriesExhausted(ClientPhase.WAIT_RHELLO)]
    assert len(set(tags)) == 4
    assert client.facts.ihello_sent == 4
    # an answer that comes after all is one, and tells which question it is to
    late = answer(bytes(4), ChunkType.RHELLO, RHello(tags[1], bytes(64), AMS_CERTIFICATE).encode())
    (event,) = client.receive(late, SERVER, 20.0)
    assert isinstance(event, RHelloReceived)
    assert event.round_trip_s == 19.0


def test_iikeying_is_repeated_unchanged() -> None:
    client = started()
    rhello(client)
    first = iikeying(client)
    assert len(first.certificate) == 132
    assert first.certificate[4] != 0
    assert len(first.component) == 76
    repeated, events = [], []
    while (at := client.next_timeout_s) is not None:
        events += client.handle_timeout(at)
        repeated += [data for data, _ in client.take_datagrams()]
    assert [IIKeying.parse(parse_packet(plain(data)).chunks[0].payload) for data in repeated] == [first] * 3
    assert {len(data) for data in repeated} == {308}
    assert events == [TriesExhausted(ClientPhase.WAIT_RIKEYING)]


@pytest.mark.parametrize(
    ("cookie", "certificate", "fault"),
    [
        (bytes(60_000), AMS_CERTIFICATE, RtmfpFault.TOO_LARGE),
        (bytes(64), bytes(60_000), RtmfpFault.TOO_LARGE),
        (bytes(64), encode_option(0x15, b"\x63"), RtmfpFault.NO_COMMON_GROUP),
        (bytes(64), b"\x05\x15", RtmfpFault.MALFORMED),
        (bytes(64), b"\x02\x15\x02" * 100, RtmfpFault.MALFORMED),
    ],
)
def test_an_rhello_that_is_no_use_does_not_end_the_wait(
    cookie: bytes, certificate: bytes, fault: RtmfpFault
) -> None:
    client = started()
    (event,) = rhello(client, cookie, certificate)
    assert isinstance(event, PeerFault)
    assert (event.source, event.fault) == (SERVER, fault)
    assert client.phase is ClientPhase.WAIT_RHELLO
    client.handle_timeout(1.0)
    assert isinstance(rhello(client)[0], RHelloReceived)


def test_the_largest_cookie_that_is_kept_still_fits_a_datagram() -> None:
    client = started()
    rhello(client, bytes(1024))
    ((data, _),) = client.take_datagrams()
    assert len(data) < 1300


def test_answers_to_other_questions_are_not_ours() -> None:
    client = started()
    for kind, payload in (
        (ChunkType.RHELLO, RHello(bytes(16), bytes(64), AMS_CERTIFICATE).encode()),
        (ChunkType.REDIRECT, Redirect(bytes(16), (OTHER,)).encode()),
    ):
        (event,) = client.receive(answer(bytes(4), kind, payload), SERVER, 0.1)
        assert isinstance(event, ForeignDatagram)
        assert event.fault is RtmfpFault.WRONG_TAG
    assert client.phase is ClientPhase.WAIT_RHELLO


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (Behaviour(wrong_tag=True), RtmfpFault.WRONG_TAG),
        (Behaviour(bad_checksum=True), RtmfpFault.BAD_CHECKSUM),
    ],
)
def test_a_server_that_errs_is_seen(behaviour: Behaviour, fault: RtmfpFault) -> None:
    exchange = Exchange(behaviour)
    exchange.client.start()
    exchange.run()
    foreign = [event.fault for event in exchange.events if isinstance(event, ForeignDatagram)]
    assert foreign == [fault] * 4
    assert exchange.client.phase is ClientPhase.WAIT_RHELLO


@pytest.mark.parametrize(
    ("answers", "phase"),
    [(Answers.NOTHING, ClientPhase.WAIT_RHELLO), (Answers.RHELLO, ClientPhase.WAIT_RIKEYING)],
)
def test_a_server_that_falls_silent_is_seen(answers: Answers, phase: ClientPhase) -> None:
    exchange = Exchange(Behaviour(answers=answers))
    exchange.client.start()
    exchange.run()
    assert exchange.events[-1] == TriesExhausted(phase)
    assert exchange.client.phase is phase


def test_a_redirect_is_followed() -> None:
    exchange = Exchange(Behaviour(redirect=(("192.0.2.9", 1), OTHER)))
    exchange.responders[OTHER] = RtmfpServer(now_s=exchange.now_s, random_bytes=seeded(3))
    exchange.start()
    redirected, hello = exchange.events[:2]
    assert redirected == Redirected(SERVER, (("192.0.2.9", 1), OTHER), (("192.0.2.9", 1), OTHER))
    assert isinstance(hello, RHelloReceived)
    assert hello.source == exchange.client.peer == OTHER
    assert exchange.is_connected()
    facts = exchange.client.facts
    assert (facts.redirects, facts.redirected_by) == ((("192.0.2.9", 1), OTHER), SERVER)


def test_where_nobody_may_be_asked_nothing_is_sent() -> None:
    client = RtmfpClient(
        URI, now_s=0.0, random_bytes=seeded(1), request=REQUEST, may_follow=lambda to: to == OTHER
    )
    client.start()
    ((hello, _),) = asked(client)
    named = (("10.0.0.1", 1935), OTHER)
    (event,) = client.receive(
        answer(bytes(4), ChunkType.REDIRECT, Redirect(hello.tag, named).encode()), SERVER, 0.1
    )
    assert event == Redirected(SERVER, named, (OTHER,), (("10.0.0.1", 1935),))
    assert [to for _, to in asked(client)] == [OTHER]
    client.handle_timeout(1.2)
    assert ("10.0.0.1", 1935) not in [to for _, to in asked(client)]


def test_the_one_that_redirected_is_still_listened_to() -> None:
    client = started()
    ((hello, _),) = asked(client)
    client.receive(answer(bytes(4), ChunkType.REDIRECT, Redirect(hello.tag, (OTHER,)).encode()), SERVER, 0.1)
    assert [to for _, to in asked(client)] == [OTHER]
    client.handle_timeout(1.2)
    assert [to for _, to in asked(client)] == [None, OTHER]
    late = answer(bytes(4), ChunkType.RHELLO, RHello(hello.tag, bytes(64), AMS_CERTIFICATE).encode())
    assert isinstance(client.receive(late, SERVER, 1.3)[0], RHelloReceived)
    assert client.peer == SERVER


def test_redirects_without_end_are_followed_a_few_times_only() -> None:
    client = started()
    ((hello, _),) = asked(client)
    destinations: set[Address | None] = {None}
    for number in range(20):
        more = tuple((f"192.0.2.{number}", port) for port in (0, 1, 2))
        redirect = Redirect(hello.tag, more if number else ()).encode()
        client.receive(answer(bytes(4), ChunkType.REDIRECT, redirect), SERVER, 0.1)
        destinations |= {to for _, to in asked(client)}
    assert len(destinations) == 1 + MAX_CANDIDATES
    assert SERVER in destinations  # the empty redirect: try again here
    assert all(to is None or to[1] for to in destinations)
    while (at := client.next_timeout_s) is not None:
        client.handle_timeout(at)
    assert client.facts.ihello_sent == 4 * (1 + MAX_CANDIDATES)
    assert len(client.facts.redirects) <= 24


def test_a_cookie_changes_once() -> None:
    client = started()
    rhello(client)
    first = iikeying(client)
    for old in (b"another", first.cookie, b"new"):
        change = CookieChange(old, b"new" if old != b"new" else b"newer").encode()
        events = client.receive(answer(first.session_id, ChunkType.COOKIE_CHANGE, change), SERVER, 0.2)
        if old == first.cookie:
            assert events == [CookieChanged(SERVER)]
            again = iikeying(client)
            assert again == IIKeying(first.session_id, b"new", first.certificate, first.component)
        else:
            assert [type(event) for event in events] == [ForeignDatagram]
    assert client.facts.iikeying_sent == 2


def test_a_new_cookie_may_be_too_large() -> None:
    client = started()
    rhello(client)
    first = iikeying(client)
    change = CookieChange(first.cookie, bytes(60_000)).encode()
    (event,) = client.receive(answer(first.session_id, ChunkType.COOKIE_CHANGE, change), SERVER, 0.2)
    assert isinstance(event, PeerFault)
    assert event.fault is RtmfpFault.TOO_LARGE


KEY = make_key_pair(2, seeded(9))


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (bytes(60_000), RtmfpFault.TOO_LARGE),
        (b"\x83\x0d\x02", RtmfpFault.MALFORMED),
        (b"", RtmfpFault.NO_COMMON_GROUP),
        (encode_option(0x0D, b"\x0e" + KEY.public), RtmfpFault.NO_COMMON_GROUP),
        (encode_option(0x0D, b"\x02\x01"), RtmfpFault.WEAK_KEY),
        (encode_option(0x0D, b"\x02" + KEY.public) + encode_option(0x1A, b"\x01\x01"), None),
        (encode_responder_component(required(40), NEVER, KEY, b""), RtmfpFault.NEGOTIATION),
    ],
)
def test_a_rikeying_that_is_no_use_does_not_end_the_wait(component: bytes, fault: RtmfpFault | None) -> None:
    client = started()
    rhello(client)
    session_id = iikeying(client).session_id
    datagram = answer(session_id, ChunkType.RIKEYING, RIKeying(b"\0\0\0\1", component).encode())
    event = client.receive(datagram, SERVER, 0.2)[0]
    if fault is None:
        assert client.facts.hmac_bytes_sent == 10  # the server asks for it, and sends none itself
        return
    assert isinstance(event, PeerFault)
    assert event.fault is fault
    assert client.phase is ClientPhase.WAIT_RIKEYING


def test_the_servers_static_key_is_in_its_certificate() -> None:
    client = started()
    rhello(client, certificate=encode_static_certificate([KEY]))
    session_id = iikeying(client).session_id
    component = encode_responder_component(NEVER, NEVER, None, bytes(64))
    datagram = answer(session_id, ChunkType.RIKEYING, RIKeying(b"\0\0\0\1", component).encode())
    client.receive(datagram, SERVER, 0.2)
    assert client.phase is ClientPhase.WAIT_ANSWER


def test_a_larger_group_is_used_where_group_2_is_not_offered() -> None:
    client = started()
    rhello(client, certificate=bytes.fromhex("010a02150e"))
    keying = iikeying(client)
    assert keying.certificate[:5].hex() == "82021d0e" + keying.certificate[4:5].hex()
    assert keying.component[:3].hex() == "021d0e"


def test_only_a_few_early_packets_are_kept() -> None:
    client = started()
    rhello(client)
    session_id = iikeying(client).session_id
    early = session_id + bytes(8) + bytes(20)
    kept = [client.receive(early, CLIENT, 0.2) for _ in range(MAX_EARLY_PACKETS + 1)]
    assert kept[:-1] == [[EarlyDatagram(CLIENT, len(early))]] * MAX_EARLY_PACKETS
    assert [type(event) for event in kept[-1]] == [ForeignDatagram]
    assert [type(event) for event in client.receive(early + bytes(4000), CLIENT, 0.2)] == [ForeignDatagram]


def test_a_fingerprint_that_is_not_the_servers_meets_silence() -> None:
    exchange = Exchange(fingerprint=bytes(32))
    exchange.client.start()
    exchange.run()
    assert exchange.kinds() == ["TriesExhausted"]
    right = Exchange(fingerprint=exchange.server.fingerprint).start()
    assert right.is_connected()
