"""UDP packets that a device on the path rewrites: between whom, by what routers quote of them. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Experiment, Hop, HopFacts, Observation


@dataclass(frozen=True)
class ChangedDatagrams:
    """The first router whose quote is not as the packet was sent, and the last before it that quotes as much unchanged."""

    before: Hop | None
    after: Hop
    step: Observation


def changed_datagrams(run: RunView, port: int | None = None) -> ChangedDatagrams | None:
    """Where the content of UDP packets to a port (to any where none is given) is changed; none where no quote shows it."""
    for attempt in run.performed(Experiment.UDP_HOPS, port):
        step = run.path_step(attempt)
        if step is None or not isinstance(step.facts, HopFacts):
            continue
        told = [(hop, hop.quoted_data) for hop in step.facts.hops if hop.responder and hop.quoted_data]
        for number, (after, quote) in enumerate(told):
            at = quote.differs_at
            if at is not None:
                unchanged = [hop for hop, earlier in told[:number] if earlier.size > at]
                return ChangedDatagrams(unchanged[-1] if unchanged else None, after, step)
    return None
