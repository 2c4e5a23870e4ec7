"""Cyclic garbage ends in Qt's thread, whichever thread made it necessary."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.garbage import MOST_OBJECTS, GarbageCollector


class Ring:
    """An object that only the collector can end; it notes the thread in which that happened."""

    def __init__(self, ended_in: list[threading.Thread]) -> None:
        self.me = self
        self._ended_in = ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread())


@pytest.fixture
def enabled() -> Iterator[None]:
    """As in a program that has not begun to look after it."""
    was = gc.isenabled()
    gc.enable()
    yield
    if not was:
        gc.disable()


def allocate() -> None:
    """More than Python itself would bear without a collection."""
    kept = [[each] for each in range(3 * MOST_OBJECTS)]
    assert kept


@pytest.mark.usefixtures("enabled")
def test_another_thread_collects_nothing_however_much_it_makes(qapp: QApplication) -> None:
    collector = GarbageCollector(qapp)
    ended_in: list[threading.Thread] = []
    Ring(ended_in)
    worker = threading.Thread(target=allocate)
    worker.start()
    worker.join()
    assert ended_in == []
    left = [[each] for each in range(2 * MOST_OBJECTS)]
    collector.look()
    assert left
    assert ended_in == [threading.current_thread()]
    collector.stop()
    assert gc.isenabled()


@pytest.mark.usefixtures("enabled")
def test_little_garbage_is_left_alone(qapp: QApplication) -> None:
    collector = GarbageCollector(qapp)
    gc.collect()
    ring = Ring([])
    seen = weakref.ref(ring)
    del ring
    collector.look()
    assert seen() is not None
    collector.stop()


def test_python_stays_off_where_it_was_off(qapp: QApplication) -> None:
    was = gc.isenabled()
    gc.disable()
    GarbageCollector(qapp).stop()
    assert not gc.isenabled()
    if was:
        gc.enable()
