"""A session that began and was spoilt is told from a page that never was one."""

import pytest

from fmsdiag.diagnosis.evidence.tunnel import spoilt, tunnel_facts
from tests.diagnosis.situations import run_view

LOST = "the tunnel's session was lost after 2 requests: HTTP status 404"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f'tunnel ok; handshake ok; connect unexpected-reply detail="{LOST}"', True),
        ('tunnel ok; handshake unexpected-reply detail="an old answer came once more"', True),
        ('tunnel ok; handshake unexpected-reply detail="an HTTP body of more than 64 kB"', True),
        ('tunnel ok; handshake unexpected-reply detail="the data do not begin like RTMP"', False),
        ("tunnel ok; handshake closed", False),
        ("tunnel unexpected-reply http=404", False),
        ("tunnel ok; handshake ok; connect ok", False),
    ],
)
def test_spoilt(line: str, expected: bool) -> None:
    attempt = run_view((f"fallback rtmpt 80: tcp ok; {line}",)).attempts[0]
    assert (spoilt(attempt) is not None) is expected
    assert tunnel_facts(attempt) is not None
