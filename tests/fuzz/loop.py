"""One event loop for all inputs of a target, since making one takes longer than most of them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def result(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns. Raises what it raises."""
    return _loop().run_until_complete(work)


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()
