"""Reports in which an input has changed texts, numbers and lists: files that open, and what they hold.

A change takes two bytes that choose a place, one that chooses a value, and what that value takes itself: a text its
16-bit count and its bytes, a list how often it is repeated.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from fmsdiag.model import Report
from fmsdiag.report.json import encode
from tests.fuzz.inputs import Input, block
from tests.gui import rich_reports
from tests.report import samples, transport_samples

BASES: tuple[Callable[[], Report], ...] = (
    samples.port_blocked, samples.healthy, samples.rejected, samples.unreachable, samples.stopped,
    rich_reports.with_bytes, rich_reports.with_certificate, rich_reports.hostile,
    transport_samples.rtmfp, transport_samples.proxied, transport_samples.encrypted, transport_samples.published,
)  # fmt: skip
TEXTS = (
    "", " ", "x", "\n" * 300, "\t\t", "\x00\x1b[2J\x07", "\u202e<script>alert(1)</script>", "\u2066\u2069\u200f",
    "e" + "\u0301" * 300, "👩\u200d👩\u200d👧\u200d👦" * 40, "\U0010ffff\ufffe\ufeff", "﷽" * 100, "مرحبا" * 20,
    "\u3164\u2800\u115f", "W" * 20_000, "a b " * 5_000, "m.i" * 6_000, "|" * 500, "`" * 501,
    "**_~~[x](javascript:alert(1))<!--", "&amp;&#0;]]>", "{host} %s \\{0}", "1" * 400, "-1e999", "\u0967\u0968\u00b2",
    "2026-99-99T99:99:99Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "rtmp://[::1]:0/?a=b#c",
    "xn--\u00df.example", "fe80::1%eth0", "http://u:p@h/", "0.tcp", "99999999999999999999.tcp", "\u0661.tcp",
    "port-blocked", "..", "+99:99", "-24:00", "tcp/\u00b2/rtmp", "9" * 5_000, "http://h:" + "9" * 5_000,
    "\\x1b", "\r\n.\r\n",
)  # fmt: skip
SECONDS = (0, -0.0, 1e-300, 1e-9, 0.001, 59.9996, 3_599.9996, 999_999.9, 1e6, -1e6, 1e6 + 1, 1e308)
WHOLE = (0, 1, -1, 7, 65_535, 65_536, 1_000_000, -1_000_000, 2**31, -(2**31), 2**53, -(2**53), 2**53 + 1)
NOTHING, TEXT, REPEATED = 160, 180, 220
"""From here on the byte that chooses a value removes it, takes a text from the input, or repeats a list's item."""
UNITS = ("a ", "مر", "|`*_", "\n", "1.1.", "a@b.", "\x1b", "?a=b/", "W")
FILLED = (
    "target.host", "target.application", "observations.address", "transcript.text", "facts.description", "failure.detail",
    "host.name", "recommendation.url", "environment.system", "request.host",
)  # fmt: skip
LISTS = (
    "attempts", "attempts.observations", "attempts.transcript", "findings", "findings.evidence", "notes", "client_profiles",
    "facts.hops", "advice.user",
)  # fmt: skip
"""Names of places: their last two keys."""
MOST_CHANGES = 24
MOST_REPEATED = 64


class Place(NamedTuple):
    """Keys that lead to a value, and what can stand there: "text", "seconds", "whole" or "list"."""

    path: tuple[str | int, ...]
    kind: str


def seeds() -> list[bytes]:
    """Each base as it is, and with changes of all kinds."""
    texts = block("مرحبا \u202e x".encode()), block(b"\x1b[31m|`*_<b>&\n# x")
    return [
        *(bytes((base,)) for base in range(len(BASES))),
        *(bytes((base,)) + bytes(base * 17 + n * 41 & 255 for n in range(36)) for base in range(len(BASES))),
        *(_text(0, place, text) for place, text in enumerate(texts * 8)),
        *(bytes((base, 0, base * 3, REPEATED, 40)) for base in range(len(BASES))),
        *(bytes((0, 0, place, place)) for place in range(0, 240, 6)),
    ]


def longer(size: int) -> Iterator[tuple[str, bytes]]:
    """Reports with a text of so many bytes in one place, and with lists that grow with it."""
    for number, name in enumerate(FILLED):
        for unit in ("\x1b", UNITS[number % len(UNITS)]):
            text = (unit.encode() * size)[:size]
            yield f"{name} of {unit!r}", _text(0, _place_of(name), text)
    for name in LISTS:
        place = _place_of(name).to_bytes(2, "big")
        yield f"{name} repeated", b"\0" + place + bytes((REPEATED, size // 1024))


def file_of(given: Input) -> bytes:
    """The JSON of a report with the input's changes."""
    base = given.byte() % len(BASES)
    document = json.loads(_written(base))
    for _ in range(MOST_CHANGES):
        if not given:
            break
        _change(document, places(base), given)
    return json.dumps(document).encode()


@functools.cache
def places(base: int) -> tuple[Place, ...]:
    """Where a report can be changed and still open."""
    return tuple(_places(BASES[base](), ()))


def _places(value: object, path: tuple[str | int, ...]) -> Iterator[Place]:
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            if (type(value), field.name) not in _KEPT:
                yield from _places(getattr(value, field.name), (*path, field.encode_name))
    elif isinstance(value, tuple):
        yield Place(path, "list")
        for index, item in enumerate(value):
            yield from _places(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*path, key))
    elif type(value) is str:
        yield Place(path, "text")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Place(path, "seconds" if isinstance(value, float) else "whole")


_KEPT = {(Report, "schema_version")}


def _change(document: Any, found: tuple[Place, ...], given: Input) -> None:
    path, kind = found[given.number(2) % len(found)]
    choice = given.byte()
    value: Any
    if kind == "list" and choice >= REPEATED:
        value = given.byte() % MOST_REPEATED
    elif kind == "text" and choice >= TEXT:
        value = given.block().decode("utf-8", "replace")
    elif kind == "text":
        value = TEXTS[choice % len(TEXTS)]
    elif kind == "seconds":
        value = SECONDS[choice % len(SECONDS)]
    else:
        value = WHOLE[choice % len(WHOLE)]
    holder: Any = document
    try:
        for key in path[:-1]:
            holder = holder[key]
        if holder is None or isinstance(holder, str | int | float):
            return  # an earlier change has put something else there
        if kind != "list":
            holder[path[-1]] = value if choice < NOTHING or choice >= TEXT else type(value)()
        elif choice >= REPEATED:
            holder[path[-1]] += [copy.deepcopy(item) for _ in range(value) for item in holder[path[-1]][:1]]
        elif choice < NOTHING:
            holder[path[-1]].reverse()
        else:
            holder[path[-1]].clear()
    except (KeyError, IndexError):  # an earlier change has removed it
        return


def _text(base: int, place: int, text: bytes) -> bytes:
    return bytes((base,)) + place.to_bytes(2, "big") + bytes((TEXT,)) + block(text)


def _place_of(name: str) -> int:
    """The first place of that name, as an input chooses it."""
    return next(number for number, place in enumerate(places(0)) if _name(place) == name)


def _name(place: Place) -> str:
    return ".".join([key for key in place.path if isinstance(key, str)][-2:])


@functools.cache
def _written(base: int) -> bytes:
    return encode(BASES[base]())
