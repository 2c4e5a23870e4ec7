"""A way through a proxy: CONNECT (RFC 9110, 9.3.6), SOCKS5, or absolute URLs for RTMPT (RFC 9112, 3.2.2).

The proxy's own answer is evidence, kept in ProxyFacts. Credentials are sent only to a proxy that asks for them, and are
hidden from everything that is recorded.
"""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from fmsdiag.model import Direction, ProxyFacts, ProxyMethod, ProxyScheme, StepName
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.failure import PeerClosed, ProxyAuthRequired, ProxyRefused, UnexpectedReply
from fmsdiag.probe.proxy.auth import Authenticator, Challenge, challenges, secrets_of
from fmsdiag.probe.proxy.settings import WEB, Proxy
from fmsdiag.probe.proxy.socks5 import METHODS, NoAcceptableMethod, NotSocks, Phase, Refused, Socks5
from fmsdiag.probe.sockets.network import Capture, Datagrams, Network, PeerDatagrams, Stream, TcpState
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.transports.connection import LookupCache, connect_tcp, resolve_proxy
from fmsdiag.probe.transports.http import USER_AGENT, Dial, HttpExchange, HttpReply, host_header
from fmsdiag.probe.transports.tls import TlsStream

_OWN_SERVERS = ("squid", "tinyproxy", "privoxy", "bluecoat", "zscaler", "mcafee", "ccproxy", "wingate")
Headers = tuple[tuple[str, str], ...]


class OpenedStream:
    """A stream inside a proxy's connection: what is read and written counts from where the tunnel opened."""

    def __init__(self, inner: Stream, first: bytes) -> None:
        self._inner = inner
        self._first = first  # came in one piece with the proxy's answer
        self.address, self.port = inner.address, inner.port
        self.sent, self.received = Capture(), Capture()

    async def send(self, data: bytes) -> None:
        self.sent.add(data)
        await self._inner.send(data)

    async def receive(self) -> bytes:
        data, self._first = self._first, b""
        data = data or await self._inner.receive()
        self.received.add(data)
        return data

    async def close(self) -> None:
        await self._inner.close()

    @property
    def tcp(self) -> TcpState:
        return _ToProxy(self._inner.tcp)


class _ToProxy:
    """The connection to a proxy, as what is behind the proxy may know it."""

    unacknowledged = sent_again = None
    """What the proxy acknowledges says nothing of the server."""

    def __init__(self, tcp: TcpState) -> None:
        self.local_address, self.local_port = tcp.local_address, tcp.local_port
        self.kernel_rtt_s, self.mss = tcp.kernel_rtt_s, tcp.mss


class ProxyClient:
    """Speaks with one proxy for one attempt; `facts` is what it has said so far."""

    def __init__(self, proxy: Proxy, method: str, attempt: RunningAttempt) -> None:
        self._proxy, self._attempt = proxy, attempt
        self._authenticator = Authenticator(*proxy.credentials) if proxy.credentials is not None else None
        self.facts = ProxyFacts(proxy.url, method, proxy.source)
        if proxy.credentials is not None:
            attempt.hide(secrets_of(*proxy.credentials))

    async def secured(self, raw: Stream) -> Stream:
        """`raw`, or TLS inside it when the proxy itself is spoken to over TLS."""
        if self._proxy.address.scheme is not ProxyScheme.HTTPS:
            return raw
        tls = TlsStream(raw, self._proxy.address.host)
        await tls.handshake()
        return tls

    # ---- CONNECT
    async def connect(self, stream: Stream, dial: Dial, host: str, port: int) -> Stream:
        """Have the proxy open a connection to `host`. Raises ProxyRefused, ProxyAuthRequired or what else went wrong."""
        authority = host_header(host, port, 0)
        exchange = HttpExchange(stream, dial)
        try:
            while True:
                headers = self.signed("CONNECT", authority, _connect_headers(authority))
                self._attempt.say(Direction.OUT, f"CONNECT {authority}")
                reply = await exchange.request("CONNECT", authority, headers, whole=False)
                self._note(reply)
                if 200 <= reply.status < 300:
                    return OpenedStream(exchange.stream, exchange.left_over)
                if not self._shall_ask_again(reply):
                    raise self._refusal(reply)
        except BaseException:
            with suppress(OSError):
                await exchange.close()
            raise

    # ---- absolute URLs
    async def ask(
        self, url: str, method: str, headers: Headers, send: Callable[[Headers], Awaitable[HttpReply]]
    ) -> HttpReply:
        """One request with an absolute URL, signed as far as the proxy has asked for it."""
        while True:
            reply = await send(self.signed(method, url, headers))
            self._note(reply)
            if not self._shall_ask_again(reply):
                return reply

    def check(self, reply: HttpReply) -> None:
        """Raise ProxyRefused or ProxyAuthRequired if it is the proxy, not the server, that says no."""
        if reply.status == 407 or (reply.status >= 400 and is_own_answer(reply.headers)):
            raise self._refusal(reply)

    # ---- SOCKS5
    async def negotiate(self, stream: Stream, host: str, port: int) -> Stream:
        """Have a SOCKS5 proxy open a connection to `host`. Raises like `connect`."""
        socks = Socks5(host, port, self._proxy.credentials)
        try:
            self._attempt.say(Direction.OUT, f"SOCKS5 connect to {host_header(host, port, 0)}")
            await stream.send(socks.greeting())
            while socks.phase is not Phase.OPEN:
                data = await stream.receive()
                if not data:
                    raise PeerClosed
                try:
                    out = socks.receive(data)
                except NotSocks as error:
                    raise UnexpectedReply(str(error), data) from error
                if out:
                    await stream.send(out)
        except NoAcceptableMethod as error:
            raise ProxyAuthRequired(str(error)) from error
        except Refused as error:
            raise ProxyRefused(f"SOCKS5: {error}") from error
        finally:
            method = socks.method
            asks = (METHODS.get(method, f"method {method}"),) if method not in (None, 0, 0xFF) else ()
            self.facts = msgspec.structs.replace(
                self.facts,
                status=socks.code,
                authentication=asks,
                credentials_sent=socks.credentials_sent,
            )
        return OpenedStream(stream, socks.left_over)

    # ---- both kinds of HTTP
    @property
    def has_answered(self) -> bool:
        return self.facts.status is not None

    def signed(self, method: str, target: str, headers: Headers) -> Headers:
        """The headers with an answer to what the proxy has asked for, if it has."""
        if self._authenticator is None or not self._authenticator.is_ready:
            return headers
        value = self._authenticator.answer(method, target)
        self._attempt.hide(self._authenticator.sent)
        self.facts = msgspec.structs.replace(self.facts, credentials_sent=True)
        return (headers[0], ("Proxy-Authorization", value), *headers[1:])

    def _note(self, reply: HttpReply) -> None:
        seen = reply.facts("", "")
        asked = tuple(dict.fromkeys(c.scheme for c in _challenges(reply)))
        self.facts = msgspec.structs.replace(
            self.facts,
            status=seen.status,
            reason=seen.reason,
            headers=seen.headers,
            body_start=seen.body_start if reply.status >= 300 else "",
            authentication=asked or self.facts.authentication,
            looks_like=seen.looks_like or self.facts.looks_like,
        )
        self._attempt.say(Direction.IN, f"HTTP {seen.status} {seen.reason}".rstrip())

    def _shall_ask_again(self, reply: HttpReply) -> bool:
        return (
            reply.status == 407
            and self._authenticator is not None
            and self._authenticator.accept(_challenges(reply))
        )

    def _refusal(self, reply: HttpReply) -> Exception:
        said = f"HTTP {reply.status} {reply.reason[:100]}".rstrip()
        # tinyproxy says 401 of a name and password that it does not accept
        wants_others = reply.status == 401 and self.facts.credentials_sent
        return ProxyAuthRequired(said) if reply.status == 407 or wants_others else ProxyRefused(said)


class ProxiedExchange(HttpExchange):
    """Requests with absolute URLs to a proxy, which passes them on.

    The attempt's first one is its proxy step: it nests in the step that makes the request and, when the proxy itself
    refuses, ends the attempt in its place.
    """

    def __init__(
        self, stream: Stream, dial: Dial | None, client: ProxyClient, attempt: RunningAttempt
    ) -> None:
        super().__init__(stream, dial)
        self._client, self._attempt = client, attempt

    async def request(
        self, method: str, path: str, headers: Headers, body: bytes = b"", whole: bool = True
    ) -> HttpReply:
        if self._client.has_answered:
            return await self._ask(method, path, headers, body, whole)
        # a moment before the attempt's time is up, so that it is not the step around this one that fails of silence
        bound = max(0.0, self._attempt.remaining_s - 0.05)
        async with self._attempt.step(StepName.PROXY, bound, self.stream.address, self.stream.port) as step:
            step.facts = self._client.facts
            step.watch(self.stream)
            self._stream = await self._client.secured(self._stream)
            try:
                reply = await self._ask(method, path, headers, body, whole)
            finally:
                step.facts = self._client.facts
            self._client.check(reply)
        return reply

    async def dismiss(self, method: str, path: str, headers: Headers, body: bytes = b"") -> None:
        url, adapted = self._adapted(path, headers)
        await super().dismiss(method, url, self._client.signed(method, url, adapted), body)

    async def _ask(self, method: str, path: str, headers: Headers, body: bytes, whole: bool) -> HttpReply:
        send = super().request
        url, adapted = self._adapted(path, headers)
        return await self._client.ask(
            url, method, adapted, lambda signed: send(method, url, signed, body, whole)
        )

    def _adapted(self, path: str, headers: Headers) -> tuple[str, Headers]:
        host = next(value for name, value in headers if name == "Host")
        return f"http://{host}{path}", tuple((_HOP_BY_HOP.get((n, v.lower()), n), v) for n, v in headers)


_HOP_BY_HOP = {("Connection", "keep-alive"): "Proxy-Connection"}  # as Flash's browsers asked a proxy


def _method(proxy: Proxy, asks_by_url: bool) -> ProxyMethod:
    if not proxy.is_http:
        return ProxyMethod.SOCKS5
    return ProxyMethod.HTTP if asks_by_url else ProxyMethod.CONNECT


class ProxyWay:
    """How one attempt goes through its proxy, for its first connection and for every further one."""

    def __init__(self, attempt: RunningAttempt, net: Network, proxy: Proxy) -> None:
        self._attempt, self._net, self._proxy = attempt, net, proxy
        transport = attempt.endpoint.transport
        self._asks_by_url = proxy.is_http and transport in WEB
        method = _method(proxy, self._asks_by_url)
        self._client = ProxyClient(proxy, method, attempt)

    async def resolve(self, names: LookupCache) -> tuple[str, ...]:
        """The proxy's addresses; the server's name is the proxy's to look up."""
        return await resolve_proxy(self._attempt, names, self._proxy.address.host)

    async def open(self, addresses: tuple[str, ...], tcp_timeout_s: float) -> Stream:
        """TCP to the proxy, and the proxy step unless the first request by URL will be that one. Raises StepFailed."""
        raw = await connect_tcp(
            self._attempt, self._net, addresses, tcp_timeout_s, port=self._proxy.address.port
        )
        if self._asks_by_url:
            return raw
        try:
            async with self._attempt.step(StepName.PROXY, None, raw.address, raw.port) as step:
                step.facts = self._client.facts
                step.watch(raw)
                try:
                    return await self._passed(raw)
                finally:
                    step.facts = self._client.facts
        except BaseException:
            await raw.close()
            raise

    # ---- the attempt's network, as whatever comes after the first connection needs it
    async def lookup(self, name: str) -> list[str]:
        return await self._net.lookup(name)

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> Stream:
        """One more connection like the first, at the proxy's address that answered; no step of its own."""
        raw = await self._net.open_tcp(address, port, options)
        try:
            return await (self._client.secured(raw) if self._asks_by_url else self._passed(raw))
        except BaseException:
            await raw.close()
            raise

    async def open_udp(self, address: str, port: int) -> Datagrams:
        """Nothing that is not TCP goes through a proxy."""
        raise OSError(errno.EOPNOTSUPP, "no datagrams go through a proxy")

    def open_udp_to_many(self) -> PeerDatagrams:
        raise OSError(errno.EOPNOTSUPP, "no datagrams go through a proxy")

    def exchange(self, stream: Stream, dial: Dial | None) -> HttpExchange:
        """HTTP with the server over what `open` or `open_tcp` gave."""
        if not self._asks_by_url:
            return HttpExchange(stream, dial)
        return ProxiedExchange(stream, dial, self._client, self._attempt)

    async def _passed(self, raw: Stream) -> Stream:
        """The stream to the server, once the proxy has opened it."""
        host, port = self._attempt.endpoint.host, self._attempt.endpoint.port
        if not self._proxy.is_http:
            return await self._client.negotiate(raw, host, port)

        async def again() -> Stream:
            return await self._client.secured(await self._net.open_tcp(raw.address, raw.port))

        return await self._client.connect(await self._client.secured(raw), again, host, port)


def _connect_headers(authority: str) -> Headers:
    return (("Host", authority), ("User-Agent", USER_AGENT), ("Proxy-Connection", "Keep-Alive"))


def _challenges(reply: HttpReply) -> tuple[Challenge, ...]:
    return challenges(value for name, value in reply.headers if name == "proxy-authenticate")


def is_own_answer(headers: Headers) -> bool:
    """Whether a proxy wrote this answer itself, rather than passing on the server's."""
    named = dict(headers)
    if "x-squid-error" in named or "error=" in named.get("proxy-status", ""):  # RFC 9209
        return True
    return named.get("server", "").lower().startswith(_OWN_SERVERS)
