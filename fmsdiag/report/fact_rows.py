"""What a step measured, as labelled lines for people: the details below an attempt in the report.

Empty facts say nothing and are left out. Values from outside are as they came: the face that shows them makes them
visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from fmsdiag.messages.not_applicable import text_of
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import visible
from fmsdiag.model import (
    Certificate,
    ConnectFacts,
    DnsFacts,
    ExchangeFacts,
    Failure,
    HandshakeFacts,
    Hop,
    HopFacts,
    HopOutcome,
    HttpFacts,
    Icmp,
    IdleFacts,
    KeyingFacts,
    LoginScheme,
    LookupSource,
    Observation,
    ProxyFacts,
    ProxyMethod,
    ProxySource,
    SeriesFacts,
    StreamFacts,
    TcpFacts,
    TlsFacts,
    Try,
    TunnelFacts,
    UdpFacts,
    UploadFacts,
)
from fmsdiag.report.fact_texts import FactLabels, FactValues
from fmsdiag.report.outcomes import code_word
from fmsdiag.report.words import format_duration

Fact: TypeAlias = tuple[str, tuple[str, ...]]
"""A label, and its value in one or more lines."""

_Value: TypeAlias = str | Iterable[str] | None
_Pair: TypeAlias = tuple[Text, _Value]


_SOURCES: Mapping[str, Text] = {
    ProxySource.GIVEN: FactValues.GIVEN,
    ProxySource.ENVIRONMENT: FactValues.ENVIRONMENT,
    ProxySource.SYSTEM: FactValues.SYSTEM,
    ProxySource.PAC: FactValues.PAC,
}
_SCHEMES: Mapping[str, Text] = {
    LoginScheme.ADOBE: FactValues.SIGN_IN_ADOBE,
    LoginScheme.LIMELIGHT: FactValues.SIGN_IN_LIMELIGHT,
}


def facts_of(seen: Observation) -> list[Fact]:
    """Everything that is known of a step beyond its outcome and its times."""
    where: str | None = seen.address
    if seen.address and seen.port:
        where = say(FactValues.WHERE, address=seen.address, port=seen.port)
    moved = say(FactValues.MOVED, sent=seen.bytes_out, received=seen.bytes_in)
    return _facts(
        (FactLabels.PEER, where),
        (FactLabels.BYTES, moved if seen.bytes_out or seen.bytes_in else None),
        *(_failure(seen.failure) if seen.failure is not None else ()),
        *_measured(seen),
    )


def _facts(*pairs: _Pair) -> list[Fact]:
    kept = []
    for label, value in pairs:
        lines = (value,) if isinstance(value, str) else tuple(value or ())
        if any(lines):
            kept.append((say(label), lines))
    return kept


def _failure(failure: Failure) -> list[_Pair]:
    received = failure.bytes_received
    return [
        (FactLabels.FAILURE, failure.kind.value),
        (FactLabels.DETAIL, failure.detail),
        (FactLabels.SYSTEM_ERROR, failure.errno),
        (FactLabels.ICMP, _icmp(failure.icmp) if failure.icmp is not None else None),
        (FactLabels.BROKE_OFF, say(FactValues.AFTER_BYTES, count=received) if received is not None else None),
        (FactLabels.LOOKS_LIKE, failure.looks_like),
    ]


def _icmp(icmp: Icmp) -> str:
    kind, code = str(icmp.type), str(icmp.code)
    if icmp.sender:
        return say(FactValues.ICMP, kind=kind, code=code, sender=icmp.sender)
    return say(FactValues.ICMP_UNNAMED, kind=kind, code=code)


def _measured(seen: Observation) -> list[_Pair]:
    match seen.facts:
        case DnsFacts():
            return _dns(seen.facts)
        case TcpFacts():
            return _tcp(seen.facts)
        case TlsFacts():
            return _tls(seen.facts)
        case HttpFacts():
            return _http(seen.facts)
        case TunnelFacts():
            return _tunnel(seen.facts)
        case HandshakeFacts():
            return _handshake(seen.facts)
        case ConnectFacts():
            return _connect(seen.facts)
        case HopFacts():
            return [(FactLabels.ROUTERS, map(_hop, seen.facts.hops))]
        case SeriesFacts():
            return _series(seen.facts)
        case IdleFacts():
            return _idle(seen.facts)
        case UploadFacts():
            return _upload(seen.facts)
        case ExchangeFacts():
            return [
                (FactLabels.SENT, say(FactValues.OTHER_BYTES, count=seen.facts.bytes_sent)),
                _not_taken(seen.facts.unacknowledged),
            ]
        case UdpFacts():
            return _udp(seen.facts)
        case KeyingFacts():
            return _keying(seen.facts)
        case ProxyFacts():
            return _proxy(seen.facts)
        case StreamFacts():
            return _stream(seen.facts)
        case None:
            return []


def _dns(facts: DnsFacts) -> list[_Pair]:
    return [
        (FactLabels.NAME, facts.name),
        (FactLabels.ASKED, _resolver(facts)),
        (FactLabels.ANSWER, facts.rcode),
        (FactLabels.ADDRESSES, with_omitted(facts.addresses, facts.omitted_addresses)),
        (FactLabels.CANONICAL_NAME, facts.canonical_name),
    ]


def _resolver(facts: DnsFacts) -> str:
    if facts.source == LookupSource.SYSTEM:
        return say(FactValues.SYSTEM_RESOLVER)
    if facts.resolver:
        return say(FactValues.NAME_SERVER, address=facts.resolver)
    return say(FactValues.ANY_NAME_SERVER)


def with_omitted(items: tuple[str, ...], omitted: int) -> tuple[str, ...]:
    """The items, and how many more there were."""
    return (*items, say(FactValues.AND_MORE, count=omitted)) if omitted else items


def _tcp(facts: TcpFacts) -> list[_Pair]:
    return [
        (FactLabels.OWN_ADDRESS, facts.local_address),
        (FactLabels.ROUND_TRIP, _duration(facts.kernel_rtt_s)),
        (FactLabels.SEGMENT_SIZE, _bytes(facts.mss)),
    ]


def _tls(facts: TlsFacts) -> list[_Pair]:
    return [
        (FactLabels.SERVER_NAME_SENT, facts.server_name),
        (FactLabels.VERSION, _listed(filter(None, (facts.version, facts.cipher)))),
        (FactLabels.ALERT, facts.alert),
        (FactLabels.TRUSTED, _trusted(facts) if facts.certificate or facts.verify_message else None),
        (FactLabels.CHECKED, say(FactValues.TLS_UNCHECKED) if facts.verification_skipped else None),
        *(_certificate(facts.certificate) if facts.certificate else ()),
        (FactLabels.CERTIFICATES_SENT, _number(facts.chain_length)),
        (
            FactLabels.CHAIN,
            [say(FactValues.LINK, subject=link.subject, issuer=link.issuer) for link in facts.chain],
        ),
    ]


def _trusted(facts: TlsFacts) -> str:
    if facts.verified:
        return say(FactValues.YES)
    if facts.verify_message:
        return say(FactValues.NO_BECAUSE, reason=facts.verify_message)
    return say(FactValues.NO)


def _certificate(certificate: Certificate) -> list[_Pair]:
    issuer = certificate.issuer
    return [
        (FactLabels.CERTIFICATE_FOR, certificate.subject),
        (
            FactLabels.ISSUED_BY,
            say(FactValues.SELF_SIGNED, issuer=issuer) if certificate.self_signed else issuer,
        ),
        (FactLabels.CERTIFICATE_NAMES, _listed(certificate.names)),
        (FactLabels.VALID_FROM, certificate.not_before),
        (FactLabels.VALID_UNTIL, certificate.not_after),
        (FactLabels.SHA256, certificate.sha256),
    ]


def _http(facts: HttpFacts) -> list[_Pair]:
    return [
        (FactLabels.REQUEST, " ".join((facts.method, facts.path))),
        (FactLabels.ANSWER, _status(facts.status, facts.reason)),
        (FactLabels.HEADERS, _headers(facts.headers)),
        (FactLabels.BEGINS_WITH, facts.body_start),
        (FactLabels.LOOKS_LIKE, facts.looks_like),
    ]


def _tunnel(facts: TunnelFacts) -> list[_Pair]:
    return [
        (FactLabels.SESSION, facts.session_id),
        (FactLabels.ANSWER, _status(facts.status, "")),
        (FactLabels.REQUESTS, _requests(facts)),
        (FactLabels.MEDIAN_REQUEST, _duration(facts.median_request_s)),
        (FactLabels.IDENT, _status(facts.ident_status, "")),
        (FactLabels.IDENT_ADDRESS, facts.ident_address),
        (FactLabels.HEADERS, _headers(facts.headers)),
        (FactLabels.BEGINS_WITH, facts.body_start),
        (FactLabels.LOOKS_LIKE, facts.looks_like),
    ]


def _requests(facts: TunnelFacts) -> str | None:
    if not facts.requests:
        return None
    return say(FactValues.REQUESTS, requests=facts.requests, count=facts.connections)


def _handshake(facts: HandshakeFacts) -> list[_Pair]:
    return [
        (FactLabels.OFFERED, say(FactValues.HANDSHAKE, kind=facts.kind)),
        (FactLabels.S0_VERSION, _number(facts.s0_version)),
        (FactLabels.FIRST_BYTE, _after(facts.first_byte_s)),
        (FactLabels.S1_COMPLETE, _after(facts.s1_complete_s)),
        (FactLabels.S2_COMPLETE, _after(facts.s2_complete_s)),
        (FactLabels.S1_TIME, _number(facts.s1_time)),
        (FactLabels.S1_VERSION, facts.s1_version),
        (FactLabels.SERVER_DIGEST, facts.server_digest),
        (FactLabels.S2_SIGNATURE, _yes_or_no(facts.s2_signature_valid)),
        (FactLabels.S1_ECHO, _yes_or_no(facts.s1_echoes_c1)),
        *_encryption(facts),
        _not_taken(facts.unacknowledged),
    ]


def _not_taken(unacknowledged: int | None) -> _Pair:
    """What happened to bytes that got no answer, if the system knows."""
    if unacknowledged is None:
        return FactLabels.ARRIVED, None
    if not unacknowledged:
        return FactLabels.ARRIVED, say(FactValues.ALL_ARRIVED)
    return FactLabels.ARRIVED, say(FactValues.NOT_ARRIVED, count=unacknowledged)


def _encryption(facts: HandshakeFacts) -> list[_Pair]:
    """What RTMPE adds; nothing where it was not asked for."""
    return [
        (FactLabels.ENCRYPTION, _numbered_as(FactValues.VERSION, facts.encryption)),
        (FactLabels.KEY_ACCEPTED, _yes_or_no(facts.server_key_valid)),
        (FactLabels.KEY_FOUND_BY, _numbered_as(FactValues.SCHEME, facts.dh_scheme)),
        (FactLabels.ENCRYPTION_WORKS, _yes_or_no(facts.encryption_works)),
    ]


def _connect(facts: ConnectFacts) -> list[_Pair]:
    scheme = _SCHEMES.get(facts.authentication or "")
    return [
        (FactLabels.APPLICATION, facts.application),
        (FactLabels.TC_URL, facts.tc_url),
        (FactLabels.ANSWER, _listed(filter(None, (facts.command, facts.level)))),
        (FactLabels.CODE, facts.code),
        (FactLabels.DESCRIPTION, facts.description),
        (FactLabels.SERVER, facts.fms_ver),
        (FactLabels.CAPABILITIES, f"{facts.capabilities:g}" if facts.capabilities is not None else None),
        (FactLabels.REDIRECT, facts.redirect),
        (
            FactLabels.REDIRECTED_FROM,
            _chain((*facts.redirected_from, facts.tc_url)) if facts.redirected_from else None,
        ),
        (FactLabels.SIGN_IN, say(scheme) if scheme is not None else facts.authentication),
        (FactLabels.SIGNED_IN, _yes_or_no(facts.authenticated)),
        (FactLabels.INNER_ROUND_TRIP, _duration(facts.ping_s)),
        (FactLabels.ALSO_SAID, _headers(facts.properties.items())),
        (FactLabels.MESSAGES_BEFORE, facts.messages_before),
    ]


def _udp(facts: UdpFacts) -> list[_Pair]:
    return [
        (FactLabels.SENT, _sent(FactValues.GREETINGS, facts.datagrams_sent)),
        (FactLabels.ROUND_TRIP, _duration(facts.round_trip_s)),
        (FactLabels.ANSWER_FROM, facts.reply_from),
        (FactLabels.REDIRECTED_BY, facts.redirected_by),
        (FactLabels.REDIRECT, _chain(facts.redirects)),
        (FactLabels.NOT_FOLLOWED, _not_followed(facts.not_followed)),
        (FactLabels.COOKIE, _bytes(facts.cookie_bytes)),
        (FactLabels.FINGERPRINT, facts.fingerprint),
        (FactLabels.GROUPS, _listed(map(str, facts.groups))),
    ]


def _not_followed(reasons: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        say(FactValues.NOT_FOLLOWED, target=to, why=say(text_of(reason))) for to, reason in reasons.items()
    )


def _keying(facts: KeyingFacts) -> list[_Pair]:
    return [
        (FactLabels.SENT, _sent(FactValues.KEYS, facts.datagrams_sent)),
        (FactLabels.GROUP, _number(facts.group)),
        (FactLabels.SERVER_SESSION, facts.responder_session_id),
        (FactLabels.COOKIE_CHANGED, say(FactValues.ADDRESS_CHANGED) if facts.cookie_changed else None),
        (FactLabels.HMAC, _bytes(facts.hmac_bytes)),
        (FactLabels.SEQUENCE_NUMBERS, _yes_or_no(facts.sequence_numbers)),
    ]


def _proxy(facts: ProxyFacts) -> list[_Pair]:
    source = _SOURCES.get(facts.source)
    return [
        (FactLabels.PROXY, facts.proxy),
        (FactLabels.KNOWN_FROM, say(source) if source is not None else facts.source),
        (FactLabels.METHOD, facts.method),
        (FactLabels.ANSWER, _proxy_status(facts)),
        (FactLabels.ASKS_FOR, _listed(facts.authentication)),
        (FactLabels.CREDENTIALS_SENT, _yes_or_no(facts.credentials_sent)),
        (FactLabels.HEADERS, _headers(facts.headers)),
        (FactLabels.BEGINS_WITH, facts.body_start),
        (FactLabels.LOOKS_LIKE, facts.looks_like),
    ]


def _stream(facts: StreamFacts) -> list[_Pair]:
    return [
        (FactLabels.CODE, facts.code),
        (FactLabels.DESCRIPTION, facts.description),
        (FactLabels.ALL_CODES, _chain(facts.codes) if len(facts.codes) > 1 else None),
        (FactLabels.LASTED, _duration(facts.held_s)),
        (FactLabels.RECEIVED, _bytes(facts.bytes_in) if facts.bytes_in else None),
    ]


def _series(facts: SeriesFacts) -> list[_Pair]:
    later = FactLabels.AFTER_CLOSING if facts.held else FactLabels.AFTER_PAUSE
    return [
        (FactLabels.CONNECTIONS, map(_try, facts.tries)),
        (later, _try(facts.later) if facts.later is not None else None),
    ]


def _try(one: Try) -> str:
    return say(FactValues.TRIED, outcome=code_word(one.outcome), elapsed=one.elapsed_s)


def _idle(facts: IdleFacts) -> list[_Pair]:
    return [
        (FactLabels.SILENT_FOR, _duration(facts.waited_s)),
        (FactLabels.THEN, code_word(facts.idle_outcome)),
        (FactLabels.BUSY, code_word(facts.busy_outcome) if facts.busy_outcome else None),
    ]


def _upload(facts: UploadFacts) -> list[_Pair]:
    rate = facts.bytes_taken / facts.elapsed_s if facts.elapsed_s else 0.0
    return [
        (FactLabels.SENT, say(FactValues.BYTES_OF, taken=facts.bytes_taken, wanted=facts.bytes_wanted)),
        (FactLabels.TOOK, _duration(facts.elapsed_s)),
        (FactLabels.RATE, say(FactValues.TRANSFERRED, rate=rate)),
        (FactLabels.ENDED, code_word(facts.outcome)),
    ]


def _hop(hop: Hop) -> str:
    number = str(hop.ttl)
    if hop.outcome == HopOutcome.SILENT and not hop.responder:
        return say(FactValues.NUMBERED, number=number, item=say(FactValues.NO_ROUTER))
    router, outcome = hop.responder or say(FactValues.NO_ROUTER), code_word(hop.outcome)
    if hop.elapsed_s is None:
        return say(FactValues.HOP, number=number, router=router, outcome=outcome)
    return say(FactValues.HOP_TIMED, number=number, router=router, outcome=outcome, elapsed=hop.elapsed_s)


def _status(status: int | None, reason: str) -> str | None:
    if status is None:
        return None
    return say(FactValues.HTTP, status=" ".join((str(status), reason)).strip())


def _proxy_status(facts: ProxyFacts) -> str | None:
    if facts.method == ProxyMethod.SOCKS5 and facts.status is not None:
        return say(FactValues.SOCKS_REPLY, status=" ".join((str(facts.status), facts.reason)).strip())
    return _status(facts.status, facts.reason)


def _chain(stations: tuple[str, ...]) -> tuple[str, ...]:
    """What came one after another, numbered; one alone needs no number."""
    if len(stations) == 1:
        return stations
    return tuple(
        say(FactValues.NUMBERED, number=str(number), item=station)
        for number, station in enumerate(stations, 1)
    )


def _sent(said: Text, count: int) -> str | None:
    """ "2 greetings (IHello)" """
    return say(said, count=count) if count else None


def _headers(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(": ".join(header) for header in headers)


def _listed(items: Iterable[str]) -> str:
    return current_language().list([visible(item) for item in items])


def _numbered_as(said: Text, number: int | None) -> str | None:
    return say(said, number=str(number)) if number is not None else None


def _number(number: int | None) -> str | None:
    return str(number) if number is not None else None


def _bytes(count: int | None) -> str | None:
    return say(FactValues.BYTES, count=count) if count is not None else None


def _duration(seconds: float | None) -> str | None:
    return format_duration(seconds) if seconds is not None else None


def _after(seconds: float | None) -> str | None:
    return say(FactValues.AFTER, elapsed=seconds) if seconds is not None else None


def _yes_or_no(value: bool | None) -> str | None:
    return None if value is None else say(FactValues.YES if value else FactValues.NO)
