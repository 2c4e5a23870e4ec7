"""The payload of one message, and the line that the transcript gets of it."""

from __future__ import annotations

from fmsdiag.protocol.describe import describe
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.message import Command, decode_message, encode_message
from fmsdiag.protocol.netconnection import parse_connect_reply, parse_connect_request
from tests.fuzz.conversations import payloads


def seeds() -> list[bytes]:
    return [bytes((type_id,)) + payload for type_id, payload in payloads()]


def check(data: bytes) -> None:
    """Only RemoteProtocolError; one printable line; and what can be written again is understood again."""
    if not data:
        return
    try:
        message = decode_message(data[0], data[1:])
    except RemoteProtocolError:
        return
    line = describe(message)
    assert line.isprintable()
    assert len(line) < 4096
    if isinstance(message, Command):
        parse_connect_reply(message)
        parse_connect_request(message)
    try:
        type_id, payload = encode_message(message)
    except LocalProtocolError:
        return
    assert encode_message(decode_message(type_id, payload)) == (type_id, payload)
