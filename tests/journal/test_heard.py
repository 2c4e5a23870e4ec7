from typing import get_args

from fmsdiag.journal.heard import Item, RunEnded
from fmsdiag.model import Event, Report


def test_a_journal_hears_all_that_a_run_tells() -> None:
    assert {Report, RunEnded, *get_args(Event)} == set(get_args(Item))
