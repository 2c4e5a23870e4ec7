"""The follow-up questions: each one exchange, performed only when a rule asks, shown as an attempt of its own.

perform.py knows which function answers which question; the other modules hold the functions by family.
"""

from __future__ import annotations

from fmsdiag.messages.experiments import EXPERIMENTS, USUAL_LIMIT_S
from fmsdiag.model import Experiment, Purpose, Question

TIMEOUT_S = USUAL_LIMIT_S

CONTROLS = frozenset(
    (
        Experiment.CONTROL_PORT,
        Experiment.CONTROL_HTTP,
        Experiment.CONTROL_TLS,
        Experiment.CONTROL_HOPS,
        Experiment.CONTROL_NAME,
        Experiment.SECOND_RESOLVER,
        Experiment.WPAD,
    )
)
"""Questions to third parties."""


def purpose_of(question: Question) -> Purpose:
    """Questions to a third party are controls, those to the server itself follow-ups."""
    return Purpose.CONTROL if question.experiment in CONTROLS else Purpose.FOLLOW_UP


def limit_s(experiment: Experiment, idle_s: float = 0.0) -> float:
    """How long an experiment may take, in seconds; the one that is silent for `idle_s` needs that more."""
    waits = idle_s if experiment is Experiment.IDLE else 0.0
    return EXPERIMENTS[experiment].limit_s + waits
