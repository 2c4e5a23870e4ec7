"""What a report tells to use, to give out and to listen on is one address, and only what the customer's plan asks for."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Cause, Finding, Step
from tests.diagnosis.situations import asked_by, run_view

CONNECTED = "tcp ok; handshake ok; connect ok"
SECURE = "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok"


def found(lines: list[str], cause: Cause, url: str = "rtmp://fms.example.com/live") -> Finding:
    run = run_view(lines, url=url, control="ctl.example.net")
    told = evaluate_rules(run, RULES, asked_by(run.attempts))
    return next(f for f in told.findings if f.cause == cause)


def words(steps: tuple[Step, ...]) -> list[str]:
    return [ENGLISH.render(step.message) for step in steps]


@pytest.mark.parametrize(
    ("other", "headline", "url"),
    [
        (
            SECURE,
            "RTMPS answers on port 443; port 1935 is refused.",
            "rtmps://fms.example.com/live",
        ),
        (
            "check rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",
            "RTMP answers on port 80; port 1935 is refused.",
            "rtmp://fms.example.com:80/live",
        ),
    ],
)
def test_a_server_on_another_port_has_one_address_for_everybody(other: str, headline: str, url: str) -> None:
    moved = found(
        [
            "fallback rtmp 1935: tcp refused",
            f"fallback rtmp 80: {CONNECTED}",
            other,
            "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 refused",
            "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open",
        ],
        Cause.SERVER_ON_OTHER_PORT,
    )
    assert ENGLISH.render(moved.headline) == headline
    assert words(moved.advice.user) == [f"Use {url} in your player or encoder."]
    assert words(moved.advice.operator)[0].startswith(f"Give customers this address: {url}.")


def test_an_address_that_works_is_not_to_be_asked_for() -> None:
    lines = ["fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=404 server=nginx", SECURE]
    missing = found(lines, Cause.TUNNEL_NOT_OFFERED, "rtmpt://fms.example.com/live")
    (use,) = words(missing.advice.user)
    assert use.startswith("Use rtmps://fms.example.com/live in your player or encoder.")
    assert words(missing.advice.operator) == [
        "RTMPS on port 443 works from where this test ran. Give customers that address: rtmps://fms.example.com/live."
    ]
    missing = found(lines[:1], Cause.TUNNEL_NOT_OFFERED, "rtmpt://fms.example.com/live")
    assert words(missing.advice.user) == [
        "Ask the people who run the server for an address that starts with rtmps."
    ]


def test_only_the_plan_says_where_the_server_has_to_listen() -> None:
    stopped = found(
        [
            "fallback rtmp 19850: tcp refused",
            "check rtmps 443: tcp refused",
            "follow-up server-port 1935: tcp refused",
            "follow-up server-port 8080: tcp refused",
            "control control-port 19850: tcp ok",
        ],
        Cause.SERVER_NOT_LISTENING,
        "rtmp://fms.example.com:19850/live",
    )
    assert "19850, 443, 1935, and 8080" in ENGLISH.render(stopped.explanation)
    assert (
        words(stopped.advice.operator)[0]
        == "Start the media server on fms.example.com, and check that it listens on port 19850."
    )
