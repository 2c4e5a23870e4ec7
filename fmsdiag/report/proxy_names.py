"""The names of proxies and caches in a report: they tell whose network it is, so each is shown as "proxy-1", "proxy-2" …

A name is learnt where a report names a proxy (options, endpoints, facts, the computer's settings) and where a cache on the
way names itself (Via, X-Cache); then it is hidden wherever it stands, in error pages and bytes too. A name without a dot
could be a word ("proxy"), and is hidden only where a host stands.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from fmsdiag.model import HttpFacts, Observation, ProxyFacts, Report, TunnelFacts
from fmsdiag.report.sensitive import MASK, Kind, Mask

_PSEUDONYM = re.compile(r"(?:lan|proxy|host|address)-\d+\Z")
_NO_URL = ("", "connect")
# "1.1 cache01.corp.example:3128 (squid/5.7)", "HTTP/1.1 cache01", one after the other (RFC 9110, section 7.6.3)
_VIA = re.compile(r"(?:\A|,)\s*(?:[A-Za-z]+/)?\d(?:\.\d)?\s+([A-Za-z0-9_.-]+)")
# What Squid says: “MISS from cache01.corp.example”, with a port in the second of the headers.
_CACHE = re.compile(r"\bfrom\s+([A-Za-z0-9_.-]+)")
_BY_HEADER = {"via": _VIA, "x-cache": _CACHE, "x-cache-lookup": _CACHE}
_REALM = re.compile(r"(?i)\brealm\s*=\s*(?P<quote>[\"']?)(?P<hide>(?:(?<=[\"'])[^\"'\r\n]+|[^\s\"',;]+))")


def proxy_masks(report: Report, public_words: Iterable[str]) -> list[Mask]:
    """A mask for each name, and one for what a proxy calls its realm; `public_words` are not hidden."""
    public = {word.lower() for word in public_words} | {"", "localhost", MASK}
    names = [name for name in dict.fromkeys(_names(report)) if _is_to_be_hidden(name, public)]
    masks = [realm_mask(Kind.PROXY)]
    for number, name in sorted(enumerate(names, 1), key=lambda pair: -len(pair[1])):
        shown = f"proxy-{number}"
        masks += [Mask(Kind.PROXY, pattern, lambda _, shown=shown: shown) for pattern in _patterns(name)]  # type: ignore[misc]
    return masks


def proxy_hosts(report: Report) -> list[str]:
    """The proxies and caches that a report names, in lower case, in the order in which a reader meets them."""
    return [name for name in dict.fromkeys(_names(report)) if _is_to_be_hidden(name, {"", "localhost", MASK})]


def realm_mask(kind: Kind) -> Mask:
    """What a proxy calls its realm, which is often the name of its owner."""
    return Mask(kind, _REALM, lambda _: MASK)


def _is_to_be_hidden(name: str, public: set[str]) -> bool:
    if name in public or _PSEUDONYM.match(name):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False  # addresses.py decides about those


def _patterns(name: str) -> Iterator[re.Pattern[str]]:
    spelled = re.escape(name)
    if "." in name:
        yield re.compile(rf"(?<![\w-])(?P<hide>{spelled})(?![\w-])", re.IGNORECASE)
        return
    yield re.compile(rf"(?<=://)(?P<hide>{spelled})(?=[:/?\s\"'<>]|\Z)", re.IGNORECASE)
    yield re.compile(rf"(?<![\w.-])(?P<hide>{spelled})(?=:\d)", re.IGNORECASE)
    yield re.compile(rf"(?i)(?:/\d\.\d|\A\d\.\d|,\s*\d\.\d|\bfrom)\s+(?P<hide>{spelled})(?![\w-])")
    yield re.compile(rf"\A(?P<hide>{spelled})\Z", re.IGNORECASE)  # what was looked up


def _names(report: Report) -> Iterator[str]:
    """In lower case, in the order in which a reader meets them; words that are no proxy's name among them."""
    environment = report.environment
    given = report.options.proxy.address
    urls = [
        given.url if given is not None else None,
        *environment.proxies.values(),
        environment.pac_url,
        environment.wpad,
    ]
    urls += [planned.endpoint.proxy for planned in report.plan.attempts]
    for url in urls:
        yield _host(url)
    for attempt in report.attempts:
        yield _host(attempt.endpoint.proxy)
        for seen in attempt.observations:
            yield from _of_observation(seen)


def _of_observation(seen: Observation) -> Iterator[str]:
    facts = seen.facts
    if isinstance(facts, ProxyFacts):
        yield _host(facts.proxy)
    if isinstance(facts, ProxyFacts | HttpFacts | TunnelFacts):
        for header, value in facts.headers:
            pattern = _BY_HEADER.get(header.lower())
            for match in pattern.finditer(value) if pattern is not None else ():
                name = match[1].lower().rstrip(".")
                if "." in name or any(character.isdigit() for character in name):  # "squid" is a product
                    yield name


def _host(url: str | None) -> str:
    """The host of a proxy's URL, "" without one; a URL may come from a file and be anything."""
    if url is None or url in _NO_URL:
        return ""
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
