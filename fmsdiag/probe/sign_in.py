"""One name and one password for all attempts of a run: what is wrong is said to the server once.

Servers lock an account after a few wrong passwords, and a plan makes many attempts at once. So one attempt at a time answers
a server's demand, until it is known whether the server takes the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fmsdiag.protocol.authentication import Login


class SignIn:
    """Shared by the attempts of a run."""

    def __init__(self) -> None:
        self._taken: bool | None = None  # whether the server took name and password, once that is known
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, login: Login, patience_s: float) -> AsyncIterator[bool]:
        """Whether `login` may answer; what became of it is learnt at the end.

        Waits up to `patience_s` while another attempt is about to learn it.
        """
        has_turn = self._taken is None and await self._wait(patience_s)
        try:
            if has_turn and self._taken is not None:  # learnt meanwhile
                self._turn.release()
                has_turn = False
            yield has_turn or self._taken is True
        finally:
            if has_turn:
                # a password to which nothing was said counts as refused: some servers only close
                self._taken = False if login.taken is None and login.is_sent else login.taken
                self._turn.release()

    async def _wait(self, patience_s: float) -> bool:
        try:
            async with asyncio.timeout(patience_s):
                return await self._turn.acquire()
        except TimeoutError:
            return False
