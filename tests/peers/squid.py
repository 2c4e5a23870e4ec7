"""squid, as Debian has it, on a free port of the loopback interface."""

from __future__ import annotations

import hashlib
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.peers.daemon import HOST, find_program, free_port, open_folder, running

USER, PASSWORD = "paula", "Ge:heim/9@nis"
_PROGRAM = find_program("squid")
_HELPERS = Path("/usr/lib/squid")
_REALM = "fmsdiag"

needs_squid = pytest.mark.skipif(
    _PROGRAM is None or not (_HELPERS / "basic_ncsa_auth").exists(), reason="squid is not installed"
)


@asynccontextmanager
async def squid(*rules: str, authentication: str = "", names: str = "") -> AsyncIterator[int]:
    """Start squid and give its port; `rules` (squid.conf) come before "allow all".

    `authentication` is "", "basic" or "digest" (user USER, PASSWORD); `names` is a hosts file for squid alone.
    """
    assert _PROGRAM is not None
    with open_folder() as folder:
        port = free_port()
        (folder / "hosts").write_text(names, encoding="utf-8")
        lines = [
            f"http_port {HOST}:{port}",
            f"hosts_file {folder}/hosts",
            f"pid_filename {folder}/squid.pid",
            f"coredump_dir {folder}",
            f"cache_log stdio:{folder}/cache.log",
            *("access_log none", "cache deny all", "visible_hostname proxy.example", "via on"),
            *("shutdown_lifetime 0 seconds", "pinger_enable off", "netdb_filename none", "cache_mem 8 MB"),
            *("logfile_rotate 0", "dns_nameservers 127.0.0.1", "dns_timeout 1 seconds"),
            *_authentication(authentication, folder),
            *rules,
            "http_access allow " + ("known" if authentication else "all"),
            "http_access deny all",
        ]
        (folder / "squid.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [_PROGRAM, "-N", "-n", f"fmsdiag{port}", "-f", str(folder / "squid.conf")]
        # its orderly end takes two seconds, in which nothing is of interest any more
        async with running(command, port, folder / "output.log", signal.SIGKILL):
            yield port


def _authentication(scheme: str, folder: Path) -> list[str]:
    if not scheme:
        return []
    users = folder / "users"
    if scheme == "basic":
        hashed = subprocess.run(
            ["openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True, check=True
        ).stdout.strip()
        users.write_text(f"{USER}:{hashed}\n", encoding="utf-8")
        helper = f"{_HELPERS}/basic_ncsa_auth {users}"
    else:
        secret = hashlib.md5(f"{USER}:{_REALM}:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
        users.write_text(f"{USER}:{_REALM}:{secret}\n", encoding="utf-8")
        helper = f"{_HELPERS}/digest_file_auth -c {users}"
    return [
        f"auth_param {scheme} program {helper}",
        f"auth_param {scheme} children 1 startup=1 idle=1",
        f"auth_param {scheme} realm {_REALM}",
        "acl known proxy_auth REQUIRED",
    ]
