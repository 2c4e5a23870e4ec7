from fmsdiag.model import Purpose
from fmsdiag.report.sections import CHECKS, FOLLOW_UPS, PLAN, SECTIONS, section_of, sectioned
from tests.report import samples


def test_attempts_by_section_in_order() -> None:
    found = sectioned(samples.port_blocked().attempts)
    assert [(name, [a.id for a in group]) for name, group in found] == [
        (PLAN, [1, 2, 3]),
        (CHECKS, [4]),
        (FOLLOW_UPS, [5, 6]),
    ]


def test_empty_sections_are_left_out() -> None:
    assert [name for name, _ in sectioned(samples.rejected().attempts)] == [PLAN]
    assert sectioned(()) == []


def test_every_purpose_has_one() -> None:
    assert {section_of(purpose) for purpose in Purpose} == set(SECTIONS)
