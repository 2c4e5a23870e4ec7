"""tls-not-enabled: the port that is meant for RTMPS speaks plain RTMP, so every secure connection to it fails."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, media_spoken
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    StepName,
    Transport,
)
from fmsdiag.target import tc_url

CAUSE = "tls-not-enabled"
TLS_PORTS = (443, 8443)
_NO_TLS = (FailureKind.CLOSED, FailureKind.RESET, FailureKind.TIMED_OUT, FailureKind.STALLED)


def judge(run: RunView) -> Answer:
    """TLS fails on a port that is one for TLS, and the same port answers RTMP in clear."""
    failed = without_tls(run)
    if failed is None or failed.endpoint.port not in TLS_PORTS:
        return None
    spoken = in_clear(run, failed)
    return Ask(run.ask_in_clear(failed)) if spoken is None else _match(run, failed, spoken)


def without_tls(run: RunView) -> Attempt | None:
    """The first of the plan's attempts, if it asked for TLS and what answers does not speak it; none if any connected."""
    first = next(iter(run.fallback), None)
    ended = first.failed_step if first is not None else None
    if first is None or ended is None or ended.failure is None or ended.step is not StepName.TLS:
        return None
    failure = ended.failure
    like = failure.looks_like or ""
    other = failure.kind is FailureKind.UNEXPECTED_REPLY and (not like or like.startswith(("RTMP", "HTTP")))
    return first if (failure.kind in _NO_TLS or other) and not run.plan_succeeded else None


def in_clear(run: RunView, failed: Attempt) -> Observation | None:
    """The RTMP handshake that the port of `failed` answered without encryption, inside a tunnel or not."""
    asked = run.performed(Experiment.PLAIN_ON_TLS_PORT, failed.endpoint.port)
    return next((step for a in asked if (step := media_spoken(a.observations)) is not None), None)


def plain(transport: Transport) -> Transport:
    """The same way without TLS."""
    return Transport.RTMPT if transport.is_tunnel else Transport.RTMP


def seen(failed: Attempt, spoken: Observation) -> tuple[str, str]:
    """The two lines of evidence that this cause and rtmp-expected have in common."""
    way = "RTMPT" if failed.endpoint.transport.is_tunnel else "RTMP"
    return f"{told(failed)}.", f"{way} without encryption is answered on port {spoken.port}."


def _match(run: RunView, failed: Attempt, spoken: Observation) -> Match:
    endpoint = failed.endpoint
    port, host = endpoint.port, run.target.host
    first, second = seen(failed, spoken)
    url = tc_url(run.target, plain(endpoint.transport), port).partition("?")[0]
    return Match(
        Confidence.CONFIRMED,
        f"The server's port {port} is not secured, although it should be.",
        f"{method(endpoint)} begins with TLS, which encrypts the stream. Port {port} of {host} does not know TLS: it speaks "
        "RTMP in clear, so no secure connection can come about. Encryption is not switched on for this port.",
        (Actor.OPERATOR,),
        Advice(
            user=f"Send this report to the people who run the server. Without encryption, {url} should connect meanwhile, but "
            "anybody on the way can read along.",
            operator=f"Switch TLS on for port {port}: a minus before the port in ADAPTOR.HOSTPORT (AMS: “:1935,80,-443”), "
            "SSLConfig of the HostPort in VHost.xml (Wowza), stunnel or nginx “stream” with “ssl” in front of servers that "
            "have none.",
        ),
        "The port itself answers without encryption.",
        (line(first, failed.failed_step), line(second, spoken)),
        rules_out=("a blocked port", "a bad certificate", "the server being down"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=("server-hung", "server-closes-connection", "port-blocked", "wrong-service-on-port"),
)
