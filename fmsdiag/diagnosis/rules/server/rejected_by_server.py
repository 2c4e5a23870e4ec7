"""rejected-by-server: the server was reached and said no, in words that no more special cause claims."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.refusals import refusal
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import network_cleared, server_answers
from fmsdiag.diagnosis.lines.names import by_name_lines
from fmsdiag.diagnosis.lines.refusals import RefusalLines, reached_line, reason_given, refusal_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.rules.server.app_not_found import names_no_application
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    Experiment,
    FailureKind,
    Message,
    StepName,
)


class WithReason(FindingTexts, of="rejected-by-server.with-reason"):
    """The server rejects the connection in words of its own."""

    headline = text("The server rejected the connection.")
    explanation = text("The server was reached and answered. It rejected this connection with {words:quote}.")
    acts = (Actor.OPERATOR,)
    you = (
        step(
            "Save this report and send it to the people who run the server. It contains the server's answer.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        step("Look for {words:quote} in the server's log or in the application's code."),
        step("Check this application's access rules, tokens, allowed addresses, and allowed referrers."),
    )


class WithoutReason(FindingTexts, of="rejected-by-server.without-reason"):
    """The server says no and nothing more."""

    headline = WithReason.headline
    explanation = text("The server was reached and answered. It rejected this connection and gave no reason.")
    acts = WithReason.acts
    you = (Steps.SAVE_REPORT,)
    operator = WithReason.operator[1:]


class OneApplication(FindingTexts, of="rejected-by-server.one-application"):
    """The server hangs up on this application and answers a made-up one."""

    headline = text("The server closes connections to this application only.")
    explanation = text(
        "The server was reached and spoke RTMP. It closes the connection when it is asked for the "
        "application “{application:name}”, and answers when it is asked for a made-up one. So it has rules for this "
        "application that do not allow this client."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Check whether you were given a key or a password that belongs in the address."),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = (
        step("Check the server's log for why it closes connections to “{application:name}”."),
        WithReason.operator[1],
    )


class Seen(Table, of="rejected-by-server.seen"):
    CLOSED = text("{route}: closed when the client asked for the application.")
    MADE_UP_ANSWERED = text("A made-up application name gets an answer.")


class Excluded(Table, of="rejected-by-server.excluded"):
    UNKNOWN_APPLICATION = text(
        "An unknown application is not the cause: a made-up name is treated differently."
    )


class Earned(Table, of="rejected-by-server.earned"):
    """What the confidence rests on."""

    REJECTED = text("The server's answer is a rejection.")
    OTHER_NAME = text("The same server answers when it is asked for another name.")


def judge(run: RunView) -> Answer:
    """A refusal with a description of the server's own, quoted; or a close that a made-up application does not get."""
    found = refusal(run, lambda facts: not names_no_application(facts))
    if found is not None:
        return _rejected(run, *found)
    return None if run.plan_succeeded else _of_this_alone(run)


def _rejected(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Found:
    words = reason_given(facts)
    return Found(
        WithoutReason if words is None else WithReason,
        Confidence.CONFIRMED,
        Earned.REJECTED.of() if words is None else RefusalLines.SAID_SO.of(),
        (reached_line(attempt), refusal_line(attempt, facts), *by_name_lines(run)),
        values={} if words is None else {"words": words},
        rules_out=_reached(run, attempt),
    )


def _reached(run: RunView, attempt: Attempt) -> tuple[Message, ...]:
    """What being answered excludes: where another attempt was stopped on its way, the network is not cleared."""
    return network_cleared(run) or (server_answers(attempt.endpoint),)


def _of_this_alone(run: RunView) -> Found | None:
    closed = next((a for a in run.fallback if failed_with(a, StepName.CONNECT, FailureKind.CLOSED)), None)
    made_up = next(iter(run.performed(Experiment.MADE_UP_APPLICATION)), None)
    if closed is None or made_up is None or run.connected:
        return None
    answered = connect_facts(made_up)
    if answered is None or answered.command is None:
        return None
    name = run.target.application
    if not name:
        return None  # app-not-found
    return Found(
        OneApplication,
        Confidence.LIKELY,
        Earned.OTHER_NAME.of(),
        (
            evidence_line(Seen.CLOSED.of(route=route_of(closed.endpoint)), closed.step(StepName.CONNECT)),
            evidence_line(Seen.MADE_UP_ANSWERED.of(), made_up.step(StepName.CONNECT)),
        ),
        values={"application": name},
        rules_out=(*_reached(run, closed), Excluded.UNKNOWN_APPLICATION.of()),
    )


RULE = Rule(Cause.REJECTED_BY_SERVER, judge)
