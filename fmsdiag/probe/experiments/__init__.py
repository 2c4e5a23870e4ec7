"""The follow-up questions: each one exchange, performed only when a rule asks, shown as an attempt of its own.

perform.py knows which function answers which question; the other modules hold the functions by family.
"""

from __future__ import annotations

from fmsdiag.model import Experiment

TIMEOUT_S = 3.0
"""For one experiment: long enough for a retransmitted SYN, short enough for several of them."""

LONGER_S = {
    Experiment.CONTROL_HOPS: 4.5,
    Experiment.HOPS: 4.5, Experiment.UDP_HOPS: 4.5, Experiment.BURST: 14.0, Experiment.HOLD: 6.0, Experiment.UPLOAD: 9.0,
    Experiment.IDLE: 14.0,
}  # fmt: skip
"""For those that are several exchanges, or wait on purpose."""


def limit_s(experiment: Experiment, idle_s: float = 0.0) -> float:
    """How long an experiment may take, in seconds; the one that is silent for `idle_s` needs that more."""
    waits = idle_s if experiment is Experiment.IDLE else 0.0
    return LONGER_S.get(experiment, TIMEOUT_S) + waits
