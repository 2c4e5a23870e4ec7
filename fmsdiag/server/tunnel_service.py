"""RTMPT: RTMP conversations inside HTTP requests, bound to a session id and not to a connection.

The tunnel itself is TunnelServer's; this keeps a Conversation for each of its sessions and lets go of those
that nobody asks for any more.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.rtmpt import TunnelExchange, TunnelServer
from fmsdiag.server.budget import Budget, OverBudget
from fmsdiag.server.connection import Connection
from fmsdiag.server.conversation import Conversation, Ending
from fmsdiag.server.faults import Fault, FaultKind
from fmsdiag.server.http_service import Framing, HttpRequest, HttpResponse, error_page, flood_http
from fmsdiag.server.limits import Limits
from fmsdiag.server.rtmp_service import ConversationFactory

_INTERVAL = b"\x01"  # the byte before the RTMP bytes of a response
_SERVER_HEADER = ("Server", "FlashCom/5.0.15")
_PAGE = b"hi\n"  # passes for a session id where nobody looks closer
_FRAMINGS = {
    FaultKind.TUNNEL_CLOSE_EACH: Framing.CLOSE,
    FaultKind.TUNNEL_CHUNKED: Framing.CHUNKED,
    FaultKind.TUNNEL_LOWER_CASE: Framing.LOWER_CASE,
    FaultKind.TUNNEL_HTTP10: Framing.HTTP10,
}


@dataclass(slots=True)
class _Session:
    conversation: Conversation
    used_at: float  # seconds, the loop's clock
    requests: int = 0  # send and idle
    first_answer: bytes = b""  # kept for the fault that replays it


class TunnelService:
    """All tunnels of one listener."""

    def __init__(
        self, converse: ConversationFactory, limits: Limits, budget: Budget, fault: Fault | None = None
    ) -> None:
        self._converse = converse
        self._budget = budget
        self._limits = limits
        self._fault = fault
        self._kind = fault.kind if fault is not None else None
        self._framing = _FRAMINGS.get(self._kind, Framing.LENGTH) if self._kind else Framing.LENGTH
        self._tunnel = TunnelServer(
            ident_address=(fault.ident_address if fault is not None else "") or None,
            max_sessions=limits.tunnel_sessions,
            max_pending_bytes=limits.outgoing_bytes,
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
        if self._kind is FaultKind.TUNNEL_CATCH_ALL:
            return HttpResponse(200, (("Server", "fmsdiag"), ("Content-Type", "text/plain")), _PAGE)
        self._expire()
        exchange = self._tunnel.receive(request.method, request.path, request.body)
        if exchange.session_id is not None:
            if await self._converse_over(connection, exchange) or await self._never_ends(
                connection, exchange
            ):
                return None
            self._lose(exchange)
        response = self._tunnel.respond(exchange)
        if response.status != 200:
            return replace(error_page(response.status), framing=self._framing)
        body = self._replayed(exchange, response.body)
        logged = exchange.action in ("open", "close")  # a client that plays asks thousands of times
        headers = (_SERVER_HEADER, *response.headers)
        return HttpResponse(response.status, headers, body, logged, self._framing)

    async def _never_ends(self, connection: Connection, exchange: TunnelExchange) -> bool:
        """Whether the fault of that name has dealt with the connection."""
        if self._kind is not FaultKind.TUNNEL_ENDLESS or exchange.action != "send":
            return False
        await flood_http(connection, bytes(1), first=_INTERVAL + exchange.data[:1])
        return True

    def _lose(self, exchange: TunnelExchange) -> None:
        """Forget the session when it has had as many requests as the fault allows; `exchange` is already answered 404."""
        session = self._sessions.get(exchange.session_id or "")
        if session is None or exchange.action not in ("send", "idle"):
            return
        session.requests += 1
        limit = (
            self._fault.request_count if self._fault and self._kind is FaultKind.TUNNEL_SESSION_LOST else None
        )
        if limit is not None and session.requests > limit and exchange.session_id is not None:
            self._forget(exchange.session_id)

    def _replayed(self, exchange: TunnelExchange, body: bytes) -> bytes:
        """The first answer that held bytes, once there is one, if a cache shall stand in the way."""
        session = self._sessions.get(exchange.session_id or "")
        if self._kind is not FaultKind.TUNNEL_REPLAY or session is None or exchange.action == "open":
            return body
        if len(body) > 1 and not session.first_answer:
            session.first_answer = body
        return session.first_answer or body

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
        """Keep output for the client's next request; one that sends but does not fetch loses its session.

        So does one that would make all peers together exceed the server's budget.
        """
        try:
            self._tunnel.write(session_id, conversation.take_output())
            kept = self._tunnel.pending_bytes(session_id) + conversation.buffered_bytes
            self._budget.keep((self, session_id), kept)
        except (LocalProtocolError, OverBudget):
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
        self._budget.release((self, session_id))
        if session is not None:
            session.conversation.close()

    def _forget(self, session_id: str) -> None:
        """Drop a session that its client will not close."""
        self._drop(session_id)
        self._tunnel.drop_session(session_id)
