from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.shortfalls import shortfalls
from fmsdiag.diagnosis.lines.shortfalls import shortfall_line
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view

OPEN = "fallback rtmp 1935: tcp ok; handshake ok; connect ok"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'follow-up upload 1935: upload ok taken=13312 in=4.0 end="too slow"',
            "Port 1935: only 13 kB of 64 kB uploaded in 4.0 s.",
        ),
        (
            "follow-up upload 1935: upload ok taken=13312 in=1.0 end=timed-out",
            "Port 1935: the upload test stopped after 13 kB of 64 kB.",
        ),
        (
            "follow-up upload 1935: upload ok taken=4096 in=0.1 end=closed",
            "Port 1935: the upload test was ended after 4,096 bytes. Some servers do that with data that they did not "
            "ask for, so it may not affect publishing.",
        ),
        (
            "follow-up flows 1935: 21 answered, 3 timed-out",
            "Port 1935: 3 of 24 identical connections failed. The first: no answer after 20 ms.",
        ),
        (
            "follow-up flows 1935: 8 refused",
            "Port 1935: all 8 identical connections were refused.",
        ),
        (
            "follow-up flows 1935: 1 answered, 7 refused",
            "Port 1935: 7 of 8 identical connections were refused. Some servers take one client at a time, and this test "
            "itself may have been that client.",
        ),
        (
            "follow-up burst 1935: 8 open, 2 timed-out",
            "Port 1935: 2 of 10 connections in quick succession did not open.",
        ),
        (
            "follow-up hold 1935: 8 open, 4 timed-out",
            "Port 1935: 4 of 12 connections that were to be held open did not open.",
        ),
        (
            "follow-up idle 1935: tcp ok; handshake ok; connect ok; idle ok waited=10 quiet=reset",
            "Port 1935: a connection that was idle for 10 s no longer works. Some servers end connections that neither publish "
            "nor play, so it may not affect streams.",
        ),
    ],
)
def test_each_says_how_far_it_came(line: str, said: str) -> None:
    (found,) = shortfalls(run_view([OPEN, line]), ())
    shown = shortfall_line(found)
    assert ENGLISH.render(shown.message) == said
    assert shown.observation == found.step.id
