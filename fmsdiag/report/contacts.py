"""Third parties that a run contacted, in words."""

from __future__ import annotations

from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import Rendered, one_line
from fmsdiag.model import Contact, Experiment, Report
from fmsdiag.players import UNUSED_PORT


class ContactTexts(Table, of="contacts"):
    """A line for each host."""

    # translators: {why} is one or more whole sentences, such as "Shows whether name lookups work at all."
    CONTACT = text("{host}: {why:name}")
    UNUSED_PORT = text("Shows whether something on the path accepts connections that no server would.")


def contact_lines(report: Report) -> tuple[str, ...]:
    """Third parties that were contacted, and why: not the server or this network's own DNS servers and proxies."""
    reasons: dict[str, dict[str, None]] = {}
    for contact in report.contacts:
        unused = _is_of_unused_port(report, contact)
        why = say(ContactTexts.UNUSED_PORT if unused else EXPERIMENTS[contact.experiment].why)
        reasons.setdefault(one_line(contact.host, 80), {})[why] = None
    return tuple(
        say(ContactTexts.CONTACT, host=host, why=Rendered(" ".join(why))) for host, why in reasons.items()
    )


def _is_of_unused_port(report: Report, contact: Contact) -> bool:
    """Whether only a port was tried there on which nobody listens."""
    made = (a for a in report.attempts if a.experiment is contact.experiment is Experiment.CONTROL_PORT)
    return {a.endpoint.port for a in made if a.endpoint.host == contact.host} == {UNUSED_PORT}
