"""Findings for tests of what is made from findings, whatever their cause."""

from __future__ import annotations

from fmsdiag.model import Actor, Confidence, EvidenceLine, Finding, Message


def plain(english: str) -> Message:
    """A message of a program that this one does not know: it shows its English."""
    return Message("test.plain", {}, english)


def finding_of(
    cause: str, confidence: Confidence = Confidence.LIKELY, *observations: str, headline: str = "It is so."
) -> Finding:
    """A finding that rests on these observations."""
    return Finding(
        cause=cause,
        case="case",
        confidence=confidence,
        headline=plain(headline),
        explanation=plain("It is so, for a reason."),
        confidence_reason=plain("Because it shows."),
        acts=(Actor.USER,),
        evidence=tuple(EvidenceLine(plain("Seen."), observation) for observation in observations),
    )
