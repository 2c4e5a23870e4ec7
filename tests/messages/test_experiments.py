import pytest

from fmsdiag.messages.experiments import EXPERIMENTS, USUAL_LIMIT_S
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Experiment


@pytest.mark.parametrize("experiment", list(Experiment))
def test_every_experiment_is_told_whole(experiment: Experiment) -> None:
    spec = EXPERIMENTS[experiment]
    assert ENGLISH.say(spec.name)
    assert ENGLISH.say(spec.why).endswith(".")
    assert spec.limit_s >= USUAL_LIMIT_S
    assert set(spec.row.places) <= {"host", "port", "method"}


def test_third_parties_are_elsewhere() -> None:
    third = {e for e, spec in EXPERIMENTS.items() if spec.is_third_party}
    elsewhere = {e for e, spec in EXPERIMENTS.items() if spec.is_elsewhere}
    assert third < elsewhere
    assert elsewhere - third == {Experiment.CONTROL_NAME}
