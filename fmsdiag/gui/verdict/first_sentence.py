"""The first sentence of a paragraph, for a card that has room for one."""

from __future__ import annotations

from PySide6.QtCore import QTextBoundaryFinder

from fmsdiag.messages.pseudo import CLOSE, OPEN


def first_sentence(paragraph: str) -> str:
    """By the rules of Unicode (UAX 29), which know the full stops of every script; nothing in quotes or brackets is cut."""
    line = paragraph.partition("\n")[0].strip()
    if line.startswith(OPEN) and line.endswith(CLOSE):  # a pseudo-locale's marks stand around all of it
        return f"{OPEN}{first_sentence(line[len(OPEN) : -len(CLOSE)])}{CLOSE}"
    searched = line.replace(OPEN, "(-- ").replace(CLOSE, " --)")  # as long, and no end of a sentence
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Sentence, searched)
    units = line.encode("utf-16-le", "surrogatepass")  # Qt's positions are those of UTF-16
    while (end := finder.toNextBoundary()) >= 0:
        sentence = units[: 2 * end].decode("utf-16-le", "surrogatepass").strip()
        if sentence and not _is_open(sentence):
            return sentence
    return line


def _is_open(words: str) -> bool:
    """Whether a quotation, “English” or „German“ or «French», or a bracket begins in there that does not end."""
    quotes = ("„", "“") if "„" in words else ("“", "”")
    pairs = (quotes, ("«", "»"), ("(", ")"), ("[", "]"))
    return any(words.count(begin) > words.count(end) for begin, end in pairs)
