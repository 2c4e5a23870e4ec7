"""Says which branches no test took, after a run of pytest with --cov: `python -m tests.branch_coverage`.

Coverage's own bound is for lines and branches together, of which lines are the most by far; ours is for branches.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage

LEAST_PERCENT = {"fmsdiag without gui": 95.0, "fmsdiag/gui": 85.0}
_LISTED = 25


@dataclass(frozen=True)
class Branches:
    """Of a file: how many there are, and how many were taken."""

    file: str
    taken: int
    all: int

    @property
    def missed(self) -> int:
        return self.all - self.taken

    @property
    def part(self) -> str:
        return "fmsdiag/gui" if self.file.startswith("fmsdiag/gui/") else "fmsdiag without gui"


def percent(files: list[Branches]) -> float:
    """Of the branches of all of them; 100 where there is none."""
    count = sum(file.all for file in files)
    return 100 * sum(file.taken for file in files) / count if count else 100.0


def measured() -> list[Branches]:
    """What the last run left in .coverage. Raises coverage.exceptions.NoDataError if there was none."""
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return [
        Branches(Path(name).as_posix(), each["summary"]["covered_branches"], each["summary"]["num_branches"])
        for name, each in files.items()
    ]


def verdict(files: list[Branches]) -> tuple[list[str], bool]:
    """The files that miss most, a line for each part, and whether each part has enough."""
    worst = sorted((file for file in files if file.missed), key=lambda file: (-file.missed, file.file))
    lines = [f"{file.missed:4} of {file.all:3}  {file.file}" for file in worst[:_LISTED]]
    enough = True
    for part, least in LEAST_PERCENT.items():
        share = percent([file for file in files if file.part == part])
        enough = enough and share >= least
        lines.append(f"{share:5.1f} % of the branches of {part} were taken, {least:.0f} % are needed")
    return lines, enough


def main() -> int:
    lines, enough = verdict(measured())
    print("Branches that no test took:", *lines, sep="\n")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
