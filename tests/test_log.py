from __future__ import annotations

import io
import logging
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fmsdiag.log import (
    FILE_NAME,
    LOGGER,
    MAX_BYTES,
    MAX_FAULT,
    OLDER_FILES,
    Log,
    chosen_path,
    flush_logs,
    hide_in_logs,
    log_folder,
    open_log,
    record_fault,
)
from tests.systems import needs_devices

ROOT = Path(__file__).resolve().parent.parent
WRITER = """
import sys
from pathlib import Path
from fmsdiag.log import LOGGER, open_log
log = open_log(Path(sys.argv[1]))
for number in range(4000):
    LOGGER.info("writer %s line %d %s", sys.argv[2], number, "." * 300)
    if number % 40 == 0:
        log.flush()
log.close()
print(log.error or "fine")
"""

Open = Callable[[Path], Log]


@pytest.fixture
def opened() -> Iterator[Open]:
    made: list[Log] = []

    def open_one(path: Path) -> Log:
        log = open_log(path)
        assert log is not None
        made.append(log)
        return log

    yield open_one
    for log in made:
        log.close()


def text(path: Path) -> str:
    flush_logs()
    return path.read_text(encoding="utf-8")


# ---- where it goes


def test_the_default_is_where_the_system_keeps_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_path(None, {}) == log_folder() / FILE_NAME
    if sys.platform.startswith("linux"):
        monkeypatch.setenv("XDG_STATE_HOME", "/state")
        assert chosen_path(None, {}) == Path("/state/fmsdiag/log/fmsdiag.log")


def test_the_option_goes_before_the_variable_and_none_means_no_log(tmp_path: Path) -> None:
    variable = {"FMSDIAG_LOG": str(tmp_path / "v.log")}
    assert chosen_path(str(tmp_path / "o.log"), variable) == tmp_path / "o.log"
    assert chosen_path(None, variable) == tmp_path / "v.log"
    assert chosen_path("none", variable) is None
    assert chosen_path(None, {"FMSDIAG_LOG": "none"}) is None
    assert open_log(None) is None


def test_nothing_is_opened_before_there_is_something_to_say(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "deep" / "x.log")
    assert not (tmp_path / "deep").exists()
    LOGGER.info("kept in memory")
    assert not (tmp_path / "deep").exists()
    log.flush()
    assert "kept in memory" in text(log.path)


def test_a_line_has_time_process_and_level(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    LOGGER.info("hello %s", "you")
    form = rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}}Z {os.getpid()} INFO hello you\n"
    assert re.fullmatch(form, text(log.path))


def test_without_a_log_nothing_reaches_the_terminal_or_foreign_handlers(
    capfd: pytest.CaptureFixture[str],
) -> None:
    heard = io.StringIO()
    foreign = logging.StreamHandler(heard)
    logging.getLogger().addHandler(foreign)
    try:
        fault = record_fault(ZeroDivisionError("by zero"))
    finally:
        logging.getLogger().removeHandler(foreign)
    assert fault.log is None
    assert "ZeroDivisionError: by zero" in fault.traceback
    assert capfd.readouterr() == ("", "")
    assert heard.getvalue() == ""


def test_after_close_nothing_more_is_written(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    LOGGER.info("one")
    log.close()
    LOGGER.info("two")
    assert "one" in text(log.path)
    assert "two" not in text(log.path)


# ---- what it may hold


def test_secrets_are_masked_in_messages_and_tracebacks(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    hide_in_logs(["s3cr%t-key", "it's\\odd", None, "token=abc9876"])
    LOGGER.info("plain %s, quoted %s, value abc9876", "s3cr%t-key", "s3cr%25t-key")
    fault = record_fault(KeyError("it's\\odd"))
    written = text(log.path)
    for spelled in ("s3cr%t-key", "s3cr%25t-key", "abc9876", "odd"):
        assert spelled not in written
        assert spelled not in fault.summary + fault.traceback
    assert written.count("***") == 4


def test_what_looks_like_a_secret_is_masked_unknown(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    LOGGER.info(
        "rtmp://bob:hush77@h/live?token=t0k3n and Proxy-Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l"
    )
    for secret in ("hush77", "t0k3n", "YWxhZGRpbjpvcGVuc2VzYW1l"):
        assert secret not in text(log.path)


@pytest.mark.parametrize("scheme", ["rtmp", "RTMPTE", "rtmfp"])
def test_a_stream_in_a_url_is_masked_unknown(tmp_path: Path, opened: Open, scheme: str) -> None:
    log = opened(tmp_path / "x.log")
    fault = record_fault(ValueError(f"{scheme}://h:1935/live/K3Y/p4rt?x=y is odd; {scheme}://h/live is not"))
    for told in (text(log.path), fault.summary, fault.traceback):
        assert "K3Y" not in told
        assert "p4rt" not in told
        assert f"{scheme}://h/live is not" in told


def test_a_secret_that_a_cut_text_ends_with_is_masked(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    hide_in_logs(["abcdefghijklmnop"])
    LOGGER.info("it begins with abcdefghij…")
    assert "abcdef" not in text(log.path)


def test_no_text_can_pass_for_a_line_of_its_own(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    LOGGER.info("one\n2026-01-01 00:00:00.000Z 1 ERROR forged \x1b[2J")
    record_fault(ValueError("two\n2026-01-01 00:00:00.000Z 1 ERROR forged\r"))
    lines = text(log.path).split("\n")
    assert not [line for line in lines if line.startswith("2026-01-01 00")]
    assert "\x1b" not in text(log.path)
    assert "\r" not in text(log.path)


def test_a_fault_is_written_at_once_with_its_traceback(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    try:
        raise ValueError("embedded null")
    except ValueError as error:
        fault = record_fault(error)
    written = log.path.read_text(encoding="utf-8")
    assert fault.log == log.path
    assert fault.summary.startswith("ValueError: embedded null")
    assert "ERROR a fault of fmsdiag\n    Traceback (most recent call last):\n" in written
    assert "ValueError: embedded null" in written


def test_a_summary_names_file_and_line() -> None:
    with pytest.raises(TypeError) as found:
        hide_in_logs(5)  # type: ignore[arg-type]
    assert re.search(r"\((log|report/sensitive)\.py:\d+\)$", record_fault(found.value).summary)


def test_a_traceback_is_bounded(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    record_fault(ValueError("x" * 500_000 + "end"))
    assert MAX_FAULT / 2 < log.path.stat().st_size < MAX_FAULT + 1000
    assert text(log.path).endswith("end\n")


# ---- how large it gets


def test_rotation_bounds_the_whole(tmp_path: Path, opened: Open) -> None:
    log = opened(tmp_path / "x.log")
    for number in range(500):
        LOGGER.info("%d %s", number, "x" * 10_000)
    log.flush()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["x.log", "x.log.1", "x.log.2"]
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert max(sizes) <= MAX_BYTES
    assert sum(sizes) <= (1 + OLDER_FILES) * MAX_BYTES
    assert " 499 " in text(tmp_path / "x.log")


def test_two_processes_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "shared.log"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), name],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    ends = [writer.communicate(timeout=120) for writer in writers]
    assert ends == [("fine\n", "")] * 2
    sizes = [one.stat().st_size for one in tmp_path.iterdir()]
    assert sum(sizes) <= (1 + OLDER_FILES) * MAX_BYTES + 2 * 1000
    whole = re.compile(r"\d{4}-\d\d-\d\d \S+Z \d+ INFO writer [ab] line \d+ \.{300}")
    for one in tmp_path.iterdir():
        assert all(whole.fullmatch(line) for line in one.read_text(encoding="utf-8").splitlines())


# ---- what cannot be written


def unwritable(tmp_path: Path) -> Path:
    """A folder that cannot be made, for root neither: a file is in its place."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    return tmp_path / "file" / "x.log"


def test_an_unwritable_folder_is_remembered_and_not_raised(
    tmp_path: Path, opened: Open, capfd: pytest.CaptureFixture[str]
) -> None:
    log = opened(unwritable(tmp_path))
    LOGGER.info("lost")
    fault = record_fault(ValueError("told"))
    assert log.error
    assert fault.log is None
    assert capfd.readouterr() == ("", "")
    assert log.try_out() == log.error


@needs_devices
def test_a_full_disk_is_remembered_and_a_later_line_may_succeed(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "x.log"
    path.symlink_to("/dev/full")
    log = opened(path)
    assert record_fault(ValueError("one")).log is None
    assert log.error == "No space left on device"
    path.unlink()
    assert record_fault(ValueError("two")).log == path
    assert log.error == ""


def test_a_file_that_can_be_written_is_tried_out_without_a_trace(tmp_path: Path, opened: Open) -> None:
    assert opened(tmp_path / "folder" / "x.log").try_out() == ""
    assert not (tmp_path / "folder" / "x.log").exists()
    (tmp_path / "old.log").write_text("kept", encoding="utf-8")
    assert opened(tmp_path / "old.log").try_out() == ""
    assert (tmp_path / "old.log").read_text(encoding="utf-8") == "kept"
    assert opened(tmp_path / "x\0y.log").try_out()


def test_times_are_utc(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    log = opened(tmp_path / "x.log")
    record = logging.LogRecord("fmsdiag", logging.INFO, "", 0, "x", None, None)
    record.created, record.msecs = 0.0, 0.0
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    if hasattr(time, "tzset"):
        time.tzset()
    log.handle(record)
    assert text(log.path).startswith("1970-01-01 00:00:00.000Z ")
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()
