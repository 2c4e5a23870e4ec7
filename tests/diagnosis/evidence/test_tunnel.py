"""A session that began and was spoilt is told from a page that never was one."""

import pytest

from fmsdiag.diagnosis.evidence.tunnel import Fault, fault_of, spoilt, tunnel_facts
from tests.diagnosis.situations import run_view

LOST = "the tunnel's session was lost after 2 requests: HTTP status 404"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f'tunnel ok; handshake ok; connect unexpected-reply detail="{LOST}"', Fault.LOST),
        ('tunnel ok; handshake unexpected-reply detail="an old answer came once more"', Fault.REPLAYED),
        ('tunnel ok; handshake unexpected-reply detail="an HTTP body of more than 64 kB"', Fault.ENDLESS),
        ('tunnel ok; handshake unexpected-reply detail="the data do not begin like RTMP"', None),
        ("tunnel ok; handshake closed", None),
        ("tunnel unexpected-reply http=404", None),
        ("tunnel ok; handshake ok; connect ok", None),
    ],
)
def test_spoilt(line: str, expected: Fault | None) -> None:
    attempt = run_view((f"fallback rtmpt 80: tcp ok; {line}",)).attempts[0]
    assert fault_of(attempt) is expected
    assert (spoilt(attempt) is not None) is (expected is not None)
    assert tunnel_facts(attempt) is not None
