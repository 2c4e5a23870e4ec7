"""A reader's language: how texts and values are written in it.

English needs no catalog. Another language is one catalog of gettext's (`resources/locale/CODE/LC_MESSAGES/fmsdiag.mo`);
its numbers, lists and dates are Babel's, which is imported when the first value is written.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING

from fmsdiag.messages.failures import AT_ONCE, AT_ONCE_S, OUTCOMES, Outcomes
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.text import Table, Text, count_of, plural, text
from fmsdiag.messages.visible import Rendered, visible
from fmsdiag.model import Family, NextHop, Transport, messages
from fmsdiag.model.messages import Message, Value

if TYPE_CHECKING:
    from babel.core import Locale

DOMAIN = "fmsdiag"
_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
_ISOLATE, _POP = "\u2068", "\u2069"
"""First strong isolate and its end (Unicode TR 9): an address keeps its order inside a text that runs the other way."""
ENGLISH_CODE = "en"
_PLAIN_ENGLISH: Mapping[str, str] = {
    "0": ".0f",
    "0.0": ".1f",
    "0.#": ".1f",
    "#,##0": ",.0f",
    "#,##0.#": ",.1f",
    "#,##0.###": ",.3f",
}
"""Patterns that English writes as Python does: a window in English opens, and draws a run, without Babel."""
_SOME_MOMENT = "2000-01-01T00:00:00Z"
_LARGEST = 1e15
"""A file may hold numbers of any size; Babel writes them up to about 1e28."""


class Units(Table, of="units"):
    """How values are written with their units."""

    MILLISECONDS = text("{number:name} ms")
    SECONDS = text("{number:name} s")
    MINUTES = text("{number:name} min")
    HOURS = text("{number:name} h")
    BYTES = plural("{number:count} byte", "{number:count} bytes")
    KILOBYTES = text("{number:name} kB")
    MEGABYTES = text("{number:name} MB")
    KILOBYTES_PER_SECOND = text("{number:name} kB/s")
    QUOTED = text("“{words:name}”")
    UTC = text("{moment:name} UTC")
    # translators: {offset} is such as "+02:00"
    IN_ZONE = text("{moment:name} (UTC{offset:name})")
    PROXY = text("{host:name}, port {port}")
    SOCKS_PROXY = text("{host:name}, port {port} (SOCKS)")
    HIDDEN_PROXY = text("the proxy of this network (hidden)")
    NO_ADDRESS = text("no address")


class SpokenUnits(Table, of="units-spoken"):
    """Times for screen readers."""

    MILLISECONDS = text("{number:name} milliseconds")
    SECONDS = text("{number:name} seconds")
    MINUTES = text("{number:name} minutes")
    HOURS = text("{number:name} hours")


class RouteNames(Table, of="routes"):
    """Ways to reach a server."""

    RTMP = text("RTMP on port {port}")
    RTMPE = text("RTMPE on port {port}")
    RTMPS = text("RTMPS on port {port}")
    RTMPT = text("RTMPT on port {port}")
    RTMPTE = text("RTMPTE on port {port}")
    RTMPTS = text("RTMPTS on port {port}")
    RTMFP = text("RTMFP on UDP port {port}")
    HTTP = text("HTTP on port {port}")
    HTTPS = text("HTTPS on port {port}")
    ADMIN = text("Administration service on port {port}")
    PROXIED = text("{route} through the proxy")
    IPV4 = text("{route} over IPv4")
    IPV6 = text("{route} over IPv6")


@dataclass(frozen=True)
class Language:
    """Writes messages for readers of one language."""

    code: str = "en"
    catalog: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    rewrite: Callable[[str], str] | None = None
    """What a pseudo-locale does to each text before values are put into it."""
    is_right_to_left: bool = False

    @property
    def tag(self) -> str:
        """Its BCP 47 tag, for a page's `lang`."""
        return self.code.replace("_", "-")

    @property
    def direction(self) -> str:
        """ "ltr" or "rtl", for a page's `dir`."""
        return "rtl" if self.is_right_to_left else "ltr"

    def say(self, said: Text, values: Mapping[str, object] | None = None) -> str:
        """A text of this program with its values. Raises TypeError where they do not fit."""
        return self.write(said, said.named(said.id, values or {}).values)

    def write(self, said: Text, values: Mapping[str, Value]) -> str:
        """The text with values that fit (see Text.fits)."""
        if said.plural is None or said.counted is None:
            template = self.catalog.gettext(said.english)
        else:
            count = count_of(values[said.counted])
            template = self.catalog.ngettext(said.english, said.plural, count)
        if self.rewrite is not None:
            template = self.rewrite(template)
        return Rendered(_PLACE.sub(lambda place: self._put(values[place[1]]), template))

    def _put(self, value: Value) -> str:
        written = self.value(value)
        return f"{_ISOLATE}{written}{_POP}" if self.is_right_to_left else written

    def value(self, value: Value) -> str:
        """A value as readers of this language write it; what came from outside is made visible."""
        match value:
            case messages.Port():
                return str(value.number)
            case messages.Ports():
                return self.list([str(number) for number in value.numbers])
            case messages.Address():
                return visible(value.address)
            case messages.Addresses():
                return self.list(value.addresses) or self.say(Units.NO_ADDRESS)
            case messages.Host():
                return visible(as_typed(value.name))
            case messages.Url():
                return visible(as_typed(value.url))
            case messages.Proxy():
                return self._proxy(value)
            case messages.Route():
                return self.route(value)
            case messages.Routes():
                return self.list([self.route(route) for route in value.routes])
            case messages.Duration():
                return self.duration(value.seconds)
            case messages.Moment():
                return self.moment(value.at)
            case messages.Count():
                return self.number(value.number, "#,##0")
            case messages.Size():
                return self.size(value.bytes)
            case messages.Rate():
                kilobytes = self.number(value.bytes_per_s / 1000, "#,##0")
                return self.say(Units.KILOBYTES_PER_SECOND, {"number": kilobytes})
            case messages.Share():
                return self.number(value.part, "#,##0%")
            case messages.Name():
                return visible(value.text)
            case messages.Names():
                return self.list(value.texts)
            case messages.Quote():
                return self.say(Units.QUOTED, {"words": value.text})
            case messages.Outcome():
                return self.outcome(value)
            case messages.Listed():
                return self.list([self.render(item) for item in value.items], value.either)

    def render(
        self, message: Message, texts: Mapping[str, Text] | None = None, *, has_buttons: bool = True
    ) -> str:
        """A message of a report: by its id, or its stored English where id or values are not this program's.

        Without buttons, a step that speaks of one has other words, and so has one that needs what the report hides.
        """
        from fmsdiag.messages.catalog import known_text

        said = known_text(message.id) if texts is None else texts.get(message.id)
        if said is None or not said.fits(message.values):
            return Rendered(visible(message.text, keep_newlines=True))
        if said.elsewhere is not None and not has_buttons:
            said = said.elsewhere
        if said.hidden is not None and any(map(_is_hidden, message.values.values())):
            said = said.hidden
        return self.write(said, message.values)

    # ---- values
    def duration(self, seconds: float, *, spoken: bool = False) -> str:
        """A measured time: "0.4 ms", "12 ms", "5.0 s", "75 s"; `spoken` with its unit as a word."""
        units = SpokenUnits if spoken else Units
        if seconds < 0.00995:
            return self.say(units.MILLISECONDS, {"number": self.number(seconds * 1000, "0.0")})
        if seconds < 0.9995:
            return self.say(units.MILLISECONDS, {"number": self.number(seconds * 1000, "0")})
        if seconds < 59.95:
            exact = seconds >= 6 and float(seconds).is_integer()  # a limit, not a measurement
            return self.say(units.SECONDS, {"number": self.number(seconds, "0" if exact else "0.0")})
        if seconds < 3570:
            return self.say(units.MINUTES, {"number": self.number(seconds / 60, "0.#")})
        return self.say(units.HOURS, {"number": self.number(seconds / 3600, "#,##0.#")})

    def tick(self, seconds: float) -> str:
        """A time on an axis: "250 ms", "1.5 s"."""
        if seconds < 0.9995:
            return self.say(Units.MILLISECONDS, {"number": self.number(seconds * 1000, "#,##0.###")})
        return self.say(Units.SECONDS, {"number": self.number(seconds, "#,##0.###")})

    def size(self, count: int) -> str:
        """An amount of data: "1 byte", "64 kB"."""
        if count < 10_000:
            return self.write(Units.BYTES, {"number": messages.Count(count)})
        if count < 10_000_000:
            kilo = 1024 if count % 1024 == 0 else 1000
            return self.say(Units.KILOBYTES, {"number": self.number(count / kilo, "#,##0")})
        return self.say(Units.MEGABYTES, {"number": self.number(count / 1_000_000, "#,##0")})

    def prepare(self) -> None:
        """Load every table and what Babel knows of this language: on another thread, before a window needs them."""
        from fmsdiag.messages.catalog import known_texts

        known_texts()
        self.moment(_SOME_MOMENT)
        self.number(1, "0%")

    def moment(self, at: str, zone: timezone = UTC) -> str:
        """RFC 3339 as people write a date and time in UTC, or in that zone; other text stays as it is."""
        try:
            moment = datetime.fromisoformat(at).astimezone(zone)
        except (ValueError, OverflowError):
            return visible(at)
        from babel.dates import format_datetime

        written = format_datetime(moment, "d MMM y HH:mm", locale=self._locale)
        if zone is UTC:
            return self.say(Units.UTC, {"moment": Rendered(written)})
        return self.say(Units.IN_ZONE, {"moment": Rendered(written), "offset": moment.isoformat()[-6:]})

    def short_moment(self, at: str, zone: timezone = UTC) -> str:
        """The same without year and zone, where there is little room; "" for what is no moment."""
        try:
            moment = datetime.fromisoformat(at).astimezone(zone)
        except (ValueError, OverflowError):
            return ""
        from babel.dates import format_datetime

        return Rendered(format_datetime(moment, "d MMM HH:mm", locale=self._locale))

    def number(self, number: float, pattern: str) -> str:
        """A number by a pattern of Unicode TR 35."""
        if (
            self.code == ENGLISH_CODE
            and (plain := _PLAIN_ENGLISH.get(pattern)) is not None
            and abs(number) < _LARGEST
        ):
            written = format(number, plain)
            return Rendered(written.rstrip("0").rstrip(".") if pattern.endswith("#") else written)
        from babel.numbers import format_decimal, format_percent

        number = min(max(number, -_LARGEST), _LARGEST)
        write = format_percent if pattern.endswith("%") else format_decimal
        return Rendered(write(number, format=pattern, locale=self._locale))

    def list(self, items: Sequence[str], either: bool = False) -> str:
        """ "80 and 443", "1935, 80, or 443"."""
        shown = [visible(item) for item in items]
        if len(shown) < 2:
            return Rendered("".join(shown))
        if self.code == ENGLISH_CODE:
            return Rendered(_english_list(shown, "or" if either else "and"))
        from babel.lists import format_list

        return Rendered(format_list(shown, style="or" if either else "standard", locale=self._locale))

    def route(self, route: messages.Route) -> str:
        """ "RTMP on port 1935", "RTMPT on port 80 through the proxy"."""
        written = self.say(_ROUTES[route.transport], {"port": route.port})
        if route.family is not Family.ANY:
            by = RouteNames.IPV4 if route.family is Family.IPV4 else RouteNames.IPV6
            written = self._around(by, written)
        return self._around(RouteNames.PROXIED, written) if route.proxied else written

    def _around(self, said: Text, written: str) -> str:
        """A text around a route that is written already."""
        template = self.catalog.gettext(said.english)
        template = template if self.rewrite is None else self.rewrite(template)
        return Rendered(template.replace("{route}", written))

    def outcome(self, outcome: messages.Outcome) -> str:
        """ "no answer after 5.0 s", "refused immediately"."""
        values: dict[str, object] = {"elapsed": outcome.elapsed_s}
        said = OUTCOMES[outcome.kind]
        if outcome.elapsed_s < AT_ONCE_S and outcome.kind in AT_ONCE:
            return self.say(AT_ONCE[outcome.kind])
        if said is Outcomes.UNREACHABLE and outcome.missing is not None:
            is_server = outcome.missing is NextHop.SERVER
            return self.say(Outcomes.NO_MACHINE if is_server else Outcomes.NO_ROUTER, values)
        if said is Outcomes.UNREACHABLE and outcome.by and outcome.expired:
            return self.say(Outcomes.EXPIRED, values | {"sender": outcome.by})
        if said is Outcomes.UNREACHABLE and outcome.by:
            return self.say(Outcomes.UNREACHABLE_BY, values | {"sender": outcome.by})
        if said is Outcomes.UNEXPECTED_REPLY and outcome.looks_like:
            return self.say(Outcomes.UNEXPECTED_REPLY_OF, values | {"what": outcome.looks_like})
        return self.say(said, {place: values[place] for place in said.places})

    def _proxy(self, proxy: messages.Proxy) -> str:
        if proxy.hidden:
            return self.say(Units.HIDDEN_PROXY)
        said = Units.SOCKS_PROXY if proxy.socks else Units.PROXY
        return self.say(said, {"host": proxy.host, "port": proxy.port})

    @cached_property
    def _locale(self) -> Locale:
        from babel.core import Locale

        return Locale.parse(self.code)


_ROUTES: Mapping[Transport, Text] = {
    transport: getattr(RouteNames, transport.name) for transport in Transport
}
ENGLISH = Language()


def _english_list(items: Sequence[str], last: str) -> str:
    """As Babel's locale data has it for American English: "a and b", "a, b, and c"."""
    if len(items) == 2:
        return f"{items[0]} {last} {items[1]}"
    return f"{', '.join(items[:-1])}, {last} {items[-1]}"


_PSEUDONYM = re.compile(r"(?:lan|proxy)-\d+\Z")


def _is_hidden(value: Value) -> bool:
    """Whether a report shows a name of its own in place of an address or a proxy (see report/redact.py)."""
    match value:
        case messages.Proxy():
            return value.hidden
        case messages.Address():
            return _PSEUDONYM.match(value.address) is not None
    return False
