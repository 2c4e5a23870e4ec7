from __future__ import annotations

import re

import pytest

from fmsdiag.diagnosis.steps import (
    Steps,
    alive_line,
    attempt_line,
    best_route_steps,
    ended_line,
    is_best_route,
    outcome_of_step,
    port_line,
    ports_open,
    reference_line,
    route_of,
    web_reference_lines,
)
from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Action, Endpoint, EvidenceLine, FailureKind, Family, Transport
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"


def said(line: EvidenceLine) -> str:
    return ENGLISH.render(line.message)


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


def test_lines_name_what_they_show() -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp timed-out",
            f"fallback rtmp 80: {OPEN}",
            "control control-port 1935: tcp timed-out 3.0",
        ],
        control="ctl.example.net",
    )
    dead, alive, _ = run.attempts
    assert port_line(dead.observations[-1]).observation == "1.tcp"
    assert said(port_line(dead.observations[-1])) == "Port 1935: no answer after 5.0 s."
    assert said(attempt_line(dead)) == "RTMP on port 1935: no answer after 5.0 s."
    assert said(attempt_line(alive)).startswith("RTMP on port 80: connected in ")
    assert said(alive_line(run.tcp[1])) == "The same server answers on port 80 in 25 ms."
    control = run.control_tcp(1935)
    assert control is not None
    assert (
        said(reference_line(run, control))
        == "Port 1935 on reference server ctl.example.net: no answer after 3.0 s."
    )


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_can_be_told(kind: FailureKind) -> None:
    seen = run_view([f"fallback rtmp 1935: tcp {kind.value} 2.0"])
    outcome = outcome_of_step(seen.attempts[0].observations[-1])
    assert outcome.kind is kind
    assert ENGLISH.value(outcome)


def test_an_end_behind_a_refused_certificate_can_be_told() -> None:
    (attempt,) = run_view(
        ["check rtmps 443: tcp ok; tls certificate-self-signed; tls ok skipped=yes; handshake closed 2.0"]
    ).attempts
    line = ended_line(attempt, attempt.observations[-1])
    assert said(line) == "RTMPS on port 443: closed without an answer after 2.0 s."
    assert line.observation == attempt.observations[-1].id


def test_the_reference_server_is_named_where_it_answered() -> None:
    (control,) = run_view(["control control-http 80: tcp ok; http ok http=204"], control="ctl.test").attempts
    assert [said(line) for line in web_reference_lines(control)] == [
        "Reference server ctl.test answers a web request."
    ]
    assert web_reference_lines(None) == ()


def test_ports_that_open_are_named_once() -> None:
    run = run_view(["fallback rtmp 80: tcp ok", "fallback rtmpt 80: tcp ok", "fallback rtmp 1935: tcp ok"])
    assert ENGLISH.render(ports_open(run.attempts)) == (
        "Ports 80 and 1935 are not blocked: connections to them open."
    )


def test_a_route_is_an_endpoint_without_its_host() -> None:
    endpoint = Endpoint(Transport.RTMPT, "h", 80, Family.IPV6, proxy="http://10.0.0.1:3128")
    assert ENGLISH.value(route_of(endpoint)) == "RTMPT on port 80 over IPv6 through the proxy"


def test_a_step_that_names_a_button_has_other_words_where_there_is_none() -> None:
    buttons = re.compile(r"[Pp]ress |Copy Request|Choose No|here and in")
    named = [each for each in known_texts().values() if buttons.search(each.english)]
    assert len(named) > 8
    for each in named:
        assert each.elsewhere is not None, each.id
        assert not buttons.search(each.elsewhere.english)
        assert each.elsewhere.id == f"{each.id}.elsewhere"
