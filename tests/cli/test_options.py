import argparse
from collections.abc import Mapping

import pytest

from fmsdiag.cli import options as options_module
from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.console import CliError
from fmsdiag.cli.options import PlannedRun, describe_run, read_options
from fmsdiag.model import Family, Options
from fmsdiag.probe.contacts import DEFAULT_CONTROL, DEFAULT_RESOLVER

OFF = {"FMSDIAG_CONTROL": "none", "FMSDIAG_RESOLVER": "none"}


def arguments(*argv: str) -> argparse.Namespace:
    return make_parser().parse_args(["test", *argv])


def read(*argv: str, environment: Mapping[str, str] = OFF) -> PlannedRun:
    return read_options(arguments(*argv), environment)


def test_url_and_options_reach_the_run() -> None:
    target, options, plan, *_ = read(
        "rtmp://h.example/live", "--sequential", "--interval-ms", "5", "-6", "--timeout", "2"
    )
    assert (target.host, target.application) == ("h.example", "live")
    assert (options.sequential, options.interval_ms, options.family) == (True, 5, Family.IPV6)
    assert (options.timeout_s, options.tcp_timeout_s) == (2.0, 2.0)
    assert plan.name == "ams"


def test_the_silence_of_the_deep_tests() -> None:
    assert read("h.example", "--deep", "--idle", "30")[1].idle_s == 30.0


def test_a_long_timeout_does_not_stretch_tcp() -> None:
    assert read("h.example", "--timeout", "60")[1].tcp_timeout_s == Options().tcp_timeout_s


@pytest.mark.parametrize(
    ("flag", "environment", "control"),
    [
        (None, {}, DEFAULT_CONTROL),
        (None, {"FMSDIAG_CONTROL": "env.example"}, "env.example"),
        ("flag.example", {"FMSDIAG_CONTROL": "none"}, "flag.example"),
        ("none", {"FMSDIAG_CONTROL": "env.example"}, None),
        ("Flag.Example", {}, "flag.example"),
    ],
)
def test_flag_before_environment_before_default(
    flag: str | None, environment: dict[str, str], control: str | None
) -> None:
    flags = ["--control", flag] if flag else []
    assert read("h.example", *flags, environment=environment)[1].control == control


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["a b"], "server: Enter only the server name, without spaces"),
        (["rtmp://h:0/live"], "server: “0” is not a port"),
        (["rtmp://h:70000/live"], "server: “70000” is not a port"),
        (["gopher://h/live"], "server: “gopher://” addresses cannot be tested"),
        (["h", "--app", "li\x1bve"], "application: .*invisible"),
        (["h", "--ports", "nonsense"], "ports: "),
        (["h", "--ports", "rtmp:70000"], "ports: "),
        (["h", "--interval-ms", "0"], "interval: "),
        (["h", "--control", "a b"], "control host: Enter only"),
        (
            ["h", "--proxy", "http://bob:top/secret"],
            "proxy: The proxy's address cannot be read; write it like",
        ),
        (["h", "--proxy", "socks4://p:1"], "proxy: SOCKS4 proxies are not supported"),
        (["h", "--resolver", "dns.example"], "resolver: 'dns.example' is not an IP address"),
    ],
)
def test_what_is_wrong_is_named(argv: list[str], message: str) -> None:
    with pytest.raises(CliError, match=message):
        read(*argv)


def test_what_will_be_contacted_is_said_before() -> None:
    lines = describe_run(read("rtmp://h.example/live", environment={}))
    assert lines[0] == "Testing h.example, application live. Plan ams: RTMP 1935, RTMP 80, RTMPT 80."
    assert "RTMPS, port 443" in lines[1]
    assert DEFAULT_CONTROL in lines[2]
    assert f"name server {DEFAULT_RESOLVER}" in lines[2]
    assert "--control none" in lines[2]


@pytest.mark.parametrize(
    "argv",
    [["rtmpe://h.example/live"], ["rtmpte://h.example/live"], ["h.example", "--ports", "1935,rtmpe:80"]],
)
def test_rtmpe_is_warned_of(argv: list[str]) -> None:
    lines = describe_run(read(*argv))
    assert [line for line in lines if "crash" in line] == [
        "Careful: RTMPE can crash fragile servers. It is tried only because you asked for it."
    ]


@pytest.mark.parametrize(
    "argv", [["h.example", "--all"], ["rtmp://h.example"], ["h", "--plan", "everything"]]
)
def test_nothing_is_warned_of_where_rtmpe_is_not_tried(argv: list[str]) -> None:
    assert not any("RTMPE" in line for line in describe_run(read(*argv)))


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.2", "localhost"])
def test_no_third_party_for_a_private_target(host: str) -> None:
    assert len(describe_run(read(host, environment={}))) <= 2
    assert "Only if" not in " ".join(describe_run(read(host, environment={})))


def test_contacts_that_are_off_are_not_announced() -> None:
    assert not any("Only if" in line for line in describe_run(read("h.example")))


@pytest.mark.parametrize(
    ("proxy", "password", "pair"),
    [
        ("system", None, None),
        ("system", "pw", ("", "pw")),
        ("none", None, None),
        ("http://p.example:3128", None, None),
        ("http://bob:s%2Fe@p.example:3128", None, ("bob", "s/e")),
        ("http://bob:url@p.example:3128", "variable", ("bob", "variable")),
        ("socks5://bob@p.example", "pw", ("bob", "pw")),
        ("bob:a/b@c@p.example:3128", None, ("bob", "a/b@c")),
    ],
)
def test_the_proxys_password_goes_another_way_than_its_address(
    proxy: str, password: str | None, pair: tuple[str, str] | None
) -> None:
    argv = ("h.example", "--proxy", proxy)
    environment = OFF | ({"FMSDIAG_PROXY_PASSWORD": password} if password else {})
    planned = read(*argv, environment=environment)
    assert planned.credentials.proxy == pair
    assert "bob" not in repr(planned) + " ".join(describe_run(planned))


def test_a_password_needs_a_name() -> None:
    with pytest.raises(CliError, match="needs a name"):
        read("h", "--proxy", "http://p:1", environment={"FMSDIAG_PROXY_PASSWORD": "pw"})


def test_proxies_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    given_one = describe_run(read("h.example", "--proxy", "http://bob:secret@p.example:3128"))
    assert given_one[0].endswith("RTMPT 80, RTMP 1935 (proxy), RTMP 80 (proxy), RTMPT 80 (proxy).")
    assert "Also through the proxy http://p.example:3128, as you asked" in given_one[2]
    monkeypatch.setenv("http_proxy", "http://bob:secret@p.example:3128")
    system = describe_run(read("h.example"))
    assert "Also through the proxy http://p.example:3128, as this computer is set up to" in system[2]
    assert "secret" not in str(system)
    assert "proxy" not in str(describe_run(read("h.example", "--proxy", "none")))
    monkeypatch.delenv("http_proxy")
    monkeypatch.setattr(options_module, "search_domains", lambda: ("corp.example",))
    assert "wpad.corp.example" in describe_run(read("h.example"))[2]
    assert "wpad" not in str(describe_run(read("192.168.1.1")))
