"""rtmpsrv, of Debian's rtmpdump: always on 0.0.0.0:1935, therefore alone in a network namespace, which dies with it.

Run as a program inside that namespace, this file is a client of RTMPE that calls itself version 128, to which rtmpsrv
answers with the signatures of type 8.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fmsdiag.protocol.client_session import ClientSession
from fmsdiag.protocol.handshake import HandshakeKind
from fmsdiag.protocol.rtmpe import RtmpeError

PORT = 1935
START_S = 10.0
RUN_S = 20.0
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
_TOOLS = {name: shutil.which(name, path=_PATH) for name in ("rtmpsrv", "unshare", "nsenter", "ip")}
_LISTENING = f"00000000:{PORT:04X} 00000000:0000 0A"  # /proc/net/tcp

_MISSING = [name for name, path in _TOOLS.items() if path is None]
_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
needs_rtmpsrv = pytest.mark.skipif(
    bool(_MISSING) or not _IS_ROOT,
    reason=f"{_MISSING[0]} is not installed"
    if _MISSING
    else "only root may give rtmpsrv a network of its own",
)


@dataclass(frozen=True)
class Rtmpsrv:
    """A running rtmpsrv; `run` runs Python beside it."""

    pid: int

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        """`python ARGUMENTS` in the server's namespace: exit code, standard output and standard error."""
        process = await asyncio.create_subprocess_exec(
            *(str(_TOOLS["nsenter"]), "--target", str(self.pid), "--net", sys.executable, *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        try:
            async with asyncio.timeout(RUN_S):
                said, complained = await process.communicate()
        except TimeoutError:
            process.kill()
            raise
        return process.returncode or 0, said.decode(), complained.decode(errors="replace")


@asynccontextmanager
async def rtmpsrv(certificate: Path | None = None) -> AsyncIterator[Rtmpsrv]:
    """Start it; with a certificate (PEM with its key) it speaks RTMPS and nothing else."""
    tls = f"-c {certificate} -k {certificate}" if certificate else ""
    process = await asyncio.create_subprocess_exec(
        *(str(_TOOLS["unshare"]), "--net", "sh", "-c"),
        f"{_TOOLS['ip']} link set lo up && exec {_TOOLS['rtmpsrv']} {tls}",
        stdin=asyncio.subprocess.PIPE,  # it ends with its standard input
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _listening(process)
        yield Rtmpsrv(process.pid)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process) -> None:
    ended = asyncio.create_task(process.wait())
    try:
        async with asyncio.timeout(START_S):
            while not _is_listening(process.pid):
                await asyncio.wait({ended}, timeout=0.01)
                assert not ended.done(), "rtmpsrv ended"
    finally:
        ended.cancel()


def _is_listening(pid: int) -> bool:
    """Whether the process has a network of its own already, and there someone listens on the port."""
    apart = os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")
    return apart and _LISTENING in Path(f"/proc/{pid}/net/tcp").read_text(encoding="utf-8")


def greet_as_version_128() -> str:
    """What a client with C1's version 128.0.3.2 makes of the server."""
    client = ClientSession(HandshakeKind.DIGEST_SCHEME_1, encrypted=True, c1_version=b"\x80\0\3\2")
    with socket.create_connection(("127.0.0.1", PORT), START_S) as stream:
        stream.sendall(client.take_output())
        while data := stream.recv(4096):
            try:
                client.receive(data)
            except RtmpeError as error:
                facts = client.facts
                return f"{error.fault.name} {facts.s0_version} {facts.server_key_valid} {error.what}"
    return "closed"


if __name__ == "__main__":
    sys.stdout.write(greet_as_version_128())
