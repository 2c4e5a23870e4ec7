"""middlebox-accepts-all: something on the way completes every connection itself, and nothing is behind it.

A transparent proxy or a firewall's SYN proxy that cannot reach anything, or security software that answers for everybody.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import answered_for_all
from fmsdiag.diagnosis.evidence.answered_for_all import ask_impossible, impossible_open, relay
from fmsdiag.diagnosis.evidence.attempts import ENDED, opened
from fmsdiag.diagnosis.evidence.paths import last_router
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.silence import AFTER_TCP, is_silent
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, every_port_fails, server_not_reached
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    HopOutcome,
    Observation,
    Purpose,
    Status,
    StepName,
)
from fmsdiag.players import UNUSED_PORT


class AnswersForAll(FindingTexts, of="middlebox-accepts-all.answers-for-all"):
    """Connections open where none can, and stay silent."""

    headline = text("Something near this computer accepts every connection but forwards none.")
    explanation = text(
        "Connections to {server:host} open at once, but nothing ever comes back. A reference server behaves the same way. A "
        "device on the network path, or security software on this computer, accepts every connection itself and does not "
        "forward it."
    )
    acts = (Actor.ADMINISTRATOR, Actor.USER)
    you = (
        step(
            "Open a web page in your browser. If a sign-in page appears, sign in and run the test again.",
            Action.RUN_AGAIN,
        ),
        step(
            "Turn off security software that inspects traffic, run the test again, and turn it back on.",
            Action.RUN_AGAIN,
        ),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "Check the transparent proxy, SYN proxy, or inspection gateway that accepts connections for every address and "
            "does not forward them."
        ),
        step("Check its load and its own internet connection, or exempt {server:host} from it."),
    )


class SomePorts(FindingTexts, of="middlebox-accepts-all.some-ports"):
    """Likewise on some ports, while others do not open: what accepts connections does not accept every one."""

    headline = text("Something near this computer accepts connections but forwards none of them.")
    # translators: {ports} is a list of numbers, such as "80 and 443"
    explanation = plural(
        "Connections to port {ports} of {server:host} open at once, but nothing ever comes back. A reference server behaves "
        "the same way. A device on the network path, or security software on this computer, accepts these connections itself "
        "and does not forward them. Other ports do not open.",
        "Connections to ports {ports} of {server:host} open at once, but nothing ever comes back. A reference server behaves "
        "the same way. A device on the network path, or security software on this computer, accepts these connections itself "
        "and does not forward them. Other ports do not open.",
    )
    acts = AnswersForAll.acts
    you = AnswersForAll.you
    administrator = (
        plural(
            "Check the transparent proxy, SYN proxy, or inspection gateway that accepts connections to port {ports} of every "
            "address and does not forward them, and what happens to other ports.",
            "Check the transparent proxy, SYN proxy, or inspection gateway that accepts connections to ports {ports} of every "
            "address and does not forward them, and what happens to other ports.",
        ),
        AnswersForAll.administrator[1],
    )


class InPlace(FindingTexts, of="middlebox-accepts-all.in-place"):
    """Connections to a port end at a hop that packets to another port pass."""

    headline = text("A device near this computer accepts connections in the server's place.")
    explanation = plural(
        "Connections to port {port} of {server:host} open {hops:count} hop away, and no media server answers on them. Packets "
        "to port {other:port} of the same server travel farther. So a firewall, a gateway, or security software on this "
        "computer accepts the connections to port {port} itself and does not let RTMP through. The server "
        "itself was not seen.",
        "Connections to port {port} of {server:host} open {hops:count} hops away, and no media server answers on them. "
        "Packets to port {other:port} of the same server travel farther. So a firewall or gateway in this network accepts the "
        "connections to port {port} itself and does not let RTMP through. The server itself was not seen.",
        by="hops",
    )
    acts = AnswersForAll.acts
    you = (AnswersForAll.you[1], Steps.SAVE_REPORT_FOR_ADMINISTRATOR)
    administrator = (
        step(
            "Check the firewall or gateway that accepts connections to port {port} itself. Let TCP port {port} to "
            "{server:host} pass without inspection."
        ),
    )
    decisive_test = text(
        "Run the test on another computer in this network. If it connects there, software on this computer is the cause."
    )


class Relay(FindingTexts, of="middlebox-accepts-all.relay"):
    """A device accepts every connection and carries others on; those to the media server it closes."""

    headline = text("A device on the network path accepts connections in the server's place.")
    # translators: {ports} is a list of numbers, such as "80 and 443"
    explanation = plural(
        "Connections to port {ports} of {server:host} open and are closed before RTMP begins, even when nothing is sent. A "
        "device on the network path opens them itself, as it does for other hosts. So an open connection does not show that "
        "the server was reached. Either the media server does not run or does not use this port, or the device is not "
        "allowed to connect to it.",
        "Connections to ports {ports} of {server:host} open and are closed before RTMP begins, even when nothing is sent. A "
        "device on the network path opens them itself, as it does for other hosts. So an open connection does not show that "
        "the server was reached. Either the media server does not run or does not use these ports, or the device is not "
        "allowed to connect to it.",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.SAVE_REPORT, Steps.SAVE_REPORT_FOR_ADMINISTRATOR)
    administrator = (
        plural(
            "In the log of the transparent proxy or gateway that accepts connections for every address, look up what became "
            "of those to {server:host}, port {ports}.",
            "In the log of the transparent proxy or gateway that accepts connections for every address, look up what became "
            "of those to {server:host}, ports {ports}.",
        ),
        step(
            "If the server refuses them, nothing needs to change here. Otherwise, let the device connect to it."
        ),
    )
    operator = (
        plural(
            "Check that the media server runs, listens on port {ports}, and lets this client in.",
            "Check that the media server runs, listens on ports {ports}, and lets this client in.",
        ),
    )


class Seen(Table, of="middlebox-accepts-all.seen"):
    TOO_NEAR = text("A connection that could not get beyond the first router was accepted.")
    UNUSED_PORT = text("Port {port}, which no service uses, accepts a connection on a reference server.")
    NOTHING_SENT = text("Port {port}: a connection on which nothing was sent is closed too.")
    PASSES_ON = plural(
        "Port {port} opens {hops:count} hop away; packets to port {other:port} of the same server reach {router:address}, "
        "{passed:count} hops away.",
        "Port {port} opens {hops:count} hops away; packets to port {other:port} of the same server reach {router:address}, "
        "{passed:count} hops away.",
        by="hops",
    )
    SILENT_TOO = text("A reference server's web port accepts a connection and stays silent as well.")


class Earned(Table, of="middlebox-accepts-all.earned"):
    """What the confidence rests on."""

    IMPOSSIBLE = text("A port that cannot be open accepts connections, and nothing answers on it.")
    FOR_OTHERS = text(
        "A port that cannot be open accepts connections, so something accepts them for other hosts."
    )
    FARTHER = text("The port opens nearer to this computer than where packets to another port still get.")
    ONE_HOP = text("The connection ends one hop away, and a reference server is silent as well.")


def judge(run: RunView) -> Answer:
    """Connects succeed where none can: one hop away, or at a port that nobody has; and nothing speaks behind them."""
    speaks_for_server = relay(run)
    if speaks_for_server is not None:
        return _relayed(speaks_for_server)
    direct = [a for a in run.own if a.endpoint.proxy is None]
    open_here = [a for a in direct if opened(a)]
    if (nearer := _in_place(run, open_here)) is not None:
        return nearer
    if not open_here or any(not _is_mute(a) for a in open_here) or run.is_loopback:
        return None
    web = run.performed(Experiment.CONTROL_HTTP)
    if any(a.status is Status.CONNECTED for a in web):
        return None  # what accepts connections here also lets data through
    port = open_here[0].endpoint.port
    questions = (
        *run.ask_control_http(),
        *ask_impossible(run),
        *run.ask_hops(port),
    )
    taken = impossible_open(run)
    near = run.hop_step(port)
    too_near = near if arrived(run.hops(port)) == 1 and _accepted(run, port) else None
    mute = next((a for a in web if _is_mute(a)), None)
    if taken is None and (too_near is None or mute is None):
        return ask_unless_answered(questions, None)
    return ask_unless_answered(questions, _found(run, open_here, taken, too_near, mute))


def _in_place(run: RunView, open_here: list[Attempt]) -> Answer:
    """The port opens at a hop of this network that packets to another port of the server pass.

    Farther away, a router in front of the server may pass one port on and answer another itself.
    """
    dumb = next(iter(open_here), None)
    if dumb is None or run.is_loopback or not run.path_matters or not all(map(_is_dumb, open_here)):
        return None
    port = dumb.endpoint.port
    silent = run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
    other = next((p for p in silent if p != port), None)
    if other is None:
        return None
    distance, passed = arrived(run.hops(port)), last_router(run.hops(other))
    if not run.hops(port) or not run.hops(other):
        asked = (*run.ask_hops(port), *run.ask_hops(other))
        return Ask(asked) if asked else None
    if distance is None or passed is None or passed.ttl <= distance:
        return None
    at_it = next((hop.responder for hop in run.hops(other) if hop.ttl == distance), None)
    if not run.on_local_side(at_it) or passed.responder is None or passed.responder in run.addresses:
        return None
    values: dict[str, object] = {"port": port, "other": other, "hops": distance}
    router = {"router": passed.responder, "passed": passed.ttl}
    return Found(
        InPlace,
        Confidence.LIKELY,
        Earned.FARTHER.of(),
        (
            *(attempt_line(a) for a in open_here if a.endpoint.port == port),
            evidence_line(Seen.PASSES_ON.of(**values, **router), run.hop_step(other)),
        ),
        values=values,
    )


def _is_dumb(attempt: Attempt) -> bool:
    """Whether the connection opened and was silent or ended, and not a byte ever came over it."""
    spoken = any(o.bytes_in for o in attempt.observations if o.step in AFTER_TCP)
    ended = attempt.failed_step
    kind = ended.failure.kind if ended is not None and ended.failure is not None else None
    return opened(attempt) and not spoken and (is_silent(attempt) or kind in ENDED)


def _relayed(seen: answered_for_all.Relay) -> Found:
    """A device accepts the connections and closes them, as it does not get through to the server."""
    return Found(
        Relay,
        Confidence.LIKELY,
        Earned.FOR_OTHERS.of(),
        (
            *(attempt_line(a) for a in seen.closed[:2]),
            evidence_line(Seen.NOTHING_SENT.of(port=seen.mute.port or 0), seen.mute),
            evidence_line(Seen.UNUSED_PORT.of(port=UNUSED_PORT), seen.impossible),
        ),
        values={"ports": tuple(dict.fromkeys(a.endpoint.port for a in seen.closed))},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _accepted(run: RunView, port: int) -> bool:
    return any(h.outcome == HopOutcome.OPEN and h.ttl == 1 for h in run.hops(port))


def _accepts_all(run: RunView) -> bool:
    """Whether no connection of the run was left unanswered or turned away, here or to the reference server."""
    third = (a for a in run.seen if a.purpose is Purpose.CONTROL and a.endpoint.host == run.options.control)
    connects = (*run.sent, *(o for a in third for o in a.observations if o.step is StepName.TCP))
    return all(o.ok for o in connects)


def _is_mute(attempt: Attempt) -> bool:
    """Whether the connection opened and not a byte ever came over it."""
    spoken = any(o.bytes_in for o in attempt.observations if o.step in AFTER_TCP)
    return opened(attempt) and is_silent(attempt) and not spoken


def _found(
    run: RunView,
    opened: list[Attempt],
    taken: Observation | None,
    too_near: Observation | None,
    mute: Attempt | None,
) -> Found:
    seen = [attempt_line(a) for a in opened[:2]]
    if too_near is not None:
        seen.append(evidence_line(Seen.TOO_NEAR.of(), too_near))
    if taken is not None:
        seen.append(evidence_line(Seen.UNUSED_PORT.of(port=UNUSED_PORT), taken))
    if mute is not None:
        seen.append(evidence_line(Seen.SILENT_TOO.of(), mute.failed_step))
    every = _accepts_all(run)
    return Found(
        AnswersForAll if every else SomePorts,
        Confidence.LIKELY,
        Earned.IMPOSSIBLE.of() if taken is not None else Earned.ONE_HOP.of(),
        tuple(seen[:5]),
        values={} if every else {"ports": tuple(dict.fromkeys(a.endpoint.port for a in opened))},
        rules_out=(*server_not_reached(run, answered_for=True), *every_port_fails(run)),
    )


RULE = Rule(
    Cause.MIDDLEBOX_ACCEPTS_ALL,
    judge,
    explains=(
        Cause.SERVER_HUNG,
        Cause.RTMP_BLOCKED,
        Cause.NON_HTTP_BLOCKED,
        Cause.TLS_BLOCKED,
        Cause.EGRESS_BLOCKED,
        Cause.NO_INTERNET,
        Cause.SERVER_SLOW,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.UDP_BLOCKED,
        Cause.DNS_NO_ANSWER,
        Cause.MTU_BLACK_HOLE,
        Cause.PORT_BLOCKED,
        Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.ONLY_HTTPS_ALLOWED,
        Cause.SERVER_FIREWALL,
    ),
)
