import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fmsdiag.cli.interrupts import stop_on_signals

ROOT = Path(__file__).resolve().parents[2]
SECOND_INTERRUPT = """
import asyncio, os, signal
from fmsdiag.cli.interrupts import stop_on_signals

async def deaf():
    stop = asyncio.Event()
    with stop_on_signals(stop.set, lambda: print("restored", flush=True)):
        os.kill(os.getpid(), signal.SIGINT)
        await stop.wait()
        print("stopping", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
        while True:  # a loop that is stuck
            pass

asyncio.run(deaf())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_first_signal_asks_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    stop = asyncio.Event()
    with stop_on_signals(stop.set, lambda: None):
        os.kill(os.getpid(), number)
        await stop.wait()
    assert signal.getsignal(number) is before


async def test_without_a_signal_everything_is_as_before() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stop_on_signals(lambda: None, lambda: None):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_the_second_ends_at_once_even_if_the_loop_is_stuck() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SECOND_INTERRUPT], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 3
    assert done.stdout.split() == ["stopping", "restored"]
    assert done.stderr == "fmsdiag: ended immediately; no report was written\n"


async def test_a_loop_without_signal_handlers_gets_the_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bool:
        raise NotImplementedError

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "add_signal_handler", missing, raising=False)
    monkeypatch.setattr(loop, "remove_signal_handler", missing, raising=False)
    before = signal.getsignal(signal.SIGINT)
    stop = asyncio.Event()
    with stop_on_signals(stop.set, lambda: None):
        os.kill(os.getpid(), signal.SIGINT)
        await stop.wait()
    assert signal.getsignal(signal.SIGINT) is before
