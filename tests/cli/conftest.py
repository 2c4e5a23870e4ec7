from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag.cli import running
from fmsdiag.model import Report
from tests.cli.replays import Replay


@pytest.fixture(autouse=True)
def calm_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same surroundings everywhere: no color settings, 80 columns, an empty folder to stand in."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch) -> Callable[[Report], Replay]:
    """Make the commands replay a report instead of contacting anybody."""

    def install(report: Report) -> Replay:
        made = Replay(report)
        monkeypatch.setattr(running, "diagnose", made)
        return made

    return install
