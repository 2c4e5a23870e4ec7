"""The certificate-* family: what verification says of the server's certificate, with its dates, names and issuer.

One file for all, since the members differ in one fact only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import method
from fmsdiag.model import (
    Actor,
    Advice,
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


def _date(stamp: str) -> str:
    return stamp[:10]


def _issuer(certificate: Certificate) -> str:
    return certificate.issuer or "an unknown issuer"


_FLAWS = {
    "certificate-expired": _Flaw(
        "The server's security certificate has expired.",
        lambda c, e: (
            f"The certificate of {e.host} was valid from {_date(c.not_before)} to {_date(c.not_after)}."
        ),
        lambda c, e: (
            f"Renew the certificate of {e.host} on port {e.port} (it ended {_date(c.not_after)}) and restart the "
            "service."
        ),
    ),
    "certificate-self-signed": _Flaw(
        "The server's security certificate vouches only for itself.",
        lambda c, e: (
            f"{e.host} shows a certificate that no known authority has signed ({c.subject}). Programs refuse it, since "
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
            f"The certificate is for {', '.join(c.names[:5]) or c.subject}, but the address says {e.host}."
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
_KINDS = {
    FailureKind.CERTIFICATE_EXPIRED: "certificate-expired",
    FailureKind.CERTIFICATE_SELF_SIGNED: "certificate-self-signed",
    FailureKind.CERTIFICATE_WRONG_HOST: "certificate-wrong-host",
    FailureKind.CERTIFICATE_UNTRUSTED: "certificate-untrusted",
}


def flaw_of(observation: Observation) -> str | None:
    """The id of the certificate's flaw that a TLS step shows, or none."""
    if observation.failure is None:
        return None
    cause = _KINDS.get(observation.failure.kind)
    facts = observation.facts
    if cause == "certificate-untrusted" and isinstance(facts, TlsFacts) and facts.certificate is not None:
        if facts.certificate.self_signed:
            return "certificate-self-signed"
        if _lacks_intermediate(facts):
            return "certificate-chain-incomplete"
    return cause


def _lacks_intermediate(facts: TlsFacts) -> bool:
    """Only a leaf was sent, and its issuer is named like an intermediate authority."""
    assert facts.certificate is not None
    issuer = facts.certificate.issuer.lower()
    return facts.chain_length == 1 and any(
        word in issuer for word in ("intermediate", "issuing", "sub ca", "subca")
    )


def _judge(cause: str) -> Callable[[Evidence], Answer]:
    def judge(evidence: Evidence) -> Answer:
        for attempt in evidence.own:
            step = attempt.step(StepName.TLS)
            if (
                step is not None
                and flaw_of(step) == cause
                and isinstance(step.facts, TlsFacts)
                and step.facts.certificate
            ):
                return _match(cause, attempt, step, step.facts.certificate, evidence)
        return None

    return judge


def _match(
    cause: str, attempt: Attempt, step: Observation, certificate: Certificate, evidence: Evidence
) -> Match:
    flaw = _FLAWS[cause]
    endpoint = attempt.endpoint
    working = next((a for a in evidence.connected if not a.endpoint.transport.uses_tls), None)
    message = step.failure.detail if step.failure is not None else ""
    seen = [
        line(f"{method(endpoint)}: the certificate was refused ({message}).", step),
        line(f"Issued to {certificate.subject} by {_issuer(certificate)}.", step),
        line(f"Valid from {_date(certificate.not_before)} to {_date(certificate.not_after)}.", step),
    ]
    if working is not None:
        seen.append(
            line(f"{method(working.endpoint)}, without encryption, connects.", working.observations[-1])
        )
    return Match(
        Confidence.CONFIRMED,
        flaw.headline,
        flaw.explanation(certificate, endpoint)
        + (" Connections without encryption are not affected." if working is not None else ""),
        (Actor.OPERATOR,),
        Advice(
            user="Nothing on your side needs to change, if this computer's date is right. Send this report to the people who "
            "run the server.",
            operator=flaw.operator(certificate, endpoint),
        ),
        "The verification of this computer's system says so.",
        tuple(seen),
        rules_out=("a blocked port",),
    )


RULES = tuple(Rule(cause, _judge(cause)) for cause in _FLAWS)
