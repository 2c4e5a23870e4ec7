from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from fmsdiag.gui import loading, main_window
from fmsdiag.gui.loading import load_the_rest


def test_events_are_served_between_two_modules_and_all_is_loaded_in_this_thread(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    served: list[str] = []
    for number in range(3):
        (tmp_path / f"part_of_a_window_{number}.py").write_text(
            "import threading\nthread = threading.current_thread()\n", encoding="utf-8"
        )

    def load() -> None:
        for number in range(3):
            QTimer.singleShot(0, lambda number=number: served.append(f"before {number}"))
            module = importlib.import_module(f"part_of_a_window_{number}")
            assert served[-1] == f"before {number}"
            assert module.thread is threading.current_thread()

    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(loading, "SERVED_EVERY_S", 0.0)
    monkeypatch.setattr(main_window, "load_parts", load)
    before = list(sys.meta_path)
    load_the_rest()
    assert len(served) == 3
    assert sys.meta_path == before


def test_what_cannot_be_imported_is_raised(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> None:
        raise ImportError("libEGL.so.1")

    monkeypatch.setattr(main_window, "load_parts", load)
    before = list(sys.meta_path)
    with pytest.raises(ImportError, match="libEGL"):
        load_the_rest()
    assert sys.meta_path == before
