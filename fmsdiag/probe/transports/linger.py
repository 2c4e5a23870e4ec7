"""An accepted connection watched for a moment: several servers accept, and throw out who may not stay right after it.

What a player measures is over by then, so the attempt has its result already and nothing waits for this. A step is there
only if the server ends the connection or says otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from fmsdiag.model import FailureKind, Purpose, Status, StepName
from fmsdiag.probe.attempt_recorder import RunningAttempt, Step, StepFailed
from fmsdiag.probe.failure import PeerClosed, RejectedByServer, UnexpectedReply
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.message import Command, Message
from fmsdiag.protocol.netconnection import ConnectReply, parse_connect_reply

LINGER_S = 0.5
"""How long an accepted connection is watched."""
LAST_ANSWER_S = 1.0
"""How much longer the answer to a request may take that is under way by then."""

_OF_THE_SERVER = (OSError, PeerClosed, RejectedByServer, RemoteProtocolError, UnexpectedReply)


def may_linger(attempt: RunningAttempt) -> bool:
    """Not where a question has its own answer."""
    return attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK)


async def linger(
    attempt: RunningAttempt,
    peer: tuple[str, int],
    watch: Callable[[], Awaitable[None]],
    fill: Callable[[Step], None],
    longest_s: float = LINGER_S,
) -> Status:
    """Let `watch` read for at most `longest_s`; `fill` puts what came into the step, if there is one.

    `watch` raises what ends the connection, TimeoutError when the moment is over, and returns where it reads no further. Raises
    StepFailed for what is no way to end a connection.
    """
    accepted_s = attempt.clock()
    attempt.settle(Status.CONNECTED)
    ended: Exception | None = None
    try:
        async with asyncio.timeout(min(longest_s, attempt.remaining_s)):
            await watch()
    except TimeoutError:
        return Status.CONNECTED
    except _OF_THE_SERVER as error:
        ended = error
    try:
        async with attempt.step(StepName.AFTER_CONNECT, None, *peer, started_s=accepted_s) as step:
            fill(step)
            if ended is not None:
                raise ended
    except StepFailed as failed:
        if failed.failure.kind in (FailureKind.UNEXPECTED_REPLY, FailureKind.LOCAL_ERROR):
            raise
        return Status.REJECTED
    return Status.CONNECTED


def withdrawal(messages: Iterable[Message]) -> ConnectReply | None:
    """What takes an acceptance back, in the server's words."""
    for message in messages:
        reply = parse_connect_reply(message) if isinstance(message, Command) else None
        if reply is not None and not reply.accepted:
            return reply
    return None


def as_rejection(reply: ConnectReply) -> RejectedByServer:
    """The exception for a connection that was accepted before."""
    return RejectedByServer(reply.description or reply.code or reply.command)
