"""What a code of the telephone, or the text of a QR code, says in words: line by line, as a terminal prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fmsdiag.messages.causes import CAUSE_NAMES
from fmsdiag.messages.failures import FailureWords
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.plans import PLAN_TITLES
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import NO_CAUSE, Cause, Confidence, Endpoint, PlanName, VerdictStatus
from fmsdiag.report.outcome_texts import Failed
from fmsdiag.report.verdict_code.code import VerdictCode
from fmsdiag.report.verdict_code.layouts import CodedAttempt, Way
from fmsdiag.report.verdict_code.numbers import (
    NO_CAUSE_NUMBER,
    OTHER_CAUSE_NUMBER,
    OTHER_PLAN_NUMBER,
    CodedOutcome,
)
from fmsdiag.report.verdict_code.packed import PackedAttempt, PackedOutcome, outcome_words, way_words
from fmsdiag.report.view import ViewTexts
from fmsdiag.report.words import MarkWords, confidence_word, describe_endpoint, mark_of_verdict

_ANY_PROXY = "proxy"
"""A proxy without a URL: a code does not say which one."""


class ToldTexts(Table, of="verdict-code.words"):
    """One line each, in this order."""

    NEWER = text(
        "This code was made by a newer version of fmsdiag. What this version cannot read of it is left out; a newer one "
        "reads all of it."
    )
    SERVER = text("Server: {host}")
    RESULT = text("Result: {word:name}")
    RESULT_IMPAIRED = text("Result: {word:name}, but not well")
    UNKNOWN_RESULT = text("Result: one that only a newer version of fmsdiag knows (number {number:name})")
    # translators: {cause} is an id such as port-blocked, or none
    CAUSE = text("Cause: {cause:name}")
    UNKNOWN_CAUSE = text("Cause: one that only a newer version of fmsdiag knows (number {number:name})")
    OTHER_CAUSE = text("Cause: one that a code cannot name. Ask for the report.")
    MEANING = text("Meaning: {meaning:name}")
    CONFIDENCE = text("Confidence: {confidence:name}")
    PLAN = text("Plan: {title:name} ({plan:name})")
    UNKNOWN_PLAN = text("Plan: one that only a newer version of fmsdiag knows (number {number:name})")
    OTHER_PLAN = text("Plan: one that a code cannot name")
    ATTEMPTS = text("Attempts:")
    # translators: {transport} is such as RTMP
    OTHER_PORT = text("{transport:name} on another port")
    OTHER_WAY = text("Attempt of a kind that only a newer version of fmsdiag knows")
    NO_ATTEMPT = text("No attempt was finished.")
    MORE = text("There were more attempts; the report has them.")
    TESTED = text("Tested: {at:moment}")
    REPORT = text("Report: {report:name}, fmsdiag {version:name}")


class CodedOutcomeTexts(Table, of="verdict-code.outcomes"):
    """How an attempt ended, as far as a code tells it and the markers of attempts have no word for it."""

    NO_NAME = text("Name lookup failed")
    NO_TLS = text("Secure connection failed")
    PROXY = text("Proxy refused or wants a sign-in")
    NOT_MADE = text("Skipped or not finished")


OUTCOME_TEXTS: Mapping[CodedOutcome, Text] = {
    CodedOutcome.NONE: CodedOutcomeTexts.NOT_MADE,
    CodedOutcome.CONNECTED: MarkWords.CONNECTED,
    CodedOutcome.REJECTED: MarkWords.REJECTED,
    CodedOutcome.NO_ANSWER: FailureWords.TIMED_OUT,
    CodedOutcome.REFUSED: FailureWords.REFUSED,
    CodedOutcome.RESET: FailureWords.RESET,
    CodedOutcome.CLOSED: FailureWords.CLOSED,
    CodedOutcome.UNREACHABLE: FailureWords.UNREACHABLE,
    CodedOutcome.NOT_PERMITTED: FailureWords.NOT_PERMITTED,
    CodedOutcome.NO_NAME: CodedOutcomeTexts.NO_NAME,
    CodedOutcome.NO_TLS: CodedOutcomeTexts.NO_TLS,
    CodedOutcome.SILENT: Failed.PORT_OPEN_SILENT,
    CodedOutcome.UNEXPECTED: FailureWords.UNEXPECTED_REPLY,
    CodedOutcome.PROXY: CodedOutcomeTexts.PROXY,
    CodedOutcome.NOT_MADE: CodedOutcomeTexts.NOT_MADE,
    CodedOutcome.OTHER: MarkWords.FAILED,
}


# ---- of the telephone
def told_code(code: VerdictCode) -> list[str]:
    """Result, cause, confidence, plan, one line an attempt, and what this version cannot read."""
    return list(_told_code(code))


def _told_code(code: VerdictCode) -> Iterator[str]:
    if code.is_newer:
        yield say(ToldTexts.NEWER)
    if code.known_status is not None:
        yield _result(*code.known_status)
    else:
        yield say(ToldTexts.UNKNOWN_RESULT, number=str(code.status))
    yield from _coded_cause(code)
    yield from _confidence(code.known_confidence)
    if code.known_plan is not None:
        yield _plan(code.known_plan)
    elif code.plan == OTHER_PLAN_NUMBER:
        yield say(ToldTexts.OTHER_PLAN)
    else:
        yield say(ToldTexts.UNKNOWN_PLAN, number=str(code.plan))
    if code.attempts:
        yield say(ToldTexts.ATTEMPTS)
        yield from (f"  {_coded_attempt(attempt)}" for attempt in code.attempts)
    elif code.attempts is not None and not code.has_more:
        yield say(ToldTexts.NO_ATTEMPT)
    if code.has_more:
        yield say(ToldTexts.MORE)
    if code.known_cause is not None:
        yield say(ViewTexts.MORE, cause=code.known_cause.value)


def _coded_cause(code: VerdictCode) -> Iterator[str]:
    if code.cause == NO_CAUSE_NUMBER:
        yield say(ToldTexts.CAUSE, cause=NO_CAUSE)
    elif code.known_cause is not None:
        yield from _cause(code.known_cause.value)
    elif code.cause == OTHER_CAUSE_NUMBER:
        yield say(ToldTexts.OTHER_CAUSE)
    else:
        yield say(ToldTexts.UNKNOWN_CAUSE, number=str(code.cause))


def _coded_attempt(attempt: CodedAttempt) -> str:
    method = say(ToldTexts.OTHER_WAY) if attempt.way is None else _way(attempt.way)
    said = OUTCOME_TEXTS[attempt.outcome]
    if attempt.outcome is CodedOutcome.CONNECTED and attempt.way and not attempt.way.transport.is_media:
        said = MarkWords.ANSWERED
    return say(ViewTexts.ATTEMPT, method=method, outcome=say(said))


def _way(way: Way) -> str:
    if way.port is None:
        return say(ToldTexts.OTHER_PORT, transport=way.transport.value.upper())
    proxy = _ANY_PROXY if way.proxied else None
    return describe_endpoint(Endpoint(way.transport, "", way.port, proxy=proxy))


# ---- of a QR code
def told_outcome(packed: PackedOutcome) -> list[str]:
    """The same with server, times, and the report's identity."""
    return list(_told_outcome(packed))


def _told_outcome(packed: PackedOutcome) -> Iterator[str]:
    if packed.is_newer:
        yield say(ToldTexts.NEWER)
    yield say(ToldTexts.SERVER, host=as_typed(packed.host))
    yield _result(packed.status, packed.impaired)
    yield from _cause(packed.cause)
    yield from _confidence(packed.confidence)
    yield _plan(packed.plan)
    if packed.attempts:
        yield say(ToldTexts.ATTEMPTS)
        yield from (f"  {_packed_attempt(attempt)}" for attempt in packed.attempts)
    elif not packed.left_out:
        yield say(ToldTexts.NO_ATTEMPT)
    if packed.left_out:
        yield say(ViewTexts.LEFT_OUT, count=packed.left_out)
    yield say(ToldTexts.TESTED, at=packed.at)
    yield say(ToldTexts.REPORT, report=one_line(packed.report, 60), version=one_line(packed.version, 60))
    if packed.cause in set(Cause):
        yield say(ViewTexts.MORE, cause=packed.cause)


def _packed_attempt(attempt: PackedAttempt) -> str:
    values = {"method": way_words(attempt), "outcome": outcome_words(attempt)}
    if attempt.took_ms is None:
        return say(ViewTexts.ATTEMPT, **values)
    return say(ViewTexts.ATTEMPT_TIMED, **values, took=attempt.took_ms / 1000)


# ---- of both
def _result(status: VerdictStatus, impaired: bool) -> str:
    said = ToldTexts.RESULT_IMPAIRED if impaired else ToldTexts.RESULT
    return say(said, word=mark_of_verdict(status, impaired).word)


def _cause(cause: str) -> Iterator[str]:
    yield say(ToldTexts.CAUSE, cause=one_line(cause, 60))
    if cause in set(Cause):
        yield say(ToldTexts.MEANING, meaning=say(CAUSE_NAMES[Cause(cause)]))


def _confidence(confidence: Confidence | None) -> Iterator[str]:
    if confidence is not None:
        yield say(ToldTexts.CONFIDENCE, confidence=confidence_word(confidence))


def _plan(plan: PlanName) -> str:
    return say(ToldTexts.PLAN, title=visible(say(PLAN_TITLES[plan])), plan=plan.value)
