"""What there is to know of a cause: its description, its rule, and what its findings say, with example values."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from fmsdiag.diagnosis.descriptions import DESCRIPTIONS
from fmsdiag.diagnosis.descriptions.description import look_alikes_of
from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.diagnosis.steps import BestRoute, is_best_route
from fmsdiag.messages.examples import example_values
from fmsdiag.messages.text import Text
from fmsdiag.model import Advice, Cause, Message, Step
from fmsdiag.model.cause_reference import CauseReference, ExampleCase, LookAlikeReference


def cause_reference(cause: Cause) -> CauseReference:
    """All that this program can say of a cause without a run."""
    description, cases = DESCRIPTIONS[cause], cases_of(cause)
    return CauseReference(
        cause=cause,
        what_it_is=description.what_it_is.of(),
        recognized_by=description.recognized_by.of(),
        look_alikes=tuple(
            LookAlikeReference(other, told_apart.of())
            for other, told_apart in look_alikes_of(cause, DESCRIPTIONS)
        ),
        cases=tuple(map(_example, cases)),
        advice=Advice(
            _steps((case, case.you) for case in cases),
            _steps((case, case.administrator) for case in cases),
            _steps((case, case.operator) for case in cases),
        ),
        acts=tuple(dict.fromkeys(chain.from_iterable(case.acts for case in cases))),
        explains=tuple(
            dict.fromkeys(Cause(each) for rule in RULES if rule.cause == cause for each in rule.explains)
        ),
        when_not_to_worry=description.when_not_to_worry.of(),
    )


def cases_of(cause: Cause) -> tuple[type[FindingTexts], ...]:
    """The ways in which this cause shows, in the order of their file; those of the rule's own file first."""
    cases = (each for each in FindingTexts.__subclasses__() if each.PREFIX.startswith(f"{cause}."))
    own = cause.replace("-", "_")
    return tuple(sorted(cases, key=lambda each: each.__module__.rpartition(".")[2] != own))


def _example(case: type[FindingTexts]) -> ExampleCase:
    decisive = case.decisive_test
    return ExampleCase(
        _message(case, case.headline),
        _message(case, case.explanation),
        _message(case, decisive) if decisive is not None else None,
    )


def _steps(given: Iterable[tuple[type[FindingTexts], tuple[Text, ...]]]) -> tuple[Step, ...]:
    """Each step once: many cases share theirs."""
    steps: dict[Text, Step] = {}
    for case, texts in given:
        for each in texts:
            said = BestRoute.NOW if is_best_route(each) else each
            if said not in steps:
                steps[said] = Step(_message(case, said), said.action)
    return tuple(steps.values())


def _message(case: type[FindingTexts], said: Text) -> Message:
    cause = Cause(case.PREFIX.partition(".")[0])
    values = example_values((case.headline, case.explanation, said), cause)
    return said.of(**{place: values[place] for place in said.places})
