"""International host names as people type them, instead of as they are sent: "müller.example", not "xn--mller-kva.example".

A label that mixes scripts, or that would not lead back to the same name, stays as it is sent: it may imitate another name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ENCODED = re.compile(r"(?<![a-z0-9-])xn--[a-z0-9-]{1,59}(?![a-z0-9-])", re.IGNORECASE)
_WRITTEN_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL"})


def as_typed(text: str) -> str:
    """`text`, a host name or a URL, with its international names in their own letters."""
    return _ENCODED.sub(lambda label: _decoded(label[0]), text) if "xn--" in text.lower() else text


@lru_cache(maxsize=256)
def _decoded(label: str) -> str:
    try:
        typed = label.lower().encode("ascii").decode("idna")
        leads_back = typed.encode("idna").decode("ascii") == label.lower()
    except UnicodeError:
        return label
    return typed if leads_back and _is_of_one_script(typed) else label


def _is_of_one_script(label: str) -> bool:
    scripts = set()
    for character in label:
        if character == "-" or character.isdigit():
            continue
        if unicodedata.category(character)[0] not in "LM":
            return False
        scripts.add(unicodedata.name(character, "?").partition(" ")[0])
    scripts -= {"COMBINING"}
    return len(scripts) <= 1 or scripts <= _WRITTEN_TOGETHER
