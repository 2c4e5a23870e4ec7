from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from fmsdiag.cli.arguments import make_parser
from fmsdiag.cli.command_log import command_log, describe_fault, secrets_of
from fmsdiag.log import LOGGER, Fault, open_logs


def arguments(*argv: str) -> argparse.Namespace:
    return make_parser().parse_args(argv)


def test_the_file_that_was_asked_for_is_written_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    with command_log(arguments("test", "h", "--log", str(path)), {"FMSDIAG_LOG": "none"}) as log:
        assert open_logs() == [log]
        LOGGER.info("said")
    assert open_logs() == []
    assert "said" in path.read_text(encoding="utf-8")


def test_the_variable_counts_where_nothing_was_asked_for(tmp_path: Path) -> None:
    with command_log(arguments("show", "x.json"), {"FMSDIAG_LOG": str(tmp_path / "v.log")}) as log:
        assert log is not None
        assert log.path == tmp_path / "v.log"


def test_none_means_none() -> None:
    with command_log(arguments("demo", "--log", "none"), {}) as log:
        assert log is None


def test_a_file_that_cannot_be_written_is_said_and_the_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    asked = str(tmp_path / "file" / "x.log")
    with command_log(arguments("serve", "--log", asked), {}):
        pass
    assert capsys.readouterr().err.startswith(f"fmsdiag: --log: cannot write {asked}: ")


def test_a_default_that_cannot_be_written_is_nothing_to_bother_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with command_log(arguments("demo"), {"FMSDIAG_LOG": str(tmp_path / "file" / "x.log")}):
        LOGGER.info("lost")
    assert capsys.readouterr().err == ""


def test_what_was_typed_is_known_as_secret_before_it_is_parsed() -> None:
    typed = arguments(
        "test",
        "rtmp://bob:hush@h:1935/live/inst/key?token=1",
        *("--proxy", "http://pb:phush@p:3128"),
        *("--publish", "pub", "--i-own-this-stream", "--user", "joe"),
    )
    variables = {"FMSDIAG_PASSWORD": "w1", "FMSDIAG_PROXY_PASSWORD": "w2", "HOME": "/root"}
    found = secrets_of(typed, variables)
    assert set(found) == {"pub", "joe", "w1", "w2", "bob", "hush", "token=1", "inst/key", "pb", "phush"}
    assert secrets_of(arguments("test", "h.example/live"), {}) == []
    pasted = arguments("test", "Server: rtmp://h/live Key: k3y-1", "--app", "live;sid=1 k3y-2")
    assert {"k3y-1", ";sid=1", "k3y-2"} <= set(secrets_of(pasted, {}))
    assert "hunter" in secrets_of(arguments("test", "h.example", "--app", "live hunter"), {})
    assert secrets_of(arguments("test", "h.example", "--app", '"my app"'), {}) == []
    key = "live_123456789_hUsHhUsH"
    assert all(
        key in secrets_of(arguments("test", typed), {}) for typed in (key, f"rtmp://{key}/live", f"h/{key}")
    )
    key = "S3cretKey-1234"
    for typed in (
        arguments("test", key),
        arguments("test", f"h/{key}"),
        arguments("test", "h", "--app", key),
    ):
        assert secrets_of(typed, {}) == [key]
    assert secrets_of(arguments("show", "x"), {}) == []


def test_a_secret_of_a_complaint_that_nobody_foresaw_is_not_logged(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    typed = arguments("test", "rtmp://h/live/Str3am-K3y", "--log", str(path))
    with command_log(typed, {}):
        LOGGER.error("cannot parse Str3am-K3y")
    assert "Str3am-K3y" not in path.read_text(encoding="utf-8")


def test_a_fault_names_the_log_or_nothing() -> None:
    log = Path("/l/fmsdiag.log")
    assert describe_fault(Fault("KeyError: 'x' (run.py:1)", "", log)) == (
        "Internal error: KeyError: 'x' (run.py:1). This is a bug in fmsdiag, not a problem with your network. "
        f"Details are in the log: {log}"
    )
    assert describe_fault(Fault("KeyError: 'x'", "", None)).endswith("not a problem with your network.")
