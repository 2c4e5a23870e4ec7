"""What is asked of an administrator whose network blocks a port over one of IPv4 and IPv6 alone."""

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts
from fmsdiag.diagnosis.rules.firewall import port_blocked
from fmsdiag.diagnosis.rules.firewall.port_blocked_by_family import (
    FourOfBoth,
    OverFour,
    SixOfBoth,
    blocked_over_one_family,
)
from fmsdiag.model import Environment, Interface
from tests.diagnosis.situations import run_view

_LINES = [
    "fallback rtmp 1935: tcp ok @2001:db8::10; handshake ok; connect ok",
    "check rtmp 1935 @203.0.113.10: tcp timed-out 3.0",
    "control control-port 1935: tcp timed-out 1.5 @198.51.100.7",
]
_HERE = Environment(
    interfaces=(Interface("eth0", ("192.168.1.20", "2001:db8:1::20")),),
    default_gateways=("192.168.1.1", "2001:db8:1::1"),
)
_ADDRESSES = ["203.0.113.10", "2001:db8::10"]


def test_the_request_names_the_address_that_is_blocked_alone() -> None:
    """An administrator who opened the port to the other address would change nothing."""
    found = blocked_over_one_family(
        run_view([*_LINES, "control control-port 80: tcp ok @198.51.100.7"], addresses=_ADDRESSES)
    )
    assert found is not None
    assert found.case is OverFour
    assert found.request is not None
    assert found.request.addresses == ("203.0.113.10",)
    assert [port.first for port in found.request.ports] == [1935]


def test_nothing_is_said_where_nothing_answers_over_that_kind_of_address() -> None:
    """Then it may be all of IPv4 that fails."""
    assert blocked_over_one_family(run_view(_LINES, addresses=_ADDRESSES)) is None


@pytest.mark.parametrize(
    ("tried", "control", "case", "dead"),
    [
        (
            "tcp unreachable icmp=1.1/2001:db8:1::1 @2001:db8::10; tcp timed-out 5.0 @203.0.113.10",
            "tcp ok @198.51.100.7",
            SixOfBoth,
            "2001:db8::10",
        ),
        (
            "tcp timed-out 2.0 @2001:db8::10; tcp timed-out 5.0 @203.0.113.10",
            "tcp timed-out 1.5 @198.51.100.7",
            FourOfBoth,
            "203.0.113.10",
        ),
    ],
)
def test_a_port_that_is_dead_over_both_is_blocked_where_that_is_shown(
    tried: str, control: str, case: type[FindingTexts], dead: str
) -> None:
    """The refusal of a router here over IPv6 says nothing of the silence over IPv4, and the other way round."""
    lines = [
        f"fallback rtmp 1935: {tried}",
        "fallback rtmp 80: tcp ok @2001:db8::10; handshake ok; connect ok",
        f"control control-port 1935: {control}",
        "control control-port 80: tcp ok @198.51.100.7",
    ]
    answer = port_blocked.judge(
        run_view(lines, control="ctl.example.net", addresses=_ADDRESSES, environment=_HERE)
    )
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert found is not None
    assert found.case is case
    assert found.request is not None
    assert found.request.addresses == (dead,)
