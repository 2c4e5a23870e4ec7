from __future__ import annotations

from fmsdiag.diagnosis.evidence.addresses import (
    Addresses,
    addresses_tried,
    answers_differ,
    certificates_differ,
)
from fmsdiag.model import Transport
from tests.diagnosis.situations import run_view

A, B, SIX = "203.0.113.10", "203.0.113.11", "2001:db8::10"
SERVES = "handshake ok; connect ok"


def tried(*lines: str) -> Addresses:
    return addresses_tried(run_view(lines, addresses=(A, B, SIX)))


def test_addresses_are_sorted_by_what_became_of_every_attempt() -> None:
    seen = tried(
        f"fallback rtmp 1935: tcp timed-out @{A}; tcp ok @{B}; {SERVES}",
        f"check rtmp 1935 @{B}: tcp ok; {SERVES}",
        f"check rtmp 1935 @{SIX}: tcp refused",
    )
    assert seen.working == (B,)
    assert seen.silent == (A,)
    assert seen.answering == (SIX,)
    assert seen.shown[A].id == "1.tcp"


def test_one_that_breaks_off_later_answers_and_does_not_serve() -> None:
    seen = tried(
        f"fallback rtmp 1935: tcp ok @{A}; handshake closed", f"check rtmp 1935 @{B}: tcp ok; {SERVES}"
    )
    assert (seen.working, seen.dead, seen.answering) == ((B,), (A,), (A,))
    assert seen.shown[A].id == "1.handshake"


def test_a_refusal_in_words_is_the_server_at_work() -> None:
    said = "handshake ok; connect rejected text=full"
    assert tried(f"check rtmp 1935 @{A}: tcp ok; {said}").working == (A,)


def test_one_that_worked_once_is_not_dead() -> None:
    seen = tried(f"fallback rtmp 1935: tcp ok @{A}; {SERVES}", f"check rtmp 1935 @{A}: tcp timed-out")
    assert (seen.working, seen.dead) == ((A,), ())


def test_other_ports_and_families_without_a_route_say_nothing() -> None:
    seen = tried(
        f"fallback rtmp 1935: tcp no-route @{SIX}; tcp ok @{A}; {SERVES}",
        f"fallback rtmp 80: tcp timed-out @{A}",
        f"check rtmp 1935 @{A}: tcp ok; {SERVES}",
    )
    assert (seen.working, seen.dead) == ((A,), ())


def test_without_checks_of_addresses_nothing_is_compared() -> None:
    seen = tried(f"fallback rtmp 1935: tcp timed-out @{A}; tcp ok @{B}; {SERVES}")
    assert (seen.working, seen.dead, seen.silent) == ((), (), ())


def test_a_yes_at_one_address_and_a_no_at_another_are_a_difference() -> None:
    lines = (
        f"fallback rtmp 1935: tcp timed-out @{SIX}; tcp ok @{A}; handshake ok; connect rejected",
        f"check rtmp 1935 @{B}: tcp ok; {SERVES}",
    )
    seen = tried(*lines)
    assert (tuple(seen.accepting), tuple(seen.rejecting)) == ((B,), (A,))
    assert answers_differ(run_view(lines, addresses=(A, B, SIX))) == {(Transport.RTMP, 1935)}


def test_the_same_no_everywhere_is_no_difference() -> None:
    no = "handshake ok; connect rejected"
    lines = (f"fallback rtmp 1935: tcp ok @{A}; {no}", f"check rtmp 1935 @{B}: tcp ok; {no}")
    assert not answers_differ(run_view(lines, addresses=(A, B)))


def test_a_redirect_is_no_rejection() -> None:
    lines = (
        f"fallback rtmp 1935: tcp ok @{A}; handshake ok; connect rejected redirect=rtmp://edge.example.net/live",
        f"check rtmp 1935 @{B}: tcp ok; {SERVES}",
    )
    assert not answers_differ(run_view(lines, addresses=(A, B)))


def test_a_certificate_that_one_address_alone_shows_makes_the_way_differ() -> None:
    shows = "check rtmps 443 @203.0.113.10: tcp ok; tls certificate-expired; tls ok skipped=yes; handshake ok"
    works = "fallback rtmps 443: tcp ok @203.0.113.11; tls ok; handshake ok; connect ok"
    run = run_view([works, shows], url="rtmps://fms.example.com/live", addresses=(A, B))
    assert certificates_differ(run) == {(Transport.RTMPS, 443)}
    assert addresses_tried(run).distrusted == (A,)
    assert not certificates_differ(run_view([works], url="rtmps://fms.example.com/live", addresses=(A, B)))
