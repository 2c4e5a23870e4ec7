from __future__ import annotations

import sys
import threading

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from fmsdiag.gui import main_window
from fmsdiag.gui.loading import Loading


def test_the_loop_is_served_while_a_thread_loads(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    served, loaded_on = threading.Event(), []

    def load() -> None:
        loaded_on.append(threading.current_thread())
        assert served.wait(10)

    monkeypatch.setattr(main_window, "load_parts", load)
    QTimer.singleShot(0, served.set)
    usual = sys.getswitchinterval()
    Loading().wait()
    assert loaded_on[0] is not threading.current_thread()
    assert sys.getswitchinterval() == usual


def test_what_cannot_be_imported_is_raised(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise ImportError("libEGL.so.1")

    monkeypatch.setattr(main_window, "load_parts", load)
    with pytest.raises(ImportError, match="libEGL"):
        Loading().wait()
