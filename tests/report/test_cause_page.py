import re

import pytest

from fmsdiag.diagnosis.cause_reference import cause_reference
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import VARIABLE, language_of, use_language
from fmsdiag.model import Action, Actor, Cause, Confidence
from fmsdiag.report.cause_page import CausePage, cause_page


def said(page: CausePage) -> str:
    """All that a page says, as text."""
    return "\n".join(
        (
            page.name,
            page.what_it_is,
            page.recognized_by,
            *(part for each in page.look_alikes for part in (each.name, each.told_apart)),
            *(part for case in page.cases for part in (case.headline, case.explanation, case.decides)),
            *(step.text for reader in page.readers for step in reader.steps),
            *page.explains,
            page.when_not_to_worry,
        )
    )


@pytest.mark.parametrize("cause", Cause)
def test_every_page_is_whole_and_has_no_open_place(cause: Cause) -> None:
    page = cause_page(cause_reference(cause))
    assert page.name
    assert page.look_alikes
    assert len(page.confidence) == len(Confidence)
    assert [reader.actor for reader in page.readers] == list(Actor)
    assert not re.search(r"[{}]", said(page))


def test_a_page_is_in_the_readers_language() -> None:
    use_language(language_of({VARIABLE: "en-XA"}))
    try:
        page = cause_page(cause_reference(Cause.PORT_BLOCKED))
    finally:
        use_language(ENGLISH)
    lines = [line for line in said(page).splitlines() if line]
    assert lines
    assert all(line.startswith("[!! ") for line in lines)


def test_values_are_examples() -> None:
    page = cause_page(cause_reference(Cause.PORT_BLOCKED))
    assert page.cases[0].headline == "Ports 1935 and 80 are blocked by a firewall in your network."
    assert "media.example.com" in page.cases[0].explanation


def test_steps_of_all_cases_stand_once_with_what_a_face_can_offer() -> None:
    you = cause_page(cause_reference(Cause.PORT_BLOCKED)).readers[0].steps
    assert len({step.text for step in you}) == len(you)
    assert you[0].action is Action.COPY_REQUEST
    assert any(step.target == "rtmps://media.example.com/live" for step in you)


def test_a_page_names_what_the_cause_explains() -> None:
    assert "port blocked" in cause_page(cause_reference(Cause.CAPTIVE_PORTAL)).explains
    assert cause_page(cause_reference(Cause.PORT_BLOCKED)).explains == ()
