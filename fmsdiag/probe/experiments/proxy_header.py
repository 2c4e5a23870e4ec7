"""The same attempt behind a PROXY header: what a server reads that believes a load balancer in front of it.

The header is the PROXY protocol's version 1 (haproxy.org, proxy-protocol.txt, section 2.1), one line of text. It tells the
truth: this computer's own address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fmsdiag.model import NO_CREDENTIALS, Attempt, Direction
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.sockets.network import Datagrams, Network, PeerDatagrams, Stream
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.transports.conversation import ConnectOptions

SOURCE_PORT = 50000
"""Any port will do: the server answers over the connection that it has."""


async def behind_proxy_header(attempt: RunningAttempt, context: ProbeContext) -> Attempt:
    """Whether RTMP, TLS or a tunnel is answered behind the header; nothing of the target is told."""
    context = replace(
        context,
        net=_Introduced(context.net, attempt),
        connect=ConnectOptions(handshake_only=True),
        credentials=NO_CREDENTIALS,
    )
    return await run_attempt(attempt, context)


def header(source: str, destination: str, port: int) -> bytes:
    """The line for a connection from `source`, this computer's address, to `destination` and `port`."""
    family = "TCP6" if ":" in destination else "TCP4"
    own, theirs = (address.partition("%")[0] for address in (source, destination))
    return f"PROXY {family} {own} {theirs} {SOURCE_PORT} {port}\r\n".encode("ascii")


@dataclass(frozen=True)
class _Introduced:
    """`net` with a header before everything else that a connection carries."""

    net: Network
    attempt: RunningAttempt

    async def lookup(self, name: str) -> list[str]:
        return await self.net.lookup(name)

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> Stream:
        stream = await self.net.open_tcp(address, port, options)
        try:
            line = header(stream.tcp.local_address or address, address, port)
            await stream.send(line)
        except BaseException:
            await stream.close()
            raise
        self.attempt.say(Direction.OUT, line.decode().strip())
        return stream

    async def open_udp(self, address: str, port: int) -> Datagrams:
        return await self.net.open_udp(address, port)

    def open_udp_to_many(self) -> PeerDatagrams:
        return self.net.open_udp_to_many()
