"""Systems that try a refused connect again before they tell: Windows sends three SYNs, so a refusal takes 0.5 to 2 s.

Source: Microsoft KB 175523, TCP connection performance to unused ports. A bound on a connect that is shorter
would turn a refusal into silence there.
"""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.model import Capability, works_here

REFUSAL_S = 2.5
"""Within which every refusal is told."""


@dataclass
class Refusals:
    """How this system tells of a refused connect; a test may make it slow."""

    repeated: bool = not works_here(Capability.PROMPT_REFUSALS)


REFUSALS = Refusals()


def connect_bound_s(seconds: float) -> float:
    """For how long a connect must be waited for that would otherwise be given `seconds`."""
    return max(seconds, REFUSAL_S) if REFUSALS.repeated else seconds
