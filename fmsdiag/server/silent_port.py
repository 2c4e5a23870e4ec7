"""A port on loopback that swallows connection requests, as a firewall does that drops them.

No privilege is needed: Linux (and macOS) drop a SYN for a listener whose queue of accepted connections is
full. So this listens with the shortest queue, fills it with connections of its own, and never accepts. Where
that does not work (Windows answers with RST), the port is closed instead, and `silent` tells so.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys

from fmsdiag.server.listener import bind_socket

_CAN_SWALLOW = sys.platform != "win32"
_MOST_FILLERS = 8  # the queue holds one connection on Linux; systems round listen(0) up differently
_SILENT_AFTER_S = 0.25  # on loopback an answer takes microseconds


class SilentPort:
    """Open it with open_silent_port(), end it with close()."""

    def __init__(self, bound: socket.socket, fillers: list[socket.socket], silent: bool) -> None:
        self.port: int = bound.getsockname()[1]
        self.silent = silent  # False: connections to it are refused
        self._bound = bound
        self._fillers = fillers

    def close(self) -> None:
        """Let go of the port; connection requests that still wait get RST."""
        for filler in self._fillers:
            filler.close()
        self._bound.close()


async def open_silent_port(host: str = "127.0.0.1", most_fillers: int = _MOST_FILLERS) -> SilentPort:
    """A silent port on that address, made and proved. Raises OSError when no socket can be had."""
    bound = await bind_socket(host, 0)
    address = bound.getsockname()
    bound.listen(0)
    fillers: list[socket.socket] = []
    while _CAN_SWALLOW and len(fillers) < most_fillers:
        filler = socket.socket(bound.family, socket.SOCK_STREAM)
        filler.setblocking(False)
        try:
            async with asyncio.timeout(_SILENT_AFTER_S):
                await asyncio.get_running_loop().sock_connect(filler, address)
            fillers.append(filler)
        except TimeoutError:
            filler.close()
            return SilentPort(bound, fillers, silent=True)
        except OSError:
            filler.close()
            break
        except BaseException:  # cancelled
            for each in (filler, *fillers, bound):
                each.close()
            raise
    return _closed_instead(bound, fillers)


def _closed_instead(bound: socket.socket, fillers: list[socket.socket]) -> SilentPort:
    """The same port, bound but not listening: nobody else gets it, and connections are refused."""
    family, address = bound.family, bound.getsockname()
    for each in (*fillers, bound):
        each.close()
    closed = socket.socket(family, socket.SOCK_STREAM)
    with contextlib.suppress(OSError):
        closed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    closed.bind(address)
    return SilentPort(closed, [], silent=False)
