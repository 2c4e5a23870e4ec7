"""Reports of real runs, to be compared: as a customer sends them, with their local addresses hidden."""

from __future__ import annotations

from functools import cache

import msgspec

from fmsdiag.model import Attempt, Report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples

HEALTHY = "healthy"
CUSTOMERS_SIDE = (
    "handshake-is-reset-at-router",
    "hotel",
    "mtu-black-hole",
    "name-filtered",
    "port-dropped",
    "proxy-required",
    "rtmp-recognised",
    "school",
    "transparent-proxy",
)
"""Records whose cause is in the network that they were made in."""
SERVERS_SIDE = (
    "backend-by-port",
    "backend-in-turn",
    "bans-1935",
    "expired",
    "frozen",
    "no-such-application",
    "tls-vanishes-at-exchange",
)
"""Records whose cause is the server's."""
PROVIDERS_SIDE = ("port-vanishes-at-provider",)


@cache
def sent(name: str) -> Report:
    """A record as a customer would send it."""
    return redact(samples.recorded(name), identity=Identity())


def changed(report: Report, **changes: object) -> Report:
    """The report with other values; it counts as another run."""
    return msgspec.structs.replace(report, **{"report_id": "another", **changes})


def with_attempts(report: Report, *attempts: Attempt) -> Report:
    return changed(report, attempts=attempts)
