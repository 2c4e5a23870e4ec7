"""stream-refused: the connection was accepted, but the server will not let the user publish or play the stream."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import quoted
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
    StreamFacts,
)

CAUSE = "stream-refused"
_STEPS = ((Experiment.PUBLISH, StepName.PUBLISH), (Experiment.PLAY, StepName.PLAY))


def judge(run: RunView) -> Answer:
    """What the server said to publish or play, or that it hung up; only where the user asked for that test."""
    for experiment, name in _STEPS:
        for attempt in run.performed(experiment):
            step = attempt.step(name)
            if attempt.status is Status.REJECTED and step is not None and isinstance(step.facts, StreamFacts):
                return _match(attempt, step, step.facts)
    return None


def _match(attempt: Attempt, step: Observation, facts: StreamFacts) -> Match:
    publishes = step.step is StepName.PUBLISH
    doing = "publishing" if publishes else "playing"
    in_words = step.failure is not None and step.failure.kind is FailureKind.REJECTED
    if facts.held_s is not None:
        ended = "ended it" if in_words else "hung up"
        seen = f"The server agreed to {doing} and {ended} after {facts.held_s:.1f} s."
    elif in_words:
        words = ", ".join(w for w in (facts.code, quoted(facts.description or "")) if w and w != "“”.")
        seen = f"The server refused {doing}" + (f": {words}" if words else "")
        seen += "" if seen.endswith((".", "”")) else "."
    else:
        seen = f"The server hung up when asked for {doing}."
    return Match(
        Confidence.CONFIRMED if in_words else Confidence.LIKELY,
        f"The server accepts the connection, but refuses {doing}.",
        f"Network and application are fine: the connection was accepted. {seen}",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user="Check the stream's name or key letter by letter, and that no other encoder publishes under it now."
            if publishes
            else "Check the stream's name letter by letter, and that somebody is publishing under it now.",
            operator="Look up what the server's log says of this stream: a wrong key, a name that is taken, an allow or deny "
            "rule, or a publishing callback that refused. nginx-rtmp: allow publish, deny publish, on_publish; Wowza: source "
            "security; AMS: the authorization plug-in or the application's script.",
        ),
        "The server says so in its own words."
        if in_words
        else "The connection stood until that command, and ended with it.",
        (line(seen, step),),
        rules_out=("a firewall", "a blocked port", "an unknown application"),
    )


RULE = Rule(CAUSE, judge)
