"""rtmplite3 and pyrtmp, RTMP servers in Python, each on a free port of the loopback interface.

    rtmplite(to)   applications "live", "shut" (rejects) and "moved" (sends its clients to the URL `to`, code 302)
    pyrtmp()       takes any application

They run in processes of their own that see build/peers/python (tests/peers/install.py), which the tests do not.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.peers.daemon import free_port, open_folder, running
from tests.peers.install import PYTHON_PATH

RTMPLITE = """
import sys
from rtmplite3 import multitask
from rtmplite3.rtmp import App, FlashServer

class Shut(App):
    def onConnect(self, client, *arguments):
        return False

class Moved(App):
    def onConnect(self, client, *arguments):
        multitask.add(client.redirectConnection(sys.argv[2]))

server = FlashServer()
server.apps = {"live": App, "shut": Shut, "moved": Moved}
server.start("127.0.0.1", int(sys.argv[1]))
multitask.run()
"""
PYRTMP = """
import asyncio, logging, sys
from pyrtmp.rtmp import SimpleRTMPServer

async def main():
    server = SimpleRTMPServer()
    await server.create(host="127.0.0.1", port=int(sys.argv[1]))
    await server.start()
    await server.wait_closed()

logging.disable()
asyncio.run(main())
"""


def _needs(package: str) -> pytest.MarkDecorator:
    there = (PYTHON_PATH / package).exists()
    return pytest.mark.skipif(not there, reason=f"{package} is not installed: make peers")


needs_rtmplite, needs_pyrtmp = _needs("rtmplite3"), _needs("pyrtmp")


@asynccontextmanager
async def _serving(program: str, *arguments: str) -> AsyncIterator[int]:
    port = free_port()
    with open_folder() as folder:
        # through env, so that only this process sees the folder; -P keeps the working directory out of its path
        command = [
            "env",
            f"PYTHONPATH={PYTHON_PATH}",
            sys.executable,
            "-P",
            "-c",
            program,
            str(port),
            *arguments,
        ]
        async with running(command, port, folder / "output.log"):
            yield port


@asynccontextmanager
async def rtmplite(to: str = "rtmp://127.0.0.1:1/live") -> AsyncIterator[int]:
    """The port of a running rtmplite3."""
    async with _serving(RTMPLITE, to) as port:
        yield port


@asynccontextmanager
async def pyrtmp() -> AsyncIterator[int]:
    """The port of a running pyrtmp."""
    async with _serving(PYRTMP) as port:
        yield port
