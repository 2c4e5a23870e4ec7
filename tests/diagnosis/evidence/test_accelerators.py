from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.accelerators import accelerator, has_web_answer, is_marked
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("headers", "product"),
    [
        ("server=cloudflare", "Cloudflare"),
        ("cf-ray=8a1-FRA", "Cloudflare"),
        ('via="1.1 abc.cloudfront.net (CloudFront)"', "Amazon CloudFront"),
        ("server=AkamaiGHost", "Akamai"),
        ("x-served-by=cache-fra-1", "Fastly"),
        ("x-azure-ref=abc", "Azure Front Door"),
        ("x-iinfo=1-2", "Imperva"),
        ("x-varnish=12", "Varnish"),
    ],
)
def test_products_are_known_by_their_headers(headers: str, product: str) -> None:
    told = run_view([f"fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 {headers}"])
    found = accelerator(told)
    assert found is not None
    assert found[0] == product
    assert is_marked(told)
    assert has_web_answer(told)


@pytest.mark.parametrize("headers", ["server=nginx", "server=Apache x-powered-by=PHP", "x-request-id=1"])
def test_ordinary_servers_bear_no_marks(headers: str) -> None:
    told = run_view([f"fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 {headers}"])
    assert accelerator(told) is None
    assert not is_marked(told)
    assert has_web_answer(told)


def test_a_mark_without_a_name_counts_where_another_servers_answer_lacks_it() -> None:
    marked = 'fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 via="1.1 edge7"'
    assert accelerator(run_view([marked])) is None
    clean = "control control-http 80: tcp ok; http ok http=204"
    found = accelerator(run_view([marked, clean], control="ctl.example.net"))
    assert found is not None
    assert found[:2] == ("", "via: 1.1 edge7")
    ours = 'control control-http 80: tcp ok; http ok http=204 via="1.1 edge7"'
    assert accelerator(run_view([marked, ours], control="ctl.example.net")) is None


def test_silence_is_no_web_answer() -> None:
    assert not has_web_answer(run_view(["fallback rtmp 80: tcp timed-out"]))
