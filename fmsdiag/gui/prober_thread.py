"""The prober's thread: plain asyncio beside the window's loop, so that painting never disturbs a measured time.

The window awaits `ProberThread.start`; what happens meanwhile crosses in a deque that a timer drains into one Qt signal, at
most 30 times a second however many events there are.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from fmsdiag.gui.form.form_input import Request
from fmsdiag.messages.reader import current_language
from fmsdiag.model import Event, ProxyMode, Report
from fmsdiag.probe.proxy.settings import ProxySettings

if TYPE_CHECKING:  # loaded with the run
    from fmsdiag.probe.sockets.recording import TrafficRecorder

Diagnose: TypeAlias = Callable[[Request, Callable[[Event], None], asyncio.Event], Coroutine[Any, Any, Report]]
"""Performs what was requested; tests put a scripted one in its place."""

T = TypeVar("T")


async def diagnose(
    request: Request,
    emit: Callable[[Event], None],
    stop: asyncio.Event,
    recorder: TrafficRecorder | None = None,
) -> Report:
    """`fmsdiag.run.diagnose`, with what it needs imported only now: the window is there sooner without it.

    The requested plan is the one that runs, but where the system has to be asked for the proxies to a server: it may have
    to fetch and run a script, which nobody wants before the run.
    """
    from fmsdiag import run
    from fmsdiag.journal.recorder import open_journal

    plan, proxies = request.plan if request.is_settled else None, request.proxies
    if request.options.proxy.mode is ProxyMode.SYSTEM:
        asked = await asyncio.to_thread(_asked_proxies, request.target.host)
        plan, proxies = (plan, proxies) if asked is None else (None, asked)
    return await run.diagnose(
        request.target,
        request.options,
        emit,
        stop,
        credentials=request.credentials,
        plan=plan,
        proxies=proxies,
        journal=open_journal(os.environ),
        recorder=recorder,
        assignment=request.assignment,
    )


class RecordedDiagnosis:
    """`diagnose`, with the traffic of the last run kept in memory: whether packets are wanted is known only afterwards."""

    def __init__(self) -> None:
        self.recorder: TrafficRecorder | None = None

    async def __call__(self, request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        from fmsdiag.probe.sockets.recording import TrafficRecorder

        self.recorder = TrafficRecorder()
        return await diagnose(request, emit, stop, self.recorder)


def _asked_proxies(host: str) -> ProxySettings | None:
    """What the system answers for `host`, or none where it cannot be asked."""
    from fmsdiag.gui.form.system_proxy import ask_system
    from fmsdiag.probe.proxy.system import read_system_proxies

    asked = ask_system(host)
    return read_system_proxies(asked) if asked is not None else None


DRAIN_MS = 40
STOP_PATIENCE_S = 2.0
"""How long closing waits for a stopped run to write its report before it is cancelled."""


class ProberThread(QObject):
    """Runs diagnoses in one worker thread, one at a time."""

    events = Signal(tuple)
    """A batch of events, in order."""
    tick = Signal(float)
    """Seconds since the run began, sent while it goes on."""
    proxies_read = Signal(object)
    """The ProxySettings of this computer, once they are known."""

    def __init__(self, run: Diagnose | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._diagnose = run or RecordedDiagnosis()
        self._inbox: deque[tuple[float, Event]] = deque()
        self._proxies: deque[ProxySettings] = deque()
        """What was read of this computer, until it is told."""
        self._began: float | None = None
        self._stop_asked: asyncio.Event | None = None
        self._future: Future[Report] | None = None
        self._timer = QTimer(self, interval=DRAIN_MS)
        self._timer.timeout.connect(self._drain)
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonThreads())
        self._reading = QTimer(self, interval=DRAIN_MS)
        self._reading.timeout.connect(self._tell_proxies)
        # No other thread is given this object, which would otherwise end wherever it is let go last.
        self._thread = threading.Thread(target=_serve, args=(self._loop,), name="prober", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._future is not None

    @property
    def recorder(self) -> TrafficRecorder | None:
        """What kept the last run's traffic, secrets included; none where nothing did."""
        return self._diagnose.recorder if isinstance(self._diagnose, RecordedDiagnosis) else None

    def forget_traffic(self) -> None:
        """Keep the last run's traffic no longer."""
        if isinstance(self._diagnose, RecordedDiagnosis):
            self._diagnose.recorder = None

    def start(self, request: Request) -> Coroutine[Any, Any, Report]:
        """Begin a diagnosis at once, so that `stop` works from now on; await what is returned for its report.

        `request` and its credentials are handed on and not kept here. Awaiting raises what the diagnosis raised (a fault of
        this program).
        """
        if self._future is not None:
            raise RuntimeError("a run is going on already")
        self._inbox.clear()
        self._began = None
        self._stop_asked = asyncio.Event()
        coroutine = self._diagnose(request, partial(_keep, self._inbox), self._stop_asked)
        self._future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        self._timer.start()
        return self._finish(self._future)

    def warm_up(self) -> None:
        """Load on the worker thread what the first run would wait for, and read this computer's proxies."""
        self._reading.start()
        self._loop.call_soon_threadsafe(_warm_up, self._loop, self._proxies)

    def _tell_proxies(self) -> None:
        if self._proxies:
            self._reading.stop()
            self.proxies_read.emit(self._proxies.popleft())

    async def _finish(self, future: Future[Report]) -> Report:
        try:
            return await asyncio.wrap_future(future)
        finally:
            self._timer.stop()
            self._drain()  # the last events, so that the timeline is whole before the verdict shows
            self._future = self._stop_asked = None

    def stop(self) -> None:
        """Ask the run to end; its report still comes, from `start`."""
        if self._stop_asked is not None:
            self._loop.call_soon_threadsafe(self._stop_asked.set)

    async def close(self) -> None:
        """End a run that goes on, then the thread."""
        self._reading.stop()
        if self._future is not None:
            self.stop()
            done, _ = await asyncio.wait([asyncio.wrap_future(self._future)], timeout=STOP_PATIENCE_S)
            if not done and self._future is not None:
                self._future.cancel()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=1.0)

    def _drain(self) -> None:
        batch = []
        while self._inbox:
            arrived, event = self._inbox.popleft()
            at_s = getattr(event, "at_s", None)
            if at_s is not None:  # the least delayed event tells best when the run's clock was at zero
                began = arrived - at_s
                self._began = began if self._began is None else min(began, self._began)
            batch.append(event)
        if batch:
            self.events.emit(tuple(batch))
        if self._began is not None and self._future is not None:
            self.tick.emit(perf_counter() - self._began)


# ---- in the worker thread
def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _keep(inbox: deque[tuple[float, Event]], event: Event) -> None:
    inbox.append((perf_counter(), event))


def _warm_up(loop: asyncio.AbstractEventLoop, proxies: deque[ProxySettings]) -> None:
    from fmsdiag.run import load_everything

    load_everything()
    current_language().prepare()
    loop.run_in_executor(None, _read_proxies, proxies)


def _read_proxies(proxies: deque[ProxySettings]) -> None:
    from fmsdiag.probe.proxy.system import read_system_proxies

    proxies.append(read_system_proxies())


class _DaemonThreads(ThreadPoolExecutor):
    """An executor whose threads do not hold up the exit: a name lookup on a dead network can take half a minute."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=work, name="lookup", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=cancel_futures)
