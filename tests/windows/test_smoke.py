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


def report_of(*arguments: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report of `fmsdiag test` there."""
    done = environment.run([*(before or ("-m",)), "fmsdiag", "test", *arguments, "--json", "-"])
    assert done.stdout.startswith("{"), done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


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


def test_a_reset_is_a_reset() -> None:
    with listening(reset=True) as port:
        report = report_of(f"rtmp://127.0.0.1:{port}/live")
    assert failure(report) == "reset"
    assert "client-fault" not in causes(report)


async def test_rtmfp_connects() -> None:
    async with Server(ServerOptions(rtmp=None, rtmfp=0, listen="127.0.0.1")) as server:
        url = f"rtmfp://127.0.0.1:{server.ports['rtmfp']}/live"
        report = await asyncio.to_thread(report_of, url)
    assert report["attempts"][0]["status"] == "connected"


def test_an_expired_certificate_is_known_by_its_code(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    before = ("tests/windows/inside_windows.py", "--trust", windows_path(certificates.authority))
    with listening(certificates.context("expired")) as port:
        report = report_of(f"rtmps://127.0.0.1:{port}/live", before=before)
    # nothing speaks RTMP behind it
    assert "certificate-expired" in causes(report), report["findings"]
    assert "tls-intercepted" not in causes(report)


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
        done = environment.run(["-c", script], {"DISPLAY": display, "QT_QPA_PLATFORM": "windows"}, 90)
    assert done.returncode == 0, done.stderr


def test_a_refused_port_is_the_servers_and_its_report_is_written_below_a_name_with_umlauts(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "Müller & Söhne"
    folder.mkdir()
    target = folder / "Prüfung.json"
    done = environment.run(
        ["-m", "fmsdiag", "test", f"rtmp://127.0.0.1:{closed_port()}/live", "--json", windows_path(target)]
    )
    assert target.exists(), done.stderr
    report = json.loads(target.read_text(encoding="utf-8"))
    assert failure(report) == "refused"
    assert causes(report)[0] in ("rtmp-service-stopped", "server-not-listening")
