from __future__ import annotations

from fmsdiag.protocol.errors import MAX_ERROR_BYTES, LocalProtocolError, ProtocolError, RemoteProtocolError


def test_says_what_and_where_and_shows_the_first_bytes() -> None:
    error = RemoteProtocolError("unexpected S0 version 72", 0, b"HTTP/1.1 400")
    assert str(error) == "unexpected S0 version 72 at byte 0: 48 54 54 50 2f 31 2e 31 20 34 30 30"
    assert (error.what, error.offset, error.data) == ("unexpected S0 version 72", 0, b"HTTP/1.1 400")


def test_without_a_place() -> None:
    assert str(RemoteProtocolError("closed")) == "closed"


def test_keeps_only_the_first_bytes() -> None:
    assert len(RemoteProtocolError("long", 1, bytes(10_000)).data) == MAX_ERROR_BYTES


def test_both_kinds_are_protocol_errors() -> None:
    assert issubclass(LocalProtocolError, ProtocolError)
    assert issubclass(RemoteProtocolError, ProtocolError)
