"""some-connections-fail: the same address, port and bytes sometimes work: one of several paths or servers behind one address
is down."""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.evidence.flows import Fate, Flows, flows_of
from fmsdiag.diagnosis.evidence.port_proof import first_choice_opens, living_port
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.streams import stream_tests
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, plural, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Carrier,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    FlowPattern,
    FlowTry,
    Message,
    Observation,
    Place,
    Purpose,
    Question,
    Side,
    Status,
    StepName,
)
from fmsdiag.model.messages import Outcome


class ByPort(FindingTexts, of="some-connections-fail.by-port"):
    """Which ones fail depends on the local port."""

    headline = text("Some connections to port {port} always fail; others always work.")
    explanation = plural(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones was tried again from the same local port and failed again. Which connections fail depends on the local "
        "port. This happens when several network paths or servers share the load and one of them is down. A player that "
        "happens to use one of these ports cannot connect; a new attempt may use another port and work.",
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones were tried again from the same local ports and failed again. Which connections fail depends on the local "
        "port. This happens when several network paths or servers share the load and one of them is down. A player that "
        "happens to use one of these ports cannot connect; a new attempt may use another port and work.",
        by="again",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (
        Steps.SAVE_REPORT,
        step("Until then, restart the player if it does not connect. A new attempt may work."),
        step(
            "If the people who run the server find nothing, send the report to the person who runs this network."
        ),
    )
    administrator = (
        step(
            "Check parallel links and link aggregation in this network. Packets from some local ports never arrive; the "
            "report lists the ports."
        ),
    )
    operator = (
        step(
            "Check each server behind the load balancer, and each of the parallel paths to it, for one that is down. "
            "The report lists the local ports that work and those that fail."
        ),
        step("If all of them work, send the list of ports to your network provider."),
    )


class OneOf(FindingTexts, of="some-connections-fail.one-of"):
    """Likewise, and the share tells of how many one is down."""

    headline = ByPort.headline
    explanation = plural(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones was tried again from the same local port and failed again. Which connections fail depends on the local "
        "port. So most likely one of {ways:count} network paths or servers that share the load is down. A player that happens "
        "to use one of these ports cannot connect; a new attempt may use another port and work.",
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones were tried again from the same local ports and failed again. Which connections fail depends on the local "
        "port. So most likely one of {ways:count} network paths or servers that share the load is down. A player that happens "
        "to use one of these ports cannot connect; a new attempt may use another port and work.",
        by="again",
    )
    acts = ByPort.acts
    you = ByPort.you
    administrator = ByPort.administrator
    operator = ByPort.operator


class BehindPort(FindingTexts, of="some-connections-fail.behind-port"):
    """Which ones fail depends on the local port, and equal connections to another port of the server all work."""

    headline = ByPort.headline
    explanation = plural(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones was tried again from the same local port and failed again. Repeated connections to another port of the "
        "same server all worked. Most likely, one of the servers that share the load behind port {port} is down. A dead one "
        "of several parallel network paths would look the same. A new attempt may work.",
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones were tried again from the same local ports and failed again. Repeated connections to another port of the "
        "same server all worked. Most likely, one of the servers that share the load behind port {port} is down. A dead one "
        "of several parallel network paths would look the same. A new attempt may work.",
        by="again",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = ByPort.you
    administrator = (
        step(
            "If the server operator finds nothing, check parallel links in this network, and send the report's list of ports "
            "to your internet provider."
        ),
    )
    operator = (
        step(
            "Check each server behind port {port} of the load balancer for one that is down. The report lists the local ports "
            "that work and those that fail."
        ),
        step(
            "If all of them work, check the parallel paths to them, and send the list of ports to your network provider."
        ),
    )


class OtherServers(FindingTexts, of="some-connections-fail.other-servers"):
    """Which ones fail depends on the local port, and the same port of a reference server is silent as well."""

    headline = ByPort.headline
    explanation = plural(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones was tried again from the same local port and failed again. Port {port} of a reference server does not "
        "answer either, while another port of it opens. Most likely, one of several parallel network paths in this network or "
        "at its provider is down. A new attempt may work.",
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones were tried again from the same local ports and failed again. Port {port} of a reference server does not "
        "answer either, while another port of it opens. Most likely, one of several parallel network paths in this network or "
        "at its provider is down. A new attempt may work.",
        by="again",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.SAVE_REPORT_FOR_ADMINISTRATOR, ByPort.you[1])
    administrator = (
        step(
            "Check parallel links, link aggregation, and the rules for port {port} in this network. The report lists the "
            "local ports that work and those that fail."
        ),
        step("If you find nothing, send the list of ports to your internet provider."),
    )
    operator = (
        step(
            "If your customer's network administrator and internet provider find nothing, check each server behind port {port} "
            "of the load balancer."
        ),
    )


class Answered(FindingTexts, of="some-connections-fail.answered"):
    """Which ones fail depends on the local port, and each of those opens or is refused: no path loses them."""

    headline = ByPort.headline
    explanation = plural(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones was tried again from the same local port and failed again. Each of the failed ones was opened or "
        "refused, so none was lost on the way. Most likely, a load balancer sends some connections to a server that is down. "
        "A player that is sent to it cannot connect; a new attempt may work.",
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. {again:count} of the "
        "failed ones were tried again from the same local ports and failed again. Each of the failed ones was opened or "
        "refused, so none was lost on the way. Most likely, a load balancer sends some connections to a server that is down. "
        "A player that is sent to it cannot connect; a new attempt may work.",
        by="again",
    )
    acts = (Actor.OPERATOR,)
    you = ByPort.you
    operator = (
        step(
            "Check each server behind port {port} for one that is down. The report lists the local ports that work and those "
            "that fail."
        ),
        step("Check the load balancer's health checks: they should take such a server out."),
    )


class Refused(FindingTexts, of="some-connections-fail.refused"):
    """Which ones fail depends on the local port, and each of those is refused: no path loses them."""

    headline = ByPort.headline
    explanation = plural(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} were refused. {again:count} of "
        "them was tried again from the same local port and refused again. Most likely, a load balancer sends some "
        "connections to a server that is down. A player that is sent to it cannot connect; a new attempt may work.",
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} were refused. {again:count} of "
        "them were tried again from the same local ports and refused again. Most likely, a load balancer sends some "
        "connections to a server that is down. A player that is sent to it cannot connect; a new attempt may work.",
        by="again",
    )
    acts = Answered.acts
    you = Answered.you
    operator = Answered.operator


class InTurn(FindingTexts, of="some-connections-fail.in-turn"):
    """Every second, third or fourth one fails, whatever its port."""

    headline = text("One in {ways:count} connections to port {port} fails.")
    explanation = text(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed. "
        "Which ones fail depends on their order, not on the local port. So a load balancer uses {ways:count} "
        "servers in turn, and one of them is down."
    )
    acts = (Actor.OPERATOR,)
    you = ByPort.you
    operator = (
        step("Check each server behind the load balancer for one that is down, and take it out of rotation."),
    )


class NoPattern(FindingTexts, of="some-connections-fail.no-pattern"):
    """Some fail, and neither port nor order says which."""

    headline = text("Some connections to port {port} fail; others work.")
    explanation = text(
        "{failed:count} of {tries:count} identical connections to port {port} of {server:host} failed within seconds of "
        "others that worked. The server or its load balancer ends them, so this is not packet loss. Most likely one of "
        "several servers behind the address is down or overloaded."
    )
    acts = (Actor.OPERATOR,)
    you = ByPort.you
    operator = (
        step("Check each server behind this address for one that is down or overloaded."),
        step("Check the load balancer's health checks: they should take such a server out."),
    )


class Seen(Table, of="some-connections-fail.seen"):
    # translators: {ports} is a list of numbers
    ALIVE = plural(
        "A connection from local port {ports} works.", "Connections from local ports {ports} work."
    )
    DEAD = plural(
        "A connection from local port {ports} fails: {outcome}.",
        "Connections from local ports {ports} fail: {outcome}.",
        by="ports",
    )
    DEAD_AGAIN = plural(
        "A second try from local port {ports} fails again.",
        "Second tries from local ports {ports} fail again.",
    )
    WORKS_NOW = plural(
        "A second try from local port {ports}, which had failed, works.",
        "Second tries from local ports {ports}, which had failed, work.",
    )
    FAILS_NOW = plural(
        "A second try from local port {ports}, which had worked, fails: {outcome}.",
        "Second tries from local ports {ports}, which had worked, fail: {outcome}.",
        by="ports",
    )
    REFERENCE = text("Port {port} of a reference server: {outcome}. Its port {living:port} opens.")
    OTHER_PORT_TOO = text("Port {port}: {failed:count} of {tries:count} identical connections fail, too.")
    OTHER_PORT = text("Port {port}: all {tries:count} identical connections, from other local ports, work.")


class Earned(Table, of="some-connections-fail.earned"):
    """What the confidence rests on."""

    SAME_PORT_AGAIN = text("The same local ports fail again, while others work.")
    ORDER = text("Connections fail in a fixed order, whatever the local port.")
    MIXED = text("Identical connections work and fail within seconds of each other.")


class Excluded(Table, of="some-connections-fail.excluded"):
    LOSS = text(
        "Packet loss is not the cause: packets from a failing local port never arrive, however often they are sent."
    )
    LOSS_ENDED = text("Packet loss is not the cause: each failing connection was opened or refused.")
    LOSS_REFUSED = text("Packet loss is not the cause: each failing connection was refused.")


MOST_LISTED = 12
"""Ports of a line of evidence; all are in the details."""
MOST_REPEATED = 3
"""Ports whose failure is repeated in a run."""
_KINDS = (
    FailureKind.TIMED_OUT,
    FailureKind.REFUSED,
    FailureKind.RESET,
    FailureKind.CLOSED,
    FailureKind.STALLED,
)
_STEPS = (StepName.TCP, StepName.HANDSHAKE, StepName.TLS, StepName.TUNNEL)


def judge(run: RunView) -> Answer:
    """The same connection works and fails by turns; asked wherever an attempt of the plan failed."""
    mixed = next((flows for flows in flows_of(run) if flows.fate is Fate.SOME_FAIL), None)
    if mixed is not None:
        return _found(run, mixed)
    if run.is_captive:
        return None
    questions = _questions_of_streams(run) if run.plan_connected else _questions(run)
    return Ask(questions) if questions else None


def _questions(run: RunView) -> tuple[Question, ...]:
    """The failed endpoints of the plan, each port once and one after the other: each takes several connections."""
    repeated = {flows.attempt.endpoint.port for flows in flows_of(run)}
    for attempt in run.fallback:
        if attempt.endpoint.port not in repeated and _may_work_again(attempt) and _matters(run, attempt):
            return (Question(Experiment.FLOWS, attempt.endpoint),) if len(repeated) < MOST_REPEATED else ()
    return ()


def _questions_of_streams(run: RunView) -> tuple[Question, ...]:
    """The endpoint that connected, and on which the connection for the user's stream failed before it was asked for."""
    repeated = {flows.attempt.endpoint.port for flows in flows_of(run)}
    for attempt, _ in stream_tests(run):
        if attempt.endpoint.port not in repeated and _fails_as_flows_do(attempt):
            return (Question(Experiment.FLOWS, attempt.endpoint),)
    return ()


def _matters(run: RunView, attempt: Attempt) -> bool:
    """Whether it accuses anybody: where the first choice's port opens, others that do not are what ordinary servers lack."""
    return not first_choice_opens(run) or not _never_opened(attempt)


def _never_opened(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    return ended is not None and ended.step is StepName.TCP


def _may_work_again(attempt: Attempt) -> bool:
    """Whether another connection may fare otherwise: an answer, and what this computer itself refuses, stay as they are."""
    return attempt.purpose is Purpose.FALLBACK and _fails_as_flows_do(attempt)


def _fails_as_flows_do(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    return (
        attempt.status is Status.FAILED
        and attempt.endpoint.transport.carrier is Carrier.TCP
        and attempt.endpoint.proxy is None
        and ended is not None
        and ended.step in _STEPS
        and ended.failure is not None
        and ended.failure.kind in _KINDS
    )


def _found(run: RunView, flows: Flows) -> Found:
    case, confidence, reason = _case(run, flows)
    values: dict[str, object] = {
        "failed": len(flows.dead),
        "tries": len(flows.facts.tries),
        "port": flows.attempt.endpoint.port,
    }
    if case in (OneOf, InTurn):
        values["ways"] = flows.ways or 2
    if case in (ByPort, OneOf, BehindPort, OtherServers, Answered, Refused):
        values["again"] = len(flows.dead_again)
    return Found(
        case,
        confidence,
        reason.of(),
        _seen(run, flows),
        values=values,
        rules_out=_rules_out(flows),
        place=Place(Side.UNKNOWN, evidence=(flows.step.id,)),
    )


def _rules_out(flows: Flows) -> tuple[Message, ...]:
    """That no packets were lost; nothing where some connections vanished and others were ended."""
    vanished = [one.vanished for one in flows.dead]
    if all(vanished):
        return (Excluded.LOSS.of(),)
    if any(vanished):
        return ()
    return ((Excluded.LOSS_REFUSED if flows.is_refused else Excluded.LOSS_ENDED).of(),)


def _case(run: RunView, flows: Flows) -> tuple[type[FindingTexts], Confidence, Text]:
    match flows.pattern:
        case FlowPattern.IN_TURN:
            return InTurn, Confidence.CONFIRMED, Earned.ORDER
        case FlowPattern.LOCAL_PORT:
            case: type[FindingTexts] = OneOf if flows.ways is not None else ByPort
            if not any(one.vanished for one in flows.dead):
                case = Refused if flows.is_refused else Answered
            elif _silent_elsewhere(run, flows):
                case = OtherServers
            elif _steady_ports(run, flows):
                case = BehindPort
            sure = len(flows.dead) >= 3 and len(flows.dead_again) >= 1
            return case, Confidence.CONFIRMED if sure else Confidence.LIKELY, Earned.SAME_PORT_AGAIN
    return NoPattern, Confidence.LIKELY, Earned.MIXED


def _silent_elsewhere(run: RunView, flows: Flows) -> tuple[Observation, ...]:
    """The reference server's silent connect to the same port, and the open one that shows that it is alive; else nothing.

    No server behind this one's address can silence another host, so that what is down is on the way to both.
    """
    port = flows.attempt.endpoint.port
    same, other = run.control_tcp(port), run.control_tcp(living_port(run, port))
    if same is None or same.failure is None or same.failure.kind is not FailureKind.TIMED_OUT:
        return ()
    return (same, other) if other is not None and other.ok and not run.is_captive else ()


def _steady_ports(run: RunView, flows: Flows) -> tuple[Flows, ...]:
    """Equal connections to other ports of the server that all work, and are at least as many."""
    return tuple(
        other
        for other in flows_of(run)
        if other.fate is Fate.ALL_WORK
        and other.attempt.endpoint.port != flows.attempt.endpoint.port
        and len(other.facts.tries) >= len(flows.facts.tries)
    )


def _seen(run: RunView, flows: Flows) -> tuple[EvidenceLine, ...]:
    port, step = flows.attempt.endpoint.port, flows.step
    streams = (attempt for attempt, _ in stream_tests(run))
    alike = (a for a in (*run.fallback, *streams) if a.endpoint.port == port and _fails_as_flows_do(a))
    failed = next(alike, None)
    seen = [attempt_line(failed)] if failed is not None else []
    seen += [evidence_line(Seen.ALIVE.of(ports=_ports(flows.alive)), step)] if flows.alive else []
    seen += _failing(Seen.DEAD, flows.dead, step)
    if flows.pattern is FlowPattern.LOCAL_PORT:
        seen += [evidence_line(Seen.DEAD_AGAIN.of(ports=_ports(flows.dead_again)), step)]
    else:
        works_now = tuple(one for one in flows.again if one.works)
        seen += [evidence_line(Seen.WORKS_NOW.of(ports=_ports(works_now)), step)] if works_now else []
        seen += _failing(Seen.FAILS_NOW, tuple(one for one in flows.alive_again if not one.works), step)
    for other in flows_of(run):
        if other.fate is Fate.SOME_FAIL and other.attempt.endpoint.port != port:
            tries = other.facts.tries
            said = Seen.OTHER_PORT_TOO.of(
                port=other.attempt.endpoint.port, failed=len(other.dead), tries=len(tries)
            )
            seen.append(evidence_line(said, other.step))
    if _case(run, flows)[0] is OtherServers:
        same, living = _silent_elsewhere(run, flows)
        outcome = Outcome(round(same.elapsed_s, 4), FailureKind.TIMED_OUT)
        said = Seen.REFERENCE.of(port=same.port or 0, outcome=outcome, living=living.port or 0)
        return (*seen, evidence_line(said, same))
    for other in _steady_ports(run, flows):
        said = Seen.OTHER_PORT.of(port=other.attempt.endpoint.port, tries=len(other.facts.tries))
        seen.append(evidence_line(said, other.step))
    return tuple(seen)


def _failing(said: Text, tries: Sequence[FlowTry], step: Observation) -> list[EvidenceLine]:
    """A line for each way in which they failed."""
    lines = []
    for code in dict.fromkeys(one.outcome for one in tries):
        alike = [one for one in tries if one.outcome == code]
        outcome = Outcome(round(max(one.elapsed_s for one in alike), 4), FailureKind(code))
        lines.append(evidence_line(said.of(ports=_ports(alike), outcome=outcome), step))
    return lines


def _ports(tries: Sequence[FlowTry]) -> tuple[int, ...]:
    return tuple(one.local_port for one in tries[:MOST_LISTED])


RULE = Rule(
    Cause.SOME_CONNECTIONS_FAIL,
    judge,
    explains=(
        Cause.PACKET_LOSS, Cause.CONNECTION_RATE_LIMITED, Cause.CONNECTION_COUNT_LIMITED, Cause.IDLE_TIMEOUT,
        Cause.UPLOAD_CUT, Cause.THROTTLED, Cause.PORT_BLOCKED, Cause.EGRESS_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.ONLY_HTTPS_ALLOWED, Cause.SERVER_FIREWALL, Cause.SERVER_NOT_LISTENING, Cause.RTMP_SERVICE_STOPPED,
        Cause.SERVER_ON_OTHER_PORT, Cause.SERVER_DOWN, Cause.SERVER_HUNG, Cause.SERVER_SLOW, Cause.SERVER_CLOSES_CONNECTION,
        Cause.RTMP_BLOCKED, Cause.NON_HTTP_BLOCKED, Cause.TLS_BLOCKED, Cause.MTU_BLACK_HOLE, Cause.MIDDLEBOX_ACCEPTS_ALL,
        Cause.WRONG_SERVICE_ON_PORT, Cause.TUNNEL_NOT_OFFERED, Cause.PROXY_PROTOCOL_EXPECTED, Cause.RTMPE_BLOCKED,
        Cause.CLOSED_AFTER_ACCEPT, Cause.UDP_BLOCKED, Cause.ONE_ADDRESS_DEAD, Cause.HIGH_LATENCY,
    ),
)  # fmt: skip
