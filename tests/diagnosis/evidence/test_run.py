from __future__ import annotations

import dataclasses

import msgspec
import pytest

from fmsdiag.diagnosis.evidence.attempts import failed_with
from fmsdiag.model import Environment, Experiment, FailureKind, Interface, StepName, Transport
from tests.diagnosis.situations import run_view

HOME = Environment(interfaces=(Interface("eth0", ("198.51.100.20",)),), default_gateways=("198.51.100.1",))
OPEN = "tcp ok; handshake ok; connect ok"


# ---- attempts


def test_what_did_not_end_by_itself_is_not_seen() -> None:
    seen = run_view(
        ["fallback rtmp 1935: cancelled", "fallback rtmp 80: not-started", f"check rtmps 443: {OPEN}"]
    )
    assert [a.id for a in seen.seen] == [3]
    assert seen.fallback == ()
    assert not seen.plan_connected


def test_the_proxys_name_and_port_are_not_the_servers() -> None:
    seen = run_view(
        ["fallback rtmp 1935: tcp timed-out", f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: tcp refused"]
    )
    direct, *others = seen.attempts
    proxied = [
        msgspec.structs.replace(
            a, endpoint=msgspec.structs.replace(a.endpoint, proxy="http://192.0.2.80:3128")
        )
        for a in others
    ]
    seen = dataclasses.replace(seen, attempts=(direct, *proxied))
    assert [o.id for o in seen.tcp] == ["1.tcp"]
    assert seen.open_ports == ()
    assert seen.dead_ports(FailureKind.TIMED_OUT) == (1935,)
    assert seen.sign_of_life is None
    assert failed_with(direct, StepName.TCP, FailureKind.TIMED_OUT)
    assert not failed_with(proxied[1], StepName.TCP, FailureKind.REFUSED)
    assert seen.plan_succeeded  # a player would have connected all the same
    assert [a.id for a in seen.connected] == [2]


def test_follow_ups_and_controls_are_not_the_servers_own_attempts() -> None:
    seen = run_view(
        [
            f"fallback rtmp 1935: {OPEN}",
            f"check rtmps 443: {OPEN}",
            f"follow-up made-up-application 1935: {OPEN}",
            "control control-port 1935: tcp ok",
            "check http 8134: tcp ok; http ok",
        ]
    )
    assert [a.id for a in seen.own] == [1, 2, 5]
    assert [a.id for a in seen.media] == [1, 2]
    assert [a.id for a in seen.connected] == [1, 2]
    assert [a.id for a in seen.performed(Experiment.MADE_UP_APPLICATION)] == [3]
    assert seen.performed(Experiment.CONTROL_PORT, 80) == ()


def test_a_plan_succeeds_by_any_of_its_attempts_and_connects_by_the_first() -> None:
    seen = run_view(["fallback rtmp 1935: tcp refused", f"fallback rtmp 80: {OPEN}"])
    assert (seen.plan_connected, seen.plan_succeeded) == (False, True)
    seen = run_view(["fallback rtmp 1935: tcp refused", f"check rtmps 443: {OPEN}"])
    assert (seen.plan_connected, seen.plan_succeeded) == (False, False)


def test_rtmp_was_spoken_wherever_a_handshake_was_completed() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake ok; connect closed",
            "fallback rtmp 80: tcp ok; handshake reset",
        ]
    )
    assert [a.endpoint.port for a in seen.spoke_rtmp] == [1935]
    assert seen.network_is_fine


@pytest.mark.parametrize(
    ("url", "wanted"), [("rtmp://a.b/l", None), ("a.b", None), ("rtmps://a.b/l", Transport.RTMPS)]
)
def test_a_transport_is_asked_for_by_the_scheme(url: str, wanted: Transport | None) -> None:
    assert run_view([], url).asked_for is wanted


# ---- ports


def test_a_port_is_dead_when_every_connect_to_it_failed_in_these_ways() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp timed-out",
            "fallback rtmp 80: tcp timed-out",
            "fallback rtmpt 80: tcp refused",
            f"check rtmps 443: {OPEN}",
        ]
    )
    assert seen.dead_ports(FailureKind.TIMED_OUT) == (1935,)
    assert seen.dead_ports(FailureKind.TIMED_OUT, FailureKind.REFUSED) == (1935, 80)
    assert seen.open_ports == (443,)


def test_what_never_left_this_computer_says_nothing_about_a_port() -> None:
    seen = run_view(["fallback rtmp 1935: tcp no-route @2001:db8::1; tcp timed-out @203.0.113.10"])
    assert seen.dead_ports(FailureKind.TIMED_OUT) == (1935,)
    assert run_view(["fallback rtmp 1935: tcp no-route"]).dead_ports(FailureKind.TIMED_OUT) == ()


def test_addresses_are_those_used_else_those_resolved() -> None:
    lines = ["fallback rtmp 1935: dns ok 203.0.113.1 203.0.113.2; tcp ok @203.0.113.2; handshake reset"]
    assert run_view(lines).addresses == ("203.0.113.2",)
    assert run_view(["fallback rtmp 1935: dns ok 203.0.113.1"]).addresses == ("203.0.113.1",)
    assert run_view([]).addresses == ()


def test_rtmfp_uses_addresses_as_well() -> None:
    greeted = run_view(["fallback rtmfp 1935 @127.0.0.1: udp ok; handshake ok; connect ok"])
    assert greeted.addresses == ("127.0.0.1",)
    assert greeted.is_loopback
    redirected = "udp ok; udp ok @203.0.113.2 by=203.0.113.1:1935; handshake ok"
    assert run_view([f"fallback rtmfp 1935 @203.0.113.1: {redirected}"]).addresses == ("203.0.113.1",)


def test_a_sign_of_life_is_the_servers_own() -> None:
    by_proxy = 'fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 via="1.1 gate"'
    assert run_view([by_proxy]).sign_of_life is None
    life = run_view([by_proxy, f"fallback rtmp 8080: {OPEN}"]).sign_of_life
    assert life is not None
    assert life.port == 8080


# ---- names


def test_a_name_failed_when_the_system_found_it_in_no_attempt() -> None:
    assert run_view(["fallback rtmp 1935: resolver ok; dns name-not-found"]).name_failed
    assert not run_view(["fallback rtmp 1935: resolver name-not-found; dns ok; tcp refused"]).name_failed
    assert not run_view(["fallback rtmp 1935: tcp refused"], "rtmp://203.0.113.10/l").name_failed


# ---- places


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("198.51.100.1", True),
        ("198.51.100.20", True),
        ("192.168.7.7", True),
        ("203.0.113.1", False),
        (None, False),
    ],
)
def test_home_is_this_computer_its_router_and_private_ranges(address: str | None, home: bool) -> None:
    assert run_view([], environment=HOME).on_local_side(address) is home


@pytest.mark.parametrize(
    ("url", "matters", "loopback"),
    [("rtmp://203.0.113.10/l", True, False), ("rtmp://10.0.0.9/l", False, False), ("rtmp://[::1]/l", False, True),
     ("rtmp://127.0.0.1/l", False, True)],
)  # fmt: skip
def test_a_path_matters_beyond_this_network(url: str, matters: bool, loopback: bool) -> None:
    address = url.partition("//")[2].partition("/l")[0].strip("[]")
    seen = run_view([f"fallback rtmp 1935: tcp refused @{address}"], url)
    assert (seen.path_matters, seen.is_loopback) == (matters, loopback)


# ---- captive networks


def test_a_network_is_captive_when_the_control_host_is_redirected() -> None:
    line = "control control-http 80: tcp ok; http ok http="
    assert run_view([f'{line}302 location="http://login.hotel.example/"']).is_captive
    assert run_view([f"{line}511"]).is_captive
    assert not run_view([f"{line}204"]).is_captive
    assert not run_view([]).is_captive


# ---- controls and questions


def test_a_control_that_could_not_be_sent_is_none() -> None:
    assert run_view(["control control-port 1935: dns server-failure"]).control_tcp(1935) is None
    assert run_view(["control control-port 1935: tcp no-route"]).control_tcp(1935) is None
    control = run_view(["control control-port 1935: tcp timed-out"]).control_tcp(1935)
    assert control is not None
    assert not control.ok


def test_nobody_is_asked_where_contacts_are_switched_off() -> None:
    seen = run_view(["fallback rtmp 1935: tcp refused"])
    assert seen.ask_control_port(1935) == seen.ask_control_http() == seen.ask_second_resolver() == ()


def test_contacts_are_asked_where_there_are_any() -> None:
    seen = run_view(["fallback rtmp 1935: tcp refused"], control="ctl.example.net", resolver="9.9.9.9")
    assert [q.endpoint.host for q in seen.ask_control_port(1935)] == ["ctl.example.net"]
    assert [q.endpoint.host for q in seen.ask_second_resolver()] == ["9.9.9.9"]
    assert [q.endpoint.host for q in seen.ask_hops(1935)] == ["fms.example.com"]


def test_an_address_needs_no_resolver_and_a_private_one_no_path() -> None:
    literal = run_view(["fallback rtmp 1935: tcp refused"], "rtmp://10.0.0.9/l", "ctl.example.net", "9.9.9.9")
    assert literal.ask_second_resolver() == literal.ask_hops(1935) == literal.ask_control_port(1935) == ()


@pytest.mark.parametrize(("ports", "asked"), [((1935, 80), 80), ((1935, 8080), 8080), ((1935,), 1935)])
def test_http_is_asked_where_a_filter_for_web_traffic_would_sit(ports: tuple[int, ...], asked: int) -> None:
    assert run_view([]).ask_http(ports)[0].endpoint.port == asked


def test_comparisons_that_disagree_show_nothing() -> None:
    cut = "fallback rtmp 1935: tcp ok; handshake reset"
    closed = "follow-up other-bytes 1935: tcp ok; exchange closed"
    silent = "follow-up other-bytes 1935: tcp ok; exchange timed-out"
    assert len(run_view([cut, closed, closed]).performed(Experiment.OTHER_BYTES)) == 1
    assert run_view([cut, closed, silent]).performed(Experiment.OTHER_BYTES) == ()


def test_a_port_that_opened_for_anyone_is_not_shut() -> None:
    dead = "fallback rtmp 1935: tcp timed-out"
    assert run_view([dead]).dead_ports(FailureKind.TIMED_OUT) == (1935,)
    for seen in (
        "follow-up flows 1935: 1 answered, 7 timed-out",
        "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 open",
        "follow-up no-bytes 1935: tcp ok; exchange ok",
    ):
        run = run_view([dead, seen])
        assert run.ever_opened(1935)
        assert run.dead_ports(FailureKind.TIMED_OUT) == ()
    elsewhere = "control control-port 1935: tcp ok"
    assert run_view([dead, elsewhere]).dead_ports(FailureKind.TIMED_OUT) == (1935,)
