"""Secrets that a step sends, or gets back, are starred out before anything is recorded.

Reports are redacted once more when they are written (report/redact.py), but of a password's answer and a user's name not
even the report in memory knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, TypeVar

import msgspec

MASK = "***"
CUT = 4
"""So many characters of a secret at the end of a text count as its beginning, cut off."""
_USER = "user="
T = TypeVar("T")


def masked(value: T, secrets: tuple[str, ...]) -> T:
    """A value of the model with every text in it masked, however deep; texts may be cut within a secret."""
    return value if not secrets else _masked(value, secrets)


def _masked(value: Any, secrets: tuple[str, ...]) -> Any:
    match value:
        case Enum():
            return value
        case str():
            for secret in secrets:  # not mask_text: base64 ends with "=", too, and so may a password
                value = re.sub(re.escape(secret), MASK, value, flags=re.IGNORECASE) if secret else value
            return _without_cut(value, secrets)
        case bytes():
            return mask_bytes(value, secrets)
        case tuple():
            return tuple(_masked(item, secrets) for item in value)
        case dict():
            return {_masked(name, secrets): _masked(item, secrets) for name, item in value.items()}
        case msgspec.Struct():
            fields = {name: _masked(getattr(value, name), secrets) for name in value.__struct_fields__}
            return type(value)(**fields)
    return value


def _without_cut(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        for length in range(min(len(secret) - 1, len(text)), CUT - 1, -1):
            if text.endswith(secret[:length]):
                return text[:-length] + MASK
    return text


def mask_text(text: str, secrets: Iterable[str]) -> str:
    """`text` with each secret replaced; "user=" in front of a name stays readable."""
    for secret in secrets:
        if secret:
            shown = _label(secret) + MASK
            text = re.sub(re.escape(secret), shown, text, flags=re.IGNORECASE)
    return text


def mask_bytes(data: bytes, secrets: Iterable[str]) -> bytes:
    """The same at equal length; the header of a chunk (0xC0 to 0xFF) may stand within a secret (RTMP 1.0, 5.3.1)."""
    for secret in secrets:
        spelled = secret.encode("utf-8", "surrogateescape")
        if spelled:
            pattern = b"[\xc0-\xff]?".join(re.escape(spelled[i : i + 1]) for i in range(len(spelled)))
            data = re.sub(pattern, lambda found: b"*" * len(found[0]), data, flags=re.IGNORECASE)
    return data


def _label(secret: str) -> str:
    """ "user=" of "user=bob"; nothing of a list of parameters, nor of a secret that only has an "=" in it."""
    return _USER if secret.startswith(_USER) and "&" not in secret else ""
