"""No kind of row is left without words."""

from fmsdiag.gui.details.words import ENDED, HANDSHAKES, STEP_DONE, STEP_FAILED, STEP_WORKED, WHY_TRIED
from fmsdiag.model import FailureKind, Purpose, Status, StepName

TABLES = (WHY_TRIED, ENDED, STEP_DONE, HANDSHAKES, STEP_WORKED, STEP_FAILED)


def test_every_kind_has_its_sentence() -> None:
    assert set(WHY_TRIED) == set(Purpose)
    assert set(STEP_DONE) == set(STEP_WORKED) == set(StepName)
    assert set(STEP_FAILED) == set(FailureKind)
    assert set(ENDED) == set(Status)


def test_sentences_end_as_such() -> None:
    assert all(said.english.endswith((".", "?")) for table in TABLES for said in table.values())
