"""Cases of the rules about names that no situation of the tables shows: only one name server was asked."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, finding
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.diagnosis.rules.dns import ipv4_only_name, one_address_dead
from fmsdiag.diagnosis.rules.dns.dns_name_not_found import RULE, Localhost, NoAddressSaysOne, OtherNameSaysOne
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Environment, Interface
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("line", "case", "words"),
    [
        (
            "fallback rtmp 1935: resolver no-data; dns name-not-found",
            NoAddressSaysOne,
            "The DNS server says that fms.example.com has no address.",
        ),
        (
            "fallback rtmp 1935: resolver name-not-found; dns ok 192.168.1.1; tcp refused @192.168.1.1",
            OtherNameSaysOne,
            "This computer still found an address, 192.168.1.1,",
        ),
    ],
)
def test_what_one_name_server_says_stays_open(line: str, case: type[FindingTexts], words: str) -> None:
    run = run_view([line])
    answer = RULE.judge(run)
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(found, Found)
    assert found.case is case
    told = finding(RULE, found, (), run)
    assert words in ENGLISH.render(told.explanation)
    assert told.decisive_test is not None


def test_the_own_name_of_this_computer_is_nobodys_dns_zone() -> None:
    run = run_view(["fallback rtmp 1935: dns name-not-found"], url="rtmp://localhost/live")
    found = RULE.judge(run)
    assert isinstance(found, Found)
    assert found.case is Localhost
    told = finding(RULE, found, (), run)
    assert not told.advice.operator
    assert "hosts file" in ENGLISH.render(told.advice.user[-1].message)


def test_a_server_that_rejects_at_its_real_address_is_not_excluded_as_a_cause() -> None:
    lines = [
        "fallback rtmp 1935: resolver ok; tcp ok; handshake closed",
        "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 server=nginx",
        "control second-resolver 53: dns ok 203.0.113.10",
        "follow-up other-address 1935 @203.0.113.10: tcp ok; handshake ok; connect closed",
    ]
    run = run_view(lines, control="none", resolver="9.9.9.9", addresses=("198.51.100.80",))
    hijacked, unknown = evaluate_rules(run, RULES).findings[:2]
    assert (hijacked.cause, unknown.cause) == ("dns-hijacked", "app-not-found")
    assert "server is not the cause" not in " ".join(map(ENGLISH.render, hijacked.rules_out))
    assert ENGLISH.render(hijacked.evidence[-1].message).endswith("203.0.113.10: rejected by the server.")
    assert "real address, to which players do not get" in ENGLISH.render(unknown.explanation)
    assert not unknown.rules_out


@pytest.mark.parametrize(
    ("hop", "words"),
    [
        ("1 refused", "Packets to port 1935 of 203.0.113.10 end at the first router."),
        (
            "1 silent, 2 silent, 3 silent",
            "No router on the path answers packets to port 1935 of 203.0.113.10",
        ),
    ],
)
def test_only_a_router_that_answered_is_where_packets_end(hop: str, words: str) -> None:
    lines = [
        "fallback rtmp 1935: tcp timed-out",
        "control control-port 1935: tcp ok",
        f"follow-up hops 1935: {hop}",
        f"follow-up hops 19350: {hop}",
        "control control-hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open",
    ]
    told = evaluate_rules(run_view(lines), RULES).findings[0]
    assert told.cause == "name-leads-to-own-router"
    assert any(ENGLISH.render(line.message).startswith(words) for line in told.evidence)


def test_a_dead_address_of_this_computer_is_no_matter_of_a_dns_zone() -> None:
    works, dead = (
        "fallback rtmp 1935: tcp ok @127.0.0.1; handshake ok; connect ok",
        "check rtmp 1935 @::1: tcp refused",
    )
    run = run_view([works, dead], url="rtmp://localhost/live")
    found = one_address_dead.RULE.judge(run)
    assert isinstance(found, Found)
    assert found.case is one_address_dead.DeadHere
    told = finding(one_address_dead.RULE, found, (), run)
    assert not told.advice.operator
    use, listen = (ENGLISH.render(step.message) for step in told.advice.user)
    assert use == "Use 127.0.0.1 as the server's name."
    assert listen == "Or make the server on this computer listen on ::1 too."


def test_a_server_without_ipv6_is_not_cleared_where_the_network_has_only_ipv6() -> None:
    here = Environment(
        interfaces=(Interface("eth0", ("2001:db8:5::20",)),), default_gateways=("2001:db8:5::1",)
    )
    run = run_view(["fallback rtmp 1935: tcp no-route"], environment=here)
    found = ipv4_only_name.RULE.judge(run)
    assert isinstance(found, Found)
    assert RuledOut.SERVER.of() not in found.rules_out
