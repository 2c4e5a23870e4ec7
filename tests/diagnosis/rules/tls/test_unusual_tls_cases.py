"""Cases of the rules about TLS and certificates that no situation of the tables shows."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, Found, Rule, finding
from fmsdiag.diagnosis.rules.tls import certificate, tls_intercepted, tls_version_mismatch
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Cause
from tests.diagnosis.situations import run_view

RTMPS = "rtmps://fms.example.com/live"
WORKS = "fallback rtmp 1935: tcp ok; handshake ok; connect ok"
CLOCK = 'control control-http 80: tcp ok; http ok http=204 date="Tue, 12 May 2026 12:02:33 GMT"'
ACCEPTED = 'control control-tls 443: tcp ok; tls ok issuer="CN=R3"'
EXPIRED = 'rtmps 443: tcp ok; tls certificate-expired issuer="CN=X" to=2025-06-01T00:00:00+00:00'
TOO_NEW = 'rtmps 443: tcp ok; tls certificate-not-yet-valid issuer="CN=X" from=2026-08-01T00:00:00+00:00'
OLD_CHAIN = 'rtmps 443: tcp ok; tls certificate-expired issuer="CN=X Issuing CA"'
NEW_CHAIN = 'rtmps 443: tcp ok; tls certificate-not-yet-valid issuer="CN=X Issuing CA"'
INSPECTED = 'rtmps 443: tcp ok; tls ok issuer="CN=FGT60F,O=Fortinet"; handshake closed'
VERSION = 'rtmps 443: tcp ok; tls tls-alert detail="protocol version"'
CIPHER = 'rtmps 443: tcp ok; tls tls-alert detail="handshake failure"'


def found(rule: Rule, lines: list[str], url: str) -> tuple[str, str, str]:
    """The case that a rule finds, its headline and its explanation."""
    run = run_view(lines, url=url, control="ctl.example.net")
    answer = rule.judge(run)
    match = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(match, Found)
    told = finding(rule, match, (), run)
    return match.case.PREFIX, ENGLISH.render(told.headline), ENGLISH.render(told.explanation)


RULES = {rule.cause: rule for rule in (*certificate.RULES, tls_intercepted.RULE, tls_version_mismatch.RULE)}


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        ("certificate-expired.beside", [f"check {EXPIRED}", CLOCK]),
        ("certificate-expired.chain-beside", [f"check {OLD_CHAIN}"]),
        ("certificate-not-yet-valid.beside", [f"check {TOO_NEW}", CLOCK]),
        ("certificate-not-yet-valid.by-this-clock-beside", [f"check {TOO_NEW}"]),
        ("certificate-not-yet-valid.chain-beside", [f"check {NEW_CHAIN}"]),
        (
            "certificate-untrusted.beside",
            ['check rtmps 443: tcp ok; tls certificate-untrusted issuer="CN=X"', ACCEPTED],
        ),
        (
            "certificate-chain-incomplete.beside",
            ['check rtmps 443: tcp ok; tls certificate-untrusted issuer="CN=X Issuing CA" chain=1'],
        ),
        ("tls-intercepted.cut-inside-beside", [f"check {INSPECTED}", ACCEPTED]),
        (
            "tls-version-mismatch.old-version-beside",
            [f"check {VERSION}", "follow-up tls-versions rtmps:443: tcp ok; tls ok version=TLSv1 cipher=AES"],
        ),
        ("tls-version-mismatch.nothing-in-common-beside", [f"check {VERSION}"]),
    ],
)
def test_beside_a_plan_that_connects_streaming_works(case: str, lines: list[str]) -> None:
    told, headline, _ = found(
        RULES[Cause(case.partition(".")[0])], [WORKS, *lines], "rtmp://fms.example.com/live"
    )
    assert told == case
    assert headline.startswith("Streaming works. ")


@pytest.mark.parametrize(
    ("case", "lines", "words"),
    [
        (
            "certificate-expired.by-this-clock",
            [f"fallback {EXPIRED}"],
            "If this computer's date is wrong, a valid certificate looks the same.",
        ),
        (
            "certificate-not-yet-valid.chain",
            [f"fallback {NEW_CHAIN}"],
            "The certificate of fms.example.com itself is valid",
        ),
        (
            "certificate-wrong-host.wrong-host",
            ['fallback rtmps 443: tcp ok; tls certificate-wrong-host issuer="CN=X" names=www.example.com'],
            "does not include the name fms.example.com",
        ),
        (
            "tls-version-mismatch.old-cipher",
            [
                f"fallback {CIPHER}",
                "follow-up tls-versions rtmps:443: tcp ok; tls ok version=TLSv1.2 cipher=RC4-SHA",
            ],
            "accepts TLS 1.2 only with the cipher RC4-SHA",
        ),
    ],
)
def test_alone_the_explanation_says_what_fails(case: str, lines: list[str], words: str) -> None:
    told, _, explanation = found(RULES[Cause(case.partition(".")[0])], lines, RTMPS)
    assert told == case
    assert words in explanation
