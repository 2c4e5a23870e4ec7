"""rtmp-expected: the address says rtmps, and its port is one for plain RTMP."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.routes import address_to_use, best_route
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut, no_certificate
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule
from fmsdiag.diagnosis.rules.tls.tls_not_enabled import (
    TLS_PORTS,
    Earned,
    clear_line,
    in_clear,
    plain,
    without_tls,
)
from fmsdiag.messages.text import step, text
from fmsdiag.model import Action, Actor, Attempt, Cause, Confidence, Observation


class WrongScheme(FindingTexts, of="rtmp-expected.wrong-scheme"):
    """The port answers RTMP without TLS."""

    headline = text("Port {port} is not encrypted, so {scheme:name} cannot connect to it.")
    explanation = text(
        "This test asked for {route}, which needs encryption (TLS). Port {port} of {server:host} answers RTMP without "
        "encryption and does not support TLS, so protocol and port do not match. Without encryption, others on the network "
        "path can read the stream."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step("Use {url} instead.", Action.USE_ADDRESS),
        step(
            "If the stream must be encrypted, ask the people who run the server for their RTMPS port, usually 443."
        ),
    )
    operator = (step("Give customers an address without TLS for port {port}, or the port that uses TLS."),)


class OtherPortIsSecure(FindingTexts, of="rtmp-expected.other-port-is-secure"):
    """Likewise, and RTMPS connects on another port: that is the address to use."""

    headline = WrongScheme.headline
    explanation = WrongScheme.explanation
    acts = WrongScheme.acts
    you = (step("Use {url} instead.", Action.USE_ADDRESS),)
    operator = WrongScheme.operator


def judge(run: RunView) -> Answer:
    """TLS fails on a port that is not one for TLS, and that port answers RTMP in clear.

    On 443 the same is the operator's omission: tls-not-enabled.
    """
    failed = without_tls(run)
    if failed is None or failed.endpoint.port in TLS_PORTS:
        return None
    spoken = in_clear(run, failed)
    return Ask(run.ask_in_clear(failed)) if spoken is None else _found(run, failed, spoken)


def _found(run: RunView, failed: Attempt, spoken: Observation) -> Found:
    endpoint = failed.endpoint
    best = best_route(run)
    secured = best is not None and best.proxy is None and best.endpoint.transport.uses_tls
    return Found(
        OtherPortIsSecure if secured else WrongScheme,
        Confidence.CONFIRMED,
        Earned.IN_CLEAR.of(),
        (attempt_line(failed), clear_line(failed, spoken)),
        values={
            "port": endpoint.port,
            "route": route_of(endpoint),
            "scheme": endpoint.transport.value,
            "url": best.url
            if best is not None and secured
            else address_to_use(run, plain(endpoint.transport), endpoint.port),
        },
        rules_out=(RuledOut.SERVER_DOWN.of(port=endpoint.port), *no_certificate(run)),
    )


RULE = Rule(
    Cause.RTMP_EXPECTED,
    judge,
    explains=(
        Cause.SERVER_HUNG,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.PORT_BLOCKED,
        Cause.WRONG_SERVICE_ON_PORT,
    ),
)
