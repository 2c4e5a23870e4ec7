"""Where Windows' Python is on this machine, and how a program runs in it.

tests/windows/setup.sh makes it once for a machine: Windows' own CPython under Wine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
TARGET = Path(os.environ.get("FMSDIAG_WINDOWS") or CACHE / "fmsdiag-windows")


def unavailable() -> str | None:
    """Why nothing runs in Windows' Python here; none where it does."""
    if sys.platform != "linux":
        return "Windows' Python under Wine: only on Linux"
    if os.geteuid() != 0:
        return "Windows' Python under Wine: needs root, for a chroot"
    if not (TARGET / "stamp").exists():
        return f"Windows' Python under Wine: not in {TARGET}; make test-windows makes it"
    return None


def windows_path(path: Path) -> str:
    """How a program of Windows names a file of this machine."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


def command(*arguments: str) -> list[str]:
    """Windows' Python with these arguments."""
    return [str(TARGET / "winpy"), *arguments]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Of a program in Windows' Python that runs this checkout."""
    return {
        **os.environ,
        "PYTHONPATH": windows_path(ROOT),
        "PYTHONPYCACHEPREFIX": windows_path(TARGET / "pycache"),  # none of Windows in the checkout
        "FMSDIAG_CONTROL": "none",
        "FMSDIAG_RESOLVER": "none",
        "FMSDIAG_LOG": "none",
        **(more or {}),
    }


def run(
    arguments: Sequence[str], more: Mapping[str, str] | None = None, timeout_s: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run Windows' Python with `arguments`, in this checkout."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=timeout_s,
    )
