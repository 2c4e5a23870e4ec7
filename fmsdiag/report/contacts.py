"""Third parties that a run contacted, in words."""

from __future__ import annotations

from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report


class ContactTexts(Table, of="contacts"):
    """A line for each."""

    # translators: {why} is a whole sentence, such as "Shows whether name lookups work at all."
    CONTACT = text("{host}: {why:name}")


def contact_lines(report: Report) -> tuple[str, ...]:
    """Third parties that were contacted, and why: not the server or this network's own DNS servers and proxies."""
    return tuple(
        say(
            ContactTexts.CONTACT,
            host=one_line(contact.host, 80),
            why=say(EXPERIMENTS[contact.experiment].why),
        )
        for contact in report.contacts
    )
