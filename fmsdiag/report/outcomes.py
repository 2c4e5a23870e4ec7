"""How steps and attempts ended, in a few words each: what every face of a report says of them.

No time is in them: each face has a place of its own for that.
"""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.hops import ARRIVED, at_its_distance
from fmsdiag.messages.failures import FAILURE_WORDS
from fmsdiag.messages.platforms import LIMITS
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Capability,
    Certificate,
    ConnectFacts,
    DnsFacts,
    ExchangeFacts,
    Failure,
    FailureKind,
    FlowFacts,
    HandshakeFacts,
    HopFacts,
    HopOutcome,
    HttpFacts,
    IdleFacts,
    IdleOutcome,
    KeyingFacts,
    NextHop,
    NotApplicable,
    Observation,
    ProxyFacts,
    ProxyMethod,
    ResetDistanceFacts,
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
    UploadOutcome,
)
from fmsdiag.private_addresses import is_nobodys_address
from fmsdiag.report.measured import Showed, has_result, showed, was_measured
from fmsdiag.report.outcome_texts import Failed, OutcomeCodes, Succeeded
from fmsdiag.report.path_rows import (
    OUTCOME_CODES,
    describe_bytes_path,
    describe_distance,
    describe_flows,
)
from fmsdiag.report.words import (
    announces_nothing,
    failure_word,
    mark_of,
    name_proxy,
    observed_label,
    opens_netconnection,
    reason_of,
    step_label,
)

MOST_NAMED = 3
"""Of addresses in a row; the others are counted."""


_CODES: Mapping[str, Text] = {
    HopOutcome.OPEN: OutcomeCodes.OPEN,
    IdleOutcome.ALIVE: OutcomeCodes.ALIVE,
    UploadOutcome.COMPLETE: OutcomeCodes.COMPLETE,
    UploadOutcome.TOO_SLOW: OutcomeCodes.TOO_SLOW,
    UploadOutcome.STOPPED: OutcomeCodes.STOPPED,
    HopOutcome.TIME_EXCEEDED: OutcomeCodes.TIME_EXCEEDED,
    HopOutcome.SILENT: OutcomeCodes.SILENT,
    **OUTCOME_CODES,
    **{kind.value: words for kind, words in FAILURE_WORDS.items()},
}
_NEVER_OPEN = (StepName.DNS, StepName.ROUTE, StepName.UDP, StepName.TCP, StepName.HOP)
"""Steps before which no port is open, or whose own silence says nothing of one."""


def code_word(code: str) -> str:
    """How one exchange ended: "Open", "No answer"; as it is written where this program does not know it."""
    known = _CODES.get(code)
    return say(known) if known is not None else one_line(code, 40)


def describe_outcome(attempt: Attempt) -> str:
    """How an attempt ended: "No answer", "Unexpected reply: HTTP 400 from nginx", "Reset (TLS)" …"""
    word = mark_of(attempt).word
    ended = attempt.failed_step
    if announces_nothing(attempt):
        return word
    if attempt.status is Status.FAILED and ended is None and (addresses := _nobodys_addresses(attempt)):
        return say(Failed.NOBODY, addresses=addresses)
    if attempt.status is Status.FAILED and ended is not None and not has_result(ended):
        if _silent_behind_an_answer(attempt, ended):
            silent = failure_word(Failure(FailureKind.TIMED_OUT))
            return say(Failed.IN_STEP, outcome=silent, step=observed_label(ended))
        outcome = _lookup_that_timed_out(attempt, ended) or describe_failure(ended)
        return say(Failed.IN_STEP, outcome=outcome, step=observed_label(ended)) if _cut(ended) else outcome
    is_good = showed(attempt) is Showed.GOOD
    if was_measured(attempt) and not (is_good and opens_netconnection(attempt)):
        return _answered(attempt, word)
    if attempt.not_applicable is NotApplicable.STOPPED and attempt.unfinished:
        waited_for = attempt.unfinished[-1].step
        return say(Failed.IN_STEP, outcome=word, step=step_label(waited_for, attempt.endpoint.transport))
    if attempt.status in (Status.NOT_APPLICABLE, Status.CANCELLED) and (reason := reason_of(attempt)):
        return say(Succeeded.LABELED, label=word, outcome=reason)
    return word


def _nobodys_addresses(attempt: Attempt) -> tuple[str, ...]:
    """0.0.0.0 and ::, where the name leads to nothing else; else nothing."""
    lookup = attempt.step(StepName.DNS)
    if lookup is None or not lookup.ok or not isinstance(lookup.facts, DnsFacts):
        return ()
    found = lookup.facts.addresses
    return found[:MOST_NAMED] if all(map(is_nobodys_address, found)) else ()


def _lookup_that_timed_out(attempt: Attempt, ended: Observation) -> str:
    """Of a name that the system alone was asked for: its DNS server may have answered a part; empty elsewhere."""
    failure = ended.failure
    timed_out = failure is not None and failure.kind is FailureKind.TIMED_OUT and not failure.offline
    if attempt.experiment is None or ended.step is not StepName.DNS or not timed_out:
        return ""
    return say(Failed.LOOKUP_SLOW)


def _silent_behind_an_answer(attempt: Attempt, ended: Observation) -> bool:
    """Whether a step got no answer behind one that did: TLS, a proxy, or the tunnel's web requests have answered."""
    if ended.failure is None or ended.failure.kind is not FailureKind.TIMED_OUT or ended.step in _NEVER_OPEN:
        return False
    if isinstance(ended.facts, ConnectFacts) and ended.facts.messages_before:
        return False  # told in other words
    return any(
        o.ok and o.step not in _NEVER_OPEN and o.started_s < ended.ended_s for o in attempt.observations
    )


def _cut(ended: Observation) -> bool:
    """Whether it matters in which step the connection ended."""
    kind = ended.failure.kind if ended.failure is not None else None
    return kind in (FailureKind.RESET, FailureKind.CLOSED) and ended.step not in _NEVER_OPEN


def describe_step(observation: Observation) -> str:
    """One step and what came of it: "TCP connection: open to 203.0.113.10"."""
    return say(
        Succeeded.LABELED, label=observed_label(observation), outcome=describe_step_outcome(observation)
    )


def describe_step_outcome(observation: Observation) -> str:
    """What came of a step: "open to 203.0.113.10"."""
    return _describe_success(observation) if has_result(observation) else describe_failure(observation)


def describe_failure(observation: Observation) -> str:
    """Why a step failed, in the words of an end marker, with what belongs to it."""
    failure = observation.told_failure
    if failure is None:
        return say(Succeeded.OK)
    if failure.offline:
        return failure_word(failure)
    return _failed_by_udp(observation, failure.kind) or _failed(observation, failure)


def _failed(observation: Observation, failure: Failure) -> str:
    match failure.kind:
        case FailureKind.TIMED_OUT if isinstance(observation.facts, ConnectFacts) and (
            observation.facts.messages_before
        ):
            return say(Failed.CONNECT_SILENT)
        case FailureKind.TIMED_OUT if observation.step not in _NEVER_OPEN:
            return say(Failed.PORT_OPEN_SILENT)
        case FailureKind.UNREACHABLE if failure.icmp is not None and failure.icmp.missing is not None:
            return say(Failed.NO_MACHINE if failure.icmp.missing is NextHop.SERVER else Failed.NO_ROUTER)
        case FailureKind.UNREACHABLE if observation.icmp_sender:
            expired = failure.icmp is not None and failure.icmp.is_time_exceeded
            by = Failed.EXPIRED_BY if expired else Failed.UNREACHABLE_BY
            return say(by, sender=one_line(observation.icmp_sender, 60))
        case FailureKind.UNEXPECTED_REPLY:
            return _unexpected(observation, failure)
        case FailureKind.STALLED:
            count = failure.bytes_received if failure.bytes_received is not None else observation.bytes_in
            return say(Failed.STALLED, count=count)
        case FailureKind.REJECTED if said := _refusal(observation):
            return say(Failed.REJECTED, words=said)
        case FailureKind.PROXY_REFUSED if answer := _proxy_answer(observation):
            return say(Failed.PROXY_SAID, answer=answer)
        case FailureKind.PROXY_UNREACHED if answer := _proxy_answer(observation):
            return say(Failed.PROXY_UNREACHED_SAID, answer=answer)
        case FailureKind.PROXY_AUTH_REQUIRED if (
            isinstance(observation.facts, ProxyFacts) and observation.facts.credentials_sent
        ):
            return say(Failed.PROXY_CREDENTIALS)
    return failure_word(failure)


def _failed_by_udp(observation: Observation, kind: FailureKind) -> str:
    """What silence and refusals mean in the steps of RTMFP, where there is no connection; empty: what they mean elsewhere."""
    match observation.facts, kind:
        case UdpFacts(not_followed=targets), FailureKind.UNEXPECTED_REPLY if targets:
            return say(Failed.UDP_NOT_FOLLOWED, targets=_counted(tuple(targets), 0))
        case UdpFacts(redirected_by=by), FailureKind.TIMED_OUT | FailureKind.REFUSED:
            return _silent_by_udp(observation, by, kind is FailureKind.TIMED_OUT)
        case KeyingFacts(), FailureKind.TIMED_OUT | FailureKind.STALLED:
            return say(Failed.KEYS_SILENT)
        case ConnectFacts(tc_url=url), FailureKind.TIMED_OUT if url.startswith("rtmfp:"):
            return say(Failed.FLOW_SILENT)
        case ConnectFacts(tc_url=url), FailureKind.STALLED if url.startswith("rtmfp:"):
            return say(Failed.FLOW_STALLED)
    return ""


def _silent_by_udp(observation: Observation, redirected_by: str | None, silent: bool) -> str:
    if not redirected_by:
        return say(Failed.UDP_SILENT if silent else Failed.UDP_REFUSED)
    return say(
        Failed.UDP_SILENT_ELSEWHERE if silent else Failed.UDP_REFUSED_ELSEWHERE,
        address=one_line(observation.address or "", 60),
        port=observation.port or 0,
        sender=one_line(redirected_by, 60),
    )


def _unexpected(observation: Observation, failure: Failure) -> str:
    if short_of_rtmpe := _short_of_rtmpe(observation):
        return short_of_rtmpe
    seen = failure.looks_like or failure.detail
    return say(Failed.UNEXPECTED, what=one_line(seen, 120)) if seen else failure_word(failure)


def _short_of_rtmpe(observation: Observation) -> str:
    """In which way a media server's answer to the wish for RTMPE falls short of it; "" for every other answer."""
    facts = observation.facts
    if not isinstance(facts, HandshakeFacts) or facts.encryption is None or facts.s1_complete_s is None:
        return ""
    if facts.s0_version == 3:
        return say(Failed.RTMPE_PLAIN)
    if facts.server_digest == ServerDigest.NONE:
        return say(Failed.RTMPE_NO_KEY)
    if facts.server_key_valid is False:
        return say(Failed.RTMPE_BAD_KEY)
    return say(Failed.RTMPE_TYPE, version=str(facts.s0_version))


def _refusal(observation: Observation) -> str:
    """The server's own words, "" without any."""
    facts = observation.facts
    said = (facts.description or facts.code) if isinstance(facts, ConnectFacts | StreamFacts) else None
    return one_line(said or "", 160)


def _proxy_answer(observation: Observation) -> str:
    """ "HTTP 403 Forbidden", "SOCKS5 reply 2"; "" where the proxy said nothing."""
    facts = observation.facts
    if not isinstance(facts, ProxyFacts) or facts.status is None:
        return ""
    status = one_line(" ".join((str(facts.status), facts.reason)), 80).strip()
    is_socks = facts.method == ProxyMethod.SOCKS5
    return say(Failed.SOCKS_REPLY if is_socks else Succeeded.HTTP, status=status)


def _answered(attempt: Attempt, word: str) -> str:
    last = attempt.observations[-1] if attempt.observations else None
    if last is None:
        return word
    outcome = describe_step(last) if last.step is StepName.HANDSHAKE else _describe_success(last)
    return say(Succeeded.LABELED, label=word, outcome=outcome)


def _describe_success(observation: Observation) -> str:
    facts = observation.facts
    match facts:
        case DnsFacts():
            return _addresses(facts)
        case TcpFacts() | None:
            where = observation.address
            return say(Succeeded.OPEN_TO, address=one_line(where, 60)) if where else say(Succeeded.OK)
        case TlsFacts():
            return _tls(facts)
        case HttpFacts():
            return _http(facts.status, facts.looks_like)
        case TunnelFacts() if facts.session_id:
            return say(Succeeded.TUNNEL, count=facts.requests)
        case TunnelFacts():
            return _http(facts.status, facts.looks_like)
        case HandshakeFacts():
            return _handshake(facts)
        case ConnectFacts():
            return _accepted(facts)
        case HopFacts():
            return _hops(facts, observation.address)
        case SeriesFacts():
            opened = sum(one.outcome == TryOutcome.OPEN for one in facts.tries)
            return say(Succeeded.SERIES, opened=opened, tried=len(facts.tries))
        case IdleFacts():
            return _idle(facts)
        case UploadFacts():
            said = Succeeded.UPLOAD_STOPPED if facts.outcome == UploadOutcome.STOPPED else Succeeded.UPLOAD
            return say(said, taken=facts.bytes_taken, wanted=facts.bytes_wanted)
        case ExchangeFacts():
            came = observation.bytes_in
            return say(Succeeded.EXCHANGE, count=came) if came else say(Succeeded.STAYED_OPEN)
        case UdpFacts():
            return _reached_by_udp(facts)
        case KeyingFacts():
            return say(Succeeded.KEYS)
        case ProxyFacts():
            return say(Succeeded.PROXY, proxy=name_proxy(facts.proxy))
        case StreamFacts():
            return _stream(facts)
        case FlowFacts():
            return describe_flows(facts)
        case BytesPathFacts():
            return describe_bytes_path(facts)
        case ResetDistanceFacts():
            return describe_distance(facts)


def _accepted(facts: ConnectFacts) -> str:
    code, server = one_line(facts.code or "", 120), one_line(facts.fms_ver or "", 120)
    said = code or server or say(Succeeded.ACCEPTED)
    if code and server:
        said = say(Succeeded.ACCEPTED_BY, code=code, server=server)
    if not facts.redirected_from:
        return said
    return say(Succeeded.REDIRECTED, said=said, count=len(facts.redirected_from))


def _idle(facts: IdleFacts) -> str:
    if facts.idle_outcome == IdleOutcome.ALIVE:
        return say(Succeeded.IDLE_ALIVE, waited=facts.waited_s)
    ended = facts.idle_outcome in (FailureKind.CLOSED, FailureKind.RESET)
    said = Succeeded.IDLE_ENDED_BEFORE if ended else Succeeded.IDLE_ENDED
    return say(said, outcome=code_word(facts.idle_outcome), waited=facts.waited_s)


def _stream(facts: StreamFacts) -> str:
    code = one_line(facts.code, 120) if facts.code else say(Succeeded.STARTED)
    if facts.held_s is None:
        return code
    return say(Succeeded.STREAM_HELD, code=code, held=facts.held_s)


def _reached_by_udp(facts: UdpFacts) -> str:
    if facts.redirects and facts.cookie_bytes is None:
        return say(Succeeded.UDP_REDIRECTS, targets=_counted(facts.redirects, 0))
    if facts.reply_from:
        return say(Succeeded.UDP_ANSWERS_FROM, sender=one_line(facts.reply_from, 60))
    if facts.redirected_by:
        return say(Succeeded.UDP_ANSWERS_ELSEWHERE, redirector=one_line(facts.redirected_by, 60))
    return say(Succeeded.UDP_ANSWERS)


def _handshake(facts: HandshakeFacts) -> str:
    digest = "" if facts.server_digest == ServerDigest.NONE else one_line(facts.server_digest, 40)
    if digest:
        said = Succeeded.HANDSHAKE_DIGEST_ENCRYPTED if facts.encryption_works else Succeeded.HANDSHAKE_DIGEST
        return say(said, digest=digest)
    return say(Succeeded.HANDSHAKE_ENCRYPTED if facts.encryption_works else Succeeded.HANDSHAKE)


def _addresses(facts: DnsFacts) -> str:
    if not facts.addresses and facts.canonical_name:
        return one_line(facts.canonical_name, 80)  # the name of an address was asked for
    if not facts.addresses:
        return say(Succeeded.NO_ADDRESS)
    return _counted(facts.addresses, facts.omitted_addresses)


def _counted(addresses: tuple[str, ...], omitted: int) -> str:
    """The first addresses, and how many more there are."""
    named = [one_line(address, 60) for address in addresses[:MOST_NAMED]]
    more = len(addresses) - len(named) + omitted
    return current_language().list([*named, *([say(Succeeded.AND_MORE, count=more)] if more > 0 else [])])


def _tls(facts: TlsFacts) -> str:
    version = one_line(facts.version, 40) if facts.version else say(Succeeded.TLS_OPEN)
    if facts.certificate is not None:
        said = (
            Succeeded.TLS_CERTIFICATE_UNCHECKED if facts.verification_skipped else Succeeded.TLS_CERTIFICATE
        )
        return say(said, version=version, issuer=certificate_issuer(facts.certificate))
    return say(Succeeded.TLS_UNCHECKED, version=version) if facts.verification_skipped else version


def certificate_issuer(certificate: Certificate) -> str:
    """The issuer's common name where there is one, else the whole name."""
    for part in certificate.issuer.split(","):
        label, _, value = part.strip().partition("=")
        if label.upper() == "CN" and value:
            return one_line(value, 80)
    return one_line(certificate.issuer, 80)


def _http(status: int | None, looks_like: str | None) -> str:
    server = one_line(looks_like or "", 80)
    if status is None:
        return say(Succeeded.NOT_HTTP_FROM, server=server) if server else say(Succeeded.NOT_HTTP)
    if server:
        return say(Succeeded.HTTP_FROM, status=str(status), server=server)
    return say(Succeeded.HTTP, status=str(status))


def _hops(facts: HopFacts, server: str | None) -> str:
    """Where a path test ends. An error that bears the server's address may be written by NAT: nobody is named then."""
    if not facts.supported:
        return say(LIMITS[Capability.ICMP_SENDERS])
    answered = [hop for hop in facts.hops if hop.outcome != HopOutcome.SILENT]
    if not answered:
        return say(Succeeded.NO_ROUTER)
    last = at_its_distance(answered[-1], answered)
    hop, outcome = str(last.ttl), code_word(last.outcome)
    if not last.responder or (last.responder == server and last.outcome not in ARRIVED):
        return say(Succeeded.LAST_HOP, hop=hop, outcome=outcome)
    return say(Succeeded.LAST_HOP_FROM, hop=hop, address=one_line(last.responder, 60), outcome=outcome)
