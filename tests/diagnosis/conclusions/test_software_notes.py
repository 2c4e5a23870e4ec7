from __future__ import annotations

import pytest

from fmsdiag.diagnosis.conclusions.software_notes import software_notes
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import EvidenceLine, ServerIdentity
from tests.diagnosis.findings import plain


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.95, "The server is almost certainly SRS."),
        (0.6, "The server is likely SRS."),
        (0.5, "The server may be SRS."),
    ],
)
def test_the_note_says_how_sure_it_is(probability: float, said: str) -> None:
    identity = ServerIdentity("SRS", probability, (EvidenceLine(plain("A mark."), "1.handshake"),))
    (note,) = software_notes(identity)
    assert (ENGLISH.render(note.message), note.observation) == (said, "1.handshake")


@pytest.mark.parametrize("identity", [None, ServerIdentity("SRS", 0.4)])
def test_what_is_less_likely_than_not_is_not_said(identity: ServerIdentity | None) -> None:
    assert not list(software_notes(identity))
