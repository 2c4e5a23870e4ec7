"""HAProxy on a free port of the loopback interface, before a server that a test has started."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.peers.daemon import HOST, find_program, free_port, open_folder, running

_PROGRAM = find_program("haproxy")
needs_haproxy = pytest.mark.skipif(_PROGRAM is None, reason="HAProxy is not installed")


@asynccontextmanager
async def haproxy(mode: str, to: int, bind: str = "", rules: str = "") -> AsyncIterator[int]:
    """Start HAProxy before port `to` and give its own; `bind` follows the address, `rules` stand before the server."""
    assert _PROGRAM is not None
    with open_folder() as folder:
        port = free_port()
        (folder / "haproxy.cfg").write_text(
            "defaults\n timeout connect 3s\n timeout client 10s\n timeout server 10s\n"
            f"listen front\n mode {mode}\n bind {HOST}:{port} {bind}\n {rules}\n server one {HOST}:{to}\n",
            encoding="utf-8",
        )
        command = [_PROGRAM, "-db", "-f", str(folder / "haproxy.cfg")]
        async with running(command, port, folder / "output.log"):
            yield port
