"""The list of ports that a user typed, and how it is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fmsdiag.model import PlannedPort, Transport
from fmsdiag.server_place import MEDIA_SCHEMES, listed_protocols, port_number, shown_text
from fmsdiag.target_texts import TargetError, TargetTexts

MAX_PORTS = 32
"""More entries than this in a port list would be a port scan, not a fallback order."""


_WEB_CHECKS = ("http", "https")


def parse_ports(text: str) -> tuple[PlannedPort, ...]:
    """Parse "1935, 80, rtmpt:80, rtmps:443" in order, duplicates dropped; a bare number means RTMP.

    Raises TargetError("ports", …).
    """
    found: list[PlannedPort] = []
    for word in re.split(r"[,;\s]+", text.strip()):
        if not word:
            continue
        name, colon, number = word.rpartition(":")
        name = name.lower() if colon else "rtmp"
        if name not in (*MEDIA_SCHEMES, *_WEB_CHECKS, "admin"):
            raise TargetError(
                "ports",
                TargetTexts.UNKNOWN_PROTOCOL,
                typed=shown_text(name),
                known=listed_protocols(*MEDIA_SCHEMES, *_WEB_CHECKS),
            )
        entry = PlannedPort(Transport(name), port_number(number, "ports"))
        if entry not in found:
            found.append(entry)
    if len(found) > MAX_PORTS:
        raise TargetError("ports", TargetTexts.TOO_MANY_PORTS, most=MAX_PORTS, given=len(found))
    return tuple(found)


def write_ports(ports: Sequence[PlannedPort]) -> str:
    """The text that parse_ports() reads as `ports`: "1935, 80, rtmpt:80"."""
    return ", ".join(
        str(entry.port) if entry.transport is Transport.RTMP else f"{entry.transport.value}:{entry.port}"
        for entry in ports
    )
