"""Every rule against every situation of the tables in rules/: what is found, what is not, what is asked."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.notes import notes as notes_of
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rule import Ask, Found, Rule, unused_values
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Actor, Finding
from tests.diagnosis.causes import CAUSES
from tests.diagnosis.situations import RULE_TABLES, Situation, asked_by, load_all
from tests.each import each_of

ALL = load_all()
TABLES = {table for table, _ in ALL}
MAX_WORDS = 12


FILES: dict[str, str] = {rule.cause: rule.judge.__module__.rpartition(".")[2] for rule in RULES}


def table_of(cause: str) -> str:
    """The table of the rule's own name, else that of the file which it shares with others."""
    stem = cause.replace("-", "_")
    return stem if stem in TABLES else FILES[cause]


def complaints(situation: Situation, rules: tuple[Rule, ...]) -> list[str]:
    """In what the conclusion differs from what the situation expects."""
    run = situation.run
    told = evaluate_rules(run, rules, asked_by(run.attempts))
    found = [f.cause for f in told.findings]
    asks = sorted(f"{q.experiment} {q.endpoint.port}" for q, _ in told.questions)
    if not any(
        q.startswith("flows") for q in situation.asks
    ):  # asked of whatever failed: listed where it is the point
        asks = [q for q in asks if not q.startswith("flows")]
    judged = verdict.judge(run, told.findings)
    wrong = [f"{e.cause} crashed: {e.error}" for e in told.errors]
    if (found[:1] or ["none"]) != [situation.first]:
        wrong.append(f"first is {found[:1] or 'none'}, not {situation.first}")
    elif situation.confidence and told.findings[0].confidence != situation.confidence:
        wrong.append(f"{found[0]} is {told.findings[0].confidence}, not {situation.confidence}")
    wrong += [f"{cause} is not among {found}" for cause in situation.also if cause not in found]
    wrong += [f"{cause} is accused" for cause in situation.absent if cause in found]
    expected = sorted(q for q in situation.asks if q != "*")
    others_may_ask = "*" in situation.asks
    if not set(expected) <= set(asks) or (asks != expected and not others_may_ask):
        wrong.append(f"asks {asks}, not {sorted(situation.asks)}")
    if judged.status != situation.status:
        wrong.append(f"the run is {judged.status}, not {situation.status}")
    notes = notes_of(run, told.findings)
    if situation.notes is not None and len(notes) != situation.notes:
        wrong.append(
            f"{len(notes)} notes, not {situation.notes}: {[ENGLISH.render(n.message) for n in notes]}"
        )
    return wrong


@pytest.mark.parametrize("situation", [s for _, s in ALL], ids=[f"{t}: {s.name}" for t, s in ALL])
def test_situation(situation: Situation) -> None:
    assert complaints(situation, RULES) == []


@pytest.mark.parametrize("rule", RULES, ids=[r.cause for r in RULES])
def test_rule_is_first_somewhere_and_absent_somewhere(rule: Rule) -> None:
    own = [s for table, s in ALL if table == table_of(rule.cause)]
    assert any(s.first == rule.cause for s in own)
    assert any(rule.cause in s.absent and s.first != rule.cause for s in own)


@pytest.mark.parametrize("rule", RULES, ids=[r.cause for r in RULES])
def test_rule_is_missed_when_it_is_gone(rule: Rule) -> None:
    rest = tuple(r for r in RULES if r is not rule)
    own_first = sorted(ALL, key=lambda pair: pair[0] != table_of(rule.cause))
    assert any(complaints(s, rest) for _, s in own_first)


def test_the_rules_are_the_vocabulary() -> None:
    """One rule for each cause, and no cause that nobody promised."""
    assert sorted(rule.cause for rule in RULES) == sorted(CAUSES)


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause_is_found_somewhere_and_listed_as_absent_somewhere(cause: str) -> None:
    assert any(cause == s.first for _, s in ALL)
    assert any(cause in s.absent for _, s in ALL)


def test_tables_belong_to_rules() -> None:
    assert {table_of(rule.cause) for rule in RULES} == {path.stem for path in RULE_TABLES.rglob("*.toml")}


def test_situations_name_causes_that_exist() -> None:
    for _, s in ALL:
        assert {s.first, *s.absent, *s.also} <= CAUSES | {"none"}, s.name


SLIPS = (
    "None", "“”", "  ", " .", "..", " ,", "()", "1 hops", "Port 80 and", "ports gives", "{", "}", "(the best route from here)",
)  # fmt: skip


def texts_of(found: Finding) -> list[str]:
    """Everything that a finding says, rendered."""
    advice = (*found.advice.user, *found.advice.administrator, *found.advice.operator)
    said = [
        found.headline,
        found.explanation,
        found.confidence_reason,
        *(line.message for line in (*found.evidence, *found.counter_evidence)),
        *found.rules_out,
        *(step.message for step in advice),
        *((found.decisive_test,) if found.decisive_test is not None else ()),
    ]
    return [ENGLISH.render(message) for message in said if message.id]


@each_of((f"{t}: {s.name}", s) for t, s in ALL)
def test_words_can_be_read_aloud(situation: Situation) -> None:
    run = situation.run
    seen = {o.id for a in run.attempts for o in a.observations}
    for found in evaluate_rules(run, RULES, asked_by(run.attempts)).findings:
        headline = ENGLISH.render(found.headline)
        assert len(headline.split()) <= MAX_WORDS, headline
        assert headline.endswith(".")
        shown = {e.observation for e in (*found.evidence, *found.counter_evidence)}
        assert shown <= seen | {""}, found.cause
        assert shown - {""}, f"{found.cause} rests on nothing that was observed"
        assert 1 <= len(found.evidence) <= 5
        steps = dict(
            zip(Actor, (found.advice.user, found.advice.administrator, found.advice.operator), strict=True)
        )
        assert all(steps[actor] for actor in found.acts), found.cause
        assert all(len(few) <= 3 for few in steps.values()), found.cause
        for text in texts_of(found):
            assert text, found.cause
            assert (
                text[0].isupper() or text[0] in "“0123456789" or text.startswith((run.target.host, "macOS "))
            ), text
            assert text[-1] in ".!?”", text
            assert [slip for slip in SLIPS if slip in text] == [], text
        if found.request is not None:
            assert all(ENGLISH.render(line)[-1] == "." for line in found.request.seen)


@each_of((f"{t}: {s.name}", s) for t, s in ALL)
def test_a_rule_gives_no_value_that_nothing_says(situation: Situation) -> None:
    for rule in RULES:
        answer = rule.judge(situation.run)
        found = answer.provisional if isinstance(answer, Ask) else answer
        if isinstance(found, Found):
            assert unused_values(found) == set(), found.case.PREFIX
