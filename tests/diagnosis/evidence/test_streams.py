from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.streams import is_refused_or_cut, stream_tests
from fmsdiag.model import StreamFacts
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"


@pytest.mark.parametrize(
    ("ended", "refused"),
    [
        ("publish ok code=NetStream.Publish.Start held=3.0", False),
        ("publish rejected", True),
        ("publish closed", True),
        ("publish reset code=NetStream.Publish.Start held=0.5", True),
        ("publish timed-out", True),
        ("play stalled code=NetStream.Play.Start held=5.0", False),
        ("play unexpected-reply", False),
    ],
)
def test_what_counts_as_not_given(ended: str, refused: bool) -> None:
    seen = run_view(
        [f"fallback rtmp 1935: {OPEN}", f"follow-up {ended.split()[0]} rtmp:1935: {OPEN}; {ended}"]
    )
    ((_, step),) = stream_tests(seen)
    assert step is not None
    assert isinstance(step.facts, StreamFacts)
    assert is_refused_or_cut(step, step.facts) is refused


def test_a_connection_that_failed_before_has_no_such_step() -> None:
    seen = run_view([f"fallback rtmp 1935: {OPEN}", "follow-up publish rtmp:1935: tcp ok; handshake closed"])
    ((attempt, step),) = stream_tests(seen)
    assert (attempt.endpoint.port, step) == (1935, None)
