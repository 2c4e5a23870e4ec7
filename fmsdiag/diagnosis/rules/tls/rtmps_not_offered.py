"""rtmps-not-offered: the address asks for RTMPS, the server has nothing on that port, and plain RTMP works."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import spoke_rtmp
from fmsdiag.diagnosis.evidence.ports import may_be_before_server, refused_by_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut, no_certificate
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Question,
    StepName,
    Transport,
)


class NotOffered(FindingTexts, of="rtmps-not-offered.not-offered"):
    """The server itself refuses the port."""

    headline = text("The server does not offer secure streaming (RTMPS) on port {port}.")
    explanation = text(
        "This test asked for RTMPS, which is RTMP encrypted with TLS. {server:host} answers {spoken:route} without "
        "encryption, but nothing listens on its port {port}. Without encryption, others on the network path can read the "
        "stream."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (step("Ask the people who run the server for the correct address."), Steps.USE_BEST_ROUTE)
    operator = (
        step("Enable RTMPS on port {port}, or give customers an address that works."),
        Steps.SETTING,
    )


class Suspected(FindingTexts, of="rtmps-not-offered.suspected"):
    """The port is refused, and nothing shows by whom."""

    headline = text("Port {port} is refused; the server may not offer secure streaming (RTMPS).")
    explanation = text(
        "This test asked for RTMPS, which is RTMP encrypted with TLS. {server:host} answers {spoken:route} without "
        "encryption, but its port {port} refuses connections. Most likely nothing listens there. A firewall that rejects "
        "connections looks the same."
    )
    acts = NotOffered.acts
    you = NotOffered.you
    operator = NotOffered.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If port {port} opens there, a firewall in this "
        "network rejects it.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="rtmps-not-offered.seen"):
    SPOKEN = text("{route} without encryption: the server answers.")
    SERVERS_OWN = text("The server itself refuses port {port}.")
    LEAVES = text("The refusal comes from outside this network: connections to port {port} leave it.")


class Earned(Table, of="rtmps-not-offered.earned"):
    """What the confidence rests on."""

    SERVER_REFUSES = text("The server itself refuses the port, and answers RTMP on another one.")
    NEAR_SERVER = text(
        "The port is refused by the server, or by a firewall in front of it, and RTMP is answered on another one."
    )
    REFUSED = text("The server answers RTMP, and its secure port is refused; nothing shows by whom.")


def judge(run: RunView) -> Answer:
    """RTMPS was asked for, its port is refused, and the server speaks RTMP on its usual port."""
    first = next(iter(run.fallback), None)
    if (
        first is None
        or not first.endpoint.transport.uses_tls
        or run.plan_succeeded
        or first.endpoint.proxy is not None
    ):
        return None
    connect = first.step(StepName.TCP)
    if connect is None or connect.failure is None or connect.failure.kind is not FailureKind.REFUSED:
        return None
    if any(a.endpoint.transport.uses_tls and spoke_rtmp(a) for a in run.performed(Experiment.SERVER_PORT)):
        return None  # it is offered, on another port
    port = first.endpoint.port
    questions: tuple[Question, ...] = run.ask_server(
        Experiment.SERVER_PORT, Transport.RTMP.default_port, Transport.RTMP
    )
    spoken = _plain(run)
    if spoken is None:
        return ask_unless_answered(questions, None)
    return ask_unless_answered(
        (*questions, *run.ask_control_port(port)),
        _found(run, first, spoken, refused_by_server(run, port)),
    )


def _plain(run: RunView) -> Attempt | None:
    """An attempt without TLS that the server answered in RTMP."""
    asked = (*run.spoke_rtmp, *run.performed(Experiment.SERVER_PORT))
    return next(
        (
            a
            for a in asked
            if spoke_rtmp(a) and not a.endpoint.transport.uses_tls and a.endpoint.proxy is None
        ),
        None,
    )


def _found(run: RunView, first: Attempt, spoken: Attempt, by_server: Observation | None) -> Found:
    port = first.endpoint.port
    answers = Seen.SPOKEN.of(route=route_of(spoken.endpoint))
    seen = [attempt_line(first), evidence_line(answers, spoken.step(StepName.HANDSHAKE))]
    if by_server is not None:
        said = Seen.LEAVES if may_be_before_server(by_server) else Seen.SERVERS_OWN
        seen.append(evidence_line(said.of(port=port), by_server))
    sure = by_server is not None
    own = by_server is not None and not may_be_before_server(by_server)
    earned = Earned.SERVER_REFUSES if own else Earned.NEAR_SERVER if sure else Earned.REFUSED
    return Found(
        NotOffered if sure else Suspected,
        Confidence.CONFIRMED if own else Confidence.LIKELY,
        earned.of(),
        tuple(seen),
        values={
            "port": port,
            "spoken": route_of(spoken.endpoint),
            "settings": settings(run, Topic.SECURE_PORT),
        },
        rules_out=(RuledOut.SERVER_DOWN.of(port=spoken.endpoint.port), *no_certificate(run)),
    )


RULE = Rule(
    Cause.RTMPS_NOT_OFFERED,
    judge,
    explains=(
        Cause.PORT_BLOCKED,
        Cause.SERVER_NOT_LISTENING,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.SERVER_ON_OTHER_PORT,
        Cause.SERVER_FIREWALL,
    ),
)
