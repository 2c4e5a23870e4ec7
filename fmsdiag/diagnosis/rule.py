"""What a rule is and what it may answer.

A rule looks at evidence and answers one of: no (None); a Match; or an Ask, "this experiment would tell me from my
look-alike". Confidence is earned by contrast with something that passed, never by adding weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Actor, Advice, Confidence, EvidenceLine, Finding, Observation, Question


@dataclass(frozen=True)
class Match:
    """The rule's cause explains what was seen. `headline` has at most 12 words."""

    confidence: Confidence
    headline: str
    explanation: str
    acts: tuple[Actor, ...]
    advice: Advice
    confidence_reason: str
    evidence: tuple[EvidenceLine, ...]
    counter_evidence: tuple[EvidenceLine, ...] = ()
    rules_out: tuple[str, ...] = ()
    decisive_test: str = ""


@dataclass(frozen=True)
class Ask:
    """Questions whose answers would decide; `provisional` is what the rule says when nobody can answer them."""

    questions: tuple[Question, ...]
    provisional: Match | None = None


Answer = Match | Ask | None
Judge = Callable[[RunView], Answer]


@dataclass(frozen=True)
class Rule:
    """One cause. `explains` are the causes that are only its symptoms: where it matches, they are folded into it."""

    cause: str
    judge: Judge
    explains: tuple[str, ...] = ()


def finding(rule: Rule, match: Match, folded: tuple[str, ...]) -> Finding:
    """The match of a rule as it stands in the report."""
    return Finding(
        cause=rule.cause,
        confidence=match.confidence,
        headline=match.headline,
        explanation=match.explanation,
        acts=match.acts,
        advice=match.advice,
        confidence_reason=match.confidence_reason,
        evidence=match.evidence,
        counter_evidence=match.counter_evidence,
        rules_out=match.rules_out,
        explains=folded,
        decisive_test=match.decisive_test,
    )


def line(text: str, observation: Observation | None = None) -> EvidenceLine:
    """One line of "what we saw", linked to the observation that shows it."""
    return EvidenceLine(text, observation.id if observation is not None else "")


def ask_unless_answered(questions: tuple[Question, ...], match: Match | None) -> Answer:
    """Ask if there is anything to ask, else say what can be said without."""
    return Ask(questions, match) if questions else match
