"""rtmps-expected: the port speaks RTMP inside TLS, and the address asks for it without."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED, rtmp_shown
from fmsdiag.diagnosis.evidence.routes import address_to_use
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import web_answer, web_facts
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, outcome_of_step, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Purpose,
    ReplyProtocol,
    StepName,
    Transport,
)


class WrongScheme(FindingTexts, of="rtmps-expected.wrong-scheme"):
    """Inside TLS, RTMP is answered."""

    headline = text("Port {port} requires encryption: the address must start with {scheme:name}.")
    explanation = text(
        "This test asked for {route}, without encryption. Port {port} of {server:host} accepts RTMP only inside TLS, so "
        "protocol and port do not match."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (step("Use {url} instead.", Action.USE_ADDRESS),)
    operator = (step("For port {port}, give customers an address that starts with {scheme:name}."),)


class WrongSchemeAndCertificate(FindingTexts, of="rtmps-expected.wrong-scheme-and-certificate"):
    """Likewise, behind a certificate that is not accepted here."""

    headline = WrongScheme.headline
    explanation = text(
        "This test asked for {route}, without encryption. Port {port} of {server:host} accepts RTMP only inside TLS, so "
        "protocol and port do not match. There is a second problem: this computer does not accept the certificate "
        "on that port."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (
        Steps.SAVE_REPORT,
        step("Once the certificate is fixed, use an address that starts with {scheme:name}."),
        Steps.USE_BEST_ROUTE,
    )
    operator = (
        step("Install a certificate on port {port} that players and encoders accept."),
        step("Then give customers an address that starts with {scheme:name}."),
    )


class Suspected(FindingTexts, of="rtmps-expected.suspected"):
    """TLS is answered, and what is inside stays unknown."""

    headline = text("Port {port} uses TLS; the address may need to start with {scheme:name}.")
    explanation = text(
        "Port {port} of {server:host} closes connections that use RTMP without encryption, but it answers TLS. Inside "
        "TLS, RTMP got no answer, so it is not clear whether a media server uses this port."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        Steps.CHECK_ADDRESS,
        step("Try {url}.", Action.USE_ADDRESS),
    )
    operator = (step("Tell customers what port {port} is for and how their address should start."),)
    decisive_test = text("Ask the people who run the server what port {port} is for.")


class Seen(Table, of="rtmps-expected.seen"):
    INSIDE = text("{route}: inside TLS, the server answers RTMP.")
    CERTIFICATE = text("The certificate there is not accepted: {outcome}.")
    TLS = text("Port {port} answers TLS.")


class Earned(Table, of="rtmps-expected.earned"):
    """What the confidence rests on."""

    INSIDE = text("Inside TLS, the port answers RTMP; without TLS, it does not.")
    TLS_ALONE = text("TLS is answered, but RTMP inside it is not.")


def judge(run: RunView) -> Answer:
    """The plan's first attempt, in clear, is cut off in a way in which TLS servers do it, and inside TLS RTMP answers.

    TLS servers (nginx, HAProxy, stunnel, Node.js) end it with FIN, RST, an alert or an HTTP 400 that says so, never by silence.
    """
    cut = next(iter(run.fallback), None)
    if cut is None or run.plan_succeeded or run.is_captive or not _as_tls_would(cut):
        return None
    if any(_serves_in_clear(a) for a in run.seen if a.endpoint.port == cut.endpoint.port):
        return None
    secure = [a for a in run.seen if _is_tls_at(a, cut.endpoint.port)]
    for attempt in secure:
        spoken = rtmp_shown(attempt)
        if spoken is not None:
            return _found(run, cut, attempt, spoken)
    opened = next((a for a in secure if tls_answer(a) is not None and web_answer(a) is None), None)
    if opened is not None:
        return _suspicion(run, cut, opened)
    return Ask(run.ask_inside_tls(cut))


def tls_answer(attempt: Attempt) -> Observation | None:
    """The TLS handshake that was completed, whether its certificate was accepted or not."""
    return next((o for o in attempt.observations if o.step is StepName.TLS and o.ok), None)


def _as_tls_would(attempt: Attempt) -> bool:
    """No byte but an alert, or an HTTP error that names HTTPS, or comes from where web servers offer nothing else."""
    ended = attempt.failed_step
    if attempt.endpoint.transport.uses_tls or ended is None or ended.failure is None:
        return False
    if ended.step not in (StepName.HANDSHAKE, StepName.TUNNEL):
        return False
    failure = ended.failure
    if failure.kind in ENDED:
        return not failure.bytes_received
    if failure.kind is not FailureKind.UNEXPECTED_REPLY:
        return False
    facts = web_facts(ended)
    if facts is not None:
        return facts.status == 400 and ("HTTPS port" in facts.body_start or attempt.endpoint.port == 443)
    return failure.replied_in(ReplyProtocol.TLS)


def _serves_in_clear(attempt: Attempt) -> bool:
    """Whether an attempt without TLS got what it asked for, or another web page than that error."""
    if attempt.endpoint.transport.uses_tls or attempt.purpose is Purpose.CONTROL:
        return False
    worked = (StepName.HANDSHAKE, StepName.TUNNEL, StepName.HTTP)
    return any(
        o.ok and o.step in worked and ((facts := web_facts(o)) is None or facts.status != 400)
        for o in attempt.observations
    )


def _is_tls_at(attempt: Attempt, port: int) -> bool:
    own = attempt.experiment in (None, Experiment.TLS_ON_PORT) and attempt.purpose is not Purpose.CONTROL
    return own and attempt.endpoint.port == port and attempt.endpoint.transport.uses_tls


def _secured(transport: Transport) -> Transport:
    return Transport.RTMPTS if transport.is_tunnel else Transport.RTMPS


def _found(run: RunView, cut: Attempt, secure: Attempt, spoken: Observation) -> Found:
    port, transport = cut.endpoint.port, _secured(cut.endpoint.transport)
    values: dict[str, object] = {"port": port, "route": route_of(cut.endpoint), "scheme": transport.value}
    inside = Seen.INSIDE.of(route=route_of(secure.endpoint))
    seen = [attempt_line(cut), evidence_line(inside, spoken)]
    refused = secure.step(StepName.TLS) if secure.behind_certificate else None
    if refused is not None:
        seen.append(evidence_line(Seen.CERTIFICATE.of(outcome=outcome_of_step(refused)), refused))
    else:
        values["url"] = address_to_use(run, transport, port)
    return Found(
        WrongScheme if refused is None else WrongSchemeAndCertificate,
        Confidence.CONFIRMED,
        Earned.INSIDE.of(),
        tuple(seen),
        values=values,
        rules_out=(RuledOut.SERVER_DOWN.of(port=port),),
    )


def _suspicion(run: RunView, cut: Attempt, secure: Attempt) -> Found:
    """TLS is answered, and what is inside stays unknown."""
    port, transport = cut.endpoint.port, _secured(cut.endpoint.transport)
    return Found(
        Suspected,
        Confidence.POSSIBLE,
        Earned.TLS_ALONE.of(),
        (attempt_line(cut), evidence_line(Seen.TLS.of(port=port), tls_answer(secure))),
        values={"port": port, "scheme": transport.value, "url": address_to_use(run, transport, port)},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(port,)),),
    )


RULE = Rule(
    Cause.RTMPS_EXPECTED,
    judge,
    explains=(
        Cause.SERVER_HUNG,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.PORT_BLOCKED,
        Cause.NON_HTTP_BLOCKED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.TUNNEL_NOT_OFFERED,
    ),
)
