"""Runs against the embedded server as packet files: what is in them, what is said, and that no secret is."""

import asyncio
import base64
from dataclasses import replace
from datetime import datetime

import pytest

from fmsdiag.model import Carrier, Credentials, RecordedConversation, Traffic, TrafficEvent, TrafficRecord
from fmsdiag.report.packets.frames import Flags
from fmsdiag.report.packets.packet_file import packet_file
from fmsdiag.report.sensitive import Identity
from fmsdiag.server.service import Server
from fmsdiag.server.silent_port import open_silent_port
from fmsdiag.typed_proxy import parse_proxy_choice
from tests.probe.fake_network import FakeNetwork, rtmp_server
from tests.probe.loopback import closed_port, needs_ipv6, on_linux
from tests.report import samples
from tests.report.packets.pcapng_reader import File, Read, read
from tests.report.packets.runs import record
from tests.server.listeners import options_for

SYN, ACK, RST = Flags.SYN, Flags.ACK, Flags.RST
KEY, TOKEN, PASSWORD = "k7Xq9fPz4471", "s3cr3tV4lue", "p4ssw0rdOfAlice"


def by_connection(file: File) -> list[list[Read]]:
    found: dict[frozenset[int], list[Read]] = {}
    for each in file.packets:
        found.setdefault(frozenset(each.ports), []).append(each)
    return list(found.values())


async def test_a_run_that_connects() -> None:
    async with Server(options_for("rtmp")) as server:
        port = server.ports["rtmp"]
        run = await record(f"rtmp://127.0.0.1:{port}/live")
    file = read(run.file())
    assert (file.link_type, file.application) == (101, f"fmsdiag {run.report.tool.version}")
    (packets,) = by_connection(file)
    assert [p.flags for p in packets[:3]] == [SYN, SYN | ACK, ACK]
    local_port = run.recorder.traffic.conversations[0].port
    assert packets[0].ports == (local_port, port)
    sent = b"".join(p.payload for p in packets if p.ports[1] == port)
    received = b"".join(p.payload for p in packets if p.ports[0] == port)
    assert sent[:1] == received[:1] == b"\x03"
    assert b"connect" in sent[3073:]
    assert b"NetConnection.Connect.Success" in received
    began = datetime.fromisoformat(run.report.started_at).timestamp()
    times = [p.at_ns / 1e9 - began for p in packets]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] <= run.report.duration_s + 0.01
    assert not any("made up" in comment for comment in file.all_comments)
    assert any("were not captured" in comment for comment in file.comments)


@needs_ipv6
async def test_a_run_over_ipv6() -> None:
    async with Server(replace(options_for("rtmp"), listen="::1")) as server:
        run = await record(f"rtmp://[::1]:{server.ports['rtmp']}/live")
    packets = read(run.file()).packets
    assert {p.source for p in packets} == {"::1"}
    assert any(b"NetConnection.Connect.Success" in p.payload for p in packets)


async def test_a_refused_port() -> None:
    port = closed_port()
    run = await record(f"rtmp://127.0.0.1:{port}/live")
    cause = run.report.findings[0].cause
    file = read(run.file())
    for packets in by_connection(file):
        if port in packets[0].ports:
            assert [p.flags for p in packets] == [SYN, RST | ACK]
            assert packets[0].ports[0] != port
    assert f"{cause}: the connection is refused here" in file.all_comments
    assert not any("made up" in comment for comment in file.all_comments)


async def test_a_server_that_resets() -> None:
    async with Server(options_for("rtmp", faults=["reset-after-c1"])) as server:
        run = await record(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
    file = read(run.file())
    assert any(p.flags & RST and p.ports[0] == server.ports["rtmp"] for p in file.packets)
    said = [comment for comment in file.all_comments if comment.endswith("the connection is reset here")]
    assert said[0].startswith(f"{run.report.findings[0].cause}: ")


@on_linux
async def test_a_silent_port() -> None:
    port = await open_silent_port()
    try:
        async with Server(options_for("rtmp")) as server:
            ports = f"{port.port},{server.ports['rtmp']}"
            run = await record("rtmp://127.0.0.1/live", ports, timeout_s=2.0, tcp_timeout_s=1.0)
    finally:
        port.close()
    file = read(run.file())
    silent = [packets for packets in by_connection(file) if port.port in packets[0].ports]
    assert silent
    assert all([p.flags for p in packets] == [SYN] for packets in silent), (
        "a SYN that was sent again is not made up"
    )


async def test_the_datagrams_of_rtmfp() -> None:
    async with Server(options_for("rtmfp")) as server:
        port = server.ports["rtmfp"]
        run = await record(f"rtmfp://127.0.0.1:{port}/live")
    packets = [p for p in read(run.file()).packets if p.protocol == 17]
    assert len(packets) > 4
    assert {p.ports[1] for p in packets if p.ports[0] != port} == {port}
    assert {p.source for p in packets} == {"127.0.0.1"}


async def test_tls_as_it_went_over_the_wire() -> None:
    async with Server(options_for("rtmps")) as server:
        run = await record(f"rtmps://127.0.0.1:{server.ports['rtmps']}/live/{KEY}")
    file = read(run.file())
    assert any(p.payload.startswith(b"\x16\x03") for p in file.packets)
    assert any("encrypted by TLS" in comment for comment in file.all_comments)
    assert not any(b"NetConnection" in p.payload for p in file.packets)


@pytest.mark.parametrize("fault", ["auth-adobe:alice:" + PASSWORD, "auth-llnw:alice:" + PASSWORD])
async def test_no_planted_secret_is_in_the_file(fault: str) -> None:
    async with Server(options_for("rtmp", "rtmpt", faults=[fault])) as server:
        ports = f"{server.ports['rtmp']},rtmpt:{server.ports['rtmpt']},rtmpe:{server.ports['rtmp']}"
        run = await record(
            f"rtmp://127.0.0.1/live?token={TOKEN}",
            ports,
            credentials=Credentials(server=("alice", PASSWORD)),
        )
    file = run.file()
    for secret in (TOKEN, PASSWORD, "alice"):
        for spelled in (
            secret.encode(),
            base64.b64encode(secret.encode()).rstrip(b"="),
            secret.encode().hex().encode(),
        ):
            assert spelled not in file
    read(file)
    everything = run.file(include_sensitive=True)
    assert PASSWORD.encode() not in everything
    assert TOKEN.encode() not in everything
    assert any("Sensitive data is included" in comment for comment in read(everything).comments)


async def test_a_published_streams_key_is_hidden() -> None:
    async with Server(options_for("rtmp", "rtmpt")) as server:
        ports = f"rtmpt:{server.ports['rtmpt']},{server.ports['rtmp']}"
        run = await record(f"rtmp://127.0.0.1/live/{KEY}?token={TOKEN}", ports, publish=True, play=True)
    file = run.file()
    assert KEY.encode() not in file
    assert TOKEN.encode() not in file
    assert any(b"publish" in p.payload and b"****" in p.payload for p in read(file).packets)
    everything = run.file(include_sensitive=True)
    assert KEY.encode() not in everything
    assert TOKEN.encode() not in everything


async def test_a_proxys_sign_in_is_hidden() -> None:
    asked = asyncio.Queue[bytes]()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.put_nowait(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n')
        asked.put_nowait(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    proxy = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with proxy:
        at = proxy.sockets[0].getsockname()[1]
        choice, login = parse_proxy_choice(f"http://alice:{PASSWORD}@127.0.0.1:{at}")
        run = await record(
            f"rtmp://127.0.0.1:{closed_port()}/live",
            proxy=choice,
            credentials=Credentials(proxy=login),
        )
    sent = [asked.get_nowait() for _ in range(asked.qsize())]
    token = base64.b64encode(f"alice:{PASSWORD}".encode())
    assert any(token in request for request in sent)
    file = run.file()
    assert token.rstrip(b"=") not in file
    assert PASSWORD.encode() not in file
    assert any(b"Proxy-Authorization: " in p.payload for p in read(file).packets)


async def test_a_network_that_does_not_tell_its_ports() -> None:
    net = FakeNetwork(tcp={1935: rtmp_server()})
    run = await record("rtmp://203.0.113.10/live", net=net)
    file = read(run.file())
    assert any("The port of this computer is not known." in comment for comment in file.all_comments)
    assert {p.source for p in file.packets} > {"203.0.113.10"}


def test_what_is_missing_is_said() -> None:
    unsent = RecordedConversation(
        Carrier.TCP, samples.SERVER, 1935, None, None, None,
        (TrafficRecord(0.0, TrafficEvent.OPENING), TrafficRecord(0.1, TrafficEvent.NOT_SENT)),
    )  # fmt: skip
    odd = RecordedConversation(Carrier.TCP, "no address", 1, None, None, None, unsent.records)
    file = read(packet_file(samples.healthy(), Traffic((unsent, odd), left_out=2), identity=Identity()))
    assert file.packets == []
    assert any(
        comment.startswith("2 connections are missing: this computer refused") for comment in file.comments
    )
    assert any(comment.startswith("2 connections are missing: the test opened") for comment in file.comments)


def test_an_own_address_is_hidden_and_that_is_said() -> None:
    opening = (TrafficRecord(0.0, TrafficEvent.OPENING),)
    traffic = Traffic(
        (RecordedConversation(Carrier.TCP, samples.SERVER, 1935, "192.168.1.44", 5, None, opening),)
    )
    (packet,) = read(packet_file(samples.healthy(), traffic, identity=Identity())).packets
    assert packet.source == "192.0.2.1"
    assert packet.comments[0] == "192.0.2.1 stands for an address that is hidden."
    (packet,) = read(packet_file(samples.healthy(), traffic, include_sensitive=True)).packets
    assert packet.source == "192.168.1.44"
