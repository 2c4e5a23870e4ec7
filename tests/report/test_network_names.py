"""What names a network gets a pseudonym, wherever it stands; what belongs to the server stays."""

from collections.abc import Callable

import msgspec
import pytest

from fmsdiag.model import DnsFacts, Message, Note, Report
from fmsdiag.model.messages import Host, Name, Quote, Url
from fmsdiag.report.json import encode
from fmsdiag.report.network_names import kept_hosts
from fmsdiag.report.pseudonyms import PseudonymBook
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples, transport_samples

ALICE = Identity(user="alice", computer="alices-laptop.corp.example", home="/home/alice")
PLANTED = (
    samples.STREAM_KEY, "PLANTED", "corp.example", "cache01", "10.0.0.", "10.20.", "192.168.", "198.51.100.53",
    "floor 3", "webmaster", "alice", "showroom",
)  # fmt: skip


def strictly(report: Report, book: PseudonymBook | None = None) -> Report:
    return redact(report, identity=ALICE, pseudonyms=PseudonymBook() if book is None else book)


def with_note(report: Report, **values: object) -> Report:
    """The report with a message of a newer version, whose values may be anything."""
    words = " ".join(str(getattr(value, "text", "")) for value in values.values())
    note = Note(Message("note.unknown", dict(values), words))
    return msgspec.structs.replace(report, notes=(*report.notes, note))


@pytest.mark.parametrize("make", [samples.port_blocked, samples.rejected, *transport_samples.ALL])
def test_nothing_of_the_network_is_left_and_twice_changes_nothing(make: Callable[[], Report]) -> None:
    book = PseudonymBook()
    once = strictly(make(), book)
    shown = encode(once).decode()
    assert [planted for planted in PLANTED if planted in shown] == []
    assert strictly(once, book) == once
    assert redact(once, identity=ALICE) == once
    assert "media.example.com" in shown


def test_names_are_the_same_over_the_reports_of_one_computer() -> None:
    book = PseudonymBook()
    first = strictly(samples.port_blocked(), book)
    known = book.new
    assert strictly(samples.port_blocked(), PseudonymBook(known)) == first
    assert {each.value for each in known} == {"192.168.1.1", "198.51.100.53"}


def test_the_request_hides_them_too_for_it_goes_to_support() -> None:
    plain = redact(samples.recorded("port-dropped"), identity=ALICE)
    hidden = strictly(samples.recorded("port-dropped"))
    assert "172.19.8.1" in repr(plain.findings[0].request)
    assert "kept-in-request" in plain.redaction
    assert "address-1" in repr(hidden.findings[0].request)
    assert "172.19.8.1" not in encode(hidden).decode()
    assert "kept-in-request" not in hidden.redaction


def test_search_domains_are_known_by_where_a_proxy_script_was_looked_for() -> None:
    report = samples.port_blocked()
    first = report.attempts[0]
    looked_up = msgspec.structs.replace(first.observations[0], facts=DnsFacts("wpad.acme.test", "system"))
    attempt = msgspec.structs.replace(first, observations=(looked_up, *first.observations))
    report = msgspec.structs.replace(report, attempts=(attempt, *report.attempts[1:]))
    noted = with_note(report, said=Quote("Ask it.Acme.test or printer7.floor.acme.test, not acme.testing"))
    book = PseudonymBook()
    shown = encode(strictly(noted, book)).decode()
    assert "acme.test " not in shown.lower()
    assert "Ask host-2 or host-3, not acme.testing" in shown
    assert {each.value for each in book.new} >= {"wpad.acme.test", "it.acme.test", "printer7.floor.acme.test"}


def test_a_host_that_is_not_listed_as_kept_is_the_networks() -> None:
    noted = with_note(
        samples.port_blocked(),
        page=Url("https://wifi.hotel.test/sign-in"),
        host=Host("guests.hotel.test"),
        server=Host("media.example.com"),
        said=Quote("see wifi.hotel.test"),
    )
    shown = encode(strictly(noted)).decode()
    assert "hotel.test" not in shown
    assert "https://host-1/sign-in" in shown
    assert '"media.example.com"' in shown


def test_an_application_is_named_unless_it_tells_nothing() -> None:
    for application, left in (("showroom/floor3", "application-"), ("live", "live")):
        report = samples.port_blocked()
        target = msgspec.structs.replace(report.target, application=application)
        report = with_note(
            msgspec.structs.replace(report, target=target),
            url=Url(f"rtmp://media.example.com:80/{application}"),
            name=Name(application.partition("/")[0]),
        )
        hidden = strictly(report)
        assert hidden.target.application.startswith(left)
        assert "showroom" not in encode(hidden).decode()


def test_user_and_computer_have_names() -> None:
    noted = with_note(samples.port_blocked(), said=Quote("alice at alices-laptop.corp.example"))
    assert "user-1 at computer-1" in encode(strictly(noted)).decode()


def test_the_server_and_where_it_leads_are_kept() -> None:
    assert "edge.example.com" in kept_hosts(transport_samples.published())
    assert "media.example.com" in kept_hosts(samples.port_blocked())
    assert "control.example.net" in kept_hosts(samples.port_blocked())
