from __future__ import annotations

from fmsdiag.diagnosis.lines.grounds import ports_open, server_answers
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view


def test_ports_that_open_are_named_once() -> None:
    run = run_view(["fallback rtmp 80: tcp ok", "fallback rtmpt 80: tcp ok", "fallback rtmp 1935: tcp ok"])
    assert ENGLISH.render(ports_open(run.attempts)) == (
        "Ports 80 and 1935 are not blocked: connections to them open."
    )


def test_what_answers_through_the_proxy_is_told_so() -> None:
    through = "fallback rtmp 1935 through=http://10.0.0.1:3128: tcp ok"
    direct, proxied = (a.endpoint for a in run_view(["fallback rtmp 1935: tcp ok", through]).attempts)
    assert ENGLISH.render(server_answers(direct)) == "The server is not down: it answers on port 1935."
    assert ENGLISH.render(server_answers(proxied)) == (
        "The server is not down: it answers on port 1935 through the proxy."
    )
