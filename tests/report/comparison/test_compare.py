"""Two reports together name the side that the cause is on: real runs of the lab, in both orders."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings

from fmsdiag.model import Message, Report
from fmsdiag.report import json
from fmsdiag.report.comparison.compare import MOST_EVIDENCE, compare
from fmsdiag.report.comparison.result import Comparison, NamedSide, Reading, Roles
from tests.report.any_report import reports
from tests.report.comparison.pairs import (
    CUSTOMERS_SIDE,
    HEALTHY,
    PROVIDERS_SIDE,
    SERVERS_SIDE,
    changed,
    sent,
)

FIRST = {NamedSide.FIRST, NamedSide.FIRST_OR_ALLOW_LIST}
SECOND = {NamedSide.SECOND, NamedSide.SECOND_OR_ALLOW_LIST}
SERVER = {NamedSide.SERVER, NamedSide.SERVER_BY_CLIENT}


@pytest.mark.parametrize("name", CUSTOMERS_SIDE)
def test_what_fails_in_one_network_only_points_to_that_network(name: str) -> None:
    assert compare(sent(name), sent(HEALTHY)).side in FIRST
    assert compare(sent(HEALTHY), sent(name)).side in SECOND


@pytest.mark.parametrize("name", SERVERS_SIDE)
def test_what_the_server_does_points_to_the_server(name: str) -> None:
    assert compare(sent(name), sent(HEALTHY)).side in SERVER
    assert compare(sent(HEALTHY), sent(name)).side in SERVER


@pytest.mark.parametrize("name", PROVIDERS_SIDE)
def test_what_a_provider_does_points_to_a_provider(name: str) -> None:
    assert compare(sent(name), sent(HEALTHY)).side is NamedSide.PROVIDER
    assert compare(sent(HEALTHY), sent(name)).side is NamedSide.PROVIDER


@pytest.mark.parametrize("name", ["frozen", "expired", "no-such-application", "backend-by-port"])
def test_what_fails_for_both_in_the_same_way_is_the_servers(name: str) -> None:
    found = compare(sent(name), changed(sent(name)))
    assert (found.reading, found.side) == (Reading.BOTH_FAIL_ALIKE, NamedSide.SERVER)
    assert found.statement.text == "Fails for both in the same way."
    assert found.side_statement is not None
    assert found.side_statement.text == "This points to the server's side."


@pytest.mark.parametrize("name", ["hotel", "name-filtered", "handshake-is-reset-at-router"])
def test_two_networks_that_block_are_not_blamed_on_the_server(name: str) -> None:
    assert compare(sent(name), changed(sent(name))).side is NamedSide.EACH_OWN


@pytest.mark.parametrize(
    ("first", "second", "reading", "side"),
    [
        ("hotel", "frozen", Reading.BOTH_FAIL_DIFFERENTLY, NamedSide.OPEN),
        ("frozen", "no-such-application", Reading.BOTH_FAIL_DIFFERENTLY, NamedSide.SERVER),
        ("bans-1935", "port-dropped", Reading.BOTH_FAIL_PARTLY, NamedSide.OPEN),
        ("port-dropped", "port-dropped", Reading.BOTH_FAIL_PARTLY, NamedSide.EACH_OWN),
        ("healthy", "healthy", Reading.BOTH_CONNECT, None),
        ("half-by-hash", "healthy", Reading.FIRST_IMPAIRED, NamedSide.SERVER),
        ("no-such-application", "healthy", Reading.FIRST_REJECTED, NamedSide.SERVER_BY_CLIENT),
        ("no-such-name", "healthy", Reading.DIFFERENT_SERVERS, None),
    ],
)
def test_other_pairs(first: str, second: str, reading: Reading, side: NamedSide | None) -> None:
    found = compare(sent(first), changed(sent(second)))
    assert (found.reading, found.side) == (reading, side)


def test_the_evidence_names_both_causes_and_the_rows_that_decide() -> None:
    found = compare(sent("port-dropped"), sent(HEALTHY))
    assert [line.text for line in found.evidence] == [
        "The customer's report says: “Port 1935 is blocked by a firewall in your network.” Cause: port-blocked.",
        "RTMP on port 1935: no answer after 5.0 s for the customer, worked after 22 ms for support.",
    ]
    assert (found.first.cause, found.second.cause) == ("port-blocked", "none")


@pytest.mark.parametrize(
    ("first", "second", "statement"),
    [
        ("port-dropped", "healthy", "Since last time: RTMP on port 1935 now connects."),
        ("healthy", "port-dropped", "Since last time: RTMP on port 1935 no longer connects."),
        ("frozen", "healthy", "It failed last time and now connects."),
        ("frozen", "frozen", "Nothing has changed since last time: it fails in the same way."),
        ("healthy", "healthy", "It connects, as it did last time."),
    ],
)
def test_before_and_after_of_one_customer(first: str, second: str, statement: str) -> None:
    found = compare(sent(first), changed(sent(second)), Roles.BEFORE_AND_AFTER)
    assert found.statement.text == statement


def test_the_same_report_twice_is_said_to_be_one() -> None:
    found = compare(sent("frozen"), sent("frozen"))
    assert (found.reading, found.side) == (Reading.SAME_REPORT, None)
    assert (found.evidence, found.differences, found.cautions) == ((), (), ())


def test_different_servers_are_compared_by_facts_alone() -> None:
    found = compare(sent("no-such-name"), sent("no-such-application"))
    assert "medai.example.net" in found.statement.text
    assert "media.example.net" in found.statement.text
    assert {row.reading.value for row in found.rows} == {"not-comparable"}
    assert found.side_statement is None


def test_json_holds_all_of_it() -> None:
    found = compare(sent("port-dropped"), sent(HEALTHY))
    assert msgspec.json.decode(json.pretty(found), type=Comparison) == found


@settings(deadline=None, max_examples=30)  # each has two reports
@given(reports(), reports())
def test_any_two_reports_can_be_compared(first: Report, second: Report) -> None:
    for other in (second, msgspec.structs.replace(second, target=first.target)):
        for roles in Roles:
            found = compare(first, other, roles)
            assert isinstance(found.statement, Message)
            assert len(found.evidence) <= MOST_EVIDENCE + 2
            assert json.pretty(found)
