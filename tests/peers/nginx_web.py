"""nginx as a web server: a page, a reverse proxy, with TLS or without, on a free port of the loopback interface."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.peers.daemon import HOST, find_program, free_port, open_folder, running

_PROGRAM = find_program("nginx")
needs_nginx = pytest.mark.skipif(_PROGRAM is None, reason="nginx is not installed")


@asynccontextmanager
async def nginx_web(
    location: str, certificate: Path | None = None, protocols: str = ""
) -> AsyncIterator[int]:
    """Start nginx and give its port; `location` (nginx.conf) says what becomes of every request.

    `certificate` (PEM with its key) puts TLS on the port, of the versions that `protocols` names.
    """
    assert _PROGRAM is not None
    with open_folder() as folder:
        port = free_port()
        tls = ""
        if certificate is not None:
            tls = f"ssl_certificate {certificate}; ssl_certificate_key {certificate}; "
        if protocols:
            tls += f"ssl_protocols {protocols}; ssl_ciphers ALL:@SECLEVEL=0; "
        places = "".join(
            f"{name}_temp_path {folder}/{name}; "
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events { worker_connections 64; }\n"
            f"http {{ access_log off; {places}\n"
            f"server {{ listen {HOST}:{port}{' ssl' if tls else ''}; {tls}location / {{ {location} }} }} }}\n",
            encoding="utf-8",
        )
        command = [_PROGRAM, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        async with running(command, port, folder / "output.log"):
            yield port
