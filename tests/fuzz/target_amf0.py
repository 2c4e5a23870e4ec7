"""AMF0 values of a message."""

from __future__ import annotations

from fmsdiag.protocol.amf0 import decode_values, encode_values
from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from tests.fuzz.conversations import payloads


def seeds() -> list[bytes]:
    return [payload for type_id, payload in payloads() if type_id in (18, 20)]


def check(data: bytes) -> None:
    """Only RemoteProtocolError; what was understood can be written, and then means the same."""
    try:
        values = decode_values(data)
    except RemoteProtocolError:
        return
    try:
        written = encode_values(values)
    except LocalProtocolError:  # deeper or longer than we write, or of a type that we only read
        return
    assert encode_values(decode_values(written)) == written
