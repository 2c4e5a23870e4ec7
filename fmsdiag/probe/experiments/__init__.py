"""The follow-up questions: each one exchange, performed only when a rule asks, shown as an attempt of its own.

perform.py knows which function answers which question; the other modules hold the functions by family.
"""

from __future__ import annotations

from fmsdiag.messages.experiments import EXPERIMENTS, USUAL_LIMIT_S
from fmsdiag.model import Experiment

TIMEOUT_S = USUAL_LIMIT_S


def limit_s(experiment: Experiment, idle_s: float = 0.0) -> float:
    """How long an experiment may take, in seconds; the one that is silent for `idle_s` needs that more."""
    waits = idle_s if experiment is Experiment.IDLE else 0.0
    return EXPERIMENTS[experiment].limit_s + waits
