"""A client and a responder joined in memory: every datagram passes one hook, time is whatever the test says."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Protocol

from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.events import (
    Address,
    ClientPhase,
    ConnectAnswered,
    ConnectRequested,
    Event,
    ServerEvent,
)
from fmsdiag.protocol.rtmfp.server import Behaviour, RtmfpServer

CLIENT: Address = ("192.0.2.7", 50_000)
SERVER: Address = ("192.0.2.1", 1935)
URI = "rtmfp://127.0.0.1/live"
REQUEST = ConnectRequest("live", URI)
HOP_S = 0.01


def seeded(seed: int) -> Callable[[int], bytes]:
    """Random bytes that are the same in each run."""
    return random.Random(seed).randbytes


class Responder(Protocol):
    def receive(self, data: bytes, source: Address, now_s: float) -> list[ServerEvent]: ...
    def take_datagrams(self) -> list[tuple[bytes, Address]]: ...
    def handle_timeout(self, now_s: float) -> list[ServerEvent]: ...
    @property
    def next_timeout_s(self) -> float | None: ...


# (number of the datagram since the start, from the client?, datagram) -> what arrives instead
Wire = Callable[[int, bool, bytes], Iterable[bytes]]


class Exchange:
    """Moves datagrams, each hop HOP_S long, and lets timers ring when nothing is on the way.

    With `accept` None, the server leaves `connect` unanswered.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        *,
        responder: Responder | None = None,
        request: ConnectRequest | None = REQUEST,
        fingerprint: bytes | None = None,
        wire: Wire | None = None,
        accept: bool | None = True,
    ) -> None:
        self.now_s = 1000.0
        self.server = RtmfpServer(now_s=self.now_s, random_bytes=seeded(2), behaviour=behaviour)
        self.responders: dict[Address, Responder] = {SERVER: responder or self.server}
        self.client = RtmfpClient(
            URI, now_s=self.now_s, random_bytes=seeded(1), request=request, fingerprint=fingerprint
        )
        self.wire: Wire = wire or (lambda number, outward, data: (data,))
        self.accept = accept
        self.client_address = CLIENT
        self.events: list[Event] = []
        self.server_events: list[ServerEvent] = []
        self.sent: list[tuple[bool, bytes]] = []

    def run(self, until_s: float = 30.0, stop: Callable[[], bool] | None = None) -> Exchange:
        """Until `stop` says so, nothing is left to wait for, or so many seconds are over."""
        end_s = self.now_s + until_s
        for _ in range(5000):
            if stop is not None and stop():
                return self
            if self._move():
                continue
            due = [self.client.next_timeout_s, *(each.next_timeout_s for each in self.responders.values())]
            at = min((time for time in due if time is not None), default=None)
            if at is None or at > end_s:
                return self
            self.now_s = max(self.now_s, at)
            self.events += self.client.handle_timeout(self.now_s)
            for responder in self.responders.values():
                self.server_events += responder.handle_timeout(self.now_s)
        raise AssertionError("the exchange does not end")

    def start(self, until_s: float = 30.0) -> Exchange:
        """Everything up to the answer to `connect` and the ping."""
        self.client.start()
        return self.run(until_s, lambda: self.client.facts.ping_rtt_s is not None)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def reply_code(self) -> str | None:
        replies = [event.reply.code for event in self.events if isinstance(event, ConnectAnswered)]
        return replies[0] if replies else None

    def is_connected(self) -> bool:
        return self.client.phase is ClientPhase.CONNECTED

    def _move(self) -> bool:
        moved = False
        outward = [(data, to or self.client.peer or SERVER) for data, to in self.client.take_datagrams()]
        self.now_s += HOP_S if outward else 0
        for data, to in outward:
            moved = True
            for arriving in self._pass(True, data):
                if (responder := self.responders.get(to)) is not None:
                    events = responder.receive(arriving, self.client_address, self.now_s)
                    self._answer(responder, events)
        for address, responder in self.responders.items():
            inward = responder.take_datagrams()
            self.now_s += HOP_S if inward else 0
            for data, to in inward:
                moved = True
                if to == self.client_address:
                    for arriving in self._pass(False, data):
                        self.events += self.client.receive(arriving, address, self.now_s)
        return moved

    def _pass(self, outward: bool, data: bytes) -> list[bytes]:
        self.sent.append((outward, data))
        return list(self.wire(len(self.sent) - 1, outward, data))

    def _answer(self, responder: Responder, events: list[ServerEvent]) -> None:
        self.server_events += events
        for event in events:
            if isinstance(event, ConnectRequested) and isinstance(responder, RtmfpServer):
                if self.accept:
                    responder.accept(event.session, self.now_s)
                elif self.accept is False:
                    responder.reject(event.session, self.now_s)
