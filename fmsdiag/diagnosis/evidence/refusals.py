"""What servers said to `connect` in a run, and the sentences that every refusal begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fmsdiag.diagnosis.evidence.run import RunView, connect_facts, failed_with
from fmsdiag.diagnosis.rule import line
from fmsdiag.diagnosis.wording import method, server_words
from fmsdiag.model import Attempt, ConnectFacts, EvidenceLine, FailureKind, StepName

RULED_OUT = ("a firewall", "a blocked port", "the server being down")


def refusals(run: RunView) -> Iterator[tuple[Attempt, ConnectFacts]]:
    """Own attempts that the server declined by a command of its own, in their order; none where a player connects."""
    if run.plan_succeeded:
        return
    for attempt in run.media:
        facts = connect_facts(attempt)
        if facts is not None and failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED):
            yield attempt, facts


def refusal(run: RunView, says: Callable[[ConnectFacts], bool]) -> tuple[Attempt, ConnectFacts] | None:
    """The first refusal that says so."""
    return next((pair for pair in refusals(run) if says(pair[1])), None)


def code_is(facts: ConnectFacts, *names: str) -> bool:
    """Whether the status code is NetConnection.Connect.NAME of one of these names, in any case of letters."""
    return (facts.code or "").casefold().removeprefix("netconnection.connect.") in {
        n.casefold() for n in names
    }


def reached(run: RunView) -> str:
    """ "Your network is fine: the server was reached and answered." where the plan's first attempt shows that much."""
    start = "Your network is fine: the" if run.network_is_fine else "The"
    return f"{start} server was reached and answered."


def said(attempt: Attempt, facts: ConnectFacts) -> tuple[EvidenceLine, EvidenceLine]:
    """The two lines of evidence of a refusal in words."""
    return (
        line(
            f"{method(attempt.endpoint)}: the server was reached and spoke RTMP.",
            attempt.step(StepName.HANDSHAKE),
        ),
        line(
            f"It said: {server_words(facts)}"
            if facts.code or facts.description
            else f"It answered connect with “{facts.command}” and no word more.",
            attempt.step(StepName.CONNECT),
        ),
    )
