"""A report's JSON inside an HTML page: written so that no text of it can end the script element, found again.

HTML (13.2.5.4) ends a script at `</script` and treats `<!--` in it specially; in JSON every `<`, `>` and `&` may be
written as an escape, so nothing of the kind can occur. U+2028 and U+2029 are escaped for old readers of JavaScript.
"""

from __future__ import annotations

import re

ELEMENT_ID = "fmsdiag-report"

_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}
_UNSAFE = re.compile("[<>&\u2028\u2029]")
# Attributes in any order, since mail programs and "Save page as" write them anew.
_ELEMENT = re.compile(
    rb"""<script\b(?=[^>]*\bid=["']?fmsdiag-report["'\s>])[^>]*>([^<]*)</script""", re.IGNORECASE
)


def escape_json(data: bytes) -> str:
    """JSON for the inside of a script element: the same document, without `<`, `>` and `&`."""
    # These characters occur in JSON only inside strings, where an escape stands for the same character.
    return _UNSAFE.sub(lambda match: _ESCAPES[match[0]], data.decode())


def find_json(page: bytes) -> bytes | None:
    """The JSON in a page that this program wrote; none if there is none, or more than one."""
    found: list[bytes] = _ELEMENT.findall(page)
    return found[0].strip() if len(found) == 1 else None


def looks_like_html(data: bytes) -> bool:
    """Whether a file is a page rather than JSON, whose first character is never `<`."""
    return data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
