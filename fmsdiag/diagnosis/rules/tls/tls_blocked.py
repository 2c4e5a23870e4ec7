"""tls-blocked: a filter cuts TLS's first message off, for one server name or for every server."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    answers_in_clear,
    ask_control_tls,
    attempts_with_tls,
    control_tls,
    was_answered,
    was_asked_in_clear,
    was_cut,
)
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
)

CAUSE = "tls-blocked"


def judge(run: RunView) -> Answer:
    """TCP opens, TLS's greeting is cut off; under another name or without any it is answered, or the control host's is
    cut off likewise.

    A server that speaks something else on that port cuts every greeting off, whatever name is in it.
    """
    cut = next((a for a in attempts_with_tls(run) if _is_cut(run, a)), None)
    if cut is None or run.is_loopback or answers_in_clear(run, cut):
        return None
    port, transport = cut.endpoint.port, cut.endpoint.transport
    questions = (*run.ask_server(Experiment.TLS_OTHER_NAME, port, transport), *ask_control_tls(run))
    if run.target.is_literal:
        questions = questions[1:]  # an address is not sent as a name
    match = _conclusion(run, cut)
    if match is None and _probe(run, Experiment.TLS_OTHER_NAME, port) is not None:
        questions += run.ask_server(Experiment.TLS_WITHOUT_NAME, port, transport)
    return ask_unless_answered(questions, match)


def _is_cut(run: RunView, attempt: Attempt) -> bool:
    """Whether TLS's greeting was cut off there, in a way that is worth a question.

    Beside a plan that connected, a server that has something else on that port hangs up or stays silent.
    """
    step = attempt.step(StepName.TLS)
    if attempt.endpoint.proxy is not None or step is None or step.failure is None or not was_cut(step):
        return False
    if run.plan_connected and not run.options.deep:
        return step.failure.kind is FailureKind.RESET
    return run.plan_connected or was_asked_in_clear(run, attempt)


def _probe(run: RunView, experiment: Experiment, port: int) -> Observation | None:
    return next((s for a in run.performed(experiment, port) if (s := a.step(StepName.TLS)) is not None), None)


def _conclusion(run: RunView, cut: Attempt) -> Match | None:
    port = cut.endpoint.port
    for experiment, words in (
        (Experiment.TLS_OTHER_NAME, "With another name in it, the same greeting is answered."),
        (Experiment.TLS_WITHOUT_NAME, "Without a name in it, the same greeting is answered."),
    ):
        step = _probe(run, experiment, port)
        if was_answered(step):
            return _match(run, cut, True, (line(words, step),))
    control = control_tls(run)
    if not was_cut(control) or not _longer_messages_pass(run):
        return None
    return _match(
        run,
        cut,
        False,
        (line("Another server's secure port opens, and is cut off in the same way.", control),),
    )


def _longer_messages_pass(run: RunView) -> bool:
    """Whether as much as RTMP's handshake was answered somewhere: then it is not the length of TLS's messages that matters."""
    plain = (
        *run.performed(Experiment.PLAIN_ON_TLS_PORT),
        *run.performed(Experiment.OTHER_BYTES),
    )
    return bool(run.spoke_rtmp) or any(_was_answered_in_clear(a) for a in plain)


def _was_answered_in_clear(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    failure = ended.failure if ended is not None else None
    answers = (FailureKind.UNEXPECTED_REPLY, FailureKind.CLOSED)  # servers of TLS hang up on what is none
    return attempt.status is Status.CONNECTED or (failure is not None and failure.kind in answers)


def _match(run: RunView, cut: Attempt, by_name: bool, shown: tuple[EvidenceLine, ...]) -> Match:
    host, port = run.target.host, cut.endpoint.port
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    seen = [line(f"{told(cut)}.", cut.failed_step), *shown]
    if working is not None:
        seen.append(line(f"{told(working)}.", working.observations[-1]))
    return Match(
        Confidence.LIKELY,
        "A filter in your network blocks secure connections to this server."
        if by_name
        else "A filter in your network blocks secure connections to everybody.",
        f"The connection to port {port} opens, and is cut off as soon as encryption begins. "
        + (
            f"The first message of TLS names the server in clear; with {host} in it, it does not pass, and otherwise it does. "
            "So something on the way reads that name and blocks it."
            if by_name
            else "A server that has nothing to do with this one is cut off in the same way, and what is not encrypted passes. "
            "So something on the way blocks TLS itself."
        ),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give the text below to whoever looks after this network."
            + (" The stream connects without encryption meanwhile." if working is not None else ""),
            administrator=(
                f"A filter by server name (SNI) cuts off TLS for {host} on TCP port {port}. Allow that name."
                if by_name
                else f"A filter cuts off TLS on TCP port {port}, whatever the server. Allow it to {host}."
            ),
            operator="",
            firewall_request=firewall_request(run, [cut.endpoint]),
        ),
        "The same connection passes when it does not name this server."
        if by_name
        else "Another server is cut off at the same point, while unencrypted traffic passes.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down", "a bad certificate"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "server-hung",
        "server-closes-connection",
        "port-blocked",
        "wrong-service-on-port",
        "rtmps-not-offered",
    ),
)
