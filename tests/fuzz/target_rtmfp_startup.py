"""The start-up of RTMFP in both roles: packets under its well-known key, and datagrams of any content."""

from __future__ import annotations

from fmsdiag.protocol.rtmfp.client import RtmfpClient
from fmsdiag.protocol.rtmfp.crypto import startup_cipher
from fmsdiag.protocol.rtmfp.packet import STARTUP_SESSION
from fmsdiag.protocol.rtmfp.server import MAX_SESSIONS, RtmfpServer
from tests.fuzz.inputs import Input, block
from tests.fuzz.rtmfp_conversation import datagrams, plain_packets
from tests.protocol.rtmfp.exchange import CLIENT, REQUEST, SERVER, URI, seeded

TO_SERVER, AS_IT_IS, LATE = 1, 2, 4
MOST_DATAGRAMS = 12  # some of them make a side compute keys, which takes a while


def seeds() -> list[bytes]:
    """For each datagram: who gets it, whether it is sealed for it, whether timers ring first; then its bytes."""
    packets = b"".join(b"\0" + block(packet) for packet in plain_packets()[:6])
    sent = b"".join(
        bytes((AS_IT_IS | (TO_SERVER if outward else 0),)) + block(data) for outward, data in datagrams()[:6]
    )
    return [packets, packets.replace(b"\0", b"\1", 1), sent, *(b"\0" + block(p) for p in plain_packets()[:6])]


def check(data: bytes) -> None:
    """Nothing is raised; few sessions; what is sent stays in proportion."""
    given = Input(data)
    now_s = 1000.0
    client = RtmfpClient(URI, now_s=now_s, random_bytes=seeded(1), request=REQUEST)
    server = RtmfpServer(now_s=now_s, random_bytes=seeded(2))
    client.start()
    sent = 0
    for _ in range(MOST_DATAGRAMS):
        if not given:
            break
        flags = given.byte()
        if flags & LATE:
            now_s += 2.0
            client.handle_timeout(now_s)
            server.handle_timeout(now_s)
        datagram = given.block()
        if not flags & AS_IT_IS:
            datagram = startup_cipher().seal(STARTUP_SESSION, datagram)
        if flags & TO_SERVER:
            server.receive(datagram, CLIENT, now_s)
        else:
            client.receive(datagram, SERVER, now_s)
        sent += sum(len(each) for each, _ in (*client.take_datagrams(), *server.take_datagrams()))
    assert len(server._sessions) <= MAX_SESSIONS
    assert sent < 64 * 1024 + 4 * len(data)
