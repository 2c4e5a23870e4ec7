"""Profiles for tests: a whole one, and pictures."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import msgspec

from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.model import PROFILE_VERSION, PlanName, PlannedPort, Profile, ProfileField, Transport
from tests.report import samples

URL = f"rtmp://{samples.HOST}/live"


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 4, height: int = 4, *more: bytes) -> bytes:
    """A picture of one color, with `more` chunks before its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x20\x60\xe0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), *more, chunk(b"IDAT", pixels), chunk(b"IEND"))
    )


def profile(**changes: Any) -> Profile:
    """The least that a profile is, and `changes`."""
    made = Profile(PROFILE_VERSION, "0123456789abcdef", "Example Streaming", (URL,))
    return msgspec.structs.replace(made, **changes)


def whole_profile() -> Profile:
    """With everything that a profile may have."""
    report = samples.healthy()
    return profile(
        targets=(URL, "rtmps://192.0.2.7/live"),
        message="Hello,\nplease start this test.",
        logo=png(),
        plan=PlanName.FLASH_PLAYER,
        checks=(PlannedPort(Transport.RTMPS, 443),),
        control="control.example.net",
        references=(reference_of(report.report_id, report.started_at, report.target.host, report.attempts),),
        fields=(ProfileField("Ticket number", True), ProfileField("Name")),
        send_to="help@example.com",
    )
