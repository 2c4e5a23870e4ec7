import pytest

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.step_names import STEP_NAMES
from fmsdiag.model import StepName


@pytest.mark.parametrize("step", list(StepName))
def test_every_step_has_a_name(step: StepName) -> None:
    assert ENGLISH.say(STEP_NAMES[step])
