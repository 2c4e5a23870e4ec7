"""server-hung: connections open and nothing ever answers, on any service of this server."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, failed_with
from fmsdiag.diagnosis.rule import Answer, Match, Rule, ask_or, line
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
    """TCP opens, every service stays silent to any content, and the control host answers a web request.

    That the control host opens a port would prove nothing: a box that completes every connection itself opens them all.
    """
    opened = [a for a in evidence.own if (tcp := a.step(StepName.TCP)) is not None and tcp.ok]
    silent = [a for a in opened if any(failed_with(a, s, *_SILENT) for s in _AFTER_TCP) and not _spoke(a)]
    if not silent or len(silent) < len(opened):
        return None
    questions = (
        *evidence.ask_control_http(),
        *evidence.ask_http([a.endpoint.port for a in silent]),
    )
    return ask_or(questions, _conclusion(evidence, silent))


def _conclusion(evidence: Evidence, silent: list[Attempt]) -> Match | None:
    get = evidence.performed(Experiment.HTTP_ON_PORT)
    if any(a.status is Status.CONNECTED or _said_something(a) for a in get):
        return None  # something there does answer: it is the content that is swallowed
    controls = evidence.performed(Experiment.CONTROL_HTTP)
    passed = next((a for a in controls if a.status is Status.CONNECTED), None)
    if controls and passed is None:
        return None  # everybody is silent: something in between accepts and swallows
    return _match(evidence, silent, passed, len({_content(a) for a in (*silent, *get)}))


def _content(attempt: Attempt) -> str:
    """What kind of bytes an attempt sends first."""
    transport = attempt.endpoint.transport
    return (
        "TLS" if transport.uses_tls else "HTTP" if transport.is_tunnel or not transport.is_media else "RTMP"
    )


def _spoke(attempt: Attempt) -> bool:
    """Whether TLS or the tunnel came about before the silence: then something there answers."""
    return any(o.ok for o in attempt.observations if o.step in _AFTER_TCP)


def _said_something(attempt: Attempt) -> bool:
    return any(o.bytes_in for o in attempt.observations)


def _match(evidence: Evidence, silent: list[Attempt], control: Attempt | None, contents: int) -> Match:
    """`contents` is how many kinds of bytes got no answer. An RTMP server waits for more when it is sent a short web
    request, so only all three, RTMP, HTTP and TLS, speak for the server and against something that swallows RTMP."""
    sure = control is not None and contents >= 3
    seen = [line(f"{told(a)}.", a.failed_step) for a in silent[:3]]
    if control is not None:
        seen.append(line("Another server answers a web request from here.", control.observations[-1]))
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "The server accepts connections, but never answers.",
        f"{evidence.target.host} opens the connection and then says nothing, whatever it is sent. "
        + (
            "Its system runs, but the media server behind it hangs or is overloaded."
            if sure
            else "Perhaps the media server hangs or is overloaded; something on the way that swallows the stream's first "
            "bytes would look the same."
        ),
        (Actor.OPERATOR,),
        Advice(
            user="Try again later. If it stays so, send this report to the people who run the server.",
            operator=("The" if sure else "If others are not answered either, the")
            + " system accepts connections and no program answers them. Look at the media server's processes, its log and "
            "its load, and restart it.",
        ),
        "Another server answers from here, and this one is silent to every kind of request."
        if sure
        else "Too few kinds of requests could be tried on this server to tell it from its look-alikes."
        if control is not None
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("a closed port", "the application's name"),
        decisive_test=""
        if sure
        else "Try this server from another network: if it is silent there too, it hangs.",
    )


RULE = Rule(CAUSE, judge)
