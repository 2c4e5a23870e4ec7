from __future__ import annotations

import re

import pytest

from fmsdiag.diagnosis.steps import (
    Offered,
    OnlyHere,
    Steps,
    best_route_steps,
    fitting,
    fitting_test,
    is_best_route,
    what_works,
    with_best_route,
)
from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import Premise, text
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


SILENT = ("fallback rtmp 1935: tcp timed-out",)
STEPS = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE, Steps.COPY_REQUEST_IF_WORKS_ELSEWHERE)
TEST = text("Test it from another network.", premise=Premise.OTHER_NETWORK)


@pytest.mark.parametrize(
    ("url", "steps", "decisive"),
    [
        ("rtmp://fms.example.com/live", STEPS, TEST),
        ("rtmp://192.168.1.77/live", (Steps.OTHER_COMPUTER, STEPS[1]), OnlyHere.OTHER_COMPUTER),
        ("rtmp://[fe80::1%1]/live", (Steps.OTHER_COMPUTER, STEPS[1]), OnlyHere.OTHER_COMPUTER),
        ("rtmp://127.0.0.1/live", (Steps.SAVE_REPORT,), OnlyHere.THIS_COMPUTER),
    ],
)
def test_another_network_is_advised_only_where_the_server_can_be_reached_from_it(
    url: str, steps: tuple[object, ...], decisive: object
) -> None:
    run = run_view(SILENT, url)
    assert tuple(each for each, _ in fitting(STEPS, run)) == steps
    assert fitting_test(TEST, run) is decisive


OFFER = (Steps.CHECK_LISTENING, Steps.OFFER_SECURE, Steps.SETTING)


@pytest.mark.parametrize(
    ("flaw", "step"),
    [
        ("certificate-wrong-host", Offered.REPAIR_CERTIFICATE),
        ("certificate-self-signed", Offered.CHECK_CERTIFICATE),
        ("certificate-expired", Offered.CHECK_CERTIFICATE),
    ],
)
def test_what_is_offered_behind_a_certificate_is_not_to_be_offered(flaw: str, step: object) -> None:
    behind = f"check rtmps 443: tcp ok; tls {flaw}; tls ok skipped=yes; handshake ok; connect ok"
    run = run_view([*SILENT, behind])
    assert list(fitting(OFFER, run)) == [(Steps.CHECK_LISTENING, False), (step, True)]
    assert {"route", "url", "outcome"} <= set(what_works(run))


def test_a_secure_port_that_may_be_blocked_as_well_is_said_to_be_shut() -> None:
    run = run_view([*SILENT, "check rtmps 443: tcp refused"])
    offer = (Steps.OFFER_SECURE,)
    assert [each for each, _ in fitting(offer, run)] == [Steps.OFFER_SECURE, Offered.SECURE_PORT_SHUT]
    compared = run_view([*SILENT, "check rtmps 443: tcp refused", "control control-port 443: tcp ok"])
    assert [each for each, _ in fitting(offer, compared)] == [Steps.OFFER_SECURE]


def test_what_works_already_need_not_be_offered() -> None:
    run = run_view([*SILENT, "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok"])
    assert list(fitting(OFFER, run)) == [(Steps.CHECK_LISTENING, False), (Offered.GIVE_ADDRESS, True)]
    said = ENGLISH.render(Offered.GIVE_ADDRESS.of(**what_works(run)))
    assert said == (
        "RTMPS on port 443 works from where this test ran. Give customers that address: rtmps://fms.example.com/live."
    )


@pytest.mark.parametrize(
    ("url", "lines"),
    [
        ("rtmp://fms.example.com/live", SILENT),
        ("rtmp://fms.example.com/live",
         (*SILENT, "fallback rtmpt 80 through=http://10.0.0.1:3128: tcp ok; proxy ok; tunnel ok; handshake ok; connect ok")),
        ("rtmpe://fms.example.com/live", ("fallback rtmpe 1935: tcp timed-out", f"fallback rtmp 80: {OPEN}")),
    ],
)  # fmt: skip
def test_what_does_not_work_or_not_as_safely_is_still_to_be_offered(url: str, lines: tuple[str, ...]) -> None:
    assert tuple(each for each, _ in fitting(OFFER, run_view(lines, url))) == OFFER


def test_where_the_plan_connects_nothing_is_to_be_offered() -> None:
    kept = [each for each, _ in fitting(OFFER, run_view([f"fallback rtmp 1935: {OPEN}"]))]
    assert kept == [Steps.CHECK_LISTENING]


def test_the_first_finding_names_the_address_that_works_once() -> None:
    failed = "fallback rtmps 8443: tcp ok; tls ok; handshake unexpected-reply http=400"
    elsewhere = run_view(
        [failed, f"follow-up server-port rtmp:1935: {OPEN}"], "rtmps://fms.example.com:8443/live"
    )
    named = with_best_route((), elsewhere)
    assert [step.action for step in named] == [Action.USE_ADDRESS]
    assert with_best_route(named, elsewhere) == named
    assert with_best_route((), run_view([failed], "rtmps://fms.example.com:8443/live")) == ()
