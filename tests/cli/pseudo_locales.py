"""What a terminal shows in the made-up languages: what is not in a table, and direction marks that are shown as escapes."""

from __future__ import annotations

import re

from fmsdiag.messages.pseudo import CLOSE, OPEN

_OPEN, _CLOSE = OPEN.strip(), CLOSE.strip()
_MARK = re.compile(f"({re.escape(_OPEN)}|{re.escape(_CLOSE)})")
_VALUE = re.compile(r"[a-z]+://\S+|[\w.-]+\.(?:json|html|md|log)\b|\d+(?:, \d+)*,? and \d+")
"""What may stand alone: an address, a file, or numbers in the language's own form of a list."""


def unmarked(text: str) -> list[str]:
    """Words outside the marks of en-XA, line by line; a mark may end on a later line."""
    found, depth = [], 0
    for line in text.splitlines():
        outside = []
        for part in _MARK.split(line):
            if part == _OPEN:
                depth += 1
            elif part == _CLOSE:
                depth -= 1
            elif depth == 0:
                outside.append(part)
        left = _VALUE.sub("", "".join(outside))
        if any(character.isalpha() for character in left):
            found.append(line)
    return found


def escaped_marks(text: str) -> list[str]:
    """Direction marks of ar-XB that are shown as escapes instead of acting."""
    return re.findall(r"\\u(?:202[a-e]|206[6-9])", text)
