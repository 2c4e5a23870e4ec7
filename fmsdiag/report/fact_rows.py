"""What a step measured, as labelled lines for people: the details below an attempt in the report.

Empty facts say nothing and are left out. Values are as they came: whoever shows them makes them visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

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
    IdleFacts,
    KeyingFacts,
    LoginScheme,
    LookupSource,
    Observation,
    ProxyFacts,
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
from fmsdiag.report.words import format_duration

Fact: TypeAlias = tuple[str, tuple[str, ...]]
"""A label, and its value in one or more lines."""

_Value: TypeAlias = str | Iterable[str] | None

ADDRESS_CHANGED = "yes: this computer's address, as the server sees it, changed meanwhile"
TLS_UNCHECKED = "no: connected once more in spite of the certificate, only to see what is behind it"
_SOURCES: Mapping[str, str] = {
    ProxySource.GIVEN: "your choice under Advanced, or --proxy",
    ProxySource.ENVIRONMENT: "this computer's environment variables",
    ProxySource.SYSTEM: "this computer's settings",
    ProxySource.PAC: "the network's proxy script (PAC)",
}
_SCHEMES: Mapping[str, str] = {
    LoginScheme.ADOBE: "a name and password (Adobe's way)",
    LoginScheme.LIMELIGHT: "a name and password (Limelight's way)",
}


def facts_of(seen: Observation) -> list[Fact]:
    """Everything that is known of a step beyond its outcome and its times."""
    where = f"{seen.address}, port {seen.port}" if seen.address and seen.port else seen.address
    moved = f"{seen.bytes_out:,} sent, {seen.bytes_in:,} received"
    return _facts(
        ("Peer", where),
        ("Bytes", moved if seen.bytes_out or seen.bytes_in else None),
        *(_failure(seen.failure) if seen.failure is not None else ()),
        *_measured(seen),
    )


def _facts(*pairs: tuple[str, _Value]) -> list[Fact]:
    kept = []
    for label, value in pairs:
        lines = (value,) if isinstance(value, str) else tuple(value or ())
        if any(lines):
            kept.append((label, lines))
    return kept


def _failure(failure: Failure) -> list[tuple[str, _Value]]:
    icmp = failure.icmp
    received = failure.bytes_received
    return [
        ("Failure", failure.kind.value),
        ("In detail", failure.detail),
        ("System error", failure.errno),
        (
            "ICMP",
            f"type {icmp.type}, code {icmp.code}, from {icmp.sender or 'nobody named'}" if icmp else None,
        ),
        ("Broke off", f"after {received:,} bytes" if received is not None else None),
        ("Looks like", failure.looks_like),
    ]


def _measured(seen: Observation) -> list[tuple[str, _Value]]:
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
            return [("Routers", map(_hop, seen.facts.hops))]
        case SeriesFacts():
            return _series(seen.facts)
        case IdleFacts():
            return _idle(seen.facts)
        case UploadFacts():
            return _upload(seen.facts)
        case ExchangeFacts():
            return [
                ("Sent", f"{seen.facts.bytes_sent:,} bytes of no protocol"),
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


def _dns(facts: DnsFacts) -> list[tuple[str, _Value]]:
    asked = f"DNS server {facts.resolver}" if facts.resolver else "DNS server"
    more = f"and {facts.omitted_addresses} more" if facts.omitted_addresses else ""
    return [
        ("Name", facts.name),
        ("Asked", "the system, as players do" if facts.source == LookupSource.SYSTEM else asked),
        ("Answer", facts.rcode),
        ("Addresses", filter(None, (*facts.addresses, more))),
        ("Canonical name", facts.canonical_name),
    ]


def _tcp(facts: TcpFacts) -> list[tuple[str, _Value]]:
    return [
        ("This computer's address", facts.local_address),
        ("Round trip", _duration(facts.kernel_rtt_s)),
        ("Segment size", f"{facts.mss} bytes" if facts.mss is not None else None),
    ]


def _tls(facts: TlsFacts) -> list[tuple[str, _Value]]:
    verified = (
        "yes" if facts.verified else "no" + (f": {facts.verify_message}" if facts.verify_message else "")
    )
    return [
        ("Server name sent", facts.server_name),
        ("Version and cipher", ", ".join(filter(None, (facts.version, facts.cipher)))),
        ("Alert", facts.alert),
        ("Certificate trusted", verified if facts.certificate or facts.verify_message else None),
        ("Checked", TLS_UNCHECKED if facts.verification_skipped else None),
        *(_certificate(facts.certificate) if facts.certificate else ()),
        ("Certificates sent", str(facts.chain_length) if facts.chain_length is not None else None),
        ("Chain", (f"{link.subject}, issued by {link.issuer}" for link in facts.chain)),
    ]


def _certificate(certificate: Certificate) -> list[tuple[str, _Value]]:
    return [
        ("Certificate for", certificate.subject),
        ("Issued by", certificate.issuer + (" (self-signed)" if certificate.self_signed else "")),
        ("Names in it", ", ".join(certificate.names)),
        ("Valid from", certificate.not_before),
        ("Valid until", certificate.not_after),
        ("SHA-256", certificate.sha256),
    ]


def _http(facts: HttpFacts) -> list[tuple[str, _Value]]:
    return [
        ("Request", f"{facts.method} {facts.path}"),
        ("Answer", _status(facts.status, facts.reason)),
        ("Headers", _headers(facts.headers)),
        ("Begins with", facts.body_start),
        ("Looks like", facts.looks_like),
    ]


def _tunnel(facts: TunnelFacts) -> list[tuple[str, _Value]]:
    return [
        ("Session", facts.session_id),
        ("Answer", _status(facts.status, "")),
        (
            "Requests",
            _requests(facts),
        ),
        ("Median request", _duration(facts.median_request_s)),
        ("Asked for its address (/fcs/ident2)", _status(facts.ident_status, "")),
        ("Address that it named", facts.ident_address),
        ("Headers", _headers(facts.headers)),
        ("Begins with", facts.body_start),
        ("Looks like", facts.looks_like),
    ]


def _requests(facts: TunnelFacts) -> str | None:
    over = f"{facts.connections} TCP connection{'' if facts.connections == 1 else 's'}"
    return f"{facts.requests} over {over}" if facts.requests else None


def _handshake(facts: HandshakeFacts) -> list[tuple[str, _Value]]:
    return [
        ("Offered", f"{facts.kind} handshake"),
        ("S0, version", str(facts.s0_version) if facts.s0_version is not None else None),
        ("First byte", _after(facts.first_byte_s)),
        ("S1 complete", _after(facts.s1_complete_s)),
        ("S2 complete", _after(facts.s2_complete_s)),
        ("S1, time", str(facts.s1_time) if facts.s1_time is not None else None),
        ("S1, server version", facts.s1_version),
        ("Server digest", facts.server_digest),
        ("S2 signature valid", _yes_or_no(facts.s2_signature_valid)),
        ("S1 echoes C1", _yes_or_no(facts.s1_echoes_c1)),
        *_encryption(facts),
        _not_taken(facts.unacknowledged),
    ]


def _not_taken(unacknowledged: int | None) -> tuple[str, _Value]:
    """What became of bytes that nobody answered, where the system knows."""
    if unacknowledged is None:
        return "Arrived", None
    return (
        "Arrived",
        "all of it"
        if not unacknowledged
        else f"not {unacknowledged:,} bytes of it, as far as this system knows",
    )


def _encryption(facts: HandshakeFacts) -> list[tuple[str, _Value]]:
    """What RTMPE adds; nothing where it was not asked for."""
    scheme = f"scheme {facts.dh_scheme}" if facts.dh_scheme is not None else None
    return [
        ("Encryption asked for", f"version {facts.encryption}" if facts.encryption is not None else None),
        ("Server's key accepted", _yes_or_no(facts.server_key_valid)),
        ("Server's key found by", scheme),
        ("Encryption works", _yes_or_no(facts.encryption_works)),
    ]


def _connect(facts: ConnectFacts) -> list[tuple[str, _Value]]:
    return [
        ("Application", facts.application),
        ("tcUrl", facts.tc_url),
        ("Answer", ", ".join(filter(None, (facts.command, facts.level)))),
        ("Code", facts.code),
        ("Description", facts.description),
        ("Server", facts.fms_ver),
        ("Capabilities", f"{facts.capabilities:g}" if facts.capabilities is not None else None),
        ("Sent elsewhere", facts.redirect),
        (
            "Came here by way of",
            _chain((*facts.redirected_from, facts.tc_url)) if facts.redirected_from else None,
        ),
        ("Sign-in asked for", _SCHEMES.get(facts.authentication or "", facts.authentication)),
        ("Name and password accepted", _yes_or_no(facts.authenticated)),
        ("Round trip inside", _duration(facts.ping_s)),
        ("Also said", (f"{name}: {value}" for name, value in facts.properties.items())),
        ("Messages before", facts.messages_before),
    ]


def _udp(facts: UdpFacts) -> list[tuple[str, _Value]]:
    return [
        ("Sent", _counted(facts.datagrams_sent, "greeting", "IHello")),
        ("Round trip", _duration(facts.round_trip_s)),
        ("Answer from", facts.reply_from),
        ("Redirected by", facts.redirected_by),
        ("Redirected to", _chain(facts.redirects)),
        ("Cookie", f"{facts.cookie_bytes} bytes" if facts.cookie_bytes is not None else None),
        ("Certificate's fingerprint", facts.fingerprint),
        ("Diffie-Hellman groups", ", ".join(map(str, facts.groups))),
    ]


def _keying(facts: KeyingFacts) -> list[tuple[str, _Value]]:
    return [
        ("Sent", _counted(facts.datagrams_sent, "key", "IIKeying")),
        ("Diffie-Hellman group", str(facts.group) if facts.group is not None else None),
        ("Server's session", facts.responder_session_id),
        ("Cookie changed", ADDRESS_CHANGED if facts.cookie_changed else None),
        ("HMAC", f"{facts.hmac_bytes} bytes" if facts.hmac_bytes is not None else None),
        ("Sequence numbers", _yes_or_no(facts.sequence_numbers)),
    ]


def _proxy(facts: ProxyFacts) -> list[tuple[str, _Value]]:
    return [
        ("Proxy", facts.proxy),
        ("Known from", _SOURCES.get(facts.source, facts.source)),
        ("Method", facts.method),
        ("Answer", _proxy_status(facts)),
        ("Asks for", ", ".join(facts.authentication)),
        ("Name and password sent", _yes_or_no(facts.credentials_sent)),
        ("Headers", _headers(facts.headers)),
        ("Begins with", facts.body_start),
        ("Looks like", facts.looks_like),
    ]


def _stream(facts: StreamFacts) -> list[tuple[str, _Value]]:
    return [
        ("Code", facts.code),
        ("Description", facts.description),
        ("All codes", _chain(facts.codes) if len(facts.codes) > 1 else None),
        ("Lasted", _duration(facts.held_s)),
        ("Received", f"{facts.bytes_in:,} bytes" if facts.bytes_in else None),
    ]


def _series(facts: SeriesFacts) -> list[tuple[str, _Value]]:
    later = "After one was closed" if facts.held else "After a pause"
    return [
        ("Connections", map(_try, facts.tries)),
        (later, _try(facts.later) if facts.later is not None else None),
    ]


def _try(one: Try) -> str:
    return f"{one.outcome.replace('-', ' ')}, {format_duration(one.elapsed_s)}"


def _idle(facts: IdleFacts) -> list[tuple[str, _Value]]:
    return [
        ("Silent for", _duration(facts.waited_s)),
        ("Then", facts.idle_outcome.replace("-", " ")),
        ("One that spoke meanwhile", (facts.busy_outcome or "").replace("-", " ")),
    ]


def _upload(facts: UploadFacts) -> list[tuple[str, _Value]]:
    rate = facts.bytes_taken / facts.elapsed_s / 1000 if facts.elapsed_s else 0.0
    return [
        ("Sent", f"{facts.bytes_taken:,} of {facts.bytes_wanted:,} bytes"),
        ("Took", _duration(facts.elapsed_s)),
        ("Rate", f"{rate:.0f} kB/s"),
        ("Ended", facts.outcome.replace("-", " ")),
    ]


def _hop(hop: Hop) -> str:
    who = f"{hop.ttl}. {hop.responder or 'no answer'}"
    took = f", {format_duration(hop.elapsed_s)}" if hop.elapsed_s is not None else ""
    return (
        who
        if hop.outcome == HopOutcome.SILENT and not hop.responder
        else f"{who}: {hop.outcome.replace('-', ' ')}{took}"
    )


def _status(status: int | None, reason: str) -> str | None:
    return f"HTTP {status} {reason}".strip() if status is not None else None


def _proxy_status(facts: ProxyFacts) -> str | None:
    if facts.method.upper().startswith("SOCKS") and facts.status is not None:
        return f"reply {facts.status} {facts.reason}".strip()
    return _status(facts.status, facts.reason)


def _chain(stations: tuple[str, ...]) -> tuple[str, ...]:
    """What came one after another, numbered; one alone needs no number."""
    if len(stations) == 1:
        return stations
    return tuple(f"{number}. {station}" for number, station in enumerate(stations, 1))


def _counted(count: int, noun: str, name: str) -> str | None:
    """ "2 greetings (IHello)" """
    return f"{count} {noun}{'' if count == 1 else 's'} ({name})" if count else None


def _headers(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(f"{name}: {value}" for name, value in headers)


def _duration(seconds: float | None) -> str | None:
    return format_duration(seconds) if seconds is not None else None


def _after(seconds: float | None) -> str | None:
    return f"after {format_duration(seconds)}" if seconds is not None else None


def _yes_or_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
