"""Pseudo-locales: English made strange, to find what is not translated, too narrow, or laid out for one direction.

`en-XA` puts accents on letters and makes each text 35 % longer; `ar-XB` runs from right to left. Both leave places alone.
"""

from __future__ import annotations

import re

_PLACE = re.compile(r"(\{\w+(?::\w+)?\})")
_ACCENTED = str.maketrans(
    "AaBbCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz",
    "ĀāßƀÇçĐđĒēĞğĤĥĪīĴĵĶķĻļŅņŌōŔŕŞşŦŧŪūŴŵŶŷŽž",
)
_LONGER = 0.35
OPEN, CLOSE = "[!! ", " !!]"
"""Around every text of `en-XA`: what shows without them is not translated, what lacks the end is cut off."""
_FILLER = "one two three four five six seven eight nine ten"
FROM_RIGHT = "\u200f"
"""Right-to-left mark: a text that begins with it is laid out from the right."""
RIGHT_TO_LEFT, POP = "\u202e", "\u202c"
"""Right-to-left override and its end: letters of `ar-XB` run the other way."""


def accented(template: str) -> str:
    """ "[!! Ā fīŕēŵāļļ … !!]" """
    if not template:
        return template
    parts = _PLACE.split(template)
    shown = "".join(part if _PLACE.fullmatch(part) else part.translate(_ACCENTED) for part in parts)
    letters = sum(len(part) for part in parts if not _PLACE.fullmatch(part))
    more = (_FILLER * (1 + letters // len(_FILLER)))[: max(0, round(letters * _LONGER) - len(OPEN + CLOSE))]
    return f"{OPEN}{shown}{' ' + more.strip() if more.strip() else ''}{CLOSE}"


def reversed_direction(template: str) -> str:
    """Each word behind an override, so that it runs from right to left, and the text as a whole, too."""
    parts = _PLACE.split(template)
    return FROM_RIGHT * bool(template) + "".join(
        part if _PLACE.fullmatch(part) or not part.strip() else re.sub(r"\S+", _overridden, part)
        for part in parts
    )


def _overridden(word: re.Match[str]) -> str:
    return f"{RIGHT_TO_LEFT}{word[0]}{POP}"
