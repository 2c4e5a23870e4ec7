from __future__ import annotations

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.messages.catalog import known_texts
from fmsdiag.model import Cause


def test_the_texts_of_rules_and_conclusions_are_known() -> None:
    known = known_texts()
    for text_id in ("port-blocked.ports.headline", "verdict.works", "steps.copy-request", "players.only"):
        assert text_id in known


def test_ids_are_words() -> None:
    for text_id in known_texts():
        assert text_id == text_id.lower()
        assert not set(text_id) - set("abcdefghijklmnopqrstuvwxyz0123456789.-"), text_id


def test_cases_begin_with_their_cause() -> None:
    causes = {cause.value for cause in Cause}
    cases = [case for case in FindingTexts.__subclasses__() if case.__module__.startswith("fmsdiag.")]
    assert cases
    assert {case.PREFIX.partition(".")[0] for case in cases} <= causes
