from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.web import is_redirection, is_website
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("status", "so"), [(302, True), (307, True), (511, True), (204, False), (404, False), (None, False)]
)
def test_redirections(status: int | None, so: bool) -> None:
    assert is_redirection(status) is so


def test_a_website_is_known_by_its_answer() -> None:
    website, other = run_view(
        [
            'fallback rtmp 80: tcp ok; handshake unexpected-reply like="HTTP 400 from nginx"',
            'fallback rtmp 80: tcp ok; handshake unexpected-reply like="SSH server"',
        ]
    ).attempts
    assert is_website(website.failed_step)
    assert not is_website(other.failed_step)
    assert not is_website(None)
