from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.proxy_marks import answered_by_proxy, is_marked, proxy_marks, same_proxy
from fmsdiag.model import HttpFacts
from tests.diagnosis.situations import run_view


def reply(*headers: tuple[str, str], status: int = 204) -> HttpFacts:
    return HttpFacts("GET", "/", status=status, headers=headers)


GATE = (("via", "1.1 gate (squid/5.7)"), ("server", "nginx"))


def test_marks_are_a_proxys_headers() -> None:
    assert proxy_marks(GATE) == ("via: 1.1 gate (squid/5.7)",)


@pytest.mark.parametrize(
    ("control", "same"),
    [
        (None, None),
        (reply(), False),
        (reply(("via", "1.0 gate (squid/5.7)")), True),  # another version of HTTP, the same proxy
        (reply(("via", "1.1 edge7")), False),
    ],
)
def test_a_proxy_that_marks_another_servers_answer_stands_in_our_path(
    control: HttpFacts | None, same: bool | None
) -> None:
    assert same_proxy(GATE, control) is same


def test_a_hit_and_a_miss_come_from_one_cache() -> None:
    assert same_proxy((("x-cache", "MISS from gate"),), reply(("x-cache", "HIT from gate")))


def test_an_attempt_is_answered_by_a_proxy_that_left_its_mark() -> None:
    marked, bare = run_view(
        [
            'fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 via="1.1 gate"',
            "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400",
        ]
    ).attempts
    assert answered_by_proxy(marked)
    assert not answered_by_proxy(bare)
    assert is_marked(HttpFacts("GET", "/", status=204, headers=GATE))
    assert not is_marked(None)
