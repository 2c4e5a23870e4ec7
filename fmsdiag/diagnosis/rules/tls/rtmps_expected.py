"""rtmps-expected: the port speaks RTMP inside TLS, and the address asks for it without."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, media_spoken, web_answer, web_facts
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import NAMES, method, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Purpose,
    StepName,
    Transport,
)
from fmsdiag.target import tc_url

CAUSE = "rtmps-expected"


def judge(run: RunView) -> Answer:
    """The plan's first attempt, in clear, is cut off in a way in which TLS servers do it, and inside TLS RTMP answers.

    TLS servers (nginx, HAProxy, stunnel, Node.js) end it with FIN, RST, an alert or an HTTP 400 that says so, never by silence.
    """
    cut = next(iter(run.fallback), None)
    if cut is None or run.plan_succeeded or run.is_captive or not _as_tls_would(cut):
        return None
    if any(_answers_in_clear(a) for a in run.seen if a.endpoint.port == cut.endpoint.port):
        return None
    secure = [a for a in run.seen if _is_tls_at(a, cut.endpoint.port)]
    for attempt in secure:
        spoken = media_spoken(attempt.observations)
        if spoken is not None:
            return _match(run, cut, attempt, spoken)
    opened = next((a for a in secure if tls_answer(a) is not None and web_answer(a) is None), None)
    if opened is not None:
        return _suspicion(run, cut, opened)
    return Ask(run.ask_inside_tls(cut))


def tls_answer(attempt: Attempt) -> Observation | None:
    """The TLS handshake that was completed, whether its certificate was accepted or not."""
    return next((o for o in attempt.observations if o.step is StepName.TLS and o.ok), None)


def _as_tls_would(attempt: Attempt) -> bool:
    """No byte but an alert, or an HTTP error that names HTTPS, or comes from where web servers offer nothing else."""
    ended = attempt.failed_step
    if attempt.endpoint.transport.uses_tls or ended is None or ended.failure is None:
        return False
    if ended.step not in (StepName.HANDSHAKE, StepName.TUNNEL):
        return False
    failure = ended.failure
    if failure.kind in (FailureKind.CLOSED, FailureKind.RESET):
        return not failure.bytes_received
    if failure.kind is not FailureKind.UNEXPECTED_REPLY:
        return False
    facts = web_facts(ended)
    if facts is not None:
        return facts.status == 400 and ("HTTPS port" in facts.body_start or attempt.endpoint.port == 443)
    return (failure.looks_like or "").startswith("TLS")


def _answers_in_clear(attempt: Attempt) -> bool:
    """Whether an attempt without TLS got what it asked for, or another web page than that error."""
    if attempt.endpoint.transport.uses_tls or attempt.purpose is Purpose.CONTROL:
        return False
    worked = (StepName.HANDSHAKE, StepName.TUNNEL, StepName.HTTP)
    return any(
        o.ok and o.step in worked and ((facts := web_facts(o)) is None or facts.status != 400)
        for o in attempt.observations
    )


def _is_tls_at(attempt: Attempt, port: int) -> bool:
    own = attempt.experiment in (None, Experiment.TLS_ON_PORT) and attempt.purpose is not Purpose.CONTROL
    return own and attempt.endpoint.port == port and attempt.endpoint.transport.uses_tls


def _secured(transport: Transport) -> Transport:
    return Transport.RTMPTS if transport.is_tunnel else Transport.RTMPS


def _match(run: RunView, cut: Attempt, secure: Attempt, spoken: Observation) -> Match:
    port, way = cut.endpoint.port, _secured(cut.endpoint.transport)
    url = tc_url(run.target, way, port).partition("?")[0]
    refused = secure.behind_certificate != ()
    seen = [
        line(f"{told(cut)}.", cut.failed_step),
        line(f"Inside TLS, port {port} answers RTMP.", spoken),
    ]
    if refused:
        seen.append(line("Its certificate is not accepted by this computer.", secure.step(StepName.TLS)))
    return Match(
        Confidence.CONFIRMED,
        f"Port {port} wants encryption: the address must say {way.value}.",
        f"The address asks for {method(cut.endpoint)}, without encryption. That port of {run.target.host} speaks "
        f"{NAMES[way]}, RTMP inside TLS, and cuts everything else off. The scheme of the address does not fit its port."
        + (
            " With the right scheme its certificate will be refused: this is a second fault."
            if refused
            else ""
        ),
        (Actor.USER, Actor.OPERATOR) if not refused else (Actor.OPERATOR, Actor.USER),
        Advice(
            user=f"Use {url} instead.",
            operator=f"Give customers {url}"
            + (", and install a certificate there that they can verify." if refused else "."),
        ),
        "The port itself answers RTMP inside TLS, and nothing without.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down", "the application's name"),
    )


def _suspicion(run: RunView, cut: Attempt, secure: Attempt) -> Match:
    """TLS comes about, and what is inside stays unknown."""
    port, way = cut.endpoint.port, _secured(cut.endpoint.transport)
    url = tc_url(run.target, way, port).partition("?")[0]
    return Match(
        Confidence.POSSIBLE,
        f"Port {port} wants encryption; perhaps the address must say {way.value}.",
        f"Port {port} of {run.target.host} cuts RTMP off and speaks TLS. Whether a media server is behind it could not be "
        "learnt.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Check the address against what you were given: perhaps it is {url}.",
            operator=f"Tell customers what port {port} is for.",
        ),
        "TLS was answered, RTMP inside it was not.",
        (
            line(f"{told(cut)}.", cut.failed_step),
            line(f"TLS is answered on port {port}.", tls_answer(secure)),
        ),
        rules_out=("a blocked port",),
        decisive_test=f"Try {url}.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "server-hung",
        "server-closes-connection",
        "port-blocked",
        "non-http-blocked",
        "wrong-service-on-port",
        "tunnel-not-offered",
    ),
)
