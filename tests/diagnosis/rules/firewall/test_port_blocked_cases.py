from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import FindingTexts, Found
from fmsdiag.diagnosis.rules.firewall.port_blocked import RULE
from fmsdiag.diagnosis.rules.firewall.port_blocked_cases import (
    AtProvider,
    MostPorts,
    MostPortsUnseen,
    NearHere,
    NearHereUnseen,
    OnTheWay,
    Ports,
    PortsUnseen,
    ThereOrBack,
)
from tests.diagnosis.situations import run_view

HERE = "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2"
SEEN = (
    "fallback rtmp 1935: tcp timed-out 5.0",
    "fallback rtmp 80: tcp ok; handshake ok; connect ok",
    "control control-port 1935: tcp timed-out 1.5",
    "control control-port 80: tcp ok",
    f"follow-up hops 80: {HERE}, 4 open 203.0.113.10",
)


def found(hops: str) -> Found:
    answer = RULE.judge(run_view([*SEEN, f"follow-up hops 1935: {hops}"]))
    said = getattr(answer, "provisional", answer)
    assert isinstance(said, Found)
    return said


@pytest.mark.parametrize(
    ("hops", "case"),
    [
        (f"{HERE}, 4 silent, 5 silent", ThereOrBack),  # a router here that drops the answers looks the same
        ("1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 silent", AtProvider),
        ("1 time-exceeded 192.168.1.1, 2 silent, 3 silent", Ports),
    ],
)
def test_who_is_named_goes_by_how_far_packets_come(hops: str, case: type[FindingTexts]) -> None:
    assert found(hops).case is case


@pytest.mark.parametrize(
    ("own", "reference", "hops", "case"),
    [
        ("timed-out 5.0", "timed-out 1.5", "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent", ThereOrBack),
        ("unreachable icmp=3.13/192.0.2.1", "unreachable icmp=3.13/192.0.2.1",
         "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 unreachable 192.0.2.1", AtProvider),
        ("refused", "refused", "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 refused", AtProvider),
        ("timed-out 5.0", "timed-out 1.5", "1 time-exceeded 192.168.1.1, 2 silent, 3 silent", PortsUnseen),
        ("timed-out 5.0", "timed-out 1.5", "1 silent, 2 silent, 3 silent", PortsUnseen),
    ],
)  # fmt: skip
def test_a_server_with_no_other_port_is_judged_by_whether_packets_leave(
    own: str, reference: str, hops: str, case: type[FindingTexts]
) -> None:
    seen = (
        f"fallback rtmp 1935: tcp {own}",
        "fallback rtmp 80: tcp timed-out 5.0",
        f"control control-port 1935: tcp {reference}",
        "control control-port 80: tcp ok",
        f"follow-up hops 1935: {hops}",
    )
    answer = RULE.judge(run_view(seen))
    said = getattr(answer, "provisional", answer)
    assert isinstance(said, Found)
    assert said.case is case


@pytest.mark.parametrize(
    ("other", "case"),
    [
        ("1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent", NearHereUnseen),
        ("1 silent, 2 time-exceeded 192.0.2.1, 3 silent", PortsUnseen),
    ],
)
def test_silence_may_be_this_computers_own_where_no_router_gets_the_packets(
    other: str, case: type[FindingTexts]
) -> None:
    seen = (
        "fallback rtmp 1935: tcp timed-out 5.0",
        "fallback rtmp 80: tcp timed-out 5.0",
        "control control-port 1935: tcp timed-out 1.5",
        "control control-port 80: tcp ok",
        "control control-http 80: tcp ok; http ok http=204",
        "follow-up hops 1935: 1 silent, 2 silent, 3 silent",
        f"follow-up hops 80: {other}",
    )
    answer = RULE.judge(run_view(seen))
    said = getattr(answer, "provisional", answer)
    assert isinstance(said, Found)
    assert said.case is case


def test_where_two_look_the_same_both_are_named() -> None:
    for case in (ThereOrBack, NearHere, OnTheWay):
        forms = (case.explanation.english, case.explanation.plural or "")
        assert all(" or " in form for form in forms), case
        assert case.decisive_test is not None, case


@pytest.mark.parametrize(
    ("unseen", "seen"), [(PortsUnseen, Ports), (MostPortsUnseen, MostPorts), (NearHereUnseen, NearHere)]
)
def test_a_server_that_was_not_seen_is_to_be_checked_as_well(
    unseen: type[FindingTexts], seen: type[FindingTexts]
) -> None:
    assert (unseen.headline, unseen.acts, unseen.administrator) == (
        seen.headline,
        seen.acts,
        seen.administrator,
    )
    assert len(unseen.operator) == len(seen.operator) + 1
