from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.interceptor import ask_interceptor, interceptor
from fmsdiag.model import Experiment, Side
from tests.diagnosis.situations import run_view

SEEN = [
    "fallback rtmp 1935: tcp ok; handshake closed",
    "check rtmfp 1935: udp refused icmp=3.3/203.0.113.10/server",
]
ROUTERS = "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1"


def paths(tcp: str, udp: str) -> list[str]:
    return [*SEEN, f"follow-up hops 1935: {tcp}", f"follow-up udp-hops rtmfp:1935: {udp}"]


def test_a_port_that_opens_at_this_networks_router_is_taken_there() -> None:
    found = interceptor(run_view(paths("1 open 203.0.113.10", f"{ROUTERS}, 3 refused 203.0.113.10")), 1935)
    assert found is not None
    assert (found.near, found.far) == (1, 3)
    assert (found.place.side, found.place.after) == (Side.LOCAL, "192.168.1.1")


@pytest.mark.parametrize(
    ("tcp", "udp"),
    [
        (f"{ROUTERS}, 3 open 203.0.113.10", f"{ROUTERS}, 3 refused 203.0.113.10"),  # as far
        (
            "1 time-exceeded 192.168.1.1, 2 open 203.0.113.10",
            f"{ROUTERS}, 3 refused 203.0.113.10",
        ),  # a balancer's
        ("1 open 203.0.113.10", "1 silent, 2 silent, 3 refused 203.0.113.10"),  # whose hop 1 is, is not known
        ("1 open 203.0.113.10", "1 silent, 2 silent"),
        ("1 silent, 2 silent", f"{ROUTERS}, 3 refused 203.0.113.10"),
    ],
)
def test_others_answer_for_the_server_or_nobody_is_known_to(tcp: str, udp: str) -> None:
    assert interceptor(run_view(paths(tcp, udp)), 1935) is None


def test_what_shows_it_is_asked_of_the_port_and_of_udp() -> None:
    asked = {(q.experiment, q.endpoint.port) for q in ask_interceptor(run_view(SEEN), 1935)}
    assert asked == {(Experiment.HOPS, 1935), (Experiment.UDP_HOPS, 1935)}
