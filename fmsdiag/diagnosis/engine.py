"""Runs all rules, contains their crashes, folds symptoms into causes and ranks what remains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.repeats import repeat_lines
from fmsdiag.diagnosis.location import contradicts, place_of, port_of
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
    heard = _Heard(asked)
    heard.ask(run, rules)
    beyond = run.beyond_certificates
    if beyond is not run and any(match.yields for _, match in heard.matches):
        # the certificate is not all that fails: what is behind it is judged as if it had been accepted
        found = {rule.cause for rule, _ in heard.matches}
        heard.ask(beyond, [rule for rule in rules if rule.cause not in found])
    return Diagnosis(
        _ranked(heard.matches, rules, run),
        tuple(heard.questions.items()),
        tuple(heard.errors),
        tuple(heard.exceptions),
    )


class _Heard:
    """What rules have answered."""

    def __init__(self, asked: frozenset[Question]) -> None:
        self._asked = asked
        self.matches: list[tuple[Rule, Found]] = []
        self.questions: dict[Question, str] = {}
        self.errors: list[RuleError] = []
        self.exceptions: list[Exception] = []

    def ask(self, run: RunView, rules: Sequence[Rule]) -> None:
        for rule in rules:
            try:
                answer = rule.judge(run)
            except Exception as error:  # a crash of one rule is a result, not a crash of all
                described = f"{type(error).__name__}: {error}"[:300]
                self.errors.append(RuleError(rule.cause, described, where_raised(error)))
                self.exceptions.append(error)
                continue
            if isinstance(answer, Ask):
                for question in answer.questions:
                    if question not in self._asked:
                        self.questions.setdefault(question, rule.cause)
                answer = answer.provisional
            if answer is not None:
                self._match(rule, answer, run)

    def _match(self, rule: Rule, found: Found, run: RunView) -> None:
        """Keep what was found, with its place; not where the place shows that it is something else."""
        place = found.place or place_of(run, rule.cause)
        if not contradicts(place, rule.cause):
            seen = (*found.seen, *repeat_lines(run, port_of(run, rule.cause)))
            self.matches.append((rule, replace(found, place=place, seen=seen)))


def _ranked(matches: list[tuple[Rule, Found]], rules: Sequence[Rule], run: RunView) -> tuple[Finding, ...]:
    present = {rule.cause: match for rule, match in matches}
    folded_into: dict[str, list[str]] = {}
    folded: set[str] = set()
    for rule, match in matches:
        for symptom in (*rule.explains, *rule.outranks):
            # a cause that is merely possible does not swallow one that is better proved
            proved = match.confidence is not Confidence.POSSIBLE
            if symptom in present and (proved or present[symptom].confidence is Confidence.POSSIBLE):
                if symptom in rule.explains:
                    folded_into.setdefault(rule.cause, []).append(symptom)
                folded.add(symptom)
    _carry_over(folded_into, folded)
    order = {rule.cause: number for number, rule in enumerate(rules)}
    kept = [(rule, match) for rule, match in matches if rule.cause not in folded]
    kept.sort(key=lambda pair: (pair[1].yields, _RANK[pair[1].confidence], order[pair[0].cause]))
    return tuple(
        finding(rule, match, tuple(folded_into.get(rule.cause, ())), run, leads=number == 0)
        for number, (rule, match) in enumerate(kept)
    )


def _carry_over(folded_into: dict[str, list[str]], folded: set[str]) -> None:
    """A symptom of a symptom belongs to the root: what was folded into a folded cause moves up with it."""
    for cause, symptoms in folded_into.items():
        if cause in folded:
            continue
        for symptom in symptoms:  # grows while it is walked
            symptoms += [s for s in folded_into.get(symptom, ()) if s not in symptoms and s != cause]
