"""What is wrong with a history, for the window; the command line has its own, which name the file first."""

from __future__ import annotations

from fmsdiag.messages.text import Table, text


class HistoryFileTexts(Table, of="history.file"):
    """Whole sentences."""

    OFF = text("No history is kept, because FMSDIAG_HISTORY or FMSDIAG_JOURNAL is none.")
    FOREIGN = text(
        "The history was written by a newer fmsdiag or by another program. It is left as it is, and no test is added to it."
    )
    CANNOT_OPEN = text("The history cannot be opened: {reason:name}.")
    SET_ASIDE = text(
        "The history was damaged and could not be opened. It was kept as {path:name}; a new one was begun."
    )
    RUN_DAMAGED = text("This test is damaged and cannot be opened: {reason:name}.")
    RUN_GONE = text("This test is no longer in the history.")
