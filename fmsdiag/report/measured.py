"""Whether a measurement that was made showed something good: that it ended by itself says nothing of that. Pure."""

from __future__ import annotations

from enum import Enum, auto

from fmsdiag.hops import taken_unanswered
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    DnsFacts,
    ExchangeFacts,
    Experiment,
    Facts,
    FlowFacts,
    HopFacts,
    HopOutcome,
    IdleFacts,
    IdleOutcome,
    Observation,
    ResetDistanceFacts,
    SeriesFacts,
    Status,
    TryOutcome,
    UploadFacts,
    UploadOutcome,
)

BYTES_PATHS = (Experiment.APP_PATH, Experiment.CONNECT_PATH, Experiment.OTHER_BYTES_PATH)


class Showed(Enum):
    """What a measurement showed."""

    GOOD = auto()
    PARTLY = auto()  # some of it worked
    SLOW = auto()
    BAD = auto()
    NEITHER = auto()  # it only measured something


def has_result(observation: Observation) -> bool:
    """Whether a step that failed still measured something: repeats that ran out of time count as far as they came."""
    return observation.ok or (isinstance(observation.facts, FlowFacts) and bool(observation.facts.tries))


def was_measured(attempt: Attempt) -> bool:
    """Whether an attempt came to a result of its own: it ended well, or ran out of time with one."""
    if attempt.status is Status.CONNECTED:
        return True
    ended = attempt.failed_step
    return attempt.status is Status.FAILED and ended is not None and has_result(ended)


def showed(attempt: Attempt) -> Showed:
    """What the last step of an attempt that came to a result showed."""
    last = attempt.observations[-1] if attempt.observations else None
    if attempt.experiment is None or last is None or not has_result(last) or last.facts is None:
        return Showed.GOOD
    if isinstance(last.facts, HopFacts) and attempt.experiment in BYTES_PATHS:
        return Showed.NEITHER  # no byte was sent: no router is in between
    if isinstance(last.facts, ExchangeFacts) and not last.bytes_in:
        return Showed.NEITHER  # it stayed open, and nothing came
    return _of_facts(last.facts)


def _of_facts(facts: Facts) -> Showed:
    match facts:
        case IdleFacts():
            return Showed.GOOD if facts.idle_outcome == IdleOutcome.ALIVE else Showed.BAD
        case UploadFacts():
            if facts.outcome == UploadOutcome.TOO_SLOW:
                return Showed.SLOW
            return Showed.GOOD if facts.outcome == UploadOutcome.COMPLETE else Showed.BAD
        case SeriesFacts():
            return _of_tries([one.outcome == TryOutcome.OPEN for one in facts.tries])
        case FlowFacts():
            return _of_tries([one.works for one in facts.tries])
        case HopFacts():
            opened = any(hop.outcome == HopOutcome.OPEN for hop in facts.hops)
            return Showed.GOOD if opened else Showed.NEITHER
        case BytesPathFacts():
            answered = facts.stopped is None and not taken_unanswered(facts)
            return Showed.GOOD if answered else Showed.NEITHER
        case ResetDistanceFacts():
            return Showed.NEITHER
        case DnsFacts():
            return Showed.GOOD if facts.addresses or facts.canonical_name else Showed.NEITHER
    return Showed.GOOD


def _of_tries(worked: list[bool]) -> Showed:
    if all(worked):
        return Showed.GOOD
    return Showed.PARTLY if any(worked) else Showed.BAD
