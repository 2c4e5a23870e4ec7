from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

from fmsdiag import diagnosis
from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.text import Table
from fmsdiag.model import Cause


def test_the_texts_of_rules_and_conclusions_are_known() -> None:
    known = known_texts()
    for text_id in ("port-blocked.ports.headline", "verdict.works", "steps.copy-request", "players.only"):
        assert text_id in known


def test_ids_are_words() -> None:
    for text_id in known_texts():
        assert text_id == text_id.lower()
        assert not set(text_id) - set("abcdefghijklmnopqrstuvwxyz0123456789.-"), text_id


def test_cases_begin_with_their_cause() -> None:
    causes = {cause.value for cause in Cause}
    cases = [case for case in FindingTexts.__subclasses__() if case.__module__.startswith("fmsdiag.")]
    assert cases
    assert {case.PREFIX.partition(".")[0] for case in cases} <= causes


def test_every_table_of_the_diagnosis_is_imported_with_what_is_listed() -> None:
    """So that a report made by one program can be shown by another that has not diagnosed anything."""
    listed = "from fmsdiag.messages.catalog import known_texts; print(*sorted(known_texts()), sep='\\n')"
    shown = subprocess.run(
        [sys.executable, "-c", listed], capture_output=True, text=True, check=True
    ).stdout.split()
    every = pkgutil.walk_packages(diagnosis.__path__, "fmsdiag.diagnosis.")
    tables = [value for module in every for value in vars(importlib.import_module(module.name)).values()]
    ids = {
        t.id
        for table in tables
        if isinstance(table, type) and issubclass(table, Table)
        for t in table.texts()
    }
    assert ids - set(shown) == set()
