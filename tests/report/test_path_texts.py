from __future__ import annotations

from fmsdiag.messages.reader import say
from fmsdiag.report.path_texts import PathValues


def test_hops_are_counted() -> None:
    assert [say(PathValues.HOPS, count=n) for n in (1, 3)] == ["1 hop", "3 hops"]
