"""tls-intercepted: a box on our side opens TLS and shows certificates of its own making."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, arrived, last_router, nearer_to_us
from fmsdiag.diagnosis.evidence.tls import (
    ask_control_tls,
    attempts_with_tls,
    called,
    certificate_of,
    control_tls,
    issuer_inspects,
    issuer_is_public,
)
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import hops_away, method
from fmsdiag.model import (
    Actor,
    Attempt,
    Certificate,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Question,
    StepName,
    Transport,
)

CAUSE = "tls-intercepted"
_FOREIGN = (
    FailureKind.CERTIFICATE_UNTRUSTED,
    FailureKind.CERTIFICATE_SELF_SIGNED,
    FailureKind.CERTIFICATE_OTHER,
)
_CUT = (FailureKind.CLOSED, FailureKind.RESET, FailureKind.TIMED_OUT, FailureKind.UNEXPECTED_REPLY)


def judge(run: RunView) -> Answer:
    """The issuer of the server's certificate signs the control host, too; or names itself as what inspects; or TLS ends
    nearer than the server.

    An authority that is trusted here is suspected only where what is inside TLS does not pass. Most servers have a website
    on 443, and big authorities sign for everybody: the path decides.
    """
    found = next((pair for a in attempts_with_tls(run) if (pair := _suspicious(a)) is not None), None)
    if found is None or run.is_loopback:
        return None
    attempt, step, certificate = found
    if step.ok and issuer_is_public(certificate):
        return None
    if step.ok and run.plan_connected and not issuer_inspects(certificate):
        return None  # something else than RTMPS stands on this port of a server that is well
    paths = _paths(run, attempt)
    reason = _reason(run, attempt, certificate, paths)
    match = _match(run, attempt, step, certificate, *reason) if reason is not None else None
    return ask_unless_answered(_questions(run, attempt), match)


def _suspicious(attempt: Attempt) -> tuple[Attempt, Observation, Certificate] | None:
    """An attempt over TLS whose certificate nobody here knows, or inside of which something is cut off."""
    step = attempt.step(StepName.TLS)
    certificate = certificate_of(step)
    if step is None or certificate is None or attempt.endpoint.proxy is not None:
        return None
    ended = attempt.failed_step
    if step.failure is not None:
        return (attempt, step, certificate) if step.failure.kind in _FOREIGN else None
    behind_certificate = ended is not None and ended.failure is not None and ended.failure.kind in _CUT
    return (attempt, step, certificate) if behind_certificate or issuer_inspects(certificate) else None


def _questions(run: RunView, attempt: Attempt) -> tuple[Question, ...]:
    questions = ask_control_tls(run)
    if _is_trusted(attempt):
        return (*questions, *run.ask_hops(attempt.endpoint.port), *run.ask_hops(_measure(run, attempt)))
    if run.options.control_http is None or (control_tls(run) is None and _control_unreached(run)):
        other = _other_port(run, attempt)
        if other is not None:
            questions += (*run.ask_hops(attempt.endpoint.port), *run.ask_hops(other))
    return questions


def _is_trusted(attempt: Attempt) -> bool:
    """Whether the certificate is accepted here: some service's own, which is not for players, or a box's that opens TLS."""
    step = attempt.step(StepName.TLS)
    return step is not None and step.ok


def _measure(run: RunView, attempt: Attempt) -> int:
    """A port to measure the server's distance by, open or not: its refusal says as much."""
    return _other_port(run, attempt) or Transport.RTMP.default_port


def _is_the_servers_own(run: RunView, attempt: Attempt) -> bool:
    """Whether the path to what speaks TLS is as long as that to another port of the server."""
    here = arrived(run.hops(attempt.endpoint.port))
    there = arrived(run.hops(_measure(run, attempt)))
    return here is not None and there is not None and here >= there


def _control_unreached(run: RunView) -> bool:
    """Whether the control host was asked and its port for TLS is shut."""
    return any(a.step(StepName.TLS) is None for a in run.performed(Experiment.CONTROL_TLS))


def _other_port(run: RunView, attempt: Attempt) -> int | None:
    """Another open port to measure the server's distance by: best one where it spoke RTMP."""
    spoke = (
        a.endpoint.port
        for a in run.spoke_rtmp
        if a.endpoint.proxy is None and not a.endpoint.transport.is_tunnel
    )
    return next((p for p in (*spoke, *run.open_ports) if p not in (attempt.endpoint.port, 80)), None)


def _paths(run: RunView, attempt: Attempt) -> tuple[int, int] | None:
    """How far TLS's port and another are, if TLS's ends nearer, and on our side."""
    hops = run.hops(attempt.endpoint.port)
    here, there = arrived(hops), arrived(run.hops(_measure(run, attempt)))
    if here is None or there is None or here >= there:
        return None
    return (here, there) if nearer_to_us(last_router(hops), there, run.on_local_side) else None


def _reason(
    run: RunView, attempt: Attempt, certificate: Certificate, paths: tuple[int, int] | None
) -> tuple[Confidence, str, tuple[EvidenceLine, ...]] | None:
    """How it is known: confidence, a sentence, and lines of evidence."""
    control = control_tls(run)
    theirs = certificate_of(control)
    if (
        theirs is not None
        and not (_is_trusted(attempt) and _is_the_servers_own(run, attempt))
        and theirs.issuer == certificate.issuer
        and not theirs.self_signed
        and not issuer_is_public(theirs)
    ):
        shown = (
            line(
                f"Another server's certificate comes from the same issuer: {called(theirs.issuer)}.", control
            ),
        )
        return (
            Confidence.LIKELY,
            "The same unknown issuer signs for a server that has nothing to do with this one.",
            shown,
        )
    if paths is not None:
        where = f"TLS ends {hops_away(paths[0])}, another port of the server {hops_away(paths[1])}."
        return (
            Confidence.LIKELY,
            "TLS ends nearer than the server.",
            (line(where, run.hop_step(attempt.endpoint.port)),),
        )
    if not issuer_inspects(certificate):
        return None
    if control is not None and control.ok:
        shown = (line("Another server's certificate is accepted: only some traffic is opened.", control),)
        return Confidence.LIKELY, "The issuer's own name says that it inspects.", shown
    return Confidence.LIKELY, "The issuer's own name says that it inspects.", ()


def _match(
    run: RunView,
    attempt: Attempt,
    step: Observation,
    certificate: Certificate,
    confidence: Confidence,
    reason: str,
    shown: tuple[EvidenceLine, ...],
) -> Match:
    issuer, port = called(certificate.issuer) or "an unknown issuer", attempt.endpoint.port
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    refused = step.failure is not None
    ended = attempt.failed_step
    seen = [
        line(
            f"{method(attempt.endpoint)}: the certificate was issued by {issuer}, which this computer does not know.",
            step,
        )
        if refused
        else line(
            f"{method(attempt.endpoint)}: the certificate was issued by {issuer}, which this computer trusts.",
            step,
        ),
        *shown,
    ]
    if not refused and ended is not None:
        seen.append(line("What is said inside the encryption does not get through.", ended))
    if working is not None:
        seen.append(
            line(f"{method(working.endpoint)}, without encryption, connects.", working.observations[-1])
        )
    return Match(
        confidence,
        "Something in your network opens and inspects secure connections.",
        f"What answers on port {port} in the name of {run.target.host} is not that server: a firewall or a security "
        f"program in between ends the encrypted connection, shows a certificate of its own ({issuer}), and looks inside. "
        + (
            "Programs that do not know its authority refuse that."
            if refused
            else "It passes on web pages, and not what a media player says."
        ),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give this report to whoever looks after this network. If this computer's own antivirus checks encrypted "
            f"connections, except {run.target.host} there."
            + (f" Meanwhile {method(working.endpoint)} works." if working is not None else ""),
            administrator=f"Exempt {run.target.host}, TCP port {port}, from TLS inspection: RTMPS is not HTTP, and "
            "players keep their own lists of authorities. Installing the inspection's authority on this computer helps only "
            "programs that use the system's list.",
        ),
        reason,
        tuple(seen[:5]),
        rules_out=("the server's certificate", "the server being down"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "certificate-untrusted", "certificate-self-signed", "certificate-chain-incomplete", "certificate-wrong-host",
        "certificate-expired", "non-http-blocked", "wrong-service-on-port", "tls-blocked", "rtmp-blocked",
        "server-closes-connection", "server-hung",
    ),
)  # fmt: skip
