"""What a step measured, as labelled lines for people: the details below an attempt in the report.

Empty facts say nothing and are left out. Values from outside are as they came: the face that shows them makes them
visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.model import (
    BytesPathFacts,
    Certificate,
    ConnectFacts,
    DnsFacts,
    ExchangeFacts,
    Failure,
    FlowFacts,
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
    ResetDistanceFacts,
    SeriesFacts,
    StreamFacts,
    TcpFacts,
    TlsFacts,
    Try,
    TunnelFacts,
    UdpFacts,
    UploadFacts,
)
from fmsdiag.private_addresses import is_address
from fmsdiag.report.fact_texts import FactLabels, FactValues
from fmsdiag.report.fact_values import (
    Pair,
    byte_count,
    duration,
    header_lines,
    http_status,
    listed,
    number_or_none,
    with_omitted,
    yes_or_no,
)
from fmsdiag.report.media_fact_rows import (
    connect_rows,
    handshake_rows,
    keying_rows,
    not_taken,
    stream_rows,
    tunnel_rows,
    udp_rows,
)
from fmsdiag.report.outcomes import code_word
from fmsdiag.report.path_rows import bytes_path_rows, distance_rows, flow_rows

Fact: TypeAlias = tuple[str, tuple[str, ...]]
"""A label, and its value in one or more lines."""


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


def _facts(*pairs: Pair) -> list[Fact]:
    kept = []
    for label, value in pairs:
        lines = (value,) if isinstance(value, str) else tuple(value or ())
        if any(lines):
            kept.append((say(label), lines))
    return kept


def _failure(failure: Failure) -> list[Pair]:
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


def _measured(seen: Observation) -> list[Pair]:
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
            return tunnel_rows(seen.facts)
        case HandshakeFacts():
            return handshake_rows(seen.facts)
        case ConnectFacts():
            return connect_rows(seen.facts)
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
                not_taken(seen.facts.unacknowledged),
            ]
        case UdpFacts():
            return udp_rows(seen.facts)
        case KeyingFacts():
            return keying_rows(seen.facts)
        case ProxyFacts():
            return _proxy(seen.facts)
        case StreamFacts():
            return stream_rows(seen.facts)
        case FlowFacts():
            return flow_rows(seen.facts, code_word)
        case BytesPathFacts():
            return bytes_path_rows(seen.facts, code_word)
        case ResetDistanceFacts():
            return distance_rows(seen.facts, code_word)
        case None:
            return []


def _dns(facts: DnsFacts) -> list[Pair]:
    return [
        (FactLabels.NAME, facts.name),
        (FactLabels.ASKED, _resolver(facts)),
        (FactLabels.ANSWER, facts.rcode),
        (FactLabels.REASON_GIVEN, facts.extended_error),
        (FactLabels.ALIAS, facts.alias),
        (FactLabels.ADDRESSES, with_omitted(facts.addresses, facts.omitted_addresses)),
        (FactLabels.CANONICAL_NAME, facts.canonical_name),
    ]


def _resolver(facts: DnsFacts) -> str:
    if facts.source == LookupSource.SYSTEM:
        return say(FactValues.SYSTEM_RESOLVER)
    if facts.resolver:
        return say(FactValues.NAME_SERVER, address=facts.resolver)
    return say(FactValues.ANY_NAME_SERVER)


def _tcp(facts: TcpFacts) -> list[Pair]:
    return [
        (FactLabels.OWN_ADDRESS, facts.local_address),
        (FactLabels.OWN_PORT, number_or_none(facts.local_port)),
        (FactLabels.ROUND_TRIP, duration(facts.kernel_rtt_s)),
        (FactLabels.SEGMENT_SIZE, byte_count(facts.mss)),
    ]


def _tls(facts: TlsFacts) -> list[Pair]:
    return [
        # a number is no name, and goes into no handshake (RFC 6066, section 3)
        (FactLabels.SERVER_NAME_SENT, None if is_address(facts.server_name or "") else facts.server_name),
        (FactLabels.VERSION, listed(filter(None, (facts.version, facts.cipher)))),
        (FactLabels.ALERT, facts.alert),
        (FactLabels.TRUSTED, _trusted(facts) if facts.certificate or facts.verify_message else None),
        (FactLabels.CHECKED, say(FactValues.TLS_UNCHECKED) if facts.verification_skipped else None),
        *(_certificate(facts.certificate) if facts.certificate else ()),
        (FactLabels.CERTIFICATES_SENT, number_or_none(facts.chain_length)),
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


def _certificate(certificate: Certificate) -> list[Pair]:
    issuer = certificate.issuer
    return [
        (FactLabels.CERTIFICATE_FOR, certificate.subject),
        (
            FactLabels.ISSUED_BY,
            say(FactValues.SELF_SIGNED, issuer=issuer) if certificate.self_signed else issuer,
        ),
        (FactLabels.CERTIFICATE_NAMES, listed(certificate.names)),
        (FactLabels.VALID_FROM, certificate.not_before),
        (FactLabels.VALID_UNTIL, certificate.not_after),
        (FactLabels.SHA256, certificate.sha256),
    ]


def _http(facts: HttpFacts) -> list[Pair]:
    return [
        (FactLabels.REQUEST, " ".join((facts.method, facts.path))),
        (FactLabels.ANSWER, http_status(facts.status, facts.reason)),
        (FactLabels.HEADERS, header_lines(facts.headers)),
        (FactLabels.BEGINS_WITH, facts.body_start),
        (FactLabels.LOOKS_LIKE, facts.looks_like),
    ]


def _proxy(facts: ProxyFacts) -> list[Pair]:
    source = _SOURCES.get(facts.source)
    return [
        (FactLabels.PROXY, facts.proxy),
        (FactLabels.KNOWN_FROM, say(source) if source is not None else facts.source),
        (FactLabels.METHOD, facts.method),
        (FactLabels.ANSWER, _proxy_status(facts)),
        (FactLabels.ASKS_FOR, listed(facts.authentication)),
        (FactLabels.CREDENTIALS_SENT, yes_or_no(facts.credentials_sent)),
        (FactLabels.HEADERS, header_lines(facts.headers)),
        (FactLabels.BEGINS_WITH, facts.body_start),
        (FactLabels.LOOKS_LIKE, facts.looks_like),
    ]


def _series(facts: SeriesFacts) -> list[Pair]:
    later = FactLabels.AFTER_CLOSING if facts.held else FactLabels.AFTER_PAUSE
    return [
        (FactLabels.CONNECTIONS, map(_try, facts.tries)),
        (later, _try(facts.later) if facts.later is not None else None),
    ]


def _try(one: Try) -> str:
    return say(FactValues.TRIED, outcome=code_word(one.outcome), elapsed=one.elapsed_s)


def _idle(facts: IdleFacts) -> list[Pair]:
    return [
        (FactLabels.SILENT_FOR, duration(facts.waited_s)),
        (FactLabels.THEN, code_word(facts.idle_outcome)),
        (FactLabels.BUSY, code_word(facts.busy_outcome) if facts.busy_outcome else None),
    ]


def _upload(facts: UploadFacts) -> list[Pair]:
    rate = facts.bytes_taken / facts.elapsed_s if facts.elapsed_s else 0.0
    return [
        (FactLabels.SENT, say(FactValues.BYTES_OF, taken=facts.bytes_taken, wanted=facts.bytes_wanted)),
        (FactLabels.TOOK, duration(facts.elapsed_s)),
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


def _proxy_status(facts: ProxyFacts) -> str | None:
    if facts.method == ProxyMethod.SOCKS5 and facts.status is not None:
        return say(FactValues.SOCKS_REPLY, status=" ".join((str(facts.status), facts.reason)).strip())
    return http_status(facts.status, facts.reason)
