"""Exit codes, those of monitoring plug-ins: 0 good, 1 with a caveat, 2 bad, 3 cannot tell."""

from __future__ import annotations

from enum import IntEnum

from fmsdiag.model import VerdictStatus


class ExitCode(IntEnum):
    CONNECTED = 0
    CONNECTED_BY_FALLBACK = 1  # or through a proxy only
    NOT_CONNECTED = 2  # rejected or unreachable
    UNKNOWN = 3  # inconclusive, stopped, wrong usage, or a fault of fmsdiag


_BY_STATUS = {
    VerdictStatus.CONNECTED: ExitCode.CONNECTED,
    VerdictStatus.CONNECTED_BY_FALLBACK: ExitCode.CONNECTED_BY_FALLBACK,
    VerdictStatus.CONNECTED_THROUGH_PROXY: ExitCode.CONNECTED_BY_FALLBACK,
    VerdictStatus.REJECTED: ExitCode.NOT_CONNECTED,
    VerdictStatus.UNREACHABLE: ExitCode.NOT_CONNECTED,
    VerdictStatus.INCONCLUSIVE: ExitCode.UNKNOWN,
    VerdictStatus.STOPPED: ExitCode.UNKNOWN,
}


def exit_code_of(status: VerdictStatus) -> ExitCode:
    return _BY_STATUS[status]
