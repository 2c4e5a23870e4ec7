"""Each reason has one sentence, without a full stop: faces put a time before it."""

from fmsdiag.obs.texts import REASONS


def test_reasons_are_sentences_without_a_full_stop() -> None:
    assert len({said.english for said in REASONS.values()}) == len(REASONS)
    assert all(said.english[0].isupper() and said.english[-1] != "." for said in REASONS.values())
