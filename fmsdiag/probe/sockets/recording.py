"""Keeps what a run's connections send and receive, where a packet file was asked for; bounded, in memory alone.

`TrafficRecorder.over` stands between the prober and its `Network`: TLS, tunnels and proxies are above it, so what is kept
is what goes over the wire. What the kernel does by itself (acknowledgments, retransmissions) is not seen from here.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import replace

from fmsdiag.model import (
    USUAL_TTL,
    Carrier,
    FailureKind,
    RecordedConversation,
    Traffic,
    TrafficEvent,
    TrafficRecord,
)
from fmsdiag.probe.sockets.icmp import Address, ConnectError
from fmsdiag.probe.sockets.network import (
    Datagrams,
    HasSource,
    Network,
    PeerDatagrams,
    Stream,
    TcpState,
    Traceable,
    own_address,
)
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.windows_codes import SOCKET_KINDS, code_of

MAX_CONVERSATION_BYTES = 64 * 1024
"""Of each direction of a conversation: more than any handshake, and the whole upload of the deep tests."""
MAX_BYTES = 2 * 1024 * 1024
MAX_RECORDS = 512
"""Of one conversation; beyond, only the count of bytes goes on, and how it ends is kept."""
MAX_CONVERSATIONS = 512
MAX_STRANGERS = 16
"""Senders that were asked nothing, of one UDP port; anybody can send from any number of addresses."""
MAX_SECRETS = 256

_RESETS = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})
_NEVER_SENT = frozenset({errno.EACCES, errno.EPERM, errno.ENETUNREACH, errno.ENETDOWN})
_NEVER_SENT_BY_PORT = frozenset({errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL})
_GOES_ON = frozenset({TrafficEvent.SENT, TrafficEvent.RECEIVED})


class TrafficRecorder:
    """Records the traffic of one run; `traffic` may be asked for when the run has ended."""

    def __init__(self) -> None:
        self._conversations: list[_Conversation] = []
        self._left_out = 0
        self._bytes_left = MAX_BYTES
        self._secrets: dict[str, None] = {}

    def over(self, net: Network, clock: Callable[[], float]) -> Network:
        """`net`, with all that goes through it recorded; `clock` tells the seconds since the run began."""
        return _RecordedNetwork(net, self, clock)

    def keep_secret(self, secrets: Iterable[str]) -> None:
        """Remember texts that no file may hold; they are known only while the connection is made that carries them."""
        for secret in secrets:
            if secret and len(self._secrets) < MAX_SECRETS:
                self._secrets[secret] = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(self._secrets)

    @property
    def traffic(self) -> Traffic:
        kept = tuple(each.as_recorded() for each in self._conversations if each.records)
        return Traffic(kept, self._left_out)

    def begin(self, carrier: Carrier, peer: Address, clock: Callable[[], float]) -> _Conversation:
        """A new conversation; beyond MAX_CONVERSATIONS it keeps nothing."""
        conversation = _Conversation(carrier, peer, clock, self._take)
        if len(self._conversations) < MAX_CONVERSATIONS:
            self._conversations.append(conversation)
        else:
            self._left_out += 1
            conversation.is_kept = False
        return conversation

    def _take(self, wanted: int) -> int:
        """How many bytes of that many may be kept."""
        granted = min(wanted, self._bytes_left)
        self._bytes_left -= granted
        return granted


class _Conversation:
    """What is known of one conversation while it goes on."""

    def __init__(
        self, carrier: Carrier, peer: Address, clock: Callable[[], float], take: Callable[[int], int]
    ) -> None:
        self.is_kept = True
        self.records: list[TrafficRecord] = []
        self.ttl = USUAL_TTL
        self.mss: int | None = None
        self.has_source = False
        self._carrier, self._peer = carrier, peer
        self._clock, self._take = clock, take
        self._address: str | None = None
        self._port: int | None = None
        self._kept = {TrafficEvent.SENT: 0, TrafficEvent.RECEIVED: 0}
        self._is_over = False

    def hear_source(self, address: str, port: int) -> None:
        """This computer's address and port."""
        self._address, self._port, self.has_source = address, port, True
        with contextlib.suppress(ValueError):
            if ipaddress.ip_address(address.partition("%")[0]).is_unspecified:
                self._address = own_address(self._peer[0])

    def note(self, event: TrafficEvent, data: bytes = b"", error: OSError | None = None) -> None:
        """Add an event; nothing follows the end of a connection."""
        if not self.is_kept or self._is_over:
            return
        self._is_over = self._carrier is Carrier.TCP and event in (TrafficEvent.ENDED, TrafficEvent.RESET)
        kept = self._room_for(event, data) if data else 0
        left_out = len(data) - kept
        if len(self.records) >= MAX_RECORDS and event in _GOES_ON:
            if self._adds_to_last(event, left_out):
                return
            if len(self.records) >= 2 * MAX_RECORDS:  # two directions by turns
                self.is_kept = False
                return
        name = errno.errorcode.get(error.errno or 0, "") if error is not None else ""
        icmp = error.icmp if isinstance(error, ConnectError) else None
        self.records.append(TrafficRecord(self._clock(), event, data[:kept], left_out, self.ttl, icmp, name))

    def note_error(self, error: OSError) -> None:
        """A connection that is open, or a datagram, met an error."""
        icmp = error.icmp if isinstance(error, ConnectError) else None
        if icmp is not None and icmp.missing is None and icmp.sender is not None:
            self.note(TrafficEvent.ICMP, error=error)
        elif self._carrier is Carrier.TCP and _is_reset(error):
            self.note(TrafficEvent.PEER_RESET, error=error)
            self._is_over = True
        else:
            self.note(TrafficEvent.TOLD, error=error)

    def note_failed_connect(self, error: OSError) -> None:
        """What a connect that failed says of what went over the wire."""
        icmp = error.icmp if isinstance(error, ConnectError) else None
        if icmp is None and _is_refused(error):
            self.note(TrafficEvent.PEER_RESET, error=error)
        elif _was_never_sent(error):
            self.note(TrafficEvent.NOT_SENT, error=error)
        else:
            self.note_error(error)
        self._is_over = True

    def as_recorded(self) -> RecordedConversation:
        return RecordedConversation(
            self._carrier, *self._peer, self._address, self._port, self.mss, tuple(self.records)
        )

    def _room_for(self, event: TrafficEvent, data: bytes) -> int:
        if len(self.records) >= MAX_RECORDS:
            return 0
        granted = self._take(min(len(data), MAX_CONVERSATION_BYTES - self._kept[event]))
        # what comes later would have no place in the sequence of bytes that is kept
        self._kept[event] = MAX_CONVERSATION_BYTES if granted < len(data) else self._kept[event] + granted
        return granted

    def _adds_to_last(self, event: TrafficEvent, left_out: int) -> bool:
        last = self.records[-1]
        if last.event is not event or last.data:
            return False
        self.records[-1] = TrafficRecord(last.at_s, event, b"", last.left_out + left_out, last.ttl)
        return True


def _is_refused(error: OSError) -> bool:
    return error.errno == errno.ECONNREFUSED or _kind_on_windows(error) is FailureKind.REFUSED


def _is_reset(error: OSError) -> bool:
    return error.errno in _RESETS or _kind_on_windows(error) is FailureKind.RESET


def _was_never_sent(error: OSError) -> bool:
    """Whether the system, or this computer for a neighbor that it did not find, refused to send a SYN."""
    icmp = error.icmp if isinstance(error, ConnectError) else None
    if icmp is not None:
        return icmp.missing is not None
    if (kind := _kind_on_windows(error)) is not None:  # of which Python gives EINVAL where it knows no name
        return kind in (FailureKind.NO_ROUTE, FailureKind.NOT_PERMITTED)
    return error.errno in _NEVER_SENT or error.errno in _NEVER_SENT_BY_PORT


def _kind_on_windows(error: OSError) -> FailureKind | None:
    """What Windows' own number says; none where there is no such number."""
    code = code_of(error)
    return SOCKET_KINDS.get(code) if code is not None else None


class _RecordedNetwork:
    """A `Network` that tells a recorder what goes through it."""

    def __init__(self, inner: Network, recorder: TrafficRecorder, clock: Callable[[], float]) -> None:
        self._inner, self._recorder, self._clock = inner, recorder, clock

    async def lookup(self, name: str) -> list[str]:
        return await self._inner.lookup(name)

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> Stream:
        record = self._recorder.begin(Carrier.TCP, (address, port), self._clock)
        record.ttl = options.ttl or USUAL_TTL
        record.note(TrafficEvent.OPENING)
        try:
            stream = await self._inner.open_tcp(
                address, port, replace(options, hear_source=record.hear_source)
            )
        except OSError as error:
            record.note_failed_connect(error)
            raise
        record.note(TrafficEvent.OPENED)
        record.mss = stream.tcp.mss
        local = stream.tcp.local_address, stream.tcp.local_port
        if not record.has_source and local[0] is not None and local[1] is not None:
            record.hear_source(local[0], local[1])
        if isinstance(stream, Traceable):
            return _RecordedTraceable(stream, stream, record)
        return _RecordedStream(stream, record)

    async def open_udp(self, address: str, port: int) -> Datagrams:
        inner = await self._inner.open_udp(address, port)
        record = self._recorder.begin(Carrier.UDP, (address, port), self._clock)
        return _RecordedDatagrams(inner, record, (address, port))

    def open_udp_to_many(self) -> PeerDatagrams:
        return _RecordedPeers(self._inner.open_udp_to_many(), self._recorder, self._clock)


class _RecordedStream:
    """A stream over TCP that tells what goes through it."""

    def __init__(self, inner: Stream, record: _Conversation) -> None:
        self._inner, self._record = inner, record
        self.address, self.port = inner.address, inner.port
        self.sent, self.received = inner.sent, inner.received

    @property
    def tcp(self) -> TcpState:
        return self._inner.tcp

    async def send(self, data: bytes) -> None:
        self._record.note(TrafficEvent.SENT, data)
        try:
            await self._inner.send(data)
        except OSError as error:
            self._record.note(TrafficEvent.CUT_OFF)
            self._record.note_error(error)
            raise
        except BaseException:
            self._record.note(TrafficEvent.CUT_OFF)
            raise

    async def receive(self) -> bytes:
        try:
            data = await self._inner.receive()
        except OSError as error:
            self._record.note_error(error)
            raise
        self._record.note(TrafficEvent.RECEIVED if data else TrafficEvent.PEER_ENDED, data)
        return data

    async def close(self) -> None:
        self._record.note(TrafficEvent.ENDED)
        await self._inner.close()


class _RecordedTraceable(_RecordedStream):
    """The same where this computer sends the packets itself; `tracer` is the inner stream as what it can do."""

    def __init__(self, inner: Stream, tracer: Traceable, record: _Conversation) -> None:
        super().__init__(inner, record)
        self._tracer = tracer

    def limit_hops(self, ttl: int) -> None:
        self._tracer.limit_hops(ttl)
        self._record.ttl = ttl

    def ignore_below(self, ttl: int) -> None:
        self._tracer.ignore_below(ttl)

    def abort(self) -> None:
        self._record.ttl = USUAL_TTL  # a reset gets the usual one, whatever was set before
        self._record.note(TrafficEvent.RESET)
        self._tracer.abort()


class _RecordedDatagrams:
    """Datagrams to one peer that tell what goes through them."""

    def __init__(self, inner: Datagrams, record: _Conversation, peer: Address) -> None:
        self._inner, self._record, self._peer = inner, record, peer

    async def send(self, data: bytes) -> None:
        self._record.note(TrafficEvent.SENT, data)
        try:
            await self._inner.send(data)
        except OSError as error:
            self._record.note_error(error)
            raise
        finally:
            _hear_source(self._record, self._inner, self._peer)

    async def receive(self) -> bytes:
        try:
            data = await self._inner.receive()
        except OSError as error:
            self._record.note_error(error)
            raise
        self._record.note(TrafficEvent.RECEIVED, data)
        return data

    def limit_hops(self, ttl: int) -> None:
        self._inner.limit_hops(ttl)
        self._record.ttl = ttl

    def close(self) -> None:
        self._inner.close()


class _RecordedPeers:
    """Datagrams to several peers, each a conversation of its own; one that was never asked begins with its answer."""

    def __init__(self, inner: PeerDatagrams, recorder: TrafficRecorder, clock: Callable[[], float]) -> None:
        self._inner, self._recorder, self._clock = inner, recorder, clock
        self._records: dict[Address, _Conversation] = {}
        self._strangers = 0

    async def send(self, data: bytes, to: Address) -> None:
        record = self._record_of(to)
        record.note(TrafficEvent.SENT, data)
        try:
            await self._inner.send(data, to)
        except OSError as error:
            record.note_error(error)
            raise
        finally:
            _hear_source(record, self._inner, to)

    async def receive(self) -> tuple[bytes, Address]:
        try:
            data, sender = await self._inner.receive()
        except OSError as error:
            about = getattr(error, "peer", None)
            if about in self._records:
                self._records[about].note_error(error)
            raise
        if sender in self._records or self._strangers < MAX_STRANGERS:
            self._strangers += sender not in self._records
            record = self._record_of(sender)
            record.note(TrafficEvent.RECEIVED, data)
            _hear_source(record, self._inner, sender)
        return data, sender

    def close(self) -> None:
        self._inner.close()

    def _record_of(self, peer: Address) -> _Conversation:
        if peer not in self._records:
            self._records[peer] = self._recorder.begin(Carrier.UDP, peer, self._clock)
        return self._records[peer]


def _hear_source(record: _Conversation, datagrams: object, peer: Address) -> None:
    if not record.has_source and isinstance(datagrams, HasSource):
        source = datagrams.source(peer)
        if source is not None:
            record.hear_source(*source)
