import asyncio
from collections.abc import Callable, Iterator

import msgspec
import pytest

from fmsdiag.cli.timeline import (
    LineTimeline,
    LiveTimeline,
    SilentTimeline,
    make_timeline,
    print_timeline,
)
from fmsdiag.messages.reader import language_of, use_language
from fmsdiag.model import Failure, FailureKind, Report, Status, StepName
from fmsdiag.report.waterfall import player_note
from tests.cli.pseudo_locales import escaped_marks, unmarked
from tests.cli.replays import console_on_paper, events_of
from tests.report import samples


@pytest.fixture
def language() -> Iterator[Callable[[str], None]]:
    yield lambda code: use_language(language_of({"FMSDIAG_LANGUAGE": code}))
    use_language(language_of({"FMSDIAG_LANGUAGE": "en"}))


def text_of(timeline: LiveTimeline, now_s: float, width: int = 120) -> str:
    console, paper = console_on_paper(width)
    console.print(timeline.render(now_s))
    return paper.getvalue()


def printed(report: Report, width: int = 120) -> str:
    console, paper = console_on_paper(width)
    print_timeline(report, console)
    return paper.getvalue()


def lines_of(report: Report) -> list[str]:
    console, paper = console_on_paper(40)
    timeline = LineTimeline(console)
    for event in events_of(report):
        timeline.emit(event)
    timeline.stopping()
    return paper.getvalue().splitlines()


def test_the_console_decides() -> None:
    assert isinstance(make_timeline(None), SilentTimeline)
    assert isinstance(make_timeline(console_on_paper()[0]), LineTimeline)
    assert isinstance(make_timeline(console_on_paper(terminal=True)[0]), LiveTimeline)


def test_lines_tell_each_attempt_as_it_ends_and_its_time_once() -> None:
    report = samples.recorded("port-dropped")
    lines = lines_of(report)
    assert lines[0] == "  1  RTMP on port 1935: ✗ No answer (5.0 s)"
    assert lines[1] == "  2  RTMP on port 80: ✓ Connected (3.9 ms)"
    assert lines.count("Follow-up tests") == 1
    assert lines[lines.index("Follow-up tests") + 1].startswith("  6  Network path to port 1935: ")
    assert lines[-1] == "Stopping. The report of what was tested follows."
    assert len(lines) == len(report.attempts) + 2
    assert not [line for line in lines if line.count("5.0 s") > 1]


async def test_silence() -> None:
    async with SilentTimeline() as timeline:
        for event in events_of(samples.healthy()):
            timeline.emit(event)
        timeline.stopping()
        timeline.leave_terminal()


async def test_live_shows_waiting_running_and_done() -> None:
    report = samples.recorded("port-dropped")
    timeline = LiveTimeline(console_on_paper()[0])
    events = list(events_of(report))
    timeline.emit(events[0])
    assert text_of(timeline, 0.0).count("waiting") == len(report.plan.attempts)
    timeline.emit(events[1])
    assert "starting …" in text_of(timeline, 0.1)
    timeline.emit(events[2])
    text = text_of(timeline, 3.2)
    assert "Name lookup …" in text or "TCP connection …" in text
    assert f"0 of {len(report.plan.attempts)} attempts done, 3.2 s. Ctrl-C stops the test" in text
    for event in events[3:]:
        timeline.emit(event)
    text = text_of(timeline, 6.4)
    assert "✗ No answer" in text
    assert "Also checked" in text
    assert "Follow-up tests" in text
    count = len(report.attempts)
    assert f"{count} of {count} attempts done, 6.4 s." in text
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
@pytest.mark.parametrize("name", ["healthy", "hotel", "port-dropped", "proxy-required"])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    text = printed(samples.recorded(name), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text


@pytest.mark.parametrize("name", samples.RECORDED)
def test_no_two_rows_have_the_same_name(name: str) -> None:
    wide = 400
    names = [line[4 : wide // 3].strip() for line in printed(samples.recorded(name), wide).splitlines()]
    named = [each for each in names if each]
    assert len(named) == len(set(named))


def test_the_finished_timeline_marks_where_a_player_connects() -> None:
    lines = printed(samples.recorded("port-dropped")).splitlines()
    assert "RTMP on port 80" in lines[1]
    assert player_note() in lines[2]


def test_a_hostile_reply_cannot_move_the_cursor() -> None:
    failure = Failure(FailureKind.UNEXPECTED_REPLY, looks_like="\x1b[2J\u202eSSH\r\n")
    seen = samples.observed(1, StepName.HANDSHAKE, 0.0, 0.1, None, failure)
    tried = samples.attempt(1, samples.endpoint(), Status.FAILED, seen)
    text = printed(msgspec.structs.replace(samples.unreachable(), attempts=(tried,)))
    assert "\\x1b[2J\\u202eSSH" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("name", samples.RECORDED)
def test_every_line_is_translated(name: str, language: Callable[[str], None]) -> None:
    language("en-XA")
    report = samples.recorded(name)
    assert unmarked(printed(report, 4000)) == []
    assert unmarked("\n".join(lines_of(report))) == []


def test_the_status_line_is_translated(language: Callable[[str], None]) -> None:
    language("en-XA")
    timeline = LiveTimeline(console_on_paper()[0])
    events = list(events_of(samples.recorded("port-dropped")))
    for event in events[:3]:
        timeline.emit(event)
        assert unmarked(text_of(timeline, 1.0, 1000)) == []
    timeline.stopping()
    assert unmarked(text_of(timeline, 1.0, 1000)) == []


def test_values_keep_their_direction_where_text_runs_from_right_to_left(
    language: Callable[[str], None],
) -> None:
    language("ar-XB")
    text = printed(samples.recorded("proxy-required"), 2000)
    assert text.count("\u2068") == text.count("\u2069") > 10
    assert escaped_marks(text) == []
