"""How attempts, steps and verdicts are named: the words that the terminal, the reports and the window share.

Import these from the window too, so that one thing has one name everywhere. The principles behind them:
rejected is not failed, not offered is not blocked, not measured is not zero, and a mark is never a color
alone but icon, word and tone. Text that came from a server is made visible here (see visible.py); the
callers need not do it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Protocol

import msgspec

from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.failures import FAILURE_WORDS, FailureWords
from fmsdiag.messages.not_applicable import NOT_APPLICABLE, Reasons
from fmsdiag.messages.reader import current_language, render, say
from fmsdiag.messages.step_names import STEP_NAMES, StepNames
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import (
    Advice,
    Attempt,
    Confidence,
    Endpoint,
    Experiment,
    Failure,
    FailureKind,
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
from fmsdiag.model.messages import Route
from fmsdiag.report.measured import Showed, showed, was_measured

NOT_MEASURED = "–"


class Tone(Enum):
    """What a mark means; each face chooses its own color for it."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    NEUTRAL = "neutral"


class Mark(msgspec.Struct, frozen=True):
    """How an outcome is marked: never by color alone."""

    icon: str
    word: str
    tone: Tone
    ascii_icon: str
    picture: str = ""
    """The bundled icon, where it is not the tone's: see mark_icons.py."""


class Tried(Protocol):
    """What Attempt, AttemptStarted and PlannedAttempt have in common."""

    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def purpose(self) -> Purpose: ...


class MarkWords(Table, of="marks-of-attempts"):
    """End markers beside those of failures (see messages/failures.py)."""

    CONNECTED = text("Connected")
    ANSWERED = text("Answered")
    REJECTED = text("Rejected by server")
    SKIPPED = text("Skipped")
    STOPPED = text("Stopped")
    # it was under way when nothing more was needed, or when the user stopped the test
    NOT_FINISHED = text("Not finished")
    NOT_STARTED = text("Not started")
    RUNNING = text("Running")
    FAILED = text("Failed")
    PASSED = text("Passed")
    PARTLY = text("Some failed")
    SLOW = text("Slow")
    MEASURED = text("Measured")
    # what a network usually says that has no proxy: it announces no configuration script (WPAD)
    NONE_ANNOUNCED = text("None announced in DNS")


class VerdictWords(Table, of="verdict-words"):
    """One word for each verdict: on the card, in a report, in a notification."""

    CONNECTED = text("Connected")
    CONNECTED_BY_FALLBACK = text("Connected using a fallback")
    CONNECTED_THROUGH_PROXY = text("Connected through a proxy")
    REJECTED = text("Rejected by server")
    UNREACHABLE = text("Not connected")
    INCONCLUSIVE = text("Inconclusive")
    STOPPED = text("Stopped")
    # translators: {word} is one of the above; {headline} is a sentence
    WITH_HEADLINE = text("{word:name}. {headline:name}")


class MethodNames(Table, of="method-names"):
    """What is tried, and through what."""

    AT_ADDRESS = text("{route:name}, address {address}")
    ON_HOST = text("{route:name} on {host}")
    THROUGH = text("{route:name} through {proxy:name}")
    PROXY = text("the proxy {where:name}")
    ANY_PROXY = text("the proxy")
    # translators: "RTMP 1935", an item of a list
    SHORT = text("{transport:name} {port}")
    SHORT_PROXIED = text("{transport:name} {port} (proxy)")
    CERTAIN = text("Almost certainly {software:name}")
    LIKELY = text("Likely {software:name}")
    POSSIBLE = text("Possibly {software:name}")


class ConfidenceWords(Table, of="confidence-words"):
    """How sure a finding is."""

    CONFIRMED = text("Confirmed")
    LIKELY = text("Likely")
    POSSIBLE = text("Possible")


class ReaderNames(Table, of="readers"):
    """The three for whom a finding has steps."""

    USER = text("You")
    ADMINISTRATOR = text("Your network administrator")
    OPERATOR = text("Server operator")


_VERDICTS: Mapping[VerdictStatus, tuple[str, Tone, str]] = {
    VerdictStatus.CONNECTED: ("✓", Tone.GOOD, "ok"),
    VerdictStatus.CONNECTED_BY_FALLBACK: ("▲", Tone.CAUTION, "!"),
    VerdictStatus.CONNECTED_THROUGH_PROXY: ("▲", Tone.CAUTION, "!"),
    VerdictStatus.REJECTED: ("⊘", Tone.BAD, "x"),
    VerdictStatus.UNREACHABLE: ("✗", Tone.BAD, "x"),
    VerdictStatus.INCONCLUSIVE: ("?", Tone.CAUTION, "?"),
    VerdictStatus.STOPPED: ("■", Tone.NEUTRAL, "-"),
}
_CONFIDENCE: Mapping[Confidence, Text] = {
    confidence: getattr(ConfidenceWords, confidence.name) for confidence in Confidence
}
_SURE = ((0.9, MethodNames.CERTAIN), (0.6, MethodNames.LIKELY))
"""How a probability is worded, by its lower limit; below them it is possible."""
_NOT_OFFERED = frozenset(
    {
        FailureKind.TIMED_OUT,
        FailureKind.REFUSED,
        FailureKind.RESET,
        FailureKind.CLOSED,
        FailureKind.STALLED,
        FailureKind.UNEXPECTED_REPLY,
        FailureKind.TLS_ALERT,
    }
)
"""How a server or the firewall before it answers for a port or protocol that it does not offer."""
_PICTURES = {
    FailureKind.TIMED_OUT: "no-answer",
    FailureKind.STALLED: "no-answer",
    FailureKind.UNEXPECTED_REPLY: "unexpected",
    FailureKind.REJECTED: "rejected",
}


def format_duration(seconds: float | None) -> str:
    """A measured time for people: "0.4 ms", "12 ms", "5.0 s"; what was not measured is a dash, never zero."""
    return NOT_MEASURED if seconds is None else current_language().duration(seconds)


def step_label(step: StepName, transport: Transport | None = None) -> str:
    """ "TCP connection", "RTMP handshake" …; RTMFP, if that is the transport, exchanges keys instead of shaking hands."""
    if step is StepName.HANDSHAKE and transport is Transport.RTMFP:
        return say(StepNames.KEY_EXCHANGE)
    return say(STEP_NAMES[step])


def observed_label(observation: Observation) -> str:
    """The label of a step that has ended: what it measured tells RTMFP's handshake from RTMP's."""
    transport = Transport.RTMFP if isinstance(observation.facts, KeyingFacts) else None
    return step_label(observation.step, transport)


def describe_endpoint(endpoint: Endpoint) -> str:
    """The method in words, without the host: "RTMP on port 1935", as findings call it."""
    route = current_language().route(Route(endpoint.transport, endpoint.port, family=endpoint.family))
    if endpoint.address:
        route = say(MethodNames.AT_ADDRESS, route=route, address=one_line(endpoint.address, 60))
    return (
        say(MethodNames.THROUGH, route=route, proxy=name_proxy(endpoint.proxy)) if endpoint.proxy else route
    )


def name_proxy(url: str) -> str:
    """A proxy for people: "the proxy cache.example.net:3128", or "the proxy" where no URL names it."""
    where = one_line(url.partition("://")[2].rpartition("@")[2].partition("/")[0], 80)
    return say(MethodNames.PROXY, where=where) if where else say(MethodNames.ANY_PROXY)


def describe_identity(identity: ServerIdentity) -> str:
    """What the server seems to be, and how sure that is: "Likely nginx-rtmp"."""
    sure = next((said for least, said in _SURE if identity.probability >= least), MethodNames.POSSIBLE)
    return say(sure, software=one_line(identity.software, 80))


def describe_method(tried: Tried) -> str:
    """What an attempt tries: its endpoint, or for a follow-up the question that it answers."""
    experiment: Experiment | None = getattr(tried, "experiment", None)
    method, host = describe_endpoint(tried.endpoint), one_line(tried.endpoint.host, 80)
    if experiment is None:
        is_control = tried.purpose is Purpose.CONTROL
        return say(MethodNames.ON_HOST, route=method, host=host) if is_control else method
    spec = EXPERIMENTS[experiment]
    row = spec.row if tried.endpoint.proxy is None else spec.row_proxied
    values = {"host": host, "port": tried.endpoint.port, "method": method}
    return say(row, **{place: values[place] for place in row.places})


def describe_not_applicable(reason: NotApplicable) -> str:
    """Why an attempt was not made or was given up, as the end of a sentence: "no proxy is configured"."""
    return say(NOT_APPLICABLE[reason])


def reason_of(attempt: Attempt) -> str:
    """Why it is not applicable or was cancelled, "" where that is not known; text from outside, if a server or file gave it."""
    if attempt.not_applicable is NotApplicable.FAULT and attempt.reason:
        return say(Reasons.FAULT_DETAIL, detail=one_line(attempt.reason))
    if attempt.not_applicable is not None:
        return describe_not_applicable(attempt.not_applicable)
    return one_line(attempt.reason)


def describe_plan(plan: Plan) -> str:
    """The order of a plan, without its checks: "RTMP 1935, RTMP 80, and RTMPT 80"."""
    tried = [p.endpoint for p in plan.attempts if p.purpose is Purpose.FALLBACK]
    return current_language().list([_short(endpoint) for endpoint in tried])


def _short(endpoint: Endpoint) -> str:
    said = MethodNames.SHORT_PROXIED if endpoint.proxy else MethodNames.SHORT
    return say(said, transport=endpoint.transport.value.upper(), port=endpoint.port)


def mark_of(attempt: Attempt) -> Mark:
    """Icon, end marker and tone of a finished attempt: Connected, Refused, No answer, Rejected by server …"""
    match attempt.status:
        case Status.CONNECTED:
            return _measured(attempt)
        case Status.REJECTED:
            return Mark("⊘", say(MarkWords.REJECTED), Tone.CAUTION, "!", "rejected")
        case Status.NOT_APPLICABLE:
            return Mark("–", say(MarkWords.SKIPPED), Tone.NEUTRAL, "-", "skipped")
        case Status.CANCELLED:
            ended_with_run = attempt.not_applicable is NotApplicable.STOPPED
            word = MarkWords.NOT_FINISHED if ended_with_run else MarkWords.STOPPED
            return Mark("■", say(word), Tone.NEUTRAL, "-", "stopped")
        case Status.NOT_STARTED:
            return Mark("·", say(MarkWords.NOT_STARTED), Tone.NEUTRAL, ".", "waiting")
        case Status.FAILED:
            return _measured(attempt) if was_measured(attempt) else _failed(attempt)


def _measured(attempt: Attempt) -> Mark:
    """What an attempt showed that came to its end; a test of its own kind may have shown that something fails."""
    match showed(attempt):
        case Showed.BAD:
            return Mark("✗", say(MarkWords.FAILED), Tone.BAD, "x")
        case Showed.PARTLY:
            return Mark("▲", say(MarkWords.PARTLY), Tone.CAUTION, "!")
        case Showed.SLOW:
            return Mark("▲", say(MarkWords.SLOW), Tone.CAUTION, "!")
        case Showed.NEITHER:
            return Mark("–", say(MarkWords.MEASURED), Tone.NEUTRAL, "-", "skipped")
        case Showed.GOOD:
            lasting = attempt.experiment in (Experiment.IDLE, Experiment.UPLOAD)
            opened = MarkWords.PASSED if lasting else MarkWords.CONNECTED
            word = opened if opens_netconnection(attempt) else MarkWords.ANSWERED
            return Mark("✓", say(word), Tone.GOOD, "ok")


def announces_nothing(attempt: Attempt) -> bool:
    """Whether this network names no proxy script, as most networks do not: that is no failure."""
    ended = attempt.failed_step
    kind = ended.failure.kind if ended is not None and ended.failure is not None else None
    return attempt.experiment is Experiment.WPAD and kind in (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)


def _failed(attempt: Attempt) -> Mark:
    """How an attempt failed; red only where that is a fault."""
    step = attempt.failed_step
    failure = step.told_failure if step is not None else None
    if announces_nothing(attempt):
        return Mark("–", say(MarkWords.NONE_ANNOUNCED), Tone.NEUTRAL, "-", "skipped")
    if failure is None:
        return Mark("✗", say(MarkWords.FAILED), Tone.BAD, "x")
    tone = tone_of_failure(attempt.purpose, failure)
    if tone is Tone.NEUTRAL:
        return Mark("–", failure_word(failure), tone, "-", "skipped")
    return Mark("✗", failure_word(failure), tone, "x", _PICTURES.get(failure.kind, ""))


def tone_of_failure(purpose: Purpose, failure: Failure) -> Tone:
    """What was only checked and is not there is most often not offered, as by many a healthy server: no fault."""
    is_optional = purpose is Purpose.CHECK and not failure.offline
    return Tone.NEUTRAL if is_optional and failure.kind in _NOT_OFFERED else Tone.BAD


def running_mark() -> Mark:
    """The mark of an attempt that has not ended."""
    return Mark("…", say(MarkWords.RUNNING), Tone.NEUTRAL, "…", "running")


def mark_of_verdict(status: VerdictStatus, impaired: bool = False) -> Mark:
    """Icon, word and tone of a verdict: the same in terminal, report and window.

    `impaired`: it connected, but not well.
    """
    icon, tone, ascii_icon = _VERDICTS[status]
    if impaired and tone is Tone.GOOD:
        icon, tone, ascii_icon = _VERDICTS[VerdictStatus.CONNECTED_BY_FALLBACK]
    return Mark(icon, say(_verdict_word(status)), tone, ascii_icon)


def _verdict_word(status: VerdictStatus) -> Text:
    word: Text = getattr(VerdictWords, status.name)
    return word


def describe_verdict(verdict: Verdict) -> str:
    """The verdict's word and headline on one line: "Connected. Streaming works: RTMP on port 1935 connects." """
    word = mark_of_verdict(verdict.status).word
    return say(VerdictWords.WITH_HEADLINE, word=word, headline=one_line(render(verdict.headline)))


def readers_of(advice: Advice) -> tuple[tuple[str, str], ...]:
    """The three readers by name, each with the advice for them ("" where there is nothing to do)."""
    return (
        (say(ReaderNames.USER), _steps(advice.user)),
        (say(ReaderNames.ADMINISTRATOR), _steps(advice.administrator)),
        (say(ReaderNames.OPERATOR), _steps(advice.operator)),
    )


def _steps(steps: tuple[Step, ...]) -> str:
    return " ".join(render(step.message) for step in steps)


def confidence_word(confidence: Confidence) -> str:
    return say(_CONFIDENCE[confidence])


def failure_word(failure: Failure) -> str:
    """The end marker alone, without the particulars."""
    return say(FailureWords.NO_NETWORK if failure.offline else FAILURE_WORDS[failure.kind])


def opens_netconnection(attempt: Attempt) -> bool:
    """Whether "connected" means an open NetConnection, rather than an answer to some other question."""
    return attempt.endpoint.transport.is_media and attempt.step(StepName.CONNECT) is not None
