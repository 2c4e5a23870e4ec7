"""tls-not-enabled: the port that is meant for RTMPS speaks plain RTMP, so every secure connection to it fails."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED, rtmp_shown
from fmsdiag.diagnosis.evidence.routes import address_to_use
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut, no_certificate
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    ReplyProtocol,
    StepName,
    Transport,
)
from fmsdiag.model.messages import Route


class NotEnabled(FindingTexts, of="tls-not-enabled.not-enabled"):
    """The port is one for TLS and answers RTMP in clear."""

    headline = text("Encryption (TLS) is not enabled on the server's port {port}.")
    explanation = text(
        "This test asked for {route}, which needs TLS. Port {port} of {server:host} answers RTMP without encryption and does "
        "not support TLS, so no secure connection is possible. Without encryption, others on the network path can read the "
        "stream."
    )
    acts = (Actor.OPERATOR,)
    you = (
        Steps.SAVE_REPORT,
        step("Until then, use {url} in your player or encoder.", Action.USE_ADDRESS),
    )
    operator = (step("Enable TLS on port {port} of {server:host}."), Steps.SETTING)


class Seen(Table, of="tls-not-enabled.seen"):
    """Of this cause and of rtmp-expected."""

    IN_CLEAR = text("{route} without encryption: the server answers.")


class Earned(Table, of="tls-not-enabled.earned"):
    """Of this cause and of rtmp-expected."""

    IN_CLEAR = text("The port answers RTMP without encryption.")


TLS_PORTS = (443, 8443)
_NO_TLS = (*ENDED, FailureKind.TIMED_OUT, FailureKind.STALLED)


def judge(run: RunView) -> Answer:
    """TLS fails on a port that is one for TLS, and the same port answers RTMP in clear."""
    failed = without_tls(run)
    if failed is None or failed.endpoint.port not in TLS_PORTS:
        return None
    spoken = in_clear(run, failed)
    return Ask(run.ask_in_clear(failed)) if spoken is None else _found(run, failed, spoken)


def without_tls(run: RunView) -> Attempt | None:
    """The first of the plan's attempts, if it asked for TLS and what answers does not speak it; none if any connected."""
    first = next(iter(run.fallback), None)
    ended = first.failed_step if first is not None else None
    if first is None or ended is None or ended.failure is None or ended.step is not StepName.TLS:
        return None
    failure = ended.failure
    in_clear = not failure.looks_like or failure.replied_in(ReplyProtocol.RTMP, ReplyProtocol.HTTP)
    other = failure.kind is FailureKind.UNEXPECTED_REPLY and in_clear
    return first if (failure.kind in _NO_TLS or other) and not run.plan_succeeded else None


def in_clear(run: RunView, failed: Attempt) -> Observation | None:
    """The RTMP handshake that the port of `failed` answered without encryption, inside a tunnel or not."""
    asked = run.performed(Experiment.PLAIN_ON_TLS_PORT, failed.endpoint.port)
    return next((step for a in asked if (step := rtmp_shown(a)) is not None), None)


def plain(transport: Transport) -> Transport:
    """The same way without TLS."""
    return Transport.RTMPT if transport.is_tunnel else Transport.RTMP


def clear_line(failed: Attempt, spoken: Observation) -> EvidenceLine:
    """That the port of `failed` answers without encryption."""
    route = Route(plain(failed.endpoint.transport), failed.endpoint.port)
    return evidence_line(Seen.IN_CLEAR.of(route=route), spoken)


def _found(run: RunView, failed: Attempt, spoken: Observation) -> Found:
    endpoint = failed.endpoint
    return Found(
        NotEnabled,
        Confidence.CONFIRMED,
        Earned.IN_CLEAR.of(),
        (attempt_line(failed), clear_line(failed, spoken)),
        values={
            "port": endpoint.port,
            "route": route_of(endpoint),
            "url": address_to_use(run, plain(endpoint.transport), endpoint.port),
            "settings": settings(run, Topic.SECURE_PORT),
        },
        rules_out=(RuledOut.SERVER_DOWN.of(port=endpoint.port), *no_certificate(run)),
    )


RULE = Rule(
    Cause.TLS_NOT_ENABLED,
    judge,
    explains=(
        Cause.SERVER_HUNG,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.PORT_BLOCKED,
        Cause.WRONG_SERVICE_ON_PORT,
    ),
)
