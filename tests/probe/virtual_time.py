"""Async tests whose clock jumps to the next timer when nothing else is left to do: 10 s deadlines in no time.

Exact and without sleeps, as long as nothing in the test waits for the real world (sockets, threads).
"""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec
from unittest import mock

P = ParamSpec("P")


class _Selector(selectors.DefaultSelector):
    """Never blocks; what would have been waited for is added to the clock."""

    now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise AssertionError("every task waits for something that cannot happen")
            self.now += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Selector()
        self.complaints: list[dict[str, Any]] = []
        super().__init__(self._clock)
        self._clock_resolution = 1e-9  # of a clock that stands still, whatever the system's is
        self.set_exception_handler(lambda _, context: self.complaints.append(context))

    def time(self) -> float:
        return self._clock.now


def now() -> float:
    return asyncio.get_running_loop().time()


def virtual_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async test on a VirtualLoop, fmsdiag's clock included; fail if it leaves a task or a lost exception."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def and_look_behind() -> None:
            await test(*args, **kwargs)
            for _ in range(3):  # whoever was cancelled last gets to notice
                await asyncio.sleep(0)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not left, f"tasks were left behind: {left}"

        loop = VirtualLoop()
        with (
            mock.patch("fmsdiag.probe.attempt_recorder.perf_counter", loop.time),
            mock.patch("fmsdiag.probe.transports.rtmpt.perf_counter", loop.time),
            asyncio.Runner(loop_factory=lambda: loop) as runner,
        ):
            runner.run(and_look_behind())
        assert loop.complaints == []

    return run
