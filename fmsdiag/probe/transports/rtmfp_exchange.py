"""RTMFP's datagrams between an RtmfpClient and the network: sends and waits, and knows when waiting is useless.

Silence, ICMP errors, other services on the port, damage and floods end as exceptions that probe/failure.py classifies.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import zip_longest

from fmsdiag.model import Direction
from fmsdiag.private_addresses import is_private_address
from fmsdiag.probe.failure import UnexpectedReply
from fmsdiag.probe.fingerprint import looks_like_datagram
from fmsdiag.probe.sockets.icmp import Address, ConnectError
from fmsdiag.probe.sockets.network import Capture, PeerDatagrams
from fmsdiag.protocol.describe import describe
from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.errors import RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    ClientPhase,
    ConnectAcknowledged,
    ConnectAnswered,
    CookieChanged,
    EarlyDatagram,
    Event,
    FlowException,
    ForeignDatagram,
    Keyed,
    MessageReceived,
    PeerFault,
    PingAnswered,
    Redirected,
    RHelloReceived,
    SessionClosed,
    TriesExhausted,
)

SECOND_LOOK_S = 1.5
"""How long a proper answer may still come after a strange one: the next try and its round trip."""
KEYING_LOOK_S = 4.0
"""Likewise when a datagram cannot be decrypted yet: what it overtook may have been lost, and its repetition, too."""
MAX_SENT, MAX_RECEIVED = 64, 2000
"""Datagrams of one attempt; whoever makes us exceed them is not going to answer."""
MAX_BEFORE = 10

_REPEATED = (RtmfpFault.UNKNOWN_SESSION, RtmfpFault.REPLAYED, RtmfpFault.WRONG_TAG, RtmfpFault.UNEXPECTED)
"""What late answers to our repetitions look like once RHello has come."""
UNDECIPHERABLE = (
    "an answer to our key (IIKeying) that cannot be decrypted, damaged on the way or by the server"
)
_ODD = {
    RtmfpFault.NOT_RTMFP: "a datagram that is not RTMFP",
    RtmfpFault.UNKNOWN_SESSION: "a datagram that is not RTMFP",
    RtmfpFault.BAD_CHECKSUM: "a datagram that is not RTMFP, or was damaged on the way",
    RtmfpFault.WRONG_TAG: "an RTMFP answer to another question than ours",
}
"""For people; the other faults are said well enough by the protocol."""


class Traffic:
    """The datagrams of one step: those to and from the peers that it is about."""

    def __init__(self) -> None:
        self.sent, self.received = Capture(), Capture()
        self.datagrams_sent = 0
        self.last_sent = b""

    def add_sent(self, data: bytes) -> None:
        self.sent.add(data)
        self.datagrams_sent += 1
        self.last_sent = data


class Exchange:
    """One try at one address: `client` and its datagrams. `clock` gives seconds, `say` takes lines of the transcript."""

    def __init__(
        self,
        client: RtmfpClient,
        udp: PeerDatagrams,
        first: Address,
        clock: Callable[[], float],
        say: Callable[[Direction, str], None],
    ) -> None:
        self.client = client
        self.traffic = Traffic()
        self.before: list[str] = []  # messages before the answer to connect, in words
        self._udp, self._first = udp, first
        self._clock, self._say = clock, say
        self._asked: tuple[Address, ...] = ()
        self._dead: set[Address] = set()  # those of them of whom we heard that they cannot answer
        self._strange: tuple[float, UnexpectedReply] | None = None  # from when on an odd answer is the result
        self._events: deque[Event] = deque()
        self._sent = self._received = 0
        self._told = False  # that something was sent

    @property
    def peer(self) -> Address:
        """Who serves us, or before that is known, who was asked first."""
        return self.client.peer or self._first

    def expect(self, *addresses: Address) -> None:
        """From now on these are to answer, and it is their traffic that counts."""
        self._asked, self._dead, self._strange = addresses, set(), None
        self.traffic = Traffic()

    def doubt(self, what: str, like: str | None, patience_s: float | None = None) -> None:
        """An answer that leads nowhere: if no better one follows within `patience_s` (SECOND_LOOK_S), it is the result."""
        if self._strange is None:
            patience_s = SECOND_LOOK_S if patience_s is None else patience_s
            odd, now = UnexpectedReply(what, like=like), self._clock()
            odd.heard_at_s = now if patience_s == SECOND_LOOK_S else None
            self._strange = now + patience_s, odd

    async def next(self) -> Event:
        """Send what is due, then wait until something happens.

        Raises ConnectError when nobody who was asked can be reached, UnexpectedReply for the answer of something else,
        TimeoutError when every try failed.
        """
        while not self._events:
            await self.send()
            await self._wait()
        event = self._events.popleft()
        if isinstance(event, TriesExhausted):
            raise self._strange[1] if self._strange else TimeoutError
        return event

    async def send(self) -> None:
        """Send what is due now, without waiting for anything."""
        for data, to in self.client.take_datagrams():
            address = to or self.peer
            self._sent += 1
            if self._sent > MAX_SENT:
                raise UnexpectedReply("questions without end")
            try:
                await self._udp.send(data, address)
            except ConnectError as error:
                self._cannot_reach(error)
                continue  # it did not leave this computer
            if not self._told:
                self._told = True
                self._say(Direction.OUT, "IHello")
            if address in self._asked:
                self.traffic.add_sent(data)

    async def _wait(self) -> None:
        due = (self.client.next_timeout_s, self._strange[0] if self._strange else None)
        wake_s = min((at for at in due if at is not None), default=None)
        try:
            async with asyncio.timeout(None if wake_s is None else max(0.0, wake_s - self._clock())):
                data, source = await self._udp.receive()
        except TimeoutError:
            # the two clocks may differ by a rounding, and a timeout that is not due yet would be set again and again
            now = max(self._clock(), wake_s or 0.0)
            if self._strange is not None and now >= self._strange[0]:
                raise self._strange[1] from None
            self._hear(self.client.handle_timeout(now))
        except ConnectError as error:
            self._cannot_reach(error)
        else:
            self._take(data, source)

    def _take(self, data: bytes, source: Address) -> None:
        self._received += 1
        if self._received > MAX_RECEIVED:
            raise UnexpectedReply("datagrams without end")
        events = self.client.receive(data, source, self._clock())
        if source in self._asked or source == self.client.peer:
            self.traffic.received.add(data)
        self._hear(events, data)

    def _cannot_reach(self, error: ConnectError) -> None:
        """An ICMP error, or this computer's own: raised again when it concerns the last who could have answered."""
        if error.icmp is not None and error.icmp.missing is not None:
            self.traffic = Traffic()  # what waited for a machine on this link was never sent
        if error.peer is not None:
            self._dead.add(error.peer)
        if error.peer is None or (error.peer in self._asked and self._dead.issuperset(self._asked)):
            raise error

    def _hear(self, events: list[Event], data: bytes = b"") -> None:
        """Keep `events`, which `data` caused, and tell of them."""
        self._events += events
        for event, following in zip_longest(events, events[1:]):
            match event:
                case MessageReceived():
                    text = describe(event.message)
                    self._say(Direction.IN, text)
                    if not isinstance(following, ConnectAnswered) and len(self.before) < MAX_BEFORE:
                        self.before.append(text)
                case ForeignDatagram() | PeerFault():
                    self._wonder(event, data)
                case EarlyDatagram(source=source) if source in self._asked:
                    self._say(Direction.IN, f"{UNDECIPHERABLE}: {event.size} bytes")
                    self.doubt(UNDECIPHERABLE, None, KEYING_LOOK_S)
                case _:
                    for direction, line in in_words(event):
                        self._say(direction, line)

    def _wonder(self, event: ForeignDatagram | PeerFault, data: bytes) -> None:
        """An answer that cannot be used, unless it is a late one to what was asked before."""
        late = self.client.phase is not ClientPhase.WAIT_RHELLO and event.fault in _REPEATED
        if event.source in self._asked and not late:
            what = _ODD.get(event.fault, event.what)
            self._say(Direction.IN, f"{what}: {data[:16].hex(' ')}")
            self.doubt(what, looks_like_datagram(data, self.traffic.last_sent))


def in_words(event: Event) -> list[tuple[Direction, str]]:
    """The lines of the transcript for an event, what it made us send included."""
    match event:
        case RHelloReceived():
            groups = ", ".join(str(g) for g in event.groups) or "none"
            what = f"RHello from {format_address(event.source)}: cookie of {event.cookie_bytes} bytes, groups {groups}"
            return [(Direction.IN, what), (Direction.OUT, "IIKeying")]
        case Redirected():
            named = ", ".join(_with_kind(a) for a in event.addresses) or "itself"
            told = f"redirect by {format_address(event.source)} to {named}"
            asked = [(Direction.OUT, f"IHello to {format_address(a)}") for a in event.followed]
            return [(Direction.IN, told), *asked]
        case CookieChanged():
            return [
                (Direction.IN, "another cookie: our address changed on the way"),
                (Direction.OUT, "IIKeying"),
            ]
        case Keyed():
            told = f"RIKeying: group {event.group}, session {event.responder_session_id.hex()}"
            return [(Direction.IN, told), (Direction.OUT, "connect")]
        case ConnectAcknowledged():
            return [(Direction.IN, "connect acknowledged")]
        case PingAnswered():
            return [(Direction.IN, f"ping reply after {event.rtt_s * 1000:.1f} ms")]
        case FlowException():
            return [(Direction.IN, f"flow {event.flow_id} refused, exception {event.code}")]
        case SessionClosed():
            return [(Direction.IN, "session closed" + (" by the server" if event.by_peer else ""))]
    return []


def _with_kind(address: Address) -> str:
    private = " (a private address)" if is_private_address(address[0]) else ""
    return format_address(address) + private


def format_address(address: Address) -> str:
    """ "192.0.2.1:1935" or "[2001:db8::1]:1935"."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
