"""One accepted connection: bytes in and out with deadlines and bounds, and the ways in which to end it.

Pacing lives here too (faults `slow` and `drip`): it is about when bytes leave, not about what they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys

from fmsdiag.server.budget import Budget, OverBudget
from fmsdiag.server.faults import Fault, FaultKind
from fmsdiag.server.limits import Limits

READ_SIZE = 65536

# struct linger, on with 0 s: close() sends RST instead of FIN. u_short fields on Windows, int elsewhere.
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_FLOOD_PIECE = 65536


class Connection:
    """A stream with deadlines. ConnectionError and TimeoutError mean: it is over, nothing is left to say."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        listener: str,
        peer: str,
        limits: Limits,
        budget: Budget,
        fault: Fault | None = None,
    ) -> None:
        self.listener = listener
        self.peer = peer
        self.limits = limits
        self.fault = fault
        self._reader = reader
        self._writer = writer
        self._budget = budget
        self._inside = 0
        self._unread = b""
        self._paced = fault is not None and fault.kind in (FaultKind.SLOW, FaultKind.DRIP)
        self._pacing = False
        self._behind = bytearray()  # pushed while a paced send is under way

    async def receive(self, timeout_s: float) -> bytes:
        """The next bytes, at most READ_SIZE; empty at the peer's FIN. Raises TimeoutError."""
        if self._unread:
            data, self._unread = self._unread, b""
            return data
        async with asyncio.timeout(timeout_s):
            return await self._reader.read(READ_SIZE)

    def unread(self, data: bytes) -> None:
        """Give back what was read to find out who is speaking: the next receive() returns it again."""
        self._unread = data + self._unread

    def keep(self, size: int) -> None:
        """Tell that whoever serves this peer keeps `size` bytes for it. Raises OverBudget, a ConnectionError."""
        self._inside = size
        self._count()

    def _count(self, more: int = 0) -> None:
        waiting = self._writer.transport.get_write_buffer_size() + len(self._behind)
        self._budget.keep(self, self._inside + waiting + more)

    async def send(self, data: bytes) -> None:
        """Send in one write, unless a fault paces it. Raises TimeoutError when the peer takes nothing, and OverBudget."""
        if not data:
            return
        if self._paced:
            await self._send_paced(data)
            return
        self._count(len(data))
        self._writer.write(data)
        await self._drain()
        self._count()

    def push(self, data: bytes) -> None:
        """Send without waiting, for media from another connection; a peer that lags behind is dropped."""
        waiting = self._writer.transport.get_write_buffer_size() + len(self._behind)
        try:
            self._count(len(data))
        except OverBudget:
            self.abort()
            return
        if waiting + len(data) > self.limits.outgoing_bytes:
            self.abort()
        elif self._pacing:
            self._behind += data
        elif not self._writer.transport.is_closing():
            self._writer.write(data)

    async def flood(self, piece: bytes) -> None:
        """Send repetitions of `piece` until the peer closes or stops reading."""
        block = piece * (_FLOOD_PIECE // len(piece) + 1)
        while not self._writer.transport.is_closing():
            self._writer.write(block)
            await self._drain()

    async def hold(self) -> None:
        """Stay open and say nothing; what comes is discarded. Ends with the peer's FIN or the idle limit."""
        while await self.receive(self.limits.idle_s):
            pass

    def end_output(self) -> None:
        """FIN now; the peer may go on. TLS has no half-closed connections: there it waits for finish()."""
        if self._writer.can_write_eof():
            with contextlib.suppress(OSError):  # the peer has reset the connection already
                self._writer.write_eof()

    async def finish(self) -> None:
        """An orderly end: FIN, then read on for a moment.

        Closing with bytes unread would make the kernel send RST, which may overtake the last answer.
        """
        if self._writer.can_write_eof():
            self.end_output()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.limits.linger_s):
                    while await self._reader.read(READ_SIZE):
                        pass
        self._writer.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.limits.linger_s):
                await self._writer.wait_closed()

    def reset(self) -> None:
        """End with RST, as a firewall or a crashed process does."""
        self._budget.release(self)
        end_by_reset(self._writer.transport)

    def abort(self) -> None:
        """Let go of it at once. Harmless on a connection that has ended."""
        self._budget.release(self)
        # up to Python 3.11.2 (Debian 12) a TLS transport that has ended trips over its own absence here
        with contextlib.suppress(AttributeError):
            self._writer.transport.abort()

    async def _drain(self) -> None:
        async with asyncio.timeout(self.limits.send_s):
            await self._writer.drain()

    async def _send_paced(self, data: bytes) -> None:
        assert self.fault is not None
        self._pacing = True
        try:
            if self.fault.kind is FaultKind.SLOW:
                await asyncio.sleep(self.fault.seconds)
                self._paced = False  # only the first answer is late
                self._writer.write(data)
                await self._drain()
            else:
                for value in data:
                    self._writer.write(bytes((value,)))
                    await self._drain()
                    await asyncio.sleep(self.fault.seconds)
        finally:
            self._pacing = False
        if self._behind:
            behind = bytes(self._behind)
            self._behind.clear()
            await self.send(behind)


def reset_on_close(raw: socket.socket) -> None:
    """Make close() of this socket send RST and discard what is unsent."""
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def end_by_reset(transport: asyncio.WriteTransport) -> None:
    """End a connection with RST."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        reset_on_close(raw)
    # up to Python 3.11.2 (Debian 12) a TLS transport that has ended trips over its own absence here
    with contextlib.suppress(AttributeError):
        transport.abort()
    if raw is not None:
        # On Windows asyncio shuts a socket down before it closes it, and so sends FIN, unless it is closed by then.
        getattr(raw, "_sock", raw).close()
