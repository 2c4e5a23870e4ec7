"""tls-intercepted: a box on our side opens TLS and shows certificates of its own making."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import ENDED
from fmsdiag.diagnosis.evidence.paths import last_router, nearer_to_us
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    ask_control_tls,
    attempts_with_tls,
    certificate_of,
    control_tls,
    issuer_inspects,
    issuer_is_public,
)
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, outcome_of_step, route_of
from fmsdiag.diagnosis.lines.certificates import issuer_of
from fmsdiag.diagnosis.lines.grounds import port_opens
from fmsdiag.diagnosis.requests import RequestLines, request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Table, Text, plural, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Certificate,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Question,
    Request,
    RequestKind,
    StepName,
    Transport,
)
from fmsdiag.private_addresses import is_address

_EXEMPT_IN_ANTIVIRUS = step(
    "If antivirus software on this computer scans encrypted connections, exempt {server:host} in its settings."
)


class Refused(FindingTexts, of="tls-intercepted.refused"):
    """The certificate of what inspects is not trusted here."""

    headline = text("A firewall or security program on your side inspects secure connections.")
    explanation = text(
        "The certificate on port {port} is not {server:host}'s own. A firewall or security program in between decrypts "
        "the connection and presents its own certificate. Players and encoders that do not trust that certificate reject "
        "the connection."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, _EXEMPT_IN_ANTIVIRUS, Steps.USE_BEST_ROUTE)
    administrator = (
        step(
            "Exempt {server:host}, TCP port {port}, from TLS inspection. RTMPS is not HTTP, and many players keep their own "
            "list of trusted certificate authorities."
        ),
    )


class RefusedBeside(FindingTexts, of="tls-intercepted.refused-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. Secure streaming (RTMPS) is inspected in your network.")
    says_it_works = True
    explanation = Refused.explanation
    acts = Refused.acts
    you = (_EXEMPT_IN_ANTIVIRUS,)
    administrator = Refused.administrator


class CutInside(FindingTexts, of="tls-intercepted.cut-inside"):
    """The certificate of what inspects is trusted here, and what is inside does not pass."""

    headline = Refused.headline
    explanation = text(
        "The certificate on port {port} is not {server:host}'s own. A firewall or security program in between decrypts "
        "the connection and presents its own certificate, which this computer trusts. RTMP does not get through it."
    )
    acts = Refused.acts
    you = Refused.you
    administrator = (step("Exempt {server:host}, TCP port {port}, from TLS inspection. RTMPS is not HTTP."),)


class CutInsideBeside(FindingTexts, of="tls-intercepted.cut-inside-beside"):
    """Likewise, while the plan connects."""

    headline = RefusedBeside.headline
    says_it_works = True
    explanation = CutInside.explanation
    acts = Refused.acts
    you = RefusedBeside.you
    administrator = CutInside.administrator


class Seen(Table, of="tls-intercepted.seen"):
    NOT_TRUSTED = text(
        "{route}: the certificate was issued by {issuer:list}, which this computer does not trust."
    )
    TRUSTED = text("{route}: the certificate was issued by {issuer:list}, which this computer trusts.")
    SAME_ISSUER = text("The certificate of a reference server was issued by {issuer:list} as well.")
    REFERENCE_ACCEPTED = text(
        "The certificate of a reference server is accepted, so only some connections are inspected."
    )
    ENDS_NEARER = plural(
        "TLS ends {here:count} hop away; another port of the server is {there:count} hops away.",
        "TLS ends {here:count} hops away; another port of the server is {there:count} hops away.",
        by="here",
    )
    INSIDE = text("Inside the encrypted connection: {outcome}.")


class Earned(Table, of="tls-intercepted.earned"):
    """What the confidence rests on."""

    SAME_ISSUER = text(
        "The same issuer, which is not a public certificate authority, also signs for a reference server."
    )
    NEARER = text("TLS ends closer to this computer than the server is.")
    NAMED = text("The issuer's own name says that it inspects connections.")


_FOREIGN = (
    FailureKind.CERTIFICATE_UNTRUSTED,
    FailureKind.CERTIFICATE_SELF_SIGNED,
    FailureKind.CERTIFICATE_OTHER,
)
_NOT_CARRIED = (*ENDED, FailureKind.TIMED_OUT, FailureKind.UNEXPECTED_REPLY)
"""How an attempt ends whose TLS something else took on than a media server."""


def judge(run: RunView) -> Answer:
    """The issuer of the server's certificate signs the control host, too; or names itself as what inspects; or TLS ends
    nearer than the server.

    An authority that is trusted here is suspected only where what is inside TLS does not pass. Most servers have a website
    on 443, big authorities sign for everybody, and an organization's own for all of its servers: the path decides.
    """
    suspicious = next((seen for a in attempts_with_tls(run) if (seen := _suspicious(a)) is not None), None)
    if suspicious is None or run.is_loopback:
        return None
    attempt, step, certificate = suspicious
    if step.ok and issuer_is_public(certificate):
        return None
    if step.ok and run.plan_connected and not issuer_inspects(certificate):
        return None  # something else than RTMPS stands on this port of a server that is well
    paths = _paths(run, attempt) if attempt.endpoint.proxy is None else None
    reason = _reason(run, attempt, certificate, paths)
    found = _found(run, attempt, certificate, *reason) if reason is not None else None
    return ask_unless_answered(_questions(run, attempt), found)


def _suspicious(attempt: Attempt) -> tuple[Attempt, Observation, Certificate] | None:
    """An attempt over TLS whose certificate is not trusted here, or inside of which something is cut off."""
    step = attempt.step(StepName.TLS)
    certificate = certificate_of(step)
    if step is None or certificate is None:
        return None
    if attempt.endpoint.proxy is not None and not issuer_inspects(certificate):
        return None  # how far what shows it stands is unknown, and so is what it shows for others
    ended = attempt.failed_step
    if step.failure is not None:
        return (attempt, step, certificate) if step.failure.kind in _FOREIGN else None
    behind_certificate = (
        ended is not None and ended.failure is not None and ended.failure.kind in _NOT_CARRIED
    )
    return (attempt, step, certificate) if behind_certificate or issuer_inspects(certificate) else None


def _questions(run: RunView, attempt: Attempt) -> tuple[Question, ...]:
    questions = ask_control_tls(run)
    if attempt.endpoint.proxy is not None:
        return questions
    if _may_be_the_servers_own(run, attempt):
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


def _may_be_the_servers_own(run: RunView, attempt: Attempt) -> bool:
    """Whether one authority can sign for server and reference without any box: one that is trusted here, or that of the
    organization that runs both, whose hosts share a domain or are known by their addresses.
    """
    return _is_trusted(attempt) or (
        control_tls(run) is not None
        and _shares_domain(run.target.host.lower(), (run.options.control_http or "").lower())
    )


def _shares_domain(host: str, other: str) -> bool:
    if is_address(host) or is_address(other):
        return True
    return host.split(".")[-2:] == other.split(".")[-2:]


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
) -> tuple[Text, tuple[EvidenceLine, ...]] | None:
    """How it is known, and what shows it."""
    control = control_tls(run)
    theirs = certificate_of(control)
    if (
        theirs is not None
        and not (_may_be_the_servers_own(run, attempt) and _is_the_servers_own(run, attempt))
        and theirs.issuer == certificate.issuer
        and not theirs.self_signed
        and not issuer_is_public(theirs)
    ):
        same = Seen.SAME_ISSUER.of(issuer=issuer_of(theirs))
        return Earned.SAME_ISSUER, (evidence_line(same, control),)
    if paths is not None:
        ends = Seen.ENDS_NEARER.of(here=paths[0], there=paths[1])
        return Earned.NEARER, (evidence_line(ends, run.hop_step(attempt.endpoint.port)),)
    if not issuer_inspects(certificate):
        return None
    if control is not None and control.ok:
        return Earned.NAMED, (evidence_line(Seen.REFERENCE_ACCEPTED.of(), control),)
    return Earned.NAMED, ()


def _found(
    run: RunView,
    attempt: Attempt,
    certificate: Certificate,
    earned: Text,
    shown: tuple[EvidenceLine, ...],
) -> Found:
    return Found(
        _case(run, attempt),
        Confidence.LIKELY,
        earned.of(),
        _seen(run, attempt, certificate, shown),
        values={"port": attempt.endpoint.port},
        rules_out=port_opens(run, attempt.endpoint.port),
        request=None if run.plan_connected else _exemption(run, attempt, certificate),
    )


def _case(run: RunView, attempt: Attempt) -> type[FindingTexts]:
    if _is_trusted(attempt):
        return CutInsideBeside if run.plan_connected else CutInside
    return RefusedBeside if run.plan_connected else Refused


def _seen(
    run: RunView, attempt: Attempt, certificate: Certificate, shown: tuple[EvidenceLine, ...]
) -> tuple[EvidenceLine, ...]:
    trusted, ended = _is_trusted(attempt), attempt.failed_step
    issued = Seen.TRUSTED if trusted else Seen.NOT_TRUSTED
    said = issued.of(route=route_of(attempt.endpoint), issuer=issuer_of(certificate))
    seen = [evidence_line(said, attempt.step(StepName.TLS)), *shown]
    if trusted and ended is not None:
        seen.append(evidence_line(Seen.INSIDE.of(outcome=outcome_of_step(ended)), ended))
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    if working is not None:
        seen.append(attempt_line(working))
    return tuple(seen)


def _exemption(run: RunView, attempt: Attempt, certificate: Certificate) -> Request | None:
    inspected = RequestLines.INSPECTED.of(
        route=route_of(attempt.endpoint), host=run.target.host, issuer=issuer_of(certificate)
    )
    return request(run, [attempt.endpoint], RequestKind.EXEMPT, seen=(inspected,))


RULE = Rule(
    Cause.TLS_INTERCEPTED,
    judge,
    explains=(
        Cause.CERTIFICATE_UNTRUSTED, Cause.CERTIFICATE_SELF_SIGNED, Cause.CERTIFICATE_CHAIN_INCOMPLETE,
        Cause.CERTIFICATE_WRONG_HOST, Cause.CERTIFICATE_EXPIRED, Cause.NON_HTTP_BLOCKED, Cause.WRONG_SERVICE_ON_PORT,
        Cause.TLS_BLOCKED, Cause.RTMP_BLOCKED, Cause.SERVER_CLOSES_CONNECTION, Cause.SERVER_HUNG,
    ),
)  # fmt: skip
