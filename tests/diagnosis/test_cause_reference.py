import pytest

from fmsdiag.diagnosis.cause_reference import cases_of, cause_reference
from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.examples import BY_CAUSE
from fmsdiag.model import Actor, Cause


@pytest.mark.parametrize("cause", Cause)
def test_it_has_what_findings_say_and_who_acts(cause: Cause) -> None:
    known = cause_reference(cause)
    steps = {
        Actor.USER: known.advice.user,
        Actor.ADMINISTRATOR: known.advice.administrator,
        Actor.OPERATOR: known.advice.operator,
    }
    assert known.cases
    assert any(steps[actor] for actor in known.acts)


@pytest.mark.parametrize("cause", Cause)
def test_its_messages_can_be_rendered(cause: Cause) -> None:
    known, texts = cause_reference(cause), known_texts()
    messages = [known.what_it_is, known.recognized_by, known.when_not_to_worry]
    messages += [each.told_apart for each in known.look_alikes]
    messages += [message for case in known.cases for message in (case.headline, case.explanation)]
    assert all(texts[message.id].fits(message.values) for message in messages)


def test_the_best_route_stands_as_an_example() -> None:
    steps = cause_reference(Cause.PORT_BLOCKED).advice.user
    assert any(step.message.id == "best-route.now" for step in steps)


def test_it_names_what_the_cause_explains() -> None:
    assert Cause.PORT_BLOCKED in cause_reference(Cause.CAPTIVE_PORTAL).explains


def test_every_example_of_a_cause_is_used() -> None:
    unused = []
    for cause, values in BY_CAUSE.items():
        places = {
            place: kind
            for case in cases_of(cause)
            for said in (case.headline, case.explanation, *case.you, *case.administrator, *case.operator)
            for place, kind in said.places.items()
        }
        unused += [
            f"{cause}: {place}" for place, value in values.items() if places.get(place) is not type(value)
        ]
    assert unused == []
