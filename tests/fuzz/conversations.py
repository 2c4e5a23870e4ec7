"""Real conversations of the engines with each other, recorded: what the fuzzers' first inputs are cut from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.events import ConnectRequested, Event, MessageReceived, S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.message import Audio, Command, Data, Message, encode_message
from fmsdiag.protocol.netconnection import ConnectRequest
from fmsdiag.protocol.server_session import ServerSession

CONNECT = ConnectRequest(app="live", tc_url="rtmp://127.0.0.1/live")
HANDSHAKE_BYTES = 1 + 2 * 1536


def no_chance(count: int) -> bytes:
    """In place of random bytes: the same input has to do the same each time."""
    return bytes(count)


@dataclass
class Conversation:
    """What each side wrote, and what it meant."""

    from_client: bytes = b""
    from_server: bytes = b""
    messages: list[Message] = field(default_factory=list)


def talk(kind: HandshakeKind = HandshakeKind.DIGEST_SCHEME_0, how: str = "accept") -> Conversation:
    """A whole conversation; the server accepts, rejects or redirects."""
    said = Conversation()
    client, server = ClientSession(kind, random_bytes=no_chance), ServerSession(random_bytes=no_chance)
    for _ in range(6):
        out = client.take_output()
        said.from_client += out
        _answer(server, server.receive(out), how, said)
        out = server.take_output()
        said.from_server += out
        events = client.receive(out)
        said.messages += [e.message for e in events if isinstance(e, MessageReceived)]
        if any(isinstance(e, S1Received) for e in events):
            client.connect(CONNECT)
            client.call("createStream")
            client.send_command("publish", 3.0, None, "key", "live", stream_id=1)
            client.send_message(Data(("@setDataFrame", "onMetaData", {"width": 64.0, "a": [None, True]})), 1)
            client.send_message(Audio(b"\xaf\0" + bytes(300)), 1, 40)
    return said


def _answer(server: ServerSession, events: list[Event], how: str, said: Conversation) -> None:
    for event in events:
        if isinstance(event, MessageReceived):
            said.messages.append(event.message)
        elif isinstance(event, ConnectRequested):
            if how == "accept":
                server.accept()
                server.send_command("_result", 2.0, None, 1.0)
            elif how == "reject":
                server.reject("NetConnection.Connect.InvalidApp", "no such application")
            else:
                server.redirect("rtmp://192.0.2.1/other", as_status=True)


def conversations() -> Iterator[Conversation]:
    """One for each kind of handshake and of answer."""
    for kind in HandshakeKind:
        yield talk(kind)
    for how in ("reject", "redirect"):
        yield talk(how=how)


def payloads() -> list[tuple[int, bytes]]:
    """Type and payload of every message that is said."""
    said = [message for each in conversations() for message in each.messages]
    said.append(Command("call", 4.0, ({"x": [1.0, "y"]},), amf3=True))
    return list(dict.fromkeys(encode_message(message) for message in said))


def chunks() -> list[bytes]:
    """The byte streams behind the handshake, of both sides."""
    return [
        stream[HANDSHAKE_BYTES:]
        for each in conversations()
        for stream in (each.from_client, each.from_server)
    ]
