"""The certificate that a row met: who it belongs to, who issued it, and when it is valid. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.timeline.nodes import AttemptNode, Node, StepNode
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import Certificate, StepName, TlsFacts


class CertificateTexts(Table, of="gui.certificate"):
    """The page, line by line."""

    NO_TLS = text("No certificate: this row did not use TLS.")
    NO_CERTIFICATE = text("TLS started, but ended before the server sent a certificate.")
    TITLE = text("Certificate")
    CHAIN_TITLE = text("Chain, certificate {number:name}")
    SENT = plural(
        "The server sent {count} certificate in all.", "The server sent {count} certificates in all."
    )
    TRUSTED = text("Trusted by this computer")
    UNTRUSTED = text("Not trusted by this computer")
    UNTRUSTED_BECAUSE = text("Not trusted by this computer: {reason:name}")
    NAME_ASKED = text("Name asked for")
    SECURED_BY = text("Secured by")
    SUBJECT = text("Issued to")
    ISSUER = text("Issued by")
    SELF_SIGNED = text("{issuer:name} (self-signed)")
    NO_ISSUER = text("not named")
    NAMES = text("Names")
    SHA_256 = text("SHA-256")
    VALID_FROM = text("Valid from")
    VALID_UNTIL = text("Valid until")
    # translators: {at} is a date, {away} tells how far away it is: "3 days ago", "in 2 hours"
    DATE = text("{at:moment}, {away:name}")
    NOT_YET = text("{at:moment}, not valid yet, becomes valid {away:name}")
    EXPIRED = text("{at:moment}, expired {away:name}")
    BEFORE_TEST = text("{amount:name} before the test")
    AFTER_TEST = text("{amount:name} after the test")
    AGO = text("{amount:name} ago")
    AHEAD = text("in {amount:name}")
    LESS_THAN_AN_HOUR = text("less than an hour")
    YEARS = plural("{count} year", "{count} years")
    MONTHS = plural("{count} month", "{count} months")
    DAYS = plural("{count} day", "{count} days")
    HOURS = plural("{count} hour", "{count} hours")


_UNITS = (
    (CertificateTexts.YEARS, 31_557_600.0, 2),
    (CertificateTexts.MONTHS, 2_629_800.0, 2),
    (CertificateTexts.DAYS, 86_400.0, 1),
    (CertificateTexts.HOURS, 3600.0, 1),
)
"""Units of time by their seconds, and from how many on each is used."""
_RECENT_S = 86_400.0
"""Up to this age of a report, its days are counted from today."""


def certificate_spans(node: Node | None, tested: datetime, today: datetime) -> list[Span]:
    """The certificate of the row's TLS step, with its dates relative to the test."""
    facts = _tls_facts(node)
    if facts is None:
        return [Span(say(CertificateTexts.NO_TLS), Style.MUTED)]
    if facts.certificate is None:
        return [Span(say(CertificateTexts.NO_CERTIFICATE), Style.MUTED)]
    old = (today - tested).total_seconds() > _RECENT_S
    spans = [*_verified(facts), *_certificate(say(CertificateTexts.TITLE), facts.certificate, tested, old)]
    for number, link in enumerate(facts.chain, 1):
        spans += _certificate(say(CertificateTexts.CHAIN_TITLE, number=str(number)), link, tested, old)
    if facts.chain_length is not None:
        spans.append(Span(f"\n{say(CertificateTexts.SENT, count=facts.chain_length)}\n", Style.MUTED))
    return spans


def relative(moment: datetime, tested: datetime, old: bool = False) -> str:
    """ "3 days ago", "in 2 hours"; for an older report "3 days before the test" and "2 hours after it"."""
    seconds = (moment - tested).total_seconds()
    counts = ((unit, int(abs(seconds) / size), least) for unit, size, least in _UNITS)
    amount = next(
        (say(unit, count=count) for unit, count, least in counts if count >= least),
        say(CertificateTexts.LESS_THAN_AN_HOUR),
    )
    if old:
        return say(
            CertificateTexts.BEFORE_TEST if seconds < 0 else CertificateTexts.AFTER_TEST, amount=amount
        )
    return say(CertificateTexts.AGO if seconds < 0 else CertificateTexts.AHEAD, amount=amount)


def moment_of(written: str) -> datetime | None:
    """An RFC 3339 time, or none if it is none."""
    try:
        found = datetime.fromisoformat(written.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _tls_facts(node: Node | None) -> TlsFacts | None:
    steps = node.steps if isinstance(node, AttemptNode) else []
    if isinstance(node, StepNode):
        steps = [node]
        if node.step is not StepName.TLS and isinstance(node.parent, AttemptNode):
            steps = node.parent.steps
    seen = (step.observation for step in reversed(steps))
    return next((o.facts for o in seen if o is not None and isinstance(o.facts, TlsFacts)), None)


def _verified(facts: TlsFacts) -> Iterator[Span]:
    if facts.verified:
        yield Span(f"✓ {say(CertificateTexts.TRUSTED)}\n", Style.GOOD)
    else:
        reason = one_line(facts.verify_message or "", 200)
        said = (
            say(CertificateTexts.UNTRUSTED_BECAUSE, reason=reason)
            if reason
            else say(CertificateTexts.UNTRUSTED)
        )
        yield Span(f"✗ {said}\n", Style.BAD)
    used = " · ".join(visible(part) for part in (facts.version, facts.cipher) if part)
    if facts.server_name:
        yield from _line(CertificateTexts.NAME_ASKED, visible(facts.server_name))
    if used:
        yield from _line(CertificateTexts.SECURED_BY, used)


def _certificate(title: str, one: Certificate, tested: datetime, old: bool) -> Iterator[Span]:
    yield Span(f"\n{title}\n", Style.HEAD)
    yield from _line(CertificateTexts.SUBJECT, visible(one.subject))
    issuer = visible(one.issuer) or say(CertificateTexts.NO_ISSUER)
    issuer = say(CertificateTexts.SELF_SIGNED, issuer=issuer) if one.self_signed else issuer
    yield from _line(CertificateTexts.ISSUER, issuer)
    if one.names:
        yield from _line(
            CertificateTexts.NAMES, current_language().list([visible(name) for name in one.names])
        )
    yield from _dates(one, tested, old)
    if one.sha256:
        pairs = [visible(one.sha256[at : at + 2]).upper() for at in range(0, len(one.sha256), 2)]
        groups = (
            ":".join(pairs[at : at + 8]) for at in range(0, len(pairs), 8)
        )  # so that it wraps between pairs
        yield Span(f"{say(CertificateTexts.SHA_256)}: ", Style.MUTED)
        yield Span(f"{' '.join(groups)}\n", Style.FIXED)


def _dates(one: Certificate, tested: datetime, old: bool) -> Iterator[Span]:
    for label, written, begins in (
        (CertificateTexts.VALID_FROM, one.not_before, True),
        (CertificateTexts.VALID_UNTIL, one.not_after, False),
    ):
        if not written:
            continue
        moment = moment_of(written)
        if moment is None:
            yield from _line(label, visible(written))
            continue
        past = moment < tested
        wrong = CertificateTexts.NOT_YET if begins else CertificateTexts.EXPIRED
        said, style = (CertificateTexts.DATE, Style.PLAIN) if past is begins else (wrong, Style.BAD)
        yield Span(f"{say(label)}: ", Style.MUTED)
        yield Span(f"{say(said, at=moment.isoformat(), away=relative(moment, tested, old))}\n", style)


def _line(label: Text, words: str) -> Iterator[Span]:
    yield Span(f"{say(label)}: ", Style.MUTED)
    yield Span(f"{words}\n")
