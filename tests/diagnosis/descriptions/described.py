"""What must be true of the descriptions of every family."""

from types import ModuleType

from fmsdiag.diagnosis.descriptions.description import CauseDescription, by_cause
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.text import Text
from fmsdiag.model import Cause


def causes_of_rules(family: str) -> set[Cause]:
    """The causes whose rules are in the folder of this family."""
    folder = f"fmsdiag.diagnosis.rules.{family}."
    return {Cause(rule.cause) for rule in RULES if _module(rule.judge).startswith(folder)}


def _module(judge: object) -> str:
    return str(getattr(judge, "__module__", ""))


def complaints(family: ModuleType) -> list[str]:
    """What is wrong with the descriptions of a family."""
    described = by_cause(family)
    expected = causes_of_rules(family.__name__.rpartition(".")[2])
    found = [f"{cause} has no rule in this family" for cause in described.keys() - expected]
    found += [f"{cause} has no description in this family" for cause in expected - described.keys()]
    for cause, description in described.items():
        texts = texts_of(description)
        found += [f"{cause}: no full stop: {t}" for t in texts if not t.english.endswith(".")]
        found += [f"{cause}: a place: {t}" for t in texts if t.places]
        if not 2 <= _sentences(description.what_it_is) <= 4:
            found.append(f"{cause}: what it is takes {_sentences(description.what_it_is)} sentences")
        if _sentences(description.when_not_to_worry) != 1:
            found.append(f"{cause}: when not to worry is more than one sentence")
    return found


def texts_of(description: type[CauseDescription]) -> tuple[Text, ...]:
    return (
        description.what_it_is,
        description.recognized_by,
        *description.look_alikes,
        description.when_not_to_worry,
    )


def _sentences(said: Text) -> int:
    return said.english.count(". ") + 1
