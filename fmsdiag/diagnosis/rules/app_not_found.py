"""app-not-found: the server was reached and does not know the application."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.evidence import Evidence, connect_facts, failed_with
from fmsdiag.diagnosis.rule import Answer, Ask, Match, Rule, ask_or, line
from fmsdiag.diagnosis.wording import method
from fmsdiag.model import (
    Actor,
    Advice,
    Attempt,
    Confidence,
    ConnectFacts,
    Experiment,
    FailureKind,
    Status,
    StepName,
)

CAUSE = "app-not-found"
# Adobe: "Application (x) is not defined.", "Invalid application name(/x)."; Red5: "No scope 'x' on this server."
_NO_APPLICATION = re.compile(
    r"application\s*\(.*\)\s*is not defined|invalid application name|no scope\b|no such application|"
    r"application\b.{0,80}\b(not found|does not exist|unknown)|unknown application",
    re.IGNORECASE | re.DOTALL,
)


def names_no_application(facts: ConnectFacts | None) -> bool:
    """Whether the server's own words say that it has no such application."""
    if facts is None:
        return False
    code = (facts.code or "").lower()
    return code.endswith(".invalidapp") or bool(_NO_APPLICATION.search((facts.description or "")[:500]))


def judge(evidence: Evidence) -> Answer:
    """The server's words; or a close right after `connect`, which a made-up name gets as well."""
    said = next((a for a in evidence.media if names_no_application(connect_facts(a))), None)
    if said is not None:
        return _match(evidence, said, Confidence.CONFIRMED, None)
    closed = [a for a in evidence.media if failed_with(a, StepName.CONNECT, FailureKind.CLOSED)]
    if not closed or evidence.connected or any(_worded(a) for a in evidence.media):
        return None
    made_up = evidence.performed(Experiment.MADE_UP_APPLICATION)
    if not made_up:
        first = closed[0].endpoint
        questions = evidence.ask_server(Experiment.MADE_UP_APPLICATION, first.port, first.transport)
        return ask_or(questions, _match(evidence, closed[0], Confidence.POSSIBLE, None))
    same = made_up[0]
    if same.status is Status.CONNECTED:
        return None  # a made-up name is accepted: this name is refused for another reason
    if not failed_with(same, StepName.CONNECT, FailureKind.CLOSED):
        return Ask((), _match(evidence, closed[0], Confidence.POSSIBLE, None))
    return _match(evidence, closed[0], Confidence.LIKELY if len(closed) > 1 else Confidence.POSSIBLE, same)


def _worded(attempt: Attempt) -> bool:
    return attempt.status is Status.REJECTED and failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)


def _match(evidence: Evidence, attempt: Attempt, confidence: Confidence, made_up: Attempt | None) -> Match:
    name = evidence.target.application
    facts = connect_facts(attempt)
    step = attempt.step(StepName.CONNECT)
    seen = [
        line(
            f"{method(attempt.endpoint)}: the server was reached and spoke RTMP.",
            attempt.step(StepName.HANDSHAKE),
        )
    ]
    if facts is not None and facts.command:
        seen.append(line(f"It said: {facts.code or facts.command} – {(facts.description or '')[:160]}", step))
    else:
        seen.append(line("It closed the connection as soon as it heard the application's name.", step))
    if made_up is not None:
        seen.append(
            line("A made-up application name was treated in the same way.", made_up.step(StepName.CONNECT))
        )
    certain = confidence is Confidence.CONFIRMED
    headline = (
        f"The server does not know the application “{name}”." if name else "The address names no application."
    )
    if len(headline.split()) > 12 or len(name) > 60:
        headline = "The server does not know this application."
    return Match(
        confidence,
        headline,
        (
            "Your network is fine: the server was reached and answered. "
            if name
            else "The server was reached. "
        )
        + (
            f"It says that it has no application “{name}”."
            if certain
            else f"It hangs up as soon as it is asked for “{name}”, as several servers do for an unknown application."
        ),
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Check the application “{name}” letter by letter against what you were given; capital letters count. It is "
            "the part of the address after the server's name.",
            operator=f"There is no application “{name}” on this server, or it does not admit this client. AMS: a folder in "
            "applications/; Wowza: Applications; nginx-rtmp: an “application” block (access rules close in the same way).",
        ),
        "The server says so in its own words."
        if certain
        else "A name that cannot exist gets the same treatment, and no way in accepts it."
        if made_up is not None
        else "The server gave no reason.",
        tuple(seen),
        rules_out=("a firewall", "a blocked port", "the server being down"),
        decisive_test="" if certain else "The server's log names the application it refused.",
    )


RULE = Rule(CAUSE, judge, explains=("rejected-by-server", "port-blocked"))
