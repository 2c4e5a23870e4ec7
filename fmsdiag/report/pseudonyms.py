"""Names that stand for what a strict report leaves out: "address-1", "host-2". Pure; fmsdiag.pseudonyms keeps them.

One thing has one name over all reports of a computer, so that support can compare them, and an answer that says "open
port 1935 in address-2" can be read back where the report was made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class NameKind(StrEnum):
    """What a pseudonym stands for; the value is its first part."""

    ADDRESS = "address"
    HOST = "host"
    COMPUTER = "computer"
    USER = "user"
    APPLICATION = "application"


MOST_KEPT = 5_000
"""Pseudonyms; the oldest make room. A number is not used again."""
LONGEST_VALUE = 300
"""Characters: a host's name has at most 253."""
_PSEUDONYM = re.compile(rf"(?<![\w.-])(?:{'|'.join(NameKind)})-[1-9][0-9]{{0,5}}(?![\w-])")


class Pseudonym(msgspec.Struct, frozen=True):
    """A name, and what it stands for on this computer."""

    kind: NameKind
    number: int
    value: str

    @property
    def name(self) -> str:
        return f"{self.kind.value}-{self.number}"


class PseudonymBook:
    """Gives names, the same to the same; `new` are those that were not known before."""

    def __init__(self, known: Iterable[Pseudonym] = (), last: dict[NameKind, int] | None = None) -> None:
        """`last` are the highest numbers that were ever used, where they are more than those of `known`."""
        self._by_value: dict[tuple[NameKind, str], Pseudonym] = {}
        self._last = dict.fromkeys(NameKind, 0) | (last or {})
        self._new: dict[str, Pseudonym] = {}
        for each in known:
            self._by_value[each.kind, each.value] = each
            self._last[each.kind] = max(self._last[each.kind], each.number)

    @property
    def new(self) -> tuple[Pseudonym, ...]:
        """In the order in which they were given."""
        return tuple(self._new.values())

    def name(self, kind: NameKind, value: str) -> str:
        """The name of `value`, which is compared without regard to case; a pseudonym is its own name."""
        value = value.casefold()[:LONGEST_VALUE]
        if _PSEUDONYM.fullmatch(value):
            return value
        found = self._by_value.get((kind, value))
        if found is None:
            self._last[kind] += 1
            found = Pseudonym(kind, self._last[kind], value)
            self._by_value[kind, value] = self._new[found.name] = found
        return found.name

    def forget_unused(self, text: str, since: int = 0) -> None:
        """Drop the new ones that do not occur in `text`: they were given to what did not stay in the report.

        Of `new`, the first `since` are left alone.
        """
        used = set(_PSEUDONYM.findall(text))
        for name in [name for name in list(self._new)[since:] if name not in used]:
            unused = self._new.pop(name)
            del self._by_value[unused.kind, unused.value]


def read_back(text: str, known: Iterable[Pseudonym]) -> str:
    """`text` with every known pseudonym replaced by what it stands for."""
    values = {each.name: each.value for each in known}
    return _PSEUDONYM.sub(lambda match: values.get(match[0], match[0]), text)
