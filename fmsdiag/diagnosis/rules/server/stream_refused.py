"""stream-refused: the connection was accepted, but the server will not let the user publish or play the stream."""

from __future__ import annotations

from dataclasses import replace

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT, failed_with, wants_token
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.streams import STREAM_STEPS, is_refused_or_cut, stream_tests
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.refusals import MOST_OF_DESCRIPTION, RefusalLines, answer
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    IdleFacts,
    Message,
    Observation,
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


class PublishSaid(FindingTexts, of="stream-refused.publish-said"):
    """Likewise, and the server says why in words of its own."""

    headline = Publish.headline
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The server does not let this client "
        "publish the stream. Its reason: {said:quote}"
    )
    acts = Publish.acts
    you = (
        step(
            "Read the server's reason. If it is something you can change, such as the stream key, change it."
        ),
        step(
            "If the reason does not help you, save this report and send it to the people who run the server.",
            Action.SAVE_REPORT,
        ),
    )
    operator = Publish.operator


class PublishEnded(FindingTexts, of="stream-refused.publish-ended"):
    """The server agreed to publish, and then ended the stream in words."""

    headline = text("The server starts your stream and then ends it.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, and the server agreed to publish the stream. After {held:duration}, it ended the stream. "
        "The test sends no video or audio, and some servers end a stream that stays empty."
    )
    acts = Publish.acts
    you = (
        step("Try to stream with your encoder. It sends video and audio, which this test does not."),
        step(
            "If it fails there too, save this report and send it to the people who run the server.",
            Action.SAVE_REPORT,
        ),
    )
    operator = Publish.operator


class PublishCut(FindingTexts, of="stream-refused.publish-cut"):
    """The connection was ended without a word at publish: by the server, or by who forbids uploads on the way."""

    headline = text("The connection ends when the client asks to publish.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the application name is right. It was ended without a reason when the client "
        "asked to publish the stream. Most likely, the server does not let this client publish: many servers close the "
        "connection for a wrong stream key. A firewall that does not allow publishing would look the same."
    )
    acts = Publish.acts
    you = (Publish.you[0], Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (
        step(
            "If publishing works from another network, check for a firewall or proxy here that inspects RTMP.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    operator = Publish.operator
    decisive_test = text(
        "Check the server's log for this connection. If the server ended it, the log says why. If the client ended it there, "
        "a device on the network path did."
    )


class PublishUnanswered(FindingTexts, of="stream-refused.publish-unanswered"):
    """publish gets no answer, and the connection stays open."""

    headline = text("The server does not answer the request to publish.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, but the request to publish the stream got no answer. Encoders wait for that answer and "
        "then give up. Most likely, the server hangs or waits for a service that has to allow the stream. A firewall that "
        "drops this request would look the same."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.TRY_LATER, Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = (
        step(
            "Check the application's publish callback or access control, and the service that it asks. publish is not answered."
        ),
    )
    decisive_test = PublishCut.decisive_test


class PublishFails(FindingTexts, of="stream-refused.publish-fails"):
    """The server says that it failed."""

    headline = text("The server reports a failure when asked to publish.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. Asked to publish the stream, the "
        "server answered that it failed."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.TRY_LATER, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = (step("Look up this stream in the server's log, and check its disk, memory, and services."),)


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


class PlaySaid(FindingTexts, of="stream-refused.play-said"):
    """Likewise, and the server says why in words of its own."""

    headline = Play.headline
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. The server does not let this client "
        "play the stream. Its reason: {said:quote}"
    )
    acts = Publish.acts
    you = PublishSaid.you
    operator = Play.operator


class PlayCut(FindingTexts, of="stream-refused.play-cut"):
    """The connection was ended without a word at play."""

    headline = text("The connection ends when the client asks to play.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the application name is right. It was ended without a reason when the client "
        "asked to play the stream. Most likely, the server does not let this client play it, or has no such stream. A "
        "firewall that does not allow playing would look the same."
    )
    acts = Publish.acts
    you = (Play.you[0], Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (
        step(
            "If playing works from another network, check for a firewall or proxy here that inspects RTMP.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    operator = Play.operator
    decisive_test = PublishCut.decisive_test


class PlayUnanswered(FindingTexts, of="stream-refused.play-unanswered"):
    """play gets no answer, and the connection stays open."""

    headline = text("The server does not answer the request to play.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, but the request to play the stream got no answer. Either the server waits until the "
        "stream is published, or it hangs or waits for a service that has to allow playing. A firewall that drops this request "
        "would look the same."
    )
    acts = Publish.acts
    you = (Play.you[1], Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = (
        step(
            "Check the application's play callback or access control, and the service that it asks. play is not answered."
        ),
    )
    decisive_test = PublishCut.decisive_test


class PlayFails(FindingTexts, of="stream-refused.play-fails"):
    """The server says that it failed."""

    headline = text("The server reports a failure when asked to play.")
    says_it_works = True
    explanation = text(
        "The connection was accepted, so the network and the application name are right. Asked to play the stream, the server "
        "answered that it failed."
    )
    acts = PublishFails.acts
    you = PublishFails.you
    operator = PublishFails.operator


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
        "The server started the stream, and the connection was closed after {held:duration}."
    )
    STARTED_THEN_RESET = text(
        "The server started the stream, and the connection was reset after {held:duration}."
    )
    REJECTED = text("The server rejected the stream and gave no reason.")
    CLOSED = text("The connection was closed when the client asked for the stream.")
    RESET = text("The connection was reset when the client asked for the stream.")


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


_FAILED = "NetStream.Failed"
"""The code of a failure inside the server. Source: Adobe, NetStatusEvent.info, as for the next one."""
_NOT_FOUND = "NetStream.Play.StreamNotFound"
"""The code by which servers say that there is no stream of a name. Source: Adobe, NetStatusEvent.info."""


def judge(run: RunView) -> Answer:
    """What came of publish or play, unless it worked; only where the user asked for that test."""
    if (found := _without_token(run)) is not None:
        return found
    for _, ended in stream_tests(run):
        if ended is None or not isinstance(ended.facts, StreamFacts) or ended.failure is None:
            continue
        facts, kind = ended.facts, ended.failure.kind
        if kind is FailureKind.REJECTED:
            return _in_words(run, ended, facts)
        if kind in ENDED:
            return _without_words(run, ended, facts)
        if is_refused_or_cut(ended, facts) and facts.created is not False:
            return _silent(ended)
    return _without_stream(run)


def _without_token(run: RunView) -> Found | None:
    """The stream was not given, without a word, by a server that had sent a challenge; words are the server's reason."""
    for experiment, name in STREAM_STEPS:
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
    for experiment, name in STREAM_STEPS:
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


def _in_words(run: RunView, ended: Observation, facts: StreamFacts) -> Found:
    case = _case(ended, facts)
    everything: dict[str, object] = {
        "settings": settings(run, Topic.STREAM_RULES),
        "said": (facts.description or "").strip()[:MOST_OF_DESCRIPTION],
        "held": facts.held_s or 0.0,
    }
    needed = {place for said in (case.explanation, *case.you, *case.operator) for place in said.places}
    uses_settings = Steps.SETTING in case.operator
    return Found(
        case,
        Confidence.CONFIRMED,
        RefusalLines.SAID_SO.of(),
        _seen(ended, facts),
        values={
            place: value
            for place, value in everything.items()
            if place in needed or (place == "settings" and uses_settings)
        },
        rules_out=(*network_cleared(run), Excluded.APPLICATION.of()),
    )


def _case(ended: Observation, facts: StreamFacts) -> type[FindingTexts]:
    """What the server's own words say; a stream that began was found."""
    publishes = ended.step is StepName.PUBLISH
    if facts.held_s is None and facts.code == _FAILED:
        return PublishFails if publishes else PlayFails
    if publishes and facts.held_s is not None:
        return PublishEnded
    if not publishes and facts.code == _NOT_FOUND and facts.held_s is None:
        return NotFound
    if len((facts.description or "").split()) > 1:
        return PublishSaid if publishes else PlaySaid
    return Publish if publishes else Play


def _without_words(run: RunView, ended: Observation, facts: StreamFacts) -> Found:
    """Ended by the other side, or by something that speaks for it."""
    case = PublishCut if ended.step is StepName.PUBLISH else PlayCut
    is_reset = ended.failure is not None and ended.failure.kind is FailureKind.RESET
    if facts.held_s is not None:
        said = (Seen.STARTED_THEN_RESET if is_reset else Seen.STARTED_THEN_CLOSED).of(held=facts.held_s)
    else:
        said = (Seen.RESET if is_reset else Seen.CLOSED).of()
    return Found(
        case,
        Confidence.LIKELY,
        Earned.CLOSED.of(),
        (evidence_line(said, ended),),
        values={"settings": settings(run, Topic.STREAM_RULES)},
        rules_out=(Excluded.APPLICATION.of(),),
    )


def _silent(ended: Observation) -> Found:
    case = PublishUnanswered if ended.step is StepName.PUBLISH else PlayUnanswered
    line = evidence_line(Seen.NO_ANSWER.of(waited=ended.elapsed_s), ended)
    return _unanswered(case, Confidence.LIKELY, Earned.UNANSWERED.of(), line)


def _seen(ended: Observation, facts: StreamFacts) -> tuple[EvidenceLine, ...]:
    said = answer(facts.code, facts.description)
    if facts.held_s is not None:
        messages = (Seen.STARTED.of(held=facts.held_s), *((said,) if said is not None else ()))
    else:
        messages = (said if said is not None else Seen.REJECTED.of(),)
    return tuple(evidence_line(message, ended) for message in messages)


RULE = Rule(Cause.STREAM_REFUSED, judge)
