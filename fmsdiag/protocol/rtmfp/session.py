"""A session whose keys are agreed, the same for both roles (RFC 7016, sections 3.5 and 3.6).

Packets in, events and datagrams out: flows and their acknowledgements, RTMP messages, pings and the orderly close.
"""

from __future__ import annotations

from fmsdiag.protocol.errors import LocalProtocolError, RemoteProtocolError
from fmsdiag.protocol.message import Message, decode_message, encode_message
from fmsdiag.protocol.rtmfp.crypto import PacketCipher, RandomBytes
from fmsdiag.protocol.rtmfp.errors import RtmfpError, RtmfpFault
from fmsdiag.protocol.rtmfp.events import (
    FlowException,
    MessageReceived,
    MessageRejected,
    PacketDamaged,
    PingAnswered,
    SessionClosed,
    SessionNews,
)
from fmsdiag.protocol.rtmfp.flow import (
    Acknowledgement,
    ReceiveFlow,
    SendFlow,
    TcMessage,
    UserData,
    parse_ack_bitmap,
    parse_ack_ranges,
    parse_tc_message,
    parse_user_data,
    stream_of,
)
from fmsdiag.protocol.rtmfp.packet import (
    Chunk,
    ChunkType,
    Mode,
    Packet,
    Reader,
    Timestamps,
    encode_chunk,
    encode_packet,
    encode_vlu,
    parse_packet,
    ticks,
)

FIRST_FLOW = 2  # what Flash Player used for NetConnection
MAX_FLOWS = 16  # that the peer may send
MAX_HELD_BYTES = 1 << 19  # of fragments and unfinished messages, in all flows together
MAX_ECHO_BYTES = 1024  # of a ping; a larger one is not answered
_MAX_CHUNK_BYTES = 1200  # in one packet, unless one chunk alone is larger
_EXCEPTION_CODE = 0
_PING_BYTES = 8
_PING_INTERVAL_S = 1.0
_PING_TRIES = 3
_CLOSE_INTERVAL_S = 1.0
_CLOSE_TRIES = 2


class KeyedSession:
    """One end of an open session.

    mode             our own: INITIATOR or RESPONDER
    far_session_id   what the peer wants its packets addressed to
    ack_delay_s      how long acknowledgements wait; 0: none
    refusal_code     refuse each of the peer's flows with this code
    max_held_bytes   of what the peer sent and cannot be used yet; the flow that brings more is refused
    """

    def __init__(
        self,
        cipher: PacketCipher,
        mode: Mode,
        far_session_id: bytes,
        random_bytes: RandomBytes,
        *,
        ack_delay_s: float = 0.0,
        refusal_code: int | None = None,
        max_held_bytes: int = MAX_HELD_BYTES,
    ) -> None:
        self._max_held_bytes = max_held_bytes
        self._cipher = cipher
        self._mode = mode
        self._far_mode = Mode.RESPONDER if mode is Mode.INITIATOR else Mode.INITIATOR
        self._far_session_id = far_session_id
        self._timestamps = Timestamps()
        self._random_bytes = random_bytes
        self._ack_delay_s = ack_delay_s
        self._refusal_code = refusal_code
        self._receiving: dict[int, ReceiveFlow] = {}
        self._sending: dict[int, SendFlow] = {}  # by flow id
        self._flow_of_stream: dict[int, SendFlow] = {}
        self._next_flow = FIRST_FLOW
        self._unacknowledged: dict[int, None] = {}  # flows to acknowledge, in order
        self._ack_due_s: float | None = None
        self._pings: dict[bytes, float] = {}  # body, when sent
        self._ping_tries = 0
        self._ping_due_s: float | None = None
        self._close_tries = 0
        self._close_due_s: float | None = None
        self._closed = False
        self._chunks: list[bytes] = []
        self._datagrams: list[bytes] = []

    @property
    def closing(self) -> bool:
        return self._close_tries > 0

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def shortest_rtt_s(self) -> float | None:
        """By the peer's echoes of our timestamps, in steps of 4 ms."""
        return self._timestamps.shortest_rtt_s

    @property
    def next_timeout_s(self) -> float | None:
        if self._closed:
            return None
        due = [flow.next_timeout_s for flow in self._sending.values()]
        return min(
            (at for at in (*due, self._ack_due_s, self._ping_due_s, self._close_due_s) if at is not None),
            default=None,
        )

    def open(self, datagram: bytes) -> Packet:
        """The packet in a datagram for our session id. Raises RtmfpError; then nothing has changed."""
        packet = parse_packet(self._cipher.open(datagram))
        if packet.mode != self._far_mode:
            raise RtmfpError(RtmfpFault.WRONG_MODE, f"a packet of mode {packet.mode} in an open session")
        return packet

    def receive(self, packet: Packet, now_s: float) -> list[SessionNews]:
        """What an opened packet means. Answers are queued."""
        events: list[SessionNews] = []
        if not self._closed:
            self._timestamps.received(packet, now_s)
        previous: UserData | None = None
        for chunk in packet.chunks:
            try:
                if chunk.type in (ChunkType.USER_DATA, ChunkType.NEXT_USER_DATA) and not self._closed:
                    previous = self._parse_user_data(chunk, previous)
                    events += self._on_user_data(previous)
                else:
                    previous = None
                    events += self._on_chunk(chunk, now_s)
            except RtmfpError as error:
                events.append(PacketDamaged(error.fault, str(error)))
                break
        if self._unacknowledged and self._ack_due_s is None:
            self._ack_due_s = now_s + self._ack_delay_s
        if self._ack_due_s is not None and now_s >= self._ack_due_s:
            self._acknowledge()
        self._flush(now_s)
        return events

    def handle_timeout(self, now_s: float) -> list[SessionNews]:
        """Repeats what is due."""
        if self._closed:
            return []
        events: list[SessionNews] = []
        for flow in self._sending.values():
            self._chunks += (encode_chunk(ChunkType.USER_DATA, payload) for payload in flow.repeat(now_s))
        if self._ack_due_s is not None and now_s >= self._ack_due_s:
            self._acknowledge()
        if self._ping_due_s is not None and now_s >= self._ping_due_s:
            self._ping_due_s = None
            if self._ping_tries < _PING_TRIES:
                self._send_ping(now_s)
        if self._close_due_s is not None and now_s >= self._close_due_s:
            events += self._repeat_close(now_s)
        self._flush(now_s)
        return events

    def send(
        self,
        message: Message,
        now_s: float,
        *,
        stream_id: int = 0,
        answers: int | None = None,
        final: bool = False,
    ) -> SendFlow:
        """Queues a message on the stream's flow, a new one that answers the peer's flow `answers` if there is none yet.

        `final` ends the flow behind it. Raises LocalProtocolError when closed, or when too much waits.
        """
        if self._closed or self.closing:
            raise LocalProtocolError("the session is closed")
        flow = self._flow_of_stream.get(stream_id)
        if flow is None or flow.gave_up:
            flow = SendFlow(self._next_flow, stream_id, answers)
            self._next_flow += 1
            self._sending = {known.flow_id: known for known in self._sending.values() if not known.gave_up}
            self._sending[flow.flow_id] = self._flow_of_stream[stream_id] = flow
        flow.queue(TcMessage(*_typed(message)).encode(), final=final)
        if final:
            del self._flow_of_stream[stream_id]
        self._flush(now_s)
        return flow

    def ping(self, now_s: float) -> None:
        """Queues a ping, repeated with another body each time, so that an answer tells which one it is to."""
        if self._closed or self.closing:
            raise LocalProtocolError("the session is closed")
        self._ping_tries = 0
        self._pings.clear()
        self._send_ping(now_s)
        self._flush(now_s)

    def close(self, now_s: float) -> None:
        """Asks the peer to end the session. Harmless when that was done already."""
        if not self._closed and not self.closing:
            self._ping_due_s = self._ack_due_s = None
            for flow in self._sending.values():
                flow.give_up()
            self._repeat_close(now_s)
            self._flush(now_s)

    def take_datagrams(self) -> list[bytes]:
        taken, self._datagrams = self._datagrams, []
        return taken

    def _on_chunk(self, chunk: Chunk, now_s: float) -> list[SessionNews]:
        match chunk.type:
            case ChunkType.SESSION_CLOSE_REQUEST:
                self._queue(ChunkType.SESSION_CLOSE_ACKNOWLEDGEMENT)
                return self._end(by_peer=not self.closing)
            case ChunkType.SESSION_CLOSE_ACKNOWLEDGEMENT:
                return self._end(by_peer=not self.closing)
        if self._closed:
            return []
        match chunk.type:
            case ChunkType.PING if len(chunk.payload) <= MAX_ECHO_BYTES:
                self._queue(ChunkType.PING_REPLY, chunk.payload)
            case ChunkType.PING_REPLY if (sent_s := self._pings.get(chunk.payload)) is not None:
                self._pings.clear()
                self._ping_due_s = None
                return [PingAnswered(now_s - sent_s)]
            case ChunkType.ACK_RANGES:
                self._on_acknowledgement(parse_ack_ranges(chunk.payload), now_s)
            case ChunkType.ACK_BITMAP:
                self._on_acknowledgement(parse_ack_bitmap(chunk.payload), now_s)
            case ChunkType.BUFFER_PROBE:
                if (flow_id := Reader(chunk.payload).vlu()) in self._receiving:
                    self._unacknowledged[flow_id] = None
            case ChunkType.FLOW_EXCEPTION:
                return self._on_exception(Reader(chunk.payload))
        return []

    def _on_exception(self, reader: Reader) -> list[SessionNews]:
        flow_id, code = reader.vlu(), reader.vlu()
        flow = self._sending.get(flow_id)
        if flow is None or flow.gave_up:
            return []
        flow.give_up()
        return [FlowException(flow_id, code)]

    def _on_acknowledgement(self, ack: Acknowledgement, now_s: float) -> None:
        if (flow := self._sending.get(ack.flow_id)) is not None:
            flow.receive(ack, now_s)

    @staticmethod
    def _parse_user_data(chunk: Chunk, previous: UserData | None) -> UserData:
        if chunk.type == ChunkType.USER_DATA:
            return parse_user_data(chunk.payload)
        if previous is None:
            raise RtmfpError(RtmfpFault.MALFORMED, "next user data without a first", 0, chunk.payload)
        return parse_user_data(chunk.payload, previous)

    def _on_user_data(self, item: UserData) -> list[SessionNews]:
        flow = self._receiving.get(item.flow_id)
        if flow is None:
            if len(self._receiving) >= MAX_FLOWS:
                self._refuse(item.flow_id, _EXCEPTION_CODE)
                return []
            flow = self._receiving[item.flow_id] = ReceiveFlow(item.flow_id)
        self._unacknowledged[flow.flow_id] = None
        try:
            if not flow.begun:
                flow.begin(stream_of(item))
                if self._refusal_code is not None:
                    flow.refuse()
                    self._refuse(flow.flow_id, self._refusal_code)
            stream_id, messages = flow.stream_id, flow.receive(item)
            if (held := sum(each.held_bytes for each in self._receiving.values())) > self._max_held_bytes:
                raise RtmfpError(RtmfpFault.TOO_LARGE, f"{held} bytes that cannot be used yet")
        except RtmfpError:
            flow.refuse()
            flow.receive(item)  # only to acknowledge it
            self._refuse(flow.flow_id, _EXCEPTION_CODE)
            raise
        return [] if stream_id is None else [_decoded(data, stream_id, flow.flow_id) for data in messages]

    def _refuse(self, flow_id: int, code: int) -> None:
        self._queue(ChunkType.FLOW_EXCEPTION, encode_vlu(flow_id) + encode_vlu(code))

    def _acknowledge(self) -> None:
        for flow_id in self._unacknowledged:
            self._queue(ChunkType.ACK_RANGES, self._receiving[flow_id].acknowledgement().encode())
        self._unacknowledged.clear()
        self._ack_due_s = None

    def _send_ping(self, now_s: float) -> None:
        body = self._random_bytes(_PING_BYTES)
        self._pings[body] = now_s
        self._ping_tries += 1
        self._ping_due_s = now_s + _PING_INTERVAL_S
        self._queue(ChunkType.PING, body)

    def _repeat_close(self, now_s: float) -> list[SessionNews]:
        if self._close_tries == _CLOSE_TRIES:
            return self._end(by_peer=False)
        self._close_tries += 1
        self._close_due_s = now_s + _CLOSE_INTERVAL_S
        self._queue(ChunkType.SESSION_CLOSE_REQUEST)
        return []

    def _end(self, by_peer: bool) -> list[SessionNews]:
        if self._closed:
            return []
        self._closed = True
        for flow in self._sending.values():
            flow.give_up()
        self._receiving.clear()
        self._unacknowledged.clear()
        self._ack_due_s = self._ping_due_s = self._close_due_s = None
        return [SessionClosed(by_peer)]

    def _queue(self, kind: ChunkType, payload: bytes = b"") -> None:
        self._chunks.append(encode_chunk(kind, payload))

    def _flush(self, now_s: float) -> None:
        """Packs the chunks that wait into datagrams."""
        for flow in self._sending.values():
            self._chunks += (encode_chunk(ChunkType.USER_DATA, payload) for payload in flow.take(now_s))
        packet: list[bytes] = []
        for chunk in self._chunks:
            if packet and sum(map(len, packet)) + len(chunk) > _MAX_CHUNK_BYTES:
                self._datagrams.append(self._seal(packet, now_s))
                packet = []
            packet.append(chunk)
        if packet:
            self._datagrams.append(self._seal(packet, now_s))
        self._chunks.clear()

    def _seal(self, chunks: list[bytes], now_s: float) -> bytes:
        packet = encode_packet(self._mode, chunks, ticks(now_s), self._timestamps.echo(now_s))
        return self._cipher.seal(self._far_session_id, packet)


def _typed(message: Message) -> tuple[int, int, bytes]:
    type_id, body = encode_message(message)
    return type_id, 0, body


def _decoded(data: bytes, stream_id: int, flow_id: int) -> SessionNews:
    try:
        tc = parse_tc_message(data)
        message = decode_message(tc.type_id, tc.body)
    except RemoteProtocolError as error:
        return MessageRejected(error.what, data[:64])
    return MessageReceived(message, stream_id, flow_id, tc.timestamp_ms, len(tc.body))
