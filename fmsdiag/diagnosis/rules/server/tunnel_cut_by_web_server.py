"""tunnel-cut-by-web-server: an RTMPT session was opened, and a web server in front refuses a later request of it."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.proxy_marks import proxy_marks, same_proxy
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tunnel import RefusedRequest, refused_request, tunnel_facts
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.tunnels import TunnelLines, refused_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import Actor, Attempt, Cause, Confidence, EvidenceLine, StepName
from fmsdiag.model.messages import Name, Quote

_ASK_WITHOUT_TUNNEL = step(
    "Ask them for an address that needs no tunnel.",
    premise=Premise.NO_ADDRESS_YET,
)


class TooLarge(FindingTexts, of="tunnel-cut-by-web-server.too-large"):
    """413: bodies of this size are not accepted."""

    headline = text("A web server in front of the tunnel rejects larger requests.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the web server "
        "there rejected the request /{request:name} with status {status:name}: it is larger than its limit. The media server "
        "behind it never gets the stream."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, _ASK_WITHOUT_TUNNEL, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Raise the limit for request bodies for /send on port {port}, such as client_max_body_size in nginx."
        ),
    )


class Forbidden(FindingTexts, of="tunnel-cut-by-web-server.forbidden"):
    """403: a rule forbids it."""

    headline = text("A web server in front of the tunnel forbids its requests.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the web server "
        "there rejected the request /{request:name} with status {status:name}: one of its rules forbids it."
    )
    acts = TooLarge.acts
    you = TooLarge.you
    operator = (
        step(
            "Let the web server or its application firewall pass /{request:name} on port {port}, as it passes /open."
        ),
    )


class WrongMethod(FindingTexts, of="tunnel-cut-by-web-server.wrong-method"):
    """405, 501: the method POST is not accepted."""

    headline = text("A web server in front of the tunnel rejects POST requests.")
    explanation = text(
        "RTMPT carries a stream in POST requests. On port {port} of {server:host} a session was opened, but the web server "
        "there rejected POST for /{request:name} with status {status:name}."
    )
    acts = TooLarge.acts
    you = TooLarge.you
    operator = (step("Allow POST for /open, /send, /idle and /close on port {port}."),)


class SignIn(FindingTexts, of="tunnel-cut-by-web-server.sign-in"):
    """401: a user name and password of the web server are wanted."""

    headline = text("A web server in front of the tunnel demands a sign-in.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the web server "
        "there answered the request /{request:name} with status {status:name}: it wants a user name and password. Players "
        "cannot sign in to a web server."
    )
    acts = TooLarge.acts
    you = TooLarge.you
    operator = (step("Exempt /open, /send, /idle and /close on port {port} from the web server's sign-in."),)


class NoLength(FindingTexts, of="tunnel-cut-by-web-server.no-length"):
    """411: a length is wanted that was sent, and got lost on the way."""

    headline = text("A web server in front of the tunnel misses the request's length.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the web server "
        "there rejected the request /{request:name} with status {status:name}: it found no Content-Length. This computer "
        "sends one, so a proxy between the two removes it."
    )
    acts = TooLarge.acts
    you = TooLarge.you
    operator = (
        step("Let the proxies in front of port {port} pass Content-Length, or accept chunked requests."),
    )


class PathMissing(FindingTexts, of="tunnel-cut-by-web-server.path-missing"):
    """404 by the web server's own page: it passes some of the tunnel's paths on, and not all."""

    headline = text("A web server in front passes only part of the tunnel.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the web server "
        "there answered the request /{request:name} itself, with status {status:name}. It does not pass that path on to the "
        "media server."
    )
    acts = TooLarge.acts
    you = TooLarge.you
    operator = (
        step(
            "Pass /open, /send, /idle, /close and /fcs on port {port} to the media server, not /open alone."
        ),
    )


class OtherRule(FindingTexts, of="tunnel-cut-by-web-server.other-rule"):
    """Any other status of 400 to 499, or 501 to 504: it may also fail to pass the request on, as Caddy does with a long one."""

    headline = text("A web server in front of the tunnel rejects its requests.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the web server "
        "there rejected the request /{request:name} with status {status:name}."
    )
    acts = TooLarge.acts
    you = TooLarge.you
    operator = (
        step(
            "Check the web server's rules and limits for /{request:name} on port {port}. Its log has the request."
        ),
    )


class Suspected(FindingTexts, of="tunnel-cut-by-web-server.suspected"):
    """Whether the web server is the server's or this network's is not known."""

    headline = text("A web server on the way rejects requests of the tunnel.")
    explanation = text(
        "RTMPT carries a stream in web requests. On port {port} of {server:host} a session was opened, but the request "
        "/{request:name} was rejected with status {status:name}. The answer names a proxy, which may be the server's or your "
        "network's."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    administrator = (
        step("Check whether a web proxy of this network handles requests to {server:host}, and exempt it."),
    )
    operator = OtherRule.operator
    decisive_test = text(
        "Test the same address from another network. The server's own proxy rejects it too.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="tunnel-cut-by-web-server.seen"):
    ACCEPTED = text("{route}: the application accepted the connection, which was cut off then.")
    SOFTWARE = text("The answer came from {software:quote}.")
    MARK = text("The answer carries a web proxy's header: {header:quote}")


class Earned(Table, of="tunnel-cut-by-web-server.earned"):
    """What the confidence rests on."""

    STATUS = text("The web server's own answer says so, after it had passed the first request on.")
    PAGE = text("The error page is the web server's own, after it had passed the first request on.")
    UNPLACED = text("The web server's own answer says so, but whose web server it is was not measured.")


_CASES: Mapping[int, type[FindingTexts]] = {
    401: SignIn,
    403: Forbidden,
    405: WrongMethod,
    411: NoLength,
    413: TooLarge,
    501: WrongMethod,
}
_PROXYS_OWN = 407
_MOST_OF_HEADER = 120


def judge(run: RunView) -> Answer:
    """A later request of an opened session was refused by a status that no media server uses for its sessions."""
    if run.plan_succeeded or run.is_captive:
        return None
    found = next(((a, r) for a in run.fallback if (r := refused_request(a)) is not None), None)
    if found is None:
        return None
    attempt, refused = found
    if attempt.endpoint.proxy is not None and not attempt.endpoint.transport.uses_tls:
        return None  # the configured proxy may have refused it
    facts = tunnel_facts(attempt)
    if refused.status == 404 and facts is not None and facts.carries_rtmp:
        return None  # requests of this path were passed on before: it is the session that is lost
    if refused.status == _PROXYS_OWN or not (refused.is_fronts_own or _is_rule(refused.status)):
        return None
    marks = () if attempt.endpoint.transport.uses_tls or run.is_loopback else proxy_marks(refused.headers)
    if marks and same_proxy(refused.headers, run.control_web):
        return None  # proxy-blocks-tunnel: it stands in our path
    questions = run.ask_control_http() if marks else ()
    return ask_unless_answered(questions, _found(run, attempt, refused, marks))


def _is_rule(status: int) -> bool:
    """Whether a status is a rule's of a web server: media servers say 400, 404 or 500 of sessions that they do not know."""
    return (400 < status < 500 and status != 404) or status in (501, 502, 503, 504)


def _found(run: RunView, attempt: Attempt, refused: RefusedRequest, marks: tuple[str, ...]) -> Found:
    unplaced = bool(marks) and run.control_web is None
    case = _CASES.get(refused.status, PathMissing if refused.status == 404 else OtherRule)
    earned = Earned.PAGE if refused.status == 404 else Earned.STATUS
    port = attempt.endpoint.port
    asked = run.asked_for is not None and run.asked_for.is_tunnel
    return Found(
        Suspected if unplaced else case,
        Confidence.POSSIBLE if unplaced else Confidence.CONFIRMED,
        (Earned.UNPLACED if unplaced else earned).of(),
        _seen(attempt, refused, marks),
        values={"port": port, "request": Name(refused.request), "status": Name(str(refused.status))},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(port,)),),
        yields=not asked,
    )


def _seen(attempt: Attempt, refused: RefusedRequest, marks: tuple[str, ...]) -> tuple[EvidenceLine, ...]:
    opened = TunnelLines.OPENED.of(route=route_of(attempt.endpoint))
    seen = [evidence_line(opened, attempt.step(StepName.TUNNEL))]
    accepted = attempt.step(StepName.CONNECT)
    if accepted is not None and accepted.ok:
        seen.append(evidence_line(Seen.ACCEPTED.of(route=route_of(attempt.endpoint)), accepted))
    seen += [
        evidence_line(refused_line(attempt, refused), refused.step),
    ]
    if refused.software is not None:
        seen.append(evidence_line(Seen.SOFTWARE.of(software=Quote(refused.software)), refused.step))
    if marks:
        mark = Quote(marks[0][:_MOST_OF_HEADER])
        seen.append(evidence_line(Seen.MARK.of(header=mark), refused.step))
    return tuple(seen)


RULE = Rule(
    Cause.TUNNEL_CUT_BY_WEB_SERVER,
    judge,
    explains=(
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.TRANSPARENT_PROXY,
        Cause.CLOSED_AFTER_ACCEPT,
    ),
    outranks=(Cause.TUNNEL_NOT_OFFERED,),  # it is offered: a session was opened
)
