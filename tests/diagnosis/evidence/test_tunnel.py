"""A session that began and was spoilt is told from a page that never was one."""

import pytest

from fmsdiag.diagnosis.evidence.tunnel import Fault, fault_of, refused_request, spoilt, tunnel_facts
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


@pytest.mark.parametrize(
    ("words", "status", "own"),
    [
        ("http=413 session=x refused=send server=nginx", 413, False),
        ('http=404 session=x refused=send body="<hr><center>nginx</center>"', 404, True),
        ('http=404 session=x refused=send body="no such session"', 404, False),
    ],
)
def test_a_request_that_was_refused(words: str, status: int, own: bool) -> None:
    line = f'fallback rtmpt 80: tcp ok; tunnel ok {words}; handshake unexpected-reply detail="HTTP status"'
    refused = refused_request(run_view((line,)).attempts[0])
    assert refused is not None
    assert (refused.request, refused.status, refused.is_fronts_own) == ("send", status, own)


def test_a_session_that_works_has_no_refused_request() -> None:
    run = run_view(("fallback rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",))
    assert refused_request(run.attempts[0]) is None
