"""Codecs are told by their names, capabilities one by one, and nothing where the server said nothing."""

import pytest

from fmsdiag.model import EnhancedRtmp
from fmsdiag.report.enhanced_rtmp import MOST_NAMED, enhanced_lines


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (None, ()),
        (EnhancedRtmp(), ()),
        (EnhancedRtmp(("hvc1", "av01", "zzzz")), ("the server names HEVC, AV1, and zzzz",)),
        (EnhancedRtmp(("hvc1",)), ("the server names HEVC",)),
        (
            EnhancedRtmp(("*", "hvc1"), 1),
            ("the server names any codec", "the server can ask a client to reconnect"),
        ),
        (EnhancedRtmp((), 0), ("the server names no further capabilities",)),
        (
            EnhancedRtmp((), 15),
            (
                "the server can ask a client to reconnect",
                "the server takes several tracks in one stream",
                "the server understands packet modifiers (ModEx)",
                "the server understands timestamps in nanoseconds",
            ),
        ),
        (EnhancedRtmp((), 1 << 20), ("the server names no further capabilities",)),
    ],
)
def test_the_lines(said: EnhancedRtmp | None, lines: tuple[str, ...]) -> None:
    assert enhanced_lines(said) == lines


def test_an_opened_reports_many_codecs_are_not_all_told() -> None:
    (line,) = enhanced_lines(EnhancedRtmp(("hvc1",) * 100_000))
    assert line.count("HEVC") == MOST_NAMED
