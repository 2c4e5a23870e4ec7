"""A name stands for one thing, over all reports of a computer, and can be read back."""

from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.report.pseudonyms import NameKind, Pseudonym, PseudonymBook, read_back

KNOWN = (Pseudonym(NameKind.ADDRESS, 1, "10.0.0.1"), Pseudonym(NameKind.HOST, 7, "proxy.corp.example"))


def test_the_same_gets_the_same_name_and_another_a_new_one() -> None:
    book = PseudonymBook(KNOWN)
    assert book.name(NameKind.ADDRESS, "10.0.0.1") == "address-1"
    assert book.name(NameKind.HOST, "Proxy.CORP.example") == "host-7"
    assert book.name(NameKind.HOST, "other.example") == "host-8"
    assert book.name(NameKind.HOST, "other.example") == "host-8"
    assert book.name(NameKind.USER, "alice") == "user-1"
    assert [each.name for each in book.new] == ["host-8", "user-1"]


def test_a_pseudonym_is_its_own_name() -> None:
    book = PseudonymBook()
    assert book.name(NameKind.HOST, "host-3") == "host-3"
    assert book.new == ()


def test_numbers_go_on_behind_those_that_were_used() -> None:
    assert PseudonymBook(KNOWN, {NameKind.HOST: 40}).name(NameKind.HOST, "a.example") == "host-41"
    assert PseudonymBook(KNOWN, {NameKind.HOST: 2}).name(NameKind.HOST, "a.example") == "host-8"


def test_what_is_in_no_report_is_forgotten_and_what_another_report_has_is_not() -> None:
    book = PseudonymBook()
    first = book.name(NameKind.ADDRESS, "10.0.0.1")
    for value in ("10.0.0.2", "10.0.0.3"):
        book.name(NameKind.ADDRESS, value)
    book.forget_unused("after address-3, 1 hop from the computer", since=1)
    assert [each.name for each in book.new] == [first, "address-3"]
    assert book.name(NameKind.ADDRESS, "10.0.0.2") == "address-4"


def test_an_answer_is_read_back_where_whole_names_stand() -> None:
    answer = "Open TCP 1935 in address-1, not in address-12; then restart host-7. (host-7:3128, my-host-7, host-7b)"
    assert read_back(answer, KNOWN) == (
        "Open TCP 1935 in 10.0.0.1, not in address-12; then restart proxy.corp.example. "
        "(proxy.corp.example:3128, my-host-7, host-7b)"
    )


@given(st.text())
def test_reading_back_changes_no_other_text(text: str) -> None:
    assert read_back(text, ()) == text
