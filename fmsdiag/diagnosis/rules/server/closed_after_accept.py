"""closed-after-accept: the server accepts `connect`, and within a moment closes the connection or says otherwise."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED, failed_with, wants_token
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tunnel import refused_request
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.refusals import RefusalLines, answer, reason_given
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    EvidenceLine,
    Experiment,
    FailureKind,
    IdleFacts,
    Observation,
    StepName,
)


class SaysSo(FindingTexts, of="closed-after-accept.says-so"):
    """A second answer takes the first one back."""

    headline = text("The server accepts the connection, then rejects it.")
    explanation = text(
        "The server was reached, and it accepted the connection. Right after that, it rejected it with "
        "{words:quote}."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (
        step("Check that the whole address matches what you were given, including any key or token in it."),
        Steps.SAVE_REPORT,
    )
    operator = (
        step("Look for {words:quote} in the server's log or in the application's code."),
        step("Check what runs after a client is accepted: scripts, callbacks, tokens, and limits."),
    )


class Closed(FindingTexts, of="closed-after-accept.closed"):
    """The connection is ended without a word."""

    headline = text("The server accepts the connection, then closes it.")
    explanation = text(
        "The server was reached, and it accepted the connection. After {held:duration}, it was closed, "
        "before the player had asked for a stream. The application on the server, or a proxy in front of it, ends it."
    )
    acts = SaysSo.acts
    you = SaysSo.you
    operator = (
        step("Look in the server's log for why this client was disconnected right after it was accepted."),
        SaysSo.operator[1],
    )


class Token(FindingTexts, of="closed-after-accept.token"):
    """The acceptance came with a challenge that only players with a shared secret can answer."""

    headline = text("The server accepts only players that answer its secureToken.")
    explanation = text(
        "The server was reached, and it accepted the connection. Its answer contained a secureToken, a "
        "challenge that a player must answer with a shared secret. fmsdiag does not know the secret and sent no answer. Then "
        "the connection was closed."
    )
    acts = SaysSo.acts
    you = (
        step("Use the player or website that the people who run the server offer for this stream."),
        step(
            "If you were given a token or shared secret for your player, enter it there (in rtmpdump: --token)."
        ),
        Steps.SAVE_REPORT,
    )
    operator = (
        step(
            "If other players are to connect, turn SecureToken off for this application, or use the kind that is part of the "
            "address (Wowza's SecureToken version 2)."
        ),
        step("Check that the player and the server have the same shared secret."),
    )


class Soon(FindingTexts, of="closed-after-accept.soon"):
    """Some seconds later, and whether the connection was in use made no difference."""

    headline = text("Accepted connections end within {silence:duration}.")
    explanation = text(
        "The server accepts connections. After {silence:duration}, two of them had ended: one that was idle and one in "
        "constant use. So being idle is not the reason. The server, or a device on the network path, allows connections only a "
        "short time."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (
        step("Check whether a firewall or proxy in this network limits how long a connection may last."),
    )
    operator = (
        step("Check what ends clients that have asked for no stream: timeouts, scripts, and limits."),
        Steps.SETTING,
    )
    decisive_test = text(
        "Run the deep tests from another network, such as a phone's hotspot. If both end there too, most likely the server "
        "ends them.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="closed-after-accept.seen"):
    ACCEPTED = text("{route}: the server accepted the connection.")
    CLOSED = text("{route}: {held:duration} later, it closed the connection.")
    BOTH = text("{route}: after {silence:duration}, an idle connection and one in use had both ended.")
    RESET = text("{route}: {held:duration} later, it reset the connection.")
    TOKEN = text("{route}: the server accepted the connection and sent a secureToken.")


class Earned(Table, of="closed-after-accept.earned"):
    """What the confidence rests on."""

    BOTH = text("Both connections ended, but nothing shows who ended them.")
    TOKEN = text("The server's answer asks for a response, and the end came on the same connection.")
    ENDED = text("The server's acceptance and the end came on the same connection.")


_WAYS = (*ENDED, FailureKind.REJECTED)


def judge(run: RunView) -> Answer:
    """`connect` was accepted, and what came next ended it; or neither of the deep test's two connections lasted."""
    if run.plan_connected:
        return _soon(run)
    ended = (a for a in run.fallback if failed_with(a, StepName.AFTER_CONNECT, *_WAYS))
    thrown_out = [
        a for a in ended if refused_request(a) is None
    ]  # a tunnel's session that is lost is no close
    if not thrown_out:
        return None
    worded = next(
        (a for a in thrown_out if failed_with(a, StepName.AFTER_CONNECT, FailureKind.REJECTED)), None
    )
    first = worded or thrown_out[0]
    last = first.failed_step
    return None if last is None else _found(run, first, last)


def _soon(run: RunView) -> Found | None:
    """The deep test's connections: one that said nothing, and one in use, which ended alike."""
    for attempt in run.performed(Experiment.IDLE):
        seen = attempt.step(StepName.IDLE)
        if seen is None or not isinstance(seen.facts, IdleFacts):
            continue
        if seen.facts.idle_outcome in ENDED and seen.facts.busy_outcome in ENDED:
            challenged = next((a for a in run.fallback if wants_token(a)), None)
            if challenged is not None:
                return _without_token(run, challenged, seen, None)
            waited = seen.facts.waited_s
            said = Seen.BOTH.of(route=route_of(attempt.endpoint), silence=waited)
            return Found(
                Soon,
                Confidence.POSSIBLE,
                Earned.BOTH.of(),
                (evidence_line(said, seen),),
                values={"silence": waited, "settings": settings(run, Topic.IDLE_CLIENTS)},
            )
    return None


def _found(run: RunView, attempt: Attempt, ended: Observation) -> Found:
    facts = ended.facts if isinstance(ended.facts, ConnectFacts) else None
    words = reason_given(facts) if facts is not None else None
    values: dict[str, object] = {"words": words}
    if words is None and wants_token(attempt):
        return _without_token(run, attempt, ended, facts)
    if words is None:
        values = {"held": ended.elapsed_s}
    accepted = Seen.ACCEPTED.of(route=route_of(attempt.endpoint))
    return Found(
        Closed if words is None else SaysSo,
        Confidence.CONFIRMED,
        Earned.ENDED.of() if words is None else RefusalLines.SAID_SO.of(),
        (
            evidence_line(accepted, attempt.step(StepName.CONNECT)),
            _end_line(attempt, ended, facts),
        ),
        values=values,
        rules_out=network_cleared(run),
    )


def _without_token(run: RunView, attempt: Attempt, ended: Observation, facts: ConnectFacts | None) -> Found:
    sent = Seen.TOKEN.of(route=route_of(attempt.endpoint))
    return Found(
        Token,
        Confidence.LIKELY,
        Earned.TOKEN.of(),
        (evidence_line(sent, attempt.step(StepName.CONNECT)), _end_line(attempt, ended, facts)),
        rules_out=network_cleared(run),
    )


def _end_line(attempt: Attempt, ended: Observation, facts: ConnectFacts | None) -> EvidenceLine:
    said = answer(facts.code, facts.description) if facts is not None else None
    if ended.step is StepName.IDLE:
        said = Seen.BOTH.of(route=route_of(attempt.endpoint), silence=ended.elapsed_s)
    elif said is None:
        was_reset = ended.failure is not None and ended.failure.kind is FailureKind.RESET
        way = Seen.RESET if was_reset else Seen.CLOSED
        said = way.of(route=route_of(attempt.endpoint), held=ended.elapsed_s)
    return evidence_line(said, ended)


RULE = Rule(
    Cause.CLOSED_AFTER_ACCEPT,
    judge,
    explains=(
        Cause.REJECTED_BY_SERVER,
        Cause.APP_NOT_FOUND,
        Cause.PACKET_LOSS,
        Cause.SERVER_CLOSES_CONNECTION,
    ),
)
