"""What is hidden before a report is written: once, on the model, so that all formats agree.

Every string and every byte string of the report is walked, whatever its field is called, so that a new
field cannot escape; the few fields that hold this program's own vocabulary are listed here and left alone.
A message is masked in its values, and its text is rendered again from them. A proxy becomes "hidden", for a pseudonym in
a step would be typed in. The request to this network's administrator keeps the addresses of its routers and proxies:
it goes to their owner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from enum import Enum
from typing import TypeVar

import msgspec

from fmsdiag.model import Attempt, Message, Prepared, Redaction, Report, Request, Transport
from fmsdiag.model.messages import Host, Proxy
from fmsdiag.private_addresses import is_address
from fmsdiag.report.addresses import Address, AddressBook
from fmsdiag.report.english import in_english
from fmsdiag.report.network_names import kept_hosts, network_masks, with_pseudonyms
from fmsdiag.report.proxy_names import proxy_masks
from fmsdiag.report.pseudonyms import NameKind, PseudonymBook
from fmsdiag.report.sensitive import (
    HIDDEN_SEGMENTS,
    MASK,
    Identity,
    Kind,
    Mask,
    always,
    cut_secret,
    is_sensitive_header,
    is_sensitive_name,
    secret_byte_masks,
    secret_masks,
    secret_values,
    stands_in_text,
    with_hidden,
)
from fmsdiag.report.strict import STRICT, leave_out

INCLUDED = "sensitive-data-included"
"""The entry that marks a report which was written with `include_sensitive`."""

KEPT_IN_REQUEST = "kept-in-request"
"""The entry that tells that a request to this network's administrator names what is hidden elsewhere."""

SECRETS = (Kind.SECRET, Kind.QUERY, Kind.CREDENTIALS, Kind.NAMED_SECRET)
"""What is never shown, not even on the screen of the person who typed it."""

# Identifiers and constants of this program, by struct and field: never text from outside.
_VOCABULARY = frozenset(
    {
        ("Report", "schema_version"),
        ("Report", "report_id"),
        ("Report", "started_at"),
        ("Report", "redaction"),
        ("Attempt", "key"),
        ("Attempt", "asked_by"),
        ("Observation", "id"),
        ("EvidenceLine", "observation"),
        ("Note", "observation"),
        ("Finding", "cause"),
        ("Finding", "case"),
        ("Finding", "explains"),
        ("Message", "id"),
        ("PortRange", "protocol"),
        ("Recommendation", "ports"),
        ("Request", "report_id"),
        ("Request", "tested_at"),
        ("Prepared", "profile_id"),
        ("Verdict", "cause"),
        ("RuleError", "cause"),
        ("RuleError", "where"),
        ("Rejudged", "causes"),
        ("ClientProfile", "by"),
        ("ClientProfile", "untested"),
        ("HandshakeFacts", "s1_version"),
        ("HandshakeFacts", "kind"),
        ("HandshakeFacts", "server_digest"),
        ("DnsFacts", "source"),
        ("Certificate", "sha256"),
        ("UdpFacts", "fingerprint"),
    }
)

_MOST_PASSES = 5

_FOUND_BY_LOOKS = (Kind.QUERY, Kind.MAIL, Kind.LOCAL_ADDRESS, Kind.CLIENT_ADDRESS, Kind.USER, Kind.COMPUTER)
"""What is known by a few characters, as random bytes of a handshake have them here and there."""

_Value = TypeVar("_Value")


def redact(
    report: Report,
    include_sensitive: bool = False,
    identity: Identity | None = None,
    pseudonyms: PseudonymBook | None = None,
) -> Report:
    """`report` without what must not leave this computer, and with a log of what was hidden.

    Stream keys, query strings, credentials and the names of user and computer are always hidden; local
    addresses and this computer's public ones unless `include_sensitive`. A report of a strict profile leaves out more,
    unless its user wants all of it. `identity` is this computer's unless given. Redacting twice changes nothing.
    With `pseudonyms` it is strict whatever its profile asks for, and all that names the network gets a name of that book.
    """
    if pseudonyms is not None:
        return _strictly(report, identity or Identity.of_this_computer(), pseudonyms)
    redactor = _Redactor(report, include_sensitive, identity or Identity.of_this_computer())
    hidden = redactor.walk(report)
    before = tuple(code for code in report.redaction if include_sensitive or code != INCLUDED)
    log = [kind.value for kind in Kind if kind in redactor.hidden]
    if is_strict(report) and not include_sensitive:
        hidden = leave_out(hidden)
        log.append(STRICT)
    if redactor.keeps_in_request:
        log.append(KEPT_IN_REQUEST)
    if include_sensitive:
        log.append(INCLUDED)
    new = tuple(code for code in log if code not in before)
    return msgspec.structs.replace(hidden, redaction=before + new)


def _strictly(report: Report, identity: Identity, book: PseudonymBook) -> Report:
    """What is left out goes first, so that nothing in it gets a pseudonym; that it was there may tell names."""
    known = len(book.new)
    redactor = _Redactor(report, False, identity, book=book)
    hidden = redactor.walk(leave_out(report))
    book.forget_unused(msgspec.json.encode(hidden).decode(), since=known)
    before = tuple(code for code in report.redaction if code not in (INCLUDED, KEPT_IN_REQUEST))
    log = (*(kind.value for kind in Kind if kind in redactor.hidden), STRICT)
    return msgspec.structs.replace(
        hidden, redaction=before + tuple(code for code in log if code not in before)
    )


def is_strict(report: Report) -> bool:
    """Whether the profile that the run was made with asks for less than other reports have."""
    return report.prepared is not None and report.prepared.redaction is Redaction.STRICT


def mask_secrets(report: Report) -> Report:
    """`report` for the person's own screen: stream keys, passwords, tokens and query values are masked, names stay."""
    redactor = _Redactor(report, True, Identity(), SECRETS)
    hidden = redactor.walk(report)
    log = (kind.value for kind in Kind if kind in redactor.hidden)
    new = tuple(line for line in log if line not in report.redaction)
    return msgspec.structs.replace(hidden, redaction=report.redaction + new)


class PartsRedactor:
    """Hides in the attempts of a run, as they come, what redact() hides in its report."""

    def __init__(self, outline: Report, identity: Identity | None = None) -> None:
        """`outline` is the report before anything was tried."""
        self._outline = outline
        self._known: dict[int, Attempt] = {}
        self._identity = identity or Identity.of_this_computer()
        self._names: dict[Address, str] = {}  # one address has one name in the whole run
        self._redactor(outline).walk(outline)

    def hidden(self, attempt: Attempt) -> tuple[Attempt, tuple[str, ...]]:
        """`attempt`, which may be only a part of one, without what must not be kept, and the codes of what was hidden."""
        before = self._known.get(attempt.id, attempt).observations
        seen = {o.id: o for o in (*before, *attempt.observations)}
        self._known[attempt.id] = msgspec.structs.replace(attempt, observations=tuple(seen.values()))
        so_far = msgspec.structs.replace(self._outline, attempts=tuple(self._known.values()))
        redactor = self._redactor(so_far)
        hidden = redactor.walk(attempt)
        return hidden, tuple(kind.value for kind in Kind if kind in redactor.hidden)

    def _redactor(self, report: Report) -> _Redactor:
        return _Redactor(report, False, self._identity, names=self._names)


class BytesRedactor:
    """Hides in what connections carried, at equal length, what redact() hides in a report's own bytes."""

    def __init__(self, report: Report, identity: Identity | None = None) -> None:
        """`report` is the run's own, with its secrets: they are what is looked for."""
        self._redactor = _Redactor(report, False, identity or Identity.of_this_computer())
        self.secrets: tuple[str, ...] = tuple(self._redactor.secrets)
        """The report's own, in every spelling that may come back."""

    def hidden(self, data: bytes) -> bytes:
        masked: bytes = self._redactor.walk(data)
        return masked


class _Redactor:
    """Walks a report and remembers what it hid; only `kinds`, where they are given."""

    def __init__(
        self,
        report: Report,
        include_sensitive: bool,
        identity: Identity,
        kinds: Collection[Kind] = tuple(Kind),
        names: dict[Address, str] | None = None,
        book: PseudonymBook | None = None,
    ) -> None:
        """With a `book`, what names the network is shown by its pseudonyms, in the request as well."""
        public = _public_words(report)
        self.hidden: set[Kind] = set()
        self.keeps_in_request = False
        target = report.target
        typed_query = target.application.partition("?")[2]
        self.secrets = secret_values((target.stream, target.query, typed_query), public)
        known = secret_masks(self.secrets, spare_words=True) + always(identity, public)
        own = [mask for mask in known if mask.kind in kinds]
        of_network: list[Mask] = []
        if book is not None:
            own, of_network = with_pseudonyms(own, book), network_masks(report, book)
        elif not include_sensitive:
            of_network = proxy_masks(report, public) + AddressBook(report, names).masks()
        self._book, self._kept_hosts = book, kept_hosts(report) if book is not None else frozenset[str]()
        self._masks_of_request = own if book is None else own + of_network
        self._masks_of_prepared = [mask for mask in own if mask.kind in SECRETS]
        self._text_masks = self._masks_elsewhere = own + of_network
        self._byte_masks = secret_byte_masks(self.secrets) + self._masks_elsewhere
        self._hides_proxies = not include_sensitive

    def walk(self, value: _Value, path: tuple[str, str] = ("", "")) -> _Value:
        """`value` with every string and byte string in it masked; same type, same shape."""
        return self._walk(value, path)  # type: ignore[return-value]

    def _walk(self, value: object, path: tuple[str, str]) -> object:
        match value:
            case Request():
                return self._request(value)
            case Prepared():
                return self._prepared(value)
            case Message():
                return self._message(value)
            case Proxy() if self._hides_proxies:
                return self._proxy(value)
            case Host() if self._book is not None:
                return self._host(value, self._book)
            case msgspec.Struct():
                return self._struct(value)
            case Enum():
                return value
            case str():
                return self._field(value, path)
            case bytes():
                return self._bytes(value)
            case tuple():
                return self._tuple(value, path)
            case dict():
                return {self._text(k): self._named_value(k, v, path) for k, v in value.items()}
        return value

    def _request(self, request: Request) -> Request:
        """Without secrets; this network's own addresses stay."""
        hides_proxies = self._hides_proxies
        self._text_masks = self._masks_of_request
        self._hides_proxies = self._book is not None
        try:
            masked = self._struct(request)
        finally:
            self._text_masks, self._hides_proxies = self._masks_elsewhere, hides_proxies
        assert isinstance(masked, Request)
        hidden = set(self.hidden)
        self.keeps_in_request = self.keeps_in_request or self._struct(masked) != masked
        self.hidden = hidden  # that was only to compare
        return masked

    def _prepared(self, prepared: Prepared) -> Prepared:
        """Without secrets; the rest was typed for the one who gets the report, a name or an email address as well."""
        before, self._text_masks = self._text_masks, self._masks_of_prepared
        try:
            masked = self._struct(prepared)
        finally:
            self._text_masks = before
        assert isinstance(masked, Prepared)
        return masked

    def _message(self, message: Message) -> Message:
        values = {self._text(p): self._walk(v, ("Message", p)) for p, v in message.values.items()}
        return in_english(Message(message.id, values, self._text(message.text)))

    def _proxy(self, proxy: Proxy) -> Proxy:
        if not proxy.hidden:
            self.hidden.add(Kind.PROXY if self._book is None else Kind.PSEUDONYM)
        return Proxy("", 0, hidden=True)

    def _host(self, host: Host, book: PseudonymBook) -> Host:
        """One that is not listed as kept is the network's, however it got into a message."""
        shown = self._text(host.name)
        if (
            shown == host.name
            and "." in shown
            and shown.lower() not in self._kept_hosts
            and not is_address(shown)
        ):
            self.hidden.add(Kind.PSEUDONYM)
            shown = book.name(NameKind.HOST, shown)
        return Host(shown)

    def _struct(self, struct: msgspec.Struct) -> msgspec.Struct:
        name = type(struct).__name__
        changes = {}
        for field in struct.__struct_fields__:
            if (name, field) not in _VOCABULARY:
                old = getattr(struct, field)
                new = self._walk(old, (name, field))
                if new != old:
                    changes[field] = new
        return msgspec.structs.replace(struct, **changes) if changes else struct

    def _field(self, value: str, path: tuple[str, str]) -> str:
        if path in (("Target", "stream"), ("Target", "query")):
            hidden = HIDDEN_SEGMENTS if path[1] == "query" and value.startswith("/") else MASK
            if value != hidden:
                self.hidden.add(Kind.SECRET)
            return hidden
        return self._text(value)

    def _tuple(self, value: tuple[object, ...], path: tuple[str, str]) -> tuple[object, ...]:
        if path[1] == "headers" and len(value) == 2 and isinstance(value[0], str):
            return (value[0], self._named_value(value[0], value[1], path))
        return tuple(self._walk(item, path) for item in value)

    def _named_value(self, name: str, value: object, path: tuple[str, str]) -> object:
        """The value of a header or property, hidden whole when its name says that it is a secret."""
        if isinstance(value, str) and value and (is_sensitive_header(name) or is_sensitive_name(name)):
            if value != MASK:
                self.hidden.add(Kind.NAMED_SECRET)
            return MASK
        return self._walk(value, path)

    def _text(self, text: str) -> str:
        return _until_settled(self._masked_text, text)

    def _bytes(self, data: bytes) -> bytes:
        return _until_settled(self._masked_bytes, data)

    def _masked_text(self, text: str) -> str:
        for mask in self._text_masks:
            text = mask.pattern.sub(lambda match, mask=mask: self._shown(match, mask), text)  # type: ignore[misc]
        start = cut_secret(text.removesuffix("…"), self.secrets)
        if start is not None:
            self.hidden.add(Kind.SECRET)
            text = text[:start] + MASK
        return text

    def _masked_bytes(self, data: bytes) -> bytes:
        latin = data.decode("latin-1")
        for mask in self._byte_masks:
            latin = mask.pattern.sub(lambda match, mask=mask: self._starred(match, mask), latin)  # type: ignore[misc]
        start = cut_secret(latin, self.secrets, chunked=True)
        if start is not None:
            self.hidden.add(Kind.SECRET)
            latin = latin[:start] + "*" * (len(latin) - start)
        return latin.encode("latin-1")

    def _shown(self, match: re.Match[str], mask: Mask) -> str:
        hide = match["hide"]
        shown = None if hide is None or set(hide) == {"*"} else mask.shown(match)
        if shown is None or shown == match["hide"]:
            return match[0]
        self.hidden.add(mask.kind)
        return with_hidden(match, shown)

    def _starred(self, match: re.Match[str], mask: Mask) -> str:
        looks_alike = mask.kind in _FOUND_BY_LOOKS and match["hide"] is not None
        is_chance = looks_alike and not stands_in_text(match.string, max(match.start("hide") - 1, 0))
        if is_chance or self._shown(match, mask) == match[0]:
            return match[0]
        return with_hidden(match, "*" * len(match["hide"]))


def _until_settled(masked: Callable[[_Value], _Value], value: _Value) -> _Value:
    """`value` masked until nothing changes: what one mask leaves may be what another looks for, as 8::key leaves 8::***."""
    for _ in range(_MOST_PASSES):
        before, value = value, masked(value)
        if value == before:
            break
    return value


def _public_words(report: Report) -> set[str]:
    """Words that may stay because the report names them anyway: hunting for them would only blot it."""
    return {word.lower() for word in _words(report)}


def _words(report: Report) -> Iterator[str]:
    for host in {report.target.host, *(a.endpoint.host for a in report.attempts)}:
        yield host
        yield from host.split(".")
    application = report.target.application.partition("?")[0]
    yield application
    yield from application.split("/")
    yield from (str(attempt.endpoint.port) for attempt in report.attempts)
    yield from (transport.value for transport in Transport)
