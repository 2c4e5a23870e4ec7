"""The certificate pane: names, dates in relative words, chain."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from fmsdiag.gui.details.certificate import CertificateTexts, certificate_spans, moment_of, relative
from fmsdiag.gui.details.pane import plain
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.messages.reader import say
from fmsdiag.model import Certificate, Report, TlsFacts
from tests.gui.rich_reports import replace_attempt, with_certificate
from tests.report import samples

TESTED = datetime(2026, 5, 12, 12, 2, tzinfo=UTC)


def text_of(report: Report, row: str, today: datetime = TESTED) -> str:
    model = TimelineModel()
    model.show_report(report)
    return plain(certificate_spans(model.node(model.index_of(row)), TESTED, today))


def with_facts(facts: TlsFacts | None) -> Report:
    report = with_certificate()
    attempt = report.attempts[3]
    step = msgspec.structs.replace(attempt.observations[2], facts=facts)
    seen = (*attempt.observations[:2], step)
    return replace_attempt(report, msgspec.structs.replace(attempt, observations=seen))


def test_an_expired_certificate_says_since_when() -> None:
    text = text_of(with_certificate(), "4.tls")
    assert text.startswith("✗ Not trusted by this computer: certificate has expired\n")
    assert "Valid until: 1 May 2026 11:30 UTC, expired 11 days ago\n" in text
    assert "Names: media.example.com, *.media.example.com, and 203.0.113.10\n" in text
    assert "Issued by: CN=Example Issuing CA,O=Example Trust Services,C=DE\n" in text
    assert "Chain, certificate 1\n" in text
    assert "The server sent 2 certificates in all." in text
    assert text.count("SHA-256: ") == 2


def test_an_older_report_tells_from_the_moment_of_its_test() -> None:
    text = text_of(with_certificate(), "4.tls", TESTED + timedelta(days=90))
    assert "expired 11 days before the test" in text


def test_every_row_of_the_attempt_leads_to_it() -> None:
    report = with_certificate()
    assert text_of(report, "4") == text_of(report, "4.tcp") == text_of(report, "4.tls")


def test_a_good_certificate_and_one_of_the_future() -> None:
    later = Certificate("CN=a", "", not_before="2027-01-01T00:00:00Z", not_after="soon", self_signed=True)
    text = text_of(with_facts(TlsFacts(version="TLSv1.3", verified=True, certificate=later)), "4.tls")
    assert text.startswith("✓ Trusted by this computer\n")
    assert "Valid from: 1 Jan 2027 00:00 UTC, not valid yet, becomes valid in 7 months\n" in text
    assert "Valid until: soon\n" in text
    assert "Issued by: not named (self-signed)\n" in text


def test_nothing_is_said_in_words() -> None:
    assert text_of(samples.port_blocked(), "1.tcp") == say(CertificateTexts.NO_TLS)
    assert text_of(with_facts(TlsFacts()), "4.tls") == say(CertificateTexts.NO_CERTIFICATE)
    assert plain(certificate_spans(None, TESTED, TESTED)) == say(CertificateTexts.NO_TLS)
    assert text_of(with_facts(None), "4.tls") == say(CertificateTexts.NO_TLS)


def test_a_certificates_words_are_harmless() -> None:
    evil = Certificate("CN=\u202eevil\x1b[31m", "CN=<b>x</b>")
    text = text_of(with_facts(TlsFacts(certificate=evil)), "4.tls")
    assert "\\u202eevil\\x1b[31m" in text
    assert "CN=<b>x</b>" in text


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(days=-3), "3 days ago"),
        (timedelta(days=-1, hours=-2), "1 day ago"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(minutes=-20), "less than an hour ago"),
        (timedelta(days=45), "in 45 days"),
        (timedelta(days=100), "in 3 months"),
        (timedelta(days=-800), "2 years ago"),
    ],
)
def test_relative_words(away: timedelta, words: str) -> None:
    assert relative(TESTED + away, TESTED) == words


def test_moments() -> None:
    assert moment_of("2026-05-12T12:02:00Z") == moment_of("2026-05-12T12:02:00") == TESTED
    assert moment_of("yesterday") is None
