"""Dante's SOCKS server, as Debian has it, on a free port of the loopback interface."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.peers.daemon import HOST, find_program, free_port, open_folder, running

USER, PASSWORD = "sophie", "Socken-Geheimnis"
_PROGRAM = find_program("danted")
_UNSHARE = shutil.which("unshare")


def _may_mount() -> bool:
    """Whether this user may have files of its own in place of the system's, for a password that only danted knows."""
    if _UNSHARE is None or os.geteuid() != 0:
        return False
    return subprocess.run([_UNSHARE, "--mount", "true"], capture_output=True).returncode == 0


needs_dante = pytest.mark.skipif(_PROGRAM is None, reason="danted is not installed")
needs_own_passwords = pytest.mark.skipif(
    _PROGRAM is None or not _may_mount(), reason="danted with a user of its own needs a mount namespace"
)


@asynccontextmanager
async def dante(*rules: str, authentication: bool = False) -> AsyncIterator[int]:
    """Start danted and give its port; `rules` come before the one that passes everything.

    With `authentication` it knows USER and PASSWORD, from files that no other program sees.
    """
    assert _PROGRAM is not None
    with open_folder() as folder:
        port = free_port()
        lines = [
            "logoutput: stderr",
            f"internal: {HOST} port = {port}",
            "external: lo",
            *(
                f"user.{kind}: {'root' if os.geteuid() == 0 else os.getlogin()}"
                for kind in ("privileged", "unprivileged")
            ),
            "clientmethod: none",
            f"socksmethod: {'username' if authentication else 'none'}",
            "client pass { from: 0/0 to: 0/0 }",
            *rules,
            "socks pass { from: 0/0 to: 0/0 }",
        ]
        configuration = folder / "danted.conf"
        configuration.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [_PROGRAM, "-f", str(configuration), "-p", str(folder / "danted.pid")]
        if authentication:
            command = _with_own_passwords(command, folder)
        async with running(command, port, folder / "output.log"):
            yield port


def _with_own_passwords(command: list[str], folder: Path) -> list[str]:
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", PASSWORD], capture_output=True, text=True, check=True
    ).stdout.strip()
    for name, line in (
        ("passwd", f"{USER}:x:4242:4242::/:/bin/false"),
        ("shadow", f"{USER}:{hashed}:19000:0:99999:7:::"),
    ):
        (folder / name).write_text(
            Path(f"/etc/{name}").read_text(encoding="utf-8") + line + "\n", encoding="utf-8"
        )
    script = "".join(f"mount --bind {folder}/{name} /etc/{name} && " for name in ("passwd", "shadow"))
    assert _UNSHARE is not None
    return [_UNSHARE, "--mount", "--", "/bin/sh", "-c", f"{script}exec {shlex.join(command)}"]
