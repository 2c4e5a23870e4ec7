"""IPv4 and IPv6 on both sides."""

import pytest

from fmsdiag.diagnosis.evidence.families import is_unreachable_ipv4, stuck_on_ipv4
from tests.diagnosis.situations import read

ONLY_IPV6 = ["lo 127.0.0.1", "eth0 2001:db8:5::20"]
BOTH = [*ONLY_IPV6, "eth1 192.168.1.20"]


@pytest.mark.parametrize(
    ("interfaces", "line", "expected"),
    [
        (ONLY_IPV6, "fallback rtmp 1935: tcp no-route @203.0.113.10", True),
        (BOTH, "fallback rtmp 1935: tcp no-route @203.0.113.10", False),
        (ONLY_IPV6, "fallback rtmp 1935: tcp no-route @2001:db8::10; tcp no-route @203.0.113.10", False),
        (ONLY_IPV6, "fallback rtmp 1935: tcp timed-out @203.0.113.10", False),
        (ONLY_IPV6, "fallback rtmp 1935: dns name-not-found", False),
    ],
)
def test_a_server_of_ipv4_alone_cannot_be_reached_from_ipv6_alone(
    interfaces: list[str], line: str, expected: bool
) -> None:
    run = read(
        {
            "name": "families", "interfaces": interfaces, "attempts": [line], "first": "none", "status": "unreachable",
        }
    ).run  # fmt: skip
    assert is_unreachable_ipv4(run) is expected


def test_what_is_stuck_is_shown() -> None:
    line = "fallback rtmp 1935: tcp no-route @203.0.113.10"
    run = read({"name": "stuck", "attempts": [line], "first": "none", "status": "unreachable"}).run
    assert [o.address for o in stuck_on_ipv4(run)] == ["203.0.113.10"]
