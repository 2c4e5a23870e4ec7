"""The embedded server as a whole: which listeners there are, what each speaks, and which fault it shows.

    async with Server(ServerOptions(rtmp=0, rtmpt=0)) as server:
        print(server.ports)  # {"rtmp": 40001, "rtmpt": 40002}

What the ports speak: `rtmp` RTMP and RTMPE; `rtmpt` RTMPT and RTMPTE, web requests and RTMP, told apart by the first byte as
on port 80 of Adobe Media Server; `rtmps` the same three inside TLS, like its port 443; `http` a page; `admin`
the administration server's ping.
"""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from fmsdiag.protocol.authentication import Gate, Scheme
from fmsdiag.server.budget import Budget
from fmsdiag.server.certificate import tls_context
from fmsdiag.server.connection import Connection
from fmsdiag.server.conversation import Conversation
from fmsdiag.server.events import EventKind, EventSink, ServerEvent, ignore
from fmsdiag.server.faults import (
    CONNECTION_FAULTS,
    LISTENER_NAMES,
    TLS_LISTENERS,
    Fault,
    FaultKind,
    fault_for,
)
from fmsdiag.server.http_service import HttpHandler, flood_http, raw_error_page, serve_http
from fmsdiag.server.limits import Limits
from fmsdiag.server.listener import Handler, Listener, bind_socket
from fmsdiag.server.live_streams import LiveStreams
from fmsdiag.server.rtmfp_listener import RtmfpListener, open_rtmfp
from fmsdiag.server.rtmp_service import serve_rtmp
from fmsdiag.server.tunnel_service import TunnelService
from fmsdiag.server.web_pages import answer_admin, answer_web

_LAST_PORT = 65535
_FIRST_TEXT_BYTE = 0x20  # an RTMP version byte is below it (RTMP 1.0, section 5.2.2)


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What `fmsdiag serve` was asked for. A port of None: no such listener; 0: any free port.

    The listeners rtmps, rtmpt and rtmpts each take RTMP and the tunnel, as the ports of real servers do.

    Raises ValueError for a number that is no port.
    """

    rtmp: int | None = None
    rtmps: int | None = None
    rtmpt: int | None = None
    rtmpts: int | None = None
    http: int | None = None
    admin: int | None = None
    rtmfp: int | None = None  # a UDP port
    listen: str = "127.0.0.1"
    applications: tuple[str, ...] = ("live",)
    faults: tuple[Fault, ...] = ()
    certificate_file: Path | None = None  # PEM, with the key or beside key_file; None: self-signed
    key_file: Path | None = None
    limits: Limits = field(default_factory=Limits)
    enhanced: bool = (
        False  # the answer to connect names Enhanced RTMP's codecs and capabilities; not over RTMFP
    )

    def __post_init__(self) -> None:
        for name, port in self.wanted_ports.items():
            if not 0 <= port <= _LAST_PORT:
                raise ValueError(f"{name}: {port} is not a port, which is 0 to {_LAST_PORT}")

    @property
    def wanted_ports(self) -> dict[str, int]:
        """The listeners that were asked for."""
        wanted = {name: getattr(self, name) for name in LISTENER_NAMES}
        return {name: port for name, port in wanted.items() if port is not None}


class Server:
    """Every listener of the options, open inside `async with`. OSError: a port cannot be had."""

    def __init__(self, options: ServerOptions, on_event: EventSink = ignore) -> None:
        self.options = options
        self.ports: dict[str, int] = {}
        self._on_event = on_event
        self._live = LiveStreams()
        self.budget = Budget(options.limits)
        self._gates = {fault: _gate(fault) for fault in options.faults}
        self._listeners: list[Listener | RtmfpListener] = []
        self._refusing: list[socket.socket] = []  # bound, not listening: the port is ours, and closed

    @property
    def connection_count(self) -> int:
        """Connections that are open now, on all listeners."""
        return sum(listener.connection_count for listener in self._listeners)

    async def __aenter__(self) -> Server:
        try:
            for name, port in self.options.wanted_ports.items():
                await self._start(name, port)
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close everything and wait until it is gone. May be called again."""
        await asyncio.gather(*(listener.aclose() for listener in self._listeners))
        for bound in self._refusing:
            bound.close()

    async def _start(self, name: str, port: int) -> None:
        fault = fault_for(self.options.faults, name)
        if name == "rtmfp":
            by_udp = await open_rtmfp(
                name,
                self.options.listen,
                port,
                self.options.applications,
                fault,
                self._on_event,
                self.options.limits,
            )
            self._listeners.append(by_udp)
            self.ports[name] = by_udp.port
            return
        kind = fault.kind if fault else None
        # A fault that strikes before any protocol strikes before TLS as well.
        tls = self._tls() if name in TLS_LISTENERS and kind not in CONNECTION_FAULTS else None
        bound = await bind_socket(self.options.listen, port)
        if kind is FaultKind.REFUSE:
            self._refusing.append(bound)
            self.ports[name] = bound.getsockname()[1]
            return
        listener = Listener(
            name,
            bound,
            self._handler(name, fault),
            limits=self.options.limits,
            budget=self.budget,
            tls=tls,
            fault=fault,
            on_event=self._on_event,
        )
        self._listeners.append(listener)
        self.ports[name] = listener.port

    def _tls(self) -> ssl.SSLContext:
        wildcard = self.options.listen in ("0.0.0.0", "::")
        names = () if wildcard else (self.options.listen,)
        return tls_context(names, self.options.certificate_file, self.options.key_file)

    def _handler(self, name: str, fault: Fault | None) -> Handler:
        if fault is not None and fault.kind in CONNECTION_FAULTS:
            return self._show_connection_fault
        if name == "rtmp":
            return self._serve_rtmp
        if name in ("http", "admin"):
            answer = answer_web if name == "http" else answer_admin
            return functools.partial(self._serve_web, answer)
        tunnels = TunnelService(self._converse, self.options.limits, self.budget, fault)
        return functools.partial(self._serve_mixed, tunnels)

    async def _serve_rtmp(self, connection: Connection) -> None:
        await serve_rtmp(connection, self._converse)

    async def _serve_mixed(self, tunnels: TunnelService, connection: Connection) -> None:
        first = await connection.receive(self.options.limits.handshake_s)
        connection.unread(first)
        if first and first[0] < _FIRST_TEXT_BYTE:
            await self._serve_rtmp(connection)
        else:
            answer = functools.partial(tunnels.answer, connection)
            await serve_http(connection, answer, self._teller(connection))

    async def _serve_web(self, answer: HttpHandler, connection: Connection) -> None:
        if connection.fault is not None and connection.fault.kind is FaultKind.FLOOD:
            await connection.receive(self.options.limits.handshake_s)
            self._teller(connection)(EventKind.FAULT, connection.fault.kind)
            await flood_http(connection, bytes(1))
        else:
            await serve_http(connection, answer, self._teller(connection))

    async def _show_connection_fault(self, connection: Connection) -> None:
        assert connection.fault is not None
        kind = connection.fault.kind
        self._teller(connection)(EventKind.FAULT, kind)
        if kind is FaultKind.SILENCE:
            await connection.hold()
        elif kind is FaultKind.HTTP_REPLY:
            await connection.receive(self.options.limits.handshake_s)
            await connection.send(raw_error_page(400))
        await connection.finish()

    def _converse(self, connection: Connection, wake: Callable[[], None]) -> Conversation:
        return Conversation(
            applications=self.options.applications,
            enhanced=self.options.enhanced,
            live=self._live,
            limits=self.options.limits,
            now_ms=int(asyncio.get_running_loop().time() * 1000),
            fault=connection.fault,
            gate=self._gates.get(connection.fault) if connection.fault else None,
            tell=self._teller(connection),
            wake=wake,
        )

    def _teller(self, connection: Connection) -> Callable[[EventKind, str], None]:
        return lambda kind, detail: self._on_event(
            ServerEvent(kind, connection.listener, connection.peer, detail)
        )


def _gate(fault: Fault) -> Gate | None:
    """Who is let in, where the fault is that a password is needed."""
    scheme = _SCHEMES.get(fault.kind)
    return Gate(scheme, fault.user, fault.password) if scheme else None


_SCHEMES = {FaultKind.AUTH_ADOBE: Scheme.ADOBE, FaultKind.AUTH_LIMELIGHT: Scheme.LIMELIGHT}
