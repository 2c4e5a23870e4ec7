"""A report's JSON inside an HTML page: written so that no text of it can end the script element, found again.

HTML (13.2.5.4) ends a script at `</script` and treats `<!--` in it specially; in JSON every `<`, `>` and `&` may be
written as an escape, so nothing of the kind can occur. Everything beyond ASCII is escaped, too: what turns the
direction of text does not do so in the page's source, and programs that save the page in another encoding do no harm.
"""

from __future__ import annotations

import re

ELEMENT_ID = "fmsdiag-report"

_UNSAFE = re.compile("[<>&\x7f-\U0010ffff]")
# Attributes in any order, since mail programs and "Save page as" rewrite them.
_ELEMENT = re.compile(rb"<script\b([^<>]*+>)([^<]*+)</script", re.IGNORECASE)
_IS_OURS = re.compile(rb"""\bid=["']?fmsdiag-report["'\s>]""", re.IGNORECASE)


def escape_json(data: bytes) -> str:
    """JSON for the inside of a script element: the same document in ASCII, without `<`, `>` and `&`."""
    # These characters occur in JSON only inside strings, where an escape stands for the same character.
    return _UNSAFE.sub(_escape, data.decode())


def find_json(page: bytes) -> bytes | None:
    """The JSON in a page that this program wrote; none if there is none, or more than one."""
    found = [content for attributes, content in _ELEMENT.findall(page) if _IS_OURS.search(attributes)]
    return bytes(found[0]).strip() if len(found) == 1 else None


def looks_like_html(data: bytes) -> bool:
    """Whether a file is a page rather than JSON, whose first character is never `<`."""
    return data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _escape(match: re.Match[str]) -> str:
    """RFC 8259, section 7: four hexadecimal digits, and a pair of surrogates beyond the basic plane."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))
