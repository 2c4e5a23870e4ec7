"""How a TCP connection is made otherwise than usual: its time-to-live, segment size and local port."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.model import Capability, works_here
from fmsdiag.probe.sockets.icmp import set_least_ttl, set_ttl


@dataclass(frozen=True, slots=True)
class TcpOptions:
    """How a connection is made otherwise than usual."""

    ttl: int | None = None
    """The time-to-live of what is sent, hop limit in IPv6."""
    mss: int | None = None
    """The greatest segment in bytes, where the system can be told."""
    source_port: int | None = None
    """The local port. A port that is in use raises OSError (EADDRINUSE)."""
    least_ttl: int | None = None
    """What arrives with fewer hops left is ignored, where the system can be told (Linux)."""
    hear_source: Callable[[str, int], None] | None = None
    """Is told this computer's address and port when the connect has begun, whatever comes of it."""

    def tell_source(self, sock: socket.socket) -> None:
        """Tell whoever wants to know from where the socket connects; a socket that has no port yet tells nothing."""
        if self.hear_source is None:
            return
        with contextlib.suppress(OSError):
            address, port = sock.getsockname()[:2]
            if port:
                self.hear_source(str(address), int(port))


NO_TCP_OPTIONS = TcpOptions()


def apply(options: TcpOptions, sock: socket.socket) -> None:
    """Before it connects. Raises OSError for a port that is in use."""
    if options.source_port is not None:
        # the port may still be in TIME-WAIT after a connection of ours to another server
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("", options.source_port))
    if options.ttl is not None:
        set_ttl(sock, options.ttl)
    if options.least_ttl is not None:
        set_least_ttl(sock, options.least_ttl)
    if options.mss is not None and works_here(Capability.SEGMENT_SIZE):
        # a system that cannot be told: the sender's pieces are small all the same
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, options.mss)
