"""What was pasted in the characters of an address: wide ones, invisible ones, written-out line ends. Pure and linear."""

from __future__ import annotations

import re

from fmsdiag.found_address import INVISIBLE, MEDIA

_WIDE = str.maketrans(
    {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F) if chr(code) not in "!(),;"}
)
"""What an address may be written with; the others are of the text around it."""
_WIDE_BEGINNING = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]{2,8}[：:][／/]{1,2}")
_WIDE_COLON = re.compile(r"(?<=[A-Za-z0-9])：(?=[0-9]{2,5}(?:[/／\s]|\Z))")
"""Between a server's name and its port."""
_WIDE_SLASH = re.compile(r"(?<=[A-Za-z0-9_-])／(?=[A-Za-z0-9_])")
"""Between a server's name or port and an application, or that and a stream."""
_ALIGNED = re.compile(r"(?m)^([ \t>*•-]{0,8}[^\W\d_][^\n:：=]{0,40}[:：=])[ \t]{2,80}(?=\S)")
"""A label whose value stands in a column of its own."""
_WRITTEN_BREAK = re.compile(rf"(?i)(?:\\r)?\\n(?=[A-Z][\w -]{{0,30}}[ \t]?[:=]|{MEDIA}|[\"']?\Z)")
"""As programs write the end of a line inside a string, in front of a label or an address."""
_BEGINNING = re.compile(rf"[^/\s]*/[{INVISIBLE}]*/[^/\s]*|[^/\s]*")
"""An address up to its path, with or without a scheme."""


def in_plain_characters(typed: str) -> str:
    """`typed` with one space behind labels, line ends as such, and the characters that an address has."""
    typed = _ALIGNED.sub(r"\1 ", typed)
    if "\\n" in typed and typed[:1] not in "{[":
        typed = _WRITTEN_BREAK.sub("\n", typed)
    if typed.isascii():
        return typed
    typed = typed.replace("…<", "...<")  # a link's text that a program has shortened
    typed = _WIDE_SLASH.sub("/", _WIDE_COLON.sub(":", typed))
    beginning = _WIDE_BEGINNING.search(typed)
    if beginning is not None and not beginning[0].isascii():
        typed = typed.translate(_WIDE)
    return _visible_beginning(typed)


def _visible_beginning(typed: str) -> str:
    """`typed` without invisible characters in the first address, up to its path: no server's name has any."""
    head, mark, tail = typed.partition("://")
    if mark:
        authority, slash, path = tail.partition("/")
        return f"{_visible(head)}{mark}{_visible(authority)}{slash}{path}"
    beginning = _BEGINNING.match(typed)
    return _visible(beginning[0]) + typed[beginning.end() :] if beginning else typed


def _visible(text: str) -> str:
    return "".join(c for c in text if c not in INVISIBLE)
