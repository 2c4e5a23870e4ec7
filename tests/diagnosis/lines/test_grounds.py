from __future__ import annotations

from fmsdiag.diagnosis.lines.grounds import ports_open
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view


def test_ports_that_open_are_named_once() -> None:
    run = run_view(["fallback rtmp 80: tcp ok", "fallback rtmpt 80: tcp ok", "fallback rtmp 1935: tcp ok"])
    assert ENGLISH.render(ports_open(run.attempts)) == (
        "Ports 80 and 1935 are not blocked: connections to them open."
    )
