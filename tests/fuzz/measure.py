"""Measures one target without a fuzzer: `python -m tests.fuzz.measure NAME SECONDS CORPUS`, a line of JSON.

Growth: an input of 32 kB and one of 64 kB that begins like it; how many times as long the second takes. A target's own
`longer(size)` makes such inputs, else those of the corpus are repeated. Leaks: what is left of memory by each further
round over the same inputs.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import json
import logging
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import psutil

Check = Callable[[bytes], object]
SIZES = (8_000, 32_000)
"""Bytes of the shorter input."""
LIMIT = 2.5
TOO_SHORT_TO_TELL_S = 0.03
"""What takes less for 64 kB harms nobody; a key exchange more than before takes a third of it."""
MOST_TRIES = 5
MOST_DOUBLINGS = 6
INPUTS = 30
LEAKED_KB = 8
"""Per input; less is the allocator's."""
FEWEST_OBJECTS, LEAST_KB = 1_000, 4_096
"""In all; less is what happens to be there."""


@dataclass(frozen=True)
class Growth:
    """The most that twice the input took of one's time, and of which input."""

    times: float = 0.0
    name: str = ""
    longest: bytes = b""


@dataclass(frozen=True)
class Measured:
    """What is printed."""

    growth: float
    grows: str
    """The input that takes more than LIMIT times as long, in hexadecimal; else empty."""
    leaked: str
    """What every input leaves behind; else empty."""


def growth(check: Check, inputs: Iterable[tuple[str, bytes, bytes]], until_s: float) -> Growth:
    """The worst of these pairs: name, input, one of twice the length.

    `until_s` is of the processor's time, which does not pass while others work.
    """
    worst = Growth()
    for name, once, twice in inputs:
        if time.process_time() > until_s:
            break
        times = _times(check, once, twice, worst.times)
        if times > worst.times:
            worst = Growth(times, name, twice)
    return worst


def _times(check: Check, once: bytes, twice: bytes, known: float) -> float:
    """How many times as long the second takes: the least of a few tries where it seems too long, for noise only adds."""
    least = float("inf")
    for _ in range(MOST_TRIES):
        first, second = _seconds(check, once), _seconds(check, twice)
        if second < TOO_SHORT_TO_TELL_S:
            return 0.0
        if first:  # else this system's clock is too coarse to tell
            least = min(least, second / first)
        if least < max(LIMIT, known):
            return least
    return least


def _seconds(check: Check, data: bytes) -> float:
    """Processor time, the less of two."""
    return min(_once(check, data), _once(check, data))


def _once(check: Check, data: bytes) -> float:
    start = time.process_time()
    check(data)
    return time.process_time() - start


def pairs(target: object, corpus: list[bytes]) -> Iterator[tuple[str, bytes, bytes]]:
    """Inputs for `growth`, in both sizes."""
    longer = getattr(target, "longer", None)
    if longer is not None:
        for size in reversed(SIZES):
            for (name, once), (_, twice) in zip(longer(size), longer(2 * size), strict=True):
                yield name, once, twice
        return
    for size, data, kept in itertools.product(reversed(SIZES), corpus, (0, 2)):
        times = size // max(1, len(data) - kept)
        if times and len(data) > kept:
            yield data.hex()[:40], repeated(data, kept, times), repeated(data, kept, 2 * times)


def repeated(data: bytes, kept: int, times: int) -> bytes:
    """The first `kept` bytes once, the others again and again: as a whole, for an input that ends within a value is cheap."""
    return data[:kept] + data[kept:] * times


def leaked(check: Check, inputs: list[bytes], until_s: float, allowed: int = 0) -> str:
    """Objects or memory that rounds over the same inputs add, beyond `allowed` objects an input; mostly nothing.

    A leak goes on: twice the rounds leave twice as much. Caches and the interpreter's own bookkeeping fill up. The system
    gives memory in large pieces, so that of a round's passes over the inputs the median counts.
    """
    process = psutil.Process()
    objects: list[int] = []
    memory_kb: list[int] = []
    checks, begun_s = len(inputs), time.process_time()
    for number in range(3 + MOST_DOUBLINGS):
        checks = len(inputs) << number
        for _ in range(1 << number):
            for data in inputs:
                check(data)
            memory_kb.append(process.memory_info().rss // 1024)
        gc.collect()
        objects.append(sys.getallocatedblocks())
        now_s = time.process_time()
        if len(objects) >= 3 and now_s + 2 * (now_s - begun_s) > until_s:
            break
        begun_s = now_s
    passes = checks // len(inputs)
    more_objects, more_kb = _still_growing(objects), _steadily_growing(memory_kb[-passes - 1 :]) * passes
    if more_objects >= max(FEWEST_OBJECTS, checks * max(1, allowed)):
        return f"{more_objects / checks:.1f} objects an input"
    if more_kb >= max(LEAST_KB, checks * LEAKED_KB):
        return f"{more_kb / checks:.1f} kB an input"
    return ""


def _still_growing(measured: list[int]) -> int:
    """What the last half of the rounds has added, if it is not much less than twice of what the quarter before did."""
    before, last = measured[-2] - measured[-3], measured[-1] - measured[-2]
    return last if before > 0 and last >= 1.5 * before else 0


def _steadily_growing(measured: list[int]) -> int:
    """What half of the passes have added, or more: the median."""
    return round(statistics.median(after - before for before, after in pairwise(measured)))


def sample(corpus: Path, seeds: list[bytes]) -> list[bytes]:
    """A few seeds, and a few of what the fuzzer has found: the longest, and others."""
    found = (
        sorted(corpus.iterdir(), key=lambda path: (path.stat().st_size, path.name)) if corpus.exists() else []
    )
    step = max(1, len(found) // (INPUTS // 3))
    chosen = [path.read_bytes() for path in dict.fromkeys((*found[-5:], *found[::step]))]
    return [*seeds[:: max(1, len(seeds) // (INPUTS // 3))], *chosen][:INPUTS]


def measure(name: str, seconds: float, corpus: Path) -> Measured:
    """Half the processor time for each."""
    target = importlib.import_module(f"tests.fuzz.target_{name}")
    begun = time.process_time()
    inputs = sample(corpus, target.seeds())
    left = leaked(target.check, inputs, begun + seconds / 2, getattr(target, "LIBRARIES_LEAK", 0))
    worst = growth(target.check, pairs(target, inputs), begun + seconds)
    return Measured(round(worst.times, 2), worst.longest.hex() if worst.times >= LIMIT else "", left)


def main(arguments: list[str]) -> None:
    name, seconds, corpus = arguments
    logging.disable()  # asyncio's
    sys.stdout.write(json.dumps(asdict(measure(name, float(seconds), Path(corpus)))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
