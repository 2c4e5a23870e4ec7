"""How steps and attempts ended, in one sentence each: what every face of a report says of them."""

from __future__ import annotations

from fmsdiag.model import (
    Attempt,
    Certificate,
    ConnectFacts,
    DnsFacts,
    ExchangeFacts,
    FailureKind,
    HandshakeFacts,
    HopFacts,
    HopOutcome,
    HttpFacts,
    IdleFacts,
    IdleOutcome,
    KeyingFacts,
    Observation,
    ProxyFacts,
    ProxyMethod,
    SeriesFacts,
    ServerDigest,
    Status,
    StepName,
    StreamFacts,
    TcpFacts,
    TlsFacts,
    TryOutcome,
    TunnelFacts,
    UdpFacts,
    UploadFacts,
)
from fmsdiag.report.visible import one_line
from fmsdiag.report.words import (
    FAILURES,
    format_duration,
    mark_of,
    name_proxy,
    observed_label,
    reason_of,
    step_label,
)


def describe_outcome(attempt: Attempt) -> str:
    """How an attempt ended: "No answer after 5.0 s", "Unexpected reply: HTTP 400 from nginx" …"""
    mark = mark_of(attempt)
    if attempt.status is Status.FAILED and attempt.failed_step is not None:
        return describe_failure(attempt.failed_step)
    if attempt.status is Status.CONNECTED and mark.word == "Answered":
        return _answered(attempt)
    if attempt.status in (Status.NOT_APPLICABLE, Status.CANCELLED) and (reason := reason_of(attempt)):
        return f"{mark.word}: {reason}"
    return mark.word


def describe_step(observation: Observation) -> str:
    """One step and what came of it: "TCP connection: open to 203.0.113.10"."""
    outcome = _describe_success(observation) if observation.ok else describe_failure(observation)
    return f"{observed_label(observation)}: {outcome}"


def describe_failure(observation: Observation) -> str:
    """Why a step failed, in the words of an end marker, with what belongs to it."""
    failure = observation.failure
    if failure is None:
        return "OK"
    waited = format_duration(observation.elapsed_s)
    if by_udp := _failed_by_udp(observation, failure.kind, waited):
        return by_udp
    opened = observation.step not in (StepName.DNS, StepName.ROUTE, StepName.UDP, StepName.TCP)
    match failure.kind:
        case FailureKind.TIMED_OUT:
            return f"Port open, then no answer for {waited}" if opened else f"No answer after {waited}"
        case FailureKind.RESET | FailureKind.CLOSED:
            how = "Cut off (reset)" if failure.kind is FailureKind.RESET else "Closed by the other side"
            return how + (f" during the {_during(observation)}" if opened else "")
        case FailureKind.UNREACHABLE:
            sender = failure.icmp.sender if failure.icmp else None
            return f"Unreachable, says {one_line(sender, 60)}" if sender else "Unreachable"
        case FailureKind.UNEXPECTED_REPLY:
            if short_of_rtmpe := _short_of_rtmpe(observation):
                return short_of_rtmpe
            seen = failure.looks_like or failure.detail
            return f"Unexpected reply: {one_line(seen, 120)}" if seen else "Unexpected reply"
        case FailureKind.STALLED:
            count = failure.bytes_received if failure.bytes_received is not None else observation.bytes_in
            return f"Stalled after {count:,} byte{'' if count == 1 else 's'}"
        case FailureKind.REJECTED:
            return _rejection(observation)
        case FailureKind.PROXY_REFUSED:
            return FAILURES[failure.kind] + _proxy_said(observation)
        case FailureKind.PROXY_AUTH_REQUIRED:
            return _proxy_asks(observation)
    return FAILURES[failure.kind]


def _failed_by_udp(observation: Observation, kind: FailureKind, waited: str) -> str:
    """What silence and refusals mean in the steps of RTMFP, where there is no connection; empty: what they mean elsewhere."""
    match observation.facts, kind:
        case UdpFacts(redirected_by=by), FailureKind.TIMED_OUT | FailureKind.REFUSED:
            silent = kind is FailureKind.TIMED_OUT
            text = f"Nothing came back by UDP in {waited}" if silent else "Refused: that UDP port is closed"
            where = f"{one_line(observation.address or '', 60)} port {observation.port}"
            return text + (f", at {where}, where {one_line(by, 60)} redirects to" if by else "")
        case KeyingFacts(), FailureKind.TIMED_OUT | FailureKind.STALLED:
            return f"The server answered once, then not for {waited}"
        case ConnectFacts(tc_url=url), FailureKind.TIMED_OUT if url.startswith("rtmfp:"):
            return f"Keys exchanged, then no answer for {waited}"
        case ConnectFacts(tc_url=url), FailureKind.STALLED if url.startswith("rtmfp:"):
            return f"The connect command arrived, then no answer for {waited}"
    return ""


def _answered(attempt: Attempt) -> str:
    last = attempt.observations[-1] if attempt.observations else None
    if last is None:
        return "Answered"
    return f"Answered: {describe_step(last) if last.step is StepName.HANDSHAKE else _describe_success(last)}"


def _during(observation: Observation) -> str:
    lower = {
        StepName.CONNECT: "connect command",
        StepName.HTTP: "web request",
        StepName.PROXY: "request to the proxy",
        StepName.TUNNEL: "tunnel's requests",
        StepName.PUBLISH: "test stream",
        StepName.PLAY: "test of playing",
        StepName.EXCHANGE: "exchange",
        StepName.IDLE: "silence",
        StepName.UPLOAD: "upload",
        StepName.SERIES: "series",
    }
    if isinstance(observation.facts, KeyingFacts):
        return "key exchange"
    step = observation.step
    return lower.get(step) or f"{step_label(step).removesuffix(' handshake')} handshake"


def _rejection(observation: Observation) -> str:
    facts = observation.facts
    said = (facts.description or facts.code) if isinstance(facts, ConnectFacts | StreamFacts) else None
    return f"Rejected by server: “{one_line(said, 160)}”" if said else "Rejected by server"


def _proxy_said(observation: Observation) -> str:
    facts = observation.facts
    return f": {_proxy_answer(facts)}" if isinstance(facts, ProxyFacts) and facts.status is not None else ""


def _proxy_asks(observation: Observation) -> str:
    facts = observation.facts
    if isinstance(facts, ProxyFacts) and facts.credentials_sent:
        return "The proxy does not accept the name and password"
    return FAILURES[FailureKind.PROXY_AUTH_REQUIRED]


def _proxy_answer(facts: ProxyFacts) -> str:
    """ "HTTP 403 Forbidden", "SOCKS5 reply 2" """
    if facts.status is None:
        return facts.method
    kind = "SOCKS5 reply" if facts.method == ProxyMethod.SOCKS5 else "HTTP"
    return one_line(f"{kind} {facts.status} {facts.reason}", 80).strip()


def _describe_success(observation: Observation) -> str:
    facts = observation.facts
    match facts:
        case DnsFacts():
            return _addresses(facts)
        case TcpFacts() | None:
            return f"open to {one_line(observation.address, 60)}" if observation.address else "OK"
        case TlsFacts():
            return _tls(facts)
        case HttpFacts():
            return _http(facts.status, facts.looks_like)
        case TunnelFacts():
            return _tunnel(facts)
        case HandshakeFacts():
            return _handshake(facts)
        case ConnectFacts():
            said = [one_line(part, 120) for part in (facts.code, facts.fms_ver) if part]
            told = ", ".join(said) or "accepted"
            return (
                f"{told}, after {_times(len(facts.redirected_from), 'redirect')}"
                if facts.redirected_from
                else told
            )
        case HopFacts():
            return _hops(facts)
        case SeriesFacts():
            opened = sum(one.outcome == TryOutcome.OPEN for one in facts.tries)
            return f"{opened} of {len(facts.tries)} opened"
        case IdleFacts():
            alive = (
                "still alive"
                if facts.idle_outcome == IdleOutcome.ALIVE
                else facts.idle_outcome.replace("-", " ")
            )
            return f"{alive} after {format_duration(facts.waited_s)} of silence"
        case UploadFacts():
            taken = f"{facts.bytes_taken / 1000:.0f} of {facts.bytes_wanted / 1000:.0f} kB"
            return f"{taken} in {format_duration(facts.elapsed_s)}"
        case ExchangeFacts():
            return f"{observation.bytes_in:,} byte{'' if observation.bytes_in == 1 else 's'} came back"
        case UdpFacts():
            return _reached_by_udp(facts)
        case KeyingFacts():
            return "keys exchanged"
        case ProxyFacts():
            return f"{name_proxy(facts.proxy)} lets it through"
        case StreamFacts():
            return one_line(facts.code or "started", 120) + (
                f", held for {format_duration(facts.held_s)}" if facts.held_s is not None else ""
            )


def _short_of_rtmpe(observation: Observation) -> str:
    """In which way a media server's answer to the wish for RTMPE falls short of it; "" for every other answer."""
    facts = observation.facts
    if not isinstance(facts, HandshakeFacts) or facts.encryption is None or facts.s1_complete_s is None:
        return ""
    if facts.s0_version == 3:
        return "RTMPE not offered; plain RTMP answers"
    if facts.server_digest == ServerDigest.NONE:
        return "The server claims RTMPE, but has no key for it"
    if facts.server_key_valid is False:
        return "The server's key for RTMPE is not valid"
    return f"The server wants RTMPE with signatures of type {facts.s0_version}"


def _reached_by_udp(facts: UdpFacts) -> str:
    if facts.redirects and facts.cookie_bytes is None:
        named = [one_line(address, 60) for address in facts.redirects[:3]]
        more = len(facts.redirects) - len(named)
        return f"redirects to {', '.join(named)}" + (f" and {more} more" if more else "")
    text = "an RTMFP server answers"
    if facts.reply_from:
        text += f", from {one_line(facts.reply_from, 60)}, which was not asked"
    return text + (f", where {one_line(facts.redirected_by, 60)} redirects to" if facts.redirected_by else "")


def _handshake(facts: HandshakeFacts) -> str:
    digest = (
        "" if facts.server_digest == ServerDigest.NONE else f", digest {one_line(facts.server_digest, 40)}"
    )
    return "complete" + digest + (", encrypted" if facts.encryption_works else "")


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _addresses(facts: DnsFacts) -> str:
    if not facts.addresses:
        return "no address"
    shown = ", ".join(one_line(a, 60) for a in facts.addresses[:3])
    more = len(facts.addresses) - 3 + facts.omitted_addresses
    return shown + (f" and {more} more" if more > 0 else "")


def _tls(facts: TlsFacts) -> str:
    issuer = f", certificate by {certificate_issuer(facts.certificate)}" if facts.certificate else ""
    unchecked = ", certificate not checked" if facts.verification_skipped else ""
    return f"{one_line(facts.version or 'open', 40)}{issuer}{unchecked}"


def certificate_issuer(certificate: Certificate) -> str:
    """The issuer's common name where there is one, else the whole name."""
    for part in certificate.issuer.split(","):
        label, _, value = part.strip().partition("=")
        if label.upper() == "CN" and value:
            return one_line(value, 80)
    return one_line(certificate.issuer, 80)


def _tunnel(facts: TunnelFacts) -> str:
    if not facts.session_id:
        return _http(facts.status, facts.looks_like)
    return f"open, {facts.requests} request{'' if facts.requests == 1 else 's'}"


def _http(status: int | None, looks_like: str | None) -> str:
    parts = [f"HTTP {status}" if status is not None else "an answer that is not HTTP"]
    if looks_like:
        parts.append(one_line(looks_like, 80))
    return ", ".join(parts)


def _hops(facts: HopFacts) -> str:
    if not facts.supported:
        return "this system does not tell who answers"
    answered = [hop for hop in facts.hops if hop.outcome != HopOutcome.SILENT]
    if not answered:
        return "no router answered"
    last = answered[-1]
    who = f" ({one_line(last.responder, 60)})" if last.responder else ""
    return f"last answer from hop {last.ttl}{who}: {one_line(last.outcome, 40).replace('-', ' ')}"
