"""What the embedded server tells while it works: for the log of `fmsdiag serve`, and for tests to wait on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class EventKind(StrEnum):
    """What happened on one connection."""

    OPENED = "opened"
    REFUSED = "refused"  # too many connections
    HANDSHAKE = "handshake"
    ACCEPTED = "accepted"  # `connect`
    REJECTED = "rejected"  # `connect`, or redirected
    PUBLISH = "publish"
    PLAY = "play"
    HTTP = "http"
    PROTOCOL_ERROR = "protocol-error"
    FAULT = "fault"  # a fault that was asked for was shown
    FAILED = "failed"  # this server's own mistake, contained
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One line of the log. `peer` is "address:port"; `detail` is one line without control characters."""

    kind: EventKind
    listener: str
    peer: str
    detail: str = ""


EventSink: TypeAlias = Callable[[ServerEvent], None]

_MAX_DETAIL = 200


def one_line(text: str) -> str:
    """Text from a peer, fit for a terminal: bounded, and nothing in it that is not printable."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_MAX_DETAIL])


def ignore(event: ServerEvent) -> None:
    """The sink for those who do not listen."""
