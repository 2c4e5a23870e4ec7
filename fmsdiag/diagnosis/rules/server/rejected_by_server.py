"""rejected-by-server: the server was reached and said no, in words that no more special cause claims."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.refusals import RULED_OUT, reached, refusal, said
from fmsdiag.diagnosis.evidence.run import RunView, connect_facts, failed_with
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.rules.server.app_not_found import names_no_application
from fmsdiag.diagnosis.wording import method, server_words
from fmsdiag.model import Actor, Attempt, Confidence, ConnectFacts, Experiment, FailureKind, StepName

CAUSE = "rejected-by-server"
_RULES = "Check access rules, tokens, allowed addresses and referrers for this application."


def judge(run: RunView) -> Answer:
    """A refusal with a description of the server's own, quoted; or a close that a made-up application does not get."""
    found = refusal(run, lambda facts: not names_no_application(facts))
    if found is not None:
        return _match(run, *found)
    return None if run.plan_succeeded else _of_this_alone(run)


def _of_this_alone(run: RunView) -> Match | None:
    closed = next((a for a in run.fallback if failed_with(a, StepName.CONNECT, FailureKind.CLOSED)), None)
    made_up = next(iter(run.performed(Experiment.MADE_UP_APPLICATION)), None)
    if closed is None or made_up is None or run.connected:
        return None
    answered = connect_facts(made_up)
    if answered is None or answered.command is None:
        return None
    what = f"“{run.target.application}”" if run.target.application else "no application"
    return Match(
        Confidence.LIKELY,
        "The server hangs up on this application, and not on others.",
        f"{reached(run)} It closes the connection when it is asked for {what}, and answers when it is asked for a made-up "
        "name. So it has rules for this one, and they do not admit this client.",
        (Actor.OPERATOR,),
        Advice(
            user="Send this report to the people who run the server. Perhaps a key or a password belongs in the address.",
            operator=f"The server closes connections to {what} without a reason. {_RULES}",
        ),
        "Another name is answered on the same server.",
        (
            line(f"{method(closed.endpoint)}: closed when asked for {what}.", closed.step(StepName.CONNECT)),
            line("A made-up application name gets an answer.", made_up.step(StepName.CONNECT)),
        ),
        rules_out=(*RULED_OUT, "an application that does not exist"),
    )


def _match(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Match:
    mute = not facts.code and not facts.description
    words = "" if mute else server_words(facts)
    return Match(
        Confidence.CONFIRMED,
        "The server was reached and refused the connection.",
        f"{reached(run)} It refused the connection" + (" and gave no reason." if mute else f": {words}"),
        (Actor.OPERATOR,),
        Advice(
            user="Send this report to the people who run the server"
            + ("." if mute else "; their answer above is what they need."),
            operator=("The server gave no reason. " if mute else f"The server answered: {words} ") + _RULES,
        ),
        "The server answered, and not with yes." if mute else "The server says so in its own words.",
        said(attempt, facts),
        rules_out=RULED_OUT if run.network_is_fine else ("the server being down",),
    )


RULE = Rule(CAUSE, judge)
