"""The email is ready to be sent but for the file, whose name it says; a link that is too long for a system is shortened."""

from urllib.parse import parse_qs, unquote

import msgspec
import pytest

from fmsdiag.gui.handover.mail import LONGEST, is_mail_address, mail_link
from fmsdiag.model import Prepared, Report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples, transport_samples
from tests.report.test_redact import PLANTED


@pytest.fixture
def report() -> Report:
    return redact(samples.port_blocked(), identity=Identity())


def test_subject_text_and_file_are_in_it(report: Report) -> None:
    link = mail_link(report, "r.zip", "help@example.com")
    assert link.startswith("mailto:help@example.com?subject=")
    fields = parse_qs(link.partition("?")[2])
    assert fields["subject"] == ["Test of media.example.com: Connected using a fallback"]
    (body,) = fields["body"]
    assert "Port 1935 is blocked by a firewall in your network." in body
    assert "Code for the telephone: 44RB-R0R-H60-008C" in body
    assert body.endswith("The report is attached: r.zip")
    assert body.count("\r\n\r\n") == 3  # RFC 6068: lines end with %0D%0A
    assert "+" not in link  # a space is %20, for a mail program takes a plus sign as it is


def test_without_a_destination_the_user_enters_it(report: Report) -> None:
    assert mail_link(report, "r.zip").startswith("mailto:?subject=")


def test_an_address_adds_no_fields_of_its_own(report: Report) -> None:
    link = mail_link(report, "r.zip", "help@example.com?cc=eve@example.net&body=x")
    assert link.count("?") == 1
    assert "cc=" not in link


def test_it_fits_every_system(report: Report) -> None:
    prepared = Prepared("ü" * 100, "0123456789abcdef")
    long = msgspec.structs.replace(report, prepared=prepared)
    link = mail_link(long, f"{'ü' * 60}.zip", "help@example.com")
    assert len(link) <= LONGEST
    assert "The report is attached" in unquote(link)
    assert len(mail_link(long, "ü" * 300)) <= LONGEST


def test_what_a_destination_is() -> None:
    assert is_mail_address("help@example.com")
    assert not is_mail_address("https://example.com/@help")
    assert not is_mail_address("")


def test_no_planted_secret_is_in_it() -> None:
    for make in transport_samples.ALL:
        link = unquote(mail_link(redact(make(), identity=Identity()), "r.zip"))
        assert [planted for planted in PLANTED if planted in link] == []
