"""Qt and asyncio in one loop: faults, signals, an orderly end.

The only file that knows qasync. The window's own coroutines run on its loop; the prober has a thread (prober_thread.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

# First, so that qasync finds this binding and no other.
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from fmsdiag.gui.file_openings import FileOpenings
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.prober_thread import Diagnose, ProberThread


def live(
    app: QApplication,
    window: MainWindow,
    named: Sequence[Path | str],
    run: Diagnose | None = None,
    asked_to_end: Sequence[int] = (),
    openings: FileOpenings | None = None,
) -> int:
    """Fill the bare `window` and serve it until it is closed; the exit code.

    `named` are files, and links that hold a profile. `asked_to_end` are signals that came before there was a loop to
    answer them, `openings` what the system asks to open.
    """
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(_live(window, named, run, asked_to_end, openings))


async def _live(
    window: MainWindow,
    named: Sequence[Path | str],
    run: Diagnose | None,
    asked_to_end: Sequence[int],
    openings: FileOpenings | None,
) -> int:
    closing = asyncio.Event()
    window.close_requested.connect(closing.set)
    engine = ProberThread(run)
    with EndSignals(window):
        window.fill(engine)
        if asked_to_end:
            window.close()
        with Faults(window), _log():
            if not named and (beside := _beside_program()) is not None:
                named = [beside]
            window.view.open_files(named)
            if openings is not None:
                openings.give_to(window.view.open_files)
            engine.warm_up()
            offering = asyncio.create_task(_offer_last_run(window))
            await closing.wait()
            offering.cancel()
            await engine.close()
            await window.parts.session.settled()
            window.close_now()
    return 0


def _beside_program() -> Path | None:
    from fmsdiag.gui.profile.beside import folder_of_program, profile_beside

    packaged = bool(getattr(sys, "frozen", False))
    return profile_beside(folder_of_program(sys.executable, os.environ, is_packaged=packaged))


async def _offer_last_run(window: MainWindow) -> None:
    """An interrupted run, once everything that the window shows at once is there."""
    from fmsdiag.gui.last_run_offer import LastRunOffer

    await LastRunOffer(window.view, window.parts.messages, QSettings()).look(os.environ)


@contextlib.contextmanager
def _log() -> Iterator[None]:
    """The log while the window lives; imported behind everything that the window shows."""
    from fmsdiag.log import chosen_path, open_log

    log = open_log(chosen_path(None, os.environ))
    try:
        yield
    finally:
        if log is not None:
            log.close()


class Faults:
    """Exceptions from slots and callbacks: logged, printed, and said in the window; a fault must not look like a verdict."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._before = sys.excepthook

    def __enter__(self) -> None:
        sys.excepthook = self._show
        asyncio.get_running_loop().set_exception_handler(self._show_context)

    def __exit__(self, *_: object) -> None:
        sys.excepthook = self._before
        asyncio.get_running_loop().set_exception_handler(None)

    def _show(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        from fmsdiag.log import record_fault

        fault = record_fault(error.with_traceback(trace))
        fault.print_traceback()
        self._window.view.show_fault(fault)

    def _show_context(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self._show(type(error), error, error.__traceback__)
        else:
            loop.default_exception_handler(context)


END_SIGNALS = tuple(
    number
    for number in (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
    if number is not None
)
"""Windows has no SIGHUP, the end of a session; there the system closes windows."""


class EndSignals:
    """Ctrl-C in the terminal, and the system's polite request to end, close the window like its button."""

    SIGNALS = END_SIGNALS

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._heeded = [
            n for n in self.SIGNALS if signal.getsignal(n) is not signal.SIG_IGN
        ]  # nohup's SIGHUP stays

    def __enter__(self) -> None:
        self._loop = asyncio.get_running_loop()  # Qt may have ended it when they are taken back
        try:
            for number in self._heeded:
                self._loop.add_signal_handler(number, self._window.close)
        except NotImplementedError:
            # Windows: the handler runs as soon as Python gets a turn, which the timer gives
            signal.signal(signal.SIGINT, lambda *_: self._window.close())
            timer = QTimer(self._window, interval=250)
            timer.timeout.connect(lambda: None)
            timer.start()

    def __exit__(self, *_: object) -> None:
        try:
            for number in self._heeded:
                self._loop.remove_signal_handler(number)
        except NotImplementedError:
            signal.signal(signal.SIGINT, signal.default_int_handler)
