from __future__ import annotations

import pytest

from fmsdiag.diagnosis.conclusions.tunnel_notes import ident_notes
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import SERVER, run_view


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (
            "10.0.0.5",
            "names 10.0.0.5 as its own address (ident2), a private address that cannot be reached from elsewhere",
        ),
        ("198.51.100.9", "names 198.51.100.9 as its own address"),
    ],
)
def test_an_ident_that_points_elsewhere_is_noted_once(named: str, words: str) -> None:
    tunnel = f"rtmpt 80: tcp ok; tunnel ok ident={named}; handshake ok; connect ok"
    seen = run_view([f"fallback {tunnel}", f"check {tunnel}"])
    (note,) = ident_notes(seen)
    assert words in ENGLISH.render(note.message)
    assert ENGLISH.render(note.message).endswith(f"instead of at {SERVER}.")
    assert note.observation == "1.tunnel"


def test_an_ident_that_names_the_server_itself_is_nothing_to_tell() -> None:
    ways = ("tunnel ok", f"tunnel ok ident={SERVER}", "tunnel unexpected-reply http=404")
    assert not list(ident_notes(run_view([f"fallback rtmpt 80: tcp ok; {way}" for way in ways])))
