"""RTMP over TCP or TLS: moves bytes between a Connection and a Conversation, and ends as the latter says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from fmsdiag.server.connection import Connection
from fmsdiag.server.conversation import Conversation, Ending

# Makes a new client's conversation from its connection and what to call when others have added output.
ConversationFactory: TypeAlias = Callable[[Connection, Callable[[], None]], Conversation]


async def serve_rtmp(connection: Connection, converse: ConversationFactory) -> None:
    """Serve one RTMP client until it or we end it."""
    conversation = converse(connection, lambda: connection.push(conversation.take_output()))
    try:
        await _exchange(connection, conversation)
    finally:
        conversation.close()
    await end(connection, conversation.ending, conversation.flood_piece)


async def end(connection: Connection, ending: Ending, flood_piece: bytes) -> None:
    """Carry out an Ending; OPEN means that the client has closed."""
    match ending:
        case Ending.HOLD:
            await connection.hold()
        case Ending.RESET:
            connection.reset()
        case Ending.FLOOD:
            await connection.flood(flood_piece)
        case Ending.CLOSE | Ending.OPEN:
            await connection.finish()


async def _exchange(connection: Connection, conversation: Conversation) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + connection.limits.handshake_s
    while conversation.ending is Ending.OPEN:
        # One deadline for all of the handshake: a byte now and then does not prolong it.
        left = connection.limits.idle_s if conversation.connected else deadline - loop.time()
        data = await connection.receive(left)
        if not data:
            return
        conversation.receive(data)
        connection.keep(conversation.buffered_bytes)
        await connection.send(conversation.take_output())
        connection.keep(conversation.buffered_bytes)
