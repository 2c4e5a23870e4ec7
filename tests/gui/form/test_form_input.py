"""Fields -> target, options and plan; URLs -> fields; contacts in words."""

import msgspec
import pytest

from fmsdiag.gui.form.form_input import (
    AdvancedInput,
    Entrusted,
    FormInput,
    ProxyKind,
    Request,
    contacted,
    cut_again,
    fields_of,
    judge,
    spread,
)
from fmsdiag.model import Family, LeftOut, NotApplicable, Options, ProxySource, Target, Transport
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.target_texts import TargetError, TargetTexts
from fmsdiag.target_url import connect_application
from tests.gui.scripted import request_of
from tests.report import samples

SIGN_IN = Entrusted(server_name="bob", server_password="s3cret")
QUIET = {"FMSDIAG_CONTROL": "none", "FMSDIAG_RESOLVER": "none"}


def test_plain_fields() -> None:
    request = request_of(FormInput("Media.Example.com", "live", plan="ams-443"), QUIET)
    assert (request.target.host, request.target.application) == ("media.example.com", "live")
    assert request.plan.name == "ams-443"
    assert request.options.control is None


def test_one_port_means_what_a_url_with_it_means() -> None:
    request = request_of(FormInput("media.example.com", "live", ports="rtmpt:8080", plan="ams"), QUIET)
    assert (request.target.transport, request.target.port) == (Transport.RTMPT, 8080)
    assert request.options.plan is None
    assert request.plan.attempts[0].endpoint.key == "tcp/8080/rtmpt"


def test_several_ports_go_before_the_plan() -> None:
    request = request_of(
        FormInput("media.example.com", "live", ports="1935, 80, rtmpt:80", plan="secure"), QUIET
    )
    keys = [p.endpoint.key for p in request.plan.attempts[:3]]
    assert keys == ["tcp/1935/rtmp", "tcp/80/rtmp", "tcp/80/rtmpt"]


def test_what_came_with_a_url_is_kept() -> None:
    request = request_of(FormInput("media.example.com", "live", stream="key", query="token=1"), QUIET)
    assert (request.target.stream, request.target.query) == ("key", "token=1")


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("media.example.com", None),
        ("2001:db8::1", None),
        ("rtmp://media.example.com/live", FormInput("media.example.com", "live")),
        ("rtmp://media.example.com:80/live", FormInput("media.example.com", "live", "80")),
        ("media.example.com:8080/live", FormInput("media.example.com", "live", "8080")),
        ("rtmps://media.example.com/live", FormInput("media.example.com", "live", "rtmps:443")),
        ("rtmpt://[2001:db8::1]:8080/live", FormInput("2001:db8::1", "live", "rtmpt:8080")),
        ("rtmp://media.example.com", FormInput("media.example.com")),
        ("Server: media.example.com", FormInput("media.example.com")),
        ('"rtmp://media.example.com/live"', FormInput("media.example.com", "live")),
        ("rtmp：／／media.example.com／live", FormInput("media.example.com", "live")),
        (
            "rtmp://media.example.com/live k3y-1234",
            FormInput("media.example.com", "live", stream="k3y-1234", stream_apart=True),
        ),
        (
            "bob:s3cret@media.example.com",
            FormInput("media.example.com", entrusted=SIGN_IN, left_out=(LeftOut.SIGN_IN,)),
        ),
        (
            "rtmp://h/live/hunter Stream key: key",
            FormInput("h", "live", stream="key", query="/hunter", stream_apart=True),
        ),
        ("rtmp://h/live/key?t=1", FormInput("h", "live", stream="key?t=1")),
        ("rtmp://h/live?t=1/key", FormInput("h", "live", stream="key", query="t=1")),
    ],
)
def test_a_url_spreads_over_the_fields(url: str, fields: FormInput | None) -> None:
    assert spread(url) == fields


def test_a_part_of_the_path_that_may_be_a_key_goes_along_unseen() -> None:
    fields = spread("rtmp://h.example/live/hunter Stream key: key")
    assert fields is not None
    target = request_of(fields, QUIET).target
    assert (connect_application(target), target.stream, target.stream_apart) == ("live/hunter", "key", True)
    assert cut_again(fields, "live/key") is None


@pytest.mark.parametrize("url", ["http://media.example.com/", "rtmp://media.example.com:0/live", "rtmp://"])
def test_a_wrong_url_says_so(url: str) -> None:
    with pytest.raises(TargetError):
        spread(url)


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = FormInput(
        "two words", "live", "1935, 70000", advanced=AdvancedInput(control="a b", resolver="dns.example")
    )
    found = judge(wrong, QUIET).problems
    assert set(found) == {"server", "ports", "control", "resolver"}
    assert found["server"].said is TargetTexts.SPACES
    assert "70000" in str(found["ports"])


def test_good_fields_have_no_problems() -> None:
    fields = FormInput(
        "media.example.com", "live", "1935", advanced=AdvancedInput(control="none", resolver="192.0.2.53")
    )
    assert judge(fields, QUIET).problems == {}


def test_a_plan_that_is_gone_is_a_problem() -> None:
    assert "server" in judge(FormInput("media.example.com", plan="bygone"), QUIET).problems


def test_contacts_are_named_before_the_run() -> None:
    text = contacted(request_of(FormInput("media.example.com", "live", plan="ams"), {}))
    assert text.startswith("Connects to media.example.com: RTMP on port 1935, RTMP on port 80,")
    assert "a.rtmp.youtube.com" in text
    assert "1.1.1.1" in text


def test_own_control_host_and_resolver_are_named() -> None:
    fields = FormInput(
        "media.example.com", advanced=AdvancedInput(control="control.example.net", resolver="192.0.2.53")
    )
    text = contacted(request_of(fields, {}))
    assert "control.example.net" in text
    assert "192.0.2.53" in text


@pytest.mark.parametrize("server", ["127.0.0.1", "10.1.2.3", "localhost"])
def test_no_third_party_for_an_address_of_this_network(server: str) -> None:
    assert "comparison" not in contacted(request_of(FormInput(server), {}))


def test_a_proxy_of_this_computer_is_in_the_plan_and_named() -> None:
    fields = FormInput("media.example.com", "live")
    unknown = request_of(fields, QUIET)
    assert not unknown.is_settled
    assert "Also through this computer's proxy, if one is set." in contacted(unknown)
    found = settings_from({"http": "http://cache.example:3128"}, ProxySource.ENVIRONMENT)
    known = judge(fields, QUIET, found).request
    assert known is not None
    assert known.is_settled
    assert [p.endpoint.proxy for p in known.plan.attempts[3:6]] == ["http://cache.example:3128"] * 3
    assert "Also through the proxy cache.example:3128." in contacted(known)
    off = AdvancedInput(proxy=ProxyKind.NONE)
    assert request_of(FormInput("media.example.com", advanced=off), QUIET).is_settled


def test_what_cannot_be_tested_is_not_contacted() -> None:
    request = request_of(FormInput("media.example.com", ports="8080"), QUIET)
    skipped = (
        msgspec.structs.replace(p, not_applicable=NotApplicable.NO_PROXY) for p in request.plan.attempts
    )
    plan = msgspec.structs.replace(request.plan, attempts=tuple(skipped))
    text = contacted(Request(request.target, request.options, plan))
    assert "8080" not in text


def test_a_short_time_limit_bounds_the_connection_too() -> None:
    options = request_of(FormInput("media.example.com", advanced=AdvancedInput(timeout_s=3)), QUIET).options
    assert (options.timeout_s, options.tcp_timeout_s) == (3.0, 3.0)
    assert request_of(FormInput("media.example.com"), QUIET).options == Options(control=None, resolver=None)


def test_a_report_is_asked_again_with_the_same_options() -> None:
    asked = FormInput(
        "media.example.com",
        "live",
        plan="secure",
        checks=("http:8134",),
        advanced=AdvancedInput(interval_ms=70, timeout_s=7, sequential=True, family=Family.IPV6, deep=True),
    )
    request = request_of(asked, QUIET)
    report = msgspec.structs.replace(
        samples.healthy(), target=request.target, options=request.options, plan=request.plan
    )
    assert fields_of(report) == asked


def test_a_report_about_one_port_fills_the_ports() -> None:
    target = Target("media.example.com", "live", Transport.RTMPT, 8080)
    assert fields_of(msgspec.structs.replace(samples.healthy(), target=target)).ports == "rtmpt:8080"


def test_an_application_with_a_space_is_asked_for_again() -> None:
    asked = judge(FormInput("h.example", '"my app"'), {}).request
    assert asked is not None
    assert asked.target.application == "my app"
    found = spread('{"server": "h.example", "app": "my app"}')
    assert found is not None
    assert found.application == '"my app"'


def test_a_hidden_server_is_not_a_server() -> None:
    report = msgspec.structs.replace(samples.healthy(), target=Target("lan-1", "live"))
    assert fields_of(report).server == ""
    assert fields_of(report).application == "live"


@pytest.mark.parametrize("path", ["S3cretKey-1234", "S3cretKey-1234/live"])
def test_a_key_in_place_of_the_application_is_kept_and_not_shown(path: str) -> None:
    fields = spread(f"rtmp://h.example/{path}")
    assert fields is not None
    assert fields.application == ""
    assert connect_application(request_of(fields, QUIET).target) == "S3cretKey-1234"
