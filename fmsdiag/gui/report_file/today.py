"""What this version's rules say of a report that another version judged, where that is something else. Pure."""

from __future__ import annotations

import platform

import msgspec

import fmsdiag
from fmsdiag.gui.details.details import without_secrets
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report, Tool, Verdict
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.sensitive import Kind
from fmsdiag.report.strict import STRICT
from fmsdiag.report.words import confidence_word, describe_verdict


class TodayTexts(Table, of="gui.today"):
    """The second verdict, in the banner of the report that has the first one."""

    # translators: {tool} is a program with its version, {verdict} sentences, {cause} an id such as port-blocked
    SAYS = text(
        "Today's rules ({tool:name}) say: {verdict:name} Cause: {cause:name}, confidence: {confidence:name}."
    )
    SAYS_UNSURE = text("Today's rules ({tool:name}) say: {verdict:name} Cause: {cause:name}.")
    # translators: as the two above, for a report in which addresses are hidden
    SAYS_REDACTED = text(
        "Today's rules ({tool:name}) say: {verdict:name} Cause: {cause:name}, confidence: {confidence:name}. Addresses are "
        "hidden in this report, which can change what rules say."
    )
    SAYS_UNSURE_REDACTED = text(
        "Today's rules ({tool:name}) say: {verdict:name} Cause: {cause:name}. Addresses are hidden in this report, which can "
        "change what rules say."
    )


MOST_ATTEMPTS = 200
"""Several times as many as a run makes. Rules compare attempts with each other, so that 500 take them ten seconds."""
_CHANGES_RULES = frozenset({Kind.LOCAL_ADDRESS.value, STRICT})
"""What a report hides that rules look at."""


def may_differ(report: Report) -> bool:
    """Whether it is worth while to ask today's rules: another version judged it, and it is no larger than runs are."""
    judge = report.rejudged.tool if report.rejudged is not None else report.tool
    other = (judge.name, judge.version) != (_tool().name, _tool().version)
    return other and len(report.attempts) <= MOST_ATTEMPTS


def todays_verdict(report: Report) -> Verdict | None:
    """The verdict of this program's rules, without secrets; none where it is the report's own.

    It takes as long as the rules do, tens of milliseconds for a usual report: call it in another thread. A fault of theirs
    is in the log, and keeps no report from being read.
    """
    from fmsdiag.diagnosis.judgment import rejudge  # the rules are no part of the window's start

    try:
        judged = rejudge(msgspec.structs.replace(report, rejudged=None), _tool())
    except Exception as error:
        from fmsdiag.log import record_fault

        record_fault(error)
        return None
    return without_secrets(judged.report).verdict if judged.differs else None


def todays_words(report: Report, today: Verdict | None) -> str:
    """What the banner says of that verdict; "" where there is none."""
    if today is None:
        return ""
    said = TodayTexts
    tool = one_line(f"{_tool().name} {_tool().version}", 60)
    verdict, cause = describe_verdict(today), one_line(today.cause, 60)
    hides = INCLUDED not in report.redaction and bool(_CHANGES_RULES.intersection(report.redaction))
    if today.confidence is None:
        which = said.SAYS_UNSURE_REDACTED if hides else said.SAYS_UNSURE
        return say(which, tool=tool, verdict=verdict, cause=cause)
    which = said.SAYS_REDACTED if hides else said.SAYS
    confidence = confidence_word(today.confidence)
    return say(which, tool=tool, verdict=verdict, cause=cause, confidence=confidence)


def _tool() -> Tool:
    return Tool("fmsdiag", fmsdiag.__version__, platform.python_version())
