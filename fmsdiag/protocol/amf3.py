"""The part of AMF3 that a peer may switch to inside an AMF0 message (marker 17; Adobe's AMF 3 specification).

Decoding only: we offer objectEncoding 0, and some servers answer in AMF3 all the same. Vectors, dictionaries
and externalizable objects, whose layout only their class knows, are RemoteProtocolErrors. The reference
tables live as long as one switched value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from fmsdiag.protocol.cursor import TEXT_PER_ELEMENT, Cursor
from fmsdiag.protocol.object_table import ObjectTable
from fmsdiag.protocol.values import UNDEFINED, Date, EcmaArray, TypedObject, Value, Xml


class Marker(IntEnum):
    """The byte that begins each AMF3 value."""

    UNDEFINED = 0
    NULL = 1
    FALSE = 2
    TRUE = 3
    INTEGER = 4
    DOUBLE = 5
    STRING = 6
    XML_DOCUMENT = 7
    DATE = 8
    ARRAY = 9
    OBJECT = 10
    XML = 11
    BYTE_ARRAY = 12


@dataclass(frozen=True, slots=True)
class _Traits:
    """What objects of one class have in common."""

    class_name: str
    sealed: tuple[str, ...]
    dynamic: bool


def decode_value(cursor: Cursor, depth: int) -> Value:
    """One AMF3 value at the cursor, which stands behind the AMF0 marker 17. Raises RemoteProtocolError."""
    return _Decoder(cursor).value(depth + 1)


class _Decoder:
    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._objects = ObjectTable(cursor)
        self._strings: list[str] = []
        self._traits: list[_Traits] = []

    def value(self, depth: int) -> Value:
        cursor = self._cursor
        cursor.check_depth(depth)
        cursor.spend(1)
        start = cursor.position
        marker = cursor.u8()
        match marker:
            case Marker.UNDEFINED:
                return UNDEFINED
            case Marker.NULL:
                return None
            case Marker.FALSE | Marker.TRUE:
                return marker == Marker.TRUE
            case Marker.INTEGER:
                number = self._u29()
                return float(number - (1 << 29) if number >= 1 << 28 else number)
            case Marker.DOUBLE:
                return cursor.double()
            case Marker.STRING:
                return self._string()
        if marker > Marker.BYTE_ARRAY:
            raise cursor.fault(f"AMF3 type {marker} is not supported", start)
        head = self._u29()
        if not head & 1:
            return self._objects.resolve(head >> 1, depth)
        return self._complex(marker, head >> 1, depth)

    def _complex(self, marker: int, head: int, depth: int) -> Value:
        """Types that have an index in the object table; `head` is the U29 without its inline bit."""
        if marker == Marker.ARRAY:
            return self._array(head, depth)
        if marker == Marker.OBJECT:
            return self._object(head, depth)
        value: Value
        if marker == Marker.DATE:
            value = Date(self._cursor.double())
        elif marker == Marker.BYTE_ARRAY:
            value = self._cursor.take(head)
            self._cursor.spend(head // TEXT_PER_ELEMENT)
        else:
            value = Xml(self._cursor.text(head))
        self._objects.open(value, depth)
        self._objects.close()
        return value

    def _array(self, count: int, depth: int) -> Value:
        """A list if it has only numbered items; otherwise an EcmaArray, the numbers as keys."""
        if count > self._cursor.remaining:
            raise self._cursor.fault(f"array of {count} values in {self._cursor.remaining} bytes")
        # Which of both it is shows only after the first key, but its index counts from here.
        key = self._string()
        if not key:
            items: list[Value] = []
            self._objects.open(items, depth)
            items.extend(self.value(depth + 1) for _ in range(count))
            self._objects.close()
            return items
        named = EcmaArray()
        self._objects.open(named, depth)
        while key:
            named[key] = self.value(depth + 1)
            key = self._string()
        for index in range(count):
            named[str(index)] = self.value(depth + 1)
        self._objects.close()
        return named

    def _object(self, head: int, depth: int) -> Value:
        traits = self._read_traits(head)
        properties: dict[str, Value] = {}
        value: Value = TypedObject(traits.class_name, properties) if traits.class_name else properties
        self._objects.open(value, depth)
        for name in traits.sealed:
            properties[name] = self.value(depth + 1)
        while traits.dynamic and (key := self._string()):
            properties[key] = self.value(depth + 1)
        self._objects.close()
        return value

    def _read_traits(self, head: int) -> _Traits:
        cursor = self._cursor
        if not head & 1:
            if head >> 1 >= len(self._traits):
                raise cursor.fault(f"reference to class {head >> 1} of {len(self._traits)}")
            return self._traits[head >> 1]
        if head & 2:
            raise cursor.fault("externalizable AMF3 object")
        count = head >> 3
        if count > cursor.remaining:
            raise cursor.fault(f"class of {count} members in {cursor.remaining} bytes")
        class_name = self._string()
        traits = _Traits(class_name, tuple(self._string() for _ in range(count)), bool(head & 4))
        self._traits.append(traits)
        return traits

    def _string(self) -> str:
        head = self._u29()
        if not head & 1:
            if head >> 1 >= len(self._strings):
                raise self._cursor.fault(f"reference to string {head >> 1} of {len(self._strings)}")
            known = self._strings[head >> 1]
            self._cursor.spend(len(known) // TEXT_PER_ELEMENT)
            return known
        text = self._cursor.text(head >> 1)
        if text:  # the empty string is never put into the table
            self._strings.append(text)
        return text

    def _u29(self) -> int:
        """A variable-length integer: 7 bits in each of three bytes, 8 in a fourth."""
        number = 0
        for _ in range(3):
            byte = self._cursor.u8()
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                return number
        return number << 8 | self._cursor.u8()
