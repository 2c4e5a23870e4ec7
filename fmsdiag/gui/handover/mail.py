"""The email to support as a link that the system's own mail program opens (RFC 6068). It cannot carry the file."""

from __future__ import annotations

from urllib.parse import quote

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Report
from fmsdiag.report.view import ReportView

LONGEST = 1900
"""Characters of the link: Windows hands over about 2,000."""


class MailTexts(Table, of="gui.handover.mail"):
    """The email, in the customer's name."""

    SUBJECT = text("Test of {host}: {word:name}")
    HELLO = text("Hello,")
    REPORT = text("Here is the report of my test of {host}: {headline:name}")
    CODE = text("Code for the telephone: {code:name}")
    ATTACHED = text("The report is attached: {file:name}")


def mail_link(report: Report, file: str, send_to: str = "") -> str:
    """A mailto link with subject and text; `report` is redacted, `file` the name of what the user is to attach."""
    view, host = ReportView(report), one_line(as_typed(report.target.host), 100)
    subject = say(MailTexts.SUBJECT, host=host, word=view.mark.word)
    paragraphs = [
        say(MailTexts.HELLO),
        say(MailTexts.REPORT, host=host, headline=view.headline[:200]),
        *filter(None, [view.prepared[:300]]),
        say(MailTexts.CODE, code=view.code),
        say(MailTexts.ATTACHED, file=one_line(file, 200)),
    ]
    link = _link(send_to, subject, "\r\n\r\n".join(paragraphs))
    if len(link) > LONGEST:  # letters beyond ASCII are nine characters each
        link = _link(send_to, subject, "\r\n\r\n".join(paragraphs[-2:]))
    return link if len(link) <= LONGEST else _link(send_to, "", "")


def is_mail_address(send_to: str) -> bool:
    """Whether a profile's destination is an email address; the other kind is a web page."""
    return "@" in send_to and "://" not in send_to


def _link(send_to: str, subject: str, body: str) -> str:
    fields = [
        f"{name}={quote(words, safe='')}" for name, words in (("subject", subject), ("body", body)) if words
    ]
    return f"mailto:{quote(send_to, safe='@')}{'?' if fields else ''}{'&'.join(fields)}"
