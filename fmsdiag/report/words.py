"""How attempts, steps and verdicts are named: the words that the terminal, the reports and the window share.

Import these from the window too, so that one thing has one name everywhere. The principles behind them:
rejected is not failed, not offered is not blocked, not measured is not zero, and a mark is never a colour
alone but icon, word and tone. Text that came from a server is made visible here (see visible.py); the
callers need not do it again.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec

from fmsdiag.model import (
    Advice,
    Attempt,
    Certificate,
    Confidence,
    ConnectFacts,
    DnsFacts,
    Endpoint,
    ExchangeFacts,
    Experiment,
    Failure,
    FailureKind,
    Family,
    HandshakeFacts,
    HopFacts,
    HttpFacts,
    IdleFacts,
    KeyingFacts,
    Observation,
    Plan,
    ProxyFacts,
    Purpose,
    SeriesFacts,
    ServerIdentity,
    Status,
    StepName,
    StreamFacts,
    TcpFacts,
    TlsFacts,
    Transport,
    TunnelFacts,
    UdpFacts,
    UploadFacts,
    Verdict,
    VerdictStatus,
)
from fmsdiag.report.visible import one_line

NOT_MEASURED = "–"


class Tone(Enum):
    """What a mark means; each face chooses its own colour for it."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    NEUTRAL = "neutral"


class Mark(msgspec.Struct, frozen=True):
    """How an outcome is marked: never by colour alone."""

    icon: str
    word: str
    tone: Tone
    ascii_icon: str


class Tried(Protocol):
    """What Attempt, AttemptStarted and PlannedAttempt have in common."""

    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def purpose(self) -> Purpose: ...


_STEPS = {
    StepName.DNS: "Name lookup",
    StepName.ROUTE: "Route",
    StepName.UDP: "UDP",
    StepName.TCP: "TCP connection",
    StepName.PROXY: "Proxy",
    StepName.TLS: "TLS",
    StepName.HTTP: "Web request",
    StepName.TUNNEL: "HTTP tunnel",
    StepName.HANDSHAKE: "RTMP handshake",
    StepName.CONNECT: "NetConnection",
    StepName.PUBLISH: "Publishing",
    StepName.PLAY: "Playing",
    StepName.EXCHANGE: "Other bytes",
    StepName.SERIES: "Several connections",
    StepName.IDLE: "Idle connection",
    StepName.UPLOAD: "Upload",
    StepName.HOP: "Path",
}

_EXPERIMENTS = {
    Experiment.CONTROL_PORT: "The same port on {host}, a server known to work",
    Experiment.CONTROL_HTTP: "A plain web request to {host}, known to work",
    Experiment.HTTP_ON_PORT: "A plain web request to port {port}",
    Experiment.PLAIN_ON_TLS_PORT: "RTMP without encryption, port {port}",
    Experiment.TLS_ON_PORT: "RTMP inside TLS, port {port}",
    Experiment.CONTROL_TLS: "A secure connection to {host}, known to work",
    Experiment.CONTROL_NAME: "The name {host}, known to exist",
    Experiment.OTHER_BYTES: "Bytes that are not RTMP, port {port}",
    Experiment.NO_BYTES: "A connection that says nothing, port {port}",
    Experiment.SMALL_SEGMENTS: "{method}, in small pieces",
    Experiment.REPEAT: "{method}, once more",
    Experiment.SERVER_PORT: "Another port of the server, {method}",
    Experiment.OTHER_ADDRESS: "The address that the second resolver gives, {method}",
    Experiment.TLS_WITHOUT_NAME: "TLS without the server's name, port {port}",
    Experiment.TLS_OTHER_NAME: "TLS with another name, port {port}",
    Experiment.TLS_VERSIONS: "TLS in older versions, port {port}",
    Experiment.THROUGH_PROXY: "Through a proxy that was found, {method}",
    Experiment.WPAD: "A proxy that the network announces (WPAD)",
    Experiment.UDP_HOPS: "The path of UDP to port {port}, router by router",
    Experiment.BURST: "Connections in quick succession, port {port}",
    Experiment.HOLD: "Connections held open, port {port}",
    Experiment.IDLE: "A connection that stays silent, port {port}",
    Experiment.UPLOAD: "Uploading to port {port}",
    Experiment.MADE_UP_APPLICATION: "An application name that cannot exist, {method}",
    Experiment.SECOND_RESOLVER: "The server's name asked of a second resolver",
    Experiment.HOPS: "The path to port {port}, router by router",
    Experiment.REDIRECT: "Where the server sends its clients: {method}, on {host}",
    Experiment.PUBLISH: "Publishing to the stream, {method}",
    Experiment.PLAY: "Playing the stream, {method}",
}

_VERDICTS = {
    VerdictStatus.CONNECTED: Mark("✓", "Connected", Tone.GOOD, "ok"),
    VerdictStatus.CONNECTED_BY_FALLBACK: Mark("▲", "Connected by fallback", Tone.CAUTION, "!"),
    VerdictStatus.REJECTED: Mark("⊘", "Rejected by server", Tone.BAD, "x"),
    VerdictStatus.UNREACHABLE: Mark("✗", "Unreachable", Tone.BAD, "x"),
    VerdictStatus.INCONCLUSIVE: Mark("?", "Inconclusive", Tone.CAUTION, "?"),
    VerdictStatus.STOPPED: Mark("■", "Stopped", Tone.NEUTRAL, "-"),
}

_WITHOUT_FINDING = {
    VerdictStatus.CONNECTED: "The first attempt of the plan was accepted. Nothing stands in the way.",
    VerdictStatus.CONNECTED_BY_FALLBACK: "A later attempt of the plan was accepted, so a player would connect, "
    "but only after waiting for the earlier ones.",
    VerdictStatus.REJECTED: "The server was reached and spoke RTMP, so the network works; the server said no.",
    VerdictStatus.UNREACHABLE: "No attempt reached an RTMP server.",
    VerdictStatus.INCONCLUSIVE: "What was seen does not tell the cause.",
    VerdictStatus.STOPPED: "The test was stopped before it was complete. "
    "Nothing is concluded from attempts that had not finished.",
}

_CONFIDENCE = {
    Confidence.CONFIRMED: "Confirmed",
    Confidence.LIKELY: "Likely",
    Confidence.POSSIBLE: "Possible",
}

_SURE = ((0.9, "almost certainly"), (0.6, "likely"))
"""Words for a probability, by the least one that they stand for; below them it is "possibly"."""

_FAILURES = {
    FailureKind.REFUSED: "Refused",
    FailureKind.NO_ROUTE: "This computer knows no way there",
    FailureKind.NOT_PERMITTED: "This computer does not permit it",
    FailureKind.NAME_NOT_FOUND: "No such name",
    FailureKind.NO_DATA: "The name has no address of this kind",
    FailureKind.SERVER_FAILURE: "The resolver could not answer",
    FailureKind.RESOLVER_SILENT: "The resolver does not answer",
    FailureKind.RESOLVER_CLOSED: "The resolver's port is closed",
    FailureKind.CERTIFICATE_EXPIRED: "The certificate has expired",
    FailureKind.CERTIFICATE_NOT_YET_VALID: "The certificate is not valid yet",
    FailureKind.CERTIFICATE_SELF_SIGNED: "The certificate is self-signed",
    FailureKind.CERTIFICATE_UNTRUSTED: "The certificate's issuer is not trusted",
    FailureKind.CERTIFICATE_WRONG_HOST: "The certificate is for another name",
    FailureKind.CERTIFICATE_OTHER: "The certificate is not accepted",
    FailureKind.TLS_ALERT: "TLS was refused",
    FailureKind.REJECTED: "Rejected by server",
    FailureKind.PROXY_REFUSED: "The proxy refused",
    FailureKind.PROXY_AUTH_REQUIRED: "The proxy asks for a name and password",
    FailureKind.LOCAL_ERROR: "A fault of fmsdiag or of this computer",
}


def format_duration(seconds: float | None) -> str:
    """A measured time for people: "0.4 ms", "12 ms", "5.0 s"; what was not measured is a dash, never zero."""
    if seconds is None:
        return NOT_MEASURED
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def step_label(step: StepName, transport: Transport | None = None) -> str:
    """ "TCP connection", "RTMP handshake" …; RTMFP, if that is the transport, exchanges keys instead of shaking hands."""
    if step is StepName.HANDSHAKE and transport is Transport.RTMFP:
        return "Key exchange"
    return _STEPS[step]


def observed_label(observation: Observation) -> str:
    """The label of a step that has ended: what it measured tells RTMFP's handshake from RTMP's."""
    transport = Transport.RTMFP if isinstance(observation.facts, KeyingFacts) else None
    return step_label(observation.step, transport)


def describe_endpoint(endpoint: Endpoint) -> str:
    """The method in words, without the host: "RTMP, port 1935"."""
    names = {Transport.HTTP: "Web (HTTP)", Transport.HTTPS: "Web (HTTPS)", Transport.ADMIN: "Administration"}
    name = names.get(endpoint.transport, endpoint.transport.value.upper())
    port = "UDP port" if endpoint.transport.carrier == "udp" else "port"
    text = f"{name}, {port} {endpoint.port}"
    if endpoint.family is not Family.ANY:
        text += ", IPv4" if endpoint.family is Family.IPV4 else ", IPv6"
    return text + (f", through {name_proxy(endpoint.proxy)}" if endpoint.proxy else "")


def name_proxy(url: str) -> str:
    """A proxy for people: "the proxy cache.example.net:3128", or "the proxy" where no URL names it."""
    where = one_line(url.partition("://")[2].rpartition("@")[2].partition("/")[0], 80)
    return f"the proxy {where}" if where else "the proxy"


def describe_identity(identity: ServerIdentity) -> str:
    """What the server seems to be, and how sure that is: "This looks like nginx-rtmp, likely"."""
    sure = next((word for least, word in _SURE if identity.probability >= least), "possibly")
    return f"This looks like {one_line(identity.software, 80)}, {sure}"


def describe_method(tried: Tried) -> str:
    """What an attempt tries: its endpoint, or for a follow-up the question that it answers."""
    experiment: Experiment | None = getattr(tried, "experiment", None)
    method, host = describe_endpoint(tried.endpoint), one_line(tried.endpoint.host, 80)
    if experiment is None:
        return f"{method}, on {host}" if tried.purpose is Purpose.CONTROL else method
    port = tried.endpoint.port
    return _EXPERIMENTS[experiment].format(host=host, port=port, method=method)


def describe_plan(plan: Plan) -> str:
    """The order of a plan, without its checks: "RTMP 1935, RTMP 80, RTMPT 80, RTMP 1935 (proxy)"."""
    tried = [p.endpoint for p in plan.attempts if p.purpose is Purpose.FALLBACK]
    return ", ".join(
        f"{e.transport.value.upper()} {e.port}{' (proxy)' if e.proxy else ''}" for e in tried
    )


def duration_of(attempt: Attempt) -> float | None:
    """Seconds from an attempt's start to its end, or none if it did not run."""
    if attempt.started_s is None or attempt.ended_s is None:
        return None
    return attempt.ended_s - attempt.started_s


def mark_of(attempt: Attempt) -> Mark:
    """Icon, end marker and tone of a finished attempt: Connected, Refused, No answer, Rejected by server …"""
    if attempt.status is Status.CONNECTED:
        return Mark("✓", "Connected" if _opens_netconnection(attempt) else "Answered", Tone.GOOD, "ok")
    if attempt.status is Status.REJECTED:
        return Mark("⊘", "Rejected by server", Tone.CAUTION, "!")
    if attempt.status is Status.NOT_APPLICABLE:
        return Mark("–", "Skipped", Tone.NEUTRAL, "-")
    if attempt.status is Status.CANCELLED:
        return Mark("■", "Stopped", Tone.NEUTRAL, "-")
    if attempt.status is Status.NOT_STARTED:
        return Mark("·", "Not started", Tone.NEUTRAL, ".")
    failed = attempt.failed_step
    word = _failure_word(failed.failure) if failed is not None and failed.failure is not None else "Failed"
    return Mark("✗", word, Tone.BAD, "x")


def mark_of_verdict(status: VerdictStatus) -> Mark:
    """Icon, word and tone of a verdict: the same in terminal, report and window."""
    return _VERDICTS[status]


def describe_verdict(verdict: Verdict) -> str:
    """The verdict's word and headline on one line, the word once: "Connected by RTMP on port 1935"."""
    word, headline = mark_of_verdict(verdict.status).word, one_line(verdict.headline)
    return headline if headline.lower().startswith(word.lower()) else f"{word}: {headline}"


def describe_without_finding(status: VerdictStatus) -> str:
    """The paragraph below the headline of a report that has no finding."""
    return _WITHOUT_FINDING[status]


def readers_of(advice: Advice) -> tuple[tuple[str, str], ...]:
    """The three readers by name, each with the advice for them ("" where there is nothing to do)."""
    return (
        ("You", advice.user),
        ("Your network administrator", advice.administrator),
        ("Server operator", advice.operator),
    )


def confidence_word(confidence: Confidence) -> str:
    return _CONFIDENCE[confidence]


def describe_outcome(attempt: Attempt) -> str:
    """How an attempt ended: "No answer after 5.0 s", "Unexpected reply: HTTP 400 from nginx" …"""
    mark = mark_of(attempt)
    if attempt.status is Status.FAILED and attempt.failed_step is not None:
        return describe_failure(attempt.failed_step)
    if attempt.status is Status.CONNECTED and mark.word == "Answered":
        return _answered(attempt)
    if attempt.status in (Status.NOT_APPLICABLE, Status.CANCELLED) and attempt.reason:
        return f"{mark.word}: {one_line(attempt.reason)}"
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
            return _FAILURES[failure.kind] + _proxy_said(observation)
        case FailureKind.PROXY_AUTH_REQUIRED:
            return _proxy_asks(observation)
    return _FAILURES[failure.kind]


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


def _failure_word(failure: Failure) -> str:
    """The end marker alone, without the particulars."""
    return {
        FailureKind.TIMED_OUT: "No answer",
        FailureKind.RESET: "Cut off",
        FailureKind.CLOSED: "Closed",
        FailureKind.UNREACHABLE: "Unreachable",
        FailureKind.UNEXPECTED_REPLY: "Unexpected reply",
        FailureKind.STALLED: "Stalled",
        FailureKind.PROXY_REFUSED: "Refused by proxy",
        FailureKind.PROXY_AUTH_REQUIRED: "Proxy wants sign-in",
    }.get(failure.kind) or _FAILURES[failure.kind]


def _opens_netconnection(attempt: Attempt) -> bool:
    """Whether "connected" means an open NetConnection, rather than an answer to some other question."""
    return attempt.endpoint.transport.is_media and attempt.step(StepName.CONNECT) is not None


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
    return _FAILURES[FailureKind.PROXY_AUTH_REQUIRED]


def _proxy_answer(facts: ProxyFacts) -> str:
    """ "HTTP 403 Forbidden", "SOCKS5 reply 2" """
    if facts.status is None:
        return facts.method
    kind = "SOCKS5 reply" if facts.method.upper().startswith("SOCKS") else "HTTP"
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
            opened = sum(one.outcome == "open" for one in facts.tries)
            return f"{opened} of {len(facts.tries)} opened"
        case IdleFacts():
            alive = "still alive" if facts.idle_outcome == "alive" else facts.idle_outcome.replace("-", " ")
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
    if facts.server_digest == "none":
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
    digest = "" if facts.server_digest == "none" else f", digest {one_line(facts.server_digest, 40)}"
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
    answered = [hop for hop in facts.hops if hop.outcome != "silent"]
    if not answered:
        return "no router answered"
    last = answered[-1]
    who = f" ({one_line(last.responder, 60)})" if last.responder else ""
    return f"last answer from hop {last.ttl}{who}: {one_line(last.outcome, 40).replace('-', ' ')}"
