import argparse
from collections.abc import Mapping

import pytest

from fmsdiag.cli import options as options_module
from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.console import CliError
from fmsdiag.cli.options import PlannedRun, announced, read_options
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
        (["a b"], r"URL\|HOST: Enter only the server's address, without spaces"),
        (["rtmp://h:0/live"], r"URL\|HOST: “0” is not a port"),
        (["rtmp://h:70000/live"], r"URL\|HOST: “70000” is not a port"),
        (["gopher://h/live"], r"URL\|HOST: “gopher://” addresses cannot be tested"),
        (["h", "--app", "li\x1bve"], "--app: .*invisible"),
        (["rtmp://h/li\x1bve"], r"URL\|HOST: .*invisible"),
        (["rtmp://h app=" + "a" * 2000], r"URL\|HOST: "),
        (["h", "--ports", "nonsense"], "--ports: "),
        (["h", "--ports", "rtmp:70000"], "--ports: "),
        (["h", "--interval-ms", "0"], "--interval-ms: "),
        (["h", "--control", "a b"], "--control: Enter only"),
        (
            ["h", "--proxy", "http://bob:top/secret"],
            "--proxy: The proxy's address cannot be read; write it like",
        ),
        (["h", "--proxy", "socks4://p:1"], "--proxy: SOCKS4 proxies are not supported"),
        (["h", "--resolver", "dns.example"], "--resolver: “dns.example” is not an IP address"),
    ],
)
def test_what_is_wrong_is_named(argv: list[str], message: str) -> None:
    with pytest.raises(CliError, match=message):
        read(*argv)


def test_what_will_be_contacted_is_said_before() -> None:
    lines = announced(read("rtmp://h.example/live", environment={}))
    assert lines[0] == "Connects to h.example: RTMP on port 1935, RTMP on port 80, and RTMPT on port 80."
    assert lines[1] == "Also checks RTMPS on port 443 and RTMFP on UDP port 1935."
    assert [line for line in lines if DEFAULT_CONTROL in line]
    assert [line for line in lines if DEFAULT_RESOLVER in line]


def test_what_was_asked_for_is_said_before() -> None:
    planned = read("rtmp://h.example/live", "--deep", "--idle", "30", "--publish", "k", "--i-own-this-stream")
    lines = " ".join(announced(planned, signs_in=True))
    assert "one left silent for 30.0 s" in lines or "30 s" in lines
    assert "Publishes an empty stream" in lines
    assert "Sends the user name" in lines
    assert "Sends the user name" not in " ".join(announced(planned))


@pytest.mark.parametrize("host", ["127.0.0.1", "192.168.1.2", "localhost"])
def test_no_third_party_for_a_private_target(host: str) -> None:
    assert not any("reference server" in line for line in announced(read(host, environment={})))


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
    assert "bob" not in repr(planned) + " ".join(announced(planned))


def test_a_password_needs_a_name() -> None:
    with pytest.raises(CliError, match="needs a user name"):
        read("h", "--proxy", "http://p:1", environment={"FMSDIAG_PROXY_PASSWORD": "pw"})


def test_proxies_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    given_one = " ".join(announced(read("h.example", "--proxy", "http://bob:secret@p.example:3128")))
    assert "Also through the proxy p.example:3128." in given_one
    assert "secret" not in given_one
    monkeypatch.setenv("http_proxy", "http://bob:secret@q.example:3128")
    assert "Also through the proxy q.example:3128." in announced(read("h.example"))
    assert "proxy" not in " ".join(announced(read("h.example", "--proxy", "none")))
    monkeypatch.delenv("http_proxy")
    monkeypatch.setattr(options_module, "search_domains", lambda: ("corp.example",))
    assert "wpad.corp.example" in " ".join(announced(read("h.example")))
    assert "wpad" not in " ".join(announced(read("192.168.1.1")))
