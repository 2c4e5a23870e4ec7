"""What is different since an earlier run of the same target, in one sentence. Pure."""

from __future__ import annotations

from fmsdiag.diagnosis.lines.attempts import route_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Attempt, Purpose, Report, Status, VerdictStatus
from fmsdiag.model.messages import Routes

_TRIED = (Status.CONNECTED, Status.REJECTED, Status.FAILED)


class ChangeTexts(Table, of="history.changes"):
    """One sentence for each kind of difference; ways to the server go before the cause."""

    NOW = plural(
        "Since {at:moment}: {routes} now connects.",
        "Since {at:moment}: {routes} now connect.",
    )
    NO_LONGER = plural(
        "Since {at:moment}: {routes} no longer connects.",
        "Since {at:moment}: {routes} no longer connect.",
    )
    BOTH = text("Since {at:moment}: new is a connection over {now:routes}; lost is one over {lost:routes}.")
    OTHER_CAUSE = text("Since {at:moment}: the cause was {before:name} and is now {now:name}.")
    CAUSE_GONE = text("Since {at:moment}: the cause {before:name} is gone.")
    CAUSE_NEW = text("Since {at:moment}: the cause {now:name} is new.")
    SAME = text("Since {at:moment}: no change.")
    STOPPED = text("The test was stopped, so it is not compared with the one of {at:moment}.")


def since(before: Report, now: Report) -> str:
    """The sentence, also where nothing is different or nothing is compared."""
    at = one_line(before.started_at, 40)
    if now.verdict.status is VerdictStatus.STOPPED:
        return say(ChangeTexts.STOPPED, at=at)
    return difference(before, now) or say(ChangeTexts.SAME, at=at)


def difference(before: Report, now: Report) -> str:
    """The sentence where something is different; "" otherwise, and for a run that was stopped."""
    if now.verdict.status is VerdictStatus.STOPPED:
        return ""
    said, at = ChangeTexts, one_line(before.started_at, 40)
    then, here = _tried(before), _tried(now)
    both = [key for key in here if key in then]
    new, lost = (
        tuple(
            route_of(here[key].endpoint)
            for key in both
            if (_connected(here[key]), _connected(then[key])) == (connects, not connects)
        )
        for connects in (True, False)
    )
    if new and lost:
        return say(said.BOTH, at=at, now=Routes(new), lost=Routes(lost))
    if new or lost:
        return say(said.NOW if new else said.NO_LONGER, at=at, routes=Routes(new or lost))
    causes = {"before": _cause(before), "now": _cause(now)}
    if causes["before"] == causes["now"]:
        return ""
    if not causes["before"]:
        return say(said.CAUSE_NEW, at=at, now=causes["now"])
    if not causes["now"]:
        return say(said.CAUSE_GONE, at=at, before=causes["before"])
    return say(said.OTHER_CAUSE, at=at, **causes)


def _tried(report: Report) -> dict[str, Attempt]:
    """The plan's attempts and the checks that ended by themselves, the first of each kind."""
    found: dict[str, Attempt] = {}
    for attempt in report.attempts:
        is_own = attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK) and attempt.endpoint.address is None
        if is_own and attempt.status in _TRIED:
            found.setdefault(attempt.key, attempt)
    return found


def _connected(attempt: Attempt) -> bool:
    return attempt.status is Status.CONNECTED


def _cause(report: Report) -> str:
    """The first finding's, "" without one."""
    return one_line(report.findings[0].cause, 60) if report.findings else ""
