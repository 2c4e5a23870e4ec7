from __future__ import annotations

import pytest

from fmsdiag.diagnosis.lines.tunnels import TunnelLines, spoilt_lines
from fmsdiag.messages.text import Text
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("the tunnel's session was lost after 2 requests: HTTP status 404", TunnelLines.LOST),
        ("an old answer came once more", TunnelLines.REPLAYED),
        ("an HTTP body of more than 64 kB", TunnelLines.ENDLESS),
    ],
)
def test_a_spoilt_session_is_told_by_its_beginning_and_its_end(detail: str, said: Text) -> None:
    run = run_view((f'fallback rtmpt 80: tcp ok; tunnel ok; handshake unexpected-reply detail="{detail}"',))
    lines = spoilt_lines(run.attempts[0])
    assert [line.message.id for line in lines] == [TunnelLines.OPENED.id, said.id]
    assert [line.observation for line in lines] == ["1.tunnel", "1.handshake"]


def test_a_session_that_lasts_has_no_such_lines() -> None:
    run = run_view(("fallback rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",))
    assert spoilt_lines(run.attempts[0]) == ()


def test_a_refused_request_is_told_with_its_status() -> None:
    line = 'tunnel ok http=413 session=x refused=send; handshake unexpected-reply detail="HTTP status 413"'
    run = run_view((f"fallback rtmpt 80: tcp ok; {line}",))
    assert [e.message.id for e in spoilt_lines(run.attempts[0])] == [
        TunnelLines.OPENED.id,
        TunnelLines.REFUSED.id,
    ]
