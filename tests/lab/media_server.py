"""fmsdiag's own server as a program of the lab: its argument is JSON, see elements.start_media_server."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions


async def serve(words: dict[str, Any]) -> None:
    """Every listener on every address, until the process is ended."""
    async with AsyncExitStack() as stack:
        for address in words["addresses"]:
            options = ServerOptions(
                **words["ports"],
                listen=address,
                applications=tuple(words["applications"]),
                faults=tuple(parse_fault(text) for text in words["faults"]),
                certificate_file=Path(str(words["certificate"])),
            )
            await stack.enter_async_context(Server(options))
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.argv[1])))
