"""What is asked of an administrator whose network blocks a port over one of IPv4 and IPv6 alone."""

from fmsdiag.diagnosis.rules.firewall.port_blocked_by_family import OverFour, blocked_over_one_family
from tests.diagnosis.situations import run_view

_LINES = [
    "fallback rtmp 1935: tcp ok @2001:db8::10; handshake ok; connect ok",
    "check rtmp 1935 @203.0.113.10: tcp timed-out 3.0",
    "control control-port 1935: tcp timed-out 1.5 @198.51.100.7",
]
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
