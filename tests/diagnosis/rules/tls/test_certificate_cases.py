from __future__ import annotations

from fmsdiag.diagnosis.rules.tls.certificate_cases import CHAIN, DOUBTED, SURE
from fmsdiag.model import Cause

FAMILY = {cause for cause in Cause if cause.startswith("certificate-")}


def test_every_cause_of_the_family_has_its_cases() -> None:
    assert set(SURE) == FAMILY
    assert set(DOUBTED) | set(CHAIN) <= FAMILY


def test_beside_a_plan_that_connected_the_headline_says_first_that_streaming_works() -> None:
    for by_cause in (SURE, DOUBTED, CHAIN):
        for cases in by_cause.values():
            assert cases.beside.headline.english.startswith("Streaming works. ")
            assert cases.beside.says_it_works
            assert not cases.alone.headline.english.startswith("Streaming works.")


def test_a_case_belongs_to_the_cause_that_it_tells() -> None:
    for by_cause in (SURE, DOUBTED, CHAIN):
        for cause, cases in by_cause.items():
            assert {case.PREFIX.partition(".")[0] for case in cases} == {cause}


def test_where_something_else_would_show_the_same_a_test_decides() -> None:
    assert all(case.decisive_test is not None for cases in DOUBTED.values() for case in cases)
