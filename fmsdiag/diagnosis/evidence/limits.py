"""Which ports show a limit on new connections: there, silence is no loss. Pure functions."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.flows import Fate, flows_of, is_cut_off
from fmsdiag.diagnosis.evidence.ports import series
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Experiment, Try, TryOutcome


def is_open(tried: Try | None) -> bool:
    """Whether a connect of a series opened."""
    return tried is not None and tried.outcome == TryOutcome.OPEN


def limited_ports(run: RunView) -> frozenset[int]:
    """Ports at which connections in a row are cut off behind the first ones, and are let through again later.

    A limit is set for a port, so that what is late or silent on the same port of another server shows the same thing.
    """
    ports = {flows.attempt.endpoint.port for flows in flows_of(run) if flows.fate is Fate.LIMITED}
    burst = series(run, Experiment.BURST)
    if burst is not None and burst[1].port is not None and is_open(burst[0].later):
        ports |= {burst[1].port} if is_cut_off([is_open(tried) for tried in burst[0].tries]) else set()
    return frozenset(ports)
