"""Cases and lines of the rules about firewalls that no situation of the tables shows."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, Rule, finding
from fmsdiag.diagnosis.rules.firewall import (
    connection_limits,
    egress_blocked,
    middlebox_accepts_all,
    only_web_ports_allowed,
    port_blocked,
    port_blocked_cases,
    rtmp_blocked,
    rtmp_blocked_cases,
    udp_blocked,
    upload_limits,
)
from fmsdiag.diagnosis.rules.server import server_firewall
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Confidence, Environment, Finding, Interface, RequestKind
from tests.diagnosis.situations import run_view

HERE = Environment(interfaces=(Interface("eth0", ("192.168.1.20",)),), default_gateways=("192.168.1.1",))
HEALTHY = "fallback rtmp 1935: tcp ok; handshake ok; connect ok"
RATE, COUNT = connection_limits.RULES
CUT, _ = upload_limits.RULES


def found(
    rule: Rule, lines: list[str], url: str = "rtmp://fms.example.com/live"
) -> tuple[type[FindingTexts], Finding]:
    """The case that a rule finds, and what is told."""
    run = run_view(lines, url, control="ctl.example.net", environment=HERE)
    answer = rule.judge(run)
    match = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(match, Found)
    return match.case, finding(rule, match, (), run)


def words(told: Finding) -> str:
    """Headline, explanation, what earned the confidence and what was seen."""
    said = (told.headline, told.explanation, told.confidence_reason, *(e.message for e in told.evidence))
    return " ".join(map(ENGLISH.render, said))


@pytest.mark.parametrize(
    ("rule", "lines", "case", "said"),
    [
        (
            port_blocked.RULE,
            [
                "fallback rtmp 1935: tcp refused",
                "fallback rtmp 80: tcp ok; handshake ok; connect ok",
                "control control-port 1935: tcp refused",
                "control control-port 80: tcp ok",
                "follow-up hops 1935: 1 refused",
                "follow-up hops 80: 1 unreachable",
            ],
            port_blocked_cases.NearHere,
            "or security software on this computer does.",
        ),
        (
            port_blocked.RULE,
            [
                "fallback rtmp 1935: tcp refused",
                "fallback rtmp 80: tcp ok; handshake ok; connect ok",
                "control control-port 1935: tcp refused",
                "control control-port 80: tcp ok",
                "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 refused",
                "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 open",
            ],
            port_blocked_cases.Ports,
            "most likely this network's own.",
        ),
        (
            rtmp_blocked.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake reset",
                "follow-up other-bytes 1935: tcp ok; exchange closed",
            ],
            rtmp_blocked_cases.HandshakeSuspected,
            "or the server itself closes the connection.",
        ),
        (
            rtmp_blocked.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake timed-out 10.0 unacked=1537",
                "follow-up other-bytes 1935: tcp ok; exchange ok",
            ],
            rtmp_blocked_cases.Handshake,
            "Other data of the same size on port 1935: the server answers it.",
        ),
        (
            rtmp_blocked.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake timed-out 10.0 unacked=1537",
                "follow-up other-bytes 1935: tcp ok; exchange reset",
            ],
            rtmp_blocked_cases.Handshake,
            "Other data of the same size on port 1935: the server receives it and resets the connection.",
        ),
        (
            RATE,
            [HEALTHY, "follow-up burst 1935: 3 open, 7 refused; later open"],
            connection_limits.Rate,
            "3 of 10 connections opened; the others were refused.",
        ),
        (
            COUNT,
            [HEALTHY, "follow-up hold 1935: 1 open, 2 timed-out; later open"],
            connection_limits.Held,
            "Port 1935 allows only about 1 open connection. While 1 test connection to port 1935 was open",
        ),
        (
            COUNT,
            [HEALTHY, "follow-up hold 1935: 4 open, 2 timed-out; later open"],
            connection_limits.Held,
            "4 connections stayed open; the next two got no answer.",
        ),
        (
            CUT,
            [
                HEALTHY,
                "follow-up upload 1935: tcp ok; handshake ok; connect ok; upload ok taken=18000 end=reset",
                "follow-up upload 1935 @203.0.113.10: tcp ok; handshake ok; connect ok; upload ok taken=20000 end=reset",
            ],
            upload_limits.CutSuspected,
            "There was no other port to compare with.",
        ),
        (
            middlebox_accepts_all.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake timed-out 10.0",
                "control control-http 80: tcp ok; http timed-out 3.0",
                "follow-up hops 1935: 1 open",
            ],
            middlebox_accepts_all.AnswersForAll,
            "The connection ends one hop away, and a reference server is silent as well.",
        ),
    ],
)
def test_a_case_says_what_it_is(rule: Rule, lines: list[str], case: type[FindingTexts], said: str) -> None:
    its_case, told = found(rule, lines)
    assert its_case is case
    assert said in words(told)


def test_where_no_name_was_looked_up_the_line_may_be_down() -> None:
    lines = [
        "fallback rtmp 1935: tcp timed-out",
        "fallback rtmp 80: tcp timed-out",
        "check rtmps 443: tcp timed-out",
        *(f"control control-port {port}: tcp timed-out 3.0" for port in (1935, 80, 443)),
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
    ]
    case, told = found(egress_blocked.RULE, lines, "rtmp://203.0.113.10/live")
    assert case is egress_blocked.Suspected
    assert told.decisive_test is not None
    assert told.request is not None
    assert [port.first for port in told.request.ports] == [80, 1935]  # the plan's; 443 was only a check


@pytest.mark.parametrize(
    ("udp", "tcp", "said"),
    [
        (
            "1 silent, 2 silent, 3 silent, 4 silent",
            "1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open",
            "UDP packets to port 1935 do not get past the first router.",
        ),
        (
            "1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
            "1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open 203.0.113.10",
            "TCP packets to the same server reach 203.0.113.10, 3 hops from this computer.",
        ),
    ],
)
def test_where_udp_ends_and_how_far_tcp_gets(udp: str, tcp: str, said: str) -> None:
    lines = [
        "fallback rtmfp 1935: udp timed-out",
        "check rtmp 1935: tcp ok; handshake ok; connect ok",
        f"follow-up udp-hops rtmfp:1935: {udp}",
        f"follow-up hops 1935: {tcp}",
    ]
    case, told = found(udp_blocked.RULE, lines, "rtmfp://fms.example.com/live")
    assert case is udp_blocked.PathEnds
    assert said in words(told)


def test_blocked_udp_is_no_request_where_rtmfp_is_not_wanted() -> None:
    lines = [HEALTHY, "check rtmfp 1935: udp unreachable icmp=3.13/192.168.1.1"]
    case, told = found(udp_blocked.RULE, lines)
    assert case is udp_blocked.NotNeeded
    assert told.request is None
    assert told.advice.user == ()


def test_the_request_for_a_web_only_network_leaves_out_the_tunnel_and_the_checks() -> None:
    lines = [
        "fallback rtmp 1935: tcp timed-out",
        "fallback rtmpt 80: tcp timed-out",
        "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok",
        "control control-port 1935: tcp timed-out 3.0",
        "control control-port 80: tcp timed-out 3.0",
        "control control-port 443: tcp ok",
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
        "follow-up hops 19350: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
        "follow-up hops 1936: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
        "follow-up hops 443: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open",
    ]
    run = run_view(lines, control="ctl.example.net", environment=HERE)
    answer = only_web_ports_allowed.judge_https(run)
    match = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(match, Found)
    assert match.request is not None
    assert match.request.kind is RequestKind.OPEN_PORTS
    assert [port.first for port in match.request.ports] == [1935]
    assert match.request.stops_after == "192.168.1.1"


@pytest.mark.parametrize(("end", "how"), [("timed-out", "got no answer"), ("reset", "were reset")])
def test_a_burst_of_which_none_opens_is_told_so(end: str, how: str) -> None:
    _, told = found(RATE, [HEALTHY, f"follow-up burst 1935: 10 {end}; later open"])
    assert f"All 10 connections failed; they {how}." in words(told)
    assert "Connections opened before, none of these did, and a later one opens again." in words(told)


@pytest.mark.parametrize("burst", ["10 refused", "1 open, 9 refused", "1 open, 6 refused, 1 open, 2 refused"])
def test_a_server_that_takes_one_client_is_no_limited_rate(burst: str) -> None:
    """It listens again when the last client has left; a limit would look the same, and both are said."""
    lines = [HEALTHY, f"follow-up burst 1935: {burst}; later open"]
    assert (
        RATE.judge(
            run_view(lines, "rtmp://fms.example.com/live", control="ctl.example.net", environment=HERE)
        )
        is None
    )
    case, told = found(COUNT, lines)
    assert case is connection_limits.OneAtATime
    assert told.confidence is Confidence.POSSIBLE
    assert "take one client and listen again only when it has left" in words(told)


def test_a_limit_that_lets_several_pass_is_none_of_such_a_server() -> None:
    assert (
        found(RATE, [HEALTHY, "follow-up burst 1935: 4 open, 6 refused; later open"])[0]
        is connection_limits.Rate
    )


def test_a_reference_server_that_answers_shows_that_a_provider_does_not_block_the_port_to_every_server() -> (
    None
):
    lines = [
        "fallback rtmp 1935: tcp refused",
        HEALTHY.replace("1935", "80"),
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 refused",
        "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 time-exceeded 198.51.100.9, "
        "4 time-exceeded 198.51.100.17, 5 open",
    ]
    for control, seen in (("tcp ok", True), ("tcp refused", False)):
        case, told = found(port_blocked.RULE, [*lines, f"control control-port 1935: {control}"])
        assert case is port_blocked_cases.AtProvider
        assert "Port 1935 on reference server ctl.example.net" in words(told)
        excluded = [ENGLISH.render(message) for message in told.rules_out]
        said = "Port 1935 is not blocked to every server: a reference server answers on it."
        assert (said in excluded) is seen


def test_what_a_firewall_is_asked_to_allow_is_what_the_plan_tried() -> None:
    case, told = found(
        port_blocked.RULE,
        [
            "fallback rtmp 1935: tcp timed-out",
            "check rtmps 443: tcp timed-out",
            "control control-port 1935: tcp ok",
            "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent",
            "control control-hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open",
        ],
    )
    assert case is port_blocked_cases.Server
    assert [ENGLISH.render(step.message) for step in told.advice.administrator] == [
        "Allow outgoing TCP port 1935 to fms.example.com."
    ]
    assert told.request is not None
    assert [each.first for each in told.request.ports] == [1935]


AT_ROUTER = "follow-up app-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=1 end=reset sender=nearer"
RTMP_RESET = "fallback rtmp 1935: tcp ok; handshake reset"
NO_CONTENT = ("content to", "by its content", "inspects", "hides the content", "recognizes")


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["follow-up other-bytes 1935: tcp ok; exchange reset"],
        ["follow-up tls-on-port rtmps:1935: tcp ok; tls unexpected-reply"],
    ],
)
def test_content_is_not_what_a_filter_goes_by_where_nothing_else_as_long_passes(more: list[str]) -> None:
    case, told = found(rtmp_blocked.RULE, [RTMP_RESET, AT_ROUTER, *more])
    assert case in (rtmp_blocked_cases.FirstPackets, rtmp_blocked_cases.FirstPacketsInNetwork)
    assert told.confidence == "likely"
    steps = (*told.advice.user, *told.advice.administrator, *told.advice.operator)
    everything = " ".join((words(told), *(ENGLISH.render(step.message) for step in steps)))
    assert "does not show whether" in everything
    assert not any(said in everything for said in NO_CONTENT)


@pytest.mark.parametrize(
    "more",
    [
        "follow-up other-bytes 1935: tcp ok; exchange closed",
        "follow-up small-segments 1935: tcp ok; handshake reset",
        "follow-up other-bytes-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=3",
    ],
)
def test_content_is_what_a_filter_goes_by_where_as_much_else_gets_further(more: str) -> None:
    case, told = found(rtmp_blocked.RULE, [RTMP_RESET, AT_ROUTER, more])
    assert case in (rtmp_blocked_cases.Handshake, rtmp_blocked_cases.InNetwork)
    assert told.confidence == "confirmed"


@pytest.mark.parametrize(
    ("reached", "case"),
    [(2, rtmp_blocked_cases.FirstPacketsAtProvider), (3, rtmp_blocked_cases.FirstPacketsAtServer)],
)
def test_where_first_packets_are_cut_is_told(reached: int, case: type[FindingTexts]) -> None:
    path = f"follow-up app-path 1935: via=192.168.1.1,100.64.0.1,203.0.113.1 reached={reached} end=reset sender=nearer"
    assert found(rtmp_blocked.RULE, [RTMP_RESET, path])[0] is case


UNNAMED_PATH = (
    "follow-up hops 80: 1 time-exceeded, 2 time-exceeded, 3 time-exceeded, 4 open",
    HEALTHY.replace("1935", "80"),
    "control control-port 1935: tcp ok",
    "control control-port 80: tcp ok",
)


def test_whose_device_refuses_is_not_told_where_the_routers_have_no_names() -> None:
    lines = [
        "fallback rtmp 1935: tcp refused",
        "follow-up hops 1935: 1 time-exceeded, 2 time-exceeded, 3 refused",
        *UNNAMED_PATH,
    ]
    case, told = found(port_blocked.RULE, lines)
    assert case is port_blocked_cases.OnTheWay
    assert told.place is None or told.place.side == "unknown"
    lines[1] = "follow-up hops 1935: 1 time-exceeded, 2 refused"
    assert found(port_blocked.RULE, lines)[0] is port_blocked_cases.Ports
    lines[1] = "follow-up hops 1935: 1 refused"
    case, told = found(port_blocked.RULE, lines)
    assert case is port_blocked_cases.NearHere, "this computer's own software refuses as fast as the router"
    assert told.place is None or told.place.side == "unknown"


def test_a_firewall_here_is_not_ruled_out_where_the_routers_have_no_names() -> None:
    lines = [
        "fallback rtmp 1935: tcp timed-out",
        "follow-up hops 1935: 1 time-exceeded, 2 time-exceeded, 3 silent, 4 silent",
        *UNNAMED_PATH,
    ]
    case, told = found(server_firewall.RULE, lines)
    assert case is server_firewall.DroppedSuspected
    assert "in this network is not the cause" not in " ".join(map(ENGLISH.render, told.rules_out))
