"""Ctrl-C, SIGTERM and SIGHUP: the first asks the run to stop and still report, the second ends the process at once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType

from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text


class InterruptTexts(Table, of="cli.interrupts"):
    """What the second Ctrl-C says."""

    ENDED = text("ended immediately; no report was written")


Handler = Callable[[], None]
SIGNALS = tuple(
    number
    for number in (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
    if number is not None
)
"""Windows has no SIGHUP, which is the end of the terminal or of the session."""


class Interrupts:
    """Whether a stop was requested while nothing was running that could be stopped."""

    asked = False


@contextlib.contextmanager
def finish_first(before_the_end: Handler = lambda: None) -> Iterator[Interrupts]:
    """While inside, a first signal is only noted, so that reports are written whole; a second one ends the process.

    What runs inside may listen to signals itself (`stop_on_signals`). Must be entered on the main thread.
    """
    noted = Interrupts()
    before = _heeded()

    def note(_number: int, _frame: FrameType | None) -> None:
        if noted.asked:
            _end_at_once(before_the_end)
        noted.asked = True

    for number in before:
        signal.signal(number, note)
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _heeded() -> dict[signal.Signals, signal._HANDLER]:
    """What the SIGNALS do now; without those that are ignored, such as SIGHUP under nohup, which stay so."""
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    return {number: handler for number, handler in handlers.items() if handler is not signal.SIG_IGN}


@contextlib.contextmanager
def stop_on_signals(stop: Handler, before_the_end: Handler) -> Iterator[None]:
    """While inside, the SIGNALS call `stop`; a second one calls `before_the_end` and ends the process.


    Must be entered on the running loop's thread, which is the main one.
    """
    loop = asyncio.get_running_loop()
    before = _heeded()

    def first() -> None:
        for number in before:
            _unset(loop, number)
            # Not through the loop: the second Ctrl-C must work even if the loop is stuck.
            signal.signal(number, lambda *_: _end_at_once(before_the_end))
        stop()

    for number in before:
        _set(loop, number, first)
    try:
        yield
    finally:
        for number, handler in before.items():
            _unset(loop, number)
            signal.signal(number, handler)


def _set(loop: asyncio.AbstractEventLoop, number: signal.Signals, call: Handler) -> None:
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:  # Windows

        def handler(_number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(call)

        signal.signal(number, handler)


def _unset(loop: asyncio.AbstractEventLoop, number: signal.Signals) -> None:
    with contextlib.suppress(NotImplementedError):
        loop.remove_signal_handler(number)


def _end_at_once(before_the_end: Handler) -> None:
    before_the_end()
    with contextlib.suppress(OSError):
        print(f"fmsdiag: {say(InterruptTexts.ENDED)}", file=sys.stderr, flush=True)
    os._exit(ExitCode.UNKNOWN)
