"""How long the window keeps people waiting: while a run of many attempts goes on, and while a long timeline scrolls.

A heartbeat on the window's own loop tells: what comes late by so much was held up for so long.

    python -m tests.benchmarks.gui_stalls
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import msgspec
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from fmsdiag.gui.app import make_application
from fmsdiag.gui.form.form_input import Request
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.prober_thread import Diagnose, ProberThread
from fmsdiag.model import (
    Event,
    Plan,
    PlanName,
    PlannedAttempt,
    Purpose,
    Report,
    Transport,
)
from tests.benchmarks.table import Row, show
from tests.gui.scripted import events_of
from tests.report import samples

BEAT_MS = 2
"""Between two beats; shorter than any delay that would be seen."""


@dataclass(frozen=True)
class Stalls:
    """Milliseconds by which the heartbeat was late, and how often the timeline was painted."""

    attempts: int
    seconds: float
    beats: int
    p50_ms: float
    p99_ms: float
    worst_ms: float
    repaints_per_s: float
    stop_ms: float
    """From asking to stop until the window says so."""


def long_report(attempts: int, apart_s: float) -> Report:
    """A run of that many attempts, each with four steps, that start one after the other."""
    ports = [1024 + number for number in range(attempts)]
    tried = tuple(
        samples.connected(number, samples.endpoint(Transport.RTMP, port), number * apart_s)
        for number, port in enumerate(ports, start=1)
    )
    plan = Plan(
        PlanName.CUSTOM, tuple(PlannedAttempt(attempt.endpoint, Purpose.FALLBACK) for attempt in tried)
    )
    return msgspec.structs.replace(samples.healthy(), attempts=tried, plan=plan, notes=())


def paced(report: Report) -> Diagnose:
    """A `diagnose` that tells the report's events at the times at which they happened, then waits to be stopped."""

    async def diagnose(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        began = perf_counter()
        for event in events_of(report):
            ahead = _time_of(event) - (perf_counter() - began)
            if ahead > 0.001:
                await asyncio.sleep(ahead)
            emit(event)
        await stop.wait()
        return report

    return diagnose


def _time_of(event: Event) -> float:
    for holder, name in ((event, "at_s"), (getattr(event, "observation", None), "ended_s")):
        if holder is not None and hasattr(holder, name):
            return float(getattr(holder, name))
    finished = getattr(event, "attempt", None)
    return float(finished.ended_s or 0.0) if finished is not None else 0.0


class Heartbeat(QObject):
    """Beats while it is started; `late_ms` are the delays."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.late_ms.clear()
        self._last = perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = perf_counter()
        self.late_ms.append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._last = now


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


LIMIT_S = 30.0


async def measure_run(attempts: int = 100, apart_s: float = 0.02, width: int = 1100) -> Stalls:
    """Stalls of the window during a scripted run through the real ProberThread; needs a running qasync loop."""
    report = long_report(attempts, apart_s)
    last_s = max(attempt.ended_s or 0.0 for attempt in report.attempts)
    with tempfile.TemporaryDirectory() as kept:
        engine = ProberThread(paced(report))
        window = MainWindow(engine, QSettings(f"{kept}/settings.ini", QSettings.Format.IniFormat))
        try:
            window.resize(width, 720)
            window.show()
            window.parts.form.server.setEditText(samples.HOST)
            await asyncio.sleep(0.3)  # the first painting is no stall of a run
            paints, heart, began = Paints(window.parts.timeline.tree.viewport()), Heartbeat(), perf_counter()
            window.parts.form.run()
            heart.start()
            await _reached(engine, last_s)
            heart.stop()
            seconds = perf_counter() - began
            asked = perf_counter()
            window.view.stop()
            stop_ms = (perf_counter() - asked) * 1000
            await window.parts.session.settled()
        finally:
            await engine.close()
            window.close_now()
            window.deleteLater()
    late = sorted(heart.late_ms)
    return Stalls(
        attempts,
        seconds,
        len(late),
        p50_ms=late[len(late) // 2],
        p99_ms=late[int(len(late) * 0.99)],
        worst_ms=late[-1],
        repaints_per_s=paints.count / seconds,
        stop_ms=stop_ms,
    )


async def _reached(engine: ProberThread, at_s: float) -> None:
    """Wait until the run's clock shows `at_s`."""
    reached = asyncio.Event()
    engine.tick.connect(lambda now_s: reached.set() if now_s >= at_s else None)
    # a run that ends by a fault ticks no more, and nothing outside can interrupt Qt's loop
    async with asyncio.timeout(at_s + LIMIT_S):
        await reached.wait()


def measure_scrolling(rows: int = 500, steps: int = 60) -> list[float]:
    """Milliseconds of each repaint while a timeline of `rows` rows scrolls; needs an application."""
    with tempfile.TemporaryDirectory() as kept:
        engine = ProberThread(paced(samples.healthy()))
        window = MainWindow(engine, QSettings(f"{kept}/settings.ini", QSettings.Format.IniFormat))
        window.resize(1100, 720)
        window.show()
        window.parts.model.clear()
        attempts = rows // 5  # an attempt and its four steps are five rows
        window.parts.model.show_report(long_report(attempts, 0.02))
        tree = window.parts.timeline.tree
        tree.expandAll()
        bar, taken = tree.verticalScrollBar(), []
        tree.viewport().grab()
        for step in range(steps):
            bar.setValue(bar.maximum() * step // steps)
            began = perf_counter()
            tree.viewport().grab()
            taken.append((perf_counter() - began) * 1000)
        window.close_now()
        window.deleteLater()
    return taken


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["FMSDIAG_HISTORY"] = "none"  # of whoever measures: it is neither read nor added to
    app: QApplication = make_application(["fmsdiag"])
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        stalls = runner.run(measure_run())
    taken = sorted(measure_scrolling())
    show(
        [
            Row(
                "heartbeat late by",
                {
                    "p50": f"{stalls.p50_ms:.1f} ms",
                    "p99": f"{stalls.p99_ms:.1f} ms",
                    "worst": f"{stalls.worst_ms:.1f} ms",
                },
            ),
            Row("timeline painted", {"": f"{stalls.repaints_per_s:.0f} times a second"}),
            Row("Stop answered after", {"": f"{stalls.stop_ms:.1f} ms"}),
            Row(
                "500 rows scroll, a repaint",
                {"p50": f"{taken[len(taken) // 2]:.1f} ms", "worst": f"{taken[-1]:.1f} ms"},
            ),
        ]
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
