"""What a client may do once `connect` was accepted: createStream, publish, play and the calls around them.

As much of Adobe Media Server's answers as encoders (ffmpeg, FMLE) and players (rtmpdump) wait for; an unknown
call gets the `_error` that AMS gives (commands: RTMP 1.0, section 7.2.2).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from fmsdiag.protocol.errors import LocalProtocolError
from fmsdiag.protocol.message import Audio, Command, ControlEvent, Data, Message, UserControl, Video
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.protocol.values import Value
from fmsdiag.server.events import EventKind, one_line
from fmsdiag.server.faults import FaultKind
from fmsdiag.server.live_streams import LiveStreams, Media, StreamKey

_MAX_STREAMS = 32  # of one connection


@dataclass(slots=True)
class _StreamPlayer:
    """One playing NetStream, as LiveStreams sees it."""

    session: ServerSession
    stream_id: int
    name: str
    wake: Callable[[], None]

    def deliver(self, media: Media, timestamp_ms: int) -> None:
        with contextlib.suppress(LocalProtocolError):  # what AMF3 carried may have no AMF0 form: left out
            self.session.send_message(media, self.stream_id, timestamp_ms)
            self.wake()

    def unpublished(self) -> None:
        _send_status(self.session, self.stream_id, "NetStream.Play.UnpublishNotify", f"{self.name} is gone.")
        self.wake()


@dataclass(frozen=True, slots=True)
class _Use:
    """What a NetStream is doing: the stream, and the party that LiveStreams knows."""

    key: StreamKey
    party: object
    publishing: bool


class NetStreams:
    """The NetStreams of one connection. `wake` is called when output was added from outside of a receive."""

    def __init__(
        self,
        session: ServerSession,
        application: str,
        live: LiveStreams,
        tell: Callable[[EventKind, str], None],
        wake: Callable[[], None],
        fault: FaultKind | None = None,
    ) -> None:
        self.hung_up = False  # the connection is to be closed
        self._fault = fault
        self._session = session
        self._application = application
        self._live = live
        self._tell = tell
        self._wake = wake
        self._created = 0
        self._uses: dict[int, _Use] = {}
        self._token_answered = False

    def receive(self, message: Message, stream_id: int, timestamp_ms: int) -> None:
        """Answer a command, pass on media, ignore the rest."""
        if isinstance(message, Command):
            self._command(message, stream_id)
        elif isinstance(message, Audio | Video | Data):
            self._media(message, stream_id, timestamp_ms)

    def close(self) -> None:
        """The connection has ended."""
        for stream_id in tuple(self._uses):
            self._stop(stream_id)

    def _command(self, command: Command, stream_id: int) -> None:
        name, arguments = command.name, command.values[1:]  # the first one is the command object, null
        first = arguments[0] if arguments else None
        if self._lacks_token(name):
            return
        match name:
            case "createStream":
                self._create(command)
            case "publish":
                self._publish(stream_id, first)
            case "play":
                self._play(stream_id, first)
            case "FCPublish":
                self._notify("onFCPublish", "NetStream.Publish.Start", first)
            case "FCUnpublish":
                self._notify("onFCUnpublish", "NetStream.Unpublish.Success", first)
            case "FCSubscribe":
                self._notify("onFCSubscribe", "NetStream.Play.Start", first)
            case "deleteStream":
                self._stop(int(first) if isinstance(first, float) and 0 <= first < 2**32 else -1)
            case "closeStream":
                self._stop(stream_id)
            case "releaseStream" | "checkBandwidth" | "_checkbw" | "getStreamLength":
                self._answer(command, 0.0 if name == "getStreamLength" else None)
            case "_result" | "_error" | "onStatus":
                pass  # answers to what this server calls: nothing hangs on them
            case _:
                self._unknown(command)

    def _lacks_token(self, name: str) -> bool:
        """Whether the fault secure-token strikes: a stream is wanted, and the challenge is not answered."""
        self._token_answered = self._token_answered or name == "secureTokenResponse"
        if (
            self._fault is not FaultKind.SECURE_TOKEN
            or self._token_answered
            or name not in ("createStream", "play", "publish")
        ):
            return False
        self._tell(EventKind.FAULT, self._fault)
        self.hung_up = True
        return True

    def _create(self, command: Command) -> None:
        if self._created >= _MAX_STREAMS:
            self._fail(command, f"No more than {_MAX_STREAMS} streams.")
            return
        self._created += 1
        self._answer(command, float(self._created))

    def _publish(self, stream_id: int, name: Value) -> None:
        self._stop(stream_id)
        key = self._key(name)
        party = object()
        refused = self._fault is FaultKind.PUBLISH_BAD_NAME
        if refused or key is None or not 0 < stream_id <= self._created or not self._live.publish(key, party):
            self._refuse(stream_id, "NetStream.Publish.BadName", f"{_shown(name)} is not available.")
            return
        self._uses[stream_id] = _Use(key, party, publishing=True)
        self._tell(EventKind.PUBLISH, one_line(f"{self._application}/{key[1]}"))
        self._control(ControlEvent.STREAM_BEGIN, stream_id)
        self._status(stream_id, "NetStream.Publish.Start", f"{_shown(name)} is now published.")
        if self._fault is FaultKind.PUBLISH_START_THEN_CLOSE:
            self._tell(EventKind.FAULT, self._fault)
            self.hung_up = True

    def _play(self, stream_id: int, name: Value) -> None:
        self._stop(stream_id)
        key = self._key(name)
        if key is None or not 0 < stream_id <= self._created:
            self._refuse(stream_id, "NetStream.Play.Failed", "No such stream.")
            return
        if self._fault is FaultKind.PLAY_NOT_FOUND:
            self._refuse(stream_id, "NetStream.Play.StreamNotFound", f"{_shown(name)} was not found.")
            return
        self._tell(EventKind.PLAY, one_line(f"{self._application}/{key[1]}"))
        self._control(ControlEvent.STREAM_BEGIN, stream_id)
        self._status(stream_id, "NetStream.Play.Reset", f"Playing and resetting {_shown(name)}.")
        self._status(stream_id, "NetStream.Play.Start", f"Started playing {_shown(name)}.")
        self._session.send_message(Data(("|RtmpSampleAccess", True, True)), stream_id)
        party = _StreamPlayer(self._session, stream_id, _shown(name), self._wake)
        self._uses[stream_id] = _Use(key, party, publishing=False)
        self._live.play(key, party)

    def _stop(self, stream_id: int) -> None:
        use = self._uses.pop(stream_id, None)
        if use is not None:
            self._live.leave(use.key, use.party)

    def _media(self, media: Media, stream_id: int, timestamp_ms: int) -> None:
        use = self._uses.get(stream_id)
        if use is None or not use.publishing:
            return
        if isinstance(media, Data) and media.values[:1] == ("@setDataFrame",):
            media = Data(media.values[1:], media.amf3)  # players get the inner message alone
        self._live.send(use.key, media, timestamp_ms)

    def _key(self, name: Value) -> StreamKey | None:
        if not isinstance(name, str) or not name:
            return None
        return self._application, name.partition("?")[0]

    def _answer(self, command: Command, value: Value) -> None:
        if command.transaction_id:
            self._session.send_command("_result", command.transaction_id, None, value)

    def _unknown(self, command: Command) -> None:
        self._fail(command, f"Method not found ({_shown(command.name)}).")

    def _fail(self, command: Command, description: str) -> None:
        if command.transaction_id:
            info: dict[str, Value] = {
                "level": "error",
                "code": "NetConnection.Call.Failed",
                "description": description,
            }
            self._session.send_command("_error", command.transaction_id, None, info)

    def _notify(self, name: str, code: str, stream: Value) -> None:
        info: dict[str, Value] = {"level": "status", "code": code, "description": _shown(stream)}
        self._session.send_command(name, 0.0, None, info)

    def _status(self, stream_id: int, code: str, description: str) -> None:
        _send_status(self._session, stream_id, code, description)

    def _refuse(self, stream_id: int, code: str, description: str) -> None:
        _send_status(self._session, stream_id, code, description, level="error")

    def _control(self, event: ControlEvent, stream_id: int) -> None:
        self._session.send_message(UserControl(event, (stream_id,)))


def _send_status(
    session: ServerSession, stream_id: int, code: str, description: str, level: str = "status"
) -> None:
    info: dict[str, Value] = {"level": level, "code": code, "description": description}
    session.send_command("onStatus", 0.0, None, info, stream_id=stream_id)


def _shown(name: Value) -> str:
    """A stream's name in an answer: without its query, which is often a secret, and bounded."""
    return one_line(name.partition("?")[0]) if isinstance(name, str) else "-"
