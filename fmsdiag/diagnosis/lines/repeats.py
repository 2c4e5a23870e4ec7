"""That what failed once failed again, from other local ports: one connection decides nothing."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.flows import Fate, flows_at
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import EvidenceLine


class RepeatLines(Table, of="repeat-lines"):
    """How many repeats failed."""

    ALL = plural(
        "Port {port}: {tries:count} more attempt, from another local port, fails as well.",
        "Port {port}: all {tries:count} more attempts, from other local ports, fail as well.",
        by="tries",
    )
    NONE_IN_TIME = plural(
        "Port {port}: {tries:count} more attempt, from another local port, gets no answer within {limit:duration} either.",
        "Port {port}: {tries:count} more attempts, from other local ports, get no answer within {limit:duration} either.",
        by="tries",
    )
    SOME = text(
        "Port {port}: {failed:count} of {tries:count} more attempts, from other local ports, fail as well."
    )


def repeat_lines(run: RunView, port: int | None) -> tuple[EvidenceLine, ...]:
    """How repeats of a connection to that port of the server ended; none where there were none, or all of them worked."""
    flows = flows_at(run, port) if port is not None else None
    if flows is None or not flows.dead:
        return ()
    tries = len(flows.facts.tries)
    limit = flows.facts.waited_s
    if flows.fate is Fate.ALL_FAIL and limit is not None:
        return (evidence_line(RepeatLines.NONE_IN_TIME.of(port=port, tries=tries, limit=limit), flows.step),)
    if flows.fate is Fate.ALL_FAIL:
        return (evidence_line(RepeatLines.ALL.of(port=port, tries=tries), flows.step),)
    said = RepeatLines.SOME.of(port=port, failed=len(flows.dead), tries=tries)
    return (evidence_line(said, flows.step),)
