from __future__ import annotations

import pytest

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.events import CommandReceived, MessageReceived, S1Received
from fmsdiag.protocol.message import Audio, Command, Data, Message, UserControl, Video
from fmsdiag.protocol.values import Value
from fmsdiag.server.conversation import Conversation, Ending
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.limits import Limits
from fmsdiag.server.live_streams import LiveStreams
from tests.server.clients import request_for


class Peer:
    """A connected client and its conversation, in memory."""

    def __init__(self, live: LiveStreams, fault: str | None = None) -> None:
        self.told: list[tuple[EventKind, str]] = []
        self.pushed: list[bytes] = []
        self.client = ClientSession()
        self.conversation = Conversation(
            applications=("live",),
            live=live,
            limits=Limits(),
            now_ms=0,
            fault=parse_fault(fault) if fault else None,
            tell=lambda kind, detail: self.told.append((kind, detail)),
            wake=lambda: self.pushed.append(self.conversation.take_output()),
        )
        assert any(isinstance(event, S1Received) for event in self.exchange_events())
        self.client.connect(request_for())
        self.exchange()

    def exchange_events(self) -> list[object]:
        self.conversation.receive(self.client.take_output())
        return list(self.client.receive(b"".join(self.pushed) + self.conversation.take_output()))

    def exchange(self) -> list[Message]:
        """Send what the client has queued; the messages that come back, pushed ones included."""
        events = self.exchange_events()
        self.pushed.clear()
        return [event.message for event in events if isinstance(event, MessageReceived)]

    def call(self, name: str, *arguments: Value, stream_id: int = 0) -> list[Command]:
        self.client.call(name, *arguments, stream_id=stream_id)
        return [message for message in self.exchange() if isinstance(message, Command)]


@pytest.fixture
def live() -> LiveStreams:
    return LiveStreams()


def code_of(command: Command) -> Value:
    info = command.values[1]
    assert isinstance(info, dict)
    return info["code"]


def publish(peer: Peer, name: str) -> list[Command]:
    peer.call("createStream")
    return peer.call("publish", name, "live", stream_id=1)


def play(peer: Peer, name: str) -> list[Command]:
    peer.call("createStream")
    return peer.call("play", name, -2000.0, stream_id=1)


def test_an_encoder_gets_to_publish(live: LiveStreams) -> None:
    peer = Peer(live)
    [released] = peer.call("releaseStream", "a?key=secret")
    assert released.name == "_result"
    [notice] = peer.call("FCPublish", "a?key=secret")
    assert (notice.name, code_of(notice)) == ("onFCPublish", "NetStream.Publish.Start")
    [created] = peer.call("createStream")
    assert (created.name, created.values) == ("_result", (None, 1.0))
    [status] = peer.call("publish", "a?key=secret", "live", stream_id=1)
    assert (status.name, code_of(status)) == ("onStatus", "NetStream.Publish.Start")
    assert "secret" not in str((peer.told, notice, status))


def test_a_player_gets_start_and_then_what_is_published(live: LiveStreams) -> None:
    player, publisher = Peer(live), Peer(live)
    assert [code_of(c) for c in play(player, "a")] == ["NetStream.Play.Reset", "NetStream.Play.Start"]
    publish(publisher, "a")
    publisher.client.send_message(Data(("@setDataFrame", "onMetaData", {"width": 2.0})), 1)
    publisher.client.send_message(Video(b"\x12key"), 1, 40)
    publisher.client.send_message(Audio(b"\x2fsound"), 1, 60)
    publisher.exchange()
    assert player.exchange() == [Data(("onMetaData", {"width": 2.0})), Video(b"\x12key"), Audio(b"\x2fsound")]
    publisher.call("deleteStream", 1.0)
    assert [code_of(c) for c in player.exchange() if isinstance(c, Command)] == [
        "NetStream.Play.UnpublishNotify"
    ]


def test_a_stream_that_is_being_published_cannot_be_taken(live: LiveStreams) -> None:
    first, second = Peer(live), Peer(live)
    publish(first, "a")
    assert [code_of(c) for c in publish(second, "a")] == ["NetStream.Publish.BadName"]
    first.conversation.close()
    assert [code_of(c) for c in second.call("publish", "a", stream_id=1)] == ["NetStream.Publish.Start"]


@pytest.mark.parametrize(
    ("name", "stream_id", "code"),
    [
        ("publish", 7, "NetStream.Publish.BadName"),
        ("publish", 0, "NetStream.Publish.BadName"),
        ("play", 7, "NetStream.Play.Failed"),
    ],
)
def test_streams_that_were_not_created_cannot_be_used(
    live: LiveStreams, name: str, stream_id: int, code: str
) -> None:
    assert [code_of(c) for c in Peer(live).call(name, "a", stream_id=stream_id)] == [code]
    assert len(live) == 0


def test_a_stream_needs_a_name(live: LiveStreams) -> None:
    peer = Peer(live)
    assert [code_of(c) for c in publish(peer, "")] == ["NetStream.Publish.BadName"]
    assert [code_of(c) for c in peer.call("publish", 5.0, stream_id=1)] == ["NetStream.Publish.BadName"]


def test_an_unknown_call_fails_and_nothing_else_happens(live: LiveStreams) -> None:
    [failed] = Peer(live).call("fly\x1b", {"a": 1.0})
    assert (failed.name, code_of(failed)) == ("_error", "NetConnection.Call.Failed")
    assert "Method not found (fly�)." in str(failed.values)


def test_what_wants_no_answer_gets_none(live: LiveStreams) -> None:
    peer = Peer(live)
    for name in ("_result", "_error", "onStatus", "fly"):
        peer.client.send_command(name, 0.0, None)
    peer.client.send_message(Video(b"not publishing"), 1)
    peer.client.send_command("deleteStream", 0.0, None, float("nan"))
    assert peer.exchange() == []


def test_streams_of_a_connection_are_limited(live: LiveStreams) -> None:
    peer = Peer(live)
    names = [peer.call("createStream")[0].name for _ in range(33)]
    assert names == ["_result"] * 32 + ["_error"]


def test_bandwidth_checks_and_lengths_are_answered(live: LiveStreams) -> None:
    peer = Peer(live)
    assert peer.call("_checkbw")[0].name == "_result"
    assert peer.call("getStreamLength", "a")[0].values == (None, 0.0)


def test_play_begins_with_stream_begin(live: LiveStreams) -> None:
    peer = Peer(live)
    peer.call("createStream")
    peer.client.call("play", "a", stream_id=1)
    events = peer.exchange_events()
    messages = [event.message for event in events if isinstance(event, MessageReceived)]
    assert messages[0] == UserControl(0, (1,))
    assert messages[-1] == Data(("|RtmpSampleAccess", True, True))
    assert any(isinstance(event, CommandReceived) for event in events)


@pytest.mark.parametrize(
    ("fault", "call", "codes", "ending"),
    [
        ("publish-start-then-close", "publish", ["NetStream.Publish.Start"], Ending.CLOSE),
        ("publish-bad-name", "publish", ["NetStream.Publish.BadName"], Ending.OPEN),
        ("play-not-found", "play", ["NetStream.Play.StreamNotFound"], Ending.OPEN),
    ],
)
def test_faults_of_streams(
    live: LiveStreams, fault: str, call: str, codes: list[str], ending: Ending
) -> None:
    peer = Peer(live, fault)
    peer.call("createStream")
    assert [code_of(command) for command in peer.call(call, "a", stream_id=1)] == codes
    assert peer.conversation.ending is ending


@pytest.mark.parametrize("call", ["createStream", "play", "publish"])
def test_who_asks_for_a_stream_without_answering_the_challenge_is_disconnected(
    live: LiveStreams, call: str
) -> None:
    peer = Peer(live, "secure-token")
    peer.call("_checkbw")
    endings = [peer.conversation.ending]
    peer.call(call, "s")
    assert [*endings, peer.conversation.ending] == [Ending.OPEN, Ending.CLOSE]
    assert (EventKind.FAULT, "secure-token") in peer.told


def test_who_answers_the_challenge_gets_a_stream(live: LiveStreams) -> None:
    peer = Peer(live, "secure-token")
    reply = peer.client.connect_reply
    assert reply is not None
    assert reply.info["secureToken"]
    peer.call("secureTokenResponse", "plain")
    assert [answer.name for answer in peer.call("createStream")] == ["_result"]
