"""One run at a time, as the window sees it: request in; progress, report or fault out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from fmsdiag.gui.form.form_input import Request
from fmsdiag.gui.prober_thread import ProberThread
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.progress import Progress, progress_of
from fmsdiag.model import Event, Report

if TYPE_CHECKING:  # loaded with the run
    from fmsdiag.probe.sockets.recording import TrafficRecorder


class RunSession(QObject):
    """Feeds the engine's events to the timeline and tells the window how the run goes."""

    started = Signal()
    progressed = Signal(Progress)
    finished = Signal(object)
    """The Report."""
    shown_again = Signal()
    """The window looks at the run, or at its report, again."""
    failed = Signal(object)
    """A fault of fmsdiag: the Fault as the log has it."""

    def __init__(self, engine: ProberThread, model: TimelineModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.report: Report | None = None
        self.recorder: TrafficRecorder | None = None
        """What kept the traffic of that report's run."""
        self._engine = engine
        self._model = model
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.is_shown = True
        """Whether the timeline is the run's."""
        self._events: list[Event] = []
        """Of a run that has no report yet: the timeline is made of them anew where something else was shown in it."""
        self._now_s = 0.0
        engine.events.connect(self._hear)
        engine.tick.connect(self._tick)

    @property
    def running(self) -> bool:
        return self._task is not None

    def look_away(self) -> None:
        """The timeline is used for something else; the run goes on, and nothing of it is lost."""
        self.is_shown = False

    def look_again(self) -> None:
        """The timeline is the run's again: make it what it would be now. The report, where there is one, is not shown."""
        self.is_shown = True
        self._model.clear()
        if self._task is not None or self._events:
            self._model.begin()
            self._model.apply(self._events)
            self._model.set_now(self._now_s)
        if self._task is None:
            self._model.abandon()
        self._tick(self._now_s)
        self.shown_again.emit()

    def start(self, request: Request) -> None:
        """Begin a run; ignored while one goes on."""
        if self._task is not None:
            return
        self._forget_events()
        self.report = self.recorder = None
        self._engine.forget_traffic()
        self._stopping = False
        self._model.begin()
        run = self._engine.start(request)
        self._task = asyncio.get_running_loop().create_task(self._run(run))
        self.started.emit()
        self.progressed.emit(progress_of([], 0.0))

    def stop(self) -> None:
        """Ask the run to end; answered at once, the report follows."""
        if self._task is not None and not self._stopping:
            self._stopping = True
            self._engine.stop()
            self._tick(self._now_s)

    async def settled(self) -> None:
        """Wait until nothing of a run is left to be told; before that the window must not go."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def forget(self) -> None:
        """Back to before the first run."""
        if self._task is None:
            self.report = self.recorder = None
            self._engine.forget_traffic()
            self._forget_events()
            self._model.clear()

    async def _run(self, run: Coroutine[Any, Any, Report]) -> None:
        try:
            report = await run
        except Exception as error:
            from fmsdiag.log import record_fault

            fault = record_fault(error)
            fault.print_traceback()
            self._task = None
            if self.is_shown:
                self._model.abandon()
            self.failed.emit(fault)
        else:
            self._task = None
            self.report, self.recorder = report, self._engine.recorder
            self._forget_events()
            if self.is_shown:
                self._model.show_report(report)
            self.finished.emit(report)

    def _hear(self, events: Sequence[Event]) -> None:
        if self._task is not None:
            self._events.extend(events)
        if self.is_shown:
            self._model.apply(events)

    def _forget_events(self) -> None:
        self._events, self._now_s = [], 0.0

    def _tick(self, now_s: float) -> None:
        self._now_s = now_s
        if self._task is not None and self.is_shown:
            self._model.set_now(now_s)
            self.progressed.emit(progress_of(self._model.attempts(), now_s, self._stopping))
