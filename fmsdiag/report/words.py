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

from fmsdiag.messages.not_applicable import NOT_APPLICABLE
from fmsdiag.messages.reader import render, say
from fmsdiag.model import (
    Advice,
    Attempt,
    Carrier,
    Confidence,
    Endpoint,
    Experiment,
    Failure,
    FailureKind,
    Family,
    KeyingFacts,
    NotApplicable,
    Observation,
    Plan,
    Purpose,
    ServerIdentity,
    Status,
    Step,
    StepName,
    Transport,
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
    Experiment.CONTROL_HOPS: "The path to {host}, router by router",
    Experiment.CONTROL_NAME: "The name {host}, known to exist",
    Experiment.OTHER_BYTES: "Bytes that are not RTMP, port {port}",
    Experiment.NO_BYTES: "A connection that says nothing, port {port}",
    Experiment.SMALL_SEGMENTS: "{method}, in small pieces",
    Experiment.WEB_PAGE: "The server's start page on port {port}",
    Experiment.SERVER_PORT: "Another port of the server, {method}",
    Experiment.OTHER_ADDRESS: "The address that the second DNS server gives, {method}",
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
    Experiment.SECOND_RESOLVER: "The server's name asked of a second DNS server",
    Experiment.HOPS: "The path to port {port}, router by router",
    Experiment.REDIRECT: "Where the server sends its clients: {method}, on {host}",
    Experiment.PUBLISH: "Publishing to the stream, {method}",
    Experiment.PLAY: "Playing the stream, {method}",
}

_VERDICTS = {
    VerdictStatus.CONNECTED: Mark("✓", "Connected", Tone.GOOD, "ok"),
    VerdictStatus.CONNECTED_BY_FALLBACK: Mark("▲", "Connected by fallback", Tone.CAUTION, "!"),
    VerdictStatus.CONNECTED_THROUGH_PROXY: Mark("▲", "Connected through a proxy", Tone.CAUTION, "!"),
    VerdictStatus.REJECTED: Mark("⊘", "Rejected by server", Tone.BAD, "x"),
    VerdictStatus.UNREACHABLE: Mark("✗", "Unreachable", Tone.BAD, "x"),
    VerdictStatus.INCONCLUSIVE: Mark("?", "Inconclusive", Tone.CAUTION, "?"),
    VerdictStatus.STOPPED: Mark("■", "Stopped", Tone.NEUTRAL, "-"),
}

_CONFIDENCE = {
    Confidence.CONFIRMED: "Confirmed",
    Confidence.LIKELY: "Likely",
    Confidence.POSSIBLE: "Possible",
}

_SURE = ((0.9, "almost certainly"), (0.6, "likely"))
"""Words for a probability, by the least one that they stand for; below them it is "possibly"."""


FAILURES = {
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
    port = "UDP port" if endpoint.transport.carrier is Carrier.UDP else "port"
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


def describe_not_applicable(reason: NotApplicable) -> str:
    """Why a planned attempt cannot be made, as the end of a sentence: "no proxy is configured"."""
    return say(NOT_APPLICABLE[reason])


def reason_of(attempt: Attempt) -> str:
    """Why it is not applicable or was cancelled, "" where that is not known; text from outside, if a server or file gave it."""
    if attempt.not_applicable is not None:
        return describe_not_applicable(attempt.not_applicable)
    return one_line(attempt.reason)


def describe_plan(plan: Plan) -> str:
    """The order of a plan, without its checks: "RTMP 1935, RTMP 80, RTMPT 80, RTMP 1935 (proxy)"."""
    tried = [p.endpoint for p in plan.attempts if p.purpose is Purpose.FALLBACK]
    return ", ".join(f"{e.transport.value.upper()} {e.port}{' (proxy)' if e.proxy else ''}" for e in tried)


def duration_of(attempt: Attempt) -> float | None:
    """Seconds from an attempt's start to its end, or none if it did not run."""
    if attempt.started_s is None or attempt.ended_s is None:
        return None
    return attempt.ended_s - attempt.started_s


def mark_of(attempt: Attempt) -> Mark:
    """Icon, end marker and tone of a finished attempt: Connected, Refused, No answer, Rejected by server …"""
    if attempt.status is Status.CONNECTED:
        return Mark("✓", "Connected" if opens_netconnection(attempt) else "Answered", Tone.GOOD, "ok")
    if attempt.status is Status.REJECTED:
        return Mark("⊘", "Rejected by server", Tone.CAUTION, "!")
    if attempt.status is Status.NOT_APPLICABLE:
        return Mark("–", "Skipped", Tone.NEUTRAL, "-")
    if attempt.status is Status.CANCELLED:
        return Mark("■", "Stopped", Tone.NEUTRAL, "-")
    if attempt.status is Status.NOT_STARTED:
        return Mark("·", "Not started", Tone.NEUTRAL, ".")
    failed = attempt.failed_step
    word = failure_word(failed.failure) if failed is not None and failed.failure is not None else "Failed"
    return Mark("✗", word, Tone.BAD, "x")


def mark_of_verdict(status: VerdictStatus) -> Mark:
    """Icon, word and tone of a verdict: the same in terminal, report and window."""
    return _VERDICTS[status]


def describe_verdict(verdict: Verdict) -> str:
    """The verdict's word and headline on one line, the word once: "Connected by RTMP on port 1935"."""
    word, headline = mark_of_verdict(verdict.status).word, one_line(render(verdict.headline))
    return headline if headline.lower().startswith(word.lower()) else f"{word}: {headline}"


def readers_of(advice: Advice) -> tuple[tuple[str, str], ...]:
    """The three readers by name, each with the advice for them ("" where there is nothing to do)."""
    return (
        ("You", _steps(advice.user)),
        ("Your network administrator", _steps(advice.administrator)),
        ("Server operator", _steps(advice.operator)),
    )


def _steps(steps: tuple[Step, ...]) -> str:
    return " ".join(render(step.message) for step in steps)


def confidence_word(confidence: Confidence) -> str:
    return _CONFIDENCE[confidence]


def failure_word(failure: Failure) -> str:
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
    }.get(failure.kind) or FAILURES[failure.kind]


def opens_netconnection(attempt: Attempt) -> bool:
    """Whether "connected" means an open NetConnection, rather than an answer to some other question."""
    return attempt.endpoint.transport.is_media and attempt.step(StepName.CONNECT) is not None
