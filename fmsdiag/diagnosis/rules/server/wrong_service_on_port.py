"""wrong-service-on-port: what answers on the port that the user wants is not a media server; say what it is."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.rtmfp import speaks_rtmfp
from fmsdiag.diagnosis.evidence.run import RunView, http_answer, is_redirection, web_answer
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import method, named, told
from fmsdiag.model import (
    Actor,
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


def judge(run: RunView) -> Answer:
    """The plan's first direct attempt ends at another service's answer, and no other that opens ends otherwise.

    A web server on port 80 beside a silent 1935 is ordinary, and what keeps 1935 silent is the cause.
    """
    direct = [a for a in run.fallback if not a.endpoint.transport.is_tunnel]
    other = [a for a in direct if _other_service(a) or _website(run, a) is not None]
    if not other or other[0] is not direct[0] or not all(a in other or _is_shut(a) for a in direct):
        return None
    if any(a.status in (Status.CONNECTED, Status.REJECTED) for a in run.fallback):
        return None
    if _like_a_portal(direct[0]) and run.is_captive:
        return None
    match = _match(run, other)
    return ask_unless_answered(run.ask_control_http(), match) if _like_a_portal(direct[0]) else match


def _is_shut(attempt: Attempt) -> bool:
    """Whether the port did not even open: what is not offered does not speak against what answers elsewhere."""
    tcp = attempt.step(StepName.TCP)
    return tcp is not None and not tcp.ok


def _other_service(attempt: Attempt) -> bool:
    """An answer in another protocol, to RTMP or to TLS; TLS and RTMP themselves are wrong schemes, not services."""
    ended = attempt.failed_step
    return (
        ended is not None
        # RTMFP's greeting is a step of its own: with its answer, what follows it is RTMFP
        and ended.step
        in (
            (StepName.UDP,)
            if attempt.endpoint.transport is Transport.RTMFP
            else (StepName.HANDSHAKE, StepName.TLS)
        )
        and ended.failure is not None
        and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
        and ended.failure.looks_like not in _SCHEMES
        and "RTMP" not in (ended.failure.looks_like or "")  # a media server that falls short of RTMPE
        and not speaks_rtmfp(ended)
    )


def _website(run: RunView, attempt: Attempt) -> Observation | None:
    """The web page inside TLS on a port that cut plain RTMP off: a website's secure port."""
    ended = attempt.failed_step
    if ended is None or ended.step is not StepName.HANDSHAKE or attempt.endpoint.transport.uses_tls:
        return None
    asked = run.performed(Experiment.TLS_ON_PORT, attempt.endpoint.port)
    return next((answer for a in asked if (answer := web_answer(a)) is not None), None)


def _like_a_portal(attempt: Attempt) -> bool:
    """A redirection is how the sign-in page of a hotel answers for every server."""
    facts = http_answer(attempt.failed_step)
    return facts is not None and is_redirection(facts.status)


def _match(run: RunView, other: list[Attempt]) -> Match:
    first = other[0]
    ended = first.failed_step
    like = ended.failure.looks_like if ended is not None and ended.failure is not None else None
    website = _website(run, first)
    if ended is not None and ended.step is StepName.UDP and like is None:
        return _not_rtmfp(run, first, ended)
    if website is not None:
        like = "secure web server (HTTPS)"
    what = named(like) if like else "an unknown service"
    where = f"{'UDP ' if first.endpoint.transport is Transport.RTMFP else ''}port {first.endpoint.port}"
    web = run.control_web
    portal = _like_a_portal(first) and (web is None or web.status != 204)
    return Match(
        Confidence.POSSIBLE if portal else Confidence.CONFIRMED if like else Confidence.LIKELY,
        f"Something other than a media server answers on {where}.",
        f"{where[0].upper()}{where[1:]} of {run.target.host} is reached, but what answers there does not speak "
        f"{'RTMFP' if first.endpoint.transport is Transport.RTMFP else 'RTMP'}: "
        + (f"it looks like {what}. " if like else "its answer is of no known kind. ")
        + "Either the port in the address is wrong, or another program holds it."
        + (" A network that wants you to sign in first would answer in the same way." if portal else ""),
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user="Check the server name and the port against what you were given.",
            operator=f"On {where} of {run.target.host} {what} answers. Move it, or give customers the "
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


def _not_rtmfp(run: RunView, first: Attempt, ended: Observation) -> Match:
    """Datagrams come back that no RTMFP server can have sent so: another service's, or spoilt ones."""
    port, sure = first.endpoint.port, run.is_loopback
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        f"What answers on UDP port {port} is not RTMFP, or damaged.",
        f"UDP port {port} of {run.target.host} is reached and answers, but not with RTMFP whose checksum is right. Either "
        "another program holds that port, or the server is at fault"
        + ("." if sure else ", or something on the way changes the packets."),
        (Actor.OPERATOR, Actor.USER),
        Advice(
            user="Check the port in the address against what you were given.",
            operator=f"Look at what listens on UDP port {port}. If it is the media server, look at "
            "what forwards datagrams to it.",
        ),
        "Nothing lies between this computer and itself."
        if sure
        else "An answer came; where it was spoilt, if it was RTMFP, is not known.",
        (line(f"{told(first)}: {ended.failure.detail if ended.failure is not None else ''}.", ended),),
        rules_out=("a network that blocks UDP",),
        decisive_test="" if sure else "Try the same address from another network.",
    )


RULE = Rule(CAUSE, judge)
