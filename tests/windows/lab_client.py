"""Runs `fmsdiag` in Windows' Python at the client of a scenario of the lab.

    python -m tests.windows.lab_client ARGUMENT…

Wine's sockets are made by its server process, so each scenario has one of its own: one of another scenario, or of this machine,
would connect from there. Runs in the scenario's namespaces, as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.windows.environment import ROOT, command, environment, windows_path


def main() -> int:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        authority = Path(folder) / "authority.pem"
        shutil.copy(os.environ["SSL_CERT_FILE"], authority)  # whose folder Wine's file system does not have
        inner = (
            windows_path(ROOT / "tests/windows/inside_windows.py"),
            "--trust",
            windows_path(authority),
            "--resolvers",
        )
        more = {"WINE_APART": "1"} | {
            name: value for name, value in os.environ.items() if not name.startswith("FMSDIAG_")
        }
        asked = {"FMSDIAG_CONTROL": "", "FMSDIAG_RESOLVER": ""}
        surroundings = {k: v for k, v in environment(more).items() if k not in asked}
        return subprocess.run(
            command(*inner, "fmsdiag", *sys.argv[1:]), env=surroundings, cwd=ROOT
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
