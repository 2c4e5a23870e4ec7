"""auth-required: the server was reached and wants a user name and a password, or does not take the ones it got."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, connect_facts, failed_with
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import method, server_words
from fmsdiag.model import Actor, Attempt, Confidence, ConnectFacts, FailureKind, StepName

CAUSE = "auth-required"
SCHEMES = {"adobe": "Adobe's", "llnw": "Limelight's"}


def judge(run: RunView) -> Answer:
    """The server's own demand: `authmod=`, with or without an answer of ours to it."""
    if run.plan_succeeded:
        return None
    # the attempt that answered says more: what one of them learnt, the others do not try again
    for attempt in sorted(run.media, key=_is_unanswered):
        facts = connect_facts(attempt)
        refused = failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)
        if refused and facts is not None and facts.authentication is not None:
            return _match(run, attempt, facts)
    return None


def _is_unanswered(attempt: Attempt) -> bool:
    facts = connect_facts(attempt)
    return facts is None or facts.authenticated is not False


def _match(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Match:
    wrong = facts.authenticated is False
    scheme = SCHEMES.get(facts.authentication or "")
    fine = "Your network is fine: the" if run.network_is_fine else "The"
    how = (
        f"{scheme} scheme" if scheme else f"the scheme “{facts.authentication}”, which fmsdiag does not speak"
    )
    demanded = "It did not take the user name and password that were given" if wrong else (
        "It lets in only those who give a user name and a password"
    )  # fmt: skip
    return Match(
        Confidence.CONFIRMED,
        "The server does not take this user name and password."
        if wrong
        else "The server wants a user name and a password.",
        f"{fine} server was reached and answered. {demanded}, by {how}.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=(
                "Check the user name and the password letter by letter; capital letters count. "
                if wrong
                else "Enter the user name and the password that you were given, in the encoder or player. "
                "To test them here: fmsdiag test --user NAME. "
            )
            + "If you have none, ask the people who run the server.",
            operator="The server asks for RTMP authentication. "
            + (
                "It refused this user's answer: check the account, and that the client's path in between changes nothing of "
                "the application's name."
                if wrong
                else "Give this user an account, or switch authentication off for this application. AMS: the "
                "authentication plug-in's users file; Wowza: conf/publish.password, or the application's source security."
            ),
        ),
        "The server says so in its own words.",
        (
            line(
                f"{method(attempt.endpoint)}: the server was reached and spoke RTMP.",
                attempt.step(StepName.HANDSHAKE),
            ),
            line(f"It said: {server_words(facts)}", attempt.step(StepName.CONNECT)),
        ),
        rules_out=("a firewall", "a blocked port", "the server being down"),
    )


RULE = Rule(CAUSE, judge, explains=("rejected-by-server",))
