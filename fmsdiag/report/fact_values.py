"""Values of what was measured, as words: see fact_rows.py. None where nothing is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import visible
from fmsdiag.report.fact_texts import FactValues
from fmsdiag.report.words import format_duration

Value: TypeAlias = str | Iterable[str] | None
Pair: TypeAlias = tuple[Text, Value]
"""A label, and its value in one or more lines."""


def with_omitted(items: tuple[str, ...], omitted: int) -> tuple[str, ...]:
    """The items, and how many more there were."""
    return (*items, say(FactValues.AND_MORE, count=omitted)) if omitted else items


def http_status(status: int | None, reason: str) -> str | None:
    if status is None:
        return None
    return say(FactValues.HTTP, status=" ".join((str(status), reason)).strip())


def numbered_chain(stations: tuple[str, ...]) -> tuple[str, ...]:
    """What came one after another, numbered; one alone needs no number."""
    if len(stations) == 1:
        return stations
    return tuple(
        say(FactValues.NUMBERED, number=str(number), item=station)
        for number, station in enumerate(stations, 1)
    )


def sent(said: Text, count: int) -> str | None:
    """ "2 greetings (IHello)" """
    return say(said, count=count) if count else None


def header_lines(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(": ".join(header) for header in headers)


def listed(items: Iterable[str]) -> str:
    return current_language().list([visible(item) for item in items])


def numbered_as(said: Text, number: int | None) -> str | None:
    return say(said, number=str(number)) if number is not None else None


def number_or_none(number: int | None) -> str | None:
    return str(number) if number is not None else None


def byte_count(count: int | None) -> str | None:
    return say(FactValues.BYTES, count=count) if count is not None else None


def duration(seconds: float | None) -> str | None:
    return format_duration(seconds) if seconds is not None else None


def after(seconds: float | None) -> str | None:
    return say(FactValues.AFTER, elapsed=seconds) if seconds is not None else None


def yes_or_no(value: bool | None) -> str | None:
    return None if value is None else say(FactValues.YES if value else FactValues.NO)
