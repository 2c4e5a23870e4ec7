"""idle-timeout: a router or firewall forgets connections that are silent for a while, and what is sent then vanishes."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    IdleFacts,
    IdleOutcome,
    Observation,
    StepName,
)


class Forgotten(FindingTexts, of="idle-timeout.forgotten"):
    """The silent connection is dead without a goodbye."""

    headline = text("Idle connections are dropped after a while.")
    explanation = text(
        "A connection that was idle for {silence:duration} no longer works, while one in constant use still does. A "
        "router or firewall on the network path drops idle connections, so a player that pauses loses its connection."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (step("Until this is fixed, reconnect after a pause."),)
    administrator = (
        step(
            "Raise the idle timeout for established TCP connections to well over {silence:duration}, in the firewall, the "
            "router's NAT, or the load balancer. RFC 5382 requires at least 2 h 4 min."
        ),
    )
    operator = (step("Have the server send something to idle clients more often."), Steps.SETTING)


class Closed(FindingTexts, of="idle-timeout.closed"):
    """The silent connection was closed in good order, as servers do it."""

    headline = text("Idle connections are closed after a while.")
    explanation = text(
        "After {silence:duration} idle, a connection had been closed, while one in constant use was still open. Most likely "
        "the server, or a device in front of it, closes idle clients. A firewall on the network path could do the same."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = Forgotten.you
    administrator = Forgotten.administrator
    operator = (step("Check whether the server closes idle clients, and raise that limit."), Steps.SETTING)
    decisive_test = text("Check in the server's log whether it closed the idle client itself.")


class Seen(Table, of="idle-timeout.seen"):
    NO_ANSWER = text("After {silence:duration} idle, a connection no longer answers.")
    RESET = text("After {silence:duration} idle, using a connection again ends in a reset.")
    CLOSED = text("After {silence:duration} idle, a connection had been closed.")
    IN_USE = text("Another connection that was kept in use still answers.")


class Earned(Table, of="idle-timeout.earned"):
    """What the confidence rests on."""

    SILENCE = text("The two connections differ only in that one was idle.")


_LINES = {FailureKind.RESET: Seen.RESET, FailureKind.CLOSED: Seen.CLOSED}
_DEAD = (FailureKind.TIMED_OUT, FailureKind.STALLED, *ENDED)


def judge(run: RunView) -> Answer:
    """The connection that said nothing is dead, and the one beside it that did is alive."""
    for attempt in run.performed(Experiment.IDLE):
        idle = attempt.step(StepName.IDLE)
        if (
            idle is None
            or not isinstance(idle.facts, IdleFacts)
            or idle.facts.busy_outcome != IdleOutcome.ALIVE
        ):
            continue
        if idle.facts.idle_outcome in _DEAD:
            return _found(run, idle, idle.facts)
    return None


def _found(run: RunView, idle: Observation, facts: IdleFacts) -> Found:
    # a server closes a silent client in good order; what a router has forgotten is not closed at all
    by_server = facts.idle_outcome == FailureKind.CLOSED
    ended = _LINES.get(FailureKind(facts.idle_outcome), Seen.NO_ANSWER).of(silence=facts.waited_s)
    return Found(
        Closed if by_server else Forgotten,
        Confidence.POSSIBLE if by_server else Confidence.LIKELY,
        Earned.SILENCE.of(),
        (evidence_line(ended, idle), evidence_line(Seen.IN_USE.of(), idle)),
        values={
            "silence": facts.waited_s,
            "settings": settings(run, Topic.IDLE_LIMIT if by_server else Topic.IDLE_CLIENTS),
        },
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(idle.port or 0,)),),
    )


RULE = Rule(Cause.IDLE_TIMEOUT, judge)
