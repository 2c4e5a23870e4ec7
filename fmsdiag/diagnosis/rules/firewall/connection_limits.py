"""connection-rate-limited and connection-count-limited: the network counts connections, in time or at once.

Loss has no such order: with a limit, the first pass, all that follow fail, and it ends with time or with a close.
"""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.evidence.ports import series
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    Message,
    Observation,
    SeriesFacts,
    Try,
    TryOutcome,
)


class Rate(FindingTexts, of="connection-rate-limited.burst"):
    """Of connects in quick succession the later ones fail."""

    headline = text("The rate of new connections to port {port} is limited.")
    explanation = text(
        "Of {count} connections to port {port} in quick succession, {failed:count} failed; {pause:duration} later, a "
        "connection opened again. A device allows only so many new connections in a given time. It may be in your network or "
        "on the server side. Players that try several ports at once, or reconnect quickly, run into this limit."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Wait at least {pause:duration} before you reconnect, and longer if it fails again."),
        step("If your player tries several ports at once, set it to try one at a time."),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "Look for a limit on new connections to TCP port {port}, such as flood protection, hashlimit, or intrusion "
            "prevention, and raise it for {server:host}."
        ),
    )
    operator = (
        step(
            "If your customer's network has no such limit, look for one in front of your server, such as hashlimit, "
            "fail2ban, or a scrubbing service."
        ),
    )
    decisive_test = text(
        "Run the deep tests on another server from here. If its connections fail in the same way, the limit is in your "
        "network."
    )


class Held(FindingTexts, of="connection-count-limited.held"):
    """The next connection fails while so many are open."""

    headline = plural(
        "Port {port} allows only about {limit:count} open connection.",
        "Port {port} allows only about {limit:count} open connections.",
    )
    explanation = plural(
        "While {held:count} test connection to port {port} was open, the next one failed, twice. After it was closed, a "
        "new one opened. A device limits how many connections can be open at once. It may be in your network or on the "
        "server side.",
        "While {held:count} test connections to port {port} were open, the next one failed, twice. After one was closed, "
        "a new one opened. A device limits how many connections can be open at once. It may be in your network or on the "
        "server side.",
    )
    acts = Rate.acts
    you = (
        step("Close other players and encoders that use this server, and reconnect."),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "Look for a limit on open connections to TCP port {port}, such as connlimit, “ct count”, or a per-client session "
            "limit, and raise it for {server:host}."
        ),
    )
    operator = (
        step(
            "If your customer's network has no such limit, look for a per-address limit in your firewall, load balancer, or "
            "server. Customers behind one public address share it."
        ),
    )
    decisive_test = text(
        "Run the deep tests on another server from here. If its next connection fails too, the limit is in your network."
    )


class Seen(Table, of="connection-limits.seen"):
    SILENT = text("{passed:count} of {count} connections opened; the others got no answer.")
    REFUSED = text("{passed:count} of {count} connections opened; the others were refused.")
    NONE_SILENT = text("None of {count} connections opened; they got no answer.")
    NONE_REFUSED = text("None of {count} connections opened; they were refused.")
    LATER = text("One more connection, {pause:duration} later, opened.")
    HELD_THEN_SILENT = plural(
        "{held:count} connection stayed open; the next two got no answer.",
        "{held:count} connections stayed open; the next two got no answer.",
    )
    HELD_THEN_REFUSED = plural(
        "{held:count} connection stayed open; the next two were refused.",
        "{held:count} connections stayed open; the next two were refused.",
    )
    AFTER_CLOSE = text("After one of them was closed, a new one opened.")


class Earned(Table, of="connection-limits.earned"):
    """What the confidence rests on."""

    RATE = text("The first connections open, the next ones fail, and a later one opens again.")
    RATE_USED_UP = text("Connections opened before, none of these did, and a later one opens again.")
    COUNT = text("The next connection fails while the others are open, and opens as soon as one is closed.")


class Excluded(Table, of="connection-limits.excluded"):
    LOSS = text("Packet loss is not the cause: it would not follow this pattern.")
    APPLICATION = text("The application name is not the cause: these connections did not use it.")
    RATE = text("A rate limit is not the cause: a new connection opens as soon as one is closed.")


MIN_FAILED = 4
"""Of a burst: fewer may be chance."""
MAX_BETWEEN = 0.25
"""How many of those after the first failure may pass: a limit is refilled while time goes on."""


def judge_rate(run: RunView) -> Answer:
    """Of connects in quick succession the first pass and the rest fail; one after a pause passes."""
    found = series(run, Experiment.BURST)
    if found is None:
        return None
    facts, step = found
    passed = _first_passed(facts.tries)
    if not _is_cut_off(facts.tries, passed) or not _is_open(facts.later):
        return None
    if not passed and not any(o.ok for o in run.tcp if o.port == step.port):
        return None  # nothing shows that any passed before
    return _rate(facts, step, passed)


def judge_count(run: RunView) -> Answer:
    """Of connects held open the one after the k-th fails twice; after one is closed it passes."""
    found = series(run, Experiment.HOLD)
    if found is None:
        return None
    facts, step = found
    passed = _first_passed(facts.tries)
    failed = len(facts.tries) - passed
    if not facts.held or not passed or failed < 2 or any(map(_is_open, facts.tries[passed:])):
        return None
    quick = series(run, Experiment.BURST)
    if not _is_open(facts.later) or (quick is not None and not all(map(_is_open, quick[0].tries))):
        return None  # the same happens to connections that are not held
    return _count(run, facts, step, passed)


def _is_open(tried: Try | None) -> bool:
    return tried is not None and tried.outcome == TryOutcome.OPEN


def _first_passed(tries: Sequence[Try]) -> int:
    """How many passed before the first that failed."""
    return next((n for n, tried in enumerate(tries) if tried.outcome != TryOutcome.OPEN), len(tries))


def _is_cut_off(tries: Sequence[Try], passed: int) -> bool:
    rest = tries[passed:]
    return len(rest) >= MIN_FAILED and sum(map(_is_open, rest)) <= MAX_BETWEEN * len(rest)


def _is_silent(tries: Sequence[Try], passed: int) -> bool:
    """Whether the first that failed got no answer; else it was refused."""
    return tries[passed].outcome == FailureKind.TIMED_OUT


def _rate(facts: SeriesFacts, step: Observation, passed: int) -> Found:
    later, last = facts.later, facts.tries[-1]
    assert later is not None
    pause_s = max(0.0, later.started_s - last.started_s)
    count, failed = len(facts.tries), sum(not _is_open(t) for t in facts.tries)
    return Found(
        Rate,
        Confidence.LIKELY,
        (Earned.RATE if passed else Earned.RATE_USED_UP).of(),
        (
            evidence_line(_opened(facts.tries, count - failed), step),
            evidence_line(Seen.LATER.of(pause=pause_s), step),
        ),
        values={"port": step.port or 0, "count": count, "failed": failed, "pause": pause_s},
        rules_out=(Excluded.LOSS.of(), Excluded.APPLICATION.of()),
    )


def _opened(tries: Sequence[Try], opened: int) -> Message:
    """How many of a burst opened, and what became of the others."""
    silent = _is_silent(tries, _first_passed(tries))
    if not opened:
        return (Seen.NONE_SILENT if silent else Seen.NONE_REFUSED).of(count=len(tries))
    return (Seen.SILENT if silent else Seen.REFUSED).of(passed=opened, count=len(tries))


def _count(run: RunView, facts: SeriesFacts, step: Observation, passed: int) -> Found:
    said = Seen.HELD_THEN_SILENT if _is_silent(facts.tries, passed) else Seen.HELD_THEN_REFUSED
    return Found(
        Held,
        Confidence.LIKELY,
        Earned.COUNT.of(),
        (
            evidence_line(said.of(held=passed), step),
            evidence_line(Seen.AFTER_CLOSE.of(), step),
        ),
        # beside those of this test, a deep one holds the connection that it had before
        values={"port": step.port or 0, "held": passed, "limit": passed + 1 if run.options.deep else passed},
        rules_out=(Excluded.LOSS.of(), Excluded.RATE.of()),
    )


RULES = (Rule(Cause.CONNECTION_RATE_LIMITED, judge_rate), Rule(Cause.CONNECTION_COUNT_LIMITED, judge_count))
