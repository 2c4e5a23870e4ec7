"""A port that opens over one of IPv4 and IPv6 alone."""

import pytest

from fmsdiag.diagnosis.evidence.one_family import answers_elsewhere, shut_over_one_family
from tests.diagnosis.situations import run_view

_OVER_SIX = "fallback rtmp 1935: tcp ok @2001:db8::10; handshake ok; connect ok"
_ADDRESSES = ["203.0.113.10", "2001:db8::10"]


@pytest.mark.parametrize(
    ("controls", "blocked", "passes"),
    [
        ((), False, False),
        (("1935: tcp timed-out @198.51.100.7",), False, False),
        (("1935: tcp timed-out @198.51.100.7", "80: tcp ok @198.51.100.7"), True, False),
        (("1935: tcp timed-out @198.51.100.7", "80: tcp ok @2001:db8:7::7"), False, False),
        (("1935: tcp refused @198.51.100.7", "80: tcp ok @198.51.100.7"), False, False),
        (("1935: tcp ok @198.51.100.7", "80: tcp ok @198.51.100.7"), False, True),
        (("1935: tcp ok @2001:db8:7::7", "80: tcp ok @2001:db8:7::7"), False, False),
    ],
)
def test_a_reference_server_counts_over_the_same_kind_of_address(
    controls: tuple[str, ...], blocked: bool, passes: bool
) -> None:
    lines = [_OVER_SIX, "check rtmp 1935 @203.0.113.10: tcp timed-out 3.0"]
    run = run_view([*lines, *(f"control control-port {each}" for each in controls)], addresses=_ADDRESSES)
    (shut,) = shut_over_one_family(run)
    assert (shut.address, shut.is_blocked, shut.passes) == ("203.0.113.10", blocked, passes)


def test_an_address_of_the_same_kind_that_works_clears_the_kind() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok @203.0.113.11; handshake ok; connect ok",
        "check rtmp 1935 @203.0.113.10: tcp timed-out 3.0",
    ]
    assert shut_over_one_family(run_view(lines, addresses=["203.0.113.10", "203.0.113.11"])) == ()


def test_ipv6_without_any_sign_of_life_is_no_single_port() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok @203.0.113.10; handshake ok; connect ok",
        "check rtmp 1935 @2001:db8::10: tcp timed-out 3.0",
    ]
    assert shut_over_one_family(run_view(lines, addresses=_ADDRESSES)) == ()


def test_a_refusal_on_another_port_shows_that_packets_arrive() -> None:
    run = run_view([_OVER_SIX, "fallback rtmp 80: tcp refused @203.0.113.10"], addresses=_ADDRESSES)
    assert answers_elsewhere(run, "203.0.113.10", 1935) is not None
    assert answers_elsewhere(run, "203.0.113.10", 80) is None
