"""The certificate-* family: what verification says of the server's certificate, with its dates, names and issuer.

One file for all, since the members differ in one fact only; what is said of each is in certificate_cases.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from fmsdiag.diagnosis.evidence.addresses import addresses_tried
from fmsdiag.diagnosis.evidence.attempts import rtmp_behind_certificate
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    DATED,
    PUBLIC_AUTHORITIES,
    ask_control_tls,
    attempts_with_tls,
    certificate_of,
    clock_elsewhere,
    control_tls,
    instant,
    is_valid_at,
    own_clock,
    tls_was_wanted,
)
from fmsdiag.diagnosis.evidence.web import web_answer
from fmsdiag.diagnosis.lines.attempts import Lines, attempt_line, evidence_line, outcome_of_step, route_of
from fmsdiag.diagnosis.lines.certificates import issuer_of, subject_of
from fmsdiag.diagnosis.lines.grounds import port_opens
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line
from fmsdiag.diagnosis.rule import Answer, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.tls.certificate_cases import CHAIN, DOUBTED, OTHER, SENT, SURE, Cases
from fmsdiag.diagnosis.rules.tls.certificate_some_addresses import AT_SOME
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Attempt,
    Cause,
    Certificate,
    Confidence,
    EvidenceLine,
    FailureKind,
    Message,
    Observation,
    StepName,
    TlsFacts,
)
from fmsdiag.model.messages import Quote


class Seen(Table, of="certificate.seen"):
    """What the certificate says, and what is behind it."""

    ISSUED = text("The certificate was issued to {subject:list} by {issuer:list}.")
    SELF_SIGNED = text("The certificate was issued to {subject:list} and is self-signed.")
    CHAIN_EXPIRED = text("{route}: a certificate of the server's chain has expired.")
    CHAIN_NOT_YET_VALID = text("{route}: a certificate of the server's chain is not valid yet.")
    OWN_VALID = text("The server's own certificate is valid from {start:moment} to {end:moment}.")
    SENT_EXPIRED = text(
        "The server sends it with the intermediate certificate {intermediate:list}, which expired on {end:moment}."
    )
    VALID = text("It is valid from {start:moment} to {end:moment}.")
    NAMES = text("It is for {names}.")
    MEDIA_SERVER = text("Behind this certificate, a media server answers.")
    WEB_SERVER = text("Behind this certificate, a web server answers, not a media server.")


class Earned(Table, of="certificate.earned"):
    """What the confidence rests on."""

    VERIFIED = text("This computer's check of the certificate says so.")
    ISSUERS_NAME = text(
        "The server sends its own certificate alone, and the issuer's name is that of an authority which signs through "
        "intermediate certificates."
    )
    UNCOMPARED_CLOCK = text(
        "This computer's check of the certificate says so; its clock was not compared with another."
    )
    UNCOMPARED_ISSUER = text(
        "This computer's check of the certificate says so; nothing was compared with a reference server."
    )
    CLOCKS_AGREE = text(
        "This computer's check of the certificate says so, and another computer's clock agrees."
    )
    OWN_IS_VALID = text(
        "This computer's check of the certificate says so; by the same clock, the server's own certificate is valid."
    )
    REFERENCE_ACCEPTED = text(
        "This computer's check of the certificate says so, and it accepts a reference server's certificate."
    )


_INTERMEDIATES = ("intermediate", "issuing", "sub ca", "subca")
_FOREIGN = (Cause.CERTIFICATE_UNTRUSTED, Cause.CERTIFICATE_SELF_SIGNED)
"""What a box that opens TLS would show as well."""
_ISSUER_MATTERS = (Cause.CERTIFICATE_UNTRUSTED, Cause.CERTIFICATE_CHAIN_INCOMPLETE)
MOST_NAMES = 5
_KINDS = {
    FailureKind.CERTIFICATE_EXPIRED: Cause.CERTIFICATE_EXPIRED,
    FailureKind.CERTIFICATE_NOT_YET_VALID: Cause.CERTIFICATE_NOT_YET_VALID,
    FailureKind.CERTIFICATE_SELF_SIGNED: Cause.CERTIFICATE_SELF_SIGNED,
    FailureKind.CERTIFICATE_WRONG_HOST: Cause.CERTIFICATE_WRONG_HOST,
    FailureKind.CERTIFICATE_UNTRUSTED: Cause.CERTIFICATE_UNTRUSTED,
    FailureKind.CERTIFICATE_OTHER: Cause.CERTIFICATE_UNTRUSTED,
}


class _Shown(NamedTuple):
    """A certificate with a flaw, and where it was shown."""

    run: RunView
    cause: Cause
    attempt: Attempt
    step: Observation
    certificate: Certificate

    @property
    def some(self) -> _Some | None:
        """The addresses that show it, where another address of the name works on the same way; none otherwise."""
        if self.step.failure is not None and self.step.failure.kind is FailureKind.CERTIFICATE_OTHER:
            return None  # what the check says of one address need not be what it says of another
        tried = addresses_tried(self.run)
        alike = tuple(a for a in tried.distrusted if flaw_of(tried.shown[a]) == self.cause)
        if not tried.working or self.step.address not in alike:
            return None
        return _Some(alike, tried.shown[tried.working[0]])


class _Some(NamedTuple):
    """Addresses of a name that show a flaw, and how one fares that does not."""

    bad: tuple[str, ...]
    alive: Observation


def flaw_of(observation: Observation) -> Cause | None:
    """The certificate's flaw that a TLS step shows, or none."""
    if observation.failure is None:
        return None
    cause = _KINDS.get(observation.failure.kind)
    facts = observation.facts
    if observation.failure.kind is FailureKind.CERTIFICATE_OTHER:
        return cause
    if cause == Cause.CERTIFICATE_UNTRUSTED and isinstance(facts, TlsFacts) and facts.certificate is not None:
        if facts.certificate.self_signed:
            return Cause.CERTIFICATE_SELF_SIGNED
        if _lacks_intermediate(facts):
            return Cause.CERTIFICATE_CHAIN_INCOMPLETE
    return cause


def _lacks_intermediate(facts: TlsFacts) -> bool:
    """Only a leaf was sent, and its issuer is named like an intermediate authority, or is one that everybody knows.

    Public authorities never sign servers with the root that systems know, so a leaf alone is never enough.
    """
    assert facts.certificate is not None
    issuer = facts.certificate.issuer.lower()
    return facts.chain_length == 1 and any(word in issuer for word in (*_INTERMEDIATES, *PUBLIC_AUTHORITIES))


def _judge(cause: Cause) -> Callable[[RunView], Answer]:
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
    behind_certificate = [
        o for o in attempt.behind_certificate if o.step in (StepName.TUNNEL, StepName.HANDSHAKE)
    ]
    return bool(behind_certificate) and not any(o.ok for o in behind_certificate)


def _answer(cause: Cause, attempt: Attempt, step: Observation, run: RunView) -> Answer:
    if cause is Cause.CERTIFICATE_WRONG_HOST and run.target.is_literal and run.asked_for is None:
        return None  # certificates are for names; RTMPS was not asked for at this bare address
    certificate = certificate_of(step) or Certificate(subject="", issuer="")
    shown = _Shown(run, cause, attempt, step, certificate)
    assert step.failure is not None
    if step.failure.kind in DATED:
        return _dated(shown)
    if step.failure.kind is FailureKind.CERTIFICATE_OTHER:
        return _found(shown, OTHER, Earned.VERIFIED)
    if cause in _FOREIGN:
        control = control_tls(run)
        if control is not None and control.ok and attempt.endpoint.proxy is None:
            found = _found(shown, SURE[cause], Earned.REFERENCE_ACCEPTED)
        else:
            found = _uncompared(shown, Earned.UNCOMPARED_ISSUER)
        return ask_unless_answered(ask_control_tls(run), found)
    earned = Earned.ISSUERS_NAME if cause is Cause.CERTIFICATE_CHAIN_INCOMPLETE else Earned.VERIFIED
    return _found(shown, SURE[cause], earned)


def _dated(shown: _Shown) -> Answer:
    run, cause = shown.run, shown.cause
    if is_valid_at(shown.certificate, own_clock(run, shown.step)):
        cases = SENT if cause in SENT and _outdated(shown) is not None else CHAIN
        return _found(shown, cases[cause], Earned.OWN_IS_VALID)
    clock = clock_elsewhere(run)
    if clock is None:
        return ask_unless_answered(run.ask_control_http(), _uncompared(shown, Earned.UNCOMPARED_CLOCK))
    if is_valid_at(shown.certificate, clock[0]):
        return None  # this computer's clock is wrong
    return ask_unless_answered(run.ask_control_http(), _found(shown, SURE[cause], Earned.CLOCKS_AGREE))


def _outdated(shown: _Shown) -> Certificate | None:
    """The first certificate beside its own that the server sends and whose time is over."""
    facts, clock = shown.step.facts, own_clock(shown.run, shown.step)
    sent = facts.chain if isinstance(facts, TlsFacts) else ()
    return next((one for one in sent if instant(one.not_after) <= clock), None)


def _uncompared(shown: _Shown, earned: Text) -> Found:
    """Where nothing was compared: some flaws have a look-alike, the others stand for themselves."""
    if shown.cause in DOUBTED:
        return _found(shown, DOUBTED[shown.cause], earned)
    return _found(shown, SURE[shown.cause], Earned.VERIFIED)


def _found(shown: _Shown, cases: Cases, earned: Text) -> Found:
    port, some = shown.attempt.endpoint.port, shown.some
    of_chain = cases in (*CHAIN.values(), *SENT.values())
    says_issuer = cases is not OTHER and (shown.cause in _ISSUER_MATTERS or of_chain)
    values: dict[str, object] = {"port": port}
    if cases is OTHER and shown.step.failure is not None:
        values["reason"] = Quote(shown.step.failure.detail or "-")
    if says_issuer:
        values["issuer"] = issuer_of(shown.certificate)
    case = cases.beside if shown.run.plan_connected else cases.alone
    outdated = _outdated(shown) if cases in SENT.values() else None
    if outdated is not None and some is None:
        values["intermediate"] = subject_of(outdated)
    if some is not None:
        case = AT_SOME[cases.alone]
        values |= {"bad": some.bad[:MOST_ADDRESSES], "count": len(some.bad), "alive": some.alive.address}
    return Found(
        case,
        Confidence.LIKELY
        if cases in DOUBTED.values() or earned is Earned.ISSUERS_NAME
        else Confidence.CONFIRMED,
        earned.of(),
        _seen(shown, of_chain=of_chain),
        values=values,
        rules_out=port_opens(shown.run, port),
        yields=_yields(shown),
    )


def _yields(shown: _Shown) -> bool:
    """Whether the certificate is not what stops the connection: it was not asked for, or what is behind it fails, too."""
    if shown.run.plan_connected:
        return False
    behind = shown.attempt.behind_certificate
    return not tls_was_wanted(shown.run) or (bool(behind) and not behind[-1].ok)


_OF_CHAIN = {
    Cause.CERTIFICATE_EXPIRED: Seen.CHAIN_EXPIRED,
    Cause.CERTIFICATE_NOT_YET_VALID: Seen.CHAIN_NOT_YET_VALID,
}


def _seen(shown: _Shown, of_chain: bool) -> tuple[EvidenceLine, ...]:
    """How verification ended, what the certificate says, what works beside it and what is behind it."""
    step, certificate = shown.step, shown.certificate
    route = route_of(shown.attempt.endpoint)
    refused = Lines.ROUTE.of(route=route, outcome=outcome_of_step(step))
    refused = _OF_CHAIN[shown.cause].of(route=route) if of_chain else refused
    some = shown.some
    outdated = _outdated(shown) if of_chain else None
    seen = [evidence_line(refused, step) if some is None or of_chain else address_port_line(step)]
    if certificate.subject:
        seen.append(evidence_line(_issued(certificate), step))
    if shown.cause is Cause.CERTIFICATE_WRONG_HOST and certificate.names:
        seen.append(evidence_line(Seen.NAMES.of(names=certificate.names[:MOST_NAMES]), step))
    elif certificate.not_before and certificate.not_after:
        valid = Seen.OWN_VALID if of_chain else Seen.VALID
        dates = valid.of(start=certificate.not_before, end=certificate.not_after)
        seen.append(evidence_line(dates, step))
    if outdated is not None:
        sent = {"intermediate": subject_of(outdated), "end": outdated.not_after}
        seen.append(evidence_line(Seen.SENT_EXPIRED.of(**sent), step))
    working = next((a for a in shown.run.connected if not a.endpoint.transport.uses_tls), None)
    if some is not None:
        seen.append(address_port_line(some.alive))
    if working is not None:
        seen.append(attempt_line(working))
    if (behind := rtmp_behind_certificate(shown.attempt)) is not None:
        seen.append(evidence_line(Seen.MEDIA_SERVER.of(), behind))
    elif (behind := web_answer(shown.attempt)) is not None:
        seen.append(evidence_line(Seen.WEB_SERVER.of(), behind))
    return tuple(seen)


def _issued(certificate: Certificate) -> Message:
    subject = subject_of(certificate)
    if certificate.self_signed:
        return Seen.SELF_SIGNED.of(subject=subject)
    return Seen.ISSUED.of(subject=subject, issuer=issuer_of(certificate))


RULES = tuple(Rule(cause, _judge(cause)) for cause in SURE)
