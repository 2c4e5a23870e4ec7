"""Secrets that a step sends, or gets back, are starred out before anything is recorded.

Reports are redacted once more when they are written (report/redact.py), but of a password's answer and a user's name not
even the report in memory knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "***"


def mask_text(text: str, secrets: Iterable[str]) -> str:
    """`text` with each secret replaced; a part "name=" in front of a value stays readable."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _label(secret) + MASK)
    return text


def mask_bytes(data: bytes, secrets: Iterable[str]) -> bytes:
    """The same at equal length; the header of a chunk (0xC0 to 0xFF) may stand within a secret (RTMP 1.0, 5.3.1)."""
    for secret in secrets:
        spelled = secret.encode("utf-8", "surrogateescape")
        if spelled:
            pattern = b"[\xc0-\xff]?".join(re.escape(spelled[i : i + 1]) for i in range(len(spelled)))
            data = re.sub(pattern, lambda found: b"*" * len(found[0]), data)
    return data


def _label(secret: str) -> str:
    """ "user=" of "user=bob"; nothing of a list of parameters."""
    name, equals, _ = secret.partition("=")
    return name + equals if equals and "&" not in secret else ""
