"""app-not-found: the server was reached and does not know the application."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.conclusions.server_settings import is_likely, settings
from fmsdiag.diagnosis.evidence.run import RunView, connect_facts, failed_with
from fmsdiag.diagnosis.evidence.server_software import AMS, NGINX, RED5, SRS, WOWZA
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import method, server_words
from fmsdiag.model import (
    Actor,
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
    """The server's words; or a close right after `connect`, which a made-up name gets as well."""
    if run.plan_succeeded:
        return None
    said = next((a for a in run.media if names_no_application(connect_facts(a))), None)
    if said is not None:
        return _match(run, said, Confidence.CONFIRMED, None)
    closed = [a for a in run.media if failed_with(a, StepName.CONNECT, FailureKind.CLOSED)]
    if not closed or run.connected or any(_worded(a) for a in run.media):
        return None
    made_up = next(iter(run.performed(Experiment.MADE_UP_APPLICATION)), None)
    if made_up is None:
        first = closed[0].endpoint
        questions = run.ask_server(Experiment.MADE_UP_APPLICATION, first.port, first.transport)
        return ask_unless_answered(questions, _match(run, closed[0], Confidence.POSSIBLE, None))
    if made_up.status is Status.CONNECTED or _worded(made_up):
        return None  # a made-up name gets another answer: this one is refused for a reason of its own
    same = made_up if failed_with(made_up, StepName.CONNECT, FailureKind.CLOSED) else None
    # nginx-rtmp never gives a reason, and closes so for an application that it does not have
    usual = len(closed) > 1 or is_likely(run, NGINX)
    sure = usual and same is not None
    return _match(run, closed[0], Confidence.LIKELY if sure else Confidence.POSSIBLE, same)


def _worded(attempt: Attempt) -> bool:
    return attempt.status is Status.REJECTED and failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)


def _match(run: RunView, attempt: Attempt, confidence: Confidence, made_up: Attempt | None) -> Match:
    name = run.target.application
    facts = connect_facts(attempt)
    step = attempt.step(StepName.CONNECT)
    seen = [
        line(
            f"{method(attempt.endpoint)}: the server was reached and spoke RTMP.",
            attempt.step(StepName.HANDSHAKE),
        )
    ]
    if facts is not None and facts.command:
        seen.append(line(f"It said: {server_words(facts)}", step))
    else:
        seen.append(line("It closed the connection as soon as it heard the application's name.", step))
    if made_up is not None:
        seen.append(
            line("A made-up application name was treated in the same way.", made_up.step(StepName.CONNECT))
        )
    certain = confidence is Confidence.CONFIRMED
    what = f"the application “{name}”" if name else "a connection without an application's name"
    return Match(
        confidence,
        _headline(name, certain),
        (_reached(run) if certain else "")
        + (
            (" It says that it has no such application: " if name else " It says: ") + server_words(facts)
            if certain and facts is not None
            else f"The server was reached and spoke RTMP. It hangs up as soon as it is asked for {what}, as several "
            "servers do for an application that they do not have. One that does not admit this computer would look the same."
        ),
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Check the application “{name}” letter by letter against what you were given; capital letters count. It is "
            "the part of the address after the server's name."
            if name
            else "Add the application to the address: it is the part after the server's name, such as “live”.",
            operator=(
                f"There is no application “{name}” on this server, or it does not admit this client. "
                if name
                else "The client named no application. "
            )
            + settings(
                run,
                {
                    AMS: "a folder of that name in applications/",
                    WOWZA: "an application of that name, and its folder in applications/ and conf/",
                    RED5: "a folder of that name in webapps/, whose context is loaded",
                    NGINX: "an “application” block of that name; its access rules close in the same way",
                    SRS: "applications need no setting; http_hooks or security rules refuse them",
                },
            ),
        ),
        "The server says so in its own words."
        if certain
        else "A name that cannot exist gets the same treatment, and no way in accepts it."
        if made_up is not None
        else "The server gave no reason.",
        tuple(seen),
        rules_out=("a firewall", "a blocked port", "the server being down")
        if certain
        else ("a blocked port", "the server being down"),
        decisive_test="" if certain else "The server's log names the application it refused.",
    )


def _reached(run: RunView) -> str:
    start = "Your network is fine: the" if run.network_is_fine else "The"
    return f"{start} server was reached and answered."


def _headline(name: str, certain: bool) -> str:
    if not name:
        return "The address names no application."
    long = len(name.split()) > 3 or len(name) > 60
    if certain:
        return f"The server does not know {'this application' if long else f'the application “{name}”'}."
    return f"The server hangs up when asked for {'this application' if long else f'“{name}”'}."


RULE = Rule(CAUSE, judge, explains=("rejected-by-server",))
