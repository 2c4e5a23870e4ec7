from __future__ import annotations

import pytest

from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.events import (
    ClientPhase,
    CommandReceived,
    ConnectAnswered,
    ServerPhase,
)
from fmsdiag.protocol.netconnection import INVALID_APP
from tests.protocol.session_pair import a_client, a_server, connected, only


def test_the_server_answers_c0c1_before_c2() -> None:
    server = a_server()
    server.receive(a_client().take_output()[:-1])
    assert server.take_output() == b""
    assert server.phase is ServerPhase.WAIT_C1


def test_another_c0_is_the_clients_fault() -> None:
    server = a_server()
    with pytest.raises(RemoteProtocolError, match="unexpected C0 version 6"):
        server.receive(b"\x06" + bytes(1536))
    assert server.take_output() == b""


@pytest.mark.parametrize("position", [6, 300, 1500])
def test_a_corrupt_c1_gets_the_simple_handshake(position: int) -> None:
    client, server = a_client(), a_server()
    hello = bytearray(client.take_output())
    hello[position] ^= 1
    server.receive(bytes(hello))
    assert server.facts.c1_signed is False
    client.receive(server.take_output())
    assert (client.phase, client.facts.server_scheme) == (ClientPhase.OPEN, None)


def test_answering_nothing_is_our_fault() -> None:
    server = a_server()
    for answer in (server.accept, server.reject):
        with pytest.raises(LocalProtocolError, match="no connect has come"):
            answer()
    with pytest.raises(LocalProtocolError, match="no connect has come"):
        server.redirect("rtmp://x")


@pytest.mark.parametrize("as_status", [False, True])
def test_rejection(as_status: bool) -> None:
    client, server = connected()
    server.reject(INVALID_APP, "no such thing", as_status=as_status)
    events = client.receive(server.take_output())
    (answer,) = only(ConnectAnswered, events)
    assert answer.reply.command == ("onStatus" if as_status else "_error")
    assert (answer.reply.accepted, answer.reply.code) == (False, INVALID_APP)
    assert answer.reply.description == "no such thing"
    assert only(CommandReceived, events) == [CommandReceived("close", 0.0, (None,))]
    server.close()
    assert server.take_output() == b""


def test_rejection_without_close() -> None:
    client, server = connected()
    server.reject(send_close=False)
    assert not only(CommandReceived, client.receive(server.take_output()))


@pytest.mark.parametrize("as_status", [False, True])
def test_redirection(as_status: bool) -> None:
    client, server = connected()
    server.redirect("rtmp://elsewhere/live", as_status=as_status)
    client.receive(server.take_output())
    assert client.connect_reply is not None
    assert client.connect_reply.redirect_url == "rtmp://elsewhere/live"


def test_a_server_that_only_closes() -> None:
    client, server = connected()
    server.close()
    (answer,) = only(ConnectAnswered, client.receive(server.take_output()))
    assert (answer.reply.command, answer.reply.accepted) == ("close", False)
    assert server.receive(b"anything") == []
    with pytest.raises(LocalProtocolError, match="phase closed"):
        server.send_command("x", 0)
