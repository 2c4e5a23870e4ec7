"""A profile is begun with what the form has, and never with its secrets."""

import pytest

from fmsdiag.gui.form.form_input import FormInput
from fmsdiag.gui.profile.prefill import prefilled
from fmsdiag.model import PlanName


@pytest.mark.parametrize(
    ("fields", "servers"),
    [
        (FormInput(), ()),
        (FormInput("h.example", "live", stream="k3y", query="t=1"), ("rtmp://h.example/live",)),
        (FormInput("h.example", "live?t=1"), ("rtmp://h.example/live",)),
        (FormInput("h.example"), ("rtmp://h.example",)),
        (FormInput("2001:db8::1", "live"), ("rtmp://[2001:db8::1]/live",)),
        (FormInput("rtmps://h.example/x"), ("rtmps://h.example/x",)),
    ],
)
def test_the_address_is_the_forms(fields: FormInput, servers: tuple[str, ...]) -> None:
    assert prefilled(fields) == (servers, None, "")


def test_a_plan_is_taken_where_it_is_used_and_not_the_usual_one() -> None:
    assert prefilled(FormInput("h", plan="flash-player"))[1] is PlanName.FLASH_PLAYER
    assert prefilled(FormInput("h", plan="ams"))[1] is None
    assert prefilled(FormInput("h", plan="flash-player", ports="80"))[1:] == (None, "80")
