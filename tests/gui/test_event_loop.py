"""Faults are printed and said in the window; signals close it. The loop as a whole is test_app.py's."""

import signal
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui.event_loop import EndSignals, Faults
from fmsdiag.gui.verdict.card import CardTexts
from fmsdiag.log import open_log
from fmsdiag.messages.reader import say
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.report import samples


def test_a_fault_is_said_and_the_hook_given_back(
    qtbot: QtBot, make_window: MakeWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    window = make_window(telling(samples.healthy()))
    before = sys.excepthook
    with Faults(window):
        error = ZeroDivisionError("in a slot")
        sys.excepthook(type(error), error, None)
    assert sys.excepthook is before
    assert window.parts.card.headline.text() == say(CardTexts.FAULT)
    assert "ZeroDivisionError: in a slot" in capsys.readouterr().err


def test_a_fault_is_logged_and_the_card_names_the_file(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window(telling(samples.healthy()))
    log = open_log(tmp_path / "x.log")
    assert log is not None
    with Faults(window):
        error = ZeroDivisionError("in a slot")
        sys.excepthook(type(error), error, None)
    log.close()
    assert f"The log has the details: {tmp_path / 'x.log'}" in window.parts.card.paragraph.text()
    assert "ZeroDivisionError: in a slot" in (tmp_path / "x.log").read_text(encoding="utf-8")


def test_a_fault_of_a_callback_is_said_and_a_message_alone_is_the_loops(
    make_window: MakeWindow,
    qt_loop: QEventLoop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    window = make_window(telling(samples.healthy()))
    idle = window.parts.card.headline.text()
    with Faults(window):
        qt_loop.call_exception_handler({"message": "a task was lost"})
        assert "a task was lost" in caplog.text
        assert window.parts.card.headline.text() == idle != say(CardTexts.FAULT)
        qt_loop.call_exception_handler({"message": "in a callback", "exception": KeyError("gone")})
    assert window.parts.card.headline.text() == say(CardTexts.FAULT)
    assert "KeyError: 'gone'" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal handlers of loops")
@pytest.mark.parametrize("number", EndSignals.SIGNALS)
def test_signals_ask_the_window_to_close(
    qtbot: QtBot, make_window: MakeWindow, qt_loop: QEventLoop, number: signal.Signals
) -> None:
    window = make_window(telling(samples.healthy()))
    with EndSignals(window), qtbot.waitSignal(window.close_requested):
        signal.raise_signal(number)
