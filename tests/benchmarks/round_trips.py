"""Round trips from SYN to NetConnection.Connect.Success on a 200 ms path: fmsdiag beside rtmpdump and ffprobe.

python -m tests.benchmarks.round_trips
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.long_path import SERVER, LongPath, long_path, unavailable
from tests.benchmarks.table import Row, show

ROUND_TRIP_S = 0.2
PORT = 1935
PATIENCE_S = 12.0
_NGINX = """\
load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
daemon off; master_process off; user root; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
rtmp {{ server {{ listen {port}; application live {{ live on; }} }} }}
"""
_URL = f"rtmp://{SERVER}:{PORT}/live"
CLIENTS = {
    "fmsdiag": [
        sys.executable,
        "-m",
        "fmsdiag",
        "test",
        _URL,
        "--quiet",
        "--control",
        "none",
        "--resolver",
        "none",
    ],
    "rtmpdump": ["timeout", "-k", "1", "12", "rtmpdump", "-v", "-q", "-r", f"{_URL}/none", "-o", "/dev/null"],
    "ffprobe": ["timeout", "-k", "1", "12", "ffprobe", "-v", "quiet", f"{_URL}/none"],
}


def measure() -> list[Row]:
    """One row a server, one column a client."""
    if reason := unavailable():
        return [Row("round trips to connected", {"skipped": reason})]
    with tempfile.TemporaryDirectory() as folder, long_path(ROUND_TRIP_S) as path:
        return [
            Row(f"round trips to connected, {name}", _clients(path, command))
            for name, command in _servers(Path(folder)).items()
        ]


def _servers(folder: Path) -> dict[str, list[str]]:
    found = {
        "fmsdiag serve": [sys.executable, "-m", "fmsdiag", "serve", "--rtmp", str(PORT), "--listen", SERVER]
    }
    if (
        shutil.which("nginx", path="/usr/sbin:/usr/bin")
        and Path("/usr/lib/nginx/modules/ngx_rtmp_module.so").exists()
    ):
        configuration = folder / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=PORT), encoding="utf-8")
        found["nginx-rtmp"] = ["/usr/sbin/nginx", "-e", f"{folder}/error.log", "-c", str(configuration)]
    return found


def _clients(path: LongPath, server: list[str]) -> dict[str, str]:
    with running([*path.server, *server]):
        until_connectable(path)
        return {name: _one(path, command) for name, command in CLIENTS.items()}


def _one(path: LongPath, command: list[str]) -> str:
    program = command[4] if command[0] == "timeout" else command[0]
    if shutil.which(program) is None:
        return "not installed"
    seen = path.watch(PORT, b"NetConnection.Connect.Success")
    with running([*path.client, *command]):
        seen.answered.wait(PATIENCE_S)
    return f"{seen.elapsed_s / ROUND_TRIP_S:.2f}" if seen.elapsed_s is not None else "no answer"


def until_connectable(path: LongPath) -> None:
    """The server is up when the path has carried an answer to a SYN; bash needs no other program for that."""
    for _ in range(50):
        probe = f"exec 3<>/dev/tcp/{SERVER}/{PORT}"
        if (
            subprocess.run([*path.client, "bash", "-c", probe], capture_output=True, timeout=20).returncode
            == 0
        ):
            return
    raise RuntimeError("the server did not start")


@contextlib.contextmanager
def running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process for as long as the block lasts."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    show(measure())
