"""wrong-service-on-port: what answers on the port that the user wants is not a media server; say what it is."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import Actor, Advice, Attempt, Confidence, FailureKind, Status, StepName, Transport

CAUSE = "wrong-service-on-port"
_TLS = ("TLS", "TLS alert")


def judge(evidence: Evidence) -> Answer:
    """The plan's attempts end at another service's answer and none gets through."""
    if any(a.status in (Status.CONNECTED, Status.REJECTED) for a in evidence.fallback):
        return None
    other = [a for a in evidence.fallback if _other_service(a)]
    if not other or len(other) < len(
        [a for a in evidence.fallback if a.step(StepName.TCP) is not None and _opened(a)]
    ):
        return None
    return _match(evidence, other)


def _opened(attempt: Attempt) -> bool:
    step = attempt.step(StepName.TCP)
    return step is not None and step.ok


def _other_service(attempt: Attempt) -> bool:
    """An answer in another protocol; RTMPT's web server and TLS have causes of their own."""
    ended = attempt.failed_step
    return (
        ended is not None
        and ended.step is StepName.HANDSHAKE
        and ended.failure is not None
        and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
        and ended.failure.looks_like not in _TLS
        and attempt.endpoint.transport in (Transport.RTMP, Transport.RTMPS)
    )


def _match(evidence: Evidence, other: list[Attempt]) -> Match:
    first = other[0]
    ended = first.failed_step
    like = ended.failure.looks_like if ended is not None and ended.failure is not None else None
    what = like or "an unknown service"
    where = f"port {first.endpoint.port}"
    return Match(
        Confidence.CONFIRMED,
        f"Something other than a media server answers on {where}.",
        f"The connection to {where} of {evidence.target.host} opens, but what answers there does not speak RTMP: "
        f"it looks like {what}. Either the port in the address is wrong, or another program holds it.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user="Check the server name and the port against what you were given.",
            operator=f"On {where} of {evidence.target.host} another service answers ({what}). Move it, or give customers the "
            "media server's own port.",
        ),
        "Its own first bytes say what it is." if like else "Its first bytes are not RTMP.",
        tuple(line(f"{told(a)}.", a.failed_step) for a in other[:3]),
        rules_out=(f"a firewall that blocks {method(first.endpoint)}", "the application's name"),
    )


RULE = Rule(CAUSE, judge)
