"""Node-Media-Server 4 on free ports of the loopback interface: RTMP, and RTMPS with a certificate."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.peers.daemon import HOST, free_port, open_folder, running
from tests.peers.install import NODE_MODULES

_PACKAGE = NODE_MODULES / "node-media-server"
_NODE = shutil.which("node")
_PROGRAM = """
const NodeMediaServer = require(process.argv[1]);
new NodeMediaServer(JSON.parse(process.argv[2]), "").run();
"""

needs_node_media_server = pytest.mark.skipif(
    _NODE is None or not _PACKAGE.exists(), reason="node-media-server is not installed: make peers"
)


@asynccontextmanager
async def node_media_server(certificate: Path) -> AsyncIterator[tuple[int, int]]:
    """The ports of RTMP and RTMPS of a running one; `certificate` is a PEM file with the key in it."""
    assert _NODE is not None
    rtmp, rtmps = free_port(), free_port()
    with open_folder() as folder:
        configuration = {
            "bind": HOST,
            "rtmp": {"port": rtmp},
            "rtmps": {"port": rtmps, "key": str(certificate), "cert": str(certificate)},
            "store": {"path": str(folder / "data")},
            "record": {"path": str(folder / "record")},
            "auth": {"play": False, "publish": False, "secret": "x", "jwt": {"secret": "x", "users": []}},
        }
        command = [_NODE, "-e", _PROGRAM, str(_PACKAGE), json.dumps(configuration)]
        async with running(command, rtmps, folder / "output.log"):  # it listens on both in one go
            yield rtmp, rtmps
