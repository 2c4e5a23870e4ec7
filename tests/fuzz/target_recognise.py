"""First bytes of something that does not speak what was asked."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxy_marks import proxy_marks
from fmsdiag.probe.fingerprint import BODY_START, MAX_HEADERS, looks_like, parse_http
from tests.fuzz.target_http import HEADS

BANNERS = (
    b"SSH-2.0-OpenSSH_9.2p1\r\n", b"\x15\x03\x01\0\2\2\x46", b"RTSP/1.0 400 Bad Request\r\n", b"220 mail ESMTP\r\n",
    b"\0\0\x12\4\0\0\0\0\0", b"J\0\0\0\x0a8.0.34\0", b"\3\0\0\x13\x0e\xd0\0\0\x124\0\2\1\x08\0\2\0\0\0", b"<html>",
)  # fmt: skip


def seeds() -> list[bytes]:
    return [*HEADS, *BANNERS, b"\3" + bytes(1536)]


def check(data: bytes) -> None:
    """Nothing is raised; names are short, what is kept is bounded."""
    name = looks_like(data)
    assert name is None or len(name) < 100
    facts = parse_http(data, "GET", "/")
    assert len(facts.headers) <= MAX_HEADERS
    assert len(facts.body_start) <= BODY_START
    proxy_marks(facts.headers)
