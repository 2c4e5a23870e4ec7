from __future__ import annotations

import pytest

from fmsdiag.diagnosis.lines.attempts import (
    alive_line,
    attempt_line,
    ended_line,
    outcome_of_step,
    port_line,
    reference_line,
    route_of,
    web_reference_lines,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Endpoint, EvidenceLine, FailureKind, Family, Transport
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"


def said(line: EvidenceLine) -> str:
    return ENGLISH.render(line.message)


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


def test_a_route_is_an_endpoint_without_its_host() -> None:
    endpoint = Endpoint(Transport.RTMPT, "h", 80, Family.IPV6, proxy="http://10.0.0.1:3128")
    assert ENGLISH.value(route_of(endpoint)) == "RTMPT on port 80 over IPv6 through the proxy"
