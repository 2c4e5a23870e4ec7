"""Fuzzes every target, as many at a time as there are processors: `make fuzz`, FUZZ_SECONDS in all (600).

    FUZZ_SECONDS=60 make fuzz
    make fuzz FUZZ="amf0 chunk"          only these

A target is a file target_NAME.py: `seeds()` gives first inputs, cut from real conversations, and `check(data)` raises
when something is wrong. Whatever leaves `check`, an input that takes over TIMEOUT_S, and a process of over MEMORY_MB are
failures; the input is kept in build/fuzz/NAME/ and named, and

    .venv/bin/python -m tests.fuzz.one NAME build/fuzz/NAME/crash-…

shows it again. The fuzzer goes on until its time is up, or MOST_FINDINGS. Then measure.py looks whether twice the input takes
much more than twice the time, and whether memory is left behind. A target says how much more time than others it gets
(`WEIGHT`). The corpus stays in build/fuzz/NAME/corpus, so that the next run goes on where this one ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
import os
import re
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "build" / "fuzz"
SECONDS = 600
LONGEST_BYTES = 65_536
TIMEOUT_S = 10
MEMORY_MB = 600
MOST_FINDINGS = 5
MOST_MEASURING_S = 30

_STATISTIC = re.compile(r"^stat::(\w+):\s*(\d+)$", re.MULTILINE)
_FINDING = re.compile(r"Test unit written to (\S+)")


@dataclass(frozen=True)
class Outcome:
    """What became of one target."""

    name: str
    inputs: int = 0
    memory_mb: int = 0
    crashes: tuple[str, ...] = ()  # files
    hangs: tuple[str, ...] = ()  # files, of inputs that took too long or too much memory
    growth: float = 0.0
    grows: tuple[str, ...] = ()  # files, of inputs that take much more than twice as long as half of them
    leaks: str = ""
    words: str = ""  # the end of what it said, when it failed

    @property
    def failed(self) -> bool:
        return bool(self.crashes or self.hangs or self.grows or self.leaks or self.words)

    @property
    def row(self) -> str:
        growth = f"{self.growth:.1f}x" if self.growth else "short"
        return (
            f"{self.name:<16} {self.inputs:>10} {self.memory_mb:>6} {len(self.crashes):>8} {len(self.hangs):>6} "
            f"{growth:>7} {self.leaks or 'none':>6}"
        )


HEADINGS = f"{'target':<16} {'inputs':>10} {'MB':>6} {'crashes':>8} {'hangs':>6} {'growth':>7} {'leaks':>6}"


def targets() -> list[str]:
    """The names of all targets."""
    return sorted(path.stem.removeprefix("target_") for path in HERE.glob("target_*.py"))


def _target(name: str) -> ModuleType:
    return importlib.import_module(f"tests.fuzz.target_{name}")


def plant(name: str) -> Path:
    """The folder of a target's inputs, its seeds among them."""
    corpus = FOLDER / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in _target(name).seeds():
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    return corpus


async def fuzz(name: str, seconds: int) -> Outcome:
    """Fuzz one target, then measure it."""
    corpus = plant(name)
    measuring_s = min(MOST_MEASURING_S, max(2, seconds // 4))
    until = time.monotonic() + seconds - measuring_s
    found = Outcome(name)
    while True:
        found = await _fuzzed(found, corpus, max(1, round(until - time.monotonic())))
        if found.words or time.monotonic() >= until - 1 or len(found.crashes + found.hangs) >= MOST_FINDINGS:
            break
    return await _measured(found, corpus, measuring_s)


async def _fuzzed(before: Outcome, corpus: Path, seconds: int) -> Outcome:
    """What the fuzzer finds in that time; it ends at the first finding."""
    options = (
        f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", f"-timeout={TIMEOUT_S}", f"-rss_limit_mb={MEMORY_MB}",
        f"-artifact_prefix={corpus.parent}/", "-print_final_stats=1", "-len_control=0", "-report_slow_units=5",
    )  # fmt: skip
    code, said = await _run("tests.fuzz.one", before.name, *options, str(corpus))
    statistics = {key: int(value) for key, value in _STATISTIC.findall(said)}
    findings = [path for path in _FINDING.findall(said) if not Path(path).name.startswith("slow-unit-")]
    crashes = [path for path in findings if Path(path).name.startswith("crash-")]
    hangs = [path for path in findings if path not in crashes]
    return replace(
        before,
        inputs=before.inputs + statistics.get("number_of_executed_units", 0),
        memory_mb=max(before.memory_mb, statistics.get("peak_rss_mb", 0)),
        crashes=(*before.crashes, *crashes),
        hangs=(*before.hangs, *hangs),
        words=before.words if not code and not findings else before.words + said[-3000:],
    )


async def _measured(found: Outcome, corpus: Path, seconds: int) -> Outcome:
    code, said = await _run("tests.fuzz.measure", found.name, str(seconds), str(corpus))
    if code:
        return replace(
            found, crashes=(*found.crashes, "while it was measured"), words=found.words + said[-3000:]
        )
    measured = json.loads(said.splitlines()[-1])
    grows: tuple[str, ...] = ()
    if measured["grows"]:
        data = bytes.fromhex(measured["grows"])
        path = corpus.parent / f"growth-{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"
        path.write_bytes(data)
        grows = (str(path),)
    return replace(found, growth=measured["growth"], grows=grows, leaks=measured["leaked"])


async def _run(module: str, *arguments: str) -> tuple[int, str]:
    """A process's exit code and all that it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode(errors="replace")
    return process.returncode or 0, said


def shares(names: list[str], seconds: int, processes: int) -> dict[str, int]:
    """Seconds for each target, by its weight, so that all take `seconds` together."""
    weights = {name: getattr(_target(name), "WEIGHT", 1) for name in names}
    one = seconds * processes / sum(weights.values())
    return {name: max(1, int(one * weight)) for name, weight in weights.items()}


async def run(names: list[str], seconds: int) -> list[Outcome]:
    """Fuzz these targets for `seconds` altogether, with one process for each processor."""
    processes = min(os.cpu_count() or 1, len(names))
    share = shares(names, seconds, processes)
    places = asyncio.Semaphore(processes)

    async def in_turn(name: str) -> Outcome:
        async with places:
            outcome = await fuzz(name, share[name])
            print(outcome.row, *outcome.crashes, *outcome.hangs, *outcome.grows, flush=True)
            return outcome

    print(
        f"{len(names)} targets, {min(share.values())} to {max(share.values())} s each, {processes} at a time"
    )
    print(HEADINGS, flush=True)
    longest_first = sorted(names, key=lambda name: -share[name])
    return list(await asyncio.gather(*(in_turn(name) for name in longest_first)))


def main(names: list[str]) -> int:
    unknown = set(names) - set(targets())
    if unknown:
        print(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(targets())}")
        return 2
    outcomes = asyncio.run(run(names or targets(), int(os.environ.get("FUZZ_SECONDS") or SECONDS)))
    failed = [outcome for outcome in outcomes if outcome.failed]
    for outcome in failed:
        files = (*outcome.crashes, *outcome.hangs, *outcome.grows)
        print(f"\n==== {outcome.name}: {', '.join(files) or outcome.leaks}\n{outcome.words}")
    print(
        f"\n{HEADINGS}", *(outcome.row for outcome in sorted(outcomes, key=lambda each: each.name)), sep="\n"
    )
    total = sum(outcome.inputs for outcome in outcomes)
    print(f"{total} inputs in all; {len(failed)} of {len(outcomes)} targets failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
