from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.refusals import refusals
from fmsdiag.diagnosis.lines.refusals import (
    MOST_OF_DESCRIPTION,
    answer,
    reached_line,
    reason_given,
    refusal_line,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Attempt, ConnectFacts
from fmsdiag.model.messages import Quote
from tests.diagnosis.situations import run_view


def refused(answered: str) -> tuple[Attempt, ConnectFacts]:
    (pair,) = refusals(
        run_view([f"fallback rtmp 1935: tcp ok; handshake ok; connect rejected command=_error {answered}"])
    )
    return pair


def test_the_server_was_reached_as_its_handshake_shows() -> None:
    said = reached_line(refused("code=X")[0])
    words = "RTMP on port 1935: the server at 203.0.113.10 was reached and spoke RTMP."
    assert ENGLISH.render(said.message) == words
    assert said.observation == "1.handshake"


def test_an_address_that_was_typed_is_not_told_again() -> None:
    lines = ["fallback rtmp 1935: tcp ok; handshake ok; connect rejected command=_error code=X"]
    (pair,) = refusals(run_view(lines, url="rtmp://203.0.113.10/live"))
    assert (
        ENGLISH.render(reached_line(pair[0]).message)
        == "RTMP on port 1935: the server was reached and spoke RTMP."
    )


@pytest.mark.parametrize(
    ("answered", "english"),
    [
        ('code=No.Room text="Bye."', "The server answered No.Room: “Bye.”"),
        ('code= text="Bye."', "The server answered: “Bye.”"),
        ("code=No.Room", "The server answered No.Room."),
        ("code=", "The server answered connect with _error and nothing more."),
    ],
)
def test_a_refusal_is_quoted_as_far_as_it_has_words(answered: str, english: str) -> None:
    attempt, facts = refused(answered)
    said = refusal_line(attempt, facts)
    assert ENGLISH.render(said.message) == english
    assert said.observation == "1.connect"


def test_the_reason_is_the_description_else_the_code() -> None:
    assert reason_given(refused('code=No.Room text="Bye."')[1]) == Quote("Bye.")
    assert reason_given(refused("code=No.Room")[1]) == Quote("No.Room")
    assert reason_given(refused("code=")[1]) is None


def test_what_a_server_says_at_length_is_cut() -> None:
    said = answer("No.Room", " " + "so " * 1000)
    assert said is not None
    assert said.values["words"] == Quote(("so " * 1000)[:MOST_OF_DESCRIPTION])
    assert answer(None, " ") is None
