"""What servers said to `connect` in a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, ConnectFacts, FailureKind, StepName


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
