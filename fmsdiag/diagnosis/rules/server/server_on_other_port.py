"""server-on-other-port: the server refuses the usual port, and speaks RTMP on another one."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import ask_other_ports, found_elsewhere, refused_attempts
from fmsdiag.diagnosis.evidence.ports import refused_by_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.refusals import reached_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import Action, Actor, Attempt, Cause, Confidence, EvidenceLine, Observation, StepName
from fmsdiag.target import tc_url


class Moved(FindingTexts, of="server-on-other-port.moved"):
    """The server itself refuses the usual port, and RTMP answers elsewhere."""

    # translators: {usual} is a list of numbers, such as "1935 and 80"
    headline = plural(
        "RTMP answers on port {port}, not on port {usual:ports}.",
        "RTMP answers on port {port}, not on ports {usual:ports}.",
    )
    explanation = plural(
        "{server:host} refuses port {usual:ports}, where RTMP usually is, and speaks RTMP on port {port}. Either the address "
        "you were given lacks the port, or the media server was moved.",
        "{server:host} refuses ports {usual:ports}, where RTMP usually is, and speaks RTMP on port {port}. Either the address "
        "you were given lacks the port, or the media server was moved.",
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (step("Use {url} in your player or encoder.", Action.USE_ADDRESS),)
    operator = (
        plural(
            "Give out the address with its port, {port}, or let the media server listen on port {usual:ports}.",
            "Give out the address with its port, {port}, or let the media server listen on ports {usual:ports}.",
        ),
        Steps.SETTING,
    )


class Seen(Table, of="server-on-other-port.seen"):
    REFERENCE = text("A reference server accepts connections to port {port} from here.")
    FAR_END = text("The refusal of port {port} comes from the far end of the network path.")


class Earned(Table, of="server-on-other-port.earned"):
    """What the confidence rests on."""

    ANSWERS = plural(
        "The server itself refuses port {usual:ports} and answers in RTMP on port {port}.",
        "The server itself refuses ports {usual:ports} and answers in RTMP on port {port}.",
    )


class Excluded(Table, of="server-on-other-port.ruled-out"):
    FIREWALL = text("No firewall blocks RTMP: the server answers in RTMP.")


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
    return ask_unless_answered(questions, _found(run, refused, other, proof))


def _found(run: RunView, refused: tuple[Attempt, ...], other: Attempt, proof: Observation) -> Found:
    usual, port = tuple(dict.fromkeys(a.endpoint.port for a in refused)), other.endpoint.port
    return Found(
        Moved,
        Confidence.CONFIRMED,
        Earned.ANSWERS.of(usual=usual, port=port),
        (*(attempt_line(a) for a in refused[:2]), reached_line(other), *_proof_lines(usual[0], proof)),
        values={
            "port": port,
            "usual": usual,
            "url": tc_url(run.target, other.endpoint.transport, port).partition("?")[0],
            "settings": settings(run, Topic.PORT),
        },
        rules_out=(RuledOut.SERVER_DOWN.of(port=port), Excluded.FIREWALL.of()),
    )


def _proof_lines(port: int, proof: Observation) -> tuple[EvidenceLine, ...]:
    """That it is the server which refuses the port."""
    if proof.step is StepName.TCP and proof.failure is None:
        return (evidence_line(Seen.REFERENCE.of(port=port), proof),)
    if proof.step is StepName.HOP:
        return (evidence_line(Seen.FAR_END.of(port=port), proof),)
    return ()


RULE = Rule(
    Cause.SERVER_ON_OTHER_PORT,
    judge,
    explains=(Cause.SERVER_NOT_LISTENING, Cause.RTMP_SERVICE_STOPPED, Cause.WRONG_SERVICE_ON_PORT),
)
