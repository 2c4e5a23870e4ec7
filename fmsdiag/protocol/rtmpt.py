"""RTMPT: an RTMP byte stream carried in HTTP POSTs, both roles, without the HTTP itself.

There is no specification; librtmp, ffmpeg, Red5 and crtmpserver agree on this. POST /open/1 answers the session's id.
POST /send/ID/N carries RTMP bytes, /idle/ID/N asks for some, and /close/ID/N ends the session. N counts these requests
from 0, and they come one at a time. The first byte of each answer to them hints how long to wait before asking again; the
RTMP bytes of the server follow it. Flash Player first asks /fcs/ident2 for another address, and goes on after a 404.

TunnelClient says which request comes next and takes its response; TunnelServer takes a request and says what
to answer. The callers speak HTTP (or HTTPS, RTMPTS) and feed the RTMP bytes to a session of session.py.
"""

from __future__ import annotations

import base64
import ipaddress
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError

CONTENT_TYPE = "application/x-fcs"
MAX_BODY_BYTES = 65_536
MAX_IDENT_BYTES = 256
MIN_REPLAYED_BYTES = 128
"""Shorter bodies may be alike by chance: two acknowledgements are."""
IDENT_PATH = "/fcs/ident2"
OPEN_PATH = "/open/1"

_SESSION_ID = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_SESSION_PATH = re.compile(r"/(send|idle|close)/([A-Za-z0-9_-]{1,64})/([0-9]{1,10})")
_NOTHING = b"\0"  # the body of a request that has nothing to say; an empty body upsets some servers
_FIRST_BYTES = (3, 6, 8, 9)  # S0: plain RTMP, or one of the RTMPE versions
_LOST = (400, 404, 500)
_NO_SUCH_SERVICE = (404, 405)


@dataclass(frozen=True, slots=True)
class TunnelRequest:
    """One HTTP request. The headers are complete, Host and Content-Length included; never chunked."""

    method: str  # always POST
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class TunnelResponse:
    """One HTTP response, its body already freed of any transfer coding."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class TunnelPhase(Enum):
    """What the next request of the client is about."""

    IDENT = "ident"
    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class TunnelFault(Enum):
    """Why a response was no good."""

    NOT_TUNNEL = "not-tunnel"  # a web page, no session id, no RTMP inside, or 404/405 for /open
    SESSION_LOST = "session-lost"  # 400, 404 or 500 on send or idle
    HTTP_STATUS = "http-status"  # any other status but 200
    CLOSED = "closed"  # the single byte 00: the server ended the session, or has no room for one
    REPLAYED = "replayed"  # an old answer once more: a cache on the way


class TunnelError(RemoteProtocolError):
    """A response that ends the tunnel. `data` is the beginning of its body, `status` the HTTP status."""

    def __init__(self, fault: TunnelFault, what: str, response: TunnelResponse) -> None:
        super().__init__(what, None, response.body)
        self.fault = fault
        self.status = response.status


@dataclass(frozen=True, slots=True)
class IdentFacts:
    """What /fcs/ident2 answered. It decides nothing, but may name an address Flash would then try instead."""

    status: int
    address: str | None  # the IPv4 or IPv6 literal in the body of a 200, if it is one
    body: bytes  # at most MAX_IDENT_BYTES


class TunnelClient:
    """One tunnel. Strictly one request outstanding: next_request, then receive, then next_request, …

    host         what the Host header shall say: "host" or "host:port"
    ident        begin with /fcs/ident2, as Flash does
    """

    def __init__(self, host: str, *, ident: bool = False, user_agent: str = "Shockwave Flash") -> None:
        self._host = host
        self._user_agent = user_agent
        self._phase = TunnelPhase.IDENT if ident else TunnelPhase.OPENING
        self._asked: TunnelPhase | None = None  # the phase in which the outstanding request was made
        self._session_id: str | None = None
        self._sequence = 0
        self._ident: IdentFacts | None = None
        self._delay_ms = 0
        self._rtmp_seen = False
        self._first_body = (
            b""  # the first of at least MIN_REPLAYED_BYTES: it has S1's random bytes, so it never repeats
        )

    @property
    def phase(self) -> TunnelPhase:
        """What the next request is about; CLOSED: none may follow."""
        return self._phase

    @property
    def session_id(self) -> str | None:
        """As the server gave it."""
        return self._session_id

    @property
    def ident(self) -> IdentFacts | None:
        """Set when /fcs/ident2 has been answered."""
        return self._ident

    @property
    def carries_rtmp(self) -> bool:
        """Whether data have come that begin like S0. An id alone proves nothing: any web page might pass for one."""
        return self._rtmp_seen

    @property
    def delay_ms(self) -> int:
        """Wait this long before the next idle: 0 after data, otherwise the server's hint, 50 to 500."""
        return self._delay_ms

    def next_request(self, pending: bytes = b"") -> TunnelRequest:
        """The next request; `pending` are RTMP bytes to send, empty unless the phase is OPEN.

        Raises LocalProtocolError while a response is awaited, and when closed.
        """
        if self._asked is not None:
            raise LocalProtocolError("a tunnel has one request outstanding at most")
        if pending and self._phase is not TunnelPhase.OPEN:
            raise LocalProtocolError(f"no RTMP bytes can be sent in phase {self._phase.value}")
        if len(pending) > MAX_BODY_BYTES:
            raise LocalProtocolError(f"{len(pending)} bytes in one request")
        match self._phase:
            case TunnelPhase.CLOSED:
                raise LocalProtocolError("the tunnel is closed")
            case TunnelPhase.IDENT:
                path = IDENT_PATH
            case TunnelPhase.OPENING:
                path = OPEN_PATH
            case TunnelPhase.OPEN:
                path = self._session_path("send" if pending else "idle")
            case TunnelPhase.CLOSING:
                path = self._session_path("close")
        self._asked = self._phase
        return self._post(path, pending or _NOTHING)

    def close(self) -> None:
        """Make /close the next request, if there is a session. A request still outstanding is given up."""
        self._asked = None
        has_session = self._phase in (TunnelPhase.OPEN, TunnelPhase.CLOSING)
        self._phase = TunnelPhase.CLOSING if has_session else TunnelPhase.CLOSED

    def receive(self, response: TunnelResponse) -> bytes:
        """Take the response of the outstanding request; the RTMP bytes in it.

        Raises TunnelError. The phase is CLOSED then, except after HTTP_STATUS on send and idle, where the
        session may still live and deserves a close().
        """
        asked, self._asked = self._asked, None
        match asked:
            case TunnelPhase.IDENT:
                self._ident = _ident_facts(response)
                self._phase = TunnelPhase.OPENING
            case TunnelPhase.OPENING:
                self._receive_session_id(response)
            case TunnelPhase.OPEN:
                return self._receive_data(response)
            case TunnelPhase.CLOSING:
                self._phase = TunnelPhase.CLOSED
            case _:
                raise LocalProtocolError("no response is awaited")
        return b""

    def _session_path(self, action: str) -> str:
        path = f"/{action}/{self._session_id}/{self._sequence}"
        self._sequence += 1
        return path

    def _post(self, path: str, body: bytes) -> TunnelRequest:
        headers = (
            ("Host", self._host),
            ("User-Agent", self._user_agent),
            ("Accept", "*/*"),
            ("Connection", "Keep-Alive"),
            ("Cache-Control", "no-cache"),
            ("Content-Type", CONTENT_TYPE),
            ("Content-Length", str(len(body))),
        )
        return TunnelRequest("POST", path, headers, body)

    def _receive_session_id(self, response: TunnelResponse) -> None:
        self._phase = TunnelPhase.CLOSED
        if response.status in _NO_SUCH_SERVICE:
            raise TunnelError(
                TunnelFault.NOT_TUNNEL, f"HTTP status {response.status} for {OPEN_PATH}", response
            )
        if response.status != 200:
            raise TunnelError(TunnelFault.HTTP_STATUS, f"HTTP status {response.status}", response)
        if response.body == _NOTHING:
            raise TunnelError(TunnelFault.CLOSED, "the server has no free connection", response)
        token = response.body[: MAX_IDENT_BYTES + 1].strip()
        if _is_page(response) or not _SESSION_ID.fullmatch(token):
            raise TunnelError(TunnelFault.NOT_TUNNEL, "no session id in the answer to open", response)
        self._session_id = token.decode("ascii")
        self._phase = TunnelPhase.OPEN

    def _receive_data(self, response: TunnelResponse) -> bytes:
        if response.status != 200 and response.status not in _LOST:
            raise TunnelError(TunnelFault.HTTP_STATUS, f"HTTP status {response.status}", response)
        self._phase = TunnelPhase.CLOSED  # until the response has proved good
        if response.status != 200:
            raise TunnelError(TunnelFault.SESSION_LOST, f"HTTP status {response.status}", response)
        if response.body == _NOTHING:
            raise TunnelError(TunnelFault.CLOSED, "the server closed the session", response)
        interval, data = response.body[:1], response.body[1:]
        if _is_page(response) or not interval or len(data) > MAX_BODY_BYTES:
            raise TunnelError(TunnelFault.NOT_TUNNEL, "the answer is no tunnel data", response)
        # A web server that answers everything alike passes as /open, but not as S0.
        if data and not self._rtmp_seen and data[0] not in _FIRST_BYTES:
            raise TunnelError(TunnelFault.NOT_TUNNEL, "the data do not begin like RTMP", response)
        if self._first_body and response.body == self._first_body:
            raise TunnelError(TunnelFault.REPLAYED, "an old answer came once more", response)
        if not self._first_body and len(response.body) >= MIN_REPLAYED_BYTES:
            self._first_body = response.body
        self._rtmp_seen = self._rtmp_seen or bool(data)
        self._delay_ms = 0 if data else min(max(interval[0] * 16, 50), 500)
        self._phase = TunnelPhase.OPEN
        return data


@dataclass(frozen=True, slots=True)
class TunnelExchange:
    """A request that the server has taken in, to be answered by respond()."""

    action: str  # "ident", "open", "send", "idle", "close", or "refused"
    session_id: str | None = None
    data: bytes = b""  # RTMP bytes from the client
    status: int = 200  # of the answer


@dataclass(slots=True)
class _Session:
    """One tunnel of the server."""

    sequence: int = 0  # the next one expected
    pending: bytearray = field(default_factory=bytearray)
    empty_answers: int = 0
    ending: bool = False


class TunnelServer:
    """Path and body -> exchange; then feed exchange.data to a ServerSession, write() its output, respond().

    ident_address       the body of the answer to /fcs/ident2; None: 404, as most servers do
    max_pending_bytes   bytes of one session that wait for the client to ask; more is LocalProtocolError
    """

    def __init__(
        self,
        *,
        ident_address: str | None = None,
        max_sessions: int = 64,
        max_pending_bytes: int = 1 << 20,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._ident_address = ident_address
        self._max_sessions = max_sessions
        self._max_pending_bytes = max_pending_bytes
        self._random_bytes = random_bytes
        self._sessions: dict[str, _Session] = {}

    @property
    def sessions(self) -> Sequence[str]:
        """The ids of the living sessions, oldest first."""
        return tuple(self._sessions)

    def receive(self, method: str, path: str, body: bytes) -> TunnelExchange:
        """Take a request. Never raises: what is wrong becomes an exchange "refused" with its HTTP status."""
        if method != "POST":
            return TunnelExchange("refused", status=405)
        if len(body) > MAX_BODY_BYTES:
            return TunnelExchange("refused", status=413)
        if path == IDENT_PATH:
            return TunnelExchange("ident", status=200 if self._ident_address else 404)
        if path == OPEN_PATH:
            return self._open()
        parts = _SESSION_PATH.fullmatch(path)
        if parts is None:
            return TunnelExchange("refused", status=404)
        action, session_id, sequence = parts.groups()
        session = self._sessions.get(session_id)
        if session is None:
            return TunnelExchange("refused", status=404)
        if int(sequence) != session.sequence:
            # Bytes were lost, doubled or swapped on the way: the stream inside cannot be saved.
            del self._sessions[session_id]
            return TunnelExchange("refused", session_id, status=400)
        session.sequence += 1
        return TunnelExchange(action, session_id, body if action == "send" else b"")

    def write(self, session_id: str, data: bytes) -> None:
        """Queue RTMP bytes for the client. LocalProtocolError: unknown session, or too many bytes."""
        session = self._find(session_id)
        if len(session.pending) + len(data) > self._max_pending_bytes:
            raise LocalProtocolError(
                f"more than {self._max_pending_bytes} bytes wait for session {session_id}"
            )
        session.pending += data

    def pending_bytes(self, session_id: str) -> int:
        """How many queued bytes the client has not fetched yet. LocalProtocolError: unknown session."""
        return len(self._find(session_id).pending)

    def end_session(self, session_id: str) -> None:
        """Answer with the single byte 00 once everything queued has been fetched."""
        self._find(session_id).ending = True

    def drop_session(self, session_id: str) -> None:
        """Forget a session that its client will not close: what still comes for it is 404. Unknown ones are nothing."""
        self._sessions.pop(session_id, None)

    def respond(self, exchange: TunnelExchange) -> TunnelResponse:
        """The response to an exchange, with what write() has queued by now."""
        if exchange.status != 200:
            return _answer(exchange.status, b"", "text/plain")
        if exchange.action == "ident":
            return _answer(200, (self._ident_address or "").encode("ascii"), "text/plain")
        if exchange.action == "open":
            return _answer(200, f"{exchange.session_id}\n".encode("ascii"))
        if exchange.session_id is None or exchange.session_id not in self._sessions:
            return _answer(404, b"", "text/plain")
        if exchange.action == "close":
            del self._sessions[exchange.session_id]
            return _answer(200, _NOTHING)
        return _answer(200, self._fetch(exchange.session_id))

    def _open(self) -> TunnelExchange:
        if len(self._sessions) >= self._max_sessions:
            return TunnelExchange("refused", status=503)
        session_id = base64.urlsafe_b64encode(self._random_bytes(12)).decode("ascii")
        self._sessions[session_id] = _Session()
        return TunnelExchange("open", session_id)

    def _fetch(self, session_id: str) -> bytes:
        """Interval byte and the queued bytes, as many as one body takes."""
        session = self._sessions[session_id]
        if session.ending and not session.pending:
            del self._sessions[session_id]
            return _NOTHING
        data = bytes(session.pending[: MAX_BODY_BYTES // 2])
        del session.pending[: len(data)]
        session.empty_answers = 0 if data else session.empty_answers + 1
        # The ladder of rtmplite and Red5: 1, and after ten empty answers 3, 5, 9, 17, 33.
        step = min(session.empty_answers // 10, 5)
        return bytes((1 if step == 0 else 2**step + 1,)) + data

    def _find(self, session_id: str) -> _Session:
        if session_id not in self._sessions:
            raise LocalProtocolError(f"no session {session_id}")
        return self._sessions[session_id]


def _answer(status: int, body: bytes, content_type: str = CONTENT_TYPE) -> TunnelResponse:
    headers = (
        ("Cache-Control", "no-cache"),
        ("Connection", "Keep-Alive"),
        ("Content-Length", str(len(body))),
        ("Content-Type", content_type),
    )
    return TunnelResponse(status, headers, body)


def _ident_facts(response: TunnelResponse) -> IdentFacts:
    body = response.body[:MAX_IDENT_BYTES]
    address: str | None = None
    if response.status == 200:
        try:
            address = str(ipaddress.ip_address(body.decode("ascii", "replace").strip()))
        except ValueError:
            address = None  # a page, or a name: no fault
    return IdentFacts(response.status, address, body)


def _is_page(response: TunnelResponse) -> bool:
    """Whether the response calls itself HTML. Other types are let pass: proxies and clones change them."""
    return any(
        name.casefold() == "content-type"
        and value.strip().casefold().startswith(("text/html", "application/xhtml"))
        for name, value in response.headers
    )
