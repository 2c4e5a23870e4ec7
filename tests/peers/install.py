"""Installs the servers that no Debian package has into build/peers: rtmplite3 and pyrtmp by pip, Node-Media-Server by npm.

    python tests/peers/install.py

They are kept out of the environment of fmsdiag: they want old versions of libraries, and one brings a top-level package
"tests". What cannot be installed here (no network, no compiler, no npm, an old Node.js) is said, and its tests are skipped; the
exit code is 0 all the same. npm is only used where it is there already: Debian's would bring 400 packages.
Standard library only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent.parent / "build" / "peers"
REQUIREMENTS = HERE / "requirements.txt"
PYTHON_PATH = FOLDER / "python"
NODE_MODULES = FOLDER / "node_modules"
NODE_MEDIA_SERVER = "4.4.3"
OLDEST_NODE = 20
LIMIT_S = 120


def install_python_servers() -> str:
    """Why they cannot be installed, or nothing."""
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
    patience = ("--retries", "0", "--timeout", "15", "--no-warn-script-location", "--upgrade")
    return _run(*pip, *patience, "--target", str(PYTHON_PATH), "--require-hashes", "-r", str(REQUIREMENTS))


def install_node_media_server() -> str:
    """Why it cannot be installed, or nothing."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return "npm is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if not version.startswith("v") or int(version[1:].partition(".")[0]) < OLDEST_NODE:
        return f"Node.js {version or 'that does not start'} is too old, it takes {OLDEST_NODE}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    options = (
        "--no-save",
        "--no-package-lock",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    )
    retries = ("--fetch-retries=0", "--fetch-timeout=15000")
    return _run(
        npm, "install", "--prefix", str(FOLDER), *options, *retries, f"node-media-server@{NODE_MEDIA_SERVER}"
    )


def _run(*command: str) -> str:
    """The last line of what a command complains about, or nothing when it has succeeded."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return f"it took over {LIMIT_S} s"
    if done.returncode == 0:
        return ""
    said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return said[-1].strip()[:200] if said else f"exit code {done.returncode}"


def is_newer(result: Path, *sources: Path) -> bool:
    """Whether something installed is there, and no older than what says which it should be."""
    return result.exists() and all(result.stat().st_mtime >= source.stat().st_mtime for source in sources)


INSTALLATIONS: tuple[tuple[str, Path, Path, Callable[[], str]], ...] = (
    ("rtmplite3 and pyrtmp", FOLDER / ".python", REQUIREMENTS, install_python_servers),
    ("Node-Media-Server", FOLDER / ".node", Path(__file__), install_node_media_server),
)


def main() -> int:
    for name, stamp, source, install in INSTALLATIONS:
        if is_newer(stamp, source):
            continue
        problem = install()
        if problem:
            sys.stdout.write(f"{name}: not installed, its tests are skipped: {problem}\n")
        else:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
