"""auth-required: the server was reached and wants a user name and a password, or does not take the ones it got."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.refusals import RefusalLines, reached_line, refusal_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import NOWHERE, Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    EvidenceLine,
    FailureKind,
    LoginScheme,
    StepName,
)


class Wanted(FindingTexts, of="auth-required.wanted"):
    """Nobody gave a user name and a password yet."""

    headline = text("The server asks for a user name and password.")
    explanation = text(
        "The server was reached and answered. It accepts only clients that sign in with a user name "
        "and password."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step("In your encoder or player, enter the user name and password you were given."),
        step("To try them first, enter them in fmsdiag and run the test again.", Action.SIGN_IN),
        step("If you were given none, ask the people who run the server."),
    )
    operator = (
        step("Give this user an account, or turn off authentication for this application."),
        Steps.SETTING,
    )


class OtherMethod(FindingTexts, of="auth-required.other-method"):
    """The server asks in a way in which this program cannot answer."""

    headline = Wanted.headline
    explanation = text(
        "The server was reached and answered. It accepts only clients that sign in with a user name "
        "and password, by a method that fmsdiag does not support. So they cannot be tested here."
    )
    acts = Wanted.acts
    you = (Wanted.you[0], Wanted.you[2])
    operator = Wanted.operator


class NotAccepted(FindingTexts, of="auth-required.not-accepted"):
    """The server rejects the ones that were given."""

    headline = text("The server does not accept this user name and password.")
    explanation = text(
        "The server was reached and answered. It rejected the user name and password that were entered."
    )
    acts = Wanted.acts
    you = (
        step(
            "Check the user name and password letter by letter, and enter them again. Capitalization matters.",
            Action.SIGN_IN,
        ),
        step(
            "If they are right, save this report and send it to the people who run the server.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        step("Check this user's account and password."),
        step("If they are right, look in the server's log for why it rejects them."),
        Steps.SETTING,
    )


class AskedAgain(FindingTexts, of="auth-required.asked-again"):
    """Name and proof were sent, and the server asks for them once more, without saying what is wrong with them."""

    headline = text("The server asks for the user name and password again.")
    explanation = text(
        "The server was reached and answered. The user name and a proof of the password were sent, and the "
        "server asked for them once more, without a reason. Most likely it does not accept them."
    )
    acts = Wanted.acts
    you = NotAccepted.you
    operator = NotAccepted.operator


class AskedBeforeProof(FindingTexts, of="auth-required.asked-before-proof"):
    """The user name was sent, and the server asks anew instead of giving what a proof is made from."""

    headline = AskedAgain.headline
    explanation = text(
        "The server was reached and answered. The user name was sent. The server asked again before the "
        "password could be proved, so the password was not tested."
    )
    acts = Wanted.acts
    you = (
        step(
            "Check the user name letter by letter, and enter it again. Capitalization matters.",
            Action.SIGN_IN,
        ),
        step(
            "If it is right, save this report and send it to the people who run the server.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        step("Check that this user has an account."),
        step("If so, look in the server's log for why it does not find the user."),
        Steps.SETTING,
    )


class UnknownUser(FindingTexts, of="auth-required.unknown-user"):
    """The server has no such user, and says so before a proof of the password is sent."""

    headline = text("The server does not accept this user name.")
    explanation = text(
        "The server was reached and answered. It rejected the user name before the password could be proved, "
        "so the password was not tested."
    )
    acts = Wanted.acts
    you = AskedBeforeProof.you
    operator = AskedBeforeProof.operator


class Seen(Table, of="auth-required.seen"):
    METHOD_ADOBE = text("The server asks for the user name and password by Adobe's method.")
    METHOD_LIMELIGHT = text("The server asks for the user name and password by Limelight's method.")
    # translators: {method} is a word of the server's, such as kerberos
    METHOD_OTHER = text("The server asks for the user name and password by the method “{method:name}”.")


_REASON = re.compile(r"reason=(?!needauth\b)\w")
"""The server's word for what is wrong, such as authfailed or nosuchuser."""
_NO_SUCH_USER = re.compile(r"reason=nosuchuser\b")
_CHALLENGE = re.compile(r"reason=needauth\b")
"""With this comes what a proof of the password is made from: before it, only the user name is sent."""
_METHODS: Mapping[str, Text] = {
    LoginScheme.ADOBE: Seen.METHOD_ADOBE,
    LoginScheme.LIMELIGHT: Seen.METHOD_LIMELIGHT,
}


def judge(run: RunView) -> Answer:
    """The server's own demand: `authmod=`, with or without an answer of ours to it."""
    if run.plan_succeeded:
        return None
    # the attempt that answered says more: what one of them learnt, the others do not try again
    for attempt in sorted(run.media, key=_is_unanswered):
        facts = connect_facts(attempt)
        refused = failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)
        if refused and facts is not None and facts.authentication is not None:
            return _found(run, attempt, facts)
    return None


def _is_unanswered(attempt: Attempt) -> bool:
    facts = connect_facts(attempt)
    return facts is None or facts.authenticated is not False


def _found(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Found:
    by_adobe = facts.authentication == LoginScheme.ADOBE
    return Found(
        _case(run, facts),
        Confidence.CONFIRMED,
        RefusalLines.SAID_SO.of(),
        (reached_line(attempt), refusal_line(attempt, facts), _method_line(attempt, facts)),
        # no product that is known here has a setting for another method than Adobe's
        values={"settings": settings(run, Topic.AUTHENTICATION) if by_adobe else NOWHERE},
        rules_out=network_cleared(run),
    )


def _case(run: RunView, facts: ConnectFacts) -> type[FindingTexts]:
    said = facts.description or ""
    if facts.authenticated is not False:
        return Wanted if facts.authentication in _METHODS else OtherMethod
    if not _REASON.search(said):
        return AskedAgain if _was_challenged(run) else AskedBeforeProof
    return UnknownUser if _NO_SUCH_USER.search(said) and not _was_challenged(run) else NotAccepted


def _was_challenged(run: RunView) -> bool:
    """Whether the server ever gave what a proof of the password is made from."""
    asked = (o.facts for o in run.steps(StepName.CONNECT, run.media))
    return any(isinstance(f, ConnectFacts) and _CHALLENGE.search(f.description or "") for f in asked)


def _method_line(attempt: Attempt, facts: ConnectFacts) -> EvidenceLine:
    method = facts.authentication or ""
    said = _METHODS[method].of() if method in _METHODS else Seen.METHOD_OTHER.of(method=method)
    return evidence_line(said, attempt.step(StepName.CONNECT))


RULE = Rule(Cause.AUTH_REQUIRED, judge, explains=(Cause.REJECTED_BY_SERVER,))
