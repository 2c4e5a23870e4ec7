"""Every text of this program by its id: what a message of a report is looked up in."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from fmsdiag.messages.text import Text, all_texts

TABLES = (
    "fmsdiag.diagnosis.rules",
    "fmsdiag.diagnosis.conclusions.verdict",
    "fmsdiag.diagnosis.conclusions.notes",
    "fmsdiag.diagnosis.conclusions.recommendation",
    "fmsdiag.diagnosis.conclusions.client_profiles",
    "fmsdiag.probe.disclosure",
    "fmsdiag.messages.examples",
    "fmsdiag.diagnosis.descriptions",
)
"""Modules that import every table whose messages stand in reports."""


@cache
def known_texts() -> Mapping[str, Text]:
    """Texts by id. The modules are named, not imported, for they stand above this package."""
    for module in TABLES:
        importlib.import_module(module)
    return all_texts()
