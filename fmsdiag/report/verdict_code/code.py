"""A verdict as 60 bits, written in 14 characters: made from a report, and read again.

    version 3 | plan 5 | verdict 4 | cause 9 | confidence 2 | more 1 | layout 3 | attempts 33

The first bits are the highest. Up to the confidence, every version of the format keeps this order, so that an older program
can read what a newer one found. Nothing of the server, the network or a person is in a code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import NO_CAUSE, Cause, Confidence, PlanName, Report, VerdictStatus
from fmsdiag.report.verdict_code.layouts import BITS, CodedAttempt, pack_attempts, unpack_attempts
from fmsdiag.report.verdict_code.numbers import (
    CAUSES,
    CONFIDENCES,
    NO_CAUSE_NUMBER,
    OTHER_CAUSE_NUMBER,
    OTHER_PLAN_NUMBER,
    PLANS,
    STATUSES,
    UNKNOWN_STATUS_NUMBER,
)
from fmsdiag.report.verdict_code.symbols import DATA, CodeError, read_symbols, with_checks, written

VERSION = 1
_FIELDS = (3, 5, 4, 9, 2, 1, 3, BITS)
_SYMBOL_BITS = 5


class VerdictCodeTexts(Table, of="verdict-code"):
    """Why a code whose check characters match is none."""

    NO_VERSION = text("This is not a code of fmsdiag. Ask for the code again")


@dataclass(frozen=True)
class VerdictCode:
    """What a code says, by number: this program may not know each of them."""

    version: int
    plan: int
    status: int
    cause: int
    confidence: int
    has_more: bool
    attempts: tuple[CodedAttempt, ...] | None
    """None where only a newer version can read them."""

    @property
    def is_newer(self) -> bool:
        """Whether a newer version of fmsdiag made it, and this one cannot read all of it."""
        return self.version > VERSION or self.attempts is None

    @property
    def known_plan(self) -> PlanName | None:
        return PLANS.get(self.plan)

    @property
    def known_status(self) -> tuple[VerdictStatus, bool] | None:
        """The verdict, and whether the connection is impaired."""
        return STATUSES.get(self.status)

    @property
    def known_cause(self) -> Cause | None:
        return CAUSES.get(self.cause)

    @property
    def known_confidence(self) -> Confidence | None:
        """None where nothing was found."""
        return CONFIDENCES.get(self.confidence)


def code_of(report: Report) -> str:
    """The code of a report, as it is read aloud."""
    plan = _number(PLANS, report.plan.name, OTHER_PLAN_NUMBER)
    packed = pack_attempts(report, plan)
    cause, confidence = _found(report)
    values = (
        VERSION,
        plan,
        _status_of(report),
        cause,
        confidence,
        int(packed.has_more),
        packed.layout.value,
        packed.bits,
    )
    bits = 0
    for value, size in zip(values, _FIELDS, strict=True):
        bits = bits << size | value
    return written(with_checks([bits >> _SYMBOL_BITS * (DATA - 1 - n) & 31 for n in range(DATA)]))


def read_code(typed: str) -> VerdictCode:
    """What a code says, however it was typed. Raises CodeError that says what is wrong with it."""
    bits = 0
    for symbol in read_symbols(typed):
        bits = bits << _SYMBOL_BITS | symbol
    values, left = [], sum(_FIELDS)
    for size in _FIELDS:
        left -= size
        values.append(bits >> left & (1 << size) - 1)
    version, plan, status, cause, confidence, more, layout, attempts = values
    if version == 0:
        raise CodeError(say(VerdictCodeTexts.NO_VERSION))
    told = unpack_attempts(layout, attempts, plan) if version == VERSION else None
    return VerdictCode(version, plan, status, cause, confidence, bool(more) and version == VERSION, told)


def _status_of(report: Report) -> int:
    verdict = report.verdict
    fine = _number(STATUSES, (verdict.status, False), UNKNOWN_STATUS_NUMBER)
    return _number(STATUSES, (verdict.status, verdict.impaired), fine)


def _found(report: Report) -> tuple[int, int]:
    """The numbers of the first finding's cause and confidence."""
    verdict = report.verdict
    cause, confidence = verdict.cause, verdict.confidence
    if report.findings:
        cause, confidence = report.findings[0].cause, report.findings[0].confidence
    if cause == NO_CAUSE:
        return NO_CAUSE_NUMBER, 0
    return _number(CAUSES, cause, OTHER_CAUSE_NUMBER), _number(CONFIDENCES, confidence, 0)


def _number(table: Mapping[int, object], value: object, otherwise: int) -> int:
    return next((number for number, each in table.items() if each == value), otherwise)
