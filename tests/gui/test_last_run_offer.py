"""An interrupted run is offered once, beside whatever the window shows at its start; it opens like a file."""

import threading
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.last_run_offer import LastRunOffer
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.journal import last_run as last_run_module
from fmsdiag.journal.folder import new_path
from fmsdiag.journal.last_run import LastRun
from fmsdiag.journal.lines import Began, Saw, encode
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import run_to_verdict
from tests.report import samples

BLOCKED = samples.port_blocked()
INTERRUPTED = LastRun(BLOCKED, interrupted=True)
SAID = "The test of media.example.com at 12 May 2026"


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(telling(samples.healthy()))


@pytest.fixture
def offer(window: MainWindow, settings: QSettings) -> LastRunOffer:
    return LastRunOffer(window.view, window.parts.messages, settings)


def test_it_opens_like_a_file_and_says_what_it_is(
    qtbot: QtBot, window: MainWindow, offer: LastRunOffer
) -> None:
    offer.offer(INTERRUPTED)
    bar = window.parts.messages
    assert bar.isVisible()
    assert bar.text.text().startswith(SAID)
    qtbot.mouseClick(bar.action_button, Qt.MouseButton.LeftButton)
    assert bar.isHidden()
    assert window.parts.banner.isVisible()
    assert window.parts.banner.notice.text().startswith("This test was interrupted before it ended.")
    assert window.parts.model.rowCount() == 5


@pytest.mark.parametrize("button", ["button", "action_button"])
def test_it_is_asked_once(qtbot: QtBot, window: MainWindow, offer: LastRunOffer, button: str) -> None:
    offer.offer(INTERRUPTED)
    qtbot.mouseClick(getattr(window.parts.messages, button), Qt.MouseButton.LeftButton)
    window.view.close_report()
    offer.offer(INTERRUPTED)
    assert window.parts.messages.isHidden()


def test_a_run_that_ended_is_not_offered(window: MainWindow, offer: LastRunOffer) -> None:
    offer.offer(LastRun(BLOCKED))
    offer.offer(LastRun(None))
    assert window.parts.messages.isHidden()


def test_nothing_is_offered_into_something_else(
    qtbot: QtBot, window: MainWindow, offer: LastRunOffer
) -> None:
    window.parts.messages.say("Something else.")
    offer.offer(INTERRUPTED)
    assert window.parts.messages.text.text() == "Something else."
    run_to_verdict(qtbot, window)
    offer.offer(INTERRUPTED)
    assert window.parts.messages.isHidden()


def test_a_damaged_record_is_said(window: MainWindow, offer: LastRunOffer) -> None:
    offer.offer(LastRun(None, set_aside=(Path("x.damaged"),)))
    assert window.parts.messages.text.text().endswith("It was kept as x.damaged.")
    assert window.parts.messages.action_button.isHidden()


def test_it_is_read_in_another_thread(
    qtbot: QtBot,
    qt_loop: QEventLoop,
    window: MainWindow,
    offer: LastRunOffer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = encode(Began(msgspec.structs.replace(BLOCKED, attempts=()), 2**22 + 1, 0.0))
    new_path(tmp_path, "x").write_bytes(began + encode(Saw(BLOCKED.attempts[0], True)))
    threads: list[threading.Thread] = []
    read = last_run_module._read

    def watched(path: Path) -> bytes:
        threads.append(threading.current_thread())
        return read(path)

    monkeypatch.setattr(last_run_module, "_read", watched)
    looking = qt_loop.create_task(offer.look({"FMSDIAG_JOURNAL": str(tmp_path)}))
    qtbot.waitUntil(looking.done)
    assert window.parts.messages.text.text().startswith(SAID)
    assert threads != [threading.main_thread()]
    assert threads


def test_without_a_journal_nothing_is_read(qtbot: QtBot, qt_loop: QEventLoop, offer: LastRunOffer) -> None:
    looking = qt_loop.create_task(offer.look({"FMSDIAG_JOURNAL": "none"}))
    qtbot.waitUntil(looking.done)
    assert looking.exception() is None
