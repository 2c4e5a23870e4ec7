"""What every refusal shows: that the server was reached, and what it said."""

from __future__ import annotations

from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.messages.text import Table, text
from fmsdiag.model import AnswerCommand, Attempt, ConnectFacts, DnsFacts, EvidenceLine, Message, StepName
from fmsdiag.model.messages import Name, Quote

MOST_OF_DESCRIPTION = 160


class RefusalLines(Table, of="refusals"):
    """What a server said to `connect`, `publish` or `play`."""

    REACHED = text("{route}: the server was reached and spoke RTMP.")
    REACHED_AT = text("{route}: the server at {address} was reached and spoke RTMP.")
    CODE_AND_WORDS = text("The server answered {code:name}: {words:quote}")
    WORDS = text("The server answered: {words:quote}")
    CODE = text("The server answered {code:name}.")
    # translators: {command} is the name of a message of the protocol, such as _error
    NO_WORDS = text("The server answered connect with {command:name} and nothing more.")
    SAID_SO = text("The server's response says so.")
    """What earns the confidence in a refusal that gives its reason."""


def reached_line(attempt: Attempt) -> EvidenceLine:
    """That RTMP was spoken with the server; at which address, where it has a name: another resolver may give another one."""
    greeted, route = attempt.step(StepName.HANDSHAKE), route_of(attempt.endpoint)
    named = {
        address
        for o in attempt.observations
        if isinstance(o.facts, DnsFacts) and o.ok
        for address in o.facts.addresses
    }
    if greeted is not None and greeted.address and attempt.endpoint.proxy is None and named:
        return evidence_line(RefusalLines.REACHED_AT.of(route=route, address=greeted.address), greeted)
    return evidence_line(RefusalLines.REACHED.of(route=route), greeted)


def refusal_line(attempt: Attempt, facts: ConnectFacts) -> EvidenceLine:
    """What the server said to `connect`, in its own words."""
    said = answer(facts.code, facts.description)
    if said is None:
        said = RefusalLines.NO_WORDS.of(command=Name(facts.command or AnswerCommand.ERROR))
    return evidence_line(said, attempt.step(StepName.CONNECT))


def answer(code: str | None, description: str | None) -> Message | None:
    """A server's answer by code and description, bounded; none where it has neither."""
    words = (description or "").strip()[:MOST_OF_DESCRIPTION]
    if code and words:
        return RefusalLines.CODE_AND_WORDS.of(code=Name(code), words=Quote(words))
    if words:
        return RefusalLines.WORDS.of(words=Quote(words))
    return RefusalLines.CODE.of(code=Name(code)) if code else None


def reason_given(facts: ConnectFacts) -> Quote | None:
    """The server's own words, else its code; none where it gave no reason."""
    words = (facts.description or "").strip()[:MOST_OF_DESCRIPTION] or facts.code
    return Quote(words) if words else None
