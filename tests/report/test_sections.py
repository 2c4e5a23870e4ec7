from fmsdiag.model import Purpose, Status
from fmsdiag.report.sections import (
    CHECKS,
    FOLLOW_UPS,
    PLAN,
    REQUESTED,
    SECTIONS,
    section_of,
    section_title,
    sectioned,
)
from tests.report import samples, transport_samples


def test_attempts_by_section_in_order() -> None:
    found = sectioned(samples.port_blocked().attempts)
    assert [(name, [a.id for a in group]) for name, group in found] == [
        (PLAN, [1, 2, 3]),
        (CHECKS, [4]),
        (FOLLOW_UPS, [5, 6, 7]),
    ]


def test_empty_sections_are_left_out() -> None:
    assert [name for name, _ in sectioned(samples.rejected().attempts)] == [PLAN]
    assert sectioned(()) == []


def test_every_purpose_has_one() -> None:
    tried = (samples.attempt(1, samples.endpoint(), Status.FAILED, purpose=purpose) for purpose in Purpose)
    assert {section_of(attempt) for attempt in tried} == {PLAN, CHECKS, FOLLOW_UPS}


def test_what_the_user_asked_for_is_no_finding_out_why() -> None:
    found = sectioned(transport_samples.published().attempts)
    assert [(name, [a.id for a in group]) for name, group in found] == [(PLAN, [1]), (REQUESTED, [2, 3])]
    assert {name for name, _ in found} < set(SECTIONS)


def test_all_but_the_plan_have_titles() -> None:
    assert [section_title(section) for section in SECTIONS] == [
        "",
        "Also checked",
        "Your stream",
        "Follow-up tests",
    ]
