"""connection-rate-limited and connection-count-limited: the network counts connections, in time or at once.

Loss has no such order: with a limit, the first pass, all that follow fail, and it ends with time or with a close.
"""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.evidence.ports import series
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.model import Actor, Confidence, Experiment, Observation, SeriesFacts, Try

RATE, COUNT = "connection-rate-limited", "connection-count-limited"
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
    return _rate(run, facts, step, passed)


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
    return tried is not None and tried.outcome == "open"


def _first_passed(tries: Sequence[Try]) -> int:
    """How many passed before the first that failed."""
    return next((n for n, tried in enumerate(tries) if tried.outcome != "open"), len(tries))


def _is_cut_off(tries: Sequence[Try], passed: int) -> bool:
    rest = tries[passed:]
    return len(rest) >= MIN_FAILED and sum(map(_is_open, rest)) <= MAX_BETWEEN * len(rest)


def _ended(tries: Sequence[Try], passed: int) -> str:
    """ "get no answer" or "are refused"."""
    return "get no answer" if tries[passed].outcome == "timed-out" else "are refused"


def _rate(run: RunView, facts: SeriesFacts, step: Observation, passed: int) -> Match:
    count = len(facts.tries)
    failed = sum(not _is_open(t) for t in facts.tries)
    later = facts.later
    assert later is not None
    last = facts.tries[-1]
    pause = max(0.0, later.started_s - last.started_s)
    return Match(
        Confidence.LIKELY,
        f"Too many connections in quick succession to port {step.port} are dropped.",
        f"Of {count} connections in quick succession, {passed} opened at once and {failed} failed; {pause:.0f} s later "
        "one opened "
        "again. Something counts new connections for each span of time and discards what is above its limit. Players that try "
        "several ways at once, or connect again quickly, run into it.",
        (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Wait half a minute before trying again, and let the player try one way after the other. Give this report to "
            "whoever looks after this network.",
            administrator=f"A rule limits how many new connections per time go to TCP port {step.port} (“limit rate”, "
            "hashlimit, "
            "flood protection, intrusion prevention). Raise it for this server.",
            operator="If this network has no such rule, the server's side does: look for limits of new connections in its "
            "firewall (hashlimit, “limit rate”, fail2ban) and for scrubbing services before it.",
        ),
        "The first connections pass, the ones right behind them do not, and a later one does again.",
        (
            line(f"{passed} of {count} connections opened, all others {_ended(facts.tries, passed)}.", step),
            line(f"One more, {pause:.0f} s later, opened.", step),
        ),
        rules_out=("packets that are lost by chance", "the application's name"),
        decisive_test="Ask another server's port in the same way: if it is limited as well, it is this network.",
    )


def _count(run: RunView, facts: SeriesFacts, step: Observation, passed: int) -> Match:
    return Match(
        Confidence.LIKELY,
        f"Only about {passed + 1} connections to port {step.port} may be open together."
        if run.options.deep
        else f"Only {passed} connections to port {step.port} may be open together.",
        f"With {passed} connections held open beside what this test had open already, the next one failed, twice. After "
        "one was "
        "closed, the next one opened. Something counts open connections and refuses what is above its limit.",
        (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Close other players and encoders that use this server, and try again. If many people share this "
            "network, give "
            "this report to whoever looks after it.",
            administrator=f"A rule limits how many connections may be open to TCP port {step.port} (connlimit, “ct "
            "count”, session "
            "limits for each client). Raise it for this server.",
            operator="If this network has no such rule, the server's side does: look for a limit of connections for each "
            "address "
            "in its firewall, load balancer or configuration. Customers behind one address translation share it.",
        ),
        "The next one fails while the others are open, and passes as soon as one of them is closed.",
        (
            line(f"{passed} connections stayed open; the next two {_ended(facts.tries, passed)}.", step),
            line("After one of them was closed, the next one opened.", step),
        ),
        rules_out=("packets that are lost by chance", "a limit of new connections per time"),
        decisive_test="Do the same at another server: if it is limited as well, it is this network.",
    )


RULES = (Rule(RATE, judge_rate), Rule(COUNT, judge_count))
