"""Text from outside made harmless to look at.

A server's description, a page's first bytes or an opened report may hold escape sequences that move a
terminal's cursor, or bidirectional controls that turn a sentence round (CVE-2021-42574). Every face of
fmsdiag shows such characters as escapes instead of obeying them. A text that this program has rendered is
`Rendered`: the values in it are visible already, and direction marks in it are the program's own.
"""

from __future__ import annotations

import unicodedata

# Cc control, Cf format (bidi overrides, joiners, tags), Cs lone surrogates, Co private use,
# Zl and Zp separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and symbols by category, but drawn as nothing: Hangul fillers and the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


class Rendered(str):
    """A text of this program with its values in it, to be shown as it is."""

    __slots__ = ()


def visible(text: str, *, keep_newlines: bool = False) -> str:
    """`text` with every character that could not be seen written as an escape such as \\x1b or \\u202e.

    Newlines are escaped as well unless `keep_newlines`.
    """
    if isinstance(text, Rendered) or (text.isascii() and text.isprintable()):
        return text
    if keep_newlines and "\n" in text:  # most lines are plain, and a plain one is looked at as a whole
        return "\n".join(visible(line) for line in text.split("\n"))
    return "".join(c if _is_seen(c) else _escape(c) for c in text)


def one_line(text: str, limit: int = 300) -> str:
    """`text` on one line of at most `limit` characters, "…" where it was cut.

    White space is joined and what could not be seen made visible.
    """
    joined = " ".join(text.split())
    line = Rendered(joined) if isinstance(text, Rendered) else visible(joined)
    if len(line) <= limit:
        return line
    return type(line)(line[: limit - 1].rstrip() + "…")


def _is_seen(character: str) -> bool:
    if character in _BLANK or _is_noncharacter(ord(character)):
        return False
    return unicodedata.category(character) not in _UNSEEN


def _is_noncharacter(number: int) -> bool:
    """U+FDD0 to U+FDEF and the last two of each plane (Unicode 23.7): never text, and not allowed in XML."""
    return 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
