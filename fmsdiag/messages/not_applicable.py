"""Why a planned attempt cannot be made on this computer: the one table of these reasons."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import NotApplicable


class Reasons(Table, of="not-applicable"):
    """Each fits into brackets and behind a colon."""

    NO_PROXY = text("no proxy is configured")
    PROXIES_OFF = text("proxies are switched off")
    PROXY_EXCEPTION = text("the proxy settings exclude this server")
    UDP_THROUGH_PROXY = text("RTMFP uses UDP, which proxies do not support")
    # an older or newer program's report may name another
    UNKNOWN = text("not possible on this computer")


NOT_APPLICABLE: Mapping[NotApplicable, Text] = {
    reason: getattr(Reasons, reason.name) for reason in NotApplicable
}
