"""What a web proxy in the path answers itself."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.proxy_errors import denied_page, error_of_proxy
from tests.diagnosis.situations import run_view

MARKED = 'server=squid via="1.1 gate (squid/5.7)"'


@pytest.mark.parametrize(
    ("tunnel", "refused"),
    [
        (f"http=403 {MARKED}", True),
        (f"http=503 {MARKED}", False),  # it could not reach the server
        ("http=403 server=nginx", False),
        ('http=404 server=nginx via="1.1 gate (squid/5.7)"', False),  # the server's own, passed on
    ],
)
def test_what_refuses_a_tunnel(tunnel: str, refused: bool) -> None:
    (attempt,) = run_view([f"fallback rtmpt 80: tcp ok; tunnel unexpected-reply {tunnel}"]).own
    assert (error_of_proxy(attempt) is not None) is refused


@pytest.mark.parametrize(
    ("page", "refused"),
    [(f"http=403 {MARKED}", True), ("http=200 server=nginx", False), (f"http=404 {MARKED}", False)],
)
def test_a_page_that_is_refused_in_the_same_way(page: str, refused: bool) -> None:
    run = run_view(
        [
            f"fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=403 {MARKED}",
            f"follow-up http-on-port 80: tcp ok; http ok {page}",
        ]
    )
    (attempt,) = run.own
    assert (denied_page(run, attempt) is not None) is refused
