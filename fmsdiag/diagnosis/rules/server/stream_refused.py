"""stream-refused: the connection was accepted, but the server will not let the user publish or play the stream."""

from __future__ import annotations

from dataclasses import replace

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT, failed_with, wants_token
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import network_cleared
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
    IdleFacts,
    Message,
    Observation,
    Status,
    StepName,
    StreamFacts,
)


class Publish(FindingTexts, of="stream-refused.publish"):
    """The client wanted to send the stream."""

    headline = text("The server lets you connect, but not publish this stream.")
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

    headline = text("The server lets you connect, but not play this stream.")
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


class NotFound(FindingTexts, of="stream-refused.not-found"):
    """The client wanted to receive the stream, and the server answers that there is none of that name."""

    headline = text("The server lets you connect, but it does not find this stream.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The server answers that there is no "
        "stream of this name: the name is wrong, or nothing is being published under it now."
    )
    acts = Publish.acts
    you = Play.you
    operator = (
        step(
            "Look up this stream in the server's log: nothing may be published under the name, or its file may be missing."
        ),
    )


class NoStream(FindingTexts, of="stream-refused.no-stream"):
    """createStream, which comes before publish and play, gets no answer."""

    headline = text("The server accepts connections but does not answer requests for streams.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The client's first request after "
        "that, createStream, gets no answer, so nothing can be published or played. The server hangs, or it waits "
        "for another service."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.TRY_LATER, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = (
        step(
            "Check the application's script, its threads, and services it depends on. createStream is not answered."
        ),
        step(
            "If a proxy or relay is in front of the media server, check that it passes on what follows connect."
        ),
    )


class NoStreamSuspected(FindingTexts, of="stream-refused.no-stream-suspected"):
    """Likewise, on connections that had been open for a while: they may no longer carry anything."""

    headline = NoStream.headline
    says_it_works = True
    explanation = text(
        "Two connections were accepted. Once they had been open for {waited:duration}, they got no answer to createStream, "
        "which comes before publishing and playing. Either the server does not answer this request, or it or a device on the "
        "network path stops carrying connections after a while, in use or not."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (
        step("Check whether a firewall or proxy in this network limits how long a connection may last."),
    )
    operator = NoStream.operator
    decisive_test = text(
        "Run the test with a stream name and let it play the stream. If it plays, the server answers, and something ends "
        "connections that last."
    )


class Token(FindingTexts, of="stream-refused.token"):
    """`connect` was accepted with a challenge that only players with a shared secret can answer."""

    headline = text("The server wants an answer to its secureToken before it streams.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The server's answer contained a "
        "secureToken, a challenge that a player must answer with a shared secret. fmsdiag does not know the secret, so "
        "it sent no answer, and the server refused it the stream."
    )
    acts = Publish.acts
    you = (
        step("Use the player or website that the people who run the server offer for this stream."),
        step(
            "If you were given a token or shared secret for your player, enter it there (in rtmpdump: --token)."
        ),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = (
        step(
            "If other players are to use streams, turn SecureToken off for this application, or use the kind that is part of "
            "the address (Wowza's SecureToken version 2)."
        ),
        step("Check that the player and the server have the same shared secret."),
    )


class Seen(Table, of="stream-refused.seen"):
    TOKEN = text("The server accepted the connection and sent a secureToken.")
    NO_ANSWER = text("The server did not answer the request for the stream within {waited:duration}.")
    NO_STREAM = text("The server did not answer createStream within {waited:duration}.")
    NO_STREAM_TWICE = text(
        "After {waited:duration}, createStream was not answered on two connections, one idle."
    )
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

    UNANSWERED = text("The connection stayed open, and only this request got no answer.")
    UNANSWERED_TWICE = text(
        "Neither connection got an answer, but it is not known whether they still carried data."
    )
    CLOSED = text("The connection was up until the client asked for the stream.")
    TOKEN = text("The server's answer asks for a response, and a stream is not available without it.")


_NOT_FOUND = "NetStream.Play.StreamNotFound"
"""The code by which servers say that there is no stream of a name. Source: Adobe, NetStatusEvent.info."""
_STEPS = ((Experiment.PUBLISH, StepName.PUBLISH), (Experiment.PLAY, StepName.PLAY))


def judge(run: RunView) -> Answer:
    """What the server said to publish or play, or that it hung up; only where the user asked for that test."""
    if (found := _without_token(run)) is not None:
        return found
    for experiment, name in _STEPS:
        for attempt in run.performed(experiment):
            ended = attempt.step(name)
            if (
                attempt.status is Status.REJECTED
                and ended is not None
                and isinstance(ended.facts, StreamFacts)
            ):
                return _found(run, ended, ended.facts)
    return _without_stream(run)


def _without_token(run: RunView) -> Found | None:
    """The stream was not given, without a word, by a server that had sent a challenge; words are the server's reason."""
    for experiment, name in _STEPS:
        for attempt in run.performed(experiment):
            ended = attempt.step(name)
            agreed = (
                isinstance(ended.facts, StreamFacts) and ended.facts.held_s is not None if ended else False
            )
            if (
                ended is None
                or agreed
                or not wants_token(attempt)
                or not failed_with(attempt, name, *FELL_SILENT, *ENDED)
            ):
                continue
            silent = failed_with(attempt, name, *FELL_SILENT)
            seen = Seen.NO_ANSWER.of(waited=ended.elapsed_s) if silent else Seen.CLOSED.of()
            return Found(
                Token,
                Confidence.LIKELY,
                Earned.TOKEN.of(),
                (evidence_line(Seen.TOKEN.of(), attempt.step(StepName.CONNECT)), evidence_line(seen, ended)),
                rules_out=(*network_cleared(run), Excluded.APPLICATION.of()),
            )
    return None


def _without_stream(run: RunView) -> Found | None:
    """createStream stayed unanswered: before publish or play, or on both of the deep test's connections."""
    for experiment, name in _STEPS:
        for attempt in run.performed(experiment):
            ended = attempt.step(name)
            if (
                ended is None
                or not isinstance(ended.facts, StreamFacts)
                or not failed_with(attempt, name, *FELL_SILENT)
            ):
                continue
            if ended.facts.created is False:
                said = Seen.NO_STREAM.of(waited=ended.elapsed_s)
                return _unanswered(
                    NoStream, Confidence.LIKELY, Earned.UNANSWERED.of(), evidence_line(said, ended)
                )
    for attempt in run.performed(Experiment.IDLE):
        seen = attempt.step(StepName.IDLE)
        if seen is None or not isinstance(seen.facts, IdleFacts):
            continue
        if seen.facts.idle_outcome in FELL_SILENT and seen.facts.busy_outcome in FELL_SILENT:
            waited = seen.facts.waited_s
            line = evidence_line(Seen.NO_STREAM_TWICE.of(waited=waited), seen)
            earned = Earned.UNANSWERED_TWICE.of()
            found = _unanswered(NoStreamSuspected, Confidence.POSSIBLE, earned, line)
            return replace(found, values={"waited": waited})
    return None


def _unanswered(
    case: type[FindingTexts], confidence: Confidence, earned: Message, line: EvidenceLine
) -> Found:
    return Found(case, confidence, earned, (line,), rules_out=(Excluded.APPLICATION.of(),))


def _found(run: RunView, ended: Observation, facts: StreamFacts) -> Found:
    in_words = ended.failure is not None and ended.failure.kind is FailureKind.REJECTED
    case = _case(ended, facts, in_words)
    return Found(
        case,
        Confidence.CONFIRMED if in_words else Confidence.LIKELY,
        RefusalLines.SAID_SO.of() if in_words else Earned.CLOSED.of(),
        _seen(ended, facts, in_words),
        values={} if case is NotFound else {"settings": settings(run, Topic.STREAM_RULES)},
        rules_out=(*network_cleared(run), Excluded.APPLICATION.of()),
    )


def _case(ended: Observation, facts: StreamFacts, in_words: bool) -> type[FindingTexts]:
    """What the server's own words say; a stream that began was found."""
    if ended.step is StepName.PUBLISH:
        return Publish
    return NotFound if in_words and facts.code == _NOT_FOUND and facts.held_s is None else Play


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
