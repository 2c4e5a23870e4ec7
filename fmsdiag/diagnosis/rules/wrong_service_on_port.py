"""wrong-service-on-port: what answers on the port that the user wants is not a media server; say what it is."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, http_answer, is_redirection, web_answer
from fmsdiag.diagnosis.rule import Answer, Match, Rule, ask_or, line
from fmsdiag.diagnosis.wording import method, named, told
from fmsdiag.model import (
    Actor,
    Advice,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
    Transport,
)

CAUSE = "wrong-service-on-port"
_SCHEMES = ("TLS", "TLS alert", "RTMP")


def judge(evidence: Evidence) -> Answer:
    """The plan's first direct attempt ends at another service's answer, and no other that opens ends otherwise.

    A web server on port 80 beside a silent 1935 is ordinary, and what keeps 1935 silent is the cause.
    """
    direct = [a for a in evidence.fallback if not a.endpoint.transport.is_tunnel]
    other = [a for a in direct if _other_service(a) or _website(evidence, a) is not None]
    if not other or other[0] is not direct[0] or not all(a in other or _is_shut(a) for a in direct):
        return None
    if any(a.status in (Status.CONNECTED, Status.REJECTED) for a in evidence.fallback):
        return None
    if _like_a_portal(direct[0]) and evidence.is_captive:
        return None
    match = _match(evidence, other)
    return ask_or(evidence.ask_control_http(), match) if _like_a_portal(direct[0]) else match


def _is_shut(attempt: Attempt) -> bool:
    """Whether the port did not even open: what is not offered does not speak against what answers elsewhere."""
    tcp = attempt.step(StepName.TCP)
    return tcp is not None and not tcp.ok


def _other_service(attempt: Attempt) -> bool:
    """An answer in another protocol, to RTMP or to TLS; TLS and RTMP themselves are wrong schemes, not services."""
    ended = attempt.failed_step
    return (
        ended is not None
        and ended.step in (StepName.HANDSHAKE, StepName.TLS)
        and attempt.endpoint.transport is not Transport.RTMFP  # whose greeting was answered, so it is RTMFP
        and ended.failure is not None
        and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
        and ended.failure.looks_like not in _SCHEMES
        and "RTMP" not in (ended.failure.looks_like or "")  # a media server that falls short of RTMPE
    )


def _website(evidence: Evidence, attempt: Attempt) -> Observation | None:
    """The web page inside TLS on a port that cut plain RTMP off: a website's secure port."""
    ended = attempt.failed_step
    if ended is None or ended.step is not StepName.HANDSHAKE or attempt.endpoint.transport.uses_tls:
        return None
    asked = evidence.performed(Experiment.TLS_ON_PORT, attempt.endpoint.port)
    return next((answer for a in asked if (answer := web_answer(a)) is not None), None)


def _like_a_portal(attempt: Attempt) -> bool:
    """A redirection is how the sign-in page of a hotel answers for every server."""
    facts = http_answer(attempt.failed_step)
    return facts is not None and is_redirection(facts.status)


def _match(evidence: Evidence, other: list[Attempt]) -> Match:
    first = other[0]
    ended = first.failed_step
    like = ended.failure.looks_like if ended is not None and ended.failure is not None else None
    website = _website(evidence, first)
    if website is not None:
        like = "secure web server (HTTPS)"
    what = named(like) if like else "an unknown service"
    where = f"port {first.endpoint.port}"
    web = evidence.control_web
    portal = _like_a_portal(first) and (web is None or web.status != 204)
    return Match(
        Confidence.POSSIBLE if portal else Confidence.CONFIRMED if like else Confidence.LIKELY,
        f"Something other than a media server answers on {where}.",
        f"The connection to {where} of {evidence.target.host} opens, but what answers there does not speak RTMP: "
        + (f"it looks like {what}. " if like else "its answer is of no known kind. ")
        + "Either the port in the address is wrong, or another program holds it."
        + (" A network that wants you to sign in first would answer in the same way." if portal else ""),
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user="Check the server name and the port against what you were given.",
            operator=f"On {where} of {evidence.target.host} {what} answers. Move it, or give customers the "
            "media server's own port.",
        ),
        "Its own first bytes say what it is." if like else "Its first bytes are not RTMP.",
        (
            *(line(f"{told(a)}.", a.failed_step) for a in other[:3]),
            *((line("Inside TLS, a web server answers.", website),) if website is not None else ()),
        ),
        rules_out=()
        if portal
        else (f"a firewall that blocks {method(first.endpoint)}", "the application's name"),
        decisive_test="Open any web page: if another one appears in its place, sign in there first."
        if portal
        else "",
    )


RULE = Rule(CAUSE, judge)
