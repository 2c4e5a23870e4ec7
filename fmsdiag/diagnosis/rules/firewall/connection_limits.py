"""connection-rate-limited and connection-count-limited: the network counts connections, in time or at once.

Loss has no such order: with a limit, the first pass, all that follow fail, and it ends with time or with a close.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT
from fmsdiag.diagnosis.evidence.flows import MIN_CUT_OFF, Fate, flows_at, flows_of, is_cut_off
from fmsdiag.diagnosis.evidence.late_connects import late_beside_others
from fmsdiag.diagnosis.evidence.limits import (
    CountLimit,
    count_limit,
    held_beside,
    is_open,
    opens_between_failures,
    shut_after_first,
    shut_while_held,
)
from fmsdiag.diagnosis.evidence.ports import series
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, port_line
from fmsdiag.diagnosis.lines.repeats import repeat_lines
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, Text, plural, step, text
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
)


class Rate(FindingTexts, of="connection-rate-limited.burst"):
    """Of connects in quick succession the later ones fail."""

    headline = text("The rate of new connections to port {port} is limited.")
    explanation = text(
        "Of {count} connections to port {port} in quick succession, {failed:count} failed; {pause:duration} later, a "
        "connection opened again. A device allows only so many new connections in a given time. It may be in your network or "
        "on the server side. Players that reconnect quickly, and several players behind one address, run into this limit."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Wait at least {pause:duration} before you reconnect, and longer if it fails again."),
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


class ThenNone(FindingTexts, of="connection-rate-limited.then-none"):
    """The first of several equal connections work, and none after them, from whatever port."""

    headline = text("Port {port} stops answering after several connections.")
    explanation = text(
        "The first {passed:count} of {count} identical connections to port {port} of {server:host} worked. All later ones "
        "failed, whatever their local port. So a limit or a ban on connections from this address took effect during the test, "
        "on the server or on the network path. The test's own connections may have caused it."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (step("Wait a few minutes, then connect only once."), Steps.SAVE_REPORT)
    administrator = (
        step(
            "Check whether this network limits new connections to TCP port {port}, such as by flood protection."
        ),
    )
    operator = (
        step(
            "Look for a limit or ban on connections from one address, such as fail2ban, connlimit, or hashlimit, and check how "
            "long it lasts. Viewers behind one address run into it together."
        ),
    )
    decisive_test = Rate.decisive_test


class ThenShut(FindingTexts, of="connection-rate-limited.then-shut"):
    """The first connection opens, and from then on the port is silent."""

    headline = text("Port {port} stops answering after this test's first connection.")
    explanation = text(
        "The first connection to port {port} of {server:host} opened and then failed. The {count} connections after it did not "
        "open at all. So something blocked this computer during the test, most likely because of what it sent: intrusion "
        "prevention in this network or on the network path, or a ban on the server."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Wait a few minutes before you test again, as such blocks often end by themselves."),
        Steps.OTHER_NETWORK,
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "Check whether intrusion prevention or application control here blocks {server:host} after a connection to TCP "
            "port {port}, and exempt it."
        ),
    )
    operator = (
        step("Check whether a ban list, such as fail2ban, has blocked this customer's public IP address."),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If all connections open there, something in this "
        "network or its internet line blocks them.",
        premise=Premise.OTHER_NETWORK,
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


class HeldPerhaps(FindingTexts, of="connection-count-limited.held-perhaps"):
    """Some of a burst fail while other test connections are open; which limit it is stays open."""

    headline = text("New connections to port {port} seem to be limited.")
    explanation = plural(
        "While {held:count} test connection was open, {failed:count} of {count:count} new connections to port {port} failed, "
        "and some opened in between. Either only a few connections can be open at once, or only a few can be opened in "
        "a given time. What limits them may be in your network or on the server side.",
        "While {held:count} test connections were open, {failed:count} of {count:count} new connections to port {port} "
        "failed, and some opened in between. Either only a few connections can be open at once, or only a few can be "
        "opened in a given time. What limits them may be in your network or on the server side.",
        by="held",
    )
    acts = Rate.acts
    you = Held.you
    administrator = (
        step(
            "Look for a limit on open or on new connections to TCP port {port}, such as connlimit, hashlimit, or a per-client "
            "session limit, and raise it for {server:host}."
        ),
    )
    operator = Held.operator
    decisive_test = text(
        "Ask the people who run the server how many connections one address may have, and run the deep tests on another server "
        "from here. If its connections fail too, the limit is in your network."
    )


class OneAtATime(FindingTexts, of="connection-count-limited.one-at-a-time"):
    """After one connection all others are refused for a moment, as by a server that takes one client."""

    headline = text("Port {port} may take only one connection at a time.")
    explanation = text(
        "Of {count} connections to port {port} in quick succession, {failed:count} were refused; {pause:duration} later, one "
        "opened again. Some servers take one client and listen again only when it has left, such as ffmpeg with -listen. A "
        "limit on new connections, in this network or on the server side, would look the same."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Close other players and encoders that use this server, and connect only once."),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = (
        step("If several clients must connect, use a server that takes more than one, or raise its limit."),
    )
    decisive_test = Held.decisive_test


class Late(FindingTexts, of="connection-count-limited.late"):
    """In a run without deep tests, connections open late only while others are open, and no player connects."""

    headline = text("New connections open late while others are open.")
    explanation = text(
        "Of {count} connections, {late:count} opened only after a second or more, each of them begun while at least "
        "{held:count} others were open. All the others opened at once. Either a device limits how many connections "
        "can be open at once, or packets are being lost by chance. Players that use one connection may notice neither."
    )
    acts = (Actor.USER,)
    you = (
        Steps.RUN_DEEP,
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    decisive_test = text(
        "Run the deep tests. They hold connections open one by one, until one fails or all are open."
    )


class ConnectedLate(FindingTexts, of="connection-count-limited.connected-late"):
    """Likewise, while players connect."""

    headline = Late.headline
    says_it_works = True
    explanation = Late.explanation
    acts = Late.acts
    you = Late.you
    decisive_test = Late.decisive_test


class Seen(Table, of="connection-limits.seen"):
    LATE = text("Connecting to port {port} took {elapsed:duration}; other test connections were open.")
    OTHERS_OPEN = plural(
        "Meanwhile, {beside:count} connection was open, for the test of an idle connection.",
        "Meanwhile, {beside:count} connections were open, for the test of an idle connection.",
    )
    THEN_NONE = text(
        "{passed:count} of {count} identical connections worked, one after the other; none after them did."
    )
    SILENT = text("{passed:count} of {count} connections opened; the others got no answer.")
    REFUSED = text("{passed:count} of {count} connections opened; the others were refused.")
    RESET = text("{passed:count} of {count} connections opened; the others were reset.")
    FAILED = text("{passed:count} of {count} connections opened; the others failed.")
    NONE_SILENT = text("All {count} connections failed; they got no answer.")
    NONE_REFUSED = text("All {count} connections failed; they were refused.")
    NONE_RESET = text("All {count} connections failed; they were reset.")
    NONE_FAILED = text("All {count} connections failed.")
    LATER = text("One more connection, {pause:duration} later, opened.")
    HELD_THEN_SILENT = plural(
        "{held:count} connection stayed open; the next two got no answer.",
        "{held:count} connections stayed open; the next two got no answer.",
    )
    HELD_THEN_REFUSED = plural(
        "{held:count} connection stayed open; the next two were refused.",
        "{held:count} connections stayed open; the next two were refused.",
    )
    HELD_THEN_RESET = plural(
        "{held:count} connection stayed open; the next two were reset.",
        "{held:count} connections stayed open; the next two were reset.",
    )
    HELD_THEN_FAILED = plural(
        "{held:count} connection stayed open; the next two failed.",
        "{held:count} connections stayed open; the next two failed.",
    )
    AFTER_CLOSE = text("After one of them was closed, a new one opened.")
    BESIDE = plural(
        "Meanwhile, {beside:count} more connection was open, for the test of an idle connection.",
        "Meanwhile, {beside:count} more connections were open, for the test of an idle connection.",
    )
    SHUT = plural(
        "While the idle test held {beside:count} connection open, none of {count} others opened.",
        "While the idle test held {beside:count} connections open, none of {count} others opened.",
        by="beside",
    )


class Earned(Table, of="connection-limits.earned"):
    """What the confidence rests on."""

    RATE = text("The first connections open, the next ones fail, and a later one opens again.")
    RATE_USED_UP = text("Connections opened before, none of these did, and a later one opens again.")
    REPEATS = text("Repeated connections fail after the first ones, and a later one opens again.")
    THEN_SHUT = text("The port opens once, and then for none of many connections.")
    THEN_NONE = text("Identical connections work until one fails, and none works after it.")
    MIXED = text("Connections fail while others are open, but the pattern does not show which limit it is.")
    ONE = text("Connections that closely follow another are refused, and a later one opens.")
    LATE = text("Connections open late only while others are open, which can be chance.")
    COUNT = text("The next connection fails while the others are open, and opens as soon as one is closed.")


class Excluded(Table, of="connection-limits.excluded"):
    LOSS = text("Packet loss is not the cause: it would not follow this pattern.")
    APPLICATION = text("The application name is not the cause: these connections did not use it.")
    RATE = text("A rate limit is not the cause: a new connection opens as soon as one is closed.")


_SOME = {
    FailureKind.TIMED_OUT: Seen.SILENT,
    FailureKind.REFUSED: Seen.REFUSED,
    FailureKind.RESET: Seen.RESET,
}
_NONE = {
    FailureKind.TIMED_OUT: Seen.NONE_SILENT,
    FailureKind.REFUSED: Seen.NONE_REFUSED,
    FailureKind.RESET: Seen.NONE_RESET,
}
_HELD = {
    FailureKind.TIMED_OUT: Seen.HELD_THEN_SILENT,
    FailureKind.REFUSED: Seen.HELD_THEN_REFUSED,
    FailureKind.RESET: Seen.HELD_THEN_RESET,
}


def judge_rate(run: RunView) -> Answer:
    """Of connects in quick succession the first pass and the rest fail; one after a pause passes.

    Where a device opens a connection before it counts it, more of them pass; then equal connections that carry RTMP show it.
    """
    if (then_none := _then_none(run) or _then_shut(run)) is not None:
        return then_none
    found = series(run, Experiment.BURST)
    if found is None:
        return None
    facts, step = found
    works = [is_open(tried) for tried in facts.tries]
    flows = flows_at(run, step.port or 0)
    repeated = flows is not None and flows.fate is Fate.LIMITED and works.count(False) >= MIN_CUT_OFF
    if not (is_cut_off(works) or repeated) or not is_open(facts.later):
        return None
    if not any(works) and not any(o.ok for o in run.tcp if o.port == step.port):
        return None  # nothing shows that any passed before
    if opens_between_failures(run) or _takes_one(run) is not None:
        return None
    if count_limit(run) is not None or (shut_while_held(run) and series(run, Experiment.HOLD) is None):
        return None  # it is, or may as well be, the number of those that are open
    reason = Earned.RATE if any(works) else Earned.RATE_USED_UP
    return _rate(run, facts, step, (reason if is_cut_off(works) else Earned.REPEATS).of())


NONE_AFTER = 12
"""So many in a row that one of several parallel paths is none: these take local ports in blocks of 8 at most."""


def _then_none(run: RunView) -> Found | None:
    """The first equal connections pass, then nothing does, a later burst included."""
    burst = series(run, Experiment.BURST)
    if burst is not None and any(map(is_open, (*burst[0].tries, burst[0].later))):
        return None
    for flows in flows_of(run):
        works = [one.works for one in flows.facts.tries]
        passed = works.index(False) if False in works else 0
        none_after = passed and not any(works[passed:]) and len(works) - passed >= NONE_AFTER
        if not none_after or any(one.works for one in flows.again):
            continue
        return Found(
            ThenNone,
            Confidence.LIKELY,
            Earned.THEN_NONE.of(),
            (evidence_line(Seen.THEN_NONE.of(passed=passed, count=len(works)), flows.step),),
            values={"port": flows.attempt.endpoint.port, "passed": passed, "count": len(works)},
            rules_out=(Excluded.LOSS.of(), Excluded.APPLICATION.of()),
        )
    return None


def _then_shut(run: RunView) -> Found | None:
    shut = shut_after_first(run)
    if shut is None or run.plan_connected:
        return None
    ended = shut.first.failed_step
    if ended is None or ended.failure is None or ended.failure.kind not in (*ENDED, *FELL_SILENT):
        return None
    return Found(
        ThenShut,
        Confidence.LIKELY,
        Earned.THEN_SHUT.of(),
        (attempt_line(shut.first), port_line(shut.last)),
        values={"port": shut.first.endpoint.port, "count": shut.tries},
        rules_out=(Excluded.LOSS.of(), Excluded.APPLICATION.of()),
    )


def judge_count(run: RunView) -> Answer:
    """Of connects held open the one after the k-th fails twice; after one is closed it passes."""
    limit = count_limit(run)
    if limit is not None:
        return _count(limit)
    if (one := _takes_one(run)) is not None:
        return _one_at_a_time(*one)
    if opens_between_failures(run):
        return _suspected(run)
    return (
        _late(run) if series(run, Experiment.BURST) is None and series(run, Experiment.HOLD) is None else None
    )


def _late(run: RunView) -> Answer:
    """Connects that wait for another to be closed, as far as a run without series can tell."""
    seen = late_beside_others(run)
    if seen is None:
        return None
    return Found(
        ConnectedLate if run.plan_succeeded else Late,
        Confidence.POSSIBLE,
        Earned.LATE.of(),
        tuple(
            evidence_line(Seen.LATE.of(port=o.port or 0, elapsed=o.elapsed_s), o)
            for o in seen.late[:MOST_LINES]
        ),
        values={"count": seen.connects, "late": len(seen.late), "held": seen.open_then},
    )


MOST_LINES = 4


def _takes_one(run: RunView) -> tuple[SeriesFacts, Observation] | None:
    """A burst of which next to nothing opened and all else was refused: a server refuses while it does not listen."""
    found = series(run, Experiment.BURST)
    if found is None or (shut_while_held(run) and series(run, Experiment.HOLD) is None):
        return None
    facts, _ = found
    shut = [tried for tried in facts.tries if not is_open(tried)]
    refused = shut and all(tried.outcome == FailureKind.REFUSED for tried in shut)
    by_turns = len(facts.tries) - len(shut) <= MOST_BY_TURNS
    return found if refused and by_turns and is_open(facts.later) else None


MOST_BY_TURNS = 2
"""So many of a burst a server accepts that listens again between two clients; what limits a rate lets more pass at first."""


def _one_at_a_time(facts: SeriesFacts, step: Observation) -> Found:
    assert facts.later is not None
    opened = sum(map(is_open, facts.tries))
    pause_s = max(0.0, facts.later.started_s - facts.tries[-1].started_s)
    return Found(
        OneAtATime,
        Confidence.POSSIBLE,
        Earned.ONE.of(),
        (
            evidence_line(_opened(facts.tries, opened), step),
            evidence_line(Seen.LATER.of(pause=pause_s), step),
        ),
        values={
            "port": step.port or 0,
            "count": len(facts.tries),
            "failed": len(facts.tries) - opened,
            "pause": pause_s,
        },
        rules_out=(Excluded.LOSS.of(), Excluded.APPLICATION.of()),
    )


def _how(tries: Sequence[Try], said: Mapping[FailureKind, Text], otherwise: Text) -> Text:
    """What is said of those that failed, if all did in one way."""
    kinds = {tried.outcome for tried in tries if not is_open(tried)}
    return said.get(FailureKind(kinds.pop()), otherwise) if len(kinds) == 1 else otherwise


def _rate(run: RunView, facts: SeriesFacts, step: Observation, reason: Message) -> Found:
    later, last = facts.later, facts.tries[-1]
    assert later is not None
    pause_s = max(0.0, later.started_s - last.started_s)
    count, failed = len(facts.tries), sum(not is_open(t) for t in facts.tries)
    return Found(
        Rate,
        Confidence.LIKELY,
        reason,
        (
            evidence_line(_opened(facts.tries, count - failed), step),
            evidence_line(Seen.LATER.of(pause=pause_s), step),
            *repeat_lines(run, step.port),
        ),
        values={"port": step.port or 0, "count": count, "failed": failed, "pause": pause_s},
        rules_out=(Excluded.LOSS.of(), Excluded.APPLICATION.of()),
    )


def _suspected(run: RunView) -> Found | None:
    """Some of a burst fail and some do not, in no order, while the idle test holds connections open."""
    found = series(run, Experiment.BURST)
    if found is None or (held := held_beside(run, *found)) is None:
        return None
    facts, step = found
    opened = sum(map(is_open, facts.tries))
    return Found(
        HeldPerhaps,
        Confidence.POSSIBLE,
        Earned.MIXED.of(),
        (
            evidence_line(_opened(facts.tries, opened), step),
            evidence_line(Seen.OTHERS_OPEN.of(beside=held.count), held.step),
            *repeat_lines(run, step.port),
        ),
        values={
            "port": step.port or 0,
            "held": held.count,
            "count": len(facts.tries),
            "failed": len(facts.tries) - opened,
        },
    )


def _opened(tries: Sequence[Try], opened: int) -> Message:
    """How many of a burst opened, and what became of the others."""
    if not opened:
        return _how(tries, _NONE, Seen.NONE_FAILED).of(count=len(tries))
    return _how(tries, _SOME, Seen.FAILED).of(passed=opened, count=len(tries))


def _count(limit: CountLimit) -> Found:
    said = _how(limit.facts.tries, _HELD, Seen.HELD_THEN_FAILED)
    seen = [evidence_line(said.of(held=limit.passed), limit.step)]
    if limit.beside is not None:
        seen.append(evidence_line(Seen.BESIDE.of(beside=limit.beside.count), limit.beside.step))
    seen.append(evidence_line(Seen.AFTER_CLOSE.of(), limit.step))
    if limit.burst is not None:
        facts, step, held = limit.burst
        seen.append(evidence_line(Seen.SHUT.of(beside=held.count, count=len(facts.tries)), step))
    return Found(
        Held,
        Confidence.LIKELY,
        Earned.COUNT.of(),
        tuple(seen),
        values={"port": limit.step.port or 0, "held": limit.count, "limit": limit.count},
        rules_out=(Excluded.LOSS.of(), Excluded.RATE.of()),
    )


_AFTER_A_BAN = (Cause.STREAM_REFUSED, Cause.CLOSED_AFTER_ACCEPT, Cause.IDLE_TIMEOUT)
"""What tests of this run show that came after the limit took effect."""
RULES = (
    Rule(Cause.CONNECTION_RATE_LIMITED, judge_rate, explains=_AFTER_A_BAN),
    Rule(Cause.CONNECTION_COUNT_LIMITED, judge_count),
)
