from __future__ import annotations

import asyncio

import pytest

from tests.peers.delay_relay import HOST, delay_relay
from tests.probe.certificates import serving

pytestmark = [pytest.mark.peer]
DEADLINE_S = 10.0


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)


async def test_bytes_arrive_late_in_order_and_whole() -> None:
    loop = asyncio.get_running_loop()
    async with serving(echo) as port, delay_relay(port, 0.1) as late, asyncio.timeout(DEADLINE_S):
        reader, writer = await asyncio.open_connection(HOST, late)
        begun = loop.time()
        for number in range(10):
            writer.write(bytes((number,)) * 1000)
        writer.write_eof()
        got = await reader.read()
        assert got == b"".join(bytes((number,)) * 1000 for number in range(10))
        assert loop.time() - begun >= 0.099
        writer.close()
