"""A server's address from OBS without anything that can be a secret: people paste keys into the server's field."""

from __future__ import annotations

from typing import NamedTuple

from fmsdiag.messages.host_names import as_typed
from fmsdiag.target import login_of_url, parse_target
from fmsdiag.target_texts import TargetError

LONGEST = 1000
"""Characters of an address that are looked at; OBS itself takes no longer one."""


class ServerAddress(NamedTuple):
    """An address to test."""

    url: str
    left_out: bool  # whether something that can be a secret stood in it


def without_secrets(address: str) -> ServerAddress | None:
    """The address up to its application; none where it cannot be tested, and nothing of it is repeated."""
    if len(address) > LONGEST:
        return None
    try:
        target = parse_target(address)
        login = login_of_url(address)
    except (TargetError, ValueError):
        return None
    if target.transport is None:
        return None
    host = f"[{target.host}]" if ":" in target.host else as_typed(target.host)
    port = f":{target.port}" if target.port is not None else ""
    application = target.application.partition("?")[0].partition(";")[0]
    url = f"{target.transport.value}://{host}{port}/{application}"
    hidden = bool(target.stream or target.query or login or application != target.application)
    return ServerAddress(url, hidden)
