from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.authentication import Gate, Scheme
from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.errors import Breach, RemoteProtocolError
from fmsdiag.protocol.events import ConnectAnswered, HandshakeCompleted, S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.netconnection import ConnectReply
from fmsdiag.protocol.rtmpe import RtmpeError, RtmpeFault
from fmsdiag.server.conversation import Conversation, Ending
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import REJECTED_TEXT, RTMPE_FAULTS, parse_fault
from fmsdiag.server.limits import Limits
from fmsdiag.server.live_streams import LiveStreams
from tests.server.clients import request_for

Told = list[tuple[EventKind, str]]


def rtmpe_client() -> ClientSession:
    return ClientSession(HandshakeKind.DIGEST_SCHEME_1, encrypted=True)


def make(fault: str | None = None, told: Told | None = None, gate: Gate | None = None) -> Conversation:
    heard = [] if told is None else told
    return Conversation(
        applications=("live", "vod"),
        live=LiveStreams(),
        limits=Limits(),
        now_ms=1000,
        fault=parse_fault(fault) if fault else None,
        gate=gate,
        tell=lambda kind, detail: heard.append((kind, detail)),
        wake=lambda: None,
    )


def connect(
    conversation: Conversation, app: str = "live", client: ClientSession | None = None
) -> ConnectReply | None:
    """Run a client against it in memory; the answer, if it gives one."""
    client = client or ClientSession()
    asked = False
    while output := client.take_output():
        conversation.receive(output)
        for event in client.receive(conversation.take_output()):
            if isinstance(event, S1Received) and not asked:
                asked = True
                client.connect(request_for(app))
            if isinstance(event, ConnectAnswered):
                return event.reply
    return None


@pytest.mark.parametrize("app", ["live", "live/", "vod/instance", "live?token=secret", "vod/_definst_"])
def test_known_applications_are_accepted(app: str) -> None:
    told: Told = []
    conversation = make(told=told)
    reply = connect(conversation, app)
    assert reply is not None
    assert reply.accepted
    assert reply.code == "NetConnection.Connect.Success"
    assert (conversation.connected, conversation.ending) == (True, Ending.OPEN)
    assert [kind for kind, _ in told] == [EventKind.HANDSHAKE, EventKind.ACCEPTED]
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    ("app", "description"),
    [
        (
            "lvie/x",
            "[ Server.Reject ] : (_defaultRoot_, _defaultVHost_) : Application (lvie) is not defined.",
        ),
        ("", "[ Server.Reject ] : (_defaultRoot_, ) : Invalid application name(/)."),
    ],
)
def test_unknown_applications_are_rejected_in_the_words_of_ams(app: str, description: str) -> None:
    conversation = make()
    reply = connect(conversation, app)
    assert reply is not None
    assert (reply.command, reply.accepted, reply.level) == ("_error", False, "error")
    assert (reply.code, reply.description) == ("NetConnection.Connect.Rejected", description)
    assert conversation.ending is Ending.CLOSE


def test_the_rejection_is_followed_by_close() -> None:
    client, conversation = ClientSession(), make()
    conversation.receive(client.take_output())
    client.receive(conversation.take_output())
    client.connect(request_for("none"))
    conversation.receive(client.take_output())
    names = [getattr(event, "name", "") for event in client.receive(conversation.take_output())]
    assert names[-1] == "close"


@pytest.mark.parametrize(
    ("fault", "code", "description", "redirect"),
    [
        ("reject", "NetConnection.Connect.Rejected", REJECTED_TEXT, None),
        ("reject:AppShutdown:Going down", "NetConnection.Connect.AppShutdown", "Going down", None),
        ("redirect:rtmp://b/live", "NetConnection.Connect.Rejected", "Connection failed", "rtmp://b/live"),
    ],
)
def test_a_connect_can_be_refused_on_demand(
    fault: str, code: str, description: str, redirect: str | None
) -> None:
    conversation = make(fault)
    reply = connect(conversation)
    assert reply is not None
    assert (reply.code, reply.description, reply.redirect_url) == (code, description, redirect)
    assert conversation.ending is Ending.CLOSE


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        ("no-answer", Ending.HOLD),
        ("close-on-connect", Ending.CLOSE),
        ("flood", Ending.FLOOD),
    ],
)
def test_a_connect_can_be_left_unanswered(fault: str, ending: Ending) -> None:
    told: Told = []
    conversation = make(fault, told)
    assert connect(conversation) is None
    assert conversation.ending is ending
    assert [kind for kind, _ in told] == [EventKind.HANDSHAKE, EventKind.FAULT]


def test_the_flood_is_well_formed_rtmp() -> None:
    conversation = make("flood")
    client = ClientSession()
    conversation.receive(client.take_output())
    assert any(isinstance(e, HandshakeCompleted) for e in client.receive(conversation.take_output()))
    client.connect(request_for())
    conversation.receive(client.take_output())
    assert len(client.receive(conversation.flood_piece * 1000)) == 1000


@pytest.mark.parametrize(
    ("fault", "size", "ending"),
    [
        ("reset-after-c0", 1, Ending.RESET),
        ("reset-after-c1", 1536, Ending.OPEN),
        ("reset-after-c1", 1537, Ending.RESET),
    ],
)
def test_the_handshake_can_be_broken_off(fault: str, size: int, ending: Ending) -> None:
    conversation = make(fault)
    conversation.receive(ClientSession().take_output()[:size])
    assert conversation.take_output() == b""
    assert conversation.ending is ending


@pytest.mark.parametrize(
    ("fault", "size", "ending"),
    [
        ("cut-s2:0", 0, Ending.HOLD),
        ("cut-s2", 1460, Ending.HOLD),
        ("cut-s2:3072", 3072, Ending.HOLD),
        ("cut-s2-close:1", 1, Ending.CLOSE),
    ],
)
def test_the_servers_half_of_the_handshake_can_be_cut(fault: str, size: int, ending: Ending) -> None:
    conversation = make(fault)
    c0c1 = ClientSession().take_output()
    conversation.receive(c0c1[:1])
    assert conversation.ending is Ending.OPEN
    conversation.receive(c0c1[1:])
    assert len(conversation.take_output()) == size
    assert conversation.ending is ending
    conversation.receive(bytes(1536))
    assert conversation.take_output() == b""


# ---- RTMPE


@pytest.mark.parametrize(("app", "accepted"), [("live", True), ("none", False)])
def test_rtmpe_is_the_same_conversation(app: str, accepted: bool) -> None:
    told: Told = []
    conversation = make(told=told)
    reply = connect(conversation, app, rtmpe_client())
    assert reply is not None
    assert reply.accepted is accepted
    assert told[0] == (EventKind.HANDSHAKE, "rtmpe")


def test_rtmpe_can_be_refused_like_an_unknown_version() -> None:
    told: Told = []
    conversation = make("rtmpe-off", told)
    assert connect(conversation, client=rtmpe_client()) is None
    assert (conversation.take_output(), conversation.ending) == (b"", Ending.CLOSE)
    assert told == [(EventKind.FAULT, "rtmpe-off")]


@pytest.mark.parametrize(
    ("fault", "s0", "seen"),
    [
        ("rtmpe-plain", 3, RtmpeFault.NOT_OFFERED),
        ("rtmpe-type-8", 8, RtmpeFault.SIGNATURE_TYPE),
        ("rtmpe-bad-key", 6, RtmpeFault.BAD_KEY),
        ("rtmpe-bad-key:1", 6, RtmpeFault.BAD_KEY),
        ("rtmpe-bad-key:p-1", 6, RtmpeFault.BAD_KEY),
    ],
)
def test_faults_of_rtmpe(fault: str, s0: int, seen: RtmpeFault) -> None:
    told: Told = []
    conversation, client = make(fault, told), rtmpe_client()
    conversation.receive(client.take_output())
    with pytest.raises(RtmpeError) as caught:
        client.receive(conversation.take_output())
    assert (caught.value.fault, client.facts.s0_version) == (seen, s0)
    assert (told, conversation.ending) == ([(EventKind.FAULT, fault.partition(":")[0])], Ending.OPEN)


@pytest.mark.parametrize("fault", sorted(RTMPE_FAULTS))
def test_faults_of_rtmpe_leave_plain_rtmp_alone(fault: str) -> None:
    told: Told = []
    reply = connect(make(fault, told))
    assert reply is not None
    assert reply.accepted
    assert [kind for kind, _ in told] == [EventKind.HANDSHAKE, EventKind.ACCEPTED]


def test_an_rtmpe_client_without_digest_is_closed() -> None:
    told: Told = []
    conversation = make(told=told)
    conversation.receive(b"\6" + bytes(1536))
    assert (conversation.take_output(), conversation.ending) == (b"", Ending.CLOSE)
    assert told[0][0] is EventKind.PROTOCOL_ERROR


def test_s0_s1_s2_are_one_piece() -> None:
    conversation = make()
    c0c1 = ClientSession().take_output()
    for index in range(len(c0c1)):
        assert conversation.take_output() == b""
        conversation.receive(c0c1[index : index + 1])
    assert len(conversation.take_output()) == 3073


@given(st.binary(max_size=4000))
def test_hostile_bytes_close_the_conversation_and_raise_nothing(data: bytes) -> None:
    told: Told = []
    conversation = make(told=told)
    conversation.receive(b"\3" + bytes(1536) + bytes(1536))
    conversation.receive(data)
    conversation.close()
    broke = any(kind is EventKind.PROTOCOL_ERROR for kind, _ in told)
    assert (conversation.ending is Ending.CLOSE) == broke


def test_a_first_byte_that_is_no_version_closes() -> None:
    told: Told = []
    conversation = make(told=told)
    conversation.receive(b"GET / HTTP/1.1\r\n\r\n")
    assert conversation.ending is Ending.CLOSE
    assert told[0][0] is EventKind.PROTOCOL_ERROR


def test_a_second_connect_changes_nothing() -> None:
    client = ClientSession()
    conversation = make()
    conversation.receive(client.take_output())
    client.receive(conversation.take_output())
    client.connect(request_for())
    conversation.receive(client.take_output())
    client.receive(conversation.take_output())
    client.send_command("connect", 1.0, {"app": "other"})
    conversation.receive(client.take_output())
    assert conversation.take_output() == b""
    assert conversation.ending is Ending.OPEN


@pytest.mark.parametrize(
    ("fault", "command", "code", "ending"),
    [
        ("reject-as-status:Rejected:no", "onStatus", "NetConnection.Connect.Rejected", Ending.OPEN),
        ("reject-in-result", "_result", "NetConnection.Connect.InvalidApp", Ending.OPEN),
        ("close-command", "close", None, Ending.CLOSE),
        ("redirect-as-status:rtmp://h/a", "onStatus", "NetConnection.Connect.Rejected", Ending.HOLD),
    ],
)
def test_a_rejection_may_come_in_any_command(
    fault: str, command: str, code: str | None, ending: Ending
) -> None:
    conversation = make(fault)
    reply = connect(conversation)
    assert reply is not None
    assert not reply.accepted
    assert (reply.command, reply.code) == (command, code)
    assert reply.redirect_url == ("rtmp://h/a" if "redirect" in fault else None)
    assert conversation.ending is ending


def test_a_gate_is_asked_before_a_client_is_let_in() -> None:
    conversation = make(gate=Gate(Scheme.ADOBE, "bob", "secret"))
    reply = connect(conversation)
    assert reply is not None
    assert not reply.accepted
    assert "code=403 need auth; authmod=adobe" in (reply.description or "")


@pytest.mark.parametrize(
    ("fault", "breach"), [("bad-chunk-size", Breach.CHUNK_SIZE), ("bad-length", Breach.MESSAGE_LENGTH)]
)
def test_it_breaks_the_protocol_where_it_is_to(fault: str, breach: Breach) -> None:
    conversation = make(fault)
    with pytest.raises(RemoteProtocolError) as caught:
        connect(conversation)
    assert caught.value.breach is breach
    assert caught.value.place is not None
    assert caught.value.place >= 3073
    assert conversation.ending is Ending.HOLD


def test_it_asks_for_swf_verification_and_says_no_more() -> None:
    conversation = make("swf-verification")
    assert connect(conversation) is None
    assert conversation.ending is Ending.HOLD


def test_an_answer_under_another_number_is_one() -> None:
    reply = connect(make("other-transaction"))
    assert reply is not None
    assert reply.accepted


@pytest.mark.parametrize(
    ("fault", "ending"), [("accept-then-close", Ending.CLOSE), ("accept-then-reject", Ending.HOLD)]
)
def test_it_accepts_and_throws_out(fault: str, ending: Ending) -> None:
    conversation = make(fault)
    reply = connect(conversation)
    assert reply is not None
    assert reply.accepted
    assert conversation.ending is ending
