from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.port_proof import is_blocked, is_proved, wanted_ports
from fmsdiag.model import Environment, Interface
from tests.diagnosis.situations import run_view

HERE = Environment(interfaces=(Interface("eth0", ("192.168.1.20",)),), default_gateways=("192.168.1.1",))
WORKS = "fallback rtmp 80: tcp ok; handshake ok; connect ok"


@pytest.mark.parametrize(
    ("lines", "blocked"),
    [
        (("fallback rtmp 1935: tcp timed-out", WORKS), False),
        (
            (
                "fallback rtmp 1935: tcp timed-out",
                WORKS,
                "control control-port 1935: tcp timed-out 3.0",
                "control control-port 80: tcp ok",
            ),
            True,
        ),
        (
            (
                "fallback rtmp 1935: tcp timed-out",
                WORKS,
                "control control-port 1935: tcp refused",  # dead in another way
                "control control-port 80: tcp ok",
            ),
            False,
        ),
        (("fallback rtmp 1935: tcp unreachable icmp=3.13/192.168.1.1", WORKS), True),
        (
            ("fallback rtmp 1935: tcp unreachable icmp=3.13/192.168.1.20", WORKS),
            False,
        ),  # this computer says so
    ],
)
def test_what_proves_a_block(lines: tuple[str, ...], blocked: bool) -> None:
    told = run_view(lines, control="ctl.example.net", environment=HERE)
    assert is_blocked(told, 1935) == is_proved(told) == blocked


def test_a_check_that_was_given_up_matters_with_the_deep_tests_alone() -> None:
    lines = (
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        "check rtmps 443: cancelled",
        "check rtmfp 1935: cancelled",
    )
    assert wanted_ports(run_view(lines)) == ()
    assert wanted_ports(run_view(lines, deep=True)) == (443,)
