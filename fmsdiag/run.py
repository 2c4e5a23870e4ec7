"""A whole diagnosis: plan, probe, rules, follow-up questions, report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fmsdiag.model import Event, Options, Report, Target


async def diagnose(
    target: Target, options: Options, emit: Callable[[Event], None], stop: asyncio.Event | None = None
) -> Report:
    """Try `target` as `options` say and return the report; `emit` hears of everything while it happens.

    Setting `stop` ends the run at once; what was done until then is still reported (verdict "stopped").
    """
    raise NotImplementedError
