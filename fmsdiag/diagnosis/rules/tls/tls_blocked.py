"""tls-blocked: a filter cuts TLS's first message off, for one server name or for every server."""

from __future__ import annotations

import msgspec

from fmsdiag.diagnosis.evidence.attempts import was_cut_off
from fmsdiag.diagnosis.evidence.cut_bytes import bytes_place_of, cut_bytes
from fmsdiag.diagnosis.evidence.payload import ByteOutcome, exchange_step, other_fate
from fmsdiag.diagnosis.evidence.places import never_taken
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    ASKS_FOR_CERTIFICATE,
    VERSION_ALERTS,
    answers_in_clear,
    ask_control_tls,
    attempts_with_tls,
    control_tls,
    refused_by_alert,
    was_answered,
    was_asked_in_clear,
)
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, outcome_of_step
from fmsdiag.diagnosis.lines.grounds import RuledOut, no_certificate
from fmsdiag.diagnosis.lines.places import place_lines
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Place,
    Request,
    RequestKind,
    Side,
    Status,
    StepName,
    Transport,
)


class ByName(FindingTexts, of="tls-blocked.by-name"):
    """TLS passes as soon as it does not name this server."""

    headline = text("A filter on the network path blocks secure connections to this server.")
    explanation = text(
        "The connection to port {port} opens, but it is cut off when encryption (TLS) starts. The first TLS "
        "message names the server. If it names {server:host}, the connection is cut off; otherwise, it is answered. So a "
        "filter on the network path reads the name and blocks it."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        step("Allow {server:host} in the filter that blocks TLS by server name (SNI) on TCP port {port}."),
    )


class ByNameBeside(FindingTexts, of="tls-blocked.by-name-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. A filter blocks secure streaming (RTMPS) to this server.")
    says_it_works = True
    explanation = ByName.explanation
    acts = ByName.acts
    administrator = ByName.administrator


class Everywhere(FindingTexts, of="tls-blocked.everywhere"):
    """TLS is cut off to a reference server, too."""

    headline = text("A filter on the network path blocks secure connections to all servers.")
    explanation = text(
        "The connection to port {port} opens, but it is cut off when encryption (TLS) starts. A reference server "
        "is cut off in the same way, while messages without encryption get through. So a filter on the network path "
        "blocks TLS itself."
    )
    acts = ByName.acts
    you = ByName.you
    administrator = (step("Allow TLS to {server:host} on TCP port {port}. A filter blocks it."),)


class EverywhereBeside(FindingTexts, of="tls-blocked.everywhere-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. A filter on the network path blocks secure streaming (RTMPS).")
    says_it_works = True
    explanation = Everywhere.explanation
    acts = Everywhere.acts
    administrator = Everywhere.administrator


class InNetwork(FindingTexts, of="tls-blocked.in-network"):
    """The path test shows that TLS's greeting is cut in this network."""

    headline = text("A filter in your network blocks secure connections to this server.")
    explanation = text(
        "The connection to port {port} opens, but encryption (TLS) is cut off inside your network, before it reaches the "
        "server. A filter or firewall in your network inspects the traffic and blocks it."
    )
    acts = ByName.acts
    you = ByName.you
    administrator = Everywhere.administrator


class AtProvider(FindingTexts, of="tls-blocked.at-provider"):
    """Likewise, between this network and the server's side."""

    headline = text("A filter at an internet provider blocks secure connections to this server.")
    explanation = text(
        "The connection to port {port} opens, but encryption (TLS) is cut off on the network path: its first message leaves "
        "your network but never reaches the server. So an internet provider on the path inspects the traffic and blocks it."
    )
    acts = (Actor.USER,)
    you = (Steps.SAVE_REPORT_FOR_PROVIDER, Steps.USE_BEST_ROUTE)
    administrator = (Steps.PASS_ON_TO_PROVIDER,)


class AtServer(FindingTexts, of="tls-blocked.at-server"):
    """It gets as far as the last router before the server, whose system never takes it, while other bytes are answered."""

    headline = text("A filter on the server side blocks secure connections.")
    explanation = text(
        "The connection to port {port} opens, but the first message of encryption (TLS) never reaches the server, while "
        "other data on the same port does. It gets as far as the last router before the server. So a firewall or intrusion "
        "prevention system on the server side drops it."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Check the firewall, intrusion prevention, and load balancer in front of port {port}. One of them drops TLS."
        ),
    )


class Seen(Table, of="tls-blocked.seen"):
    OTHER_BYTES = text("Other data on port {port} does reach the server.")
    OTHER_NAME = text("The same first TLS message is answered when it contains another name.")
    WITHOUT_NAME = text("The same first TLS message is answered when it contains no name.")
    # translators: {outcome} is one such as "no answer after 5.0 s"
    REFERENCE = text("TLS with a reference server, whose port opens: {outcome}.")


class Earned(Table, of="tls-blocked.earned"):
    """What the confidence rests on."""

    NAME = text("TLS on the same port is answered when it does not name this server.")
    STOPS_BEFORE_SERVER = text(
        "The path test shows that the first TLS message stops before it reaches the server."
    )
    NOT_TAKEN = text(
        "The server never receives the first TLS message, although it receives other data on the port."
    )
    REFERENCE = text(
        "A reference server is cut off at the same point, while unencrypted traffic gets through."
    )


def judge(run: RunView) -> Answer:
    """TCP opens, TLS's greeting is cut off; under another name or without any it is answered, or the control host's is
    cut off likewise.

    A server that speaks something else on that port cuts every greeting off, whatever name is in it.
    """
    answer, wanted = _judged(run), run.target.transport
    if isinstance(answer, Found) and not run.plan_connected and wanted is not None and wanted.uses_tls:
        # who asked for TLS alone may go on without it meanwhile
        port = Transport.RTMP.default_port
        return ask_unless_answered(run.ask_server(Experiment.SERVER_PORT, port, Transport.RTMP), answer)
    return answer


def _judged(run: RunView) -> Answer:
    cut = next((a for a in attempts_with_tls(run) if _is_cut(run, a)), None)
    if cut is None or run.is_loopback or answers_in_clear(run, cut):
        return None
    port, transport = cut.endpoint.port, cut.endpoint.transport
    if (shown := _by_place(run, cut)) is not None:
        return shown
    questions = (*run.ask_server(Experiment.TLS_OTHER_NAME, port, transport), *ask_control_tls(run))
    if run.target.is_literal:
        questions = questions[1:]  # an address is not sent as a name
    found = _conclusion(run, cut)
    by_alert = _is_alert(cut.step(StepName.TLS))
    if found is None and not by_alert and _probe(run, Experiment.TLS_OTHER_NAME, port) is not None:
        questions += run.ask_server(Experiment.TLS_WITHOUT_NAME, port, transport)
    return ask_unless_answered(questions, found)


def _by_place(run: RunView, cut: Attempt) -> Answer:
    """What the path test of TLS's greeting shows: that the server never had it."""
    place, found = bytes_place_of(run, only_tls=True), cut_bytes(run, only_tls=True)
    if place is None or found is None or found.attempt is not cut or run.plan_connected:
        return None
    port = cut.endpoint.port
    lines = (attempt_line(cut), *place_lines(run, found), *_other_names(run, port))
    if place.side in (Side.LOCAL, Side.TRANSIT):
        case = InNetwork if place.side is Side.LOCAL else AtProvider
        asks = request(run, [cut.endpoint], RequestKind.EXEMPT) if Actor.ADMINISTRATOR in case.acts else None
        return _located(run, case, Confidence.CONFIRMED, Earned.STOPS_BEFORE_SERVER, lines, port, asks)
    if place.side is not Side.REMOTE or not never_taken(run, found.experiment, port):
        return None
    other = exchange_step(run, port)
    if other is None:
        return Ask(run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP))
    fate = other_fate(run, port)
    if fate not in (ByteOutcome.ANSWERED, ByteOutcome.CLOSED, ByteOutcome.IGNORED, ByteOutcome.RESET):
        return None
    lines = (*lines, evidence_line(Seen.OTHER_BYTES.of(port=port), other))
    return _located(run, AtServer, Confidence.LIKELY, Earned.NOT_TAKEN, lines, port, None)


def _other_names(run: RunView, port: int) -> tuple[EvidenceLine, ...]:
    """That the same greeting is answered under another name, or without any, where that was tried: a filter reads it."""
    tried = ((Experiment.TLS_OTHER_NAME, Seen.OTHER_NAME), (Experiment.TLS_WITHOUT_NAME, Seen.WITHOUT_NAME))
    return tuple(
        evidence_line(said.of(), answered)
        for experiment, said in tried
        if was_answered(answered := _probe(run, experiment, port)) and not _is_alert(answered)
    )


def _located(
    run: RunView,
    case: type[FindingTexts],
    confidence: Confidence,
    earned: Text,
    seen: tuple[EvidenceLine, ...],
    port: int,
    asks: Request | None,
) -> Found:
    rules_out = (RuledOut.BLOCKED_PORT.of(ports=(port,)), *no_certificate(run))
    return Found(
        case, confidence, earned.of(), seen, values={"port": port}, rules_out=rules_out, request=asks
    )


def _is_cut(run: RunView, attempt: Attempt) -> bool:
    """Whether TLS's greeting was cut off there, in a way that is worth a question.

    A filter may also say no by an alert, in the server's place. Beside a plan that connected, a server that has something
    else on that port hangs up or stays silent.
    """
    step = attempt.step(StepName.TLS)
    if attempt.endpoint.proxy is not None or step is None or step.failure is None:
        return False
    if not was_cut_off(step):
        return _is_refused(run, attempt)
    if run.plan_connected and not run.options.deep:
        return step.failure.kind is FailureKind.RESET
    return run.plan_connected or was_asked_in_clear(run, attempt)


def _is_refused(run: RunView, attempt: Attempt) -> bool:
    """Whether the greeting was refused by an alert that has nothing to do with versions or certificates."""
    refused = refused_by_alert(run)
    if refused is None or refused.attempt is not attempt or not refused.at_once:
        return False
    return refused.alert not in (*VERSION_ALERTS[:1], ASKS_FOR_CERTIFICATE) and not run.target.is_literal


def _probe(run: RunView, experiment: Experiment, port: int) -> Observation | None:
    return next((s for a in run.performed(experiment, port) if (s := a.step(StepName.TLS)) is not None), None)


def _is_alert(step: Observation | None) -> bool:
    failure = step.failure if step is not None else None
    return failure is not None and failure.kind is FailureKind.TLS_ALERT


def _conclusion(run: RunView, cut: Attempt) -> Found | None:
    """Servers that know no other names than theirs reject those by an alert, too, and may accept none at all."""
    port, by_alert = cut.endpoint.port, _is_alert(cut.step(StepName.TLS))
    for experiment, said in (
        (Experiment.TLS_OTHER_NAME, Seen.OTHER_NAME),
        (Experiment.TLS_WITHOUT_NAME, Seen.WITHOUT_NAME),
    ):
        answered = _probe(run, experiment, port)
        if was_answered(answered) and not (by_alert and _is_alert(answered)):
            return _found(run, cut, True, evidence_line(said.of(), answered))
    control = control_tls(run)
    if by_alert or control is None or not was_cut_off(control) or not _longer_messages_pass(run):
        return None
    reference = Seen.REFERENCE.of(outcome=outcome_of_step(control))
    return _found(run, cut, False, evidence_line(reference, control))


def _longer_messages_pass(run: RunView) -> bool:
    """Whether as much as RTMP's handshake was answered somewhere: then it is not the length of TLS's messages that matters."""
    plain = (
        *run.performed(Experiment.PLAIN_ON_TLS_PORT),
        *run.performed(Experiment.OTHER_BYTES),
    )
    return bool(run.spoke_rtmp) or any(_has_long_answer(a) for a in plain)


def _has_long_answer(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    failure = ended.failure if ended is not None else None
    answers = (FailureKind.UNEXPECTED_REPLY, FailureKind.CLOSED)  # servers of TLS hang up on what is none
    return attempt.status is Status.CONNECTED or (failure is not None and failure.kind in answers)


def _found(run: RunView, cut: Attempt, by_name: bool, shown: EvidenceLine) -> Found:
    port = cut.endpoint.port
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    return Found(
        _case(run, by_name),
        Confidence.LIKELY,
        Earned.NAME.of() if by_name else Earned.REFERENCE.of(),
        (
            attempt_line(cut),
            shown,
            *((attempt_line(working),) if working is not None else ()),
            *place_lines(run, cut_bytes(run, only_tls=True)),
        ),
        values={"port": port},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(port,)), *no_certificate(run)),
        request=None if run.plan_connected else request(run, [cut.endpoint], RequestKind.EXEMPT),
        place=None if by_name else _shared_place(run),
    )


def _shared_place(run: RunView) -> Place | None:
    """Where TLS is cut to a reference server as well: the last router before the server is then one that others share."""
    place = bytes_place_of(run, only_tls=True)
    if place is None or place.side is not Side.REMOTE:
        return place
    return msgspec.structs.replace(place, side=Side.TRANSIT)


def _case(run: RunView, by_name: bool) -> type[FindingTexts]:
    if by_name:
        return ByNameBeside if run.plan_connected else ByName
    return EverywhereBeside if run.plan_connected else Everywhere


RULE = Rule(
    Cause.TLS_BLOCKED,
    judge,
    explains=(
        Cause.SERVER_HUNG,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.PORT_BLOCKED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.RTMPS_NOT_OFFERED,
    ),
)
