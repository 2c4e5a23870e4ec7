"""The demos that can be asked for, by name: what the command line's help lists without loading a server."""

from __future__ import annotations

from fmsdiag.server.faults import FaultKind

DEFAULT_DEMO = "http-only"
OWN_DEMOS = (DEFAULT_DEMO, "healthy", "wrong-application", "server-hung", "rejected")
"""Those beside the single faults, which go by the fault's name."""
DEMOS = (*OWN_DEMOS, *(kind.value for kind in FaultKind))
