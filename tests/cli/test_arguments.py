import re

import pytest

from fmsdiag.cli.arguments import make_parser, usage_error
from fmsdiag.cli.main import COMMANDS
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import language_of, use_language
from fmsdiag.probe.plan import PRESETS
from fmsdiag.server.demo_names import DEMOS


def parsed(*argv: str) -> dict[str, object]:
    return vars(make_parser().parse_args(argv))


DEFAULTS: dict[str, object] = {
    "command": "test",
    "server": "h",
    "profile": None,
    "obs": None,
    "since_last": False,
    "field": [],
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
    "pcapng": None,
    "support": None,
    "level": None,
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
        (
            ["dance"],
            "COMMAND: “dance” is not one of test, demo, serve, show, convert, code, compare, rejudge, explain, profile, "
            "history, pseudonyms, obs, and services",
        ),
        (["test"], "required: one of URL|HOST"),
        (["profile"], "required: ACTION"),
        (["test", "h", "--plan", "x"], "--plan: “x” is not one of ams, "),
        (
            ["test", "h", "--plan", "ams", "--ports", "80"],
            "--ports and --plan cannot be used together",
        ),
        (["test", "h", "-4", "-6"], "-6 and -4 cannot be used together"),
        (["test", "h", "--interval-ms", "soon"], "--interval-ms: “soon” is not a whole number"),
        (["test", "h", "--timeout", "nan"], "--timeout: “nan” is not a number of seconds from 0.1 to 300"),
        (["test", "h", "--timeout", "0"], "not a number of seconds"),
        (["test", "h", "--idle", "331"], "not a number of seconds from 1 to 330"),
        (["test", "h", "--idle", "0.5"], "not a number of seconds from 1 to 330"),
        (["test", "h", "--timeout", "1e9"], "not a number of seconds"),
        (["test", "h", "--jso", "x"], "unknown: --jso"),
        (["test", "h", "--paswort=s3cret", "-ps3cret"], "unknown: --paswort -p"),
        (["test", "h", "s3cret"], "more arguments than this command takes"),
        (["test", "h", "--quiet=s3cret"], "--quiet takes no value"),
        (["rtmp://h/live/s3cret"], "COMMAND: enter one of"),
        (["serve", "--rtmp", "70000"], "--rtmp: “70000” is not a port from 0 to 65535"),
        (["serve", "--rtmp", "-1"], "--rtmp needs a value|not a port"),
        (["serve", "--rtmp", "\u0661"], "not a port"),
        (["show"], "required: one of FILE and --last"),
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
    ("command", "names"),
    [
        ("test", list(PRESETS)),
        ("demo", list(DEMOS)),
        ("serve", ["cut-s2"]),
        ("test", ["1 connected with a caveat, such as a fallback or a proxy"]),
    ],
)
def test_help_names_what_can_be_chosen(
    command: str, names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args([command, "--help"])
    assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(name in text for name in names)


def help_of(*argv: str) -> str:
    parser = make_parser()
    for each in argv:
        (commands,) = [a.choices for a in parser._actions if isinstance(a.choices, dict)]
        parser = commands[each]
    return parser.format_help()


@pytest.mark.parametrize("command", [(), *((command,) for command in COMMANDS)])
def test_help_is_in_the_readers_language(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "2000")
    use_language(language_of({"FMSDIAG_LANGUAGE": "en-XA"}))
    try:
        lines = help_of(*command).splitlines()
    finally:
        use_language(ENGLISH)
    assert lines[0].startswith("[!! ūşāğē: !!] fmsdiag")
    said = [line for line in lines[1:] if line.strip() and not TYPED.fullmatch(line)]
    assert [line for line in said if "[!! " not in line] == []


TYPED = re.compile(r" +(?:COMMAND|ACTION|-[^ ]+ [^ ]+|[\w-]+ +\d+ RTM.*)")
"""What is not said but typed: an option whose help is on the next line, a plan and its ports."""


def test_a_message_that_argparse_adds_later_is_shown_as_it_is() -> None:
    assert usage_error("something new") == "something new"


def test_help_does_not_wrap_tables_and_wraps_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = help_of("test").splitlines()
    assert "  ams                  1935 RTMP, then 80 RTMP, then 80 RTMPT" in lines
    assert max(len(line) for line in lines if "RTMP, then" not in line and "|" not in line) <= 60
    assert max(len(line) for line in help_of().splitlines()) <= 60
