"""The outcome of a run whole, as the text of a QR code: "FMSDIAG:" and base 32 (RFC 4648) of JSON compressed by zlib.

The text has only characters of a QR code's alphanumeric mode, so that version 20 at error correction M always holds it.
Where that is too small, the last attempts are left out and counted. It is read from anywhere: what it unpacks to is
bounded before it is unpacked, and read strictly.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Annotated

import msgspec

from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.failures import FAILURE_WORDS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import (
    NO_CAUSE,
    Attempt,
    Confidence,
    Endpoint,
    Experiment,
    FailureKind,
    Family,
    PlanName,
    Purpose,
    Report,
    Status,
    StepName,
    Transport,
    VerdictStatus,
)
from fmsdiag.report.outcome_texts import Failed
from fmsdiag.report.words import MarkWords, describe_endpoint, opens_netconnection, step_label

START = "FMSDIAG:"
ANSWERED = "answered"
"""The outcome of what got its answer without opening a NetConnection."""
VERSION = 1
MOST_CHARACTERS = 970
"""What a QR code of version 20 holds at error correction M in its alphanumeric mode (ISO/IEC 18004, table 7)."""
_MOST_TYPED = 5_000
"""The largest QR code holds 4,296 characters; the rest is for line breaks."""
_MOST_UNPACKED = 20_000
_LONGEST_HOST, _LONGEST = 253, 40
_MOST_MS = 86_400_000
_SPACE = re.compile(r"\s+")

Words = Annotated[str, msgspec.Meta(max_length=400)]


class PackedTexts(Table, of="verdict-code.qr"):
    """Why a text is not that of a QR code. One sentence, without a full stop at the end."""

    TOO_LONG = text("This text is too long for a QR code of fmsdiag")
    DAMAGED = text("This text of a QR code is damaged or not complete. Scan the code again")
    TOO_NEW = text("This QR code was made by a newer version of fmsdiag, and this one cannot read it")
    ROUTE_IN = text("{name:name}, {route:name}")


class PackedError(ValueError):
    """A text that is not that of a QR code; the message says why, for people."""


class PackedAttempt(msgspec.Struct, frozen=True, array_like=True):
    """One attempt."""

    key: Words  # as Endpoint.key: "tcp/1935/rtmp"
    what: Words  # a Purpose, or the Experiment of a follow-up
    outcome: Words  # a Status, "answered", or the FailureKind of one that failed
    step: Words = ""  # the StepName in which it failed
    took_ms: Annotated[int, msgspec.Meta(ge=0, le=_MOST_MS)] | None = None


class PackedOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the QR code holds. The names in JSON are short, for each letter makes the code larger."""

    v: int
    report: Words = msgspec.field(name="id")
    at: Words  # RFC 3339
    version: Words = msgspec.field(name="by")  # of fmsdiag
    host: Words
    plan: PlanName
    status: VerdictStatus = msgspec.field(name="is")
    impaired: bool = msgspec.field(name="bad", default=False)
    cause: Words = NO_CAUSE
    confidence: Confidence | None = msgspec.field(name="sure", default=None)
    attempts: tuple[PackedAttempt, ...] = msgspec.field(name="tried", default=())
    left_out: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = msgspec.field(name="more", default=0)

    @property
    def is_newer(self) -> bool:
        return self.v > VERSION


class _Header(msgspec.Struct):
    v: int


# ---- from a report
def packed_text(report: Report) -> str:
    """The text of the report's QR code, at most MOST_CHARACTERS. Redact the report first: this hides nothing."""
    whole = _outcome(report)
    least, most = 0, len(whole.attempts)
    if len(found := _text(whole)) <= MOST_CHARACTERS:
        return found
    while least < most:  # the most attempts that fit
        middle = (least + most + 1) // 2
        if len(_text(_first(whole, middle))) <= MOST_CHARACTERS:
            least = middle
        else:
            most = middle - 1
    return _text(_first(whole, least))


def _outcome(report: Report) -> PackedOutcome:
    verdict = report.verdict
    finding = report.findings[0] if report.findings else None
    return PackedOutcome(
        v=VERSION,
        report=_ascii(report.report_id, _LONGEST),
        at=_ascii(report.started_at, _LONGEST),
        version=_ascii(report.tool.version, _LONGEST),
        host=_ascii(report.target.host, _LONGEST_HOST),
        plan=report.plan.name,
        status=verdict.status,
        impaired=verdict.impaired,
        cause=_ascii(finding.cause if finding is not None else verdict.cause, _LONGEST),
        confidence=finding.confidence if finding is not None else verdict.confidence,
        attempts=tuple(map(_attempt, _ordered(report))),
    )


def _ordered(report: Report) -> list[Attempt]:
    """The plan's own first, since the last are left out where there are too many."""
    order = (Purpose.FALLBACK, Purpose.CHECK, Purpose.FOLLOW_UP, Purpose.CONTROL)
    return sorted(report.attempts, key=lambda attempt: order.index(attempt.purpose))


def _attempt(attempt: Attempt) -> PackedAttempt:
    ended = attempt.failed_step if attempt.status is Status.FAILED else None
    failure = ended.told_failure if ended is not None else None
    took_s = attempt.duration_s
    return PackedAttempt(
        key=attempt.endpoint.key,
        what=(attempt.experiment or attempt.purpose).value,
        outcome=failure.kind.value if failure is not None else _ended(attempt),
        step=ended.step.value if ended is not None else "",
        took_ms=None if took_s is None else min(max(round(took_s * 1000), 0), _MOST_MS),
    )


def _ended(attempt: Attempt) -> str:
    """Its status; to connect means a NetConnection, anything else has an answer."""
    is_answer = attempt.status is Status.CONNECTED and not opens_netconnection(attempt)
    return ANSWERED if is_answer else attempt.status.value


def _ascii(words: str, limit: int) -> str:
    """Identifiers have no other letters; where a file from somewhere has, the code must not grow by them."""
    return one_line(words, limit).encode("ascii", "replace").decode("ascii")


def _first(whole: PackedOutcome, count: int) -> PackedOutcome:
    left_out = len(whole.attempts) - count
    return msgspec.structs.replace(whole, attempts=whole.attempts[:count], left_out=min(left_out, 10_000))


def _text(outcome: PackedOutcome) -> str:
    packed = zlib.compress(msgspec.json.encode(outcome), 9)
    return START + base64.b32encode(packed).decode("ascii").rstrip("=")


# ---- from a text
def is_packed(typed: str) -> bool:
    """Whether it begins as the text of a QR code does."""
    return typed[: len(START) + 20].lstrip().upper().startswith(START)


def read_packed(typed: str) -> PackedOutcome:
    """The outcome in the text of a QR code. Raises PackedError that says why there is none."""
    if len(typed) > _MOST_TYPED:
        raise PackedError(say(PackedTexts.TOO_LONG))
    document = _unpacked(_SPACE.sub("", typed)[len(START) :])
    try:
        return msgspec.json.decode(document, type=PackedOutcome)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        said = PackedTexts.TOO_NEW if _version(document) > VERSION else PackedTexts.DAMAGED
        raise PackedError(say(said)) from None


def _version(document: bytes) -> int:
    try:
        return msgspec.json.decode(document, type=_Header).v
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return 0


def _unpacked(letters: str) -> bytes:
    try:
        packed = base64.b32decode(letters + "=" * (-len(letters) % 8), casefold=True)
        inflater = zlib.decompressobj()
        document = inflater.decompress(packed, _MOST_UNPACKED)
    except (binascii.Error, ValueError, zlib.error):
        raise PackedError(say(PackedTexts.DAMAGED)) from None
    if not inflater.eof or inflater.unused_data:
        raise PackedError(say(PackedTexts.DAMAGED))
    return document


# ---- in words
_STATUSES: dict[str, Text] = {
    Status.CONNECTED: MarkWords.CONNECTED,
    ANSWERED: MarkWords.ANSWERED,
    Status.REJECTED: MarkWords.REJECTED,
    Status.NOT_APPLICABLE: MarkWords.SKIPPED,
    Status.CANCELLED: MarkWords.NOT_FINISHED,
    Status.NOT_STARTED: MarkWords.NOT_STARTED,
    Status.FAILED: MarkWords.FAILED,
}
_BEFORE_OPEN = ("", StepName.DNS, StepName.ROUTE, StepName.UDP, StepName.TCP)


def outcome_words(attempt: PackedAttempt) -> str:
    """How it ended; as it is written where this program does not know it."""
    known = _STATUSES.get(attempt.outcome)
    if known is None and attempt.outcome in set(FailureKind):
        known = FAILURE_WORDS[FailureKind(attempt.outcome)]
    outcome = say(known) if known is not None else one_line(attempt.outcome, _LONGEST)
    if attempt.step in _BEFORE_OPEN or attempt.step not in set(StepName):
        return outcome
    return say(Failed.IN_STEP, outcome=outcome, step=step_label(StepName(attempt.step)))


def way_words(attempt: PackedAttempt) -> str:
    """What was tried: "RTMP on port 1935", a follow-up by its name; as it is written where this program does not know it."""
    endpoint = _endpoint(attempt.key)
    route = describe_endpoint(endpoint) if endpoint is not None else one_line(attempt.key, _LONGEST)
    if attempt.what not in set(Experiment):
        return route
    return say(PackedTexts.ROUTE_IN, name=say(EXPERIMENTS[Experiment(attempt.what)].name), route=route)


def _endpoint(key: str) -> Endpoint | None:
    """The endpoint that a key names, without its host; none where this program does not know such a key."""
    _, port, transport, *more = (*key.split("/", 5), "", "", "")[:6]
    is_known = transport in set(Transport) and port.isascii() and port.isdigit() and len(port) <= 5
    if not is_known:
        return None
    family = next(_families(more), Family.ANY)
    proxy = "proxy" if "proxy" in more else None
    return Endpoint(Transport(transport), "", int(port), family, proxy=proxy)


def _families(words: list[str]) -> Iterator[Family]:
    return (family for family in (Family.IPV4, Family.IPV6) if family in words)
