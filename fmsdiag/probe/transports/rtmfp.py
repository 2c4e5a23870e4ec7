"""One RTMFP attempt: is there an answer by UDP, does the key exchange work, does the server accept `connect`?

The steps are `udp` (IHello to RHello; one more for each redirect that is followed), `handshake` (IIKeying to RIKeying)
and `connect` (`connect` to its answer, and a ping), see RFC 7016, sections 3.5 and 3.6.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from fmsdiag.model import (
    ConnectFacts,
    Failure,
    FailureKind,
    KeyingFacts,
    Status,
    StepName,
    Target,
    UdpFacts,
)
from fmsdiag.probe.attempt_recorder import RunningAttempt, Step, StepFailed
from fmsdiag.probe.failure import PeerClosed, RejectedByServer, UnexpectedReply
from fmsdiag.probe.redirect_places import why_not
from fmsdiag.probe.sockets.icmp import Address, ConnectError
from fmsdiag.probe.sockets.network import Network
from fmsdiag.probe.transports.connect_facts import connect_facts
from fmsdiag.probe.transports.linger import LINGER_S, as_rejection, linger, may_linger, withdrawal
from fmsdiag.probe.transports.rtmfp_exchange import Exchange, format_address
from fmsdiag.protocol.netconnection import ConnectReply, ConnectRequest
from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.events import (
    ClientPhase,
    ConnectAnswered,
    FlowException,
    Keyed,
    MessageReceived,
    Redirected,
    RHelloReceived,
    SessionClosed,
)
from fmsdiag.target_url import connect_application, tc_url

MAX_URI = 120
"""What fits an end point discriminator whose length is one byte: Cumulus and rtmplite read no longer one."""
MAX_REDIRECTS = 4
KEYING_TIMEOUT_S = 6.0
PING_S = 1.0
WORDS_S = 0.3
CLOSE_S = 1.0


class RtmfpConversation:
    """Drives an RtmfpClient over UDP and records what happens in `attempt`."""

    def __init__(self, attempt: RunningAttempt, net: Network, target: Target) -> None:
        self._attempt, self._target = attempt, target
        self._udp = net.open_udp_to_many()
        self._exchange = self._new_exchange("")
        self._reply: ConnectReply | None = None
        self._withdrawal: ConnectReply | None = None  # what the server said after it had accepted

    async def run(self, addresses: tuple[str, ...], timeout_s: float) -> Status:
        """Find a server at one of `addresses` (`timeout_s` for each at most), agree on keys, connect, close.

        Raises StepFailed when that did not work and was no rejection. Stopped, it takes leave without waiting.
        """
        try:
            await self._find(addresses, timeout_s)
            await self._keying()
            status = await self._connect()
            self._attempt.settle(status)  # the result does not wait for ping and farewell
            if status is Status.CONNECTED:
                status = await self._linger()
            await self._close()
            return status
        finally:
            with suppress(OSError, UnexpectedReply):
                self._exchange.client.close(self._attempt.clock())
                await self._exchange.send()
            self._udp.close()

    # ---- udp
    async def _find(self, addresses: tuple[str, ...], timeout_s: float) -> None:
        """Say hello to each address until a server answers; each is an observation of its own."""
        if not addresses:
            raise StepFailed(Failure(FailureKind.NO_DATA, "the name has no address"))
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            # what remains is shared out, so that one silent address leaves time for the next and for the rest
            share = self._attempt.remaining_s / (left + 1)
            self._exchange = self._new_exchange(address)
            self._exchange.client.start()
            try:
                await self._follow(address, min(timeout_s, max(1.0, share)) if left > 1 else timeout_s)
                return
            except StepFailed:
                if left == 1 or self._attempt.remaining_s <= 0:
                    raise

    def _new_exchange(self, address: str) -> Exchange:
        first = (address, self._attempt.endpoint.port)
        client = RtmfpClient(
            self._uri,
            now_s=self._attempt.clock(),
            request=self._request,
            may_follow=lambda to: why_not(*to, (first[0],), first[1]) is None,
        )
        return Exchange(client, self._udp, first, self._attempt.clock, self._attempt.say)

    @property
    def _url(self) -> str:
        return tc_url(self._target, self._attempt.endpoint.transport, self._attempt.endpoint.port)

    @property
    def _uri(self) -> str:
        """What IHello names. Everybody knows its key, so a query, which may hold a secret, stays out of it."""
        url = self._url.partition("?")[0]
        return url if len(url) <= MAX_URI else url.rpartition("/")[0]

    @property
    def _request(self) -> ConnectRequest:
        return ConnectRequest(app=connect_application(self._target), tc_url=self._url)

    async def _follow(self, address: str, bound_s: float) -> None:
        """The udp steps: one for the address itself, one more for each redirect."""
        first = (address, self._attempt.endpoint.port)
        asked: tuple[Address, ...] = (first,)
        by: Redirected | None = None
        for _ in range(1 + MAX_REDIRECTS):
            by = await self._hello(first, asked, by, bound_s)
            if by is None:
                return
            asked = by.followed
        async with self._step(StepName.UDP, None, asked[0]) as step:
            step.facts = self._udp_facts(by)
            raise UnexpectedReply(
                f"redirected more than {MAX_REDIRECTS} times", like="RTMFP redirects without end"
            )

    async def _hello(
        self, first: Address, asked: tuple[Address, ...], by: Redirected | None, bound_s: float
    ) -> Redirected | None:
        """One udp step: until RHello (then none is returned), or until a redirect to somewhere new.

        `first` is the server that the user named: from there it is judged whether a redirect may be followed.
        """
        self._exchange.expect(*asked)
        redirects: list[Address] = []
        refused: dict[str, str] = {}
        elsewhere: Address | None = None
        async with self._step(StepName.UDP, bound_s, asked[0]) as step:
            try:
                while True:
                    event = await self._exchange.next()
                    if isinstance(event, RHelloReceived):
                        if event.source in asked:
                            step.address, step.port = event.source
                        else:
                            elsewhere = event.source
                        return None
                    if isinstance(event, Redirected):
                        redirects += event.addresses
                        refused |= _reasons(event.refused, first)
                        if event.followed:
                            return event
                        if event.source in asked and event.refused:
                            what = "a redirect to where it is not followed"
                            self._exchange.doubt(what, "an RTMFP redirect that is not followed")
                        elif event.source in asked:
                            what = "a redirect to where we have asked already"
                            self._exchange.doubt(what, "RTMFP redirects in a circle")
            except ConnectError as error:
                step.address, step.port = error.peer or asked[0]
                raise
            finally:
                facts = self._udp_facts(by, tuple(redirects), elsewhere)
                step.facts = msgspec.structs.replace(facts, not_followed=refused)

    def _udp_facts(
        self, by: Redirected | None, redirects: tuple[Address, ...] = (), elsewhere: Address | None = None
    ) -> UdpFacts:
        seen = self._exchange.client.facts
        return UdpFacts(
            datagrams_sent=self._exchange.traffic.datagrams_sent,
            round_trip_s=seen.hello_round_trip_s,
            reply_from=None if elsewhere is None else format_address(elsewhere),
            redirects=tuple(dict.fromkeys(format_address(a) for a in redirects)),
            redirected_by=None if by is None else format_address(by.source),
            cookie_bytes=seen.cookie_bytes,
            fingerprint=seen.fingerprint,
            groups=seen.groups,
        )

    # ---- handshake
    async def _keying(self) -> None:
        peer = self._exchange.peer
        self._exchange.expect(peer)
        async with self._step(StepName.HANDSHAKE, KEYING_TIMEOUT_S, peer) as step:
            try:
                while not isinstance(event := await self._exchange.next(), Keyed):
                    if isinstance(event, SessionClosed):
                        raise PeerClosed
            finally:
                seen = self._exchange.client.facts
                session = seen.responder_session_id
                step.facts = KeyingFacts(
                    datagrams_sent=seen.iikeying_sent,
                    group=seen.group,
                    responder_session_id=None if session is None else session.hex(),
                    cookie_changed=seen.cookie_changed,
                    hmac_bytes=seen.hmac_bytes,
                    sequence_numbers=seen.sequence_numbers,
                )

    # ---- connect
    async def _connect(self) -> Status:
        self._exchange.expect(self._exchange.peer)
        reply: ConnectReply | None = None
        try:
            async with self._step(StepName.CONNECT, None, self._exchange.peer) as step:
                try:
                    reply = await self._answer()
                finally:
                    self._reply = reply
                    step.facts = self._connect_facts(reply)
                if not reply.accepted:
                    raise RejectedByServer(reply.description or reply.code or reply.command)
        except StepFailed as failed:
            # a close right after `connect` is how several servers say "no such application"
            if failed.failure.kind in (FailureKind.REJECTED, FailureKind.CLOSED):
                return Status.REJECTED
            raise
        return Status.CONNECTED

    async def _answer(self) -> ConnectReply:
        while True:
            match await self._exchange.next():
                case ConnectAnswered(reply=reply):
                    return reply
                case FlowException(code=code):  # no to our NetConnection, in the session's own words
                    in_words = await self._words()
                    bare = ConnectReply("exception", accepted=False, code=f"RTMFP flow exception {code}")
                    return in_words or bare
                case SessionClosed():
                    raise PeerClosed

    async def _words(self) -> ConnectReply | None:
        """The server's own words about a flow that it refused, which may come a moment later on a flow of its own."""
        with suppress(TimeoutError, OSError, UnexpectedReply):
            async with asyncio.timeout(WORDS_S):
                while not isinstance(event := await self._exchange.next(), SessionClosed):
                    if isinstance(event, ConnectAnswered):
                        return event.reply
        return None

    # ---- after connect
    async def _linger(self) -> Status:
        """Watch the accepted session, and wait for the answer to its ping."""
        self._exchange.expect(self._exchange.peer)  # what comes now is another step's
        status = Status.CONNECTED
        if may_linger(self._attempt):

            def fill(step: Step) -> None:
                step.watch(self._exchange.traffic)
                facts = self._connect_facts(self._withdrawal)
                step.facts = msgspec.structs.replace(facts, messages_before=())

            status = await linger(self._attempt, self._exchange.peer, self._watch, fill)
        if self._exchange.client.phase is ClientPhase.CONNECTED:
            await self._ping()
        self._attempt.complete(StepName.CONNECT, self._connect_facts(self._reply))
        return status

    async def _watch(self) -> None:
        """Read on. Raises what ends the session, and TimeoutError; returns where it can be watched no longer."""
        while True:
            try:
                event = await self._exchange.next()
            except (OSError, UnexpectedReply) as error:
                if isinstance(error, TimeoutError):
                    raise
                return  # connected, whatever becomes of the way to it
            match event:
                case MessageReceived(message=message):
                    self._withdrawal = withdrawal((message,))
                case FlowException(code=code):
                    said = f"RTMFP flow exception {code}"
                    self._withdrawal = ConnectReply("exception", accepted=False, code=said)
                case SessionClosed():
                    raise PeerClosed
            if self._withdrawal is not None:
                raise as_rejection(self._withdrawal)

    async def _ping(self) -> None:
        with suppress(TimeoutError, OSError, UnexpectedReply):  # connected, whatever becomes of this
            async with asyncio.timeout(PING_S - LINGER_S):
                while self._exchange.client.facts.ping_rtt_s is None:
                    if isinstance(await self._exchange.next(), SessionClosed):
                        return

    def _connect_facts(self, reply: ConnectReply | None) -> ConnectFacts:
        application = connect_application(self._target)
        facts = connect_facts(application, self._url, reply, tuple(self._exchange.before))
        return msgspec.structs.replace(facts, ping_s=self._exchange.client.facts.ping_rtt_s)

    async def _close(self) -> None:
        """Take leave, and wait a moment for the server to do the same."""
        client = self._exchange.client
        client.close(self._attempt.clock())
        with suppress(TimeoutError, OSError, UnexpectedReply):
            async with asyncio.timeout(min(CLOSE_S, self._attempt.remaining_s)):
                while client.phase is not ClientPhase.CLOSED:
                    await self._exchange.next()

    @asynccontextmanager
    async def _step(self, name: StepName, timeout_s: float | None, to: Address) -> AsyncIterator[Step]:
        async with self._attempt.step(name, timeout_s, *to) as step:
            step.watch(self._exchange.traffic)
            yield step


def _reasons(refused: tuple[Address, ...], first: Address) -> dict[str, str]:
    """Each address with the reason why it is not followed from the server `first`."""
    reasons = {format_address(to): why_not(*to, (first[0],), first[1]) for to in refused}
    return {to: reason.value for to, reason in reasons.items() if reason is not None}
