from __future__ import annotations

import asyncio
import contextlib
import json
from argparse import Namespace
from functools import partial
from pathlib import Path

import pytest

from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.command_log import command_log
from fmsdiag.cli.consent import (
    PASSWORD_VARIABLE,
    read_server_login,
    with_wanted_stream,
)
from fmsdiag.cli.console import CliError
from fmsdiag.cli.diagnose_command import run_test
from fmsdiag.model import Target
from fmsdiag.run import diagnose
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target_texts import TargetError
from tests.probe.fake_computer import FakeComputer
from tests.server.clients import EventLog

CONSENT = "--i-own-this-stream"


def parsed(*words: str) -> Namespace:
    return make_parser().parse_args(["test", *words])


def test_without_the_options_nothing_is_published_or_played() -> None:
    target = Target("h.example", "live", stream="key")
    assert with_wanted_stream(target, parsed("h.example/live/key")) is target


@pytest.mark.parametrize("option", ["--publish", "--play"])
def test_the_consent_must_be_said(option: str) -> None:
    with pytest.raises(CliError, match=f"{option} is only for your own stream"):
        with_wanted_stream(Target("h.example", "live"), parsed("h.example/live", option, "key"))
    wanted = with_wanted_stream(Target("h.example", "live"), parsed("h.example/live", option, "key", CONSENT))
    assert wanted.stream == "key"


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 2000])
def test_a_name_that_is_none_is_not_quoted(name: str) -> None:
    with pytest.raises(TargetError) as caught:
        with_wanted_stream(Target("h.example", "live"), parsed("h.example/live", "--publish", name, CONSENT))
    assert caught.value.field == "stream"
    assert name.strip() == "" or name not in str(caught.value)


def test_one_stream_is_named_once() -> None:
    with pytest.raises(TargetError):
        with_wanted_stream(Target("h", "live"), parsed("h/live", "--publish", "a", "--play", "b", CONSENT))
    with pytest.raises(TargetError):
        with_wanted_stream(Target("h", "live", stream="a"), parsed("h/live/a", "--play", "b", CONSENT))


@pytest.mark.parametrize(
    ("words", "environment", "typed", "login"),
    [
        (("rtmp://h/a",), {}, "no", None),
        (("rtmp://h/a",), {PASSWORD_VARIABLE: "x"}, "no", None),
        (("rtmp://h/a", "--user", "bob"), {PASSWORD_VARIABLE: "s"}, "no", ("bob", "s")),
        (("rtmp://h/a", "--user", "bob"), {}, "typed", ("bob", "typed")),
        (("rtmp://b%40b:p%3Aw:x@h/a",), {PASSWORD_VARIABLE: "other"}, "no", ("b@b", "p:w:x")),
        (("rtmp://bob@h/a",), {PASSWORD_VARIABLE: "s"}, "no", ("bob", "s")),
    ],
)
def test_where_name_and_password_come_from(
    words: tuple[str, ...], environment: dict[str, str], typed: str, login: tuple[str, str] | None
) -> None:
    assert read_server_login(parsed(*words), environment, lambda _: typed) == login


def test_a_password_that_nobody_can_be_asked_for_is_missed() -> None:
    with pytest.raises(CliError, match=PASSWORD_VARIABLE):
        read_server_login(parsed("h/a", "--user", "bob"), {}, None)
    with pytest.raises(CliError, match="enter it only once"):
        read_server_login(parsed("rtmp://eve:x@h/a", "--user", "bob"), {}, None)


def test_a_name_in_the_address_that_may_be_a_key_is_not_shown() -> None:
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return ""

    with pytest.raises(CliError, match="There is a user name but no password") as caught:
        read_server_login(parsed("rtmp://s3cret@h/a"), {}, ask)
    with pytest.raises(CliError, match=PASSWORD_VARIABLE):
        read_server_login(parsed("rtmp://s3cret@h/a"), {}, None)
    assert asked == ["Password for the user name in the address: "]
    assert "s3cret" not in str(caught.value)


def test_the_settings_of_an_encoder_sign_in() -> None:
    typed = '{"server": "rtmp://h/a", "key": "k", "use_auth": true, "username": "bob", "password": "s"}'
    assert read_server_login(parsed(typed), {}, None) == ("bob", "s")


@pytest.mark.parametrize(
    "form",
    [
        "rtmp://{place}/live/{key}\nThanks!",
        "rtmp://{place}/live/{key} please",
        '{{"server": "rtmp://{place}/live/{key}", "key": "cam"}}',
        "rtmp://{place}/live/{key} playpath=cam",
        "ffmpeg -i a.mp4 -rtmp_playpath cam -f flv rtmp://{place}/live/{key}",
        "rtmp://{place}\nlive\n{key}",
        "Please test rtmp://{place}/live/{key}.",
    ],
)
@pytest.mark.parametrize("key", ["hunter", "Hunter2xHunter"])
async def test_a_pasted_key_is_in_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str, key: str
) -> None:
    log = EventLog()
    async with Server(ServerOptions(rtmp=0, faults=(parse_fault("reject"),)), log) as server:
        files = {name: tmp_path / name for name in ("json", "markdown", "html", "log")}
        words = parsed(
            form.format(place=f"127.0.0.1:{server.ports['rtmp']}", key=key),
            *(word for name, path in files.items() for word in (f"--{name}", str(path))),
            "--no-color",
        )
        refused = ""
        with command_log(words, {}):
            try:
                await asyncio.to_thread(_run, words)
            except CliError as error:
                refused = str(error)
    said = capsys.readouterr()
    shown = [
        refused,
        said.out,
        said.err,
        *(path.read_text(encoding="utf-8") for path in files.values() if path.exists()),
    ]
    assert (
        refused.endswith("already names another stream; enter the name only once") or files["html"].exists()
    )
    assert not any(key.lower() in text.lower() for text in shown)


async def test_a_run_with_a_password_and_a_stream_keeps_both_out_of_its_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "hunter22")
    monkeypatch.setattr("fmsdiag.probe.streams.PUBLISH_HOLD_S", 0.1)
    log, report = EventLog(), tmp_path / "r.json"
    async with Server(
        ServerOptions(rtmp=0, faults=(parse_fault("auth-adobe:bobby:hunter22"),)), log
    ) as server:
        words = parsed(
            f"rtmp://127.0.0.1:{server.ports['rtmp']}/live",
            *("--user", "bobby", "--publish", "my-key-77", CONSENT, "--json", str(report), "--no-color"),
        )
        code = await asyncio.to_thread(_run, words)
    assert code == 0
    assert [e.detail for e in log.of(EventKind.PUBLISH)] == ["live/my-key-77"]
    assert len(log.of(EventKind.ACCEPTED)) == 2  # the plan's attempt, and the one that publishes
    said = capsys.readouterr()
    for text in (report.read_text(encoding="utf-8"), said.out, said.err):
        assert "hunter22" not in text
        assert "bobby" not in text
        assert "my-key-77" not in text
    data = json.loads(report.read_text(encoding="utf-8"))
    assert data["verdict"]["status"] == "connected"
    assert data["options"]["publish"] is True


def _run(words: Namespace) -> int:
    """In a thread, where there are no signals to be caught."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fmsdiag.cli.running.stop_on_signals", lambda *_: contextlib.nullcontext())
        patched.setattr("fmsdiag.cli.diagnose_command.finish_first", contextlib.nullcontext)
        patched.setattr("fmsdiag.cli.running.diagnose", partial(diagnose, computer=FakeComputer()))
        return run_test(words)
