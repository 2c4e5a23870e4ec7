from __future__ import annotations

from fmsdiag.diagnosis.rules.tls.certificate_cases import CHAIN, DOUBTED, SENT, SURE
from fmsdiag.diagnosis.rules.tls.certificate_some_addresses import AT_SOME


def test_every_flaw_can_be_told_of_some_addresses() -> None:
    assert set(AT_SOME) == {
        cases.alone for by_cause in (SURE, DOUBTED, CHAIN, SENT) for cases in by_cause.values()
    }


def test_a_case_belongs_to_the_cause_of_the_case_for_all_addresses() -> None:
    for all_addresses, some in AT_SOME.items():
        assert all_addresses.PREFIX.partition(".")[0] == some.PREFIX.partition(".")[0]
        assert some.PREFIX.partition(".")[2].startswith("some-addresses")


def test_a_doubt_about_all_addresses_is_one_about_some() -> None:
    for all_addresses, some in AT_SOME.items():
        assert (all_addresses.decisive_test is None) == (some.decisive_test is None)


def test_every_case_names_the_addresses_that_show_it_and_one_that_does_not() -> None:
    for case in AT_SOME.values():
        assert {"bad", "alive"} <= set(case.explanation.places)
        assert any("bad" in each.places for each in case.operator)
