"""`fmsdiag test --all` at every real server there is: it finds what that server offers, and nothing that it does not.

Some servers are tested at the same time; a test waits for its row.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from fmsdiag.model import Transport
from fmsdiag.report import json as report_json
from fmsdiag.server.service import Server
from tests.peers.ffmpeg_listen import ffmpeg_listen, needs_ffmpeg_server
from tests.peers.matrix import (
    ANSWERS,
    COLUMNS,
    DOCUMENT,
    REFUSES,
    ROWS,
    SILENT,
    UNTRIED,
    cells,
    document,
    holds,
    look,
)
from tests.peers.nginx import needs_nginx_rtmp, needs_nginx_stream, nginx_rtmp
from tests.peers.node_media_server import needs_node_media_server, node_media_server
from tests.peers.python_server import needs_pyrtmp, needs_rtmplite, pyrtmp, rtmplite
from tests.peers.rtmpsrv import PORT, needs_rtmpsrv, rtmpsrv
from tests.peers.squid import needs_squid, squid
from tests.peers.tinyproxy import needs_tinyproxy, tinyproxy
from tests.probe.certificates import Certificates, needs_openssl_store
from tests.server.listeners import options_for

pytestmark = [pytest.mark.peer]

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 2.0
AT_ONCE = 4  # more would delay each other


class ProbeContext(NamedTuple):
    folder: Path
    certificate: Path


Row = Callable[[ProbeContext], Awaitable[list[str]]]


# ---- the servers


def ours(listener: str) -> Row:
    async def row(context: ProbeContext) -> list[str]:
        options = options_for(listener, certificate_file=context.certificate)
        async with Server(options) as server:
            return await look(server.ports[listener], COLUMNS, TIMEOUT_S)

    return row


async def nginx(context: ProbeContext) -> list[str]:
    """By the command line; with the others, starting that would take more time than all the rest."""
    async with nginx_rtmp(context.folder) as server:
        ports = ",".join(f"{transport}:{server.port}" for transport in COLUMNS)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fmsdiag", "test", "rtmp://127.0.0.1/live", "--all", "--json", "-"),
            *("--ports", ports, "--interval-ms", "1", "--timeout", "1.5", "--proxy", "none", "--quiet"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
        )
        said, _ = await process.communicate()
    assert process.returncode == 0
    return cells(report_json.decode(said), COLUMNS)


async def nginx_tls(context: ProbeContext) -> list[str]:
    async with nginx_rtmp(context.folder, certificate=context.certificate) as server:
        assert server.tls_port is not None
        return await look(server.tls_port, COLUMNS, TIMEOUT_S)


def librtmp(tls: bool) -> Row:
    """rtmpsrv serves one connection at a time, in a network of its own."""

    async def row(context: ProbeContext) -> list[str]:
        async with rtmpsrv(context.certificate if tls else None) as server:
            code, said, complained = await server.run("-m", "tests.peers.matrix", str(PORT))
        assert code == 0, complained
        words: list[str] = json.loads(said)
        return words

    return row


async def ffmpeg(context: ProbeContext) -> list[str]:
    """ffmpeg takes one connection and ends: each transport gets one of its own, and RTMPE, which brings RTMP, none."""

    async def one(transport: Transport, word: str) -> str:
        if word == UNTRIED:
            return word
        async with ffmpeg_listen() as port:
            return (await look(port, (transport,), TIMEOUT_S))[0]

    pairs = zip(COLUMNS, ROWS["ffmpeg"].cells, strict=True)
    return list(await asyncio.gather(*(one(transport, word) for transport, word in pairs)))


def on_a_port(serve: Callable[[], AbstractAsyncContextManager[int]]) -> Row:
    async def row(context: ProbeContext) -> list[str]:
        async with serve() as port:
            return await look(port, COLUMNS, TIMEOUT_S)

    return row


def nms(which: int) -> Row:
    async def row(context: ProbeContext) -> list[str]:
        async with node_media_server(context.certificate) as ports:
            return await look(ports[which], COLUMNS, TIMEOUT_S)

    return row


SERVERS: dict[str, tuple[Row, tuple[pytest.MarkDecorator, ...]]] = {
    "serve rtmp": (ours("rtmp"), ()),
    "serve rtmpt": (ours("rtmpt"), ()),
    "serve rtmps": (ours("rtmps"), (needs_openssl_store,)),
    "serve rtmpts": (ours("rtmpts"), (needs_openssl_store,)),
    "serve rtmfp": (ours("rtmfp"), ()),
    "nginx": (nginx, (needs_nginx_rtmp,)),
    "nginx tls": (nginx_tls, (needs_nginx_rtmp, needs_nginx_stream, needs_openssl_store)),
    "rtmpsrv": (librtmp(tls=False), (needs_rtmpsrv,)),
    "rtmpsrv tls": (librtmp(tls=True), (needs_rtmpsrv,)),
    "ffmpeg": (ffmpeg, (needs_ffmpeg_server,)),
    "rtmplite": (on_a_port(rtmplite), (needs_rtmplite,)),
    "pyrtmp": (on_a_port(pyrtmp), (needs_pyrtmp,)),
    "nms": (nms(0), (needs_node_media_server,)),
    "nms tls": (nms(1), (needs_node_media_server, needs_openssl_store)),
    "squid": (on_a_port(squid), (needs_squid,)),
    "tinyproxy": (on_a_port(tinyproxy), (needs_tinyproxy,)),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rows(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[dict[str, asyncio.Task[list[str]]]]:
    """A task for each row that is asked for."""
    certificates = Certificates(tmp_path_factory.mktemp("certificates"))
    places = asyncio.Semaphore(AT_ONCE)

    async def found(name: str) -> list[str]:
        async with places:
            folder = tmp_path_factory.mktemp("server")
            return await SERVERS[name][0](ProbeContext(folder, certificates.files["good"]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(certificates.authority))
        patch.setattr("fmsdiag.run.FOLLOW_UP_S", 0.0)  # what rules would ask is not asked for here
        tasks = {name: asyncio.create_task(found(name)) for name in _asked_for(request.session)}
        try:
            yield tasks
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)


def _asked_for(session: pytest.Session) -> list[str]:
    """The rows whose tests are going to run, in their order."""
    return [
        str(item.callspec.params["name"])
        for item in session.items
        if isinstance(item, pytest.Function)
        and item.originalname == test_a_server_offers_what_it_offers.__name__
        and not any(mark.args[0] for mark in item.iter_markers("skipif"))
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", [pytest.param(name, marks=marks) for name, (_, marks) in SERVERS.items()])
async def test_a_server_offers_what_it_offers(name: str, rows: dict[str, asyncio.Task[list[str]]]) -> None:
    found = await rows[name]
    assert holds(name, found), dict(zip(COLUMNS, zip(ROWS[name].cells, found, strict=True), strict=True))


def test_an_empty_line_among_random_bytes_is_the_only_chance_that_is_allowed() -> None:
    silent, *rest = ROWS["tinyproxy"].cells
    assert holds("tinyproxy", [ANSWERS, *rest])
    assert not holds("tinyproxy", [REFUSES, *rest])
    assert silent == SILENT
    assert not holds("nginx", [ANSWERS, *ROWS["nginx"].cells[1:]])


def test_every_row_has_its_server() -> None:
    assert list(SERVERS) == list(ROWS)


def test_the_page_in_the_documentation_is_this_matrix() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "python -m tests.peers.matrix > docs/peers.md"
