from __future__ import annotations

import pytest

from fmsdiag.protocol.events import MessageReceived, S1Received
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.message import Video
from fmsdiag.server.events import EventKind
from fmsdiag.server.service import Server, ServerOptions
from tests.server.clients import EventLog, raw_client, request_for, rtmp_client


@pytest.mark.parametrize("handshake", list(HandshakeKind))
async def test_a_connect_takes_three_round_trips(handshake: HandshakeKind) -> None:
    """TCP's own, C0C1 against S0S1S2 in one write, C2 and connect against the whole answer in one write."""
    async with (
        Server(ServerOptions(rtmp=0)) as server,
        rtmp_client(server.ports["rtmp"], handshake=handshake) as client,
    ):
        reply = await client.connect()
    assert reply.accepted
    assert reply.fms_ver == "FMS/5,0,15,5004"
    assert len(client.reads) == 2
    assert client.reads[0] == 3073


async def test_the_digest_handshake_is_signed() -> None:
    async with Server(ServerOptions(rtmp=0)) as server, rtmp_client(server.ports["rtmp"]) as client:
        await client.connect()
        facts = client.session.facts
    assert facts.digest_valid
    assert facts.s2_signature_valid


async def test_media_from_one_connection_reach_another() -> None:
    log = EventLog()
    async with Server(ServerOptions(rtmp=0), log) as server:
        port = server.ports["rtmp"]
        async with rtmp_client(port) as publisher, rtmp_client(port) as player:
            for client, command in ((player, "play"), (publisher, "publish")):
                await client.connect()
                client.session.call("createStream")
                client.session.call(command, "a", stream_id=1)
                await client.raw.send(client.session.take_output())
            await log.wait_for(EventKind.PLAY)
            await log.wait_for(EventKind.PUBLISH)
            publisher.session.send_message(Video(b"\x12frame"), 1, 40)
            await publisher.raw.send(publisher.session.take_output())
            got: list[object] = []
            while Video(b"\x12frame") not in got:
                events = player.session.receive(await player.raw.read())
                got += [event.message for event in events if isinstance(event, MessageReceived)]
            publisher.raw.writer.close()
            assert b"NetStream.Play.UnpublishNotify" in await player.raw.read()


async def test_the_last_answer_arrives_though_the_client_goes_on_sending() -> None:
    async with Server(ServerOptions(rtmp=0)) as server, rtmp_client(server.ports["rtmp"]) as client:
        await client.until(S1Received)
        client.session.connect(request_for("none"))
        await client.raw.send(client.session.take_output() + bytes(50_000))
        answer = await client.raw.read_all()
    assert b"NetConnection.Connect.Rejected" in answer


async def test_a_client_that_leaves_in_the_handshake_is_forgotten() -> None:
    log = EventLog()
    async with Server(ServerOptions(rtmp=0), log) as server:
        async with raw_client(server.ports["rtmp"]) as client:
            await client.send(b"\3half")
            client.writer.write_eof()
            assert await client.read_all() == b""
        assert (await log.wait_for(EventKind.CLOSED)).detail == ""
    assert [event.kind for event in log.events] == [EventKind.OPENED, EventKind.CLOSED]
