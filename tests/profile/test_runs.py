"""A profile's runs are what it asks for and nothing beyond; the user's own choices about third parties go first."""

from collections.abc import Mapping

import pytest

from fmsdiag.model import FilledField, Options, PlanName, PlannedPort, Redaction, Transport
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.runs import filled_fields, runs_of
from tests.profile.samples import profile, whole_profile
from tests.report import samples


def test_one_run_for_each_server_with_the_reference_of_that_server() -> None:
    first, second = runs_of(whole_profile(), (FilledField("Name", "Jane"),), {})
    assert (first.target.host, second.target.host) == (samples.HOST, "192.0.2.7")
    assert first.options.plan is PlanName.FLASH_PLAYER
    assert first.options.checks == (PlannedPort(Transport.RTMPS, 443),)
    assert first.assignment.reference == whole_profile().references[0]
    assert second.assignment.reference is None
    assert first.assignment.prepared == second.assignment.prepared
    assert first.assignment.prepared.fields == (FilledField("Name", "Jane"),)
    assert not any((first.options.publish, first.options.play, first.options.deep))


def test_the_users_own_options_stay() -> None:
    (run,) = runs_of(profile(redaction=Redaction.STRICT), (), {}, Options(timeout_s=3.0))
    assert run.options.timeout_s == 3.0
    assert run.assignment.prepared.redaction is Redaction.STRICT


@pytest.mark.parametrize(
    ("made", "environment", "flag", "control"),
    [
        (profile(), {}, None, "a.rtmp.youtube.com"),
        (profile(control="none"), {}, None, None),
        (profile(control="c.example"), {}, None, "c.example"),
        (profile(control="c.example"), {"FMSDIAG_CONTROL": "None"}, None, None),
        (profile(control="c.example"), {"FMSDIAG_CONTROL": "d.example"}, None, "c.example"),
        (profile(control="c.example"), {}, "none", None),
        (profile(references=whole_profile().references), {}, None, None),
        (profile(references=whole_profile().references, control="c.example"), {}, None, "c.example"),
    ],
)
def test_third_parties(
    made: object, environment: Mapping[str, str], flag: str | None, control: str | None
) -> None:
    (run,) = runs_of(made, (), environment, control=flag)  # type: ignore[arg-type]
    assert run.options.control == control


def test_beside_a_reference_run_no_second_name_server_is_asked() -> None:
    (run,) = runs_of(profile(references=whole_profile().references), (), {})
    assert run.options.resolver is None


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Required: Ticket number"),
        ({"Ticket number": " "}, "Required: Ticket number"),
        ({"Ticket number": "1", "Color": "red"}, "no field “Color”"),
        ({"Ticket number": "x" * 201}, "at most 200 characters"),
        ({"Ticket number": "a\nb"}, "line breaks"),
        ({"Ticket number": "rtmp://a.example/live/abcdef-12345-key"}, "a stream key"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(answers: dict[str, str], said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        filled_fields(whole_profile(), answers)


def test_answers_stand_in_the_profiles_order_and_empty_ones_are_left_out() -> None:
    assert filled_fields(whole_profile(), {"Name": "", "Ticket number": " 4711 "}) == (
        FilledField("Ticket number", "4711"),
    )
    both = filled_fields(whole_profile(), {"Name": "Jane", "Ticket number": "1"})
    assert [field.label for field in both] == ["Ticket number", "Name"]


def test_a_profile_without_fields_takes_none() -> None:
    with pytest.raises(ProfileError, match="no fields"):
        filled_fields(profile(), {"Name": "Jane"})
