"""What was hidden in a report, in words: the codes of its redaction log."""

from __future__ import annotations

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.sensitive import Kind


class HiddenTexts(Table, of="hidden"):
    """What the log of a report says."""

    SECRET = text("stream key and query string of the address")
    QUERY = text("query strings of other addresses")
    CREDENTIALS = text("user names and passwords in addresses")
    NAMED_SECRET = text("passwords, tokens, and cookies")
    HOME = text("paths of home folders (shown as ~)")
    USER = text("this computer's user name")
    COMPUTER = text("this computer's name")
    MAC = text("hardware (MAC) addresses")
    MAIL = text("e-mail addresses")
    PROXY = text("names of proxies and what they call themselves (shown as proxy-1, proxy-2 …)")
    LOCAL_ADDRESS = text("local addresses, except the server's own (shown as lan-1, lan-2 …)")
    CLIENT_ADDRESS = text("public addresses that may be this computer's (cut to their network)")
    INCLUDED = text("Sensitive data is included: local addresses and this computer's own address.")


_TEXTS = {kind.value: getattr(HiddenTexts, kind.name) for kind in Kind}


def describe_hidden(code: str) -> str:
    """An entry of the log in words; as it is written where this program does not know it."""
    known = _TEXTS.get(code)
    return say(known) if known is not None else one_line(code, 120)


def hidden_lines(report: Report) -> tuple[str, ...]:
    """What was hidden; empty where nothing was."""
    return tuple(describe_hidden(code) for code in report.redaction if code != INCLUDED)


def is_private(report: Report) -> bool:
    """Whether it was saved with sensitive data in it."""
    return INCLUDED in report.redaction
