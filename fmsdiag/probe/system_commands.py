"""Commands of macOS that tell what no call of Python does: run briefly, given nothing, and never with a privilege."""

from __future__ import annotations

import subprocess
from typing import Protocol

LIMIT_S = 2.0
"""Each answers within some milliseconds; one that hangs must not keep a run."""


class Asking(Protocol):
    """What a command answers, "" where there is no such command or no answer."""

    def __call__(self, *command: str) -> str: ...


def told_by(*command: str) -> str:
    """The output of a command of the system, by its full path; "" where it is missing, fails or takes too long."""
    try:
        told = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return told.stdout
