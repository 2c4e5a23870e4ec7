import pytest

from fmsdiag.cli.fault_texts import DEMO_TEXTS, FAULT_TEXTS, DemoTexts, demo_text
from fmsdiag.server.demo_names import DEMOS
from fmsdiag.server.faults import FAULTS, FaultKind


def test_every_fault_and_every_demo_has_words() -> None:
    assert set(FAULT_TEXTS) == set(FaultKind) == {entry.kind for entry in FAULTS}
    assert tuple(DEMO_TEXTS) == DEMOS


@pytest.mark.parametrize("entry", FAULTS, ids=lambda entry: entry.kind)
def test_words_that_speak_of_an_argument_belong_to_a_fault_that_has_it(entry: object) -> None:
    kind, argument = entry.kind, entry.argument  # type: ignore[attr-defined]
    for word in ("SECONDS", "BYTES", "URL", "REQUESTS", "ADDRESS"):
        assert (word in FAULT_TEXTS[kind].english) == (word == argument)


def test_a_demo_with_an_argument() -> None:
    assert demo_text("cut-s2:100") is FAULT_TEXTS[FaultKind.CUT_S2]
    assert demo_text("http-only") is DemoTexts.HTTP_ONLY
