"""What a run leaves on the disk while it goes on: all but the step under way, without secrets, for its owner alone."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fmsdiag.history.store import History
from fmsdiag.journal.folder import journals
from fmsdiag.journal.last_run import last_run
from fmsdiag.journal.lines import report_in
from fmsdiag.journal.recorder import Journal, open_journal
from fmsdiag.journal.writer import JournalFile
from fmsdiag.log import open_log
from fmsdiag.model import Credentials, Event, Options, ProxySource, Report, Status, StepName, VerdictStatus
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.report.redact import redact
from fmsdiag.run import diagnose
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.cli.replays import events_of
from tests.probe.fake_computer import FakeComputer
from tests.report import samples
from tests.systems import needs_devices, needs_signals

ROOT = Path(__file__).resolve().parents[2]
BLOCKED = samples.port_blocked()
OUTLINE = msgspec.structs.replace(BLOCKED, attempts=(), findings=(), notes=(), client_profiles=())
STREAM, QUERY, PASSWORD = "K3y-0f-Str3am", "Qu3ry-V4lue", "Pa55-0f-S3rver"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def told(folder: Path, *events: Event, ended: Report | None = None) -> None:
    """A journal that heard these events, written."""
    journal = Journal(folder)
    journal.began(OUTLINE)
    hear = journal.beside(lambda _: None)
    for event in events:
        hear(event)
    if ended is not None:
        journal.ended(ended)
    journal.wait(10)


def test_none_is_kept_where_none_is_wanted() -> None:
    assert open_journal({"FMSDIAG_JOURNAL": "none"}) is None
    assert open_journal({"FMSDIAG_JOURNAL": "x"}) is not None


def test_every_event_reaches_the_next_listener_at_once(folder: Path) -> None:
    events = list(events_of(BLOCKED))
    heard: list[Event] = []
    hear = Journal(folder).beside(heard.append)
    for event in events:
        hear(event)
    assert heard == events
    assert not folder.exists()


def test_a_run_that_ended_is_one_line_with_its_redacted_report(folder: Path) -> None:
    told(folder, *events_of(BLOCKED), ended=BLOCKED)
    (path,) = journals(folder)
    data = path.read_bytes()
    assert data.count(b"\n") == 1
    assert report_in(data) == (redact(BLOCKED), True, 0)


def test_a_run_that_was_cut_off_is_there_up_to_its_last_step(folder: Path) -> None:
    events = list(events_of(BLOCKED))
    told(folder, *events[: len(events) // 2])
    last = read_last(folder)
    whole = {a.id: a for a in redact(BLOCKED).attempts}
    seen = [o for a in last.attempts for o in a.observations]
    assert seen
    assert all(o in whole[a.id].observations for a in last.attempts for o in a.observations)
    assert last.findings == ()


def read_last(folder: Path) -> Report:
    """The last run, as another process would find it."""
    (path,) = journals(folder)
    report, has_ended, damaged = report_in(path.read_bytes())
    assert (has_ended, damaged) == (False, 0)
    return report


def test_the_runs_thread_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redaction and the disk take milliseconds, which would be measured as the network's."""
    threads: set[str] = set()
    write = JournalFile._write

    def watched(file: JournalFile, line: bytes) -> None:
        threads.add(threading.current_thread().name)
        write(file, line)

    monkeypatch.setattr(JournalFile, "_write", watched)
    told(folder, *events_of(BLOCKED), ended=BLOCKED)
    assert threads == {"journal"}


def test_a_folder_that_cannot_be_written_costs_the_journal_only(tmp_path: Path) -> None:
    log = open_log(tmp_path / "x.log")
    assert log is not None
    blocker = tmp_path / "file"
    blocker.touch()
    told(blocker / "journal", *events_of(BLOCKED), ended=BLOCKED)
    log.close()
    assert "the journal cannot be written: " in (tmp_path / "x.log").read_text(encoding="utf-8")


@needs_devices
def test_a_full_disk_costs_the_journal_only(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = open_log(tmp_path / "x.log")
    assert log is not None
    real = os.open
    monkeypatch.setattr("fmsdiag.journal.writer.os.open", lambda *_: real("/dev/full", os.O_WRONLY))
    told(folder, *events_of(BLOCKED))
    log.close()
    assert "the journal cannot be written: No space left on device" in (tmp_path / "x.log").read_text(
        encoding="utf-8"
    )


async def run_against(folder: Path, use: Callable[[asyncio.Event], None], *faults: str) -> Report:
    """A real run with secrets everywhere; `use` is called when it has begun."""
    stop = asyncio.Event()
    async with Server(ServerOptions(rtmp=0, faults=tuple(parse_fault(f) for f in faults))) as server:
        target = parse_target(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live/{STREAM}?token={QUERY}")
        use(stop)
        return await diagnose(
            target,
            Options(checks=(), timeout_s=1.0, tcp_timeout_s=1.0),
            lambda _: None,
            stop,
            credentials=Credentials(("publisher", PASSWORD), None),
            proxies=settings_from({"http": "http://u:Pr0xyPa55@127.0.0.1:9"}, ProxySource.SYSTEM),
            computer=FakeComputer(),
            journal=Journal(folder),
        )


@pytest.mark.parametrize("fault", ["reject:NetConnection.Connect.Rejected", "cut-s2:100", "silence"])
async def test_no_secret_is_in_it_and_the_report_is(folder: Path, fault: str) -> None:
    report = await run_against(folder, lambda _: None, fault)
    await asyncio.to_thread(wait_for_end, folder)
    (path,) = journals(folder)
    data = path.read_bytes()
    for secret in (STREAM, QUERY, PASSWORD, "Pr0xyPa55"):
        assert secret.encode() not in data
    assert report_in(data)[0] == redact(report)


def wait_for_end(folder: Path) -> None:
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join(10)


RUN = """
import sys
from fmsdiag.journal import writer
from fmsdiag.__main__ import main

write = writer.JournalFile._write

def told(file, line):
    write(file, line)
    if b'"step":"tcp"' in line:
        print("a step is written", flush=True)

writer.JournalFile._write = told
sys.exit(main(sys.argv[1:]))
"""


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "FMSDIAG_JOURNAL": str(folder), "PYTHONPATH": str(ROOT)}


ENDS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


async def killed(folder: Path, number: signal.Signals, *more: str) -> int | None:
    """A real `fmsdiag test` against a server that says nothing, killed once its first step is on the disk."""
    async with Server(ServerOptions(rtmp=0, faults=(parse_fault("silence"),))) as server:
        url = f"rtmp://127.0.0.1:{server.ports['rtmp']}/live/{STREAM}"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RUN, "test", "--quiet", url, *more,
            env=environment(folder), cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert await process.stdout.readline() == b"a step is written\n"
        process.send_signal(number)
        await process.communicate()
    return process.returncode


@needs_signals
async def test_after_kill_9_all_but_the_running_step_can_be_shown(folder: Path) -> None:
    assert await killed(folder, signal.SIGKILL) == -signal.SIGKILL
    last = last_run(folder)
    assert last.interrupted
    assert last.report is not None
    (first,) = [a for a in last.report.attempts if a.observations and a.observations[0].step is StepName.TCP][
        :1
    ]
    assert first.status is Status.CANCELLED
    shown = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "fmsdiag", "show", "--last"],
        env=environment(folder), cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    out = " ".join(shown.stdout.split())
    assert out.startswith("This test was interrupted before it ended.")
    assert "Stopped. The test was stopped before it was complete." in out
    assert re.search(r"RTMP on port \d+: connected in", out)
    listed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-m", "fmsdiag", "history"],
        env=environment(folder) | {"FMSDIAG_HISTORY": str(folder.parent / "h"), "COLUMNS": "200"},
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert listed.returncode == 0, listed.stderr
    assert re.search(r"Stopped .* rtmp://127\.0\.0\.1:\d+/live\b", listed.stdout)
    with History(folder.parent / "h") as history:
        (entry,) = history.entries()
        kept = history.report(entry.number)
    assert kept == last.report
    assert STREAM not in listed.stdout
    assert STREAM not in shown.stdout + "".join(p.read_text(encoding="utf-8") for p in journals(folder))


@needs_signals
@pytest.mark.parametrize("number", ENDS)
async def test_a_polite_end_still_reports(folder: Path, tmp_path: Path, number: signal.Signals) -> None:
    assert await killed(folder, number, "--json", str(tmp_path / "r.json")) == 3
    assert (tmp_path / "r.json").stat().st_size > 0
    last = last_run(folder)
    assert last.report is not None
    assert not last.interrupted
    assert last.report.verdict.status is VerdictStatus.STOPPED
