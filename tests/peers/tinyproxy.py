"""tinyproxy, as Debian has it, on a free port of the loopback interface."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.peers.daemon import HOST, find_program, free_port, open_folder, running

USER, PASSWORD = "tina", "Klein-Geheimnis"
_PROGRAM = find_program("tinyproxy")

needs_tinyproxy = pytest.mark.skipif(_PROGRAM is None, reason="tinyproxy is not installed")


@asynccontextmanager
async def tinyproxy(*lines: str) -> AsyncIterator[int]:
    """Start tinyproxy with further lines of its configuration; gives its port."""
    assert _PROGRAM is not None
    with open_folder() as folder:
        port = free_port()
        who = ["User root", "Group root"] if os.geteuid() == 0 else []
        usual = [f"Port {port}", f"Listen {HOST}", "Timeout 60", "MaxClients 20", "LogLevel Error"]
        (folder / "tinyproxy.conf").write_text("\n".join([*who, *usual, *lines]) + "\n", encoding="utf-8")
        async with running(
            [_PROGRAM, "-d", "-c", str(folder / "tinyproxy.conf")], port, folder / "output.log"
        ):
            yield port
