"""rejected-by-server: the server was reached and said no, in words that no more special cause claims."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, connect_facts, failed_with
from fmsdiag.diagnosis.rule import Answer, Match, Rule, line
from fmsdiag.diagnosis.rules.app_not_found import names_no_application
from fmsdiag.diagnosis.wording import method, server_words
from fmsdiag.model import Actor, Advice, Attempt, Confidence, ConnectFacts, FailureKind, StepName

CAUSE = "rejected-by-server"


def judge(evidence: Evidence) -> Answer:
    """NetConnection.Connect.Rejected with a description of the server's own, quoted."""
    if evidence.plan_succeeded:
        return None
    for attempt in evidence.media:
        facts = connect_facts(attempt)
        worded = failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)
        if worded and facts is not None and not names_no_application(facts):
            return _match(evidence, attempt, facts)
    return None


def _match(evidence: Evidence, attempt: Attempt, facts: ConnectFacts) -> Match:
    said = server_words(facts)
    fine = evidence.network_is_fine
    return Match(
        Confidence.CONFIRMED,
        "The server was reached and refused the connection.",
        f"{'Your network is fine: the' if fine else 'The'} server was reached and answered. It refused the connection: {said}",
        (Actor.OPERATOR,),
        Advice(
            user="Send this report to the people who run the server; their answer above is what they need.",
            operator=f"The server answered: {said} Check access rules, tokens, allowed addresses and referrers for this "
            "application.",
        ),
        "The server says so in its own words.",
        (
            line(
                f"{method(attempt.endpoint)}: the server was reached and spoke RTMP.",
                attempt.step(StepName.HANDSHAKE),
            ),
            line(f"It said: {said}", attempt.step(StepName.CONNECT)),
        ),
        rules_out=("a firewall", "a blocked port", "the server being down")
        if fine
        else ("the server being down",),
    )


RULE = Rule(CAUSE, judge)
