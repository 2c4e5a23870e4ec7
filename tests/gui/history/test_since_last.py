"""After a run of the same server the message bar says what is different, and nothing where nothing is."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import Request
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.history.store import History
from fmsdiag.model import Event, Report
from fmsdiag.report.redact import redact
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import open_file, opened_file, run_to_verdict, type_server
from tests.report import samples

BLOCKED = samples.port_blocked()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FMSDIAG_JOURNAL", str(tmp_path / "j"))
    monkeypatch.setenv("FMSDIAG_HISTORY", str(tmp_path / "h"))
    return tmp_path / "h"


def keep(path: Path, report: Report) -> None:
    with History(path) as history:
        history.add(
            redact(msgspec.structs.replace(report, report_id="e" * 16, started_at="2020-01-02T03:04:05Z"))
        )


def looked(qtbot: QtBot, window: MainWindow) -> None:
    run_to_verdict(qtbot, window)
    task = window.tools.since_last._task
    assert task is not None
    qtbot.waitUntil(task.done)


def test_what_is_different_is_said(qtbot: QtBot, make_window: MakeWindow, kept: Path) -> None:
    keep(kept, msgspec.structs.replace(BLOCKED, findings=()))
    window = make_window(telling(BLOCKED))
    looked(qtbot, window)
    bar = window.parts.messages
    assert bar.isVisible()
    assert bar.text.text() == "Since 2 Jan 2020 03:04 UTC: the cause port-blocked is new."


def test_no_difference_and_no_history_are_nothing(qtbot: QtBot, make_window: MakeWindow, kept: Path) -> None:
    keep(kept, BLOCKED)
    window = make_window(telling(BLOCKED))
    looked(qtbot, window)
    assert window.parts.messages.isHidden()


def test_a_history_that_was_set_aside_is_said_once(qtbot: QtBot, make_window: MakeWindow, kept: Path) -> None:
    kept.write_bytes(b"x" * 5000)
    window = make_window(telling(BLOCKED))
    looked(qtbot, window)
    assert window.parts.messages.text.text().startswith("The history was damaged")
    window.parts.messages.clear()
    window.parts.form.run()
    qtbot.waitUntil(lambda: not window.parts.session.running)
    task = window.tools.since_last._task
    assert task is not None
    qtbot.waitUntil(task.done)
    assert window.parts.messages.isHidden()


def test_it_is_not_said_above_another_report_but_when_one_comes_back(
    qtbot: QtBot, make_window: MakeWindow, kept: Path, tmp_path: Path
) -> None:
    keep(kept, msgspec.structs.replace(BLOCKED, findings=()))

    async def later(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        await stop.wait()  # here only the sign that the reader looks at something else
        return msgspec.structs.replace(BLOCKED, target=request.target)

    window = make_window(later)
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    window.parts.tabs.bring_to_front(None)
    type_server(qtbot, window)
    window.parts.form.run()
    qtbot.waitUntil(lambda: window.parts.session.running)
    window.parts.tabs.step(1)
    with qtbot.waitSignal(window.parts.session.finished):
        window.view.stop()
    task = window.tools.since_last._task
    assert task is not None
    qtbot.waitUntil(task.done)
    assert window.parts.messages.isHidden()
    window.parts.tabs.step(1)
    assert window.parts.messages.text.text().startswith("Since 2 Jan 2020 03:04 UTC: ")
