"""Publishing to and playing of the user's own stream, only with explicit consent, on an accepted connection.

What encoders and players do after `connect` (RTMP 1.0, section 7.2.2), without media: enough to hear whether the server
agrees. "Start" is no proof: several servers say it and then close, or say it of any name; so a publisher holds on for
PUBLISH_HOLD_S, and a player waits for the first picture or sound. Both clean up behind themselves.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from contextlib import suppress

from fmsdiag.model import AnswerCommand, Direction, FailureKind, Status, StepName, StreamFacts
from fmsdiag.probe.attempt_recorder import MAX_TRANSCRIPT, RunningAttempt, StepFailed
from fmsdiag.probe.failure import PeerClosed, RejectedByServer, UnexpectedReply
from fmsdiag.probe.sockets.network import Stream
from fmsdiag.probe.transports.conversation import AfterConnect
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.describe import describe
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.events import CommandReceived, Event, MessageReceived
from fmsdiag.protocol.message import Aggregate, Audio, ControlEvent, Data, UserControl, Video
from fmsdiag.protocol.values import TypedObject, Value

ANSWER_TIMEOUT_S = 4.0
"""For createStream, and for the first word about publish or play."""
PUBLISH_HOLD_S = 3.0
PLAY_DATA_TIMEOUT_S = 5.0
STREAM_TIMEOUT_S = 15.0
"""For the whole attempt, from the TCP connection on."""
MAX_BYTES, MAX_MESSAGES = 4 << 20, 2000
"""A server that has sent this much without picture or sound is not going to."""
MAX_CODES = 20
_BUFFER_MS = 3000
_MEDIA = (Audio, Video, Aggregate)
# what is a refusal, or the end, at whatever level it is said
_REFUSING = (".badname", ".denied", ".unauthorized", ".failed", ".streamnotfound", ".invalidarg")
_ENDING = (".unpublish.success", ".unpublishnotify", ".play.stop", ".play.complete")


def publishing(name: str) -> AfterConnect:
    """What publishes to the stream `name`; reports mask it wherever it is, as they do Target.stream."""
    return functools.partial(_checked, name=name, step_name=StepName.PUBLISH)


def playing(name: str) -> AfterConnect:
    """What plays the stream `name`, likewise."""
    return functools.partial(_checked, name=name, step_name=StepName.PLAY)


async def _checked(
    attempt: RunningAttempt, stream: Stream, session: ClientSession, *, name: str, step_name: StepName
) -> Status:
    """One step; a refusal, in words or by closing, is a rejection, as with connect. Raises StepFailed."""
    talk = _StreamTalk(attempt, stream, session, name)
    try:
        async with attempt.step(step_name, None, stream.address, stream.port) as step:
            step.watch(stream)
            try:
                await (talk.publish() if step_name is StepName.PUBLISH else talk.play())
            finally:
                step.facts = talk.facts()
                await talk.clean_up()
    except StepFailed as failed:
        if failed.failure.kind in (FailureKind.REJECTED, FailureKind.CLOSED):
            return Status.REJECTED
        raise
    return Status.CONNECTED


class _StreamTalk:
    """The commands about one NetStream, and what the server says of it."""

    def __init__(self, attempt: RunningAttempt, stream: Stream, session: ClientSession, name: str) -> None:
        self._attempt, self._stream, self._session, self._name = attempt, stream, session, name
        self._stream_id: int | None = None
        self._is_publisher = False
        self._results: dict[float, tuple[str, tuple[Value, ...]]] = {}
        self._codes: list[str] = []
        self._last: tuple[str | None, str | None, str | None] = (None, None, None)  # level, code, description
        self._optional: set[float] = set()  # calls that many servers do not know
        self._media_bytes = 0
        self._received = self._messages = 0
        self._started_s: float | None = None

    # ---- what encoders and players do
    async def publish(self) -> None:
        """Publish and hold on. Raises RejectedByServer, PeerClosed, TimeoutError, or what the stream raises."""
        self._is_publisher = True
        # no releaseStream: it ends a stream of that name that is on air, and it may be another's
        self._optional.add(self._session.call("FCPublish", self._name))
        self._attempt.say(Direction.OUT, "FCPublish, createStream")
        await self._create()
        self._attempt.say(Direction.OUT, "publish the stream, live")
        self._session.call("publish", self._name, "live", stream_id=self._stream_id or 0)
        await self._until(lambda: self._says("NetStream.Publish.Start"), ANSWER_TIMEOUT_S)
        self._started_s = self._attempt.clock()
        with suppress(TimeoutError):
            await self._until(lambda: False, PUBLISH_HOLD_S)

    async def play(self) -> None:
        """Play until the first media. Raises what publish() does."""
        self._attempt.say(Direction.OUT, "createStream")
        await self._create()
        self._attempt.say(Direction.OUT, "play the stream")
        stream_id = self._stream_id or 0
        self._session.send_message(UserControl(ControlEvent.SET_BUFFER_LENGTH, (stream_id, _BUFFER_MS)))
        self._session.call("play", self._name, -2.0, stream_id=stream_id)
        await self._until(
            lambda: self._media_bytes > 0 or self._says("NetStream.Play.Start"), ANSWER_TIMEOUT_S
        )
        self._started_s = self._attempt.clock()
        await self._until(lambda: self._media_bytes > 0, PLAY_DATA_TIMEOUT_S)

    async def clean_up(self) -> None:
        """Leave the stream as an encoder or player does that ends; raises nothing but cancellation."""
        with suppress(Exception):
            if self._is_publisher and self._started_s is not None:
                self._session.call("FCUnpublish", self._name)
            if self._stream_id is not None:
                self._session.call("deleteStream", float(self._stream_id))
            async with asyncio.timeout(1):
                await self._send()

    def facts(self) -> StreamFacts:
        """What is known so far; the last word is the server's last about the stream."""
        _, code, description = self._last
        held = None if self._started_s is None else self._attempt.clock() - self._started_s
        created = self._stream_id is not None
        return StreamFacts(code, description, tuple(self._codes), held, self._media_bytes, created)

    # ---- the exchange
    async def _create(self) -> None:
        transaction = self._session.call("createStream")
        await self._until(lambda: transaction in self._results, ANSWER_TIMEOUT_S)
        name, values = self._results[transaction]
        number = next((v for v in values if isinstance(v, float)), None)
        if name != AnswerCommand.RESULT or number is None or not 0 <= number < 2**32:
            raise RejectedByServer("createStream was not answered with a number")
        self._stream_id = int(number)

    def _says(self, code: str) -> bool:
        return code.lower() in (said.lower() for said in self._codes)

    async def _until(self, is_done: Callable[[], bool], timeout_s: float) -> None:
        """Read until `is_done`. Raises TimeoutError, PeerClosed, and RejectedByServer for the server's refusal."""
        async with asyncio.timeout(timeout_s):
            await self._send()
            while not is_done():
                data = await self._stream.receive()
                if not data:
                    raise PeerClosed
                self._received += len(data)
                too_much = self._received > MAX_BYTES or self._messages > MAX_MESSAGES
                if too_much and not self._media_bytes:
                    raise UnexpectedReply("data without end, and no answer about the stream")
                try:
                    events = self._session.receive(data)
                except RemoteProtocolError:
                    self._note(self._session.undelivered_events())
                    raise
                self._note(events)
                self._refuse_refusals()
                await self._send()  # acknowledgements and ping responses

    def _refuse_refusals(self) -> None:
        level, code, description = self._last
        folded = (code or "").lower()
        ended = folded.endswith(_ENDING) and self._started_s is not None
        if (level or "").lower() == "error" or folded.endswith(_REFUSING) or ended:
            raise RejectedByServer(description or code or "refused")

    def _note(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, MessageReceived):
                self._messages += 1
                if isinstance(event.message, _MEDIA):
                    self._media_bytes += event.size
                elif isinstance(event.message, Data) and event.message.values[:1] == ("onMetaData",):
                    self._media_bytes += event.size  # only a stream that exists has any
                if self._messages <= MAX_TRANSCRIPT:
                    self._attempt.say(Direction.IN, describe(event.message))
            elif isinstance(event, CommandReceived):
                self._heard(event)

    def _heard(self, command: CommandReceived) -> None:
        info = _info(command.values)
        if command.name in (AnswerCommand.RESULT, AnswerCommand.ERROR):
            if len(self._results) < MAX_CODES:
                self._results[command.transaction_id] = (command.name, command.values)
            if command.name == AnswerCommand.ERROR and command.transaction_id not in self._optional:
                self._last = ("error", info[1], info[2])
        elif command.name == AnswerCommand.STATUS and info[1]:
            # by its code, not by its message stream: one server writes that in the wrong byte order
            self._last = info
            if len(self._codes) < MAX_CODES:
                self._codes.append(info[1])
        elif command.name == AnswerCommand.CLOSE:
            self._last = ("error", info[1] or "close", info[2])

    async def _send(self) -> None:
        if data := self._session.take_output():
            await self._stream.send(data)


def _info(values: tuple[Value, ...]) -> tuple[str | None, str | None, str | None]:
    """Level, code and description of a status, as far as it has them; bounded."""
    objects = [v.properties if isinstance(v, TypedObject) else v for v in values]
    info = next((v for v in reversed(objects) if isinstance(v, dict)), {})
    level, code, description = (info.get(key) for key in ("level", "code", "description"))
    return _text(level), _text(code), _text(description)


def _text(value: Value) -> str | None:
    return value[:300] if isinstance(value, str) else None
