import asyncio
import signal
from collections.abc import Callable

import msgspec

from fmsdiag.cli import running
from fmsdiag.cli.running import run_diagnosis, show_result
from fmsdiag.model import Event, Note, Options, Report, Target
from tests.cli.replays import Replay, console_on_paper
from tests.diagnosis.findings import plain
from tests.report import samples

TARGET = Target(host="h.example", application="live")


async def test_the_run_is_shown_and_its_report_returned(replay: Callable[[Report], Replay]) -> None:
    made = replay(samples.healthy())
    console, paper = console_on_paper()
    report = await run_diagnosis(TARGET, Options(), console)
    assert report is made.report
    assert made.target is TARGET
    assert "RTMP on port 1935: ✓ Connected" in paper.getvalue()


async def test_the_first_interrupt_stops_and_still_reports(monkeypatch: object) -> None:
    async def until_stopped(
        target: Target,
        options: Options,
        emit: Callable[[Event], None],
        stop: asyncio.Event | None = None,
        **_: object,
    ) -> Report:
        assert stop is not None
        signal.raise_signal(signal.SIGINT)
        await stop.wait()
        return samples.stopped()

    monkeypatch.setattr(running, "diagnose", until_stopped)  # type: ignore[attr-defined]
    console, paper = console_on_paper()
    report = await run_diagnosis(TARGET, Options(), console)
    assert report == samples.stopped()
    assert "Stopping. The report of what was tested follows." in paper.getvalue()


async def test_quiet(replay: Callable[[Report], Replay]) -> None:
    replay(samples.healthy())
    assert await run_diagnosis(TARGET, Options(), None) == samples.healthy()


def test_stream_keys_are_not_even_shown_on_the_users_own_screen() -> None:
    report = samples.healthy()
    target = msgspec.structs.replace(report.target, stream="secret-key-1")
    note = Note(plain("asked for secret-key-1 from 192.168.1.23"))
    console, paper = console_on_paper()
    show_result(msgspec.structs.replace(report, target=target, notes=(note,)), console, with_timeline=True)
    assert "asked for *** from 192.168.1.23" in paper.getvalue()
    assert "1  RTMP on port 1935" in paper.getvalue()
