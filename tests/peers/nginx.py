"""nginx with its RTMP module, as Debian has it, on free ports of the loopback interface."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.peers.listening import is_listening

HOST = "127.0.0.1"
START_S = 10.0
_MODULES = Path("/usr/lib/nginx/modules")
_RTMP, _STREAM = _MODULES / "ngx_rtmp_module.so", _MODULES / "ngx_stream_module.so"
_PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

needs_nginx_rtmp = pytest.mark.skipif(
    _PROGRAM is None or not _RTMP.exists(), reason="nginx or libnginx-mod-rtmp is not installed"
)
needs_nginx_stream = pytest.mark.skipif(
    _PROGRAM is None or not _STREAM.exists(), reason="libnginx-mod-stream is not installed"
)


@dataclass(frozen=True)
class Nginx:
    """A running nginx: its RTMP ports, the port of RTMP inside TLS if there is one, and its log."""

    ports: tuple[int, ...]
    tls_port: int | None
    log: Path

    @property
    def port(self) -> int:
        return self.ports[0]


@asynccontextmanager
async def nginx_rtmp(
    folder: Path, listeners: int = 1, certificate: Path | None = None, most: int | None = None
) -> AsyncIterator[Nginx]:
    """Start nginx with the applications "live" and "closed", to which nobody may publish.

    `certificate` (PEM with its key) puts TLS in front of the first listener; `most` is how many connections it admits.
    """
    assert _PROGRAM is not None
    *ports, tls_port = _free_ports(listeners + 1)
    nginx = Nginx(tuple(ports), tls_port if certificate else None, folder / "error.log")
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(nginx, folder, certificate, most), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(_PROGRAM, "-p", str(folder), "-c", str(configuration)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        for port in (*nginx.ports, *((tls_port,) if certificate else ())):
            await _answers(port, process, nginx.log)
        yield nginx
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(START_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports that are free now; held together, so that none is given twice."""
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    try:
        return [int(server.getsockname()[1]) for server in held]
    finally:
        for server in held:
            server.close()


def _configuration(nginx: Nginx, folder: Path, certificate: Path | None, most: int | None) -> str:
    listen = " ".join(f"listen {HOST}:{port};" for port in nginx.ports)
    limit = "" if most is None else f"max_connections {most};"
    stream = (
        f"stream {{ server {{ listen {HOST}:{nginx.tls_port} ssl; ssl_certificate {certificate}; "
        f"ssl_certificate_key {certificate}; proxy_pass {HOST}:{nginx.port}; }} }}\n"
    )
    return (
        f"load_module {_RTMP};\n"
        + (f"load_module {_STREAM};\n" if certificate else "")
        + f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {nginx.log} info;\n"
        + "events { worker_connections 64; }\n"
        + f"rtmp {{ {limit} server {{ {listen} application live {{ live on; }} "
        + "application closed { live on; deny publish all; } } }\n"
        + (stream if certificate else "")
    )


async def _answers(port: int, process: asyncio.subprocess.Process, log: Path) -> None:
    """Wait until the port is listened on; fail with the log when the process ends instead."""
    ended = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(START_S):
            # a trial connection would still hold one of a server's few places when the test begins
            while not is_listening(port):
                await asyncio.wait({ended}, timeout=0.01)
                assert not ended.done(), f"nginx ended; its log is {log}"
    finally:
        ended.cancel()
