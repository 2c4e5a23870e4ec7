"""app-not-found: the server was reached and does not know the application."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.names import by_name_lines
from fmsdiag.diagnosis.lines.refusals import RefusalLines, reached_line, refusal_line
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, is_likely, settings
from fmsdiag.diagnosis.server_software import NGINX
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    Experiment,
    FailureKind,
    Status,
    StepName,
)
from fmsdiag.target import other_cut


class Unknown(FindingTexts, of="app-not-found.unknown"):
    """The server says that it has no such application."""

    headline = text("The server does not recognize the application name.")
    explanation = text(
        "The server was reached and answered. It rejected the connection because it has no application "
        "“{application:name}”."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step(
            "Check that the application name “{application:name}” matches what you were given, letter by letter. "
            "Capitalization matters.",
            Action.EDIT_APPLICATION,
        ),
        step(
            "If it is right, save this report and send it to the people who run the server.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        step(
            "Check that the application “{application:name}”, which the client asked for, exists and is running."
        ),
        Steps.SETTING,
    )


class UnknownWithMore(FindingTexts, of="app-not-found.unknown-with-more"):
    """Likewise, where parameters or a query were sent with the name: the server may know the name without them."""

    headline = text("The server does not know the application as the address writes it.")
    explanation = text(
        "The server was reached and answered. It rejected “{application:name}” followed by hidden "
        "text from the address. It may know “{application:name}” alone."
    )
    acts = Unknown.acts
    you = (
        step(
            "Check the application name “{application:name}” and the hidden text after it. Only parameters may follow a “;” "
            "or “?”, and a stream name follows a slash.",
            Action.EDIT_APPLICATION,
        ),
        Unknown.you[1],
    )
    operator = (
        step(
            "Check that the application “{application:name}” exists and is running, and that it accepts the parameters that "
            "the client sent after the name."
        ),
        Steps.SETTING,
    )


class Missing(FindingTexts, of="app-not-found.missing"):
    """The address names no application, and the server wants one."""

    headline = text("The address has no application name.")
    explanation = text(
        "The server was reached and answered. It rejected the connection because the address does not say "
        "which application to use."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Add the application name to the address. It is the part after the server name, such as “live”.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = (step("Give customers the full address, including the application. This client named none."),)


class Shorter(FindingTexts, of="app-not-found.shorter"):
    """A shorter part of the path is accepted as the application."""

    headline = text("Only the first part of the path is the application.")
    explanation = text(
        "The server was reached and answered. “{accepted:name}” is accepted, “{application:name}” is not. "
        "The rest of the path belongs to the name of the stream."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Enter “{accepted:name}” as the application, and the rest of the path as the beginning of the stream name.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = (
        step(
            "Give customers the application and the stream name apart, as their players and encoders want them."
        ),
    )


class Longer(FindingTexts, of="app-not-found.longer"):
    """A longer part of the path is accepted as the application."""

    headline = text("More of the path belongs to the application.")
    explanation = text(
        "The server was reached and answered. “{accepted:name}” is accepted, “{application:name}” is not."
    )
    acts = Shorter.acts
    you = (
        step(
            "Enter “{accepted:name}” as the application, and only what follows it as the stream name.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = Shorter.operator


class HangsUp(FindingTexts, of="app-not-found.hangs-up"):
    """The server closes the connection when it hears the name, without a word."""

    headline = text("The server closes the connection when it gets the application name.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks "
        "for the application “{application:name}”, as several servers do when they do not have it. A server that does "
        "not allow this computer looks the same."
    )
    acts = Unknown.acts
    you = Unknown.you
    operator = (
        Unknown.operator[0],
        step(
            "If it does, check what decides who may connect: rules for clients' addresses, and a callback such as on_connect. "
            "One that refuses or does not answer looks the same."
        ),
        Steps.SETTING,
    )
    decisive_test = text("Check the server's log for why it closed the connection.")


class HangsUpWithMore(FindingTexts, of="app-not-found.hangs-up-with-more"):
    """Likewise, where parameters or a query were sent with the name."""

    headline = HangsUp.headline
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks "
        "for the application “{application:name}” followed by hidden text from the address. "
        "Several servers do so when they do not have the application, or do not accept that text. A server that does not "
        "allow this computer looks the same."
    )
    acts = Unknown.acts
    you = UnknownWithMore.you
    operator = (UnknownWithMore.operator[0], *HangsUp.operator[1:])
    decisive_test = HangsUp.decisive_test


class HangsUpWithoutName(FindingTexts, of="app-not-found.hangs-up-without-name"):
    """Likewise, where the address names none."""

    headline = text("The server closes the connection; the address has no application name.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks to "
        "connect, most likely because the address does not say which application to use."
    )
    acts = Missing.acts
    you = Missing.you
    operator = Missing.operator
    decisive_test = text(
        "Run the test again with an application name. If it connects, only the name was missing."
    )


class LooksLikeKey(FindingTexts, of="app-not-found.looks-like-key"):
    """What was sent in place of the application looks like a stream key, so that no text may name it."""

    headline = text("The address has a stream key where the application belongs.")
    explanation = text(
        "The server was reached and answered. It rejected what the address has in place of the "
        "application, which looks like a stream key and is hidden here."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Enter the application between the server name and the stream key. It is a word such as “live”.",
            Action.EDIT_APPLICATION,
        ),
    )
    operator = (
        step("Give customers the full address, including the application, and the stream key apart from it."),
    )


class HangsUpOnKey(FindingTexts, of="app-not-found.hangs-up-on-key"):
    """Likewise, where the server gives no reason."""

    headline = text("The server closes the connection; the address may lack the application.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when the client asks to "
        "connect. What the address has in place of the application looks like a stream key and is hidden here."
    )
    acts = LooksLikeKey.acts
    you = LooksLikeKey.you
    operator = LooksLikeKey.operator
    decisive_test = text(
        "Run the test again with an application name. If it connects, only the name was missing."
    )


class Seen(Table, of="app-not-found.seen"):
    HUNG_UP = text("The server closed the connection {waited:duration} after the application name was sent.")
    ACCEPTED = text("With the application “{accepted:name}”, the server accepted the connection.")
    REJECTED_TOO = text("The application “{other:name}” was not accepted either.")
    MADE_UP_ANSWERED = text("A made-up application name gets an answer.")
    MADE_UP = text("A made-up application name was treated in the same way.")


class Earned(Table, of="app-not-found.earned"):
    """What the confidence rests on."""

    MADE_UP_TOO = text("A name that cannot exist is treated in the same way, and no route accepts this one.")
    CUT_TRIED = text("The same path, cut at another place, is accepted.")
    ANY_NAME = text(
        "The same server answers when it is asked for an application, even for one that cannot exist."
    )
    NO_REASON = text("The server gave no reason.")


_CUTS = (Experiment.SHORTER_APPLICATION, Experiment.LONGER_APPLICATION)
# Adobe: "Application (x) is not defined.", "Invalid application name(/x)."; Red5: "No scope 'x' on this server."
_NO_APPLICATION = re.compile(
    r"application\s*\(.*\)\s*is not defined|invalid application name|no scope\b|no such application|"
    r"application(\s+\S+)?\s+((was|is|could|can)\s+)?(not (be )?found|does not exist|unknown)|unknown application",
    re.IGNORECASE | re.DOTALL,
)


def names_no_application(facts: ConnectFacts | None) -> bool:
    """Whether the server's own words say that it has no such application."""
    if facts is None:
        return False
    code = (facts.code or "").lower()
    return code.endswith(".invalidapp") or bool(_NO_APPLICATION.search((facts.description or "")[:500]))


def judge(run: RunView) -> Answer:
    """The refusal; where the path of the URL could be cut elsewhere, that is tried, and goes before what was refused."""
    answer = _refused(run)
    refused = answer.provisional if isinstance(answer, Ask) else answer
    if refused is None:
        return answer
    for experiment in _CUTS:
        tried = next((a for a in run.performed(experiment) if a.status is Status.CONNECTED), None)
        if tried is not None:
            return _accepted(run, tried, refused)
    if isinstance(answer, Ask):
        return answer
    first = next(a for a in run.media if a.step(StepName.CONNECT) is not None).endpoint
    wanted = [
        question
        for experiment in _CUTS
        if other_cut(run.target, longer=experiment is Experiment.LONGER_APPLICATION) is not None
        and not run.performed(experiment)
        for question in run.ask_server(experiment, first.port, first.transport)
    ]
    return ask_unless_answered(tuple(wanted), refused)


def _accepted(run: RunView, tried: Attempt, refused: Found) -> Found:
    """The place where the path is cut as the server wants it."""
    longer = tried.experiment is Experiment.LONGER_APPLICATION
    cut = other_cut(run.target, longer=longer)
    accepted = cut.application if cut is not None else ""
    return Found(
        Longer if longer else Shorter,
        Confidence.CONFIRMED,
        Earned.CUT_TRIED.of(),
        (*refused.seen, evidence_line(Seen.ACCEPTED.of(accepted=accepted), tried.step(StepName.CONNECT))),
        values={"application": run.target.application, "accepted": accepted},
        rules_out=network_cleared(run),
    )


def _refused(run: RunView) -> Answer:
    """The server's words; or a close right after `connect`, which a made-up name gets as well."""
    if run.plan_succeeded:
        return None
    said = next((a for a in run.media if names_no_application(connect_facts(a))), None)
    if said is not None:
        return _found(run, said, Confidence.CONFIRMED, None)
    closed = [a for a in run.media if failed_with(a, StepName.CONNECT, FailureKind.CLOSED)]
    if not closed or run.connected or any(_worded(a) for a in run.media):
        return None
    made_up = next(iter(run.performed(Experiment.MADE_UP_APPLICATION)), None)
    if made_up is None:
        first = closed[0].endpoint
        questions = run.ask_server(Experiment.MADE_UP_APPLICATION, first.port, first.transport)
        return ask_unless_answered(questions, _found(run, closed[0], Confidence.POSSIBLE, None))
    if made_up.status is Status.CONNECTED or _worded(made_up):
        # a made-up name gets another answer: this one is refused for a reason of its own, or there is none
        return (
            None
            if run.target.application
            else _found(run, closed[0], Confidence.LIKELY, None, answered=made_up)
        )
    same = made_up if failed_with(made_up, StepName.CONNECT, FailureKind.CLOSED) else None
    # nginx-rtmp never gives a reason, and closes so for an application that it does not have
    usual = len(closed) > 1 or is_likely(run, NGINX)
    sure = usual and same is not None
    return _found(run, closed[0], Confidence.LIKELY if sure else Confidence.POSSIBLE, same)


def _worded(attempt: Attempt) -> bool:
    return attempt.status is Status.REJECTED and failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)


def _found(
    run: RunView,
    attempt: Attempt,
    confidence: Confidence,
    made_up: Attempt | None,
    answered: Attempt | None = None,
) -> Found:
    """`made_up` is the attempt by which a name that cannot exist fared alike; `answered`, one by which it fared better."""
    name, certain = run.target.application, confidence is Confidence.CONFIRMED
    case = _case(run, certain)
    topic = Topic.APPLICATION if certain else Topic.CLOSES_AT_CONNECT
    seen = [reached_line(attempt)]
    facts = connect_facts(attempt)
    if facts is not None and facts.command:
        seen.append(refusal_line(attempt, facts))
    else:
        ended = attempt.step(StepName.CONNECT)
        waited_s = ended.elapsed_s if ended is not None else 0.0
        seen.append(evidence_line(Seen.HUNG_UP.of(waited=waited_s), ended))
    seen += by_name_lines(run)
    for tried in (a for experiment in _CUTS for a in run.performed(experiment)):
        cut = other_cut(run.target, longer=tried.experiment is Experiment.LONGER_APPLICATION)
        if cut is not None and tried.status is Status.REJECTED:
            other = evidence_line(Seen.REJECTED_TOO.of(other=cut.application), tried.step(StepName.CONNECT))
            seen.append(other)
    if made_up is not None:
        seen.append(evidence_line(Seen.MADE_UP.of(), made_up.step(StepName.CONNECT)))
    if answered is not None:
        seen.append(evidence_line(Seen.MADE_UP_ANSWERED.of(), answered.step(StepName.CONNECT)))
    return Found(
        case,
        confidence,
        _earned(certain, made_up, answered).of(),
        tuple(seen),
        values={"application": name, "settings": settings(run, topic)} if name else {},
        rules_out=network_cleared(run),
    )


def _case(run: RunView, certain: bool) -> type[FindingTexts]:
    """What is said of the name; a server may reject only what was sent behind it."""
    if not run.target.application and (run.target.query or "").startswith("/"):
        return LooksLikeKey if certain else HangsUpOnKey
    if not run.target.application:
        return Missing if certain else HangsUpWithoutName
    if run.target.query:
        return UnknownWithMore if certain else HangsUpWithMore
    return Unknown if certain else HangsUp


def _earned(certain: bool, made_up: Attempt | None, answered: Attempt | None) -> Text:
    if certain:
        return RefusalLines.SAID_SO
    if answered is not None:
        return Earned.ANY_NAME
    return Earned.NO_REASON if made_up is None else Earned.MADE_UP_TOO


RULE = Rule(Cause.APP_NOT_FOUND, judge, explains=(Cause.REJECTED_BY_SERVER,))
