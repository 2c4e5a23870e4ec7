"""rtmps-not-offered: the address asks for RTMPS, the server has nothing on that port, and plain RTMP works."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import speaks_rtmp
from fmsdiag.diagnosis.evidence.ports import refused_by_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Question,
    StepName,
    Transport,
)
from fmsdiag.target import tc_url

CAUSE = "rtmps-not-offered"


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
    step = first.step(StepName.TCP)
    if step is None or step.failure is None or step.failure.kind is not FailureKind.REFUSED:
        return None
    port = first.endpoint.port
    questions: tuple[Question, ...] = run.ask_server(
        Experiment.SERVER_PORT, Transport.RTMP.default_port, Transport.RTMP
    )
    spoken = _plain(run)
    if spoken is None:
        return ask_unless_answered(questions, None)
    return ask_unless_answered(
        (*questions, *run.ask_control_port(port)),
        _match(run, first, step, spoken, refused_by_server(run, port)),
    )


def _plain(run: RunView) -> Attempt | None:
    """An attempt without TLS that the server answered in RTMP."""
    asked = (*run.spoke_rtmp, *run.performed(Experiment.SERVER_PORT))
    return next(
        (
            a
            for a in asked
            if speaks_rtmp(a) and not a.endpoint.transport.uses_tls and a.endpoint.proxy is None
        ),
        None,
    )


def _match(
    run: RunView, first: Attempt, step: Observation, spoken: Attempt, by_server: Observation | None
) -> Match:
    host, port = run.target.host, first.endpoint.port
    url = tc_url(run.target, spoken.endpoint.transport, spoken.endpoint.port).partition("?")[0]
    seen = [
        line(f"{told(first)}.", step),
        line(
            f"{method(spoken.endpoint)}, without encryption, is answered by the server.",
            spoken.step(StepName.HANDSHAKE),
        ),
    ]
    if by_server is not None:
        seen.append(line("The refusal is the server's own: such connections leave this network.", by_server))
    sure = by_server is not None
    return Match(
        Confidence.CONFIRMED if sure else Confidence.LIKELY,
        f"The server offers no secure connection (RTMPS) on port {port}.",
        f"The address asks for RTMPS, which is RTMP inside TLS. {host} is up and speaks RTMP without encryption, and nothing "
        f"listens on its port {port}."
        + ("" if sure else " A firewall that refuses in the server's place would look the same."),
        (Actor.OPERATOR, Actor.USER),
        Advice(
            user=f"Ask the people who run the server for the right address. Without encryption, {url} answers, but anybody on "
            "the way can read along.",
            operator=f"Switch RTMPS on (AMS: “-{port}” in ADAPTOR.HOSTPORT; Wowza: a HostPort with SSLConfig; Red5: rtmps in "
            "red5-core; nginx-rtmp and SRS: stunnel or nginx “stream” with “ssl” in front), or give customers the address that "
            "you do offer.",
        ),
        "The server itself refuses the port, and answers RTMP beside it."
        if sure
        else "The server answers RTMP, and its secure port is refused.",
        tuple(seen),
        rules_out=("the server being down", "a bad certificate"),
        decisive_test="" if sure else "Try the same address from another network.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "port-blocked",
        "server-not-listening",
        "rtmp-service-stopped",
        "server-on-other-port",
        "server-firewall",
    ),
)
