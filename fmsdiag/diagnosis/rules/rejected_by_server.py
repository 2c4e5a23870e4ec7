"""rejected-by-server: the server was reached and said no, in words that no more special cause claims."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, connect_facts, failed_with
from fmsdiag.diagnosis.rule import Answer, Match, Rule, line
from fmsdiag.diagnosis.rules.app_not_found import names_no_application
from fmsdiag.diagnosis.wording import method
from fmsdiag.model import Actor, Advice, Attempt, Confidence, ConnectFacts, FailureKind, StepName

CAUSE = "rejected-by-server"


def judge(evidence: Evidence) -> Answer:
    """NetConnection.Connect.Rejected with a description of the server's own, quoted."""
    if evidence.connected:
        return None
    for attempt in evidence.media:
        facts = connect_facts(attempt)
        worded = failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)
        if worded and facts is not None and not names_no_application(facts):
            return _match(attempt, facts)
    return None


def _match(attempt: Attempt, facts: ConnectFacts) -> Match:
    quoted = (facts.description or facts.code or facts.command or "").strip()[:200]
    return Match(
        Confidence.CONFIRMED,
        "The server was reached and refused the connection.",
        f"Your network is fine: the server was reached and answered. It refused the connection with these words: “{quoted}”.",
        (Actor.OPERATOR,),
        Advice(
            user="Send this report to the people who run the server; their answer above is what they need.",
            operator=f"The server answered {facts.code or facts.command}: “{quoted}”. Check access rules, tokens, allowed "
            "addresses and referrers for this application.",
        ),
        "The server says so in its own words.",
        (
            line(
                f"{method(attempt.endpoint)}: the server was reached and spoke RTMP.",
                attempt.step(StepName.HANDSHAKE),
            ),
            line(f"It said: {facts.code or facts.command} – {quoted}", attempt.step(StepName.CONNECT)),
        ),
        rules_out=("a firewall", "a blocked port", "the server being down"),
    )


RULE = Rule(CAUSE, judge, explains=("port-blocked",))
