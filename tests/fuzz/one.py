"""Fuzzes one target with atheris until its time is up: `python -m tests.fuzz.one NAME [libFuzzer's options] CORPUS`.

run.py starts it. It is a process of its own because libFuzzer ends the process at a crash, at an input that takes too
long, and when the memory grows beyond its limit.
"""

from __future__ import annotations

import importlib
import logging
import sys

import atheris

WATCHED = [
    "fmsdiag.protocol", "fmsdiag.probe", "fmsdiag.report", "fmsdiag.messages", "fmsdiag.cli", "fmsdiag.gui", "fmsdiag.target",
    "fmsdiag.pasted", "fmsdiag.labels_beside", "fmsdiag.stream_path", "h11", "dns",
]  # fmt: skip
"""Where new paths count as news."""


def main(arguments: list[str]) -> None:
    name, *options = arguments
    logging.disable()  # asyncio's
    with atheris.instrument_imports(include=WATCHED):
        target = importlib.import_module(f"tests.fuzz.target_{name}")
        target.seeds()
    atheris.Setup([sys.argv[0], *options], target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
