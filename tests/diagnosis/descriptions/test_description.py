import pytest

from fmsdiag.diagnosis.descriptions import DESCRIPTIONS, local
from fmsdiag.diagnosis.descriptions.description import by_cause, look_alike, look_alikes_of
from fmsdiag.model import Cause


def test_every_cause_has_a_description() -> None:
    assert set(DESCRIPTIONS) == set(Cause)


def test_a_family_has_its_own_alone() -> None:
    assert Cause.LOCAL_FIREWALL in by_cause(local)
    assert Cause.PORT_BLOCKED not in by_cause(local)


@pytest.mark.parametrize("cause", Cause)
def test_each_cause_has_a_look_alike_that_names_it_back(cause: Cause) -> None:
    found = look_alikes_of(cause, DESCRIPTIONS)
    assert found
    for other, told_apart in found:
        assert other is not cause
        assert (cause, told_apart) in look_alikes_of(other, DESCRIPTIONS)


@pytest.mark.parametrize("cause", Cause)
def test_a_pair_is_told_apart_once(cause: Cause) -> None:
    others = [other for other, _ in look_alikes_of(cause, DESCRIPTIONS)]
    assert len(others) == len(set(others))


def test_look_alikes_are_texts_with_ids() -> None:
    first = DESCRIPTIONS[Cause.PORT_BLOCKED].look_alikes[0]
    assert first.id == "about.port-blocked.look-alikes.1"
    assert look_alike(Cause.SERVER_DOWN, "A sentence.").english == "A sentence."
