"""Whether work on a text takes more than twice as long for twice as much text."""

from __future__ import annotations

import time
from collections.abc import Callable

LIMIT = 2.5
TOO_SHORT_TO_TELL_S = 0.004
ROUNDS = 20


def grows_too_fast(work: Callable[[str], object], once: str, twice: str) -> bool:
    """Each text's least time counts, taken by turns: whatever else the computer does adds to both.

    Work that passes is let go at the first round that shows it.
    """
    first, second = seconds(work, once), seconds(work, twice)
    for _ in range(ROUNDS):
        if second < TOO_SHORT_TO_TELL_S or second < LIMIT * first:
            return False
        first, second = min(first, seconds(work, once)), min(second, seconds(work, twice))
    return True


def seconds(work: Callable[[str], object], text: str) -> float:
    """The processor's time of this thread: other programs and the test runner's own threads do not count."""
    start = time.thread_time()
    work(text)
    return time.thread_time() - start
