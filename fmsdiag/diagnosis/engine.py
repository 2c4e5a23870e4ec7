"""Runs all rules, contains their crashes, folds symptoms into causes and ranks what remains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from fmsdiag.diagnosis.evidence.dns import at_real_address
from fmsdiag.diagnosis.evidence.port_proof import is_blocked
from fmsdiag.diagnosis.evidence.ports import first_shut_port
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import Grounds
from fmsdiag.diagnosis.lines.repeats import repeat_lines
from fmsdiag.diagnosis.location import contradicts, place_of, port_of
from fmsdiag.diagnosis.rule import Ask, Found, Rule, finding
from fmsdiag.fault_location import where_raised
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Cause, Confidence, EvidenceLine, Finding, Question, RuleError, Status
from fmsdiag.model.messages import Listed


class BehindCertificate(Table, of="behind-certificate"):
    """What is said of a finding that was seen only because a refused certificate was ignored."""

    SEEN = text("Seen behind the certificate, which players do not accept.")
    # translators: {explanation} is whole sentences
    EXPLAINED = text(
        "{explanation:list} This was seen behind a certificate that players do not accept, so they do not get this far yet."
    )


class AtRealAddress(Table, of="at-real-address"):
    """What is said of a finding that was seen at an address to which this network's DNS does not lead."""

    SEEN = text("Seen at the server's real address, which a second DNS server gives.")
    # translators: {explanation} is whole sentences
    EXPLAINED = text(
        "{explanation:list} This was seen at the server's real address, to which players do not get yet."
    )


_Behind = Mapping[str, tuple[Text, Text]]
"""Findings that were seen only beyond another fault: what their evidence and their explanation say of that."""
_RANK = {Confidence.CONFIRMED: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}


_WRONG_ADDRESS = frozenset(
    (Cause.DNS_FILTERED, Cause.DNS_HIJACKED, Cause.DNS_STALE_ADDRESS, Cause.HOSTS_FILE_OVERRIDE)
)
"""Causes for which the run did not go to the server's address."""
_SERVERS_NO = frozenset(
    (
        Cause.APP_NOT_FOUND,
        Cause.AUTH_REQUIRED,
        Cause.REDIRECTED,
        Cause.REJECTED_BY_SERVER,
        Cause.SERVER_FULL,
        Cause.SERVER_SHUTTING_DOWN,
        Cause.SWF_VERIFICATION_REQUIRED,
    )
)
"""Causes for which a server that was reached lets nobody in: until they are fixed, no other fix connects anything."""

_STOPS_PORT = frozenset((Cause.PORT_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED, Cause.ONLY_HTTPS_ALLOWED))
"""Causes by which this network keeps a port shut."""


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
    beyond, behind = run.beyond_certificates, dict[str, tuple[Text, Text]]()
    if beyond is not run and any(match.yields for _, match in heard.matches):
        # the certificate is not all that fails: what is behind it is judged as if it had been accepted
        found = {rule.cause for rule, _ in heard.matches}
        heard.ask(beyond, [rule for rule in rules if rule.cause not in found])
        said = BehindCertificate.SEEN, BehindCertificate.EXPLAINED
        behind |= {rule.cause: said for rule, _ in heard.matches if rule.cause not in found}
    found_already = {rule.cause for rule, _ in heard.matches}
    real = at_real_address(run)
    if real is not run and not found_already.isdisjoint(_WRONG_ADDRESS):
        heard.say(real, [rule for rule in rules if rule.cause in _SERVERS_NO - found_already])
        said = AtRealAddress.SEEN, AtRealAddress.EXPLAINED
        behind |= {rule.cause: said for rule, _ in heard.matches if rule.cause not in found_already}
    return Diagnosis(
        _ranked(heard.matches, rules, run, behind),
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

    def say(self, run: RunView, rules: Sequence[Rule]) -> None:
        """Likewise, but nothing is asked: the questions would go to where the run went."""
        questions = dict(self.questions)
        self.ask(run, rules)
        self.questions = questions

    def _match(self, rule: Rule, found: Found, run: RunView) -> None:
        """Keep what was found, with its place; not where the place shows that it is something else."""
        place = found.place or place_of(run, rule.cause)
        if not contradicts(place, rule.cause):
            seen = (*found.seen, *repeat_lines(run, port_of(run, rule.cause)))
            self.matches.append((rule, _awake(replace(found, place=place, seen=seen), run)))


def _awake(found: Found, run: RunView) -> Found:
    """As sure as a run can be through which the computer slept: what it waited for then timed out for that reason alone."""
    if run.environment.slept_s is None:
        return found
    return replace(found, confidence=Confidence.POSSIBLE, reason=Grounds.SLEPT.of())


def _ranked(
    matches: list[tuple[Rule, Found]], rules: Sequence[Rule], run: RunView, behind: _Behind
) -> tuple[Finding, ...]:
    present = {rule.cause: match for rule, match in matches}
    folded_into: dict[str, list[str]] = {}
    folded: set[str] = set()
    for rule, match in matches:
        for symptom in () if match.alternative else (*rule.explains, *rule.outranks):
            # a cause that is merely possible does not swallow one that is better proved
            proved = match.confidence is not Confidence.POSSIBLE
            if (
                symptom in present
                and symptom not in match.beside
                and (proved or present[symptom].confidence is Confidence.POSSIBLE)
            ):
                if symptom in rule.explains:
                    folded_into.setdefault(rule.cause, []).append(symptom)
                folded.add(symptom)
    _carry_over(folded_into, folded)
    order = {rule.cause: number for number, rule in enumerate(rules)}
    kept = [(rule, match) for rule, match in matches if rule.cause not in folded]
    decisive = _decisive(kept, run)
    intercepted = any(rule.cause is Cause.TLS_INTERCEPTED and not match.yields for rule, match in kept)

    def rank(pair: tuple[Rule, Found]) -> tuple[object, ...]:
        rule, match = pair
        proved = match.confidence is not Confidence.POSSIBLE
        return (
            match.yields,
            behind.get(rule.cause) == (AtRealAddress.SEEN, AtRealAddress.EXPLAINED),
            not (proved and rule.cause in decisive),
            # whoever intercepts shows a certificate of its own, whatever the server behind it does
            intercepted and rule.cause in behind,
            _RANK[match.confidence],
            order[rule.cause],
        )

    kept.sort(key=rank)
    found = [
        finding(rule, match, tuple(folded_into.get(rule.cause, ())), run, leads=number == 0)
        for number, (rule, match) in enumerate(kept)
    ]
    return tuple(_beyond(each, *behind[each.cause]) if each.cause in behind else each for each in found)


def _decisive(kept: list[tuple[Rule, Found]], run: RunView) -> frozenset[Cause]:
    """Causes that come first where they are proved: what a server says that was reached and lets nobody in.

    Not of an application where this network shuts the port that the plan tries first: another server may be behind it.
    """
    if run.connected or all(a.status is not Status.REJECTED for a in run.media):
        return frozenset()
    first = first_shut_port(run)
    if (
        Cause.APP_NOT_FOUND not in {rule.cause for rule, _ in kept}
        or first is None
        or not is_blocked(run, first)
    ):
        return _SERVERS_NO
    return (_SERVERS_NO - {Cause.APP_NOT_FOUND}) | _STOPS_PORT


def _beyond(finding: Finding, seen: Text, explained: Text) -> Finding:
    """A finding with what it was seen beyond: no player gets that far."""
    return msgspec.structs.replace(
        finding,
        explanation=explained.of(explanation=Listed((finding.explanation,))),
        evidence=(EvidenceLine(seen.of()), *finding.evidence),
    )


def _carry_over(folded_into: dict[str, list[str]], folded: set[str]) -> None:
    """A symptom of a symptom belongs to the root: what was folded into a folded cause moves up with it."""
    for cause, symptoms in folded_into.items():
        if cause in folded:
            continue
        for symptom in symptoms:  # grows while it is walked
            symptoms += [s for s in folded_into.get(symptom, ()) if s not in symptoms and s != cause]
