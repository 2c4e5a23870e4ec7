from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_policy import policy, questions
from fmsdiag.model import Environment, Interface
from tests.diagnosis.situations import run_view

HERE = Environment(interfaces=(Interface("eth0", ("192.168.1.20",)),), default_gateways=("192.168.1.1",))
DEAD = (
    "fallback rtmp 1935: tcp timed-out",
    "fallback rtmp 80: tcp ok; handshake ok; connect ok",
    "control control-port 1935: tcp timed-out 3.0",
    "control control-port 80: tcp ok",
)
OPEN_PATH = "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open"


def test_there_is_no_policy_without_a_port_that_is_shown_to_be_blocked() -> None:
    assert policy(run_view(DEAD[:2], environment=HERE)) is None


def test_what_ends_at_home_is_blocked_and_what_leaves_passes() -> None:
    seen = policy(
        run_view(
            (
                *DEAD,
                OPEN_PATH,
                "follow-up hops 19350: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent, 5 silent, 6 silent",
                "follow-up hops 1936: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 refused",
            ),
            control="ctl.example.net",
            environment=HERE,
        )
    )
    assert seen is not None
    assert seen.blocked == (1935, 19350)
    assert set(seen.passing) == {80, 1936}
    assert not seen.udp_silent


def test_unusual_ports_are_asked_once_a_path_is_known_to_pass() -> None:
    told = run_view((*DEAD, OPEN_PATH), control="ctl.example.net", environment=HERE)
    assert [f"{q.experiment} {q.endpoint.port}" for q in questions(told)] == [
        "hops 19350",
        "hops 1936",
        "control-port 443",
    ]
    assert questions(run_view(DEAD, control="ctl.example.net", environment=HERE)) == ()
