from __future__ import annotations

import pytest

from fmsdiag.model import (
    NO_PROXY,
    Family,
    NotApplicable,
    Options,
    Plan,
    PlanName,
    ProxySource,
    ProxyType,
    Purpose,
    Target,
    Transport,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.plan import MAX_ADDRESS_CHECKS, PRESETS, address_checks, make_plan, preset_named
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy_choice

TARGET = Target("h.example", "live")
USUAL_CHECKS = ["rtmps:443", "rtmfp:1935"]


def words(plan: Plan, purpose: Purpose = Purpose.FALLBACK) -> list[str]:
    """ "rtmp:1935", with "/proxy" behind what needs one."""
    return [
        f"{a.endpoint.transport.value}:{a.endpoint.port}" + ("/proxy" if a.endpoint.proxy else "")
        for a in plan.attempts
        if a.purpose is purpose
    ]


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("ams", "rtmp:1935 rtmp:80 rtmpt:80"),
        ("ams-443", "rtmp:1935 rtmp:80 rtmp:443"),
        ("flash-player", "rtmp:1935 rtmp:443 rtmp:80 rtmpt:80"),
        (
            "netconnection-smart",
            "rtmp:443 rtmp:80 rtmp:1935 rtmpt:443 rtmpt:80 rtmpt:1935 "
            "rtmp:443/proxy rtmp:80/proxy rtmp:1935/proxy",
        ),
        ("ncmanager", "rtmp:1935 rtmp:443 rtmpt:80"),
        ("akamai", "rtmp:1935 rtmp:443 rtmp:80 rtmpt:1935 rtmpt:443 rtmpt:80"),
        ("secure", "rtmps:443 rtmpts:443"),
        ("encoder", "rtmp:1935"),
        (
            "everything",
            "rtmp:1935 rtmp:80 rtmp:443 rtmps:443 rtmpt:80 rtmpt:1935 rtmpts:443 rtmfp:1935 "
            "http:80 http:8134 admin:1111",
        ),
    ],
)
def test_presets(name: str, order: str) -> None:
    plan = make_plan(TARGET, Options(plan=PlanName(name)))
    assert plan.name is PlanName(name)
    assert words(plan) == order.split()
    assert words(plan, Purpose.CHECK) == [check for check in USUAL_CHECKS if check not in order.split()]
    purposes = [a.purpose for a in plan.attempts]
    assert purposes == sorted(purposes, key=[Purpose.FALLBACK, Purpose.CHECK].index)


def test_the_table_of_presets_is_tested_whole() -> None:
    assert set(PRESETS) == {
        "ams", "ams-443", "flash-player", "netconnection-smart", "ncmanager", "akamai", "secure", "encoder",
        "everything",
    }  # fmt: skip
    assert all(preset.title and preset.source for preset in PRESETS.values())
    assert PRESETS[PlanName.AMS].summary == "1935 RTMP, then 80 RTMP, then 80 RTMPT"


@pytest.mark.parametrize(
    ("url", "options", "name", "order"),
    [
        ("h.example", Options(), "ams", "rtmp:1935 rtmp:80 rtmpt:80"),
        ("rtmp://h.example/a", Options(), "ams", "rtmp:1935 rtmp:80 rtmpt:80"),
        ("h.example:8080", Options(), "url", "rtmp:8080"),
        ("rtmp://h.example:1935/a", Options(), "url", "rtmp:1935"),
        ("rtmps://h.example/a", Options(), "url", "rtmps:443"),
        ("rtmps://h.example:8443/a", Options(), "url", "rtmps:8443"),
        ("rtmpt://h.example/a", Options(), "url", "rtmpt:80"),
        ("rtmpts://h.example/a", Options(), "url", "rtmpts:443"),
        ("rtmpe://h.example/a", Options(), "url", "rtmpe:1935"),
        ("rtmpte://h.example/a", Options(), "url", "rtmpte:80"),
        ("rtmpe://h.example/a", Options(plan=PlanName.AMS), "ams", "rtmp:1935 rtmp:80 rtmpt:80"),
        ("h.example", Options(ports=parse_ports("rtmpe:1935, rtmpte:80")), "custom", "rtmpe:1935 rtmpte:80"),
        ("rtmps://h.example/a", Options(plan=PlanName.ENCODER), "encoder", "rtmps:443"),
        ("rtmp://h.example:1936/a", Options(plan=PlanName.ENCODER), "encoder", "rtmp:1936"),
        (
            "rtmp://h.example:1936/a",
            Options(plan=PlanName.NCMANAGER),
            "ncmanager",
            "rtmp:1935 rtmp:443 rtmpt:80",
        ),
        ("rtmps://h.example/a", Options(plan=PlanName.AMS), "ams", "rtmp:1935 rtmp:80 rtmpt:80"),
        (
            "h.example",
            Options(ports=parse_ports("1935, 80, rtmpt:80")),
            "custom",
            "rtmp:1935 rtmp:80 rtmpt:80",
        ),
        ("h.example", Options(ports=parse_ports("7070"), plan=PlanName.AMS), "custom", "rtmp:7070"),
        ("rtmps://h.example:1/a", Options(ports=parse_ports("7070")), "custom", "rtmp:7070"),
        ("h.example", Options(ports=parse_ports(" , ")), "ams", "rtmp:1935 rtmp:80 rtmpt:80"),
        ("h.example", Options(ports=parse_ports("\t\n")), "ams", "rtmp:1935 rtmp:80 rtmpt:80"),
    ],
)
def test_what_goes_before_what(url: str, options: Options, name: str, order: str) -> None:
    plan = make_plan(parse_target(url), options)
    assert (plan.name, words(plan)) == (name, order.split())


@pytest.mark.parametrize(
    ("options", "checks"),
    [
        (Options(), "rtmps:443 rtmfp:1935"),
        (Options(all_checks=True), "rtmps:443 rtmfp:1935 http:8134 admin:1111"),
        (Options(checks=()), ""),
        (Options(checks=parse_ports("http:80, 1935")), "http:80"),
        (Options(ports=parse_ports("rtmps:443")), "rtmfp:1935"),
    ],
)
def test_checks(options: Options, checks: str) -> None:
    assert words(make_plan(TARGET, options), Purpose.CHECK) == checks.split()


@pytest.mark.parametrize(
    ("url", "options", "checks"),
    [
        ("rtmpe://h.example/a", Options(), "rtmp:1935 rtmps:443 rtmfp:1935"),
        ("rtmpe://h.example:80/a", Options(), "rtmp:80 rtmps:443 rtmfp:1935"),
        ("rtmpte://h.example/a", Options(), "rtmpt:80 rtmps:443 rtmfp:1935"),
        ("h.example", Options(ports=parse_ports("rtmp:1935, rtmpe:1935")), "rtmps:443 rtmfp:1935"),
        (
            "h.example",
            Options(ports=parse_ports("rtmpe:1935, rtmpte:1935")),
            "rtmp:1935 rtmpt:1935 rtmps:443 rtmfp:1935",
        ),
        ("rtmpe://h.example/a", Options(checks=parse_ports("rtmps:443, 1935")), "rtmp:1935 rtmps:443"),
        ("rtmpe://h.example/a", Options(checks=()), ""),
        ("rtmps://h.example/a", Options(checks=parse_ports("rtmpe:1935")), "rtmp:1935 rtmpe:1935"),
    ],
)
def test_rtmpe_is_never_tried_without_its_plain_sibling(url: str, options: Options, checks: str) -> None:
    assert words(make_plan(parse_target(url), options), Purpose.CHECK) == checks.split()


@pytest.mark.parametrize("name", [None, *PRESETS])
@pytest.mark.parametrize("all_checks", [False, True])
def test_rtmpe_which_can_crash_a_server_is_tried_only_where_it_is_named(
    name: PlanName | None, all_checks: bool
) -> None:
    tried = make_plan(TARGET, Options(plan=name, all_checks=all_checks)).attempts
    assert not any(a.endpoint.transport.is_encrypted for a in tried)


@pytest.mark.parametrize("milliseconds", [1, 200, 1000, 60_000])
def test_intervals(milliseconds: int) -> None:
    plan = make_plan(TARGET, Options(interval_ms=milliseconds, sequential=True))
    assert plan.interval_s == milliseconds / 1000
    assert plan.sequential


@pytest.mark.parametrize(
    ("options", "field", "message"),
    [
        (Options(interval_ms=0), "interval", "from 1 to 60,000"),
        (Options(interval_ms=-5), "interval", "from 1 to 60,000"),
        (Options(interval_ms=60_001), "interval", "from 1 to 60,000"),
        (Options(plan=PlanName.RTMFP_FIRST), "plan", "no plan “rtmfp-first”; the plans are ams, "),
        (Options(plan=PlanName.CUSTOM), "plan", "no plan “custom”"),
        (Options(publish=True), "stream", "name of the stream"),
    ],
)
def test_plans_that_cannot_be_made(options: Options, field: str, message: str) -> None:
    with pytest.raises(TargetError, match=message) as caught:
        make_plan(TARGET, options)
    assert caught.value.field == field


def test_a_preset_is_found_by_the_name_that_was_kept() -> None:
    assert preset_named("ams-443").name is PlanName.AMS_443
    with pytest.raises(TargetError, match="no plan “bygone”"):
        preset_named("bygone")


def test_what_cannot_be_tried_says_why() -> None:
    plan = make_plan(TARGET, Options(plan=PlanName.EVERYTHING))
    reasons = {a.endpoint.transport: a.not_applicable for a in plan.attempts}
    assert not any(reasons.values())
    for transport in (t for t in Transport if t.is_media):
        first, *further = make_plan(Target("h.example", "a", transport), Options(checks=())).attempts
        assert first.endpoint.transport is transport
        assert not any(planned.not_applicable for planned in (first, *further))
    smart = make_plan(TARGET, Options(plan=PlanName.NETCONNECTION_SMART)).attempts
    through_proxies = [a.not_applicable for a in smart if a.endpoint.proxy]
    assert through_proxies == [NotApplicable.NO_PROXY] * 3


def test_the_plan_goes_through_a_proxy_as_well() -> None:
    found = settings_from({"http": "http://bob:secret@p.example:3128"}, ProxySource.ENVIRONMENT)
    plan = make_plan(TARGET, Options(), found)
    assert words(plan) == [
        "rtmp:1935",
        "rtmp:80",
        "rtmpt:80",
        "rtmp:1935/proxy",
        "rtmp:80/proxy",
        "rtmpt:80/proxy",
    ]
    assert words(plan, Purpose.CHECK) == ["rtmps:443", "rtmfp:1935", "rtmps:443/proxy"]
    assert {a.endpoint.proxy for a in plan.attempts} == {None, "http://p.example:3128"}
    assert not any(a.not_applicable for a in plan.attempts if a.endpoint.proxy)
    assert "/proxy" not in str(words(make_plan(TARGET, Options(proxy=NO_PROXY), found)))
    assert "/proxy" not in str(words(make_plan(Target("127.0.0.1", "live"), Options(), found)))
    given = make_plan(
        Target("127.0.0.1", "live"), Options(proxy=parse_proxy_choice("socks5://s.example:1080")[0]), found
    )
    assert {a.endpoint.proxy for a in given.attempts} == {None, "socks5://s.example:1080"}
    smart = make_plan(TARGET, Options(plan=PlanName.NETCONNECTION_SMART), found)
    assert len(words(smart)) == 12
    only = make_plan(TARGET, Options(proxy_type=ProxyType.CONNECT_ONLY), found)
    assert address_checks(TARGET, only, MIXED) != ()  # of the check that is made directly
    assert all(c.endpoint.proxy is None for c in address_checks(TARGET, only, MIXED))
    off = make_plan(TARGET, Options(proxy_type=ProxyType.CONNECT_ONLY, proxy=NO_PROXY), found)
    assert {a.not_applicable for a in off.attempts if a.purpose is Purpose.FALLBACK} == {
        NotApplicable.PROXIES_OFF
    }


def test_the_family_holds_for_every_attempt() -> None:
    plan = make_plan(TARGET, Options(family=Family.IPV6))
    assert {a.endpoint.family for a in plan.attempts} == {Family.IPV6}


# ---- one check for each further address

MIXED = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "192.0.2.3", "192.0.2.4"]


@pytest.mark.parametrize(
    ("family", "checked"),
    [
        (Family.ANY, MIXED[1:5]),
        (Family.IPV4, ["192.0.2.2", "192.0.2.3", "192.0.2.4"]),
        (Family.IPV6, ["2001:db8::2"]),
    ],
)
def test_each_further_address_is_checked(family: Family, checked: list[str]) -> None:
    plan = make_plan(TARGET, Options(family=family))
    checks = address_checks(TARGET, plan, MIXED)
    assert [c.endpoint.address for c in checks] == checked
    assert len(checks) <= MAX_ADDRESS_CHECKS
    for check in checks:
        assert check.purpose is Purpose.CHECK
        assert check.endpoint.host == "h.example"
        assert (check.endpoint.transport, check.endpoint.port) == (Transport.RTMP, 1935)
        assert check.endpoint.address is not None
        assert check.endpoint.family is (Family.IPV6 if ":" in check.endpoint.address else Family.IPV4)


@pytest.mark.parametrize("first", ["192.0.2.", "2001:db8::"])
def test_the_other_family_is_never_cut_by_the_limit(first: str) -> None:
    other = "2001:db8::99" if "." in first else "192.0.2.99"
    many = [f"{first}{n}" for n in range(1, 15)]
    checks = address_checks(TARGET, make_plan(TARGET, Options()), [*many, other, f"{other}1"])
    assert [c.endpoint.address for c in checks] == [*many[1:MAX_ADDRESS_CHECKS], other]
    assert checks[-1].endpoint.family is (Family.IPV6 if ":" in other else Family.IPV4)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("192.0.2.1", ["192.0.2.1", "192.0.2.2"]),
        ("h.example", ["192.0.2.1"]),
        ("h.example", []),
    ],
)
def test_no_address_is_checked_twice_or_without_need(url: str, addresses: list[str]) -> None:
    target = parse_target(url)
    assert address_checks(target, make_plan(target, Options(checks=())), addresses) == ()
