"""The events of one conversation as IP packets, with sequence numbers that fit.

What was observed becomes a packet; what the kernel did by itself, such as sending a SYN again, is not made up.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Carrier, RecordedConversation, TrafficEvent, TrafficRecord
from fmsdiag.model.messages import Name
from fmsdiag.report.packets.frames import (
    MAX_PAYLOAD,
    Endpoint,
    Flags,
    Frame,
    IpAddress,
    icmp_error,
    tcp,
    udp,
)


class PacketTexts(Table, of="packets.packet"):
    """About one packet: what is made up, and what is not in it."""

    LEFT_OUT = text("{size} more followed that were not kept. The sequence numbers count them.")
    LEFT_OUT_OF_DATAGRAM = text("{size} more of this datagram were not kept.")
    CUT_OFF = text(
        "The connection ended while this was being sent. Some of these bytes may not have left this computer."
    )
    ENCRYPTED = text(
        "From here on this connection is encrypted by TLS. The records are as they were sent. Their keys were not kept."
    )
    # translators: {error} is the system's name for it, such as ECONNREFUSED
    REPORTED_REFUSED = text("Made from what the system reported for this connection: {error:name}.")
    REPORTED_ICMP = text(
        "Made from the ICMP error that the system reported: its type, its code, and its sender."
    )
    REPORTED = text("The system reported {error:name}, but not by which packet.")


USUAL_MSS = 1400
"""Bytes of a segment where the system did not tell: it fits nearly every path."""
_FIRST_NUMBER, _PEERS_FIRST_NUMBER = 1000, 5000
_PEER_TTL = 64
_TLS_HANDSHAKE = b"\x16\x03"


@dataclass
class Packet:
    """One packet of the file, `at_s` seconds after the run began."""

    at_s: float
    frame: Frame
    event: TrafficEvent
    comments: list[str] = field(default_factory=list)


@dataclass
class _Side:
    """One end of a connection: where it is, and the number of the next byte that it sends."""

    end: Endpoint
    number: int
    has_ended: bool = False


def packets_of(
    conversation: RecordedConversation, near: Endpoint, far: Endpoint, senders: dict[str, IpAddress]
) -> list[Packet]:
    """The packets between `near`, this computer, and `far`; `senders` are the addresses of those who reported errors."""
    if conversation.carrier is Carrier.UDP:
        return _Datagrams(near, far, senders).packets(conversation)
    return _Connection(near, far, senders, conversation.mss).packets(conversation)


class _Builder(ABC):
    """What connections and datagrams have in common."""

    def __init__(self, near: Endpoint, far: Endpoint, senders: dict[str, IpAddress]) -> None:
        self._near, self._far, self._senders = near, far, senders
        self._packets: list[Packet] = []
        self._last_sent: Frame | None = None

    def packets(self, conversation: RecordedConversation) -> list[Packet]:
        for record in conversation.records:
            self._add(record)
        return self._packets

    @abstractmethod
    def _add(self, record: TrafficRecord) -> None:
        """The packets of one event."""

    def _put(self, record: TrafficRecord, frame: Frame, *, is_ours: bool, comment: str = "") -> None:
        if is_ours:
            self._last_sent = frame
        self._packets.append(Packet(record.at_s, frame, record.event, [comment] if comment else []))

    def _put_icmp(self, record: TrafficRecord) -> None:
        icmp = record.icmp
        sender = self._senders.get(icmp.sender or "") if icmp is not None else None
        if (
            icmp is None
            or sender is None
            or self._last_sent is None
            or sender.version != self._near.address.version
        ):
            self._comment(say(PacketTexts.REPORTED, error=Name(record.error)))
            return
        frame = icmp_error(sender, self._near.address, icmp.type, icmp.code, self._last_sent, ttl=_PEER_TTL)
        self._put(record, frame, is_ours=False, comment=say(PacketTexts.REPORTED_ICMP))

    def _comment(self, comment: str) -> None:
        if self._packets and comment not in self._packets[-1].comments:
            self._packets[-1].comments.append(comment)


class _Datagrams(_Builder):
    """UDP."""

    def _add(self, record: TrafficRecord) -> None:
        match record.event:
            case TrafficEvent.SENT | TrafficEvent.RECEIVED:
                is_ours = record.event is TrafficEvent.SENT
                ends = (self._near, self._far) if is_ours else (self._far, self._near)
                ttl = record.ttl if is_ours else _PEER_TTL
                frame = udp(*ends, record.data, ttl=ttl, left_out=record.left_out)
                size = record.left_out
                comment = say(PacketTexts.LEFT_OUT_OF_DATAGRAM, size=size) if size else ""
                self._put(record, frame, is_ours=is_ours, comment=comment)
            case TrafficEvent.ICMP:
                self._put_icmp(record)
            case TrafficEvent.TOLD:
                self._comment(say(PacketTexts.REPORTED, error=Name(record.error)))
            case _:
                pass


class _Connection(_Builder):
    """TCP: numbers count what was sent, kept or not."""

    def __init__(self, near: Endpoint, far: Endpoint, senders: dict[str, IpAddress], mss: int | None) -> None:
        super().__init__(near, far, senders)
        self._mss = min(mss or USUAL_MSS, MAX_PAYLOAD)
        self._ours, self._theirs = _Side(near, _FIRST_NUMBER), _Side(far, _PEERS_FIRST_NUMBER)
        self._is_open = self._is_encrypted = False

    def _add(self, record: TrafficRecord) -> None:
        match record.event:
            case TrafficEvent.OPENING:
                self._segment(record, self._ours, Flags.SYN, mss=self._mss)
            case TrafficEvent.OPENED:
                self._is_open = True
                self._segment(record, self._theirs, Flags.SYN | Flags.ACK, mss=self._mss)
                self._segment(record, self._ours, Flags.ACK)
            case TrafficEvent.SENT:
                self._send(record, self._ours)
            case TrafficEvent.RECEIVED:
                self._send(record, self._theirs)
            case TrafficEvent.PEER_ENDED:
                self._end(record, self._theirs)
            case TrafficEvent.ENDED:
                self._end(record, self._ours)
            case TrafficEvent.RESET:
                self._segment(record, self._ours, Flags.RST | Flags.ACK)
            case _:
                self._add_fault(record)

    def _add_fault(self, record: TrafficRecord) -> None:
        match record.event:
            case TrafficEvent.PEER_RESET:
                if not self._is_open:
                    self._theirs.number = 0  # nobody is there who would have a number
                comment = say(PacketTexts.REPORTED_REFUSED, error=Name(record.error))
                self._segment(record, self._theirs, Flags.RST | Flags.ACK, comment=comment)
            case TrafficEvent.NOT_SENT:
                self._packets.clear()
            case TrafficEvent.ICMP:
                self._put_icmp(record)
            case TrafficEvent.CUT_OFF:
                self._comment(say(PacketTexts.CUT_OFF))
            case TrafficEvent.TOLD:
                self._comment(say(PacketTexts.REPORTED, error=Name(record.error)))
            case _:
                pass

    def _end(self, record: TrafficRecord, side: _Side) -> None:
        if not side.has_ended:
            side.has_ended = True
            self._segment(record, side, Flags.FIN | Flags.ACK)

    def _send(self, record: TrafficRecord, side: _Side) -> None:
        comment = ""
        if side is self._ours and not self._is_encrypted and record.data.startswith(_TLS_HANDSHAKE):
            self._is_encrypted = True
            comment = say(PacketTexts.ENCRYPTED)
        for piece in _pieces(record.data, self._mss):
            last = Flags.PSH if piece.end == len(record.data) else Flags(0)
            self._segment(record, side, Flags.ACK | last, piece.data, comment=comment)
            comment = ""
        if record.left_out:
            comment = say(PacketTexts.LEFT_OUT, size=record.left_out)
            self._segment(record, side, Flags.ACK, comment=comment, left_out=record.left_out)

    def _segment(
        self,
        record: TrafficRecord,
        side: _Side,
        flags: Flags,
        payload: bytes = b"",
        *,
        comment: str = "",
        mss: int | None = None,
        left_out: int = 0,
    ) -> None:
        is_ours = side is self._ours
        other = self._theirs if is_ours else self._ours
        numbers = (side.number, other.number if Flags.ACK in flags else 0)
        ttl = record.ttl if is_ours else _PEER_TTL
        shown = min(left_out, MAX_PAYLOAD)
        frame = tcp(side.end, other.end, numbers, flags, payload, ttl=ttl, mss=mss, left_out=shown)
        self._put(record, frame, is_ours=is_ours, comment=comment)
        side.number += len(payload) + left_out + bool(flags & (Flags.SYN | Flags.FIN))


@dataclass(frozen=True)
class _Piece:
    data: bytes
    end: int


def _pieces(data: bytes, size: int) -> Iterator[_Piece]:
    for start in range(0, len(data), size):
        yield _Piece(data[start : start + size], min(start + size, len(data)))
