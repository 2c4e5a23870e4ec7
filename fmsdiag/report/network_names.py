"""What of a report names the network that it was made in, as masks that show pseudonyms instead. Pure.

A standard report hides whose network it is; a strict one also how it is built and what runs in it: each address and each
host that is not the server's, a redirect's or a reference server's gets a name of the `PseudonymBook`. What is kept is
listed, so that a new field of a report cannot let a name out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

import msgspec

from fmsdiag.model import ConnectFacts, DnsFacts, HttpFacts, Report, Transport
from fmsdiag.private_addresses import is_address
from fmsdiag.report.addresses import StrictAddresses, is_own_script
from fmsdiag.report.proxy_names import proxy_hosts, realm_mask
from fmsdiag.report.pseudonyms import NameKind, PseudonymBook
from fmsdiag.report.sensitive import Kind, Mask

MOST_HOSTS = 200
"""Of a network, in one report; a report from a file may name any number."""
COMMON_APPLICATIONS = frozenset(
    {
        *(
            "app",
            "audio",
            "cam",
            "demo",
            "edge",
            "hls",
            "ingest",
            "live",
            "livepkgr",
            "media",
            "origin",
            "play",
        ),
        *("publish", "radio", "stream", "streams", "test", "tv", "video", "vod", "_definst_"),
        *(transport.value.lower() for transport in Transport),
    }
)
"""They tell nothing about anybody, and stand in ordinary sentences."""
_WPAD = "wpad."
# JSON writes quotes and backslashes as escapes, and no name holds either
_URL_HOST = re.compile(r"://(?:[^\s/@\"\\]{0,200}@)?(?P<host>[A-Za-z0-9_][A-Za-z0-9._-]{0,252})")


def network_masks(report: Report, book: PseudonymBook) -> list[Mask]:
    """Masks for addresses, hosts and the application."""
    kept = kept_hosts(report)
    named = dict.fromkeys([*proxy_hosts(report), *_hosts_in_urls(report)])
    hosts = [host for host in named if host not in kept and not is_address(host)][:MOST_HOSTS]
    masks = [
        realm_mask(Kind.PSEUDONYM),
        *(_domain_mask(domain, kept, book) for domain in _own_domains(report)),
    ]
    for host in sorted(hosts, key=len, reverse=True):
        masks += [
            Mask(Kind.PSEUDONYM, pattern, _always(book, NameKind.HOST, host)) for pattern in _patterns(host)
        ]
    masks += StrictAddresses(report, book).masks()
    for name in _applications(report):
        pattern = re.compile(rf"(?<![\w-])(?P<hide>{re.escape(name)})(?![\w-])", re.IGNORECASE)
        masks.append(Mask(Kind.PSEUDONYM, pattern, _always(book, NameKind.APPLICATION, name)))
    return masks


def with_pseudonyms(masks: Iterable[Mask], book: PseudonymBook) -> list[Mask]:
    """The masks of the names of computer and user, which show pseudonyms; others as they are."""
    kinds = {Kind.COMPUTER: NameKind.COMPUTER, Kind.USER: NameKind.USER}
    return [
        Mask(Kind.PSEUDONYM, mask.pattern, _of_match(book, kinds[mask.kind])) if mask.kind in kinds else mask
        for mask in masks
    ]


def kept_hosts(report: Report) -> frozenset[str]:
    """The hosts that a strict report names: the server, where it sends its visitors, reference servers."""
    found: list[str | None] = [report.target.host, report.options.control, report.options.control_http]
    found += [contact.host for contact in report.contacts]
    for attempt in report.attempts:
        found.append(attempt.endpoint.host)
        for seen in attempt.observations:
            match seen.facts:
                case ConnectFacts(redirect=redirect, redirected_from=before):
                    found += map(_host_of, (redirect, *before))
                case DnsFacts(name=name, canonical_name=canonical) if name == report.target.host:
                    found.append(canonical)
                case HttpFacts(media_addresses=urls):
                    found += map(_host_of, urls)
                case _:
                    pass
    return frozenset(host.lower() for host in found if host and not is_own_script(host))


def _hosts_in_urls(report: Report) -> Iterator[str]:
    """In the order in which they stand there."""
    for match in _URL_HOST.finditer(msgspec.json.encode(report).decode()):
        yield match["host"].lower().rstrip(".")


def _own_domains(report: Report) -> list[str]:
    """The domains in which this network completes short names: where its proxy script was looked for."""
    found: dict[str, None] = {}
    for attempt in report.attempts:
        names = [s.facts.name for s in attempt.observations if isinstance(s.facts, DnsFacts)]
        for name in (attempt.endpoint.host, *names):
            if is_own_script(name) and "." in name[len(_WPAD) :]:
                found[name.lower()[len(_WPAD) :].rstrip(".")] = None
    return list(found)[:MOST_HOSTS]


def _domain_mask(domain: str, kept: frozenset[str], book: PseudonymBook) -> Mask:
    """Every name in that domain, but those that are kept."""

    def shown(match: re.Match[str]) -> str | None:
        name = match["hide"].lower()
        return None if name in kept else book.name(NameKind.HOST, name)

    pattern = rf"(?<![\w.-])(?P<hide>(?:[\w-]{{1,63}}\.){{0,20}}{re.escape(domain)})(?![\w-])"
    return Mask(Kind.PSEUDONYM, re.compile(pattern, re.IGNORECASE), shown)


def _patterns(host: str) -> Iterator[re.Pattern[str]]:
    """A name without a dot could be a word, and is one only where a host stands."""
    spelled = re.escape(host)
    if "." in host:
        yield re.compile(rf"(?<![\w-])(?P<hide>{spelled})(?![\w-])", re.IGNORECASE)
        return
    yield re.compile(rf"(?<=://)(?P<hide>{spelled})(?=[:/?\s\"'<>]|\Z)", re.IGNORECASE)
    yield re.compile(rf"(?<![\w.-])(?P<hide>{spelled})(?=:\d)", re.IGNORECASE)
    yield re.compile(rf"\A(?P<hide>{spelled})\Z", re.IGNORECASE)


def _applications(report: Report) -> list[str]:
    """The application and its parts, the whole one first; without query, and without what is common."""
    whole = report.target.application.partition("?")[0].strip("/")
    names = dict.fromkeys([whole, *whole.split("/")])
    return [name for name in names if len(name) > 2 and name.lower() not in COMMON_APPLICATIONS]


def _always(book: PseudonymBook, kind: NameKind, value: str) -> Callable[[re.Match[str]], str]:
    return lambda _: book.name(kind, value)


def _of_match(book: PseudonymBook, kind: NameKind) -> Callable[[re.Match[str]], str]:
    return lambda match: book.name(kind, match["hide"])


def _host_of(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None
