"""rtmp-service-stopped: the machine's web service answers, and RTMP is refused wherever it could be."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import has_ipv6_alone
from fmsdiag.diagnosis.evidence.other_ports import ask_other_ports, found_elsewhere, refused_attempts
from fmsdiag.diagnosis.evidence.ports import may_be_before_server, refused_by_server
from fmsdiag.diagnosis.evidence.proxy_marks import is_marked
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import asked_for_certificate
from fmsdiag.diagnosis.evidence.web import http_answer, web_answer
from fmsdiag.diagnosis.lines.attempts import evidence_line, port_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    Message,
    Observation,
    StepName,
    Transport,
    TunnelFacts,
)


class Stopped(FindingTexts, of="rtmp-service-stopped.stopped"):
    """The server refuses the port itself."""

    headline = text("The server is up, but its media server is not running.")
    explanation = plural(
        "{server:host} answers web requests on port {web:port} but refuses port {ports}, where RTMP should be. So the network "
        "works, and the media server is stopped, has crashed, or listens on a port that was not tried.",
        "{server:host} answers web requests on port {web:port} but refuses ports {ports}, where RTMP should be. So the network "
        "works, and the media server is stopped, has crashed, or listens on a port that was not tried.",
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.CHECK_ADDRESS, Steps.SAVE_REPORT_IF_BOTH_RIGHT)
    operator = (
        step("Start the media server on {server:host}, and check its log for why it stopped."),
        step(
            "Check the ports on which it listens, for example with “ss -ltnp”. If the RTMP port is among them, check the "
            "firewall rules in front of the server."
        ),
        Steps.SETTING,
    )


class Ipv6Alone(FindingTexts, of="rtmp-service-stopped.ipv6-alone"):
    """The name has IPv6 addresses alone, and the port is refused there: many media servers listen on IPv4 only."""

    headline = text("No media server listens on the server's IPv6 address.")
    explanation = plural(
        "The name {server:host} has only IPv6 addresses. The server answers web requests there on port {web:port} but refuses "
        "port {ports}, where RTMP should be. Many media servers listen on IPv4 only. If this one does, its name needs an IPv4 "
        "address. Otherwise the media server is stopped, or it listens on a port that was not tried.",
        "The name {server:host} has only IPv6 addresses. The server answers web requests there on port {web:port} but refuses "
        "ports {ports}, where RTMP should be. Many media servers listen on IPv4 only. If this one does, its name needs an IPv4 "
        "address. Otherwise the media server is stopped, or it listens on a port that was not tried.",
    )
    acts = Stopped.acts
    you = (
        step("Ask the people who run the server for an IPv4 address, and try that."),
        Steps.SAVE_REPORT,
    )
    operator = (
        step(
            "Let the media server listen on IPv6 as well, or give {server:host} an IPv4 address (A record)."
        ),
        *Stopped.operator[1:],
    )


class Suspected(FindingTexts, of="rtmp-service-stopped.suspected"):
    """The port is refused, by whom is not known."""

    headline = text("The host is up, but its media server may not be running.")
    explanation = plural(
        "{server:host} answers web requests on port {web:port}, but port {ports}, where RTMP should be, is refused. Either the "
        "media server is not running, or a firewall rejects connections to it.",
        "{server:host} answers web requests on port {web:port}, but ports {ports}, where RTMP should be, are refused. Either "
        "the media server is not running, or a firewall rejects connections to it.",
    )
    acts = Stopped.acts
    you = (*Stopped.you, Steps.OTHER_NETWORK)
    operator = Stopped.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If RTMP answers there, a firewall in this network "
        "rejects it.",
        premise=Premise.OTHER_NETWORK,
    )


class OrBehindCertificate(FindingTexts, of="rtmp-service-stopped.or-behind-certificate"):
    """A port with TLS wants to know who the client is: the media server may be behind it."""

    headline = text("The RTMP port is refused; port {secure:port} asks for a client certificate.")
    explanation = plural(
        "{server:host} answers web requests on port {web:port} but refuses port {ports}, where RTMP should be. Port "
        "{secure:port} offers TLS and asks clients for a certificate. Either the media server is not running, or it accepts "
        "only clients that have such a certificate.",
        "{server:host} answers web requests on port {web:port} but refuses ports {ports}, where RTMP should be. Port "
        "{secure:port} offers TLS and asks clients for a certificate. Either the media server is not running, or it accepts "
        "only clients that have such a certificate.",
    )
    acts = Stopped.acts
    you = Stopped.you
    operator = (
        step(
            "If the media server is behind TLS on port {secure:port}, give customers that address and a certificate, or stop "
            "asking for one."
        ),
        *Stopped.operator[:2],
    )
    decisive_test = text("Ask the people who run the server whether the address should begin with rtmps.")


class Seen(Table, of="rtmp-service-stopped.seen"):
    WEB = text("A web server answers on port {port} of the same server.")
    OWN_REFUSAL = text("The server itself refuses port {port}.")
    FAR_END = text("The refusal of port {port} comes from the far end of the network path.")
    REFERENCE = text("A reference server accepts connections to port {port} from here.")
    CERTIFICATE = text("Port {port} asks for a client certificate.")
    OTHERS = plural("Port {ports} does not answer RTMP either.", "Ports {ports} do not answer RTMP either.")


class Earned(Table, of="rtmp-service-stopped.earned"):
    """What the confidence rests on."""

    OWN_REFUSAL = text("The server itself refuses the RTMP port, and its web service answers.")
    NEAR_SERVER = text(
        "The RTMP port is refused by the server, or by a firewall in front of it, and its web service answers."
    )
    UNPLACED = text("Its web service answers, but who refuses the RTMP port is not known.")


def judge(run: RunView) -> Answer:
    """RTMP's usual port is refused by the server, nothing speaks RTMP, and a web server answers on another port of it."""
    refused = refused_attempts(run)
    if not refused or run.spoke_rtmp or run.is_captive or found_elsewhere(run) is not None:
        return None
    web = _web_service(run)
    if web is None or _is_in_its_place(run):
        return None
    port = refused[0].endpoint.port
    proof = refused_by_server(run, port)
    questions = (*run.ask_control_port(port), *run.ask_hops(port))
    if proof is not None:
        questions += ask_other_ports(run)
    return ask_unless_answered(questions, _found(run, refused, web, proof))


def _web_service(run: RunView) -> Observation | None:
    """A step that a web server of this machine answered, no proxy in its place."""
    steps = (StepName.HTTP, StepName.TUNNEL, StepName.HANDSHAKE)
    asked = (*run.own, *run.performed(Experiment.HTTP_ON_PORT))
    for attempt in asked:
        for observation in attempt.observations:
            facts = observation.facts
            answered = http_answer(observation) is not None or (
                isinstance(facts, TunnelFacts) and facts.status is not None
            )
            if observation.step not in steps or not answered or attempt.endpoint.proxy:
                continue
            if is_marked(facts):
                continue
            return observation
    return None


def _is_in_its_place(run: RunView) -> bool:
    """Whether the web server has the very port on which RTMP is looked for: then that is what is wrong."""
    usual = run.target.port or Transport.RTMP.default_port
    return any(a.endpoint.port == usual and web_answer(a) is not None for a in run.fallback)


def _found(run: RunView, refused: tuple[Attempt, ...], web: Observation, proof: Observation | None) -> Found:
    sure, locked = proof is not None, _behind_certificate(run)
    case: type[FindingTexts] = (Ipv6Alone if has_ipv6_alone(run) else Stopped) if sure else Suspected
    values: dict[str, object] = {
        "ports": tuple(dict.fromkeys(a.endpoint.port for a in refused)),
        "web": web.port or 0,
    }
    if locked is not None:
        case = OrBehindCertificate
        values["secure"] = locked.port or 0
    else:
        values["settings"] = settings(run, Topic.PORT)
    return Found(
        case,
        Confidence.LIKELY if sure and locked is None else Confidence.POSSIBLE,
        _earned(proof),
        _seen(run, refused, web, proof, locked),
        values=values,
        rules_out=(RuledOut.SERVER_DOWN.of(port=web.port or 0), RuledOut.APPLICATION.of()),
    )


def _behind_certificate(run: RunView) -> Observation | None:
    """A TLS step in which the server asked for a certificate of the client."""
    direct = (a for a in run.own if a.endpoint.proxy is None)
    return next((step for a in direct if (step := asked_for_certificate(a)) is not None), None)


def _earned(proof: Observation | None) -> Message:
    if proof is None:
        return Earned.UNPLACED.of()
    return (Earned.NEAR_SERVER if may_be_before_server(proof) else Earned.OWN_REFUSAL).of()


def _seen(
    run: RunView,
    refused: tuple[Attempt, ...],
    web: Observation,
    proof: Observation | None,
    locked: Observation | None,
) -> tuple[EvidenceLine, ...]:
    tried = (a.endpoint.port for a in run.performed(Experiment.SERVER_PORT))
    others = tuple(port for port in tried if locked is None or port != locked.port)
    seen = [port_line(tcp) for a in refused[:2] if (tcp := a.step(StepName.TCP)) is not None]
    seen.append(evidence_line(Seen.WEB.of(port=web.port or 0), web))
    if locked is not None:
        seen.append(evidence_line(Seen.CERTIFICATE.of(port=locked.port or 0), locked))
    if proof is not None:
        here = Seen.FAR_END if proof.step is StepName.HOP else Seen.REFERENCE
        said = here if may_be_before_server(proof) else Seen.OWN_REFUSAL
        seen.append(evidence_line(said.of(port=refused[0].endpoint.port), proof))
    if others:
        seen.append(evidence_line(Seen.OTHERS.of(ports=others)))
    return tuple(seen[:5])


RULE = Rule(
    Cause.RTMP_SERVICE_STOPPED,
    judge,
    explains=(Cause.SERVER_NOT_LISTENING, Cause.WRONG_SERVICE_ON_PORT, Cause.TUNNEL_NOT_OFFERED),
)
