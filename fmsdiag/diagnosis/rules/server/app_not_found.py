"""app-not-found: the server was reached and does not know the application."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.ports import first_shut_port
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.names import by_name_lines
from fmsdiag.diagnosis.lines.refusals import RefusalLines, reached_line, refusal_line
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.server.app_not_found_cases import (
    HangsUp,
    HangsUpOnKey,
    HangsUpOnPort,
    HangsUpWithMore,
    HangsUpWithoutName,
    Longer,
    LooksLikeKey,
    Missing,
    OnSome,
    Shorter,
    Unknown,
    UnknownOnPort,
    UnknownWithMore,
)
from fmsdiag.diagnosis.server_settings import Topic, is_likely, settings
from fmsdiag.diagnosis.server_software import NGINX
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    Experiment,
    FailureKind,
    Status,
    StepName,
)
from fmsdiag.target_url import other_cut


class Seen(Table, of="app-not-found.seen"):
    HUNG_UP = text("The server closed the connection {waited:duration} after the application name was sent.")
    HUNG_UP_UNNAMED = text("The server closed the connection {waited:duration} after connect was sent.")
    ACCEPTED = text("With the application “{accepted:name}”, the server accepted the connection.")
    REJECTED_TOO = text("The application “{other:name}” was not accepted either.")
    ACCEPTED_AGAIN = text("A second connection, for the same application, was accepted.")
    MADE_UP_ANSWERED = text("A made-up application name gets an answer.")
    MADE_UP = text("A made-up application name was treated in the same way.")


class Earned(Table, of="app-not-found.earned"):
    """What the confidence rests on."""

    MADE_UP_TOO = text("A name that cannot exist is treated in the same way, and no route accepts this one.")
    MADE_UP_LIKE_NONE = text("A name that cannot exist is treated in the same way as none.")
    SECOND_ACCEPTED = text("The same application is rejected on one connection and accepted on another.")
    CUT_TRIED = text("The same path, cut at another place, is accepted.")
    ANY_NAME = text(
        "The same server answers when it is asked for an application, even for one that cannot exist."
    )
    NO_REASON = text("The server gave no reason.")


PROMPT_S = 3.0
"""Within which a server that knows no such application closes: what takes longer is waiting for something else."""

_CUTS = (Experiment.SHORTER_APPLICATION, Experiment.LONGER_APPLICATION)
# Adobe: "Application (x) is not defined.", "Invalid application name(/x)."; Red5: "No scope 'x' on this server."
_NO_APPLICATION = re.compile(
    r"application\s*\(.*\)\s*is not defined|invalid application name|no scope\b|no such application|"
    r"application folder\s*\(.*\)\s*is missing|"
    r"application(\s+\S+)?\s+((was|is|could|can)\s+)?(not (be )?found|does not exist|unknown)|unknown application",
    re.IGNORECASE | re.DOTALL,
)


# A server may know the application and keep it shut, and say so beside the code for one that it does not have.
_SHUT = re.compile(
    r"(?i)\b(?:disabled|suspended|expired|overdue|unpaid|invoice|payment|quota|licen[cs]e|maintenance|banned|blocked"
    r"|limit|temporarily|not allowed|forbidden|denied|unauthori[sz]ed|not authori[sz]ed|permission)\b"
)


def names_no_application(facts: ConnectFacts | None) -> bool:
    """Whether the server's own words say that it has no such application."""
    if facts is None:
        return False
    words = (facts.description or "")[:500]
    if _NO_APPLICATION.search(words):
        return True
    return (facts.code or "").lower().endswith(".invalidapp") and not _SHUT.search(words)


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
    again = run.performed(Experiment.SAME_APPLICATION)
    accepted = next((a for a in again if a.status is Status.CONNECTED), None)
    if accepted is not None:
        return _on_some(run, accepted, refused)
    first = next(a for a in run.media if a.step(StepName.CONNECT) is not None).endpoint
    wanted = [
        question
        for experiment in _CUTS
        if other_cut(run.target, longer=experiment is Experiment.LONGER_APPLICATION) is not None
        and not run.performed(experiment)
        for question in run.ask_server(experiment, first.port, first.transport)
    ]
    if refused.confidence is Confidence.CONFIRMED and run.target.application and not again:
        said = [a for a in run.media if names_no_application(connect_facts(a))]
        if len(said) == 1:  # the only one that was asked: behind one address there may be several servers
            endpoint = said[0].endpoint
            wanted += run.ask_server(Experiment.SAME_APPLICATION, endpoint.port, endpoint.transport)
    return ask_unless_answered(tuple(wanted), refused)


def _on_some(run: RunView, accepted: Attempt, refused: Found) -> Found:
    """Servers behind one address that differ."""
    return Found(
        OnSome,
        Confidence.CONFIRMED,
        Earned.SECOND_ACCEPTED.of(),
        (*refused.seen, evidence_line(Seen.ACCEPTED_AGAIN.of(), accepted.step(StepName.CONNECT))),
        values={"application": run.target.application},
        rules_out=network_cleared(run),
    )


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


def _is_prompt(attempt: Attempt) -> bool:
    """Whether the server closed as soon as it had the name; one that takes seconds waits for something else."""
    ended = attempt.failed_step
    return ended is not None and ended.elapsed_s < PROMPT_S


def _refused(run: RunView) -> Answer:
    """The server's words; or a close right after `connect`, which a made-up name gets as well."""
    if run.plan_succeeded:
        return None
    said = next((a for a in run.media if names_no_application(connect_facts(a))), None)
    if said is not None:
        return _found(run, said, Confidence.CONFIRMED, None)
    closed = [a for a in run.media if failed_with(a, StepName.CONNECT, FailureKind.CLOSED) and _is_prompt(a)]
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
    first, port = first_shut_port(run), attempt.endpoint.port
    case = _case(run, certain)
    on_port = _ON_PORT.get(case) if first not in (None, port) else None
    topic = Topic.APPLICATION if certain else Topic.CLOSES_AT_CONNECT
    seen = [reached_line(attempt)]
    facts = connect_facts(attempt)
    if facts is not None and facts.command:
        seen.append(refusal_line(attempt, facts))
    else:
        ended = attempt.step(StepName.CONNECT)
        waited_s = ended.elapsed_s if ended is not None else 0.0
        said = Seen.HUNG_UP if name else Seen.HUNG_UP_UNNAMED
        seen.append(evidence_line(said.of(waited=waited_s), ended))
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
    values = {"application": name, "settings": settings(run, topic)} if name else {}
    return Found(
        on_port or case,
        confidence,
        _earned(certain, made_up, answered, named=bool(name)).of(),
        tuple(seen),
        values=values if on_port is None else {**values, "port": port, "first": first},
        rules_out=network_cleared(run) if on_port is None else (),
    )


_ON_PORT: Mapping[type[FindingTexts], type[FindingTexts]] = {Unknown: UnknownOnPort, HangsUp: HangsUpOnPort}
"""What is said instead where another port was to be asked, and did not open."""


def _case(run: RunView, certain: bool) -> type[FindingTexts]:
    """What is said of the name; a server may reject only what was sent behind it."""
    if not run.target.application and (run.target.query or "").startswith("/"):
        return LooksLikeKey if certain else HangsUpOnKey
    if not run.target.application:
        return Missing if certain else HangsUpWithoutName
    if run.target.query:
        return UnknownWithMore if certain else HangsUpWithMore
    return Unknown if certain else HangsUp


def _earned(certain: bool, made_up: Attempt | None, answered: Attempt | None, *, named: bool) -> Text:
    if certain:
        return RefusalLines.SAID_SO
    if answered is not None:
        return Earned.ANY_NAME
    if made_up is None:
        return Earned.NO_REASON
    return Earned.MADE_UP_TOO if named else Earned.MADE_UP_LIKE_NONE


RULE = Rule(Cause.APP_NOT_FOUND, judge, explains=(Cause.REJECTED_BY_SERVER,))
