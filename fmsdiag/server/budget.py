"""What all peers of a server may cost together: connections, and bytes that wait to be completed, read or sent.

Each peer's own bounds (limits.py) would add up to gigabytes. Who makes the server exceed the common one is dropped, and nobody
new is let in until there is room again.
"""

from __future__ import annotations

from fmsdiag.server.limits import Limits


class OverBudget(ConnectionError):
    """All peers together would cost too much."""


class Budget:
    """Counts for all listeners of one server. A holder is whatever keeps bytes: a connection, a tunnel's session."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._connections = 0
        self._bytes: dict[object, int] = {}
        self._total = 0

    @property
    def total_bytes(self) -> int:
        """Bytes that are kept for all peers now."""
        return self._total

    @property
    def why_full(self) -> str:
        """Why nobody new is let in, for the server's log; "" while there is room."""
        if self._connections >= self._limits.all_connections:
            return f"{self._connections} connections are open on all ports"
        if self._total >= self._limits.all_bytes:
            return f"{self._total} bytes are kept for all peers"
        return ""

    def enter(self) -> None:
        """One more connection."""
        self._connections += 1

    def leave(self) -> None:
        self._connections -= 1

    def keep(self, holder: object, size: int) -> None:
        """`holder` keeps `size` bytes from now on. Raises OverBudget where it keeps more than before and that is too much."""
        grown = size - self._bytes.get(holder, 0)
        if grown > 0 and self._total + grown > self._limits.all_bytes:
            raise OverBudget(f"more than {self._limits.all_bytes} bytes for all peers together")
        self._total += grown
        self._bytes[holder] = size

    def release(self, holder: object) -> None:
        """`holder` keeps nothing any more. Harmless for one that never did."""
        self._total -= self._bytes.pop(holder, 0)
