"""An open session of RTMFP: packets of any content under the right keys, flows and their acknowledgements."""

from __future__ import annotations

from fmsdiag.protocol.describe import describe
from fmsdiag.protocol.message import Command
from fmsdiag.protocol.rtmfp.crypto import PacketCipher, derive_keys
from fmsdiag.protocol.rtmfp.errors import RtmfpError
from fmsdiag.protocol.rtmfp.events import MessageReceived, SessionNews
from fmsdiag.protocol.rtmfp.flow import MAX_MESSAGE_BYTES
from fmsdiag.protocol.rtmfp.packet import Mode
from fmsdiag.protocol.rtmfp.session import KeyedSession
from tests.fuzz.inputs import Input, block
from tests.fuzz.rtmfp_conversation import plain_packets
from tests.protocol.rtmfp.exchange import seeded

NEAR, FAR = derive_keys(b"secret", b"near", b"far"), derive_keys(b"secret", b"far", b"near")
RESPONDER, BUSY, LATE = 1, 2, 4


def seeds() -> list[bytes]:
    """Our role and whether we send as well; then for each packet whether timers ring first, and its bytes."""
    packets = [b"\0" + block(packet) for packet in plain_packets()]
    return [bytes((role,)) + b"".join(packets) for role in range(4)] + [b"\0" + packet for packet in packets]


def check(data: bytes) -> None:
    """Only RtmfpError, from opening a packet; what is sent stays in proportion to what came."""
    given = Input(data)
    flags = given.byte()
    mode = Mode.RESPONDER if flags & RESPONDER else Mode.INITIATOR
    near, far = KeyedSession(PacketCipher(NEAR), mode, b"abcd", seeded(4)), PacketCipher(FAR)
    now_s, sent = 1000.0, 0
    if flags & BUSY:
        near.send(Command("connect", 1.0, ({"app": "live"},)), now_s)
        near.ping(now_s)
    while given:
        if given.byte() & LATE:
            now_s += 1.0
            _read(near.handle_timeout(now_s))
        try:
            _read(near.receive(near.open(far.seal(b"abcd", given.block())), now_s))
        except RtmfpError as error:
            str(error)
        sent += sum(len(datagram) for datagram in near.take_datagrams())
    assert sent < 64 * 1024 + 8 * len(data)


def _read(news: list[SessionNews]) -> None:
    for event in news:
        if isinstance(event, MessageReceived):
            assert len(describe(event.message)) <= MAX_MESSAGE_BYTES
