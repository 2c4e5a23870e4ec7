"""server-on-other-port: the server refuses the usual port, and speaks RTMP on another one."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import ask_other_ports, found_elsewhere, refused_attempts
from fmsdiag.diagnosis.evidence.ports import refused_by_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import ports, told
from fmsdiag.model import Actor, Attempt, Confidence, Observation, StepName
from fmsdiag.target import tc_url

CAUSE = "server-on-other-port"


def judge(run: RunView) -> Answer:
    """RTMP's handshake succeeds on a port that was tried later or asked for, where an earlier one was refused by the server."""
    refused = refused_attempts(run)
    if not refused or run.is_captive:
        return None
    port = refused[0].endpoint.port
    other = found_elsewhere(run)
    questions = (*run.ask_control_port(port), *run.ask_hops(port))
    proof = refused_by_server(run, port)
    if other is None:
        return ask_unless_answered((*questions, *(ask_other_ports(run) if proof is not None else ())), None)
    if proof is None:
        return ask_unless_answered(questions, None)
    return ask_unless_answered(questions, _match(run, refused, other, proof))


def _match(run: RunView, refused: tuple[Attempt, ...], other: Attempt, proof: Observation) -> Match:
    usual = tuple(dict.fromkeys(a.endpoint.port for a in refused))
    port = other.endpoint.port
    seen = [line(f"{told(a)}.", a.failed_step) for a in refused[:2]]
    seen.append(line(f"RTMP is spoken on port {port}.", other.step(StepName.HANDSHAKE)))
    if proof.step is StepName.TCP and proof.failure is None:
        seen.append(line(f"Another server accepts connections on port {usual[0]} from here.", proof))
    elif proof.step is StepName.HOP:
        seen.append(
            line(
                f"The refusal of port {usual[0]} comes from the far end of the path.",
                proof,
            )
        )
    url = tc_url(run.target, other.endpoint.transport, port).partition("?")[0]
    return Match(
        Confidence.CONFIRMED,
        f"RTMP answers on port {port}, not on {ports(usual)}.",
        f"{run.target.host} refuses {ports(usual)}, where RTMP usually is, and speaks RTMP on port {port}. Either the "
        "address that you were given lacks the port, or the media server was moved there.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Use {url} instead of an address without a port.",
            operator=f"Give out the address with its port, {port}, or let the media server listen on {ports(usual)}: "
            "ADAPTOR.HOSTPORT in ams.ini or fms.ini (Adobe), HostPort in VHost.xml (Wowza), rtmp.port in red5.properties "
            "(Red5), “listen” (nginx-rtmp, SRS).",
        ),
        f"The server itself refuses {ports(usual)} and answers in RTMP on port {port}.",
        tuple(seen),
        rules_out=("the server being down", "a firewall that blocks RTMP"),
    )


RULE = Rule(CAUSE, judge, explains=("server-not-listening", "rtmp-service-stopped", "wrong-service-on-port"))
