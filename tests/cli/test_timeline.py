import asyncio

import msgspec
import pytest

from fmsdiag.cli.timeline import (
    LineTimeline,
    LiveTimeline,
    SilentTimeline,
    make_timeline,
    print_timeline,
)
from fmsdiag.model import Failure, FailureKind, Report, Status, StepName
from fmsdiag.report.waterfall import player_note
from tests.cli.replays import console_on_paper, events_of
from tests.report import samples


def text_of(timeline: LiveTimeline, now_s: float, width: int = 80) -> str:
    console, paper = console_on_paper(width)
    console.print(timeline.render(now_s))
    return paper.getvalue()


def test_the_console_decides() -> None:
    assert isinstance(make_timeline(None), SilentTimeline)
    assert isinstance(make_timeline(console_on_paper()[0]), LineTimeline)
    assert isinstance(make_timeline(console_on_paper(terminal=True)[0]), LiveTimeline)


async def test_lines_tell_each_attempt_as_it_ends() -> None:
    console, paper = console_on_paper(40)
    async with make_timeline(console) as timeline:
        for event in events_of(samples.port_blocked()):
            timeline.emit(event)
        timeline.stopping()
        timeline.leave_terminal()
    lines = paper.getvalue().splitlines()
    assert lines[0] == "  1  RTMP on port 1935: ✗ No answer (5.0 s)"
    assert lines[1] == "  2  RTMP on port 80: ✓ Connected (103 ms)"
    assert lines[4] == "Finding out why:"
    assert lines[5].startswith("  5  The same port on control.example.net")
    assert lines[7] == "Stopping; the report of what was done follows."
    assert "\x1b" not in paper.getvalue()


async def test_silence() -> None:
    async with SilentTimeline() as timeline:
        for event in events_of(samples.healthy()):
            timeline.emit(event)
        timeline.stopping()
        timeline.leave_terminal()


async def test_live_shows_waiting_running_and_done() -> None:
    timeline = LiveTimeline(console_on_paper()[0])
    events = list(events_of(samples.port_blocked()))
    timeline.emit(events[0])
    assert text_of(timeline, 0.0).count("waiting") == 4
    for event in events[1:5]:
        timeline.emit(event)
    text = text_of(timeline, 3.2)
    assert "TCP connection …" in text
    assert "3.2 s" in text
    assert "0 of 4 attempts done" in text
    for event in events[5:]:
        timeline.emit(event)
    text = text_of(timeline, 6.4)
    assert "✗ No answer after 5.0 s" in text
    assert "Also checked" in text
    assert "Finding out why" in text
    assert "6 of 6 attempts done, 6 s · Ctrl-C stops" in text
    timeline.stopping()
    assert "Stopping …" in text_of(timeline, 6.5)


async def test_live_redraws_and_leaves_nothing_behind() -> None:
    console, paper = console_on_paper(terminal=True)
    timeline = LiveTimeline(console)
    async with timeline:
        for event in events_of(samples.healthy()):
            timeline.emit(event)
        await asyncio.sleep(0)  # one turn of the loop: the first drawing
        assert "Connected" in paper.getvalue()
        assert paper.getvalue().startswith("\x1b[?25l")  # the cursor is hidden …
    assert "\x1b[?25h" in paper.getvalue()  # … and shown again
    assert paper.getvalue().endswith("\x1b[2K")  # and the last line that was drawn is wiped
    timeline.leave_terminal()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "make", [samples.healthy, samples.port_blocked, samples.unreachable, samples.stopped]
)
def test_no_line_is_wider_than_the_terminal(make: object, width: int) -> None:
    report: Report = make()  # type: ignore[operator]
    console, paper = console_on_paper(width)
    print_timeline(report, console)
    assert max(len(line) for line in paper.getvalue().splitlines()) <= width
    assert "…" not in paper.getvalue()


def test_the_finished_timeline_marks_where_a_player_connects() -> None:
    console, paper = console_on_paper()
    print_timeline(samples.port_blocked(), console)
    lines = paper.getvalue().splitlines()
    assert "RTMP on port 80" in lines[1]
    assert player_note() in lines[2]


def test_a_hostile_reply_cannot_move_the_cursor() -> None:
    failure = Failure(FailureKind.UNEXPECTED_REPLY, looks_like="\x1b[2J\u202eSSH\r\n")
    seen = samples.observed(1, StepName.HANDSHAKE, 0.0, 0.1, None, failure)
    tried = samples.attempt(1, samples.endpoint(), Status.FAILED, seen)
    console, paper = console_on_paper()
    print_timeline(msgspec.structs.replace(samples.unreachable(), attempts=(tried,)), console)
    assert "\\x1b[2J\\u202eSSH" in paper.getvalue()
    assert "\x1b" not in paper.getvalue()
