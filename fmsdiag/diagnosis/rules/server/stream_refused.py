"""stream-refused: the connection was accepted, but the server will not let the user publish or play the stream."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.refusals import RefusalLines, answer
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
    StreamFacts,
)


class Publish(FindingTexts, of="stream-refused.publish"):
    """The client wanted to send the stream."""

    headline = text("Connected, but the server does not let you publish this stream.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The server does not let this client "
        "publish the stream."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step("Check that the stream name or key matches what you were given, letter by letter."),
        step("Check that no other encoder is publishing under the same name."),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = (
        step(
            "Look up this stream in the server's log: a wrong key, a name in use, an access rule, or a callback may be the "
            "reason."
        ),
        Steps.SETTING,
    )


class Play(FindingTexts, of="stream-refused.play"):
    """The client wanted to receive the stream."""

    headline = text("Connected, but the server does not let you play this stream.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The server does not let this client "
        "play the stream."
    )
    acts = Publish.acts
    you = (
        step("Check that the stream name matches what you were given, letter by letter."),
        step("Check that the stream is being published under this name now."),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = (
        step(
            "Look up this stream in the server's log: a name that is not published, an access rule, or a callback may be the "
            "reason."
        ),
        Steps.SETTING,
    )


class Seen(Table, of="stream-refused.seen"):
    STARTED = text("The server started the stream and ended it after {held:duration}.")
    STARTED_THEN_CLOSED = text(
        "The server started the stream and closed the connection after {held:duration}."
    )
    REJECTED = text("The server rejected the stream and gave no reason.")
    CLOSED = text("The server closed the connection when it was asked for the stream.")


class Excluded(Table, of="stream-refused.excluded"):
    APPLICATION = text("The application name is not the cause: the connection was accepted.")


class Earned(Table, of="stream-refused.earned"):
    """What the confidence rests on."""

    CLOSED = text("The connection was up until the client asked for the stream.")


_STEPS = ((Experiment.PUBLISH, StepName.PUBLISH), (Experiment.PLAY, StepName.PLAY))


def judge(run: RunView) -> Answer:
    """What the server said to publish or play, or that it hung up; only where the user asked for that test."""
    for experiment, name in _STEPS:
        for attempt in run.performed(experiment):
            ended = attempt.step(name)
            if (
                attempt.status is Status.REJECTED
                and ended is not None
                and isinstance(ended.facts, StreamFacts)
            ):
                return _found(run, ended, ended.facts)
    return None


def _found(run: RunView, ended: Observation, facts: StreamFacts) -> Found:
    in_words = ended.failure is not None and ended.failure.kind is FailureKind.REJECTED
    return Found(
        Publish if ended.step is StepName.PUBLISH else Play,
        Confidence.CONFIRMED if in_words else Confidence.LIKELY,
        RefusalLines.SAID_SO.of() if in_words else Earned.CLOSED.of(),
        _seen(ended, facts, in_words),
        values={"settings": settings(run, Topic.STREAM_RULES)},
        rules_out=(RuledOut.NETWORK.of(), Excluded.APPLICATION.of()),
    )


def _seen(ended: Observation, facts: StreamFacts, in_words: bool) -> tuple[EvidenceLine, ...]:
    said = answer(facts.code, facts.description) if in_words else None
    if facts.held_s is not None:
        started = Seen.STARTED if in_words else Seen.STARTED_THEN_CLOSED
        messages = (started.of(held=facts.held_s), *((said,) if said is not None else ()))
    elif in_words:
        messages = (said if said is not None else Seen.REJECTED.of(),)
    else:
        messages = (Seen.CLOSED.of(),)
    return tuple(evidence_line(message, ended) for message in messages)


RULE = Rule(Cause.STREAM_REFUSED, judge)
