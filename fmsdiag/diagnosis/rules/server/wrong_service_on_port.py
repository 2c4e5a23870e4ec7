"""wrong-service-on-port: what answers on the port that the user wants is not a media server; say what it is."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.portal import is_redirection
from fmsdiag.diagnosis.evidence.rtmfp import speaks_rtmfp
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import control_tls
from fmsdiag.diagnosis.evidence.web import http_answer, web_answer
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import Grounds, RuledOut
from fmsdiag.diagnosis.lines.services import service_of
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Carrier,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Message,
    Observation,
    ReplyProtocol,
    StepName,
    Transport,
)


class Known(FindingTexts, of="wrong-service-on-port.known"):
    """Another service, which can be named."""

    headline = text("Something other than a media server answers on port {port}.")
    explanation = text(
        "Port {port} of {server:host} can be reached, but {what:list} answers there, not a media server. "
        "Either the port in the address is wrong, or another program uses the media server's port."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (Steps.CHECK_ADDRESS, Steps.SAVE_REPORT_IF_BOTH_RIGHT)
    operator = (
        step(
            "Check which program listens on port {port}. Move it, or give customers an address with the media server's own "
            "port."
        ),
    )


class Unknown(FindingTexts, of="wrong-service-on-port.unknown"):
    """Another service, of no known kind."""

    headline = Known.headline
    explanation = text(
        "Port {port} of {server:host} can be reached, but the service there does not speak RTMP or any other protocol that "
        "this test recognizes. Either the port in the address is wrong, or another program uses the media server's port."
    )
    acts = Known.acts
    you = Known.you
    operator = Known.operator


class Website(FindingTexts, of="wrong-service-on-port.website"):
    """A website's secure port."""

    headline = text("A secure website (HTTPS) answers on port {port}.")
    explanation = text(
        "Port {port} of {server:host} can be reached, but a website uses it, not a media server. Either the server offers no "
        "RTMPS on this port, or the web server uses the media server's port."
    )
    acts = Known.acts
    you = (
        step(
            "Check that the protocol, the server name, and the port match what you were given.",
            Action.EDIT_SERVER,
        ),
        step(
            "If they do, save this report and send it to the people who run the server.", Action.SAVE_REPORT
        ),
    )
    operator = (
        step(
            "Give customers the address that you offer: RTMPS on its own port, or RTMP. If RTMPS belongs on port {port}, move "
            "the website."
        ),
    )


class Redirected(FindingTexts, of="wrong-service-on-port.redirected"):
    """A web redirect, as a sign-in page sends it for every server."""

    headline = Known.headline
    explanation = text(
        "Port {port} of {server:host} answers RTMP with a web redirect. Either a web server uses that port, or this "
        "network requires you to sign in first: a sign-in page answers the same way for every server."
    )
    acts = Known.acts
    you = (
        step("Open any website in your browser. If a sign-in page appears, sign in and run the test again."),
        *Known.you,
    )
    operator = Known.operator
    decisive_test = text("Open any website. If a sign-in page appears instead, sign in first.")


class KnownByUdp(FindingTexts, of="wrong-service-on-port.known-by-udp"):
    """Another service on RTMFP's port."""

    headline = text("Something other than a media server answers on UDP port {port}.")
    explanation = text(
        "UDP port {port} of {server:host} can be reached, but {what:list} answers there, not a media server. "
        "Either the port in the address is wrong, or another program uses the media server's port."
    )
    acts = Known.acts
    you = Known.you
    operator = (
        step(
            "Check which program listens on UDP port {port}. Move it, or give customers an address with the media server's "
            "own port."
        ),
    )


class NotRtmfp(FindingTexts, of="wrong-service-on-port.not-rtmfp"):
    """Datagrams come back from this computer itself that are no valid RTMFP."""

    headline = text("The answer on UDP port {port} is not valid RTMFP.")
    explanation = text(
        "UDP port {port} of {server:host} answers, but not with valid RTMFP: the checksum is wrong. Either another "
        "program uses that port, or the media server is at fault."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = Known.you
    operator = (
        step(
            "Check which program listens on UDP port {port}. If it is the media server, check what forwards UDP to it."
        ),
    )


class NotRtmfpOrDamaged(FindingTexts, of="wrong-service-on-port.not-rtmfp-or-damaged"):
    """Likewise from another machine: a device on the way may have changed them."""

    headline = NotRtmfp.headline
    explanation = text(
        "UDP port {port} of {server:host} answers, but not with valid RTMFP: the checksum is wrong. Either another "
        "program uses that port, the media server is at fault, or a device on the network path changes the packets."
    )
    acts = NotRtmfp.acts
    you = (Steps.OTHER_NETWORK, *Known.you)
    operator = NotRtmfp.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the answer is valid there, a device on this "
        "network path changes the packets.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="wrong-service-on-port.seen"):
    WEBSITE = text("Inside TLS, a web server answers.")


class Earned(Table, of="wrong-service-on-port.earned"):
    """What the confidence rests on."""

    FIRST_BYTES = text("Its own first bytes show what it is.")
    NOT_RTMP = text("Its first bytes are not RTMP.")
    REDIRECT = text("The answer is a redirect, and who sent it is not known.")
    DAMAGED = text("An answer came, but if it was RTMFP, where it was damaged is not known.")


class Excluded(Table, of="wrong-service-on-port.ruled-out"):
    UDP = text("UDP is not blocked: answers come back.")


def judge(run: RunView) -> Answer:
    """The plan's first direct attempt ends at another service's answer, and no other that opens ends otherwise.

    A web server on port 80 beside a silent 1935 is ordinary, and what keeps 1935 silent is the cause.
    """
    direct = [a for a in run.fallback if not a.endpoint.transport.is_tunnel]
    other = [a for a in direct if _other_service(a) or _website(run, a) is not None]
    if not other or other[0] is not direct[0] or not all(a in other or _is_shut(a) for a in direct):
        return None
    if any(a.was_decided for a in run.fallback):
        return None
    if _like_a_portal(direct[0]) and run.is_captive:
        return None
    found = _found(run, other)
    return ask_unless_answered(run.ask_control_http(), found) if _like_a_portal(direct[0]) else found


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
        and not ended.failure.replied_in(ReplyProtocol.TLS, ReplyProtocol.RTMP)
        and "RTMP" not in (ended.failure.looks_like or "")  # a media server that falls short of RTMPE
        and not speaks_rtmfp(ended)
    )


def _website(run: RunView, attempt: Attempt) -> Observation | None:
    """The web page inside TLS, behind a refused certificate or not, or on a port that cut plain RTMP off."""
    ended = attempt.failed_step
    if attempt.endpoint.transport.uses_tls:
        return None if _may_be_inspected(run, attempt) else web_answer(attempt)
    if ended is None or ended.step is not StepName.HANDSHAKE:
        return None
    asked = run.performed(Experiment.TLS_ON_PORT, attempt.endpoint.port)
    return next((answer for a in asked if (answer := web_answer(a)) is not None), None)


def _may_be_inspected(run: RunView, attempt: Attempt) -> bool:
    """Whether a network that inspects TLS may answer: by an authority of its own, and nothing shows that others get no such."""
    tls, control = attempt.step(StepName.TLS), control_tls(run)
    kind = tls.failure.kind if tls is not None and tls.failure is not None else None
    return kind is FailureKind.CERTIFICATE_UNTRUSTED and (control is None or not control.ok)


def _like_a_portal(attempt: Attempt) -> bool:
    """A redirection is how the sign-in page of a hotel answers for every server."""
    facts = http_answer(attempt.failed_step)
    return facts is not None and is_redirection(facts.status)


def _found(run: RunView, other: list[Attempt]) -> Found:
    first, web = other[0], run.control_web
    ended, website, by_udp = (
        first.failed_step,
        _website(run, first),
        first.endpoint.transport.carrier is Carrier.UDP,
    )
    like = ended.failure.looks_like if ended is not None and ended.failure is not None else None
    if by_udp and like is None:
        return _not_rtmfp(run, first)
    if _like_a_portal(first) and (web is None or web.status != 204):
        return _other(other, Redirected, Confidence.POSSIBLE, Earned.REDIRECT.of())
    if website is not None:
        return _other(other, Website, Confidence.CONFIRMED, Earned.FIRST_BYTES.of(), website=website)
    if like is None:
        return _other(other, Unknown, Confidence.LIKELY, Earned.NOT_RTMP.of())
    case = KnownByUdp if by_udp else Known
    return _other(other, case, Confidence.CONFIRMED, Earned.FIRST_BYTES.of(), like=like)


def _other(
    other: list[Attempt],
    case: type[FindingTexts],
    confidence: Confidence,
    earned: Message,
    like: str | None = None,
    website: Observation | None = None,
) -> Found:
    port = other[0].endpoint.port
    seen: list[EvidenceLine] = [attempt_line(a) for a in other[:3]]
    if website is not None:
        seen.append(evidence_line(Seen.WEBSITE.of(), website))
    opened = Excluded.UDP.of() if case is KnownByUdp else RuledOut.BLOCKED_PORT.of(ports=(port,))
    return Found(
        case,
        confidence,
        earned,
        tuple(seen),
        values={"port": port, "what": service_of(like)} if like is not None else {"port": port},
        rules_out=(opened,) if confidence is not Confidence.POSSIBLE else (),
    )


def _not_rtmfp(run: RunView, first: Attempt) -> Found:
    """Datagrams come back that no RTMFP server can have sent so: another service's, or spoilt ones."""
    return Found(
        NotRtmfp if run.is_loopback else NotRtmfpOrDamaged,
        Confidence.LIKELY if run.is_loopback else Confidence.POSSIBLE,
        Grounds.THIS_COMPUTER.of() if run.is_loopback else Earned.DAMAGED.of(),
        (attempt_line(first),),
        values={"port": first.endpoint.port},
        rules_out=(Excluded.UDP.of(),),
    )


RULE = Rule(
    Cause.WRONG_SERVICE_ON_PORT,
    judge,
    # of a website's certificate, no player has anything to fear or to hope
    explains=(
        Cause.CERTIFICATE_EXPIRED,
        Cause.CERTIFICATE_NOT_YET_VALID,
        Cause.CERTIFICATE_SELF_SIGNED,
        Cause.CERTIFICATE_UNTRUSTED,
        Cause.CERTIFICATE_WRONG_HOST,
        Cause.CERTIFICATE_CHAIN_INCOMPLETE,
    ),
)
