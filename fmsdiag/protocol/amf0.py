"""AMF0, the serialization of RTMP commands and data (Adobe's AMF 0 specification).

decode_values() and encode_values() work on a whole message: object references count per message. Numbers
decode to float. Limits on depth, number of values and lengths are those of cursor.py; an error names its
offset.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from enum import IntEnum

from fmsdiag.protocol import amf3
from fmsdiag.protocol.cursor import MAX_DEPTH, Cursor
from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.object_table import ObjectTable
from fmsdiag.protocol.values import Date, EcmaArray, Empty, TypedObject, Value, Xml


class Marker(IntEnum):
    """The byte that begins each value."""

    NUMBER = 0
    BOOLEAN = 1
    STRING = 2
    OBJECT = 3
    MOVIECLIP = 4
    NULL = 5
    UNDEFINED = 6
    REFERENCE = 7
    ECMA_ARRAY = 8
    OBJECT_END = 9
    STRICT_ARRAY = 10
    DATE = 11
    LONG_STRING = 12
    UNSUPPORTED = 13
    RECORDSET = 14
    XML = 15
    TYPED_OBJECT = 16
    AVMPLUS = 17


_EMPTY_OF_MARKER = {
    Marker.UNDEFINED: Empty.UNDEFINED,
    Marker.UNSUPPORTED: Empty.UNSUPPORTED,
    Marker.RECORDSET: Empty.RECORDSET,
}
_MARKER_OF_EMPTY = {empty: marker for marker, empty in _EMPTY_OF_MARKER.items()}


def decode_values(data: bytes) -> tuple[Value, ...]:
    """All values of a message payload. Raises RemoteProtocolError, offset in `data`."""
    decoder = _Decoder(data)
    values: list[Value] = []
    while decoder.cursor.remaining:
        values.append(decoder.value(0))
    return tuple(values)


def encode_values(values: Iterable[Value]) -> bytes:
    """The payload for these values. Raises LocalProtocolError for what AMF0 cannot carry."""
    out = bytearray()
    try:
        for value in values:
            _encode(out, value, 0)
    except (struct.error, OverflowError) as error:
        raise LocalProtocolError(f"number out of range: {error}") from None
    return bytes(out)


class _Decoder:
    """One message: its cursor and its reference table."""

    def __init__(self, data: bytes) -> None:
        self.cursor = Cursor(data)
        self._objects = ObjectTable(self.cursor)

    def value(self, depth: int) -> Value:
        cursor = self.cursor
        cursor.check_depth(depth)
        cursor.spend(1)
        start = cursor.position
        marker = cursor.u8()
        match marker:
            case Marker.NUMBER:
                return cursor.double()
            case Marker.BOOLEAN:
                return cursor.u8() != 0
            case Marker.STRING:
                return cursor.text(cursor.u16())
            case Marker.NULL:
                return None
            case Marker.UNDEFINED | Marker.UNSUPPORTED | Marker.RECORDSET:
                return _EMPTY_OF_MARKER[Marker(marker)]
            case Marker.REFERENCE:
                return self._objects.resolve(cursor.u16(), depth)
            case Marker.DATE:
                return Date(cursor.double(), cursor.s16())
            case Marker.LONG_STRING:
                return cursor.text(cursor.u32())
            case Marker.XML:
                return Xml(cursor.text(cursor.u32()))
            case Marker.AVMPLUS:
                return amf3.decode_value(cursor, depth)
            case _:
                return self._complex(marker, depth, start)

    def _complex(self, marker: int, depth: int, start: int) -> Value:
        """The types that have members, and so an index in the reference table."""
        match marker:
            case Marker.OBJECT:
                return self._properties({}, depth)
            case Marker.ECMA_ARRAY:
                self.cursor.u32()  # the count is advisory, and wrong in practice
                return self._properties(EcmaArray(), depth)
            case Marker.STRICT_ARRAY:
                return self._strict_array(depth)
            case Marker.TYPED_OBJECT:
                typed = TypedObject(self.cursor.text(self.cursor.u16()), {})
                self._objects.open(typed, depth)
                self._members(typed.properties, depth)
                self._objects.close()
                return typed
        raise self.cursor.fault(f"AMF0 type {marker} where a value should be", start)

    def _properties(self, target: dict[str, Value], depth: int) -> Value:
        self._objects.open(target, depth)
        self._members(target, depth)
        self._objects.close()
        return target

    def _members(self, target: dict[str, Value], depth: int) -> None:
        cursor = self.cursor
        while True:
            key = cursor.text(cursor.u16())
            # Only after an empty key does the end marker end; otherwise "" is a key like any other.
            if not key and cursor.remaining and cursor.data[cursor.position] == Marker.OBJECT_END:
                cursor.u8()
                return
            target[key] = self.value(depth + 1)

    def _strict_array(self, depth: int) -> Value:
        count = self.cursor.u32()
        if count > self.cursor.remaining:
            raise self.cursor.fault(f"array of {count} values in {self.cursor.remaining} bytes")
        items: list[Value] = []
        self._objects.open(items, depth)
        for _ in range(count):
            items.append(self.value(depth + 1))
        self._objects.close()
        return items


def _encode(out: bytearray, value: Value, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise LocalProtocolError(f"values nested deeper than {MAX_DEPTH}")
    match value:
        case None:
            out.append(Marker.NULL)
        case bool():
            out += bytes((Marker.BOOLEAN, value))
        case int() | float():
            out += struct.pack(">Bd", Marker.NUMBER, value)
        case str():
            _encode_string(out, value)
        case Empty():
            out.append(_MARKER_OF_EMPTY[value])
        case Date():
            out += struct.pack(">Bdh", Marker.DATE, value.milliseconds, value.timezone_minutes)
        case Xml():
            out.append(Marker.XML)
            out += _counted(value.text, 4)
        case EcmaArray():
            out += struct.pack(">BI", Marker.ECMA_ARRAY, len(value))
            _encode_members(out, value, depth)
        case dict():
            out.append(Marker.OBJECT)
            _encode_members(out, value, depth)
        case TypedObject():
            out.append(Marker.TYPED_OBJECT)
            out += _counted(value.class_name, 2)
            _encode_members(out, value.properties, depth)
        case list():
            out += struct.pack(">BI", Marker.STRICT_ARRAY, len(value))
            for item in value:
                _encode(out, item, depth + 1)
        case _:
            raise LocalProtocolError(f"AMF0 has no type for {type(value).__name__}")


def _encode_string(out: bytearray, text: str) -> None:
    encoded = _utf8(text)
    if len(encoded) <= 0xFFFF:
        out += struct.pack(">BH", Marker.STRING, len(encoded))
    else:
        out += struct.pack(">BI", Marker.LONG_STRING, len(encoded))
    out += encoded


def _encode_members(out: bytearray, members: dict[str, Value], depth: int) -> None:
    for key, value in members.items():
        out += _counted(key, 2)
        _encode(out, value, depth + 1)
    out += bytes((0, 0, Marker.OBJECT_END))


def _counted(text: str, width: int) -> bytes:
    encoded = _utf8(text)
    if len(encoded) >= 1 << (8 * width):
        raise LocalProtocolError(f"text of {len(encoded)} bytes where {width} bytes count it")
    return len(encoded).to_bytes(width, "big") + encoded


def _utf8(text: str) -> bytes:
    """Lone surrogates (a command line argument that was no UTF-8) are spelled out, not refused."""
    return text.encode("utf-8", "backslashreplace")
