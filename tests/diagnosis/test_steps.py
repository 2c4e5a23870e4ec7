from __future__ import annotations

import re

import pytest

from fmsdiag.diagnosis.steps import Steps, best_route_steps, is_best_route
from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Action
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        ((f"fallback rtmp 1935: {OPEN}",), []),
        (("fallback rtmp 1935: tcp refused",), []),
        (
            (
                "fallback rtmp 1935: tcp timed-out",
                "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok",
            ),
            [
                "Until then, use rtmps://fms.example.com/live in your player or encoder. It connects in 177 ms."
            ],
        ),
        (
            ("fallback rtmp 1935: tcp timed-out", f"fallback rtmp 80: {OPEN}"),
            [
                "Until then, use rtmp://fms.example.com:80/live in your player or encoder. It connects in 117 ms."
            ],
        ),
        (
            (
                "fallback rtmp 1935: tcp timed-out",
                f"fallback rtmp 1935 through=http://10.0.0.1:3128: tcp ok; proxy ok method=CONNECT status=200; {OPEN[8:]}",
            ),
            [
                "Until then, use rtmp://fms.example.com/live with this proxy: 10.0.0.1, port 3128. Many players and most "
                "encoders have no proxy setting."
            ],
        ),
    ],
)
def test_what_to_use_until_it_is_fixed(lines: tuple[str, ...], steps: list[str]) -> None:
    made = best_route_steps(run_view(lines))
    assert [ENGLISH.render(step.message) for step in made] == steps


def test_an_address_can_be_used_by_a_button() -> None:
    (step,) = best_route_steps(
        run_view(
            ["fallback rtmp 1935: tcp timed-out", "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok"]
        )
    )
    assert step.action is Action.USE_ADDRESS
    assert "url" in step.message.values


def test_the_place_of_the_best_route_is_known() -> None:
    assert is_best_route(Steps.USE_BEST_ROUTE)
    assert not is_best_route(Steps.COPY_REQUEST)


def test_a_step_that_names_a_button_has_other_words_where_there_is_none() -> None:
    buttons = re.compile(r"[Pp]ress |Copy Request|Choose No|here and in")
    texts = (each for each in known_texts().values() if not each.id.startswith("gui."))
    named = [each for each in texts if buttons.search(each.english)]
    assert len(named) > 8
    for each in named:
        assert each.elsewhere is not None, each.id
        assert not buttons.search(each.elsewhere.english)
        assert each.elsewhere.id == f"{each.id}.elsewhere"


def test_who_asked_for_encryption_is_told_where_it_is_lost() -> None:
    run = run_view(
        ["fallback rtmps 443: tcp timed-out", f"check rtmp 1935: {OPEN}"], "rtmps://fms.example.com/live"
    )
    (step,) = best_route_steps(run)
    assert step.message.id == "best-route.not-encrypted"
