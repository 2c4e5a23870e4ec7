"""Certificates of any content, as a server may send them."""

from __future__ import annotations

import base64
import functools

from fmsdiag.probe.transports.tls import _certificate
from fmsdiag.server.certificate import self_signed_pem


@functools.cache
def seeds() -> list[bytes]:
    pem = self_signed_pem(["media.example.com", "127.0.0.1"]).decode()
    body = pem.split("-----BEGIN CERTIFICATE-----")[1].split("-----END CERTIFICATE-----")[0]
    return [base64.b64decode(body)]


def check(data: bytes) -> None:
    """Facts, bounded; nothing is raised, since a certificate that no parser likes is a fact, too."""
    facts = _certificate(data)
    assert len(facts.subject) <= 300
    assert len(facts.names) <= 20
