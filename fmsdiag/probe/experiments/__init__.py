"""The follow-up questions: each one exchange, performed only when a rule asks, shown as an attempt of its own.

perform.py knows which function answers which question; the other modules hold the functions by family.
"""

from __future__ import annotations

TIMEOUT_S = 3.0
"""For one experiment: long enough for a retransmitted SYN, short enough for several of them."""
