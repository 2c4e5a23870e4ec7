"""One RTMP conversation over any stream: handshake and connect, as two steps that overlap.

C2 and `connect` leave in one write as soon as S1 is complete, which saves a round trip, so the connect step begins before
the handshake step has seen all of S2. The bytes of the two are told apart by their place in the stream.

RTMPE is this conversation encrypted. That it works is known only when the first message decrypts to sense, which is in the
connect step; the handshake's facts are completed then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

from fmsdiag.model import (
    ConnectFacts,
    Direction,
    FailureKind,
    HandshakeFacts,
    RtmpeShortfall,
    Status,
    StepName,
    Target,
)
from fmsdiag.probe.attempt_recorder import RunningAttempt, Step, StepFailed
from fmsdiag.probe.failure import PeerClosed, RejectedByServer, UnexpectedReply
from fmsdiag.probe.fingerprint import parse_http
from fmsdiag.probe.masking import mask_text
from fmsdiag.probe.sockets.network import Stream
from fmsdiag.probe.transports.connect_facts import connect_facts, violation_of
from fmsdiag.probe.transports.handshake_facts import handshake_facts
from fmsdiag.probe.transports.heard_messages import HeardMessages
from fmsdiag.probe.transports.linger import (
    LAST_ANSWER_S,
    LINGER_S,
    as_rejection,
    linger,
    may_linger,
    withdrawal,
)
from fmsdiag.protocol.authentication import Demand, Login, parse_demand
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.errors import Breach, RemoteProtocolError
from fmsdiag.protocol.events import (
    ClientPhase,
    CommandReceived,
    Event,
    S1Received,
)
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.message import Command
from fmsdiag.protocol.netconnection import ConnectReply, ConnectRequest, encoder_request
from fmsdiag.protocol.rtmpe import RtmpeError, RtmpeFault, signature_type
from fmsdiag.target_url import connect_application, tc_url

HANDSHAKE_BYTES = 1 + 2 * 1536
MAX_ANSWER_BYTES = 4 << 20
MAX_ANSWER_MESSAGES = 2000
"""A server that has sent this much without answering `connect` is not going to."""

AfterConnect: TypeAlias = Callable[[RunningAttempt, Stream, ClientSession], Awaitable[Status]]
"""What is done on an accepted connection before it is closed; the attempt ends as it says."""


@dataclass(frozen=True)
class ConnectOptions:
    """What a conversation says or does beyond handshake and connect."""

    login: Login | None = None  # shared by the connections of one attempt
    redirected_from: tuple[str, ...] = ()  # tcUrls, first one first
    then: AfterConnect | None = None
    as_encoder: bool | None = None  # how to introduce ourselves; none: as the run does
    handshake_only: bool = (
        False  # ends when S1 is there, which proves that RTMP is spoken, and tells nothing of the target
    )


NO_OPTIONS = ConnectOptions()


class Conversation:
    """Drives a ClientSession over `stream` and records what happens in `attempt`."""

    def __init__(
        self,
        attempt: RunningAttempt,
        stream: Stream,
        target: Target,
        kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0,
        options: ConnectOptions = NO_OPTIONS,
    ) -> None:
        self._options = options
        self._login = options.login
        self._secrets = options.login.secrets if options.login else ()
        attempt.tell_secrets(self._secrets)
        self._identifies = bool(options.login and options.login.parameters)
        self.wants_another = False
        """Whether the server rejected `connect`, and the login has an answer for a new connection."""
        self._attempt, self._stream, self._target = attempt, stream, target
        self._is_encrypted = attempt.endpoint.transport.is_encrypted
        if self._is_encrypted:
            kind = HandshakeKind.DIGEST_SCHEME_1  # as RTMPE's clients do
        self._session = ClientSession(kind, encrypted=self._is_encrypted)
        self._kind = kind
        self._connect_sent_s: float | None = None
        self._times: dict[str, float] = {}
        self._broken: RemoteProtocolError | None = None  # bytes after the handshake that made no sense
        self._heard = HeardMessages(attempt, self._secrets)
        self._withdrawal: ConnectReply | None = None  # what the server said after it had accepted
        self._last_events: list[Event] = []  # those of the read that brought the answer

    async def run(self) -> Status:
        """Shake hands, connect, close. Raises StepFailed when either did not work and was no rejection."""
        try:
            await self._handshake()
            if self._options.handshake_only:
                return Status.CONNECTED
            status = await self._connect()
            if status is Status.CONNECTED and self._options.then is not None:
                return await self._options.then(self._attempt, self._stream, self._session)
            if status is Status.CONNECTED and may_linger(self._attempt):
                return await self._linger()
            return status
        finally:
            with suppress(Exception):
                self._session.close()
                async with asyncio.timeout(self._attempt.farewell_s):
                    await self._stream.send(self._session.take_output())
                    await self._stream.close()

    # ---- handshake
    async def _handshake(self) -> None:
        async with self._attempt.step(
            StepName.HANDSHAKE, None, self._stream.address, self._stream.port
        ) as step:
            step.span(self._stream, 0, HANDSHAKE_BYTES)
            step.facts_so_far = self._facts
            begun = self._attempt.clock()
            self._attempt.say(Direction.OUT, "C0, C1")
            try:
                await self._send()
                while not self._has_shaken:
                    data = await self._stream.receive()
                    if not data:
                        raise PeerClosed
                    self._times.setdefault("first", self._attempt.clock() - begun)
                    await self._take(data, begun)
            except RemoteProtocolError as error:
                if not self._has_shaken:
                    await self._look_closer(step, error)
                    raise self._named(error) from None
                self._broken = error
            finally:
                if step.facts is None:
                    step.facts = self._facts()
            if self._session.phase is ClientPhase.OPEN:
                # it came before what was sent when the whole of it had been read
                came_s = self._times.get("s2")
                self._attempt.say(Direction.IN, "S2", None if came_s is None else begun + came_s)

    @property
    def _has_shaken(self) -> bool:
        phase = self._session.phase
        return phase is ClientPhase.OPEN or (self._options.handshake_only and phase is ClientPhase.WAIT_S2)

    async def _take(self, data: bytes, begun: float) -> None:
        came_s = self._attempt.clock() - begun  # before RTMPE's arithmetic, which is not the network's time
        try:
            events = self._session.receive(data)
        except RemoteProtocolError as error:
            if isinstance(error, RtmpeError) and self._session.phase is ClientPhase.WAIT_S1:
                self._times["s1"] = came_s
                self._attempt.say(Direction.IN, "S0, S1", begun + came_s)
            events = self._session.undelivered_events()
            await self._handle(events, begun, came_s)
            raise
        await self._handle(events, begun, came_s)
        if self._session.phase is ClientPhase.OPEN:
            self._times.setdefault("s2", came_s)

    async def _handle(self, events: list[Event], begun: float, came_s: float) -> None:
        if any(isinstance(event, S1Received) for event in events):
            self._times["s1"] = came_s
            self._attempt.say(Direction.IN, "S0, S1", begun + came_s)
            if not self._options.handshake_only:
                await self._send_connect()
        self._heard.note(events)

    async def _look_closer(self, step: Step, error: RemoteProtocolError) -> None:
        """An HTTP answer to RTMP says who answered: wait a moment for the rest of its head."""
        seen = bytearray(self._session.first_bytes)
        if seen[:5] == b"HTTP/"[: len(seen)]:
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(0.5):
                    while b"\r\n\r\n" not in seen and len(seen) < 8192:
                        data = await self._stream.receive()
                        if not data:
                            break
                        seen += data
            if seen.startswith(b"HTTP/"):
                step.facts = parse_http(bytes(seen), "C0 C1", "")
                raise UnexpectedReply("an HTTP answer to RTMP", bytes(seen)) from error

    def _facts(self) -> HandshakeFacts:
        return handshake_facts(
            self._session,
            self._kind,
            self._times,
            None if self._times else self._stream.tcp.unacknowledged,
            encrypted=self._is_encrypted,
        )

    def _named(self, error: RemoteProtocolError) -> Exception:
        """A server that falls short of RTMPE by what it is, for its first bytes say nothing of it."""
        if not isinstance(error, RtmpeError):
            return error
        like = {
            RtmpeFault.NOT_OFFERED: RtmpeShortfall.PLAIN.value,
            RtmpeFault.SIGNATURE_TYPE: signature_type(self._session.facts.s0_version or 0),
            RtmpeFault.NO_DIGEST: RtmpeShortfall.NO_DIGEST.value,
            RtmpeFault.BAD_KEY: RtmpeShortfall.BAD_KEY.value,
        }.get(error.fault)
        return UnexpectedReply(error.what, like=like)

    # ---- connect
    async def _send_connect(self) -> None:
        endpoint = self._attempt.endpoint
        introduction = encoder_request if self._options.as_encoder else ConnectRequest
        request = introduction(
            app=self._with_login(connect_application(self._target)),
            tc_url=self._with_login(tc_url(self._target, endpoint.transport, endpoint.port)),
        )
        self._session.connect(request)
        if self._login is not None and self._login.is_complete:
            self._login.is_sent = True
        self._connect_sent_s = self._attempt.clock()
        self._attempt.say(Direction.OUT, "C2")
        with_login = ", with an answer to the server's demand for a password" if self._identifies else ""
        self._attempt.say(
            Direction.OUT,
            f"connect to application “{self._target.application}”, tcUrl {self._tc_url()}{with_login}",
        )
        await self._send()

    def _with_login(self, text: str) -> str:
        """The application or tcUrl with the login's parameters, which are recorded nowhere."""
        if self._login is None or not self._identifies:
            return text
        return f"{text}{'&' if '?' in text else '?'}{self._login.parameters}"

    def _tc_url(self) -> str:
        return tc_url(self._target, self._attempt.endpoint.transport, self._attempt.endpoint.port)

    async def _connect(self) -> Status:
        address, port = self._stream.address, self._stream.port
        try:
            async with self._attempt.step(
                StepName.CONNECT, None, address, port, started_s=self._connect_sent_s
            ) as step:
                step.span(self._stream, HANDSHAKE_BYTES)
                step.facts_so_far = lambda: self._connect_facts(None)
                step.hide(self._secrets)
                try:
                    reply = self._masked(await self._answer())
                finally:
                    answered = self._session.connect_reply
                    step.facts = self._connect_facts(self._masked(answered) if answered else None)
                    if self._is_encrypted:
                        self._attempt.complete(StepName.HANDSHAKE, self._facts())
                self.wants_another = self._answer_demand()
                if not reply.accepted:
                    raise RejectedByServer(reply.description or reply.code or reply.command)
        except StepFailed as failed:
            # a close right after `connect` is how several servers say "no such application"; but where nothing was
            # decrypted yet, it may as well be how one takes leave that cannot decrypt us
            closed = failed.failure.kind is FailureKind.CLOSED
            understood = not self._is_encrypted or self._session.encryption_works is True
            if failed.failure.kind is FailureKind.REJECTED or (closed and understood):
                return Status.REJECTED
            raise
        return Status.CONNECTED

    async def _answer(self) -> ConnectReply:
        await self._send()  # what came with S2 may want an answer before connect gets one
        while self._session.connect_reply is None:
            if self._broken is not None:
                raise self._named(self._broken) from None
            if self._heard.echoed:
                raise UnexpectedReply("our own connect came back", like="echo service")
            if self._stream.received.total > MAX_ANSWER_BYTES or self._heard.count > MAX_ANSWER_MESSAGES:
                raise UnexpectedReply("data without end and no answer to connect")
            data = await self._stream.receive()
            if not data:
                raise PeerClosed
            self._last_events = self._read(data)
            await self._send()  # acknowledgements and ping responses
        return self._session.connect_reply

    # ---- after connect
    async def _linger(self) -> Status:
        """Watch the accepted connection: see linger.py."""
        stream, before = self._stream, self._stream.received.total
        longest_s = LINGER_S
        if self._attempt.endpoint.transport.is_tunnel:
            from fmsdiag.probe.transports.rtmpt import TunnelStream

            if isinstance(stream, TunnelStream):  # between two requests, lest the session be left in pieces
                stream.stop_polling_after(LINGER_S)
                longest_s += LAST_ANSWER_S

        def fill(step: Step) -> None:
            step.span(stream, before)
            step.hide(self._secrets)
            reply = self._withdrawal
            facts = self._connect_facts(self._masked(reply) if reply else None)
            step.facts = msgspec.structs.replace(facts, messages_before=())

        return await linger(self._attempt, (stream.address, stream.port), self._watch, fill, longest_s)

    async def _watch(self) -> None:
        """Read on. Raises what ends the connection; returns when it reads no further."""
        events = self._last_events
        while True:
            self._heed(events)
            if self._broken is not None:
                if self._broken.breach in (None, Breach.CONTENT):
                    return  # what is inside a message is the player's to understand or to leave
                raise self._broken
            if self._stream.received.total > MAX_ANSWER_BYTES or self._heard.count > MAX_ANSWER_MESSAGES:
                return
            data = await self._stream.receive()
            if not data:
                raise PeerClosed
            events = self._read(data)
            await self._send()

    def _heed(self, events: list[Event]) -> None:
        """Raise RejectedByServer when the server takes its yes back."""
        commands = (e for e in events if isinstance(e, CommandReceived))
        reply = withdrawal(Command(e.name, e.transaction_id, e.values) for e in commands)
        if reply is not None:
            self._withdrawal = reply
            raise as_rejection(reply)

    # ---- what came
    def _read(self, data: bytes) -> list[Event]:
        """The events in `data`, which are noted; what breaks the protocol behind them is kept."""
        try:
            events = self._session.receive(data)
        except RemoteProtocolError as error:
            self._broken = error
            events = self._session.undelivered_events()
        self._heard.note(events)
        return events

    def _masked(self, reply: ConnectReply) -> ConnectReply:
        """The reply without what it repeats of the login."""
        said = reply.description
        return replace(reply, description=mask_text(said, self._secrets)) if said else reply

    def _answer_demand(self) -> bool:
        """Let the login answer a rejection that is about authentication."""
        reply = self._session.connect_reply
        if self._login is None or reply is None:
            return False
        demand = None if reply.accepted else parse_demand(reply.description)
        return self._login.answer(demand, self._target.application)

    def _authentication(self, reply: ConnectReply) -> tuple[str | None, bool | None]:
        """The scheme that the server asked for, and whether it took what was sent."""
        demand = None if reply.accepted else parse_demand(reply.description)
        if demand is not None:
            return demand.scheme, False if self._was_not_taken(demand) else None
        if self._login is not None and self._login.is_complete:
            return self._login.scheme, True if reply.accepted else None
        return None, None

    def _was_not_taken(self, demand: Demand) -> bool:
        """Whether the server demands what this connection had brought: the name, or the name and the password."""
        if self._login is None or not self._identifies:
            return False
        return demand.refuses_credentials or demand.reason is None or self._login.is_complete

    def _connect_facts(self, reply: ConnectReply | None) -> ConnectFacts:
        facts = connect_facts(
            connect_application(self._target), self._tc_url(), reply, tuple(self._heard.before)
        )
        scheme, taken = self._authentication(reply) if reply is not None else (None, None)
        return msgspec.structs.replace(
            facts,
            redirected_from=self._options.redirected_from,
            authentication=scheme,
            authenticated=taken,
            properties={k: mask_text(v, self._secrets) for k, v in facts.properties.items()},
            unacknowledged=self._stream.tcp.unacknowledged if reply is None else None,
            violation=violation_of(self._broken),
            swf_verification=self._heard.wants_swf,
        )

    async def _send(self) -> None:
        if data := self._session.take_output():
            await self._stream.send(data)
