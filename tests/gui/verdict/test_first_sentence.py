"""Where the first sentence of a paragraph ends."""

import pytest

from fmsdiag.gui.verdict.first_sentence import first_sentence
from fmsdiag.messages.pseudo import CLOSE, OPEN
from fmsdiag.report.view import ReportView
from tests.report import samples


@pytest.mark.parametrize(
    ("paragraph", "first"),
    [
        ("", ""),
        ("Only one", "Only one"),
        ("One. Two.", "One."),
        ("It took 5.0 s at media.example.com. More.", "It took 5.0 s at media.example.com."),
        ("Ports (e.g. 80) work. More.", "Ports (e.g. 80) work."),
        ("It said: “No. Never. Ever.” And closed.", "It said: “No. Never. Ever.”"),
        ("Er sagte: „Nein. Nie.“ Dann nichts.", "Er sagte: „Nein. Nie.“"),
        ("Il dit « Non. Jamais ». Puis rien.", "Il dit « Non. Jamais »."),
        ("“Never closed. One. Two.", "“Never closed. One. Two."),
        ("First line\nSecond line.", "First line"),
        ("接続できません。次の文。", "接続できません。"),
        ("A \U0001f41f fish. Another.", "A \U0001f41f fish."),
        (f"{OPEN}Ōne {OPEN}A. B{CLOSE} x. Ŧwo.{CLOSE}", f"{OPEN}Ōne {OPEN}A. B{CLOSE} x.{CLOSE}"),
    ],
)
def test_the_first_sentence(paragraph: str, first: str) -> None:
    assert first_sentence(paragraph) == first


@pytest.mark.parametrize("name", samples.RECORDED)
def test_every_recorded_run_has_a_short_one(name: str) -> None:
    said = first_sentence(ReportView(samples.recorded(name)).paragraph)
    assert said.endswith((".", "”"))
    assert 20 < len(said) < 220
