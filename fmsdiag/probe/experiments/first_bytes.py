"""What is said first on a connection that repeats and path tests make, by what the transport says first."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fmsdiag.model import Endpoint, FirstBytes, Target, Transport
from fmsdiag.probe.failure import PeerClosed
from fmsdiag.probe.sockets.network import Capture, Stream, TcpState
from fmsdiag.probe.transports.http import HttpExchange, host_header
from fmsdiag.probe.transports.tls import TlsStream
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.events import S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmpt import TunnelClient
from fmsdiag.target_url import connect_application, tc_url

HANDSHAKE_BYTES = 1 + 2 * 1536
OTHER_BYTES = 1537
"""As many as C0 and C1."""
OTHER_FIRST_BYTE = 0xE5
"""No version of RTMP or RTMPE (3, 6, 8, 9), no TLS record (0x14-0x18), no letter, no DTLS, no SOCKS."""


def said_first(transport: Transport) -> FirstBytes:
    """What a client of `transport` says first on a new connection."""
    if transport.uses_tls:
        return FirstBytes.TLS
    if transport.is_tunnel:
        return FirstBytes.RTMPT
    if transport in (Transport.RTMP, Transport.RTMPE):
        return FirstBytes.RTMP
    return FirstBytes.NOTHING


def other_bytes() -> bytes:
    """As many bytes as C0 and C1, of no protocol."""
    return bytes((OTHER_FIRST_BYTE,)) + secrets.token_bytes(OTHER_BYTES - 1)


async def say_first(
    content: FirstBytes,
    stream: Stream,
    endpoint: Endpoint,
    target: Target,
    about_to: Callable[[], None] = lambda: None,
) -> None:
    """Send the first bytes and return when anything comes back; `about_to` is called just before they leave.

    A handshake that leads to them is made first. Raises PeerClosed where the peer ends the connection in good order, and
    OSError; waits for ever where nothing comes.
    """
    if content is FirstBytes.NOTHING:
        return
    if content is FirstBytes.CONNECT:
        await _connect(stream, endpoint, target, about_to)
        return
    about_to()
    heard = _Heard(stream)
    try:
        await _speak(content, heard, endpoint)
    except (PeerClosed, OSError, TimeoutError):
        if not heard.received.total:
            raise
    except Exception:  # whatever it said: it said something
        if not heard.received.total:
            raise PeerClosed from None


async def _speak(content: FirstBytes, stream: Stream, endpoint: Endpoint) -> None:
    if content is FirstBytes.TLS:
        await TlsStream(stream, endpoint.host, verify=False).handshake()
        return
    if content is FirstBytes.RTMPT:
        host = host_header(endpoint.host, endpoint.port, 443 if endpoint.transport.uses_tls else 80)
        request = TunnelClient(host).next_request()
        await HttpExchange(stream).request("POST", request.path, request.headers, request.body)
        return
    await stream.send(other_bytes() if content is FirstBytes.OTHER else _hello(endpoint).take_output())
    if not await stream.receive():
        raise PeerClosed


def _hello(endpoint: Endpoint) -> ClientSession:
    encrypted = endpoint.transport.is_encrypted
    kind = HandshakeKind.DIGEST_SCHEME_1 if encrypted else HandshakeKind.DIGEST_SCHEME_0
    return ClientSession(kind, encrypted=encrypted)


async def _connect(stream: Stream, endpoint: Endpoint, target: Target, about_to: Callable[[], None]) -> None:
    session = _hello(endpoint)
    await stream.send(session.take_output())
    heard, greeted = 0, False
    while not greeted or heard <= HANDSHAKE_BYTES:  # S2 is no answer to connect
        data = await stream.receive()
        if not data:
            raise PeerClosed
        heard += len(data)
        if not greeted and any(isinstance(event, S1Received) for event in session.receive(data)):
            greeted = True
            url = tc_url(target, endpoint.transport, endpoint.port)
            session.connect(ConnectRequest(connect_application(target), url))
            about_to()
            await stream.send(session.take_output())


class _Heard:
    """A stream that counts what comes."""

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self.address, self.port = inner.address, inner.port
        self.sent, self.received = Capture(), Capture()

    async def send(self, data: bytes) -> None:
        await self._inner.send(data)

    async def receive(self) -> bytes:
        data = await self._inner.receive()
        self.received.add(data)
        return data

    async def close(self) -> None:
        await self._inner.close()

    @property
    def tcp(self) -> TcpState:
        return self._inner.tcp
