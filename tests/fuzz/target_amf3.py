"""AMF3 values, to which a peer switches inside AMF0."""

from __future__ import annotations

from fmsdiag.protocol.amf0 import decode_values
from fmsdiag.protocol.cursor import MAX_DEPTH, MAX_ELEMENTS
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.values import Value

AVM_PLUS = b"\x11"


def seeds() -> list[bytes]:
    """A value of each type, and references to them."""
    return [
        bytes.fromhex(seed)
        for seed in (
            "00", "01", "02", "03", "04ff", "0481ffffff", "05400921fb54442d18", "060568c3a9", "0801427580fb28a400000",
            "0905010401 0402", "0903036101040101", "0a0b0103610401 036206 00 01", "0a13076162630361 0362 04010402",
            "0c05 0102", "0b0361", "0905010a0b0101 0a00",
        )
        if len(seed.replace(" ", "")) % 2 == 0
    ]  # fmt: skip


def check(data: bytes) -> None:
    """Only RemoteProtocolError, and never a value that is larger or deeper than allowed."""
    try:
        values = decode_values(AVM_PLUS + data)
    except RemoteProtocolError:
        return
    assert sum(_size(value, 0) for value in values) <= 2 * MAX_ELEMENTS


def _size(value: Value, depth: int) -> int:
    assert depth <= MAX_DEPTH + 1
    if isinstance(value, dict):
        return 1 + sum(_size(each, depth + 1) for each in value.values())
    if isinstance(value, list):
        return 1 + sum(_size(each, depth + 1) for each in value)
    return 1
