"""Whether a port is listened on, from the kernel's table: without a connection, which some servers would count."""

from __future__ import annotations

from pathlib import Path

TABLE = Path("/proc/net/tcp")


def is_listening(port: int) -> bool:
    """Whether a socket of IPv4 listens on `port` in this network namespace; OSError where there is no such table."""
    return f":{port:04X} 00000000:0000 0A" in TABLE.read_text(encoding="utf-8")
