"""Certificates good and bad, and a TLS server on loopback that presents one."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from fmsdiag.server.certificate import self_signed_pem

HOST = "live.example.com"
needs_openssl_store = pytest.mark.skipif(
    sys.platform != "linux",
    reason="the certificate stores of other systems take no file from the environment",
)
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class Certificates:
    """A certificate of each kind, in PEM files, and the authority that a test may trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        now = datetime.now(UTC)
        authority, stranger = trustme.CA(), trustme.CA()
        day = timedelta(days=1)
        past = authority.issue_cert(HOST, "127.0.0.1", not_before=now - 9 * day, not_after=now - day)
        future = authority.issue_cert(HOST, "127.0.0.1", not_before=now + day, not_after=now + 9 * day)
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(self.authority)
        self.files = {
            "good": self._write("good", authority.issue_cert(HOST, "127.0.0.1", "::1")),
            "expired": self._write("expired", past),
            "not yet valid": self._write("early", future),
            "wrong host": self._write("wrong", authority.issue_cert("other.example.com")),
            "untrusted": self._write("untrusted", stranger.issue_cert(HOST)),
            "self-signed": folder / "self-signed.pem",
        }  # fmt: skip
        self.files["self-signed"].write_bytes(self_signed_pem([HOST]))

    def _write(self, name: str, certificate: trustme.LeafCert) -> Path:
        path = self._folder / f"{name}.pem"
        certificate.private_key_and_cert_chain_pem.write_to_path(path)
        return path

    def context(self, kind: str, version: str = "1.3") -> ssl.SSLContext:
        """A server's context that presents the certificate of that kind and speaks one version of TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.files[kind])
        context.minimum_version = context.maximum_version = VERSIONS[version]
        return context


@asynccontextmanager
async def serving(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server on loopback; its connections are waited for at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
