"""RTMPT: RTMP conversations inside HTTP requests, bound to a session id and not to a connection (rtmpt.md).

The tunnel itself is TunnelServer's; this keeps a Conversation for each of its sessions and lets go of those
that nobody asks for any more.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmpt import TunnelExchange, TunnelServer
from fmsdiag.server.connection import Connection
from fmsdiag.server.conversation import Conversation, Ending
from fmsdiag.server.http_service import HttpRequest, HttpResponse, error_page, flood_http
from fmsdiag.server.limits import Limits
from fmsdiag.server.rtmp_service import ConversationFactory

_INTERVAL = b"\x01"  # the byte before the RTMP bytes of a response
_SERVER_HEADER = ("Server", "FlashCom/5.0.15")


@dataclass(slots=True)
class _Session:
    conversation: Conversation
    used_at: float  # seconds, the loop's clock


class TunnelService:
    """All tunnels of one listener."""

    def __init__(self, converse: ConversationFactory, limits: Limits) -> None:
        self._converse = converse
        self._limits = limits
        self._tunnel = TunnelServer(
            max_sessions=limits.tunnel_sessions, max_pending_bytes=limits.outgoing_bytes
        )
        self._sessions: dict[str, _Session] = {}

    @property
    def session_count(self) -> int:
        """Tunnels that are open now."""
        return len(self._sessions)

    async def answer(self, connection: Connection, request: HttpRequest) -> HttpResponse | None:
        """Answer one HTTP request; None when a fault has dealt with the connection itself."""
        if request.method != "POST":
            return error_page(404)  # a browser that lands here; AMS on port 80 does the same
        self._expire()
        exchange = self._tunnel.receive(request.method, request.path, request.body)
        if exchange.session_id is not None and await self._converse_over(connection, exchange):
            return None
        response = self._tunnel.respond(exchange)
        if response.status != 200:
            return error_page(response.status)
        logged = exchange.action in ("open", "close")  # a client that plays asks thousands of times
        return HttpResponse(response.status, (_SERVER_HEADER, *response.headers), response.body, logged)

    async def _converse_over(self, connection: Connection, exchange: TunnelExchange) -> bool:
        """Pass the bytes of one request to its conversation; whether a fault has ended the connection."""
        session_id = exchange.session_id
        assert session_id is not None
        if exchange.action == "open":
            self._open(connection, session_id)
        elif exchange.action in ("close", "refused"):
            self._drop(session_id)
        session = self._sessions.get(session_id)
        if session is None:
            return False
        session.used_at = asyncio.get_running_loop().time()
        conversation = session.conversation
        conversation.receive(exchange.data)
        self._queue(session_id, conversation)
        match conversation.ending:
            case Ending.CLOSE if session_id in self._tunnel.sessions:
                conversation.close()
                self._tunnel.end_session(session_id)  # what is queued is still fetched
            case Ending.RESET:
                self._forget(session_id)
                connection.reset()
                return True
            case Ending.FLOOD:
                self._forget(session_id)
                await flood_http(connection, conversation.flood_piece, first=_INTERVAL)
                return True
        return False

    def _open(self, connection: Connection, session_id: str) -> None:
        conversation = self._converse(connection, lambda: self._queue(session_id, conversation))
        self._sessions[session_id] = _Session(conversation, asyncio.get_running_loop().time())

    def _queue(self, session_id: str, conversation: Conversation) -> None:
        """Keep output for the client's next request; one that sends but does not fetch loses its session."""
        try:
            self._tunnel.write(session_id, conversation.take_output())
        except LocalProtocolError:
            self._forget(session_id)

    def _expire(self) -> None:
        now = asyncio.get_running_loop().time()
        alive = set(self._tunnel.sessions)
        for session_id, session in tuple(self._sessions.items()):
            if session_id not in alive:
                self._drop(session_id)
            elif now - session.used_at > self._limits.tunnel_idle_s:
                self._forget(session_id)

    def _drop(self, session_id: str) -> None:
        session = self._sessions.pop(session_id, None)
        if session is not None:
            session.conversation.close()

    def _forget(self, session_id: str) -> None:
        """Drop a session that its client will not close."""
        self._drop(session_id)
        self._tunnel.drop_session(session_id)
