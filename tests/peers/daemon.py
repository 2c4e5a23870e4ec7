"""A real program that stays in the foreground: started, waited for, and ended by its own process id."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

HOST = "127.0.0.1"
START_S = 10.0


def find_program(name: str) -> str | None:
    """A program on the PATH or among the administrator's programs."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that a program may use under another user's name, too, which pytest's folders forbid."""
    with tempfile.TemporaryDirectory(prefix="fmsdiag-peer-") as name:
        os.chmod(name, 0o777)
        yield Path(name)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


@asynccontextmanager
async def running(
    command: Sequence[str], port: int, log: Path, end: signal.Signals = signal.SIGTERM
) -> AsyncIterator[None]:
    """Run `command` as long as the block lasts, its output in `log`; begins when the port takes connections."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        await _answers(port, process, log)
        yield
    finally:
        if process.returncode is None:
            process.send_signal(end)
        try:
            async with asyncio.timeout(START_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _answers(port: int, process: asyncio.subprocess.Process, log: Path) -> None:
    ended = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(START_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection(HOST, port)
                except OSError:
                    await asyncio.wait({ended}, timeout=0.01)
                    assert not ended.done(), f"the program ended; its output was {_tail(log)}"
                else:
                    writer.transport.abort()
                    return
    finally:
        ended.cancel()


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-800:]
