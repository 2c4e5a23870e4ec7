"""Texts with typed places, and tables of them.

    class Seen(Table, of="port-blocked"):
        SILENT = text("Port {port}: no answer after {elapsed:duration}.")

    Seen.SILENT.of(port=1935, elapsed=5.0)        # a Message; its id is "port-blocked.silent"

A place is written `{name:kind}`, or `{kind}` where its name is its kind; the kinds are the tags of fmsdiag.model.messages.
A text is whole: a sentence, a paragraph or a label, never a fragment that code puts together with others. Where two
situations read differently there are two texts. What translators should know of a place stands in a comment above
that begins with "translators:"; `make messages` extracts both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import ClassVar, cast, get_args

from fmsdiag.messages.visible import Rendered
from fmsdiag.model import Action, messages
from fmsdiag.model.messages import Message, Value

_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
KINDS: Mapping[str, type[Value]] = MappingProxyType(
    {kind.__struct_config__.tag: kind for kind in get_args(Value)}
)
"""The types of values by the word that stands for them in a text."""
COUNTABLE = (
    messages.Ports,
    messages.Addresses,
    messages.Routes,
    messages.Count,
    messages.Names,
    messages.Listed,
)
"""Values that choose between singular and plural."""

_OF_STRING = (
    messages.Address,
    messages.Host,
    messages.Url,
    messages.Moment,
    messages.Name,
    messages.Quote,
)
_OF_WHOLE_NUMBER = (messages.Port, messages.Count, messages.Size)
_OF_NUMBER = (messages.Duration, messages.Rate, messages.Share)
_OF_SEVERAL = (messages.Ports, messages.Addresses, messages.Names, messages.Routes, messages.Listed)


class Premise(Enum):
    """What a step or a test rests on; where it does not hold, another one is said (see diagnosis/steps.py)."""

    OTHER_NETWORK = auto()  # the server can be reached from another network than this one
    NOT_YET_OFFERED = auto()  # what the operator is asked to offer does not work from here already
    SECURE_NOT_YET_OFFERED = auto()  # likewise, and it is RTMPS on port 443 that is to be offered
    PUBLIC_ADDRESS = auto()  # public authorities issue certificates for the server's address
    NO_ADDRESS_YET = (
        auto()
    )  # no address is known that works from here directly, so that one has to be asked for


@dataclass(frozen=True)
class Text:
    """One text in English, with its plural where it has one."""

    english: str
    plural: str | None = None
    places: Mapping[str, type[Value]] = field(default_factory=dict, compare=False)
    counted: str | None = None
    """The place whose value chooses between singular and plural."""
    action: Action | None = None
    """What a face can offer with it, where it is a step that a reader takes."""
    elsewhere: Text | None = None
    """What stands instead where there is no button to press: in a terminal, on a page, in a ticket."""
    hidden: Text | None = None
    """What stands instead where a report hides the value that a reader would need: an address, a proxy."""
    premise: Premise | None = field(default=None, compare=False)
    """Without which it would be wrong to say it."""
    id: str = ""

    def of(self, **values: object) -> Message:
        """This text with its values. Raises TypeError where a place lacks a value, or a value has no place."""
        return self.named(self.id, values)

    def named(self, text_id: str, values: Mapping[str, object]) -> Message:
        """Like `of`, under an id of the caller's."""
        if values.keys() != self.places.keys():
            odd = sorted(values.keys() ^ self.places.keys())
            raise TypeError(f"{text_id}: values do not fit the places of {self.english!r}: {', '.join(odd)}")
        return Message(text_id, {place: value_of(kind, values[place]) for place, kind in self.places.items()})

    def fits(self, values: Mapping[str, object]) -> bool:
        """Whether these values, perhaps from another program's report, can be put into the places."""
        return values.keys() == self.places.keys() and all(
            type(values[place]) is kind for place, kind in self.places.items()
        )

    def __str__(self) -> str:
        raise TypeError(f"{self.id or self.english!r} is not rendered yet")


def text(english: str, premise: Premise | None = None) -> Text:
    """A text without a plural. Raises ValueError for a place without a kind."""
    return Text(english, places=_places(english), premise=premise)


def plural(
    one: str, other: str, by: str = "", action: Action | None = None, premise: Premise | None = None
) -> Text:
    """A text for one and for several: as many as the value at the place `by` has, else at the first that counts.

    Raises ValueError for a place without a kind, and where nothing is counted.
    """
    places = _places(other) | _places(one)
    counted = by or next((name for name, kind in places.items() if kind in COUNTABLE), "")
    if places.get(counted) not in COUNTABLE:
        raise ValueError(f"nothing is counted in {other!r}")
    return Text(one, other, places, counted, action, premise=premise)


def step(
    english: str,
    action: Action | None = None,
    elsewhere: Text | None = None,
    premise: Premise | None = None,
    hidden: Text | None = None,
) -> Text:
    """One thing that a reader can do: a sentence, with what a face can offer for it.

    `elsewhere` is the text for faces without buttons, where this one speaks of the window; `hidden` where a report hides
    a value of this one. Raises ValueError where one of them has a place which this one lacks.
    """
    places = _places(english)
    for other in (elsewhere, hidden):
        if other is not None and not other.places.items() <= places.items():
            raise ValueError(f"a place of {other.english!r} is not in {english!r}")
    return Text(english, places=places, action=action, elsewhere=elsewhere, premise=premise, hidden=hidden)


def value_of(kind: type[Value], value: object) -> Value:
    """`value` as that kind; a bare number or string becomes one. Raises TypeError for a value of another kind."""
    if type(value) is kind:
        return value
    wrap = cast(Callable[[object], Value], kind)
    if isinstance(value, bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    if kind in _OF_STRING and isinstance(value, str):
        return wrap(value if isinstance(value, Rendered) else str(value))
    if kind in _OF_WHOLE_NUMBER and isinstance(value, int):
        return wrap(value)
    if kind in _OF_NUMBER and isinstance(value, int | float):
        return wrap(float(value))
    if kind in _OF_SEVERAL and isinstance(value, tuple | list):
        return wrap(tuple(value))
    raise TypeError(f"{value!r} is no {kind.__name__}")


def count_of(value: object) -> int:
    """How many a countable value is."""
    match value:
        case messages.Count():
            return value.number
        case messages.Ports():
            return len(value.numbers)
        case messages.Addresses():
            return len(value.addresses)
        case messages.Routes():
            return len(value.routes)
        case messages.Names():
            return len(value.texts)
        case messages.Listed():
            return len(value.items)
    return 1


def _places(english: str) -> dict[str, type[Value]]:
    found: dict[str, type[Value]] = {}
    for match in _PLACE.finditer(english):
        name, kind = match[1], match[2] or match[1]
        if kind not in KINDS:
            raise ValueError(f"“{kind}” in {english!r} is no kind of value")
        if found.setdefault(name, KINDS[kind]) is not KINDS[kind]:
            raise ValueError(f"“{name}” has two kinds in {english!r}")
    if set("{}") & set(_PLACE.sub("", english)):
        raise ValueError(f"a brace without a name in {english!r}")
    return found


def _words(name: str) -> str:
    return name.lower().replace("_", "-")


class Table:
    """A table of texts, as a class: `class Seen(Table, of="port-blocked")`. Ids begin with `of`.

    A tuple of texts in it is numbered: `you = (step(...), step(...))` has the ids "….you.1" and "….you.2".
    """

    PREFIX: ClassVar[str] = ""

    def __init_subclass__(cls, of: str) -> None:
        super().__init_subclass__()
        cls.PREFIX = of
        for name, value in vars(cls).items():
            if isinstance(value, Text):
                _give_id(value, f"{of}.{_words(name)}")
            elif isinstance(value, tuple):
                for number, item in enumerate(value, 1):
                    if isinstance(item, Text):
                        _give_id(item, f"{of}.{_words(name)}.{number}")

    @classmethod
    def texts(cls) -> Iterator[Text]:
        """Its own texts, in their order; not those that it takes from another table."""
        for value in tuple(vars(cls).values()):  # another thread may be about to finish the class
            for each in value if isinstance(value, tuple) else (value,):
                if isinstance(each, Text) and each.id.startswith(f"{cls.PREFIX}."):
                    yield each
                    yield from (other for other in (each.elsewhere, each.hidden) if other is not None)


def _give_id(text: Text, text_id: str) -> None:
    """A text belongs to the first table that it stands in; others only use it."""
    if not text.id:
        object.__setattr__(text, "id", text_id)
        if text.elsewhere is not None:
            _give_id(text.elsewhere, f"{text_id}.elsewhere")
        if text.hidden is not None:
            _give_id(text.hidden, f"{text_id}.hidden")


def all_texts() -> dict[str, Text]:
    """Every text by its id, of all tables in the modules that have been imported. Raises ValueError for an id used twice."""
    found: dict[str, Text] = {}
    for table in _tables(Table):
        for each in table.texts():
            if found.setdefault(each.id, each) is not each:
                raise ValueError(f"two texts have the id {each.id}")
    return found


def _tables(table: type[Table]) -> Iterator[type[Table]]:
    for each in table.__subclasses__():
        yield each
        yield from _tables(each)
