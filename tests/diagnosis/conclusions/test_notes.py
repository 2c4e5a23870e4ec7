from __future__ import annotations

from dataclasses import replace

import msgspec

from fmsdiag.diagnosis.conclusions.notes import notes as notes_of
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Cause, Confidence, Finding, StepName, UnfinishedStep
from tests.diagnosis.findings import finding_of
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"
NO = 'tcp ok; handshake ok; connect rejected text="no entry"'


def noted(*lines: str, findings: tuple[Finding, ...] = ()) -> list[str]:
    return [ENGLISH.render(n.message) for n in notes_of(run_view(lines), findings)]


def test_what_a_server_does_not_offer_is_a_note() -> None:
    assert noted(
        f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: tcp timed-out", "check rtmps 443: tcp refused"
    ) == [
        "RTMP on port 80 does not answer from here. The server may not offer it, or a firewall drops it.",
        "Refused, so most likely not offered by this server: RTMPS on port 443.",
    ]


def test_who_answers_instead_is_named() -> None:
    assert noted(
        f"fallback rtmp 1935: {OPEN}",
        "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 server=nginx",
        "check admin 1111: tcp ok; http unexpected-reply http=200",
    ) == [
        "RTMP on port 80 is not offered: something else answers there (HTTP 400 from nginx).",
        "Administration service on port 1111 is not offered: something else answers there (HTTP 200).",
    ]


def test_a_proxys_own_error_does_not_show_what_the_server_offers() -> None:
    squid = 'http=400 via="1.1 gate (squid/5.7)" x-squid-error=ERR_PROTOCOL_UNKNOWN'
    lines = (f"fallback rtmp 1935: {OPEN}", f"fallback rtmpt 80: tcp ok; tunnel unexpected-reply {squid}")
    assert any(
        note.startswith("RTMPT on port 80 does not reach the media server: a proxy") for note in noted(*lines)
    )


def test_a_bad_certificate_beside_another_way_is_noted_as_one() -> None:
    lines = (
        "fallback rtmp 1935: tcp refused",
        f"fallback rtmp 80: {OPEN}",
        "check rtmps 443: tcp ok; tls certificate-expired",
    )
    assert noted(*lines)[:1] == ["RTMPS on port 443: the certificate has expired."]


def test_a_rejection_is_noted_as_one() -> None:
    assert noted(f"fallback rtmp 1935: {NO}", f"fallback rtmp 80: {OPEN}") == [
        "RTMP on port 1935 was reached, and the server rejected the connection: “no entry”"
    ]
    assert noted("fallback rtmp 1935: tcp ok; handshake ok; connect closed", f"fallback rtmp 80: {OPEN}") == [
        "RTMP on port 1935 was reached, and the server rejected the connection."
    ]


def test_an_address_that_fails_is_noted_as_an_address() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmp 1935 @203.0.113.11: tcp timed-out")
    assert noted(*lines) == ["The server's address 203.0.113.11 did not connect with RTMP on port 1935."]


def test_a_family_that_this_computer_has_no_way_to_is_no_fault_of_the_server() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmp 1935 @2001:db8::7: tcp no-route")
    assert noted(*lines) == [
        "This computer has no route to IPv6 addresses, so 2001:db8::7 could not be tested."
    ]


def test_addresses_that_were_not_tried_are_named() -> None:
    seen = run_view(
        [f"fallback rtmp 1935: {OPEN}", f"check rtmp 1935 @203.0.113.11: {OPEN}"],
        addresses=("203.0.113.10", "203.0.113.11", "203.0.113.12", "2001:db8::7"),
    )
    assert [ENGLISH.render(n.message) for n in notes_of(seen, ())] == [
        "2 of the server's 4 addresses were left out, such as 203.0.113.12 and 2001:db8::7."
    ]


def test_what_a_finding_tells_is_not_noted_again() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: tcp timed-out")
    assert noted(*lines, findings=(finding_of("some-cause", Confidence.LIKELY, "2.tcp"),)) == []


def test_what_could_not_be_tried_is_told_once_for_each_reason() -> None:
    lines = (
        f"fallback rtmp 1935: {OPEN}",
        "fallback rtmp 443: not-applicable",
        "check rtmfp 1935: not-applicable",
    )
    assert noted(*lines) == [
        "Not tested: RTMP on port 443 and RTMFP on UDP port 1935 (not possible on this computer)."
    ]


def test_where_nothing_connects_there_is_nothing_to_note() -> None:
    assert noted("fallback rtmp 1935: tcp timed-out", "check rtmps 443: tcp refused") == []


def test_silence_that_a_finding_explains_is_not_guessed_about() -> None:
    lines = (
        "fallback rtmp 1935: tcp timed-out",
        f"fallback rtmp 80: {OPEN}",
        "check rtmps 443: tcp timed-out",
    )
    blocked = finding_of("port-blocked", Confidence.LIKELY, "1.tcp")
    assert noted(*lines, findings=(blocked,)) == ["No answer from here: RTMPS on port 443."]


def test_what_a_proxy_refused_is_not_called_not_offered() -> None:
    through = "fallback rtmpt 80 through=http://10.0.0.1:3128: tcp refused"
    assert noted(f"fallback rtmp 1935: {OPEN}", through) == [
        "RTMPT on port 80 through the proxy: refused immediately."
    ]


def test_a_challenge_in_the_acceptance_is_noted_where_no_finding_says_it() -> None:
    line = "fallback rtmp 1935: tcp ok; handshake ok; connect ok info.secureToken=x"
    assert noted(line) == [
        "The server's answer contains a secureToken. Players must answer it with a shared secret; without that answer, the "
        "server may not let them play or publish."
    ]
    assert noted(line, findings=(finding_of(Cause.STREAM_REFUSED),)) == []
    assert noted(f"fallback rtmp 1935: {OPEN}") == []


def test_a_port_that_opens_for_others_is_not_called_missing_or_dropped() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        "fallback rtmp 80: tcp timed-out",
        "check rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",
        "check rtmps 443: tcp refused",
        "follow-up flows rtmps:443: 8 answered",
    ]
    assert noted(*lines) == [
        "Failed in this test, although other connections to the same port open: RTMP on port 80 and RTMPS on port 443."
    ]


def test_what_had_no_turn_as_the_plan_connected_is_told_with_the_reason() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        "check rtmps 443: not-started",
        "check rtmfp 1935: cancelled",
    ]
    assert noted(*lines) == [
        "Not tested, because the plan had connected before: RTMPS on port 443 and RTMFP on UDP port 1935."
    ]
    lines[0] = "fallback rtmp 1935: tcp refused"
    assert noted(*lines) == []


def test_what_was_given_up_as_the_plan_connected_was_tested() -> None:
    """A step that had begun has sent something, and got no answer so far."""
    run = run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect ok", "check rtmps 443: cancelled"])
    connected, given_up = run.attempts
    begun = msgspec.structs.replace(given_up, unfinished=(UnfinishedStep(StepName.TCP, 0.1),))
    seen = notes_of(replace(run, attempts=(connected, begun)), ())
    assert [ENGLISH.render(note.message) for note in seen] == [
        "Given up without an answer when the plan connected: RTMPS on port 443."
    ]


def test_what_answered_first_and_fell_silent_later_did_answer() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmps 443: tcp ok; tls ok; handshake timed-out 5.0")
    (note,) = noted(*lines)
    assert note.startswith("RTMPS on port 443: ")
    assert "may not offer" not in note
