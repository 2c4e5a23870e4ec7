"""How fast data went up on each port, and which port is held back while another one is not. Pure functions."""

from __future__ import annotations

from typing import TypeAlias

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Experiment, Observation, StepName, UploadFacts, UploadOutcome

TIMES_FASTER = 5.0
UNDELAYED_S = 0.5
"""A whole upload within that has waited for no lost packet more than once: a second wait takes 0.4 s longer (RFC 6298,
section 5.5, from Linux's least time of 0.2 s)."""

Upload: TypeAlias = tuple[Attempt, Observation, UploadFacts]


def uploads(run: RunView) -> list[Upload]:
    """What went up, each with its step."""
    found = []
    for attempt in run.performed(Experiment.UPLOAD):
        step = attempt.step(StepName.UPLOAD)
        if step is not None and isinstance(step.facts, UploadFacts):
            found.append((attempt, step, step.facts))
    return found


def rate(facts: UploadFacts) -> float:
    """Bytes per second."""
    return facts.bytes_taken / max(facts.elapsed_s, 0.001)


def slow_upload(run: RunView) -> Upload | None:
    """The first upload that was far too slow."""
    return next((t for t in uploads(run) if t[2].outcome == UploadOutcome.TOO_SLOW), None)


def faster_elsewhere(run: RunView, slow: Upload) -> Upload | None:
    """A whole upload to another port of the server, TIMES_FASTER as fast as this one."""
    return next(
        (
            (a, s, f)
            for a, s, f in uploads(run)
            if a.endpoint.port != slow[0].endpoint.port
            and f.outcome == UploadOutcome.COMPLETE
            and rate(f) >= TIMES_FASTER * rate(slow[2])
        ),
        None,
    )


def held_back_ports(run: RunView) -> frozenset[int]:
    """The port that holds uploads back while another port takes a whole one without delay; empty without such a contrast.

    What polices a port drops what is beyond its rate, so that connections to it go unanswered as with lost packets. A line
    that loses so many would delay the other upload as well.
    """
    slow = slow_upload(run)
    fast = faster_elsewhere(run, slow) if slow is not None else None
    if slow is None or fast is None or fast[2].elapsed_s > UNDELAYED_S:
        return frozenset()
    return frozenset({slow[0].endpoint.port})
