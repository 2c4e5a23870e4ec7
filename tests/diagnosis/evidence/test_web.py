from __future__ import annotations

from fmsdiag.diagnosis.evidence.web import is_page, is_website, no_tunnel, web_answer
from tests.diagnosis.situations import run_view


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


def test_what_answers_a_tunnel_without_being_one() -> None:
    error, page, wanted, tunnel = run_view(
        [
            "fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=404",
            "fallback rtmpt 80: tcp ok; tunnel ok http=200; handshake unexpected-reply",
            "fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=407",
            "fallback rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",
        ]
    ).attempts
    assert [(facts.status if (facts := no_tunnel(a)) else None) for a in (error, page, wanted, tunnel)] == [
        404,
        200,
        None,
        None,
    ]
    assert is_page(page)
    assert web_answer(error) == error.failed_step
    assert web_answer(tunnel) is None
