from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.dns import by_configured, by_second, by_system, of_control
from fmsdiag.diagnosis.lines.names import (
    attempt_at_line,
    beyond_line,
    by_name_lines,
    lookup_line,
    reference_name_line,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Attempt, EvidenceLine
from tests.diagnosis.situations import run_view


def said(line: EvidenceLine) -> str:
    return ENGLISH.render(line.message)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("ok 203.0.113.10", "gives 203.0.113.10 for fms.example.com."),
        ("ok 0.0.0.0", "answers with 0.0.0.0 instead of a real address."),
        ("name-not-found", "says that fms.example.com does not exist."),
        ("no-data", "says that fms.example.com has no address."),
        ("server-failure rcode=REFUSED", "answers with the error REFUSED."),
    ],
)
def test_what_each_name_server_says(outcome: str, words: str) -> None:
    run = run_view(
        [
            f"fallback rtmp 1935: resolver {outcome}; dns ok 203.0.113.10",
            f"follow-up second-resolver 53: dns {outcome}",
        ],
        resolver="9.9.9.9",
    )
    own, second = by_configured(run), by_second(run)
    assert own is not None
    assert second is not None
    assert said(lookup_line(run, own)) == f"DNS server 192.168.1.1 {words}"
    assert said(lookup_line(run, second)) == f"A second DNS server (9.9.9.9) {words}"
    assert lookup_line(run, own).observation == own.id


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("resolver-silent 3.0", "DNS server 192.168.1.1: no answer after 3.0 s."),
        ("resolver-closed", "DNS server 192.168.1.1: the port is closed."),
        ("no-route", "DNS server 192.168.1.1: this computer has no route to it."),
    ],
)
def test_a_name_server_that_does_not_answer(outcome: str, words: str) -> None:
    run = run_view([f"fallback rtmp 1935: resolver {outcome}; dns ok 203.0.113.10"])
    own = by_configured(run)
    assert own is not None
    assert said(beyond_line(run, own)) == words


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("ok 203.0.113.10", "This computer's name lookup gives 203.0.113.10 for fms.example.com."),
        ("ok 0.0.0.0", "This computer's name lookup gives 0.0.0.0 instead of a real address."),
        ("name-not-found", "This computer's name lookup says that fms.example.com does not exist."),
        ("timed-out 5.0", "Name lookup for fms.example.com: the name lookup got no answer within 5.0 s."),
    ],
)
def test_what_the_system_says(outcome: str, words: str) -> None:
    run = run_view([f"fallback rtmp 1935: dns {outcome}"])
    system = by_system(run)
    assert system is not None
    assert said(lookup_line(run, system)) == words


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("ok 198.51.100.7 0.3", "The name of reference server ctl.example.net is found in 300 ms."),
        ("server-failure", "The name of reference server ctl.example.net cannot be looked up."),
    ],
)
def test_the_name_of_the_reference_server(outcome: str, words: str) -> None:
    run = run_view([f"control control-name 53: dns {outcome}"])
    lookup = of_control(run)
    assert lookup is not None
    assert said(reference_name_line(run, lookup)) == words


def attempt(line: str) -> Attempt:
    return run_view([line]).attempts[0]


def test_attempts_at_one_of_several_addresses() -> None:
    dead = attempt("fallback rtmp 1935: tcp timed-out 5.0")
    assert said(attempt_at_line(dead, "203.0.113.10")) == (
        "RTMP on port 1935 at 203.0.113.10: no answer after 5.0 s."
    )
    alive = attempt("fallback rtmp 1935: tcp ok 0.2; handshake ok 0.1; connect ok")
    assert said(attempt_at_line(alive, "203.0.113.10")).startswith(
        "RTMP on port 1935 at 203.0.113.10: connected in "
    )


def test_what_was_sent_to_one_address() -> None:
    run = run_view(["fallback rtmp 1935: tcp refused 0.2", "fallback rtmp 80: tcp ok 0.02"])
    assert [said(beyond_line(run, o)) for o in run.tcp] == [
        "Port 1935 of 203.0.113.10: refused after 200 ms.",
        "Port 80 of 203.0.113.10 answers in 20 ms.",
    ]


def test_the_name_of_an_address_that_was_tried_as_well() -> None:
    tried = "follow-up under-name 1935 host=media.example.net: tcp ok; handshake ok; connect"
    run = run_view([f"{tried} rejected 0.01 code=NetConnection.Connect.Rejected"], "rtmp://203.0.113.10/live")
    (line,) = by_name_lines(run)
    assert (
        said(line)
        == "RTMP on port 1935 by the server's name media.example.net: rejected by the server after 10 ms."
    )
    assert by_name_lines(run_view([f"{tried} ok"], "rtmp://203.0.113.10/live")) == ()
