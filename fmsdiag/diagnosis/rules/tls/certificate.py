"""The certificate-* family: what verification says of the server's certificate, with its dates, names and issuer.

One file for all, since the members differ in one fact only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.run import RunView, media_spoken, web_answer
from fmsdiag.diagnosis.evidence.tls import (
    DATED,
    PUBLIC_AUTHORITIES,
    ask_control_tls,
    attempts_with_tls,
    called,
    clock_elsewhere,
    control_tls,
    is_valid_at,
    own_clock,
)
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import joined, method
from fmsdiag.model import (
    Actor,
    Attempt,
    Certificate,
    Confidence,
    Endpoint,
    FailureKind,
    Observation,
    StepName,
    TlsFacts,
)


@dataclass(frozen=True)
class _Flaw:
    """The words of one member; each function gets the certificate and the endpoint."""

    headline: str
    explanation: Callable[[Certificate, Endpoint], str]
    operator: Callable[[Certificate, Endpoint], str]


@dataclass(frozen=True)
class _Doubt:
    """What else would show the same flaw, and how it is told."""

    why: str
    acts: tuple[Actor, ...]
    user: str
    test: str
    administrator: str = ""


_INTERMEDIATES = ("intermediate", "issuing", "sub ca", "subca")
_ABROAD = _Doubt(
    "A network that opens secure traffic to check it shows certificates of its own making, too.",
    (Actor.OPERATOR, Actor.ADMINISTRATOR),
    "Nothing on your side is known to be wrong. Send this report to the people who run the server.",
    "Look at the certificate from another network: if its issuer differs there, this network opens secure traffic.",
    "If this network opens secure traffic to check it, exempt this server.",
)
_DOUBTS = {
    "certificate-expired": _Doubt(
        "If this computer's date is wrong, a valid certificate looks expired.",
        (Actor.OPERATOR, Actor.USER),
        "Check this computer's date first. If it is right, send this report to the people who run the server.",
        "Compare this computer's date with a clock.",
    ),
    "certificate-not-yet-valid": _Doubt(
        "If this computer's date is wrong, as it often is after its battery went flat, a valid certificate looks so, too.",
        (Actor.USER, Actor.OPERATOR),
        "Check this computer's date first. If it is right, send this report to the people who run the server.",
        "Compare this computer's date with a clock.",
    ),
    "certificate-untrusted": _ABROAD,
}
_FOREIGN = ("certificate-untrusted", "certificate-self-signed")
"""What a box that opens TLS would show as well."""


def _date(stamp: str) -> str:
    return stamp[:10]


def _issuer(certificate: Certificate) -> str:
    return called(certificate.issuer) or "an unknown issuer"


_FLAWS = {
    "certificate-expired": _Flaw(
        "The server's security certificate has expired.",
        lambda c, e: (
            f"The certificate of {e.host} was valid until {_date(c.not_after)}."
            if c.not_after
            else f"The certificate of {e.host} is no longer valid."
        ),
        lambda c, e: f"Renew the certificate of {e.host} on port {e.port}, and restart the service.",
    ),
    "certificate-not-yet-valid": _Flaw(
        "The server's security certificate is not valid yet.",
        lambda c, e: (
            f"The certificate of {e.host} is valid from {_date(c.not_before)} on only."
            if c.not_before
            else f"The certificate of {e.host} is not valid yet."
        ),
        lambda c, e: (
            f"Check the server's date, and install a certificate on port {e.port} of {e.host} that is valid now."
        ),
    ),
    "certificate-self-signed": _Flaw(
        "The server's security certificate vouches only for itself.",
        lambda c, e: (
            f"{e.host} shows a certificate that no known authority has signed. Programs refuse it, since "
            "anybody could have made it."
        ),
        lambda c, e: f"Install a certificate from a public authority on port {e.port} of {e.host}.",
    ),
    "certificate-untrusted": _Flaw(
        "The server's security certificate comes from an unknown authority.",
        lambda c, e: (
            f"The certificate of {e.host} was issued by {_issuer(c)}, which this computer does not trust."
        ),
        lambda c, e: (
            f"Use a certificate from a public authority on port {e.port}, or have customers install the authority "
            f"{_issuer(c)}."
        ),
    ),
    "certificate-wrong-host": _Flaw(
        "The server's security certificate is for another name.",
        lambda c, e: (
            f"The certificate is for {joined(c.names[:5]) or called(c.subject) or 'another name'}, but the address "
            f"says {e.host}."
        ),
        lambda c, e: (
            f"Add {e.host} to the names of the certificate on port {e.port}, or give customers the name that it has."
        ),
    ),
    "certificate-chain-incomplete": _Flaw(
        "The server does not send its whole certificate chain.",
        lambda c, e: (
            f"{e.host} sends only its own certificate, issued by {_issuer(c)}, and not the one that vouches for that "
            "issuer. Some programs can fetch it elsewhere, many cannot."
        ),
        lambda c, e: (
            f"Configure the full chain on port {e.port}: the server's certificate followed by {_issuer(c)}."
        ),
    ),
}
_ABOVE = _Flaw(
    "A certificate that vouches for the server's is out of date.",
    lambda c, e: (
        f"The certificate of {e.host} itself is valid, but one above it is not: an intermediate certificate that the server "
        f"sends, or the authority behind {_issuer(c)} as this computer knows it. Programs with newer lists of authorities "
        "may find another way."
    ),
    lambda c, e: (
        f"Install the issuer's current intermediate certificates on port {e.port} of {e.host}; an expired one must not be "
        "sent."
    ),
)
"""Where the flaw of dates is not in the server's own certificate."""
_NO_SUCH_NAME = _Flaw(
    "The server has no security certificate for this name.",
    lambda c, e: (
        f"What answers on port {e.port} ends the secure connection because it was asked for {e.host}: it has no certificate "
        "for that name."
    ),
    lambda c, e: (
        f"Configure a certificate for {e.host} on port {e.port}, or give customers a name that is configured there."
    ),
)
"""Where the server says so before it shows any certificate."""
_NAME_ALERT = "unrecognized name"
_KINDS = {
    FailureKind.CERTIFICATE_EXPIRED: "certificate-expired",
    FailureKind.CERTIFICATE_NOT_YET_VALID: "certificate-not-yet-valid",
    FailureKind.CERTIFICATE_SELF_SIGNED: "certificate-self-signed",
    FailureKind.CERTIFICATE_WRONG_HOST: "certificate-wrong-host",
    FailureKind.CERTIFICATE_UNTRUSTED: "certificate-untrusted",
}


def flaw_of(observation: Observation) -> str | None:
    """The id of the certificate's flaw that a TLS step shows, or none."""
    if observation.failure is None:
        return None
    if _is_name_alert(observation):
        return "certificate-wrong-host"
    cause = _KINDS.get(observation.failure.kind)
    facts = observation.facts
    if cause == "certificate-untrusted" and isinstance(facts, TlsFacts) and facts.certificate is not None:
        if facts.certificate.self_signed:
            return "certificate-self-signed"
        if _lacks_intermediate(facts):
            return "certificate-chain-incomplete"
    return cause


def _is_name_alert(observation: Observation) -> bool:
    """Whether TLS was ended because of the name that was asked for (RFC 6066, section 3)."""
    failure = observation.failure
    return failure is not None and failure.kind is FailureKind.TLS_ALERT and failure.detail == _NAME_ALERT


def _lacks_intermediate(facts: TlsFacts) -> bool:
    """Only a leaf was sent, and its issuer is named like an intermediate authority, or is one that everybody knows.

    Public authorities never sign servers with the root that systems know, so a leaf alone is never enough.
    """
    assert facts.certificate is not None
    issuer = facts.certificate.issuer.lower()
    return facts.chain_length == 1 and any(word in issuer for word in (*_INTERMEDIATES, *PUBLIC_AUTHORITIES))


def _judge(cause: str) -> Callable[[RunView], Answer]:
    def judge(run: RunView) -> Answer:
        for attempt in attempts_with_tls(run):
            step = attempt.step(StepName.TLS)
            if step is not None and flaw_of(step) == cause:
                return None if _is_websites(run, attempt) else _answer(cause, attempt, step, run)
        return None

    return judge


def _is_websites(run: RunView, attempt: Attempt) -> bool:
    """Whether something else than a media server shows the certificate, a website as a rule: no player has to do with it.

    Web servers answer what is no request by an error, by closing, or not at all.
    """
    if not run.plan_connected:
        return False
    step = attempt.step(StepName.TLS)
    behind_certificate = [
        o for o in attempt.behind_certificate if o.step in (StepName.TUNNEL, StepName.HANDSHAKE)
    ]
    behind_nothing = bool(behind_certificate) and not any(o.ok for o in behind_certificate)
    return behind_nothing or (step is not None and _is_name_alert(step))


def _answer(cause: str, attempt: Attempt, step: Observation, run: RunView) -> Answer:
    facts = step.facts
    certificate = facts.certificate if isinstance(facts, TlsFacts) else None
    if certificate is None:
        certificate = Certificate(subject="", issuer="")
    if cause == "certificate-wrong-host" and run.target.is_literal and run.asked_for is None:
        return None  # certificates are for names; RTMPS was not asked for at this bare address
    assert step.failure is not None
    if _is_name_alert(step):
        return _match(cause, attempt, step, certificate, run, "", _NO_SUCH_NAME)
    if step.failure.kind in DATED and is_valid_at(certificate, own_clock(run, step)):
        above = ", and by the same clock the server's own certificate is valid"
        return _match(cause, attempt, step, certificate, run, above, _ABOVE)
    if step.failure.kind in DATED:
        clock = clock_elsewhere(run)
        if clock is not None and is_valid_at(certificate, clock[0]):
            return None  # this computer's clock is wrong
        said = ", and another computer's clock agrees" if clock is not None else ""
        match = _match(cause, attempt, step, certificate, run, said)
        return ask_unless_answered(run.ask_control_http(), match)
    if cause in _FOREIGN:
        control = control_tls(run)
        fine = control is not None and control.ok
        said = ", and it accepts another server's certificate" if fine else ""
        return ask_unless_answered(ask_control_tls(run), _match(cause, attempt, step, certificate, run, said))
    return _match(cause, attempt, step, certificate, run, "")


def _match(
    cause: str,
    attempt: Attempt,
    step: Observation,
    certificate: Certificate,
    run: RunView,
    control: str,
    flaw: _Flaw | None = None,
) -> Match:
    """`control` is what else speaks for it; without, what else would show the same flaw is said, too."""
    flaw = flaw or _FLAWS[cause]
    endpoint = attempt.endpoint
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    message = step.failure.detail if step.failure is not None else ""
    alert = _is_name_alert(step)
    seen = [
        line(f"{method(endpoint)}: TLS was ended by the alert “{message}”.", step)
        if alert
        else line(f"{method(endpoint)}: the certificate was refused ({message}).", step)
    ]
    if certificate.subject:
        by = "itself" if certificate.self_signed else _issuer(certificate)
        seen.append(line(f"It was issued to {called(certificate.subject)} by {by}.", step))
    if certificate.not_before and certificate.not_after:
        seen.append(
            line(f"It is valid from {_date(certificate.not_before)} to {_date(certificate.not_after)}.", step)
        )
    if working is not None:
        seen.append(
            line(f"{method(working.endpoint)}, without encryption, connects.", working.observations[-1])
        )
    if (behind := media_spoken(attempt.behind_certificate)) is not None:
        seen.append(line("Behind this certificate a media server answers.", behind))
    elif (behind := web_answer(attempt)) is not None:
        seen.append(line("Behind this certificate a web server answers, not a media server.", behind))
    doubt = _DOUBTS.get(cause) if not control else None
    return Match(
        Confidence.LIKELY if doubt else Confidence.CONFIRMED,
        flaw.headline,
        flaw.explanation(certificate, endpoint)
        + (f" {doubt.why}" if doubt else "")
        + (
            f" Only {method(endpoint)} is affected, not {method(working.endpoint)}."
            if working is not None
            else ""
        ),
        doubt.acts if doubt else (Actor.OPERATOR,),
        Advice(
            user=doubt.user
            if doubt
            else "Nothing on your side needs to change. Send this report to the people who run the server.",
            administrator=doubt.administrator if doubt else "",
            operator=flaw.operator(certificate, endpoint),
        ),
        "Its alert says so." if alert else f"The verification of this computer's system says so{control}.",
        tuple(seen),
        rules_out=("a blocked port",),
        decisive_test=doubt.test if doubt else "",
    )


RULES = tuple(Rule(cause, _judge(cause)) for cause in _FLAWS)
