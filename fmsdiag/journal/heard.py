"""What a journal hears: the outline of a report, the run's events, the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from fmsdiag.model import Event, Report


@dataclass(frozen=True)
class RunEnded:
    report: Report


Item: TypeAlias = Report | Event | RunEnded
