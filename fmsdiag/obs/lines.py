"""What every face says of a failed connection of OBS's: one line."""

from __future__ import annotations

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.obs.failures import ObsFailure, describe_reason


class FailureTexts(Table, of="obs.failure"):
    """The line, with and without the server."""

    FAILURE = text("{at:moment}: {reason:name}. Server: {address:name}")
    OF_UNKNOWN = text("{at:moment}: {reason:name}.")


def describe_failure(failure: ObsFailure) -> str:
    """One line: when, why, and which server."""
    values = {"at": failure.at.isoformat(), "reason": describe_reason(failure)}
    if not failure.address:
        return say(FailureTexts.OF_UNKNOWN, **values)
    return say(FailureTexts.FAILURE, address=failure.address, **values)
