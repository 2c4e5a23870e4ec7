"""What a run's own connections sent and received, as the program saw it: the bytes behind a packet file.

No part of a report: it is kept in memory, only where it was asked for, and holds secrets as they were sent.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fmsdiag.model.attempts import Icmp
from fmsdiag.model.vocabulary import Carrier

USUAL_TTL = 64
"""The time-to-live that packets have where nothing else was asked for."""


class TrafficEvent(StrEnum):
    """What happened to a connection, or between two UDP ports."""

    OPENING = "opening"  # a connect was asked of the system: a SYN
    OPENED = "opened"  # it succeeded
    NOT_SENT = "not-sent"  # the system refused to send anything
    SENT = "sent"
    CUT_OFF = "cut-off"  # the system may not have taken all of the bytes that were handed over before this
    RECEIVED = "received"
    ENDED = "ended"  # this program closed it
    RESET = "reset"  # this program ended it by a reset
    PEER_ENDED = "peer-ended"
    PEER_RESET = "peer-reset"
    ICMP = "icmp"  # a router or host reported an error
    TOLD = "told"  # the system reported an error, and no packet from which it has it


class TrafficRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event of a conversation."""

    at_s: float
    event: TrafficEvent
    data: bytes = b""
    left_out: int = 0  # bytes that followed `data` and were not kept
    ttl: int = USUAL_TTL  # of what this computer sent
    icmp: Icmp | None = None
    error: str = ""  # "EHOSTUNREACH"


class RecordedConversation(msgspec.Struct, frozen=True):
    """What went between one port of this computer and one of a peer: a TCP connection, or datagrams."""

    carrier: Carrier
    peer_address: str
    peer_port: int
    address: str | None  # this computer's; none where the system did not tell
    port: int | None  # likewise
    mss: int | None  # the greatest TCP segment in bytes, where the system tells
    records: tuple[TrafficRecord, ...]  # in the order of their times


class Traffic(msgspec.Struct, frozen=True):
    """The traffic of one run, as far as it was kept."""

    conversations: tuple[RecordedConversation, ...] = ()
    left_out: int = 0  # conversations that were not kept at all
