"""Caddy as a reverse proxy on a free port of the loopback interface, before a server that a test has started."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest import mock

import pytest

from tests.peers.daemon import HOST, find_program, free_port, open_folder, running

_PROGRAM = find_program("caddy")
needs_caddy = pytest.mark.skipif(_PROGRAM is None, reason="Caddy is not installed")


@asynccontextmanager
async def caddy(to: int, rules: str = "") -> AsyncIterator[int]:
    """Start Caddy before port `to` and give its own; `rules` (Caddyfile) stand before the server."""
    assert _PROGRAM is not None
    with open_folder() as folder, mock.patch.dict(os.environ, {"HOME": str(folder)}):
        port = free_port()
        (folder / "Caddyfile").write_text(
            f"{{\n admin off\n auto_https off\n storage file_system {folder}\n}}\n"
            f"http://:{port} {{\n bind {HOST}\n {rules}\n reverse_proxy {HOST}:{to}\n}}\n",
            encoding="utf-8",
        )
        command = [_PROGRAM, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
        async with running(command, port, folder / "output.log"):
            yield port
