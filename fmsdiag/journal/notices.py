"""What a reader has to know of a run that comes from the journal: that it did not end, or is not whole."""

from __future__ import annotations

from fmsdiag.journal.last_run import LastRun
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text


class LastRunTexts(Table, of="journal"):
    """Said above the report, and in the window's message bar."""

    INTERRUPTED = text(
        "This test was interrupted before it ended. The report contains what was seen until then."
    )
    LINES_LOST = plural(
        "{count} entry of its record is damaged and was left out.",
        "{count} entries of its record are damaged and were left out.",
    )
    # translators: {what} and {lost} are the two sentences above
    INTERRUPTED_AND_LOST = text("{what:name} {lost:name}")
    SET_ASIDE = text("The record of a test is damaged and cannot be opened. It was kept as {path:name}.")


def notice_of(last: LastRun) -> str:
    """One line; empty where the run ended and nothing of it is lost."""
    what = say(LastRunTexts.INTERRUPTED) if last.interrupted else ""
    lost = say(LastRunTexts.LINES_LOST, count=last.lines_lost) if last.lines_lost else ""
    return say(LastRunTexts.INTERRUPTED_AND_LOST, what=what, lost=lost) if what and lost else what or lost
