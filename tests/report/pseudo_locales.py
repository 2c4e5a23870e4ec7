"""The pseudo-locales, and what shows that a text went through them."""

from __future__ import annotations

import re

from fmsdiag.messages.language import Language
from fmsdiag.messages.reader import language_of
from fmsdiag.model import Report
from fmsdiag.report import json

ACCENTED: Language = language_of({"FMSDIAG_LANGUAGE": "en-XA"})
RIGHT_TO_LEFT: Language = language_of({"FMSDIAG_LANGUAGE": "ar-XB"})


def is_plain(words: str, report: Report) -> bool:
    """Whether these words of a face are English: a label of words or a sentence, without the marks of en-XA.

    Values stay as they are: what stands in the report itself, and lists of that.
    """
    if "[!!" in words or "!!]" in words or re.search(r"\b[A-Za-z]?[a-z]{2,} [a-z]{2,}\b", words) is None:
        return False
    document = json.encode(report).decode().replace('\\"', '"')
    return any(part.strip() not in document for part in re.split(r", and |, | and |: ", words))
