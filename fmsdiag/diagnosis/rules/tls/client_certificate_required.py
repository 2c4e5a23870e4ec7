"""client-certificate-required: the server asks for a certificate of the client, and ends the connection without one."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    ASKS_FOR_CERTIFICATE,
    Ended,
    asked_for_certificate,
    ends_of_tls,
    tls_was_wanted,
)
from fmsdiag.diagnosis.lines.attempts import ended_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    StepName,
    TunnelFacts,
)


class Required(FindingTexts, of="client-certificate-required.required"):
    """The server says so, or ends TLS itself when none comes."""

    headline = text("The server accepts only clients with a certificate of their own.")
    explanation = text(
        "On port {port}, {server:host} asks each client for a certificate, and ends the secure connection (TLS) of a client "
        "that has none. Most players and encoders cannot present one."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (
        step(
            "Ask the people who run the server for a client certificate, or for an address that needs none."
        ),
        step("If you have one, enter it in your player or encoder. This test does not use it."),
        Steps.USE_BEST_ROUTE,
    )
    operator = (
        step(
            "If players are to connect without a certificate, switch the demand off on port {port}, such as ssl_verify_client "
            "in nginx, verify in HAProxy or verifyPeer in stunnel."
        ),
        step("Otherwise give each customer a certificate, and a player or encoder that can use it."),
    )


class Answered(FindingTexts, of="client-certificate-required.answered"):
    """TLS is completed, and the web server inside it says that the certificate is missing."""

    headline = Required.headline
    explanation = text(
        "On port {port}, {server:host} asks each client for a certificate. A client that has none gets the secure connection, "
        "but the web server behind it answers RTMPTS with an error. Most players and encoders cannot present one."
    )
    acts = Required.acts
    you = Required.you
    operator = Required.operator


class Suspected(FindingTexts, of="client-certificate-required.suspected"):
    """The server asks for one, and then closes without a word."""

    headline = text("The server asks for a client certificate, then closes the connection.")
    explanation = text(
        "On port {port}, {server:host} asks each client for a certificate. This test has none, and the server closes the "
        "secure connection (TLS) without giving a reason. If the certificate is optional there, the media server behind it "
        "may be down instead."
    )
    acts = Required.acts
    you = Required.you
    operator = (
        *Required.operator[:1],
        step("If it is optional, check that the media server behind port {port} is running."),
    )
    decisive_test = text("The server's log says whether it missed the client's certificate.")


class Seen(Table, of="client-certificate-required.seen"):
    ASKED = text("{route}: the server asked for a certificate of the client.")
    # translators: {alert} is the server's word for it in the TLS protocol, such as certificate required
    ALERT = text("{route}: the server ended TLS with the alert {alert:quote}.")
    PAGE = text("{route}: a web server answered that the client's certificate is missing.")


class Earned(Table, of="client-certificate-required.earned"):
    """What the confidence rests on."""

    ALERT = text("The server's own alert says so.")
    ASKED = text("The server asked for a certificate, and ended TLS when none came.")
    PAGE = text("The web server's own answer says so.")
    CLOSED = text("The server asked for a certificate, and closed the connection when none came.")


_INSIDE = (StepName.TUNNEL, StepName.HANDSHAKE)
_NO_CERTIFICATE = ("ssl certificate", "client certificate", "tls certificate")
"""How web servers call what they miss: "No required SSL certificate was sent" (nginx), and alike."""


def judge(run: RunView) -> Answer:
    """The server asks for a certificate of the client, and what comes next is its alert, or the end."""
    if run.plan_succeeded:
        return None
    for ended in ends_of_tls(run):
        if (found := _conclusion(run, ended)) is not None:
            return found
    return None


def _conclusion(run: RunView, ended: Ended) -> Found | None:
    failure, asked = ended.step.failure, asked_for_certificate(ended.attempt)
    if failure is None:
        return None
    if failure.kind is FailureKind.TLS_ALERT and (asked or failure.detail == ASKS_FOR_CERTIFICATE):
        line = Seen.ALERT.of(route=route_of(ended.attempt.endpoint), alert=failure.detail)
        return _found(run, ended, Earned.ALERT, evidence_line(line, ended.step))
    if not asked:
        return None
    if _misses_certificate(ended):
        line = Seen.PAGE.of(route=route_of(ended.attempt.endpoint))
        return _found(run, ended, Earned.PAGE, evidence_line(line, ended.step))
    if failure.kind not in ENDED:
        return None
    if ended.step.step is StepName.TLS:
        return _found(run, ended, Earned.ASKED, ended_line(ended.attempt, ended.step))
    if ended.step.step in _INSIDE and not failure.bytes_received:
        return _found(run, ended, Earned.CLOSED, ended_line(ended.attempt, ended.step))
    return None


def _misses_certificate(ended: Ended) -> bool:
    """Whether a web server in the tunnel's place says that it misses the certificate."""
    facts = ended.step.facts
    page = facts.body_start.lower() if isinstance(facts, TunnelFacts) else ""
    return any(words in page for words in _NO_CERTIFICATE)


def _found(run: RunView, ended: Ended, earned: Text, line: EvidenceLine) -> Found:
    sure = earned is not Earned.CLOSED
    endpoint = ended.attempt.endpoint
    seen = [line]
    if (asked := asked_for_certificate(ended.attempt)) is not None:
        seen.insert(0, evidence_line(Seen.ASKED.of(route=route_of(endpoint)), asked))
    case = Answered if earned is Earned.PAGE else Required
    return Found(
        case if sure else Suspected,
        Confidence.CONFIRMED if sure else Confidence.LIKELY,
        earned.of(),
        tuple(seen),
        values={"port": endpoint.port},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(endpoint.port,)),),
        yields=not tls_was_wanted(run),
    )


RULE = Rule(
    Cause.CLIENT_CERTIFICATE_REQUIRED,
    judge,
    explains=(
        Cause.TLS_REFUSED_BY_SERVER,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.TUNNEL_NOT_OFFERED,
        Cause.WRONG_SERVICE_ON_PORT,
    ),
)
