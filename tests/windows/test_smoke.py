"""A few runs in Windows' own Python (Wine): what once went wrong there, and nowhere else.

`make test-windows` makes that Python and runs the whole suite in it.
"""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fmsdiag.server.service import Server, ServerOptions
from tests.benchmarks.x_display import has_x_server, x_server
from tests.probe.certificates import Certificates
from tests.windows import environment
from tests.windows.environment import windows_path

reason = environment.unavailable()
pytestmark = [pytest.mark.skipif(reason is not None, reason=reason or ""), pytest.mark.timeout(120)]


def failure(report: dict[str, Any], attempt: int = 0) -> str | None:
    """How an attempt's last step failed."""
    kind: str | None = report["attempts"][attempt]["observations"][-1].get("failure", {}).get("kind")
    return kind


def causes(report: dict[str, Any]) -> list[str]:
    return [finding["cause"] for finding in report["findings"]]


@contextmanager
def listening(context: ssl.SSLContext | None = None, reset: bool = False) -> Iterator[int]:
    """The port of a server on loopback that makes a TLS handshake, or resets what it has accepted and read from."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    sock, _ = server.accept()
                except OSError:
                    return
                with sock:
                    try:
                        if reset:
                            sock.recv(1)
                            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                        elif context is not None:
                            context.wrap_socket(sock, server_side=True).recv(1)
                    except OSError:
                        pass  # the client refuses the certificate

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_every_failure_is_told_by_what_windows_calls_it(tmp_path: Path) -> None:
    """One process makes all runs: the start of Windows' Python takes longer than they do."""
    certificates = Certificates(tmp_path)
    folder = tmp_path / "Müller & Söhne"
    folder.mkdir()
    names = ("refused", "reset", "expired", "rtmfp")
    files = {name: folder / f"Prüfung {name}.json" for name in names}
    arguments = ["tests/windows/inside_windows.py", "--trust", windows_path(certificates.authority)]
    async with Server(ServerOptions(rtmp=None, rtmfp=0, listen="127.0.0.1")) as server:
        with listening(reset=True) as resetting, listening(certificates.context("expired")) as expired:
            urls = {
                "refused": f"rtmp://127.0.0.1:{closed_port()}/live",
                "reset": f"rtmp://127.0.0.1:{resetting}/live",
                "expired": f"rtmps://127.0.0.1:{expired}/live",
                "rtmfp": f"rtmfp://127.0.0.1:{server.ports['rtmfp']}/live",
            }
            for name in names:
                arguments += ["fmsdiag", "test", urls[name], "--json", windows_path(files[name]), "--then"]
            done = await asyncio.to_thread(environment.run, arguments[:-1], None, 110)
    assert all(file.exists() for file in files.values()), done.stdout + done.stderr
    reports = {name: json.loads(file.read_text(encoding="utf-8")) for name, file in files.items()}
    assert failure(reports["refused"]) == "refused"
    assert causes(reports["refused"])[0] in ("rtmp-service-stopped", "server-not-listening")
    assert failure(reports["reset"]) == "reset"
    assert "client-fault" not in causes(reports["reset"])
    # nothing speaks RTMP behind it
    assert "certificate-expired" in causes(reports["expired"]), reports["expired"]["findings"]
    assert "tls-intercepted" not in causes(reports["expired"])
    assert reports["rtmfp"]["attempts"][0]["status"] == "connected"


@pytest.mark.skipif(not has_x_server(), reason="Xvfb is not installed")
def test_the_window_opens_and_closes(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from fmsdiag.gui import app\n"
        "from fmsdiag.gui.main_window import MainWindow\n"
        "class Closing(MainWindow):\n"
        "    def fill(self, engine):\n"
        "        super().fill(engine)\n"
        "        QTimer.singleShot(0, self.close)\n"
        "app.MainWindow = Closing\n"
        "sys.exit(app.main([]))\n"
    )
    with x_server() as display:
        # a Wine server of its own: one that was started without a display has no windows
        more = {"DISPLAY": display, "QT_QPA_PLATFORM": "windows", "WINE_APART": "1"}
        done = environment.run(["-c", script], more, 90)
    assert done.returncode == 0, done.stderr
