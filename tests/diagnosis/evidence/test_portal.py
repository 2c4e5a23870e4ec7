from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.portal import (
    is_page_for_none,
    is_redirection,
    redirected_to,
    same_page,
    sends_away,
    sends_to_tls,
    sign_in_page,
)
from fmsdiag.model import HttpFacts


def answer(status: int, location: str = "", body: str = "") -> HttpFacts:
    headers = (("location", location),) if location else ()
    return HttpFacts("GET", "/generate_204", status, headers=headers, body_start=body)


@pytest.mark.parametrize(
    ("facts", "elsewhere", "away"),
    [
        (answer(302, "http://login.hotel.example/a?b=c"), "login.hotel.example", True),
        (answer(301, "https://ctl.example.net/generate_204"), "ctl.example.net", False),
        (answer(301, "https://www.CTL.example.net/"), "www.ctl.example.net", False),
        (answer(302, "/login"), None, False),
        (answer(302, "http://[::1"), None, False),
        (answer(302), None, False),
        (answer(200, "http://login.hotel.example/"), None, False),
        (answer(511), None, True),
        (answer(204), None, False),
    ],
)
def test_where_an_answer_sends_its_visitor(facts: HttpFacts, elsewhere: str | None, away: bool) -> None:
    assert redirected_to(facts) == elsewhere
    assert sends_away(facts, "ctl.example.net") is away


@pytest.mark.parametrize(
    ("facts", "page"),
    [
        (answer(302, "http://login.hotel.example/a?mac=00-11#b"), "http://login.hotel.example/a"),
        (answer(302, " HTTPS://me:secret@login.hotel.example:8443 "), "https://login.hotel.example:8443/"),
        (answer(302, "ftp://login.hotel.example/"), None),
        (answer(302, "/login"), None),
        (answer(511), None),
    ],
)
def test_the_sign_in_page_without_what_identifies_its_visitor(facts: HttpFacts, page: str | None) -> None:
    assert sign_in_page(facts) == page


def test_a_page_where_none_was_asked_for() -> None:
    assert is_page_for_none(answer(200, body="<h1>Welcome</h1>"))
    assert not is_page_for_none(answer(200, body=" \n"))
    assert not is_page_for_none(answer(404, body="no"))


def test_one_machine_that_speaks_for_two() -> None:
    assert same_page(answer(302, "http://a.example/1"), answer(302, "http://a.example/2"))
    assert not same_page(answer(302, "http://a.example/"), answer(302, "http://b.example/"))
    assert not same_page(answer(302, "/login"), answer(302, "/login"))
    assert same_page(answer(200, body="sign in"), answer(200, body="sign in"))
    assert not same_page(answer(200), answer(200))
    assert not same_page(answer(200, body="sign in"), answer(403, body="sign in"))


@pytest.mark.parametrize(
    ("status", "so"), [(302, True), (307, True), (511, True), (204, False), (404, False), (None, False)]
)
def test_redirections(status: int | None, so: bool) -> None:
    assert is_redirection(status) is so


@pytest.mark.parametrize(
    ("status", "location", "is_tls"),
    [
        (301, "https://h.example/open/1", True),
        (308, "https://H.example:443/", True),
        (301, "https://h.example:8443/open/1", False),
        (301, "https://login.example/", False),
        (301, "http://h.example/open/1", False),
        (301, "https://[", False),
        (200, "https://h.example/open/1", False),
    ],
)
def test_a_web_server_that_sends_to_https_on_its_own_host(status: int, location: str, is_tls: bool) -> None:
    facts = HttpFacts("POST", "/open/1", status, headers=(("location", location),))
    assert sends_to_tls(facts, "h.example") is is_tls
