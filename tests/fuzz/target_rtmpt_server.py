"""Any requests to a tunnel server, with a session behind it."""

from __future__ import annotations

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmpt import TunnelServer
from tests.fuzz.conversations import no_chance
from tests.fuzz.inputs import Input, block

ACTIONS = ("send", "idle", "close")


def seeds() -> list[bytes]:
    """A choice of what is asked for each request, then its sequence number or path, then its body."""
    opened, ident = b"\0" + block(b""), b"\1" + block(b"")
    asked = b"".join(
        bytes((2 + kind, sequence)) + block(b"\3abc") for sequence, kind in enumerate((0, 1, 0, 1, 2))
    )
    return [opened + asked, ident + opened + opened + asked, b"\5" + block(b"/send/x/0") + block(b"\0")]


def check(data: bytes) -> None:
    """Nothing is raised, and no more sessions than allowed."""
    given = Input(data)
    server = TunnelServer(
        ident_address="192.0.2.7", max_sessions=4, max_pending_bytes=4096, random_bytes=no_chance
    )
    while given:
        path, body = _request(given, server)
        exchange = server.receive("POST", path, body)
        if exchange.session_id is not None and exchange.session_id in server.sessions:
            try:
                server.write(exchange.session_id, exchange.data)
            except LocalProtocolError:
                server.end_session(exchange.session_id)
        response = server.respond(exchange)
        assert 200 <= response.status <= 599
        assert len(server.sessions) <= 4


def _request(given: Input, server: TunnelServer) -> tuple[str, bytes]:
    choice = given.byte() % 8
    if choice < 2:
        return ("/open/1", "/fcs/ident2")[choice], given.block()
    if choice < 5:
        session = server.sessions[0] if server.sessions else "none"
        return f"/{ACTIONS[choice - 2]}/{session}/{given.byte()}", given.block()
    return given.block().decode("latin-1"), given.block()
