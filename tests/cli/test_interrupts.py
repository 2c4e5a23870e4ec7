import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fmsdiag.cli.interrupts import SIGNALS, finish_first, stop_on_signals

ROOT = Path(__file__).resolve().parents[2]
SECOND_INTERRUPT = """
import asyncio, os, signal
from fmsdiag.cli.interrupts import SIGNALS, finish_first, stop_on_signals

async def deaf():
    stop = asyncio.Event()
    with stop_on_signals(stop.set, lambda: print("restored", flush=True)):
        signal.raise_signal(signal.SIGINT)
        await stop.wait()
        print("stopping", flush=True)
        signal.raise_signal(signal.SIGINT)
        while True:  # a loop that is stuck
            pass

asyncio.run(deaf())
"""


@pytest.mark.parametrize("number", SIGNALS)
async def test_the_first_signal_asks_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    stop = asyncio.Event()
    with stop_on_signals(stop.set, lambda: None):
        signal.raise_signal(number)
        await stop.wait()
    assert signal.getsignal(number) is before


async def test_without_a_signal_everything_is_as_before() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stop_on_signals(lambda: None, lambda: None):
        pass
    assert [signal.getsignal(number) for number in SIGNALS] == before


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
        signal.raise_signal(signal.SIGINT)
        await stop.wait()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
async def test_what_is_ignored_stays_so() -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stop = asyncio.Event()
        with finish_first() as interrupts, stop_on_signals(stop.set, lambda: None):
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0)
            assert not stop.is_set()
        assert not interrupts.asked
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", SIGNALS)
def test_what_is_being_written_is_finished_first(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with finish_first() as interrupts:
        signal.raise_signal(number)
        assert interrupts.asked
    assert signal.getsignal(number) is before


def test_a_second_signal_does_not_wait_for_what_is_being_written() -> None:
    code = """
import os, signal
from fmsdiag.cli.interrupts import finish_first
with finish_first(lambda: print("restored", flush=True)):
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    print("not reached")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout.split()) == (3, ["restored"])
