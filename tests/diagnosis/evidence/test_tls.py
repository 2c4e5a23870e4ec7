from __future__ import annotations

import math

import pytest

from fmsdiag.diagnosis.evidence import tls as tls_seen
from fmsdiag.diagnosis.evidence.attempts import was_cut_off
from fmsdiag.model import Certificate, StepName
from tests.diagnosis.situations import run_view


def issued(by: str) -> Certificate:
    return Certificate(
        "CN=fms.example.com", by, not_before="2026-01-01T00:00:00Z", not_after="2026-02-01T00:00:00Z"
    )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("CN=R3,O=Let's Encrypt,C=US", ("R3", "Let's Encrypt")),
        ("CN=Corp Root", ("Corp Root", "")),
        ("O=Nobody\\, Inc.", ("", "Nobody, Inc.")),
        ("C=US", ("C=US", "")),
        ("", ("", "")),
    ],
)
def test_the_readable_parts_of_a_name(name: str, parts: tuple[str, str]) -> None:
    assert tls_seen.distinguished(name) == parts


@pytest.mark.parametrize(
    ("issuer", "inspects", "public"),
    [
        ("CN=FGT,O=Fortinet", True, False),
        ("CN=School Web Inspection", True, False),
        ("CN=R3,O=Let's Encrypt", False, True),
        ("CN=Example Broadcasting CA", False, False),
    ],
)
def test_what_an_issuers_name_says(issuer: str, inspects: bool, public: bool) -> None:
    assert tls_seen.issuer_inspects(issued(issuer)) is inspects
    assert tls_seen.issuer_is_public(issued(issuer)) is public


@pytest.mark.parametrize(
    ("outcome", "cut", "answered"),
    [
        ("timed-out", True, False),
        ("reset", True, False),
        ("closed bytes=7", False, False),
        ("tls-alert", False, True),
        ("certificate-expired", False, True),
        ("ok", False, True),
        ("unexpected-reply", False, False),
    ],
)
def test_a_greeting_is_cut_off_or_answered(outcome: str, cut: bool, answered: bool) -> None:
    step = run_view([f"fallback rtmps 443: tcp ok; tls {outcome}"]).own[0].step(StepName.TLS)
    assert (was_cut_off(step), tls_seen.was_answered(step)) == (cut, answered)
    assert not was_cut_off(None)
    assert not tls_seen.was_answered(None)


def test_the_control_hosts_clock_goes_before_the_servers() -> None:
    seen = run_view(
        [
            'fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=404 date="Tue, 12 May 2026 12:00:00 GMT"',
            'control control-http 80: tcp ok; http ok http=204 date="Tue, 12 May 2026 12:00:10 GMT"',
        ],
        control="ctl.example.net",
    )
    told = tls_seen.clock_elsewhere(seen)
    assert told is not None
    assert (told[0], told[1].id) == (tls_seen.instant("2026-05-12T12:00:10Z"), "2.http")


def test_a_date_that_is_none_is_no_clock() -> None:
    seen = run_view(["fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=404 date=yesterday"])
    assert tls_seen.clock_elsewhere(seen) is None
    assert math.isnan(tls_seen.instant("yesterday"))


def test_validity_has_two_ends() -> None:
    certificate = issued("CN=x")
    moments = ("2025-12-31T00:00:00Z", "2026-01-15T00:00:00Z", "2026-02-02T00:00:00Z")
    assert [tls_seen.is_valid_at(certificate, tls_seen.instant(m)) for m in moments] == [False, True, False]


def test_flaws_count_beside_a_plan_that_connected() -> None:
    lines = ["fallback rtmp 1935: tcp ok; handshake ok; connect ok", "check rtmps 443: tcp ok; tls reset"]
    assert len(tls_seen.attempts_with_tls(run_view(lines))) == 1
    assert tls_seen.attempts_with_tls(run_view(["fallback rtmp 1935: tcp timed-out", lines[1]])) == ()


def test_what_the_port_says_in_clear() -> None:
    seen = run_view(
        [
            "fallback rtmps 443: tcp ok; tls closed",
            "follow-up plain-on-tls-port rtmp:443: tcp ok; handshake ok; connect ok",
        ]
    )
    assert tls_seen.was_asked_in_clear(seen, seen.own[0])
    assert tls_seen.answers_in_clear(seen, seen.own[0])
    assert not tls_seen.was_asked_in_clear(run_view(["fallback rtmps 443: tcp ok; tls closed"]), seen.own[0])


def test_nobody_is_asked_where_there_is_no_control_host() -> None:
    assert tls_seen.ask_control_tls(run_view(["fallback rtmps 443: tcp ok; tls ok"])) == ()
    asked = tls_seen.ask_control_tls(run_view(["fallback rtmps 443: tcp ok"], control="ctl.example.net"))
    assert [(q.endpoint.host, q.endpoint.port) for q in asked] == [("ctl.example.net", 443)]


@pytest.mark.parametrize(
    ("name", "host", "fits"),
    [
        ("fms.example.com", "fms.example.com", True),
        ("FMS.example.com", "fms.example.com.", True),
        ("*.example.com", "fms.example.com", True),
        ("*.example.com", "a.fms.example.com", False),
        ("*.example.com", "example.com", False),
        ("other.example.net", "fms.example.com", False),
        ("203.0.113.10", "203.0.113.10", True),
        ("*", "localhost", False),
    ],
)
def test_a_star_stands_for_one_whole_label(name: str, host: str, fits: bool) -> None:
    certificate = Certificate("CN=fms.example.com", "CN=R3", names=(name,))
    assert tls_seen.is_for_host(certificate, host) is fits
