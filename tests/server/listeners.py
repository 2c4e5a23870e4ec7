"""What a test asks of the embedded server, its listeners by their names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fmsdiag.server.faults import parse_fault
from fmsdiag.server.limits import Limits
from fmsdiag.server.service import ServerOptions


def options_for(
    *listeners: str,
    faults: Iterable[str] = (),
    certificate_file: Path | None = None,
    limits: Limits | None = None,
) -> ServerOptions:
    """Each listener on a free port. Faults are written as on the command line."""
    free_ports: dict[str, Any] = dict.fromkeys(listeners, 0)
    return ServerOptions(
        **free_ports,
        faults=tuple(map(parse_fault, faults)),
        certificate_file=certificate_file,
        limits=limits or Limits(),
    )
