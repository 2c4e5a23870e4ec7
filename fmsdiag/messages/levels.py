"""What a report leaves out at its two levels: the same words wherever a level is chosen, promised or told."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Redaction


class LevelTexts(Table, of="levels"):
    """The levels' names, and what each means."""

    STANDARD = text("Standard")
    STRICT = text("Strict")
    STANDARD_MEANS = text(
        "Leaves out stream keys, passwords, query strings, and the names of this computer and its user. Local addresses are "
        "shown as pseudonyms."
    )
    STRICT_MEANS = text(
        "Leaves out the same, and this computer's network settings and programs, and the data that was exchanged. The "
        "application and all names and addresses of this network are shown as pseudonyms; the server's are not."
    )


LEVEL_NAMES: Mapping[Redaction, Text] = {
    Redaction.STANDARD: LevelTexts.STANDARD,
    Redaction.STRICT: LevelTexts.STRICT,
}
LEVEL_MEANS: Mapping[Redaction, Text] = {
    Redaction.STANDARD: LevelTexts.STANDARD_MEANS,
    Redaction.STRICT: LevelTexts.STRICT_MEANS,
}
