"""Every text of this program by its id: what a message of a report is looked up in."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from fmsdiag.messages.text import Text, all_texts

TABLES = (
    "fmsdiag.diagnosis.engine",
    "fmsdiag.diagnosis.rules",
    "fmsdiag.diagnosis.lines.repeats",
    "fmsdiag.diagnosis.conclusions.verdict",
    "fmsdiag.diagnosis.conclusions.notes",
    "fmsdiag.diagnosis.conclusions.reference_notes",
    "fmsdiag.diagnosis.conclusions.recommendation",
    "fmsdiag.diagnosis.conclusions.client_profiles",
    "fmsdiag.probe.disclosure",
    "fmsdiag.messages.examples",
    "fmsdiag.diagnosis.descriptions",
    "fmsdiag.report.comparison.texts",
)
"""Modules that import every table whose messages stand in reports and comparisons."""


@cache
def known_texts() -> Mapping[str, Text]:
    """Texts by id. The modules are named, not imported, for they stand above this package."""
    for module in TABLES:
        importlib.import_module(module)
    return all_texts()


def known_text(text_id: str) -> Text | None:
    """The text of that id. The modules above are imported only if none that is imported already has it."""
    if known_texts.cache_info().currsize == 0 and (said := _imported().get(text_id)) is not None:
        return said
    return known_texts().get(text_id)


@cache
def _imported() -> Mapping[str, Text]:
    return all_texts()
