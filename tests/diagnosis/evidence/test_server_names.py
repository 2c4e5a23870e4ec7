from __future__ import annotations

from fmsdiag.diagnosis.evidence.server_names import (
    MOST_NAMES,
    ask_reverse_name,
    ask_under_names,
    names_of_server,
)
from fmsdiag.model import Experiment
from tests.diagnosis.situations import SERVER, run_view

_URL = f"rtmp://{SERVER}/live"
_REFUSED = "fallback rtmp 1935: tcp ok; handshake ok; connect rejected"


def _shown(names: str) -> str:
    return f'check rtmps 443: tcp ok; tls certificate-wrong-host issuer="CN=R3" names={names}'


def _reverse(name: str) -> str:
    return f"follow-up reverse-name http:53: dns ok ptr={name}"


def test_names_come_from_certificates_and_the_addresss_own_record() -> None:
    told = run_view(
        (_REFUSED, _shown("a.example.com,B.example.com"), _reverse("host7.provider.example")), url=_URL
    )
    assert names_of_server(told) == ("a.example.com", "b.example.com", "host7.provider.example")


def test_a_name_that_both_know_goes_first() -> None:
    told = run_view(
        (_REFUSED, _shown("www.example.com,fms.example.com"), _reverse("fms.example.com")), url=_URL
    )
    assert names_of_server(told)[0] == "fms.example.com"
    wild = run_view(
        (_REFUSED, _shown("www.example.org,*.example.com"), _reverse("fms.example.com")), url=_URL
    )
    assert names_of_server(wild)[0] == "fms.example.com"


def test_what_nobody_can_call_is_no_name() -> None:
    told = run_view((_REFUSED, _shown("*.example.com,localhost,203.0.113.10,2001:db8::1")), url=_URL)
    assert names_of_server(told) == ()
    assert [q.experiment for q in ask_reverse_name(told)] == [Experiment.REVERSE_NAME]


def test_the_same_address_is_tried_under_few_names() -> None:
    told = run_view((_REFUSED, _shown("a.example.com,b.example.com,c.example.com")), url=_URL)
    asked = [q.endpoint for q in ask_under_names(told, told.attempts[0])]
    assert [e.host for e in asked] == ["a.example.com", "b.example.com"]
    assert len(asked) == MOST_NAMES
    assert {(e.address, e.port) for e in asked} == {(SERVER, 1935)}
