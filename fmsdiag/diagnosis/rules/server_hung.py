"""server-hung: connections open and nothing ever answers, on any service of this server."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, failed_with
from fmsdiag.diagnosis.rule import Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import told
from fmsdiag.model import (
    Actor,
    Advice,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Status,
    StepName,
)

CAUSE = "server-hung"
_SILENT = (FailureKind.TIMED_OUT,)
_AFTER_TCP = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.HTTP)


def judge(evidence: Evidence) -> Answer:
    """TCP opens, every service stays silent to any content, and the control host answers."""
    opened = [a for a in evidence.own if (tcp := a.step(StepName.TCP)) is not None and tcp.ok]
    silent = [a for a in opened if any(failed_with(a, step, *_SILENT) for step in _AFTER_TCP)]
    if not silent or len(silent) < len(opened):
        return None
    get = evidence.performed(Experiment.HTTP_ON_PORT)
    if any(a.status is Status.CONNECTED or _said_something(a) for a in get):
        return None  # something there does answer: it is the content that is swallowed
    controls = (*evidence.performed(Experiment.CONTROL_HTTP), *evidence.performed(Experiment.CONTROL_PORT))
    questions = (
        *evidence.ask_control_http(),
        *evidence.ask_http([a.endpoint.port for a in silent]),
    )
    if not get and questions:
        return Ask(questions, _match(evidence, silent, None))
    passed = next((a for a in controls if a.status is Status.CONNECTED), None)
    if controls and passed is None:
        return None  # everybody is silent: something in between accepts and swallows
    return _match(evidence, silent, passed)


def _said_something(attempt: Attempt) -> bool:
    return any(o.bytes_in for o in attempt.observations)


def _match(evidence: Evidence, silent: list[Attempt], control: Attempt | None) -> Match:
    seen = [line(f"{told(a)}.", a.failed_step) for a in silent[:3]]
    if control is not None:
        seen.append(line("Another server answers a web request from here.", control.observations[-1]))
    return Match(
        Confidence.LIKELY if control is not None else Confidence.POSSIBLE,
        "The server accepts connections, but never answers.",
        f"{evidence.target.host} opens the connection and then says nothing, whatever it is sent. Its system runs, but the "
        "media server behind it hangs or is overloaded.",
        (Actor.OPERATOR,),
        Advice(
            user="Your network is probably fine. Try again later, and send this report to the people who run the server.",
            operator="The kernel accepts connections and no process answers them: look at the media server's processes, its "
            "log and its load, and restart it.",
        ),
        "Another server answers from here, and this one is silent to every kind of request."
        if control is not None
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("a closed port", "the application's name"),
        decisive_test=""
        if control is not None
        else "Try another server from here: if it answers, this one hangs.",
    )


RULE = Rule(CAUSE, judge)
