"""The certificate that a row met: whose it is, who vouches for it, from when to when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.gui.timeline.nodes import AttemptNode, Node, StepNode
from fmsdiag.model import Certificate, StepName, TlsFacts
from fmsdiag.report.visible import visible

NO_TLS = "No certificate: this row did not use TLS."
NO_CERTIFICATE = "TLS began, but ended before the server sent a certificate."
_RECENT_S = 86_400.0
"""Up to this age of a report, its days are counted from today."""


def certificate_spans(node: Node | None, tested: datetime, today: datetime) -> list[Span]:
    """The certificate of the row's TLS step, its dates told from the moment of the test."""
    facts = _tls_facts(node)
    if facts is None:
        return [Span(NO_TLS, Style.MUTED)]
    if facts.certificate is None:
        return [Span(NO_CERTIFICATE, Style.MUTED)]
    old = (today - tested).total_seconds() > _RECENT_S
    spans = [*_verified(facts), *_certificate("Certificate", facts.certificate, tested, old)]
    for number, link in enumerate(facts.chain, 1):
        spans += _certificate(f"Chain, certificate {number}", link, tested, old)
    if facts.chain_length is not None:
        sent = f"{facts.chain_length} certificate{'' if facts.chain_length == 1 else 's'}"
        spans.append(Span(f"\nThe server sent {sent} in all.\n", Style.MUTED))
    return spans


def relative(moment: datetime, tested: datetime, old: bool = False) -> str:
    """ "3 days ago", "in 2 hours"; for an older report "3 days before the test" and "2 hours after it"."""
    seconds = (moment - tested).total_seconds()
    amount = abs(seconds)
    for unit, size in (("year", 31_557_600.0), ("month", 2_629_800.0), ("day", 86_400.0), ("hour", 3600.0)):
        count = int(amount / size)
        if count >= (2 if unit in ("year", "month") else 1):
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            break
    else:
        words = "less than an hour"
    if old:
        return f"{words} {'before' if seconds < 0 else 'after'} the test"
    return f"{words} ago" if seconds < 0 else f"in {words}"


def moment_of(text: str) -> datetime | None:
    """An RFC 3339 time, or none if it is none."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
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
        yield Span("✓ Trusted by this computer\n", Style.GOOD)
    else:
        said = f": {visible(facts.verify_message)}" if facts.verify_message else ""
        yield Span(f"✗ Not trusted by this computer{said}\n", Style.BAD)
    used = ", ".join(visible(part) for part in (facts.version, facts.cipher) if part)
    if facts.server_name:
        yield from _line("Asked for", visible(facts.server_name))
    if used:
        yield from _line("Secured by", used)


def _certificate(title: str, one: Certificate, tested: datetime, old: bool) -> Iterator[Span]:
    yield Span(f"\n{title}\n", Style.HEAD)
    yield from _line("For", visible(one.subject))
    issuer = visible(one.issuer) or "not told"
    yield from _line("Issued by", issuer + (" (self-signed)" if one.self_signed else ""))
    if one.names:
        yield from _line("Names", ", ".join(visible(name) for name in one.names))
    yield from _dates(one, tested, old)
    if one.sha256:
        pairs = [visible(one.sha256[at : at + 2]).upper() for at in range(0, len(one.sha256), 2)]
        groups = (
            ":".join(pairs[at : at + 8]) for at in range(0, len(pairs), 8)
        )  # so that it wraps between pairs
        yield Span("SHA-256: ", Style.MUTED)
        yield Span(f"{' '.join(groups)}\n", Style.FIXED)


def _dates(one: Certificate, tested: datetime, old: bool) -> Iterator[Span]:
    for label, text, begins in (("Valid from", one.not_before, True), ("Valid until", one.not_after, False)):
        if not text:
            continue
        moment = moment_of(text)
        if moment is None:
            yield from _line(label, visible(text))
            continue
        yield Span(f"{label}: ", Style.MUTED)
        yield Span(f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC, ")
        past, away = moment < tested, relative(moment, tested, old)
        if begins:
            yield Span(
                f"{away}\n" if past else f"not valid yet, only {away}\n", Style.PLAIN if past else Style.BAD
            )
        else:
            yield Span(f"expired {away}\n" if past else f"{away}\n", Style.BAD if past else Style.PLAIN)


def _line(label: str, text: str) -> Iterator[Span]:
    yield Span(f"{label}: ", Style.MUTED)
    yield Span(f"{text}\n")
