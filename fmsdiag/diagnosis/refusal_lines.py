"""Lines of evidence that every refusal begins with: the server was reached, and what it said."""

from __future__ import annotations

from fmsdiag.diagnosis.steps import evidence_line, route_of
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Attempt, ConnectFacts, EvidenceLine, StepName
from fmsdiag.model.messages import Name, Quote

MOST_OF_DESCRIPTION = 160


class RefusalLines(Table, of="refusals"):
    """What a server said to `connect`."""

    REACHED = text("{route}: the server was reached and spoke RTMP.")
    CODE_AND_WORDS = text("The server answered {code:name}: {words:quote}")
    WORDS = text("The server answered: {words:quote}")
    CODE = text("The server answered {code:name}.")
    # translators: {command} is the name of a message of the protocol, such as _error
    NO_WORDS = text("The server answered connect with {command:name} and nothing more.")


def reached_line(attempt: Attempt) -> EvidenceLine:
    """That RTMP was spoken with the server."""
    said = RefusalLines.REACHED.of(route=route_of(attempt.endpoint))
    return evidence_line(said, attempt.step(StepName.HANDSHAKE))


def refusal_line(attempt: Attempt, facts: ConnectFacts) -> EvidenceLine:
    """What the server said, in its own words."""
    words = (facts.description or "").strip()[:MOST_OF_DESCRIPTION]
    code = facts.code or ""
    if code and words:
        said = RefusalLines.CODE_AND_WORDS.of(code=Name(code), words=Quote(words))
    elif words:
        said = RefusalLines.WORDS.of(words=Quote(words))
    elif code:
        said = RefusalLines.CODE.of(code=Name(code))
    else:
        said = RefusalLines.NO_WORDS.of(command=Name(facts.command or "_error"))
    return evidence_line(said, attempt.step(StepName.CONNECT))
