"""Example values: what stands in the places of a text where it is shown outside a report, as on the page of a cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Cause, FailureKind, Transport, messages
from fmsdiag.model.messages import Message, Value


class ExampleTexts(Table, of="examples"):
    """Examples that are words."""

    # translators: stands after "Where to set it:"
    SETTING = text("the setting that the report names for your server software")
    # translators: a noun phrase inside a sentence, with its article
    SERVICE = text("a DNS server")


_RTMP = messages.Route(Transport.RTMP, 1935)
_RTMPS = messages.Route(Transport.RTMPS, 443)
_RTMPT = messages.Route(Transport.RTMPT, 80)

EXAMPLES: Mapping[type[Value], tuple[Value, ...]] = {
    messages.Port: (messages.Port(1935), messages.Port(443), messages.Port(80)),
    messages.Ports: (messages.Ports((1935, 80)),),
    messages.Address: (messages.Address("203.0.113.10"), messages.Address("198.51.100.20")),
    messages.Addresses: (messages.Addresses(("203.0.113.10",)), messages.Addresses(("198.51.100.20",))),
    messages.Host: (messages.Host("edge.example.net"), messages.Host("backup.example.net")),
    messages.Url: (messages.Url("rtmps://media.example.com/live"),),
    messages.Proxy: (messages.Proxy("proxy.example.net", 3128),),
    messages.Route: (_RTMP, _RTMPS, _RTMPT),
    messages.Routes: (messages.Routes((_RTMP, _RTMPT)),),
    messages.Duration: (messages.Duration(5.0), messages.Duration(0.1)),
    messages.Moment: (
        messages.Moment("2026-01-15T12:00:00Z"),
        messages.Moment("2026-11-28T12:00:00Z"),
        messages.Moment("2026-06-01T00:00:00Z"),
        messages.Moment("2027-06-01T00:00:00Z"),
    ),
    messages.Count: (messages.Count(8), messages.Count(3)),
    messages.Size: (messages.Size(64_000),),
    messages.Rate: (messages.Rate(9_000.0), messages.Rate(500_000.0)),
    messages.Share: (messages.Share(0.4),),
    messages.Name: (messages.Name("live"),),
    messages.Names: (messages.Names(("rtmp", "rtmps")),),
    messages.Quote: (messages.Quote("Connection rejected."),),
    messages.Outcome: (messages.Outcome(5.0, FailureKind.TIMED_OUT),),
    messages.Listed: (messages.Listed((Message("", text="Example CA"),)),),
}
"""The first place of a kind has the first of these, the next place the next one, and those beyond the last one again."""

BY_PLACE: Mapping[tuple[str, type[Value]], Value] = {
    ("server", messages.Host): messages.Host("media.example.com"),
    ("holder", messages.Host): messages.Host("media.example.com"),
    ("router", messages.Address): messages.Address("192.0.2.1"),
    ("routers", messages.Addresses): messages.Addresses(("192.0.2.1",)),
    ("resolver", messages.Address): messages.Address("192.0.2.53"),
    ("sender", messages.Address): messages.Address("192.0.2.1"),
    ("blocked", messages.Ports): messages.Ports((25, 1935, 5222)),
    ("page", messages.Url): messages.Url("https://login.example.net/"),
    ("took", messages.Duration): messages.Duration(0.1),
    ("file", messages.Name): messages.Name("/etc/hosts"),
    ("code", messages.Name): messages.Name("SERVFAIL"),
    ("protocol", messages.Name): messages.Name("RTMPE"),
    ("scheme", messages.Name): messages.Name("rtmps"),
    ("version", messages.Name): messages.Name("TLS 1.0"),
    ("cipher", messages.Name): messages.Name("RC4-SHA"),
    ("status", messages.Name): messages.Name("403"),
    ("settings", messages.Listed): messages.Listed((ExampleTexts.SETTING.of(),)),
}
"""Places whose name says what stands there."""

_TLS_PORT: Mapping[str, Value] = {"port": messages.Port(443)}
BY_CAUSE: Mapping[Cause, Mapping[str, Value]] = {
    Cause.DNS_SLOW: {"took": messages.Duration(3.2)},
    Cause.DNS_PRIVATE_ADDRESS: {"addresses": messages.Addresses(("192.168.1.10",))},
    Cause.IPV6_ONLY_NAME: {"addresses": messages.Addresses(("2001:db8::10",))},
    Cause.IPV6_BROKEN: {"silent": messages.Addresses(("2001:db8::10",))},
    Cause.ONE_ADDRESS_DEAD: {"count": messages.Count(1), "alive": messages.Address("203.0.113.11")},
    Cause.CONNECTION_RATE_LIMITED: {"count": messages.Count(20), "failed": messages.Count(14)},
    Cause.CONNECTION_COUNT_LIMITED: {
        "limit": messages.Count(4),
        "held": messages.Count(3),
        "failed": messages.Count(7),
        "count": messages.Count(10),
    },
    Cause.SOME_CONNECTIONS_FAIL: {
        "failed": messages.Count(8),
        "tries": messages.Count(16),
        "again": messages.Count(3),
        "ways": messages.Count(2),
    },
    Cause.TRANSPARENT_PROXY: {"port": messages.Port(80)},
    Cause.TLS_BLOCKED: _TLS_PORT,
    Cause.TLS_INTERCEPTED: _TLS_PORT,
    Cause.TLS_VERSION_MISMATCH: _TLS_PORT,
    Cause.TLS_NOT_ENABLED: {**_TLS_PORT, "route": _RTMPS},
    Cause.RTMPS_NOT_OFFERED: _TLS_PORT,
    Cause.RTMPS_EXPECTED: {**_TLS_PORT, "route": messages.Route(Transport.RTMP, 443)},
    Cause.RTMP_EXPECTED: {"route": messages.Route(Transport.RTMPS, 1935)},
    **{
        cause: {**_TLS_PORT, "count": messages.Count(1), "alive": messages.Address("203.0.113.11")}
        for cause in Cause
        if cause.startswith("certificate-")
    },
    Cause.HIGH_LATENCY: {"trip": messages.Duration(1.4)},
    Cause.IDLE_TIMEOUT: {"silence": messages.Duration(10.0)},
    Cause.SERVER_DOWN: {"router": messages.Address("198.51.100.1")},
    Cause.SERVER_FIREWALL: {"sender": messages.Address("198.51.100.1")},
    Cause.RTMP_SERVICE_STOPPED: {"ports": messages.Ports((1935,)), "web": messages.Port(80)},
    Cause.SERVER_ON_OTHER_PORT: {"usual": messages.Ports((1935,)), "port": messages.Port(8935)},
    Cause.WRONG_SERVICE_ON_PORT: {"what": messages.Listed((ExampleTexts.SERVICE.of(),))},
    Cause.TUNNEL_NOT_OFFERED: {"port": messages.Port(80)},
}
"""Where the usual example would not be true of a cause."""


def example_values(texts: Iterable[Text], cause: Cause | None = None) -> dict[str, Value]:
    """Values for all places of these texts, the same wherever a place has the same name; those of a cause come first."""
    own = BY_CAUSE.get(cause, {}) if cause is not None else {}
    values: dict[str, Value] = {}
    used: dict[type[Value], int] = {}
    for each in texts:
        for place, kind in each.places.items():
            if place in values:
                continue
            if type(own.get(place)) is kind:
                values[place] = own[place]
                continue
            if (place, kind) in BY_PLACE:
                values[place] = BY_PLACE[place, kind]
                continue
            of_kind = EXAMPLES[kind]
            values[place] = of_kind[min(used.get(kind, 0), len(of_kind) - 1)]
            used[kind] = used.get(kind, 0) + 1
    return values
