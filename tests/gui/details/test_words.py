"""No kind of row is left without words."""

from fmsdiag.gui.details.words import ENDED, STEP_DONE, STEP_FAILED, WHY_ASKED, WHY_TRIED
from fmsdiag.model import Experiment, FailureKind, Purpose, Status, StepName


def test_every_kind_has_its_sentence() -> None:
    assert set(WHY_TRIED) == set(Purpose)
    assert set(WHY_ASKED) == set(Experiment)
    assert set(STEP_DONE) == set(StepName)
    assert set(STEP_FAILED) == set(FailureKind)
    assert set(ENDED) == set(Status) - {Status.FAILED}  # a failed attempt means what its failed step does


def test_sentences_end_as_such() -> None:
    tables = [
        WHY_TRIED.values(),
        WHY_ASKED.values(),
        STEP_DONE.values(),
        STEP_FAILED.values(),
        ENDED.values(),
    ]
    assert all(text.endswith((".", "?")) for texts in tables for text in texts)
