import pytest

from fmsdiag.cli.arguments import make_parser
from fmsdiag.probe.plan import PRESETS
from fmsdiag.server.demo import DEMOS


def parsed(*argv: str) -> dict[str, object]:
    return vars(make_parser().parse_args(argv))


DEFAULTS = {
    "command": "test",
    "server": "h",
    "app": "",
    "plan": None,
    "ports": None,
    "interval_ms": 200,
    "sequential": False,
    "all": False,
    "deep": False,
    "proxy": "system",
    "proxy_type": None,
    "user": None,
    "publish": None,
    "play": None,
    "i_own_this_stream": False,
    "control": None,
    "resolver": None,
    "timeout": 10.0,
    "idle": 10.0,
    "family": None,
    "json": None,
    "markdown": None,
    "html": None,
    "include_sensitive": False,
    "quiet": False,
    "no_color": False,
    "log": None,
}


@pytest.mark.parametrize(
    ("argv", "changed"),
    [
        ([], {}),
        (["--app", "live"], {"app": "live"}),
        (["--plan", "flash-player"], {"plan": "flash-player"}),
        (["--ports", "1935,rtmpt:80"], {"ports": "1935,rtmpt:80"}),
        (["--interval-ms", "1"], {"interval_ms": 1}),
        (["--sequential", "--all"], {"sequential": True, "all": True}),
        (["--control", "none", "--resolver", "9.9.9.9"], {"control": "none", "resolver": "9.9.9.9"}),
        (["--proxy", "none"], {"proxy": "none"}),
        (["--log", "f.log"], {"log": "f.log"}),
        (
            ["--proxy", "socks5://p:1", "--proxy-type", "best"],
            {"proxy": "socks5://p:1", "proxy_type": "best"},
        ),
        (["--timeout", "2.5"], {"timeout": 2.5}),
        (["--deep", "--idle", "330"], {"deep": True, "idle": 330.0}),
        (["--user", "bob"], {"user": "bob"}),
        (["--play", "k", "--i-own-this-stream"], {"play": "k", "i_own_this_stream": True}),
        (["-4"], {"family": "ipv4"}),
        (["-6"], {"family": "ipv6"}),
        (["--json", "-", "--markdown", "t.md"], {"json": "-", "markdown": "t.md"}),
        (["--html", "r.html"], {"html": "r.html"}),
        (
            ["--include-sensitive", "--quiet", "--no-color"],
            {"include_sensitive": True, "quiet": True, "no_color": True},
        ),
    ],
)
def test_options_of_test(argv: list[str], changed: dict[str, object]) -> None:
    assert parsed("test", "h", *argv) == DEFAULTS | changed


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "required: COMMAND"),
        (["dance"], "invalid choice: 'dance'"),
        (["test"], "required: URL|HOST"),
        (["test", "h", "--plan", "x"], "invalid choice: 'x'"),
        (["test", "h", "--plan", "ams", "--ports", "80"], "not allowed with argument"),
        (["test", "h", "-4", "-6"], "not allowed with argument"),
        (["test", "h", "--interval-ms", "soon"], "invalid int value"),
        (["test", "h", "--timeout", "nan"], "'nan' is not a number of seconds from 0.1 to 300"),
        (["test", "h", "--timeout", "0"], "not a number of seconds"),
        (["test", "h", "--idle", "331"], "not a number of seconds from 1 to 330"),
        (["test", "h", "--idle", "0.5"], "not a number of seconds from 1 to 330"),
        (["test", "h", "--timeout", "1e9"], "not a number of seconds"),
        (["test", "h", "--jso", "x"], "unrecognized arguments"),
        (["serve", "--rtmp", "70000"], "'70000' is not a port from 0 to 65535"),
        (["serve", "--rtmp", "-1"], "expected one argument|not a port"),
        (["serve", "--rtmp", "\u0661"], "not a port"),
        (["show"], "required: FILE"),
    ],
)
def test_wrong_usage_is_3_with_the_reason(
    argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args(argv)
    out, err = capsys.readouterr()
    assert ended.value.code == 3
    assert out == ""
    assert err.startswith("usage: fmsdiag")
    assert any(part in err for part in message.split("|")) or message in err


def test_serve_and_demo() -> None:
    serve = parsed("serve", "--rtmp", "0", "--app", "a", "--app", "b", "--fault", "slow:2")
    assert (serve["rtmp"], serve["rtmps"], serve["app"], serve["fault"]) == (0, None, ["a", "b"], ["slow:2"])
    assert parsed("demo")["fault"] in DEMOS


@pytest.mark.parametrize(
    ("command", "names"), [("test", list(PRESETS)), ("demo", list(DEMOS)), ("serve", ["cut-s2"])]
)
def test_help_names_what_can_be_chosen(
    command: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(name in text for name in names)
