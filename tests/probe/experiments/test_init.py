from __future__ import annotations

import pytest

from fmsdiag.model import Experiment
from fmsdiag.probe.experiments import TIMEOUT_S, limit_s


@pytest.mark.parametrize("experiment", list(Experiment))
def test_every_experiment_is_bounded(experiment: Experiment) -> None:
    assert TIMEOUT_S <= limit_s(experiment) <= 14.0


def test_a_silence_that_was_asked_for_is_given_its_time() -> None:
    assert limit_s(Experiment.IDLE, 60.0) - limit_s(Experiment.IDLE) == 60.0
    assert limit_s(Experiment.HOPS, 60.0) == limit_s(Experiment.HOPS)
