"""web-proxy-in-front: the server's name points to a CDN or accelerator, which carries web requests and no RTMP."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.accelerators import accelerator, has_web_answer, is_marked
from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, port_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import Actor, Cause, Confidence, Experiment, FailureKind, Observation, Question, Transport
from fmsdiag.model.messages import Name, Quote

_WEB_PORTS = (80, 443, 8080, 8443)
_DEAD = (FailureKind.TIMED_OUT, FailureKind.REFUSED, FailureKind.UNREACHABLE, FailureKind.RESET)
MOST_OF_HEADER = 80


class Named(FindingTexts, of="web-proxy-in-front.named"):
    """A product that can be named."""

    headline = text("The server's name points to {product:name}, which carries no RTMP.")
    explanation = text(
        "A web proxy ({product:name}) answers for {server:host} in place of the server. Such a proxy passes on web requests "
        "but not RTMP, whatever ports the media server opens behind it. The media server needs a name that points to it "
        "directly."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Ask the people who run the server for the media server's own name or address."),
        Steps.SAVE_REPORT,
    )
    operator = (
        step(
            "Give the media server a name of its own whose DNS record points to the server itself, not to the web proxy."
        ),
        step("Have clients use that name. Opening port {port} on {server:host} changes nothing."),
    )


class Unnamed(FindingTexts, of="web-proxy-in-front.unnamed"):
    """An accelerator that does not say whose it is."""

    headline = text("The server's name points to a web proxy, which carries no RTMP.")
    explanation = text(
        "A web proxy or accelerator answers for {server:host} in place of the server. Such a proxy passes on web requests but "
        "not RTMP, whatever ports the media server opens behind it. The media server needs a name that points to it directly."
    )
    acts = Named.acts
    you = Named.you
    operator = Named.operator


class Suspected(FindingTexts, of="web-proxy-in-front.suspected"):
    """Likewise, while this network blocks the port for another server as well."""

    headline = text("A web proxy in front of the server may not carry RTMP.")
    explanation = text(
        "A web proxy answers for {server:host} on its web ports, and such a proxy does not pass on RTMP. This network does not "
        "let port {port} through to a reference server either, so only a test from elsewhere shows whether the server has it."
    )
    acts = Named.acts
    you = (Steps.OTHER_NETWORK,)
    operator = Named.operator[:1]
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot.", premise=Premise.OTHER_NETWORK
    )


class Seen(Table, of="web-proxy-in-front.seen"):
    MARK = text("The answer on port {port} has a web proxy's header: {header:quote}.")


class Earned(Table, of="web-proxy-in-front.earned"):
    """What the confidence rests on."""

    MARKS = text("Its answers on a web port have a web proxy's headers, and the RTMP port carries no RTMP.")
    BOTH = text("Its answers have a web proxy's headers, but this network blocks the port as well.")


def judge(run: RunView) -> Answer:
    """The port for RTMP does not open, no RTMP is spoken anywhere, and what answers on the web ports bears such marks."""
    dead = _dead_port(run)
    if dead is None or run.is_captive or run.is_loopback or any(met_server(a) for a in run.own):
        return None
    port = dead.port or 0
    if not has_web_answer(run):
        silent = dead.failure is not None and dead.failure.kind is FailureKind.TIMED_OUT
        return ask_unless_answered(_ask_web(run), None) if silent else None
    if not is_marked(run):
        return None
    found = accelerator(run)
    questions = (
        *run.ask_control_port(port),
        *(run.ask_control_http() if found is None or not found[0] else ()),
    )
    return ask_unless_answered(questions, _found(run, dead, found) if found is not None else None)


def _dead_port(run: RunView) -> Observation | None:
    """The first connect to a port that is no web port, if all of them failed."""
    media = [o for o in run.sent if o.port not in _WEB_PORTS]
    dead = [o for o in media if o.failure is not None and o.failure.kind in _DEAD]
    return dead[0] if dead and len(dead) == len(media) else None


def _ask_web(run: RunView) -> tuple[Question, ...]:
    """A web request, where the plan had none to answer it, and the machine is not known to be dead on that port."""
    tried = {o.port for o in run.tcp}
    return run.ask_server(Experiment.HTTP_ON_PORT, 80, Transport.HTTP) if 80 not in tried else ()


def _found(run: RunView, dead: Observation, found: tuple[str, str, Observation]) -> Found:
    product, header, seen = found
    port, control = dead.port or 0, run.control_tcp(dead.port or 0)
    doubted = control is not None and not control.ok
    case: type[FindingTexts] = Suspected if doubted else Named if product else Unnamed
    mark = Seen.MARK.of(port=seen.port or 0, header=Quote(header[:MOST_OF_HEADER]))
    values: dict[str, object] = {"port": port}
    if case is Named:
        values["product"] = Name(product)
    return Found(
        case,
        Confidence.POSSIBLE if doubted else Confidence.LIKELY,
        Earned.BOTH.of() if doubted else Earned.MARKS.of(),
        (port_line(dead), evidence_line(mark, seen)),
        values=values,
        rules_out=(RuledOut.APPLICATION.of(),),
    )


RULE = Rule(
    Cause.WEB_PROXY_IN_FRONT,
    judge,
    explains=(
        Cause.SERVER_FIREWALL,
        Cause.SERVER_DOWN,
        Cause.SERVER_NOT_LISTENING,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.PORT_BLOCKED,
        Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.NON_HTTP_BLOCKED,
        Cause.TRANSPARENT_PROXY,
        Cause.TUNNEL_NOT_OFFERED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.CERTIFICATE_WRONG_HOST,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.SERVER_HUNG,
    ),
)
