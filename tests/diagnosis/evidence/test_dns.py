from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence import dns as names_seen
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Environment, Experiment, Interface, Transport
from tests.diagnosis.situations import run_view

HERE = Environment(
    interfaces=(Interface("eth0", ("192.168.1.20",)),),
    default_gateways=("192.168.1.1",),
    hosts_file_addresses=("198.51.100.80",),
)
SILENT = "fallback rtmp 1935: resolver resolver-silent; dns server-failure"


def seen(*lines: str, control: str = "ctl.example.net", addresses: tuple[str, ...] = ()) -> RunView:
    return run_view(lines, control=control, resolver="9.9.9.9", addresses=addresses, environment=HERE)


def test_nobodys_address_is_a_denial() -> None:
    told = seen("fallback rtmp 1935: resolver ok 0.0.0.0 ::; dns ok 0.0.0.0 203.0.113.10")
    assert names_seen.known(names_seen.by_configured(told)) == ()
    assert names_seen.denies(names_seen.by_configured(told))
    assert names_seen.known(names_seen.by_system(told)) == ("203.0.113.10",)
    assert not names_seen.denies(names_seen.by_system(told))


def test_a_lookup_that_ended_counts_before_one_that_was_given_up() -> None:
    told = seen("fallback rtmp 1935: dns timed-out", "fallback rtmp 80: dns name-not-found")
    lookup = names_seen.by_system(told)
    assert lookup is not None
    assert lookup.id == "2.dns"


@pytest.mark.parametrize(
    ("line", "answers", "fails"),
    [
        ("resolver ok", True, False),
        ("resolver name-not-found rcode=NXDOMAIN", True, False),
        ("resolver no-data", True, False),
        ("resolver server-failure rcode=SERVFAIL", False, True),
        ("resolver resolver-silent", False, False),
        ("resolver no-route", False, False),
    ],
)
def test_what_a_resolver_says(line: str, answers: bool, fails: bool) -> None:
    lookup = names_seen.by_configured(seen(f"fallback rtmp 1935: {line}; dns server-failure"))
    assert (names_seen.answers(lookup), names_seen.fails(lookup)) == (answers, fails)


@pytest.mark.parametrize(
    ("second", "others"),
    [
        ("dns ok 2001:db8::1 203.0.113.10", ("203.0.113.10", "2001:db8::1")),
        ("dns ok 198.51.100.80 203.0.113.10", ()),
        ("dns name-not-found", ("203.0.113.77",)),
    ],
)
def test_addresses_that_only_others_give(second: str, others: tuple[str, ...]) -> None:
    told = seen(
        "fallback rtmp 1935: resolver ok 203.0.113.77; dns ok; tcp refused",
        f"control second-resolver 53: {second}",
        addresses=("198.51.100.80",),
    )
    assert names_seen.elsewhere(told) == others
    assert names_seen.is_hosts_file(told)


@pytest.mark.parametrize(
    ("lines", "passed"),
    [
        ((SILENT,), False),
        (("fallback rtmp 1935: tcp timed-out",), False),
        (("fallback rtmp 1935: tcp refused",), True),
        ((SILENT, "control second-resolver 53: dns server-failure rcode=SERVFAIL"), True),
        ((SILENT, "control second-resolver 53: dns resolver-silent"), False),
        (("fallback rtmp 1935: tcp timed-out", "control control-port 1935: tcp ok"), True),
        (
            ("fallback rtmp 1935: resolver ok; tcp timed-out",),
            False,
        ),  # our own router's answer may be an old one
        (("fallback rtmp 1935: resolver ok @9.9.9.10; tcp timed-out",), True),
    ],
)
def test_whether_anything_passed(lines: tuple[str, ...], passed: bool) -> None:
    assert names_seen.anything_passed(seen(*lines)) is passed


@pytest.mark.parametrize(
    ("icmp", "by_router", "on_link"),
    [
        ("icmp=3.0/192.168.1.1", True, False),
        ("icmp=3.1/192.168.1.1", True, False),
        ("icmp=3.13/192.168.1.1", False, False),
        ("icmp=3.1/192.168.1.20", False, True),
        ("icmp=3.0/198.51.100.1", False, False),
        ("", False, True),
    ],
)
def test_who_stopped_it(icmp: str, by_router: bool, on_link: bool) -> None:
    told = seen(f"fallback rtmp 1935: tcp unreachable {icmp}")
    (step,) = names_seen.sent_beyond(told)
    assert names_seen.stopped_by_own_router(told, step) is by_router
    assert names_seen.stopped_on_link(told, step) is on_link


def test_the_control_hosts_name_is_asked_for_where_it_is_a_name() -> None:
    (question,) = names_seen.ask_control_name(seen(SILENT))
    assert (question.experiment, question.endpoint.host) == (Experiment.CONTROL_NAME, "ctl.example.net")
    assert names_seen.ask_control_name(seen(SILENT, control="198.51.100.7")) == ()
    assert names_seen.ask_control_name(seen(SILENT, control="none")) == ()


def test_the_first_lookup_of_the_control_host_counts() -> None:
    told = seen(SILENT, "control control-port 1935: dns server-failure", "control control-name 53: dns ok")
    lookup = names_seen.of_control(told)
    assert lookup is not None
    assert lookup.id == "2.dns"
    assert names_seen.of_control(seen(SILENT)) is None


def test_another_address_is_tried_as_the_plan_would() -> None:
    told = seen("fallback rtmps 443: tcp refused", "fallback rtmp 1935: tcp refused")
    (question,) = names_seen.ask_other_address(told, "203.0.113.10")
    endpoint = question.endpoint
    assert (endpoint.transport, endpoint.port) == (Transport.RTMPS, 443)
    assert (endpoint.host, endpoint.address) == ("fms.example.com", "203.0.113.10")


def test_a_name_with_ipv6_addresses_alone() -> None:
    six, four = ("2a02:8::1",), ("2a02:8::1", "203.0.113.10")
    dead = ("fallback rtmp 1935: tcp refused",)
    assert names_seen.has_ipv6_alone(run_view(dead, addresses=six))
    assert not names_seen.has_ipv6_alone(run_view(dead, addresses=four))
    assert not names_seen.has_ipv6_alone(run_view(dead, url="rtmp://[2a02:8::1]/live"))
    known_outside = (*dead, "control second-resolver 53: dns ok 203.0.113.10")
    assert not names_seen.has_ipv6_alone(run_view(known_outside, addresses=six, resolver="9.9.9.9"))


def test_an_internal_address_is_private_and_shows_no_strangers() -> None:
    silent, page = (
        ("fallback rtmp 1935: tcp timed-out",),
        ("fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 server=nginx",),
    )
    assert names_seen.is_internal(run_view(silent), ("10.1.2.3",))
    assert not names_seen.is_internal(run_view(page), ("10.1.2.3",))
    assert not names_seen.is_internal(run_view(silent), ("127.0.0.1",))
    assert not names_seen.is_internal(run_view(silent), ("203.0.113.10",))
    assert not names_seen.is_internal(run_view(silent), ())


def test_a_router_near_the_machine_reports_that_it_is_missing() -> None:
    far = run_view(("fallback rtmp 1935: tcp unreachable icmp=3.1/198.51.100.1",))
    near = run_view(("fallback rtmp 1935: tcp unreachable icmp=3.1/192.168.1.1",))
    assert names_seen.reports_missing(far) is not None
    assert names_seen.reports_missing(near) is None
