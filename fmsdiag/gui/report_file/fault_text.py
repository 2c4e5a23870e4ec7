"""A fault of this program as text for whoever can fix it. Pure."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from fmsdiag import __version__

if TYPE_CHECKING:  # the log is no part of the window's start
    from fmsdiag.log import Fault


def fault_text(fault: Fault) -> str:
    """Program, system, the fault in a line, and its traceback; the log has masked them."""
    about = f"fmsdiag {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return "\n".join((about, fault.summary, "", fault.traceback, ""))
