"""proxy-protocol-expected: the server wants each connection to begin with a PROXY header, which only load balancers send."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED, failed_with
from fmsdiag.diagnosis.evidence.payload import exchange_step
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import was_answered
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    Experiment,
    Observation,
    StepName,
    Transport,
)


class Expected(FindingTexts, of="proxy-protocol-expected.expected"):
    """The server answers as soon as the header is there."""

    headline = text("The server expects each connection to begin with a PROXY header.")
    explanation = text(
        "Port {port} of {server:host} is set up for a load balancer in front that introduces each client with a PROXY header. "
        "Players connect without one, and the server closes their connections. With a PROXY header, it answers."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "If players connect to port {port} directly, switch the PROXY protocol off: remove proxy_protocol from “listen” in "
            "nginx, or accept-proxy from “bind” in HAProxy."
        ),
        step(
            "If a load balancer is in front, switch the PROXY protocol on there: send-proxy in HAProxy, proxy_protocol on in "
            "nginx, or the target group's setting at a cloud provider."
        ),
        step("Check that {server:host} leads to the load balancer, not to the server behind it."),
    )


class Seen(Table, of="proxy-protocol-expected.seen"):
    SILENT_STAYS = text("Port {port}: a connection on which nothing was sent stays open.")
    OTHERS_CUT = text("Port {port}: other bytes are cut off as well.")
    ANSWERED = text("{route}: behind a PROXY header, the server answers.")


class Earned(Table, of="proxy-protocol-expected.earned"):
    """What the confidence rests on."""

    ANSWERED = text("With a PROXY header in front, the same port answers.")


_FIRST = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.HTTP, StepName.EXCHANGE)
_KINDS = (
    Experiment.TLS_ON_PORT, Experiment.PLAIN_ON_TLS_PORT, Experiment.HTTP_ON_PORT, Experiment.OTHER_BYTES,
)  # fmt: skip
"""Other first bytes that rules send to a port."""


def judge(run: RunView) -> Answer:
    """Every kind of first bytes is cut at once, silence stays open, and behind a PROXY header comes an answer."""
    cut = next((a for a in run.fallback if _is_cut(a)), None)
    if cut is None or run.plan_succeeded or run.is_captive:
        return None
    port = cut.endpoint.port
    quiet, others = _quiet(run, port), _others(run, port)
    if not others or not all(_is_cut(a) for a in others) or (quiet is not None and not quiet.ok):
        return None
    questions = (
        *run.ask_server(Experiment.NO_BYTES, port, Transport.RTMP),
        *run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP),
        *run.ask_server(Experiment.PROXY_HEADER, port, cut.endpoint.transport),
    )
    return ask_unless_answered(questions, _conclusion(run, cut, quiet))


def _is_cut(attempt: Attempt) -> bool:
    """Whether its first bytes were ended without a single one in return."""
    ended = attempt.failed_step
    cut = any(failed_with(attempt, step, *ENDED) for step in _FIRST)
    unanswered = ended is not None and ended.failure is not None and not ended.failure.bytes_received
    transport = attempt.endpoint.transport
    direct = (
        attempt.endpoint.proxy is None and transport is not Transport.RTMFP and not transport.is_encrypted
    )
    return cut and unanswered and direct and _begins_here(attempt, ended)


def _begins_here(attempt: Attempt, ended: Observation | None) -> bool:
    """Whether the step that ended was the first to send anything: inside TLS or a tunnel, the header had been read."""
    sent = [o for o in attempt.as_player if o.step in _FIRST]
    return bool(sent) and sent[0] is ended


def _others(run: RunView, port: int) -> tuple[Attempt, ...]:
    """What else was sent to that port, whatever asked for it."""
    return tuple(a for kind in _KINDS for a in run.performed(kind, port))


def _quiet(run: RunView, port: int) -> Observation | None:
    """The connection on which nothing was sent; it stayed open if it is ok."""
    asked = run.performed(Experiment.NO_BYTES, port)
    return next((s for a in asked if (s := a.step(StepName.EXCHANGE)) is not None), None)


def _conclusion(run: RunView, cut: Attempt, quiet: Observation | None) -> Found | None:
    port = cut.endpoint.port
    other = exchange_step(run, port)
    answered = next(
        (o for a in run.performed(Experiment.PROXY_HEADER, port) if (o := _answer(a)) is not None), None
    )
    if answered is None or quiet is None or other is None:
        return None
    return Found(
        Expected,
        Confidence.CONFIRMED,
        Earned.ANSWERED.of(),
        (
            attempt_line(cut),
            evidence_line(Seen.OTHERS_CUT.of(port=port), other),
            evidence_line(Seen.SILENT_STAYS.of(port=port), quiet),
            evidence_line(Seen.ANSWERED.of(route=route_of(cut.endpoint)), answered),
        ),
        values={"port": port},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(port,)), RuledOut.APPLICATION.of()),
    )


def _answer(attempt: Attempt) -> Observation | None:
    """Where the server answered in RTMP or TLS, if only with a certificate that is not accepted; or as a web server."""
    for seen in attempt.observations:
        if seen.step in _FIRST and (seen.ok or (seen.step is StepName.TLS and was_answered(seen))):
            return seen
    return None


RULE = Rule(
    Cause.PROXY_PROTOCOL_EXPECTED,
    judge,
    explains=(
        Cause.SERVER_CLOSES_CONNECTION, Cause.RTMP_BLOCKED, Cause.NON_HTTP_BLOCKED, Cause.TLS_BLOCKED,
        Cause.RTMPE_BLOCKED, Cause.RTMPE_NOT_OFFERED, Cause.WRONG_SERVICE_ON_PORT, Cause.TUNNEL_NOT_OFFERED, Cause.SERVER_HUNG,
        Cause.PACKET_LOSS,
    ),
)  # fmt: skip
