"""RTMFP on a UDP port: moves datagrams between the socket and RtmfpServer, decides about applications, shows the faults.

Sessions are bounded, and expire, in RtmfpServer.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Collection
from typing import Any, cast

from fmsdiag.protocol.netconnection import ConnectRequest, rejection
from fmsdiag.protocol.rtmfp.events import (
    ConnectRequested,
    CookieRefused,
    ForeignDatagram,
    HelloReceived,
    PeerFault,
    SessionClosed,
    SessionEvent,
    SessionOpened,
)
from fmsdiag.protocol.rtmfp.events import ServerEvent as EngineEvent
from fmsdiag.protocol.rtmfp.server import Answers, Behaviour, RtmfpServer
from fmsdiag.server.conversation import no_such_application
from fmsdiag.server.events import EventKind, EventSink, ServerEvent, one_line
from fmsdiag.server.faults import REJECTED_CODE, Fault, FaultKind
from fmsdiag.server.http_service import raw_error_page
from fmsdiag.server.limits import Limits
from fmsdiag.server.listener import bind_socket, format_peer

_FLOW_EXCEPTION_CODE = 1
_SHOWN_AT_HELLO = (
    FaultKind.SILENCE, FaultKind.SLOW, FaultKind.RHELLO_ONLY, FaultKind.WRONG_TAG, FaultKind.BAD_CHECKSUM, FaultKind.REDIRECT,
)  # fmt: skip
_SHOWN_IN_SESSION = (FaultKind.HMAC_REQUIRED, FaultKind.FLOW_EXCEPTION, FaultKind.SLOW_ACK)


async def open_rtmfp(
    name: str,
    host: str,
    port: int,
    applications: Collection[str],
    fault: Fault | None,
    on_event: EventSink,
    limits: Limits,
) -> RtmfpListener:
    """Listen on a UDP port (0: any free one). Raises OSError."""
    kind = fault.kind if fault else None
    bound = await bind_socket(host, port, socket.SOCK_DGRAM)
    if kind is FaultKind.REFUSE:
        # A socket that is connected to itself hears nobody else: the port is ours, and ICMP says that it is closed.
        bound.connect(bound.getsockname())
    beside: RtmfpListener | None = None
    try:
        if fault is not None and kind is FaultKind.REDIRECT and fault.address is None:
            beside = await open_rtmfp(name, host, 0, applications, None, on_event, limits)
        listener = RtmfpListener(name, bound, applications, fault, on_event, limits, beside)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: listener, sock=bound)
    except BaseException:
        bound.close()
        if beside is not None:
            await beside.aclose()
        raise
    return listener


def behaviour_of(fault: Fault | None, target: tuple[str, int] | None) -> Behaviour:
    """What RtmfpServer does wrong by itself; `target` is where a redirect goes."""
    match fault.kind if fault else None:
        case FaultKind.SILENCE:
            return Behaviour(answers=Answers.NOTHING)
        case FaultKind.RHELLO_ONLY:
            return Behaviour(answers=Answers.RHELLO)
        case FaultKind.WRONG_TAG:
            return Behaviour(wrong_tag=True)
        case FaultKind.BAD_CHECKSUM:
            return Behaviour(bad_checksum=True)
        case FaultKind.COOKIE_CHANGE:
            return Behaviour(change_cookie=True)
        case FaultKind.HMAC_REQUIRED:
            return Behaviour(require_hmac=True, require_sequence_numbers=True)
        case FaultKind.FLOW_EXCEPTION:
            return Behaviour(refuse_flows=_FLOW_EXCEPTION_CODE)
        case FaultKind.SLOW_ACK if fault is not None:
            return Behaviour(ack_delay_s=fault.seconds)
        case FaultKind.REDIRECT if target is not None:
            return Behaviour(redirect=(target,))
    return Behaviour()


class RtmfpListener(asyncio.DatagramProtocol):
    """Made by open_rtmfp(). `beside` is the listener that this one redirects to."""

    def __init__(
        self,
        name: str,
        bound: socket.socket,
        applications: Collection[str],
        fault: Fault | None,
        on_event: EventSink,
        limits: Limits,
        beside: RtmfpListener | None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._name, self._applications, self._fault = name, applications, fault
        self._on_event = on_event
        self._beside = beside
        host, self.port = bound.getsockname()[:2]
        target = (host, beside.port) if beside is not None else fault.address if fault else None
        self._server = RtmfpServer(
            now_s=self._loop.time(),
            behaviour=behaviour_of(fault, target),
            max_sessions=limits.rtmfp_sessions,
            max_session_bytes=limits.rtmfp_session_bytes,
        )
        self._peers: dict[int, str] = {}  # of the open sessions
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = self._loop.create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._delayed: set[asyncio.TimerHandle] = set()

    @property
    def connection_count(self) -> int:
        """Sessions that are open now."""
        return len(self._peers) + (self._beside.connection_count if self._beside else 0)

    async def aclose(self) -> None:
        """Let go of the port, and of every session with it. May be called again."""
        for timer in (*self._delayed, *((self._timer,) if self._timer else ())):
            timer.cancel()
        if self._transport is not None:
            self._transport.abort()
            await self._closed
        if self._beside is not None:
            await self._beside.aclose()

    # ---- what asyncio calls
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(
            asyncio.DatagramTransport, transport
        )  # asyncio's own classes do not derive from it

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def error_received(self, exc: Exception) -> None:
        """ICMP about a client that is gone; its session expires."""

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        source = (str(addr[0]), int(addr[1]))
        if self._fault is not None and self._fault.kind is FaultKind.HTTP_REPLY:
            self._tell(EventKind.FAULT, source, self._fault.kind)
            self._send(raw_error_page(400), source)
            return
        self._go_on(self._server.receive(data, source, self._loop.time()))

    # ---- RTMFP
    def _go_on(self, engine_events: list[EngineEvent]) -> None:
        delay_s = 0.0
        for event in engine_events:
            self._handle(event)
            if (
                isinstance(event, HelloReceived)
                and self._fault is not None
                and self._fault.kind is FaultKind.SLOW
            ):
                delay_s = self._fault.seconds
        for data, to in self._server.take_datagrams():
            self._send(data, to, delay_s)
        if self._timer is not None:
            self._timer.cancel()
        due_s = self._server.next_timeout_s
        self._timer = None if due_s is None else self._loop.call_at(due_s, self._on_timer)

    def _on_timer(self) -> None:
        self._go_on(self._server.handle_timeout(self._loop.time()))

    def _send(self, data: bytes, to: tuple[str, int], delay_s: float = 0.0) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if not delay_s:
            # Windows tells IPv6 by the length of the address
            self._transport.sendto(data, (*to, 0, 0) if ":" in to[0] else to)
            return

        def send_late() -> None:
            self._delayed.discard(timer)
            self._send(data, to)

        timer = self._loop.call_later(delay_s, send_late)
        self._delayed.add(timer)

    def _handle(self, event: EngineEvent) -> None:
        match event:
            case HelloReceived(source=source):
                self._show(_SHOWN_AT_HELLO, source)
            case CookieRefused(source=source):
                self._show((FaultKind.COOKIE_CHANGE,), source)
            case SessionOpened(session=session, source=source):
                self._peers[session] = format_peer(source)
                self._tell(EventKind.OPENED, source)
                self._tell(EventKind.HANDSHAKE, source, "keys agreed")
                self._show(_SHOWN_IN_SESSION, source)
            case ConnectRequested(session=session, request=request):
                self._connect(session, request)
            case SessionEvent(session=session, event=SessionClosed()):
                self._tell(EventKind.CLOSED, self._peers.pop(session, ""))
            case PeerFault(source=source, what=what) | ForeignDatagram(source=source, what=what):
                self._tell(EventKind.PROTOCOL_ERROR, source, what)

    def _connect(self, session: int, request: ConnectRequest) -> None:
        peer, now_s = self._peers.get(session, ""), self._loop.time()
        application = request.app.partition("?")[0].strip("/")
        fault, kind = self._fault, self._fault.kind if self._fault else None
        if kind is FaultKind.NO_ANSWER:
            self._tell(EventKind.FAULT, peer, kind)
        elif kind is FaultKind.CLOSE_ON_CONNECT:
            self._tell(EventKind.FAULT, peer, kind)
            self._server.close(session, now_s)
        elif fault is not None and kind is FaultKind.REJECT:
            self._reject(session, application, fault.code, fault.text)
        elif application.partition("/")[0] in self._applications:
            self._server.accept(session, now_s)
            self._tell(EventKind.ACCEPTED, peer, application)
            self._take_back(session, peer)
        else:
            self._reject(session, application, REJECTED_CODE, no_such_application(application))

    def _take_back(self, session: int, peer: str) -> None:
        """The faults by which a client is thrown out right after it was accepted."""
        fault = self._fault
        if fault is None or fault.kind not in (FaultKind.ACCEPT_THEN_CLOSE, FaultKind.ACCEPT_THEN_REJECT):
            return
        self._tell(EventKind.FAULT, peer, fault.kind)
        if fault.kind is FaultKind.ACCEPT_THEN_REJECT:
            status = rejection(fault.code, fault.text, as_status=True)
            self._server.send(session, status, self._loop.time())
        else:
            self._server.close(session, self._loop.time())

    def _reject(self, session: int, application: str, code: str, description: str) -> None:
        self._server.reject(session, self._loop.time(), rejection(code, description))
        self._tell(EventKind.REJECTED, self._peers.get(session, ""), f"{application}: {code} {description}")

    def _show(self, kinds: tuple[FaultKind, ...], source: tuple[str, int]) -> None:
        """Tell that the fault has been shown, if it is one of these."""
        if self._fault is not None and self._fault.kind in kinds:
            self._tell(EventKind.FAULT, source, self._fault.kind)

    def _tell(self, kind: EventKind, peer: tuple[str, int] | str, detail: str = "") -> None:
        shown = peer if isinstance(peer, str) else format_peer(peer)
        self._on_event(ServerEvent(kind, self._name, shown, one_line(detail)))
