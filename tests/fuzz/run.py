"""Fuzzes every target, as many at a time as there are processors: `make fuzz`, FUZZ_SECONDS in all (600).

    FUZZ_SECONDS=60 make fuzz
    make fuzz FUZZ="amf0 chunk"          only these

A target is a file target_NAME.py: `seeds()` gives first inputs, cut from real conversations, and `check(data)` raises
when something is wrong. Whatever leaves `check`, an input that takes over TIMEOUT_S, and a process of over MEMORY_MB are
failures; the input is kept in build/fuzz/NAME/ and named, and

    .venv/bin/python -m tests.fuzz.one NAME build/fuzz/NAME/crash-…

shows it again. The corpus stays in build/fuzz/NAME/corpus, so that the next run goes on where this one ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "build" / "fuzz"
SECONDS = 600
LONGEST_BYTES = 65_536
TIMEOUT_S = 10
MEMORY_MB = 600

_STATISTIC = re.compile(r"^stat::(\w+):\s*(\d+)$", re.MULTILINE)
_FINDING = re.compile(r"Test unit written to (\S+)")


@dataclass(frozen=True)
class Outcome:
    """What became of one target."""

    name: str
    executions: int
    per_second: int
    memory_mb: int
    findings: tuple[str, ...]  # files
    words: str = ""  # the end of what it said, when it failed


def targets() -> list[str]:
    """The names of all targets."""
    return sorted(path.stem.removeprefix("target_") for path in HERE.glob("target_*.py"))


def plant(name: str) -> Path:
    """The folder of a target's inputs, its seeds among them."""
    corpus = FOLDER / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in importlib.import_module(f"tests.fuzz.target_{name}").seeds():
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    return corpus


async def fuzz(name: str, seconds: int) -> Outcome:
    """Fuzz one target."""
    corpus = plant(name)
    options = (
        f"-max_total_time={seconds}", f"-max_len={LONGEST_BYTES}", f"-timeout={TIMEOUT_S}", f"-rss_limit_mb={MEMORY_MB}",
        f"-artifact_prefix={corpus.parent}/", "-print_final_stats=1", "-len_control=0",
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fuzz.one", name, *options, str(corpus)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode(errors="replace")
    found = {key: int(value) for key, value in _STATISTIC.findall(said)}
    findings = tuple(_FINDING.findall(said))
    if process.returncode and not findings:
        findings = (f"exit code {process.returncode}",)
    return Outcome(
        name,
        found.get("number_of_executed_units", 0),
        found.get("average_exec_per_sec", 0),
        found.get("peak_rss_mb", 0),
        findings,
        said[-3000:] if findings else "",
    )


async def run(names: list[str], seconds: int) -> list[Outcome]:
    """Fuzz these targets for `seconds` altogether, with one process for each processor."""
    processes = min(os.cpu_count() or 1, len(names))
    share = max(1, seconds * processes // len(names))
    places = asyncio.Semaphore(processes)

    async def in_turn(name: str) -> Outcome:
        async with places:
            outcome = await fuzz(name, share)
            print(
                f"{outcome.name:<16} {outcome.executions:>10} executions {outcome.per_second:>7}/s "
                f"{outcome.memory_mb:>5} MB  {', '.join(outcome.findings) or 'nothing found'}",
                flush=True,
            )
            return outcome

    print(f"{len(names)} targets, {share} s each, {processes} at a time")
    return list(await asyncio.gather(*(in_turn(name) for name in names)))


def main(names: list[str]) -> int:
    unknown = set(names) - set(targets())
    if unknown:
        print(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(targets())}")
        return 2
    outcomes = asyncio.run(run(names or targets(), int(os.environ.get("FUZZ_SECONDS") or SECONDS)))
    failed = [outcome for outcome in outcomes if outcome.findings]
    for outcome in failed:
        print(f"\n==== {outcome.name}\n{outcome.words}")
    total = sum(outcome.executions for outcome in outcomes)
    print(f"{total} executions in all; {len(failed)} of {len(outcomes)} targets failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
