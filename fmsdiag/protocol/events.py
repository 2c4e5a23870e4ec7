"""What a session reports, and the phases it goes through. Frozen values, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from fmsdiag.protocol.handshake import HandshakeFacts
from fmsdiag.protocol.message import Message
from fmsdiag.protocol.netconnection import ConnectReply, ConnectRequest
from fmsdiag.protocol.values import Value


class ClientPhase(Enum):
    """What the client waits for."""

    WAIT_S0 = "wait-s0"
    WAIT_S1 = "wait-s1"
    WAIT_S2 = "wait-s2"
    OPEN = "open"
    CLOSED = "closed"


class ServerPhase(Enum):
    """What the server waits for."""

    WAIT_C0 = "wait-c0"
    WAIT_C1 = "wait-c1"
    WAIT_C2 = "wait-c2"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class S0Received:
    version: int


@dataclass(frozen=True, slots=True)
class S1Received:
    facts: HandshakeFacts


@dataclass(frozen=True, slots=True)
class HandshakeCompleted:
    facts: HandshakeFacts


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """Every message after the handshake, before the more specific event about the same message (if any)."""

    message: Message
    stream_id: int
    timestamp_ms: int
    chunk_stream_id: int
    size: int  # payload bytes


@dataclass(frozen=True, slots=True)
class ConnectAnswered:
    reply: ConnectReply


@dataclass(frozen=True, slots=True)
class ConnectRequested:
    """Server role only."""

    request: ConnectRequest


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """Any command but the one already reported as ConnectAnswered / ConnectRequested."""

    name: str
    transaction_id: float
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class PeerSetChunkSize:
    size: int


@dataclass(frozen=True, slots=True)
class PeerClosed:
    """receive_eof() was called. bytes_received counts the whole stream, handshake included."""

    bytes_received: int


Event: TypeAlias = (
    S0Received | S1Received | HandshakeCompleted | MessageReceived | ConnectAnswered | ConnectRequested
    | CommandReceived | PeerSetChunkSize | PeerClosed
)  # fmt: skip
