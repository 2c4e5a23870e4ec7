from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import ConnectRequested, S1Received
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmpt import (
    MAX_BODY_BYTES,
    TunnelClient,
    TunnelError,
    TunnelFault,
    TunnelPhase,
    TunnelRequest,
    TunnelResponse,
    TunnelServer,
)
from fmsdiag.protocol.server_session import ServerSession

FCS = (("Content-Type", "application/x-fcs"),)
HTML = (("content-type", " Text/HTML; charset=utf-8"),)


def _ok(body: bytes) -> TunnelResponse:
    return TunnelResponse(200, FCS, body)


def _open(client: TunnelClient) -> TunnelClient:
    client.next_request()
    client.receive(_ok(b"2-tmaQJe98nOkYd2\n"))
    return client


def test_the_requests_of_a_session() -> None:
    client = TunnelClient("host:8080", ident=True)
    requests = []
    for pending, answer in (
        (b"", TunnelResponse(404, HTML, b"<html>")),
        (b"", _ok(b"2-tmaQJe98nOkYd2\n")),
        (b"C0C1", _ok(b"\x01\x03S1")),
        (b"", _ok(b"\x05")),
        (b"C2", _ok(b"\x01more")),
    ):
        requests.append(client.next_request(pending))
        client.receive(answer)
    client.close()
    requests.append(client.next_request())
    assert client.receive(_ok(b"\0")) == b""
    assert client.phase is TunnelPhase.CLOSED
    assert [(request.method, request.path, request.body) for request in requests] == [
        ("POST", "/fcs/ident2", b"\0"),
        ("POST", "/open/1", b"\0"),
        ("POST", "/send/2-tmaQJe98nOkYd2/0", b"C0C1"),
        ("POST", "/idle/2-tmaQJe98nOkYd2/1", b"\0"),
        ("POST", "/send/2-tmaQJe98nOkYd2/2", b"C2"),
        ("POST", "/close/2-tmaQJe98nOkYd2/3", b"\0"),
    ]
    assert requests[2].headers == (
        ("Host", "host:8080"),
        ("User-Agent", "Shockwave Flash"),
        ("Accept", "*/*"),
        ("Connection", "Keep-Alive"),
        ("Cache-Control", "no-cache"),
        ("Content-Type", "application/x-fcs"),
        ("Content-Length", "4"),
    )


@pytest.mark.parametrize(
    ("response", "address"),
    [
        (_ok(b"85.26.148.89"), "85.26.148.89"),
        (_ok(b" ::1\n"), "::1"),
        (_ok(b"host.name"), None),
        (_ok(b"\xff" * 1000), None),
        (TunnelResponse(404, HTML, b"1.2.3.4"), None),
    ],
)
def test_ident_is_a_fact_and_decides_nothing(response: TunnelResponse, address: str | None) -> None:
    client = TunnelClient("h", ident=True)
    client.next_request()
    assert client.receive(response) == b""
    assert client.ident is not None
    assert (client.ident.status, client.ident.address) == (response.status, address)
    assert len(client.ident.body) <= 256
    assert client.phase is TunnelPhase.OPENING


@pytest.mark.parametrize("body", [b"abc\n", b" abc \r\n", b"A" * 64, b"a-b_c9"])
def test_session_ids(body: bytes) -> None:
    client = TunnelClient("h")
    client.next_request()
    client.receive(_ok(body))
    assert client.session_id == body.strip().decode()
    assert client.phase is TunnelPhase.OPEN


@pytest.mark.parametrize(
    ("response", "fault"),
    [
        (_ok(b""), TunnelFault.NOT_TUNNEL),
        (_ok(b"\n"), TunnelFault.NOT_TUNNEL),
        (_ok(b"A" * 65), TunnelFault.NOT_TUNNEL),
        (_ok(b"../../etc"), TunnelFault.NOT_TUNNEL),
        (_ok("é".encode()), TunnelFault.NOT_TUNNEL),
        (_ok(b"<html>portal</html>"), TunnelFault.NOT_TUNNEL),
        (TunnelResponse(200, HTML, b"hi\n"), TunnelFault.NOT_TUNNEL),
        (TunnelResponse(404, HTML, b"no"), TunnelFault.NOT_TUNNEL),
        (TunnelResponse(405, HTML, b"no"), TunnelFault.NOT_TUNNEL),
        (TunnelResponse(407, HTML, b"no"), TunnelFault.HTTP_STATUS),
        (TunnelResponse(503, HTML, b"no"), TunnelFault.HTTP_STATUS),
        (TunnelResponse(302, HTML, b""), TunnelFault.HTTP_STATUS),
        (_ok(b"\0"), TunnelFault.CLOSED),
    ],
)
def test_open_refused(response: TunnelResponse, fault: TunnelFault) -> None:
    client = TunnelClient("h")
    client.next_request()
    with pytest.raises(TunnelError) as caught:
        client.receive(response)
    assert (caught.value.fault, caught.value.status) == (fault, response.status)
    assert caught.value.data == response.body[:64]
    assert client.phase is TunnelPhase.CLOSED
    with pytest.raises(LocalProtocolError, match="closed"):
        client.next_request()


@pytest.mark.parametrize(
    ("response", "fault", "phase"),
    [
        (_ok(b""), TunnelFault.NOT_TUNNEL, TunnelPhase.CLOSED),
        (_ok(b"hi\n"), TunnelFault.NOT_TUNNEL, TunnelPhase.CLOSED),
        (TunnelResponse(200, HTML, b"\x01\x03"), TunnelFault.NOT_TUNNEL, TunnelPhase.CLOSED),
        (_ok(b"\x01\x03" + bytes(MAX_BODY_BYTES)), TunnelFault.NOT_TUNNEL, TunnelPhase.CLOSED),
        (TunnelResponse(400, FCS, b"\0"), TunnelFault.SESSION_LOST, TunnelPhase.CLOSED),
        (TunnelResponse(404, HTML, b""), TunnelFault.SESSION_LOST, TunnelPhase.CLOSED),
        (TunnelResponse(500, HTML, b""), TunnelFault.SESSION_LOST, TunnelPhase.CLOSED),
        (TunnelResponse(502, HTML, b""), TunnelFault.HTTP_STATUS, TunnelPhase.OPEN),
        (_ok(b"\0"), TunnelFault.CLOSED, TunnelPhase.CLOSED),
    ],
)
def test_data_refused(response: TunnelResponse, fault: TunnelFault, phase: TunnelPhase) -> None:
    client = _open(TunnelClient("h"))
    client.next_request(b"C0C1")
    with pytest.raises(TunnelError) as caught:
        client.receive(response)
    assert caught.value.fault is fault
    assert client.phase is phase


def test_only_the_first_data_must_look_like_s0() -> None:
    client = _open(TunnelClient("h"))
    for answer, data in (
        (b"\x01", b""),
        (b"\x01\x03S1", b"\x03S1"),
        (b"\x01\x7f", b"\x7f"),
        (b"\0\x01", b"\x01"),
    ):
        client.next_request()
        assert client.receive(_ok(answer)) == data


@pytest.mark.parametrize(
    ("interval", "delay_ms"), [(0x01, 50), (0x05, 80), (0x11, 272), (0x21, 500), (0xFF, 500)]
)
def test_the_delay_is_a_bounded_hint(interval: int, delay_ms: int) -> None:
    client = _open(TunnelClient("h"))
    client.next_request()
    client.receive(_ok(bytes((interval,))))
    assert client.delay_ms == delay_ms
    client.next_request()
    client.receive(_ok(bytes((interval, 3))))
    assert client.delay_ms == 0


def test_one_request_at_a_time() -> None:
    client = TunnelClient("h")
    with pytest.raises(LocalProtocolError, match="no response is awaited"):
        client.receive(_ok(b"x"))
    with pytest.raises(LocalProtocolError, match="phase opening"):
        client.next_request(b"too early")
    client.next_request()
    with pytest.raises(LocalProtocolError, match="one request outstanding"):
        client.next_request()
    client.receive(_ok(b"abc"))
    with pytest.raises(LocalProtocolError, match="bytes in one request"):
        client.next_request(bytes(MAX_BODY_BYTES + 1))


def test_closing_before_there_is_a_session() -> None:
    client = TunnelClient("h")
    client.next_request()
    client.close()
    assert client.phase is TunnelPhase.CLOSED


def test_closing_gives_up_the_outstanding_request() -> None:
    client = _open(TunnelClient("h"))
    client.next_request()
    client.close()
    assert client.next_request().path.startswith("/close/")
    assert client.receive(TunnelResponse(500, HTML, b"whatever")) == b""
    assert client.phase is TunnelPhase.CLOSED


@given(st.integers(100, 599), st.sampled_from([FCS, HTML, ()]), st.binary(max_size=100))
def test_arbitrary_responses_only_ever_raise_remote_protocol_error(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    for client in (TunnelClient("h", ident=True), TunnelClient("h"), _open(TunnelClient("h"))):
        client.next_request()
        try:
            client.receive(TunnelResponse(status, headers, body))
        except RemoteProtocolError:
            continue
        assert client.phase is not TunnelPhase.CLOSED


def _server(max_sessions: int = 64, max_pending_bytes: int = 1 << 20) -> TunnelServer:
    return TunnelServer(
        ident_address="127.0.0.1",
        max_sessions=max_sessions,
        max_pending_bytes=max_pending_bytes,
        random_bytes=random.Random(1).randbytes,
    )


def _ask(server: TunnelServer, path: str, body: bytes = b"\0") -> TunnelResponse:
    return server.respond(server.receive("POST", path, body))


def _new_session(server: TunnelServer) -> str:
    return _ask(server, "/open/1").body.decode().strip()


def test_rtmp_through_the_tunnel() -> None:
    tunnel, tunnels = TunnelClient("h", ident=True), _server()
    client, server = ClientSession(), ServerSession()
    for _ in range(10):
        pending = client.take_output() if tunnel.phase is TunnelPhase.OPEN else b""
        request: TunnelRequest = tunnel.next_request(pending)
        exchange = tunnels.receive(request.method, request.path, request.body)
        if exchange.session_id and exchange.data:
            for event in server.receive(exchange.data):
                if isinstance(event, ConnectRequested):
                    server.accept()
            tunnels.write(exchange.session_id, server.take_output())
        for event in client.receive(tunnel.receive(tunnels.respond(exchange))):
            if isinstance(event, S1Received):
                client.connect(ConnectRequest("live", "rtmpt://h/live"))
        if client.connect_reply is not None:
            break
    assert client.connect_reply is not None
    assert client.connect_reply.accepted
    assert tunnel.ident is not None
    assert tunnel.ident.address == "127.0.0.1"
    tunnel.close()
    request = tunnel.next_request()
    tunnel.receive(tunnels.respond(tunnels.receive(request.method, request.path, request.body)))
    assert tunnels.sessions == ()


def test_ident_is_unknown_unless_set() -> None:
    assert _ask(TunnelServer(), "/fcs/ident2").status == 404
    assert _ask(_server(), "/fcs/ident2").body == b"127.0.0.1"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/open/1", b"", 405),
        ("POST", "/", b"", 404),
        ("POST", "/open/2", b"", 404),
        ("POST", "/send/nobody/0", b"x", 404),
        ("POST", "/send/a/b/0", b"x", 404),
        ("POST", "/idle/a/-1", b"x", 404),
        ("POST", "/idle/a/" + "9" * 5000, b"x", 404),
        ("POST", "/open/1", bytes(MAX_BODY_BYTES + 1), 413),
    ],
)
def test_what_the_server_refuses(method: str, path: str, body: bytes, status: int) -> None:
    server = _server()
    exchange = server.receive(method, path, body)
    assert (exchange.action, server.respond(exchange).status) == ("refused", status)
    assert server.sessions == ()


def test_a_wrong_sequence_ends_the_session() -> None:
    server = _server()
    session_id = _new_session(server)
    assert _ask(server, f"/idle/{session_id}/0").status == 200
    assert _ask(server, f"/idle/{session_id}/0").status == 400
    assert _ask(server, f"/idle/{session_id}/1").status == 404


def test_sessions_are_bounded_in_number() -> None:
    server = _server(max_sessions=2)
    first = _new_session(server)
    _new_session(server)
    assert _ask(server, "/open/1").status == 503
    assert _ask(server, f"/close/{first}/0").body == b"\0"
    assert _ask(server, "/open/1").status == 200


def test_waiting_bytes_are_bounded() -> None:
    server = _server(max_pending_bytes=10)
    session_id = _new_session(server)
    server.write(session_id, bytes(10))
    with pytest.raises(LocalProtocolError, match="more than 10 bytes"):
        server.write(session_id, b"x")
    with pytest.raises(LocalProtocolError, match="no session"):
        server.write("nobody", b"x")


def test_an_answer_has_a_largest_size() -> None:
    server = _server()
    session_id = _new_session(server)
    server.write(session_id, bytes(40_000))
    sizes = [len(_ask(server, f"/idle/{session_id}/{sequence}").body) for sequence in range(3)]
    assert sizes == [32_769, 7_233, 1]


def test_the_interval_rises_while_there_is_nothing_to_say() -> None:
    server = _server()
    session_id = _new_session(server)
    intervals = [_ask(server, f"/idle/{session_id}/{sequence}").body[0] for sequence in range(70)]
    assert intervals[:9] == [1] * 9
    assert sorted(set(intervals)) == [1, 3, 5, 9, 17, 33]
    assert intervals == sorted(intervals)
    server.write(session_id, b"x")
    assert _ask(server, f"/idle/{session_id}/70").body == b"\x01x"


def test_an_ended_session_says_so_after_its_last_bytes() -> None:
    server = _server()
    session_id = _new_session(server)
    server.write(session_id, b"bye")
    server.end_session(session_id)
    assert _ask(server, f"/idle/{session_id}/0").body == b"\x01bye"
    assert _ask(server, f"/idle/{session_id}/1").body == b"\0"
    assert _ask(server, f"/idle/{session_id}/2").status == 404


@given(
    st.text(max_size=20) | st.from_regex(r"/(send|idle|close)/[a-z]{1,3}/[0-9]", fullmatch=True), st.binary()
)
def test_arbitrary_requests_never_raise(path: str, body: bytes) -> None:
    server = TunnelServer()
    assert 100 <= server.respond(server.receive("POST", path, body)).status < 600


def test_only_rtmp_inside_proves_a_tunnel() -> None:
    client = _open(TunnelClient("host"))
    assert not client.carries_rtmp
    client.next_request(b"C0C1")
    client.receive(_ok(b"\x01"))
    assert not client.carries_rtmp
    client.next_request()
    client.receive(_ok(b"\x01\x03S1"))
    assert client.carries_rtmp


def test_an_answer_that_comes_again_is_a_cached_one() -> None:
    client = _open(TunnelClient("host"))
    s0s1 = b"\x01\x03" + random.Random(1).randbytes(1536)
    for answer in (b"\x01", s0s1, b"\x01more", b"\x01more"):  # short ones may be alike
        client.next_request()
        client.receive(_ok(answer))
    client.next_request()
    with pytest.raises(TunnelError) as caught:
        client.receive(_ok(s0s1))
    assert caught.value.fault is TunnelFault.REPLAYED
    assert client.phase is TunnelPhase.CLOSED


def test_a_dropped_session_is_unknown() -> None:
    server = TunnelServer()
    opened = server.receive("POST", "/open/1", b"\0")
    assert opened.session_id is not None
    server.drop_session(opened.session_id)
    server.drop_session("never-was")
    assert server.sessions == ()
    assert server.receive("POST", f"/idle/{opened.session_id}/0", b"\0").status == 404
