"""Runs all rules, contains their crashes, folds symptoms into causes and ranks what remains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Ask, Found, Rule, finding
from fmsdiag.fault_location import where_raised
from fmsdiag.model import Confidence, Finding, Question, RuleError

_RANK = {Confidence.CONFIRMED: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}


@dataclass(frozen=True)
class Diagnosis:
    findings: tuple[Finding, ...]  # best first
    questions: tuple[tuple[Question, str], ...]  # what rules would like to see, and the cause that asks
    errors: tuple[RuleError, ...]
    exceptions: tuple[Exception, ...] = ()  # of `errors`, in the same order, with their tracebacks


def evaluate_rules(
    run: RunView, rules: Sequence[Rule], asked: frozenset[Question] = frozenset()
) -> Diagnosis:
    """Findings and open questions; `asked` are questions already performed, which are not returned again.

    `rules` are in the order from root causes to symptoms, which breaks ties of confidence.
    """
    matches: list[tuple[Rule, Found]] = []
    questions: dict[Question, str] = {}
    errors: list[RuleError] = []
    exceptions: list[Exception] = []
    for rule in rules:
        try:
            answer = rule.judge(run)
        except Exception as error:  # a crash of one rule is a result, not a crash of all
            described = f"{type(error).__name__}: {error}"[:300]
            errors.append(RuleError(rule.cause, described, where_raised(error)))
            exceptions.append(error)
            continue
        if isinstance(answer, Ask):
            for question in answer.questions:
                if question not in asked:
                    questions.setdefault(question, rule.cause)
            answer = answer.provisional
        if answer is not None:
            matches.append((rule, answer))
    return Diagnosis(_ranked(matches, rules, run), tuple(questions.items()), tuple(errors), tuple(exceptions))


def _ranked(matches: list[tuple[Rule, Found]], rules: Sequence[Rule], run: RunView) -> tuple[Finding, ...]:
    present = {rule.cause: match for rule, match in matches}
    folded_into: dict[str, list[str]] = {}
    folded: set[str] = set()
    for rule, match in matches:
        for symptom in rule.explains:
            # a cause that is merely possible does not swallow one that is better proved
            proved = match.confidence is not Confidence.POSSIBLE
            if symptom in present and (proved or present[symptom].confidence is Confidence.POSSIBLE):
                folded_into.setdefault(rule.cause, []).append(symptom)
                folded.add(symptom)
    _carry_over(folded_into, folded)
    order = {rule.cause: number for number, rule in enumerate(rules)}
    kept = [(rule, match) for rule, match in matches if rule.cause not in folded]
    kept.sort(key=lambda pair: (_RANK[pair[1].confidence], order[pair[0].cause]))
    return tuple(finding(rule, match, tuple(folded_into.get(rule.cause, ())), run) for rule, match in kept)


def _carry_over(folded_into: dict[str, list[str]], folded: set[str]) -> None:
    """A symptom of a symptom belongs to the root: what was folded into a folded cause moves up with it."""
    for cause, symptoms in folded_into.items():
        if cause in folded:
            continue
        for symptom in symptoms:  # grows while it is walked
            symptoms += [s for s in folded_into.get(symptom, ()) if s not in symptoms and s != cause]
