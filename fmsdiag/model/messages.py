"""What is said in a report, as data: which message, with which values. Words come later, in the reader's language.

A message's id names its text in a table of this program; its values are typed, so that each language writes numbers,
lists and times in its own way, and so that a value can be hidden wherever it would be shown. `text` is the English of
the program that made the report, for readers that do not know the id.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from fmsdiag.model.vocabulary import FailureKind, Family, NextHop, Transport


class Port(msgspec.Struct, frozen=True, tag="port"):
    number: int


class Ports(msgspec.Struct, frozen=True, tag="ports"):
    numbers: tuple[int, ...]


class Address(msgspec.Struct, frozen=True, tag="address"):
    """An IP address, or the pseudonym that stands for it in a report that leaves the computer."""

    address: str


class Addresses(msgspec.Struct, frozen=True, tag="addresses"):
    addresses: tuple[str, ...]


class Host(msgspec.Struct, frozen=True, tag="host"):
    """A host's name, or its address where it was given by address."""

    name: str


class Url(msgspec.Struct, frozen=True, tag="url"):
    url: str


class Proxy(msgspec.Struct, frozen=True, tag="proxy", omit_defaults=True):
    """A proxy, by where it listens. What a redacted report says of it cannot be typed in, and does not look so."""

    host: str
    port: int
    hidden: bool = False
    socks: bool = False  # what players call a SOCKS proxy has a field of its own


class Route(msgspec.Struct, frozen=True, tag="route", omit_defaults=True):
    """One way to reach a server: "RTMP on port 1935", perhaps through a proxy."""

    transport: Transport
    port: int
    proxied: bool = False
    family: Family = Family.ANY


class Routes(msgspec.Struct, frozen=True, tag="routes"):
    routes: tuple[Route, ...]


class Duration(msgspec.Struct, frozen=True, tag="duration"):
    seconds: float


class Moment(msgspec.Struct, frozen=True, tag="moment"):
    """A date and time, RFC 3339."""

    at: str


class Count(msgspec.Struct, frozen=True, tag="count"):
    number: int


class Size(msgspec.Struct, frozen=True, tag="size"):
    bytes: int


class Rate(msgspec.Struct, frozen=True, tag="rate"):
    bytes_per_s: float


class Share(msgspec.Struct, frozen=True, tag="share"):
    """A part of a whole, 0 to 1."""

    part: float


class Name(msgspec.Struct, frozen=True, tag="name"):
    """What is never translated: an application, a product, a file, a header, a code."""

    text: str


class Names(msgspec.Struct, frozen=True, tag="names"):
    texts: tuple[str, ...]


class Quote(msgspec.Struct, frozen=True, tag="quote"):
    """Another party's own words: a server's, a proxy's, the operating system's."""

    text: str


class Outcome(msgspec.Struct, frozen=True, tag="outcome", omit_defaults=True):
    """How a step ended, and after how long."""

    elapsed_s: float
    kind: FailureKind | None = None  # none: it worked
    by: str | None = None  # who said so: the sender of an ICMP error
    missing: NextHop | None = None  # it was this computer itself: what it did not find on its own link
    expired: bool = False  # the sender said that it went through more routers than any path has
    looks_like: str | None = None  # what an unexpected reply looks like


class Listed(msgspec.Struct, frozen=True, tag="list", omit_defaults=True):
    """Messages in a row: "{}, {} and {}"."""

    items: tuple[Message, ...]
    either: bool = False  # "or" instead of "and"


Value: TypeAlias = (
    Port
    | Ports
    | Address
    | Addresses
    | Host
    | Url
    | Proxy
    | Route
    | Routes
    | Duration
    | Moment
    | Count
    | Size
    | Rate
    | Share
    | Name
    | Names
    | Quote
    | Outcome
    | Listed
)


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One text: which one, its values, and its English."""

    id: str
    values: dict[str, Any] = {}
    """Values by place. What a newer program wrote and this one does not know stays as it was read: see `is_typed`."""
    text: str = ""

    def __post_init__(self) -> None:
        if any(isinstance(value, dict) for value in self.values.values()):
            typed = {place: _typed(value) for place, value in self.values.items()}
            msgspec.structs.force_setattr(self, "values", typed)


def _typed(value: object) -> object:
    """A value as read from JSON, as what it is; unchanged where this program does not know it."""
    if not isinstance(value, dict):
        return value
    try:
        return msgspec.convert(value, Value)
    except msgspec.ValidationError:
        return value
