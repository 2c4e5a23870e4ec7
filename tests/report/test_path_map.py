"""What ends where on the path: told only where a path test shows it."""

import msgspec
import pytest
from hypothesis import given

from fmsdiag.model import BytesPathFacts, Report, Side, StepName
from fmsdiag.report.path_map import FARTHEST, MAX_TESTS, Fate, PathMap, path_map
from fmsdiag.report.redact import redact
from tests.report import samples
from tests.report.any_report import reports
from tests.report.hostile import hostile_values
from tests.report.path_samples import OPEN_PATH, PORT_DROPPED, RESET_AT_ROUTER, traced, two_places

SERVER = "fms.example.com"


def mapped(*lines: str) -> PathMap:
    shown = path_map(traced(*lines))
    assert shown is not None
    return shown


def ends(shown: PathMap) -> list[tuple[str, int, Fate]]:
    return [(ending.what, ending.reached, ending.fate) for ending in shown.endings]


def test_first_bytes_that_are_reset_on_the_way() -> None:
    shown = mapped(*RESET_AT_ROUTER)
    assert [(s.hop, s.label, s.side) for s in shown.stations] == [
        (0, "This computer", Side.COMPUTER),
        (1, "10.66.0.1", Side.LOCAL),
        (2, "192.0.2.1", Side.TRANSIT),
        (3, "198.18.0.2", Side.REMOTE),
        (4, SERVER, Side.REMOTE),
    ]
    assert ends(shown) == [("RTMP on port 1935", 1, Fate.RESET), ("TCP port 1935", 4, Fate.ARRIVES)]
    assert shown.lines == ("This computer ✓ 10.66.0.1 ✗ RTMP on port 1935 is reset here",)


@pytest.mark.parametrize(
    ("hops", "line"),
    [
        (
            "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 silent",
            "This computer ✓ 192.168.1.1 ✓ 192.0.2.1 ✗ TCP port 1935 stops here",
        ),
        (
            "1 time-exceeded 192.168.1.1, 2 refused",
            "This computer ✓ 192.168.1.1 ✗ TCP port 1935 is rejected here",
        ),
        ("0 refused", "This computer ✗ TCP port 1935 is rejected here"),
    ],
)
def test_a_port_that_is_cut(hops: str, line: str) -> None:
    shown = mapped(PORT_DROPPED[0], PORT_DROPPED[1], f"follow-up hops 1935: {hops}", OPEN_PATH)
    assert shown.lines == (line,)
    assert ("TCP port 80", 4, Fate.ARRIVES) in ends(shown)


def test_silence_at_the_server_is_told_where_a_finding_rests_on_it() -> None:
    at_door = "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, 4 silent"
    report = traced(PORT_DROPPED[0], PORT_DROPPED[1], f"follow-up hops 1935: {at_door}", OPEN_PATH)
    placed = [finding for finding in report.findings if finding.place and "3.hop" in finding.place.evidence]
    assert (path_map(report) is not None) is bool(placed)
    assert path_map(msgspec.structs.replace(report, findings=())) is None


def test_what_the_server_takes_and_does_not_answer_stops_nowhere() -> None:
    taken = (
        "fallback rtmp 1935: tcp ok; handshake timed-out unacked=0",
        "follow-up app-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=3 unacked=0",
    )
    assert path_map(traced(*taken)) is None  # there is no place to show
    shown = mapped(*taken, *PORT_DROPPED[1:2], PORT_DROPPED[2].replace("1935", "443"), OPEN_PATH)
    assert ends(shown)[1] == ("RTMP on port 1935", 4, Fate.UNANSWERED)


def test_a_refusal_at_the_server_is_no_place_of_its_own() -> None:
    refused = "1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 time-exceeded 198.18.0.2, 4 refused"
    first = ("fallback rtmp 1935: tcp refused", PORT_DROPPED[1])
    assert path_map(traced(*first, f"follow-up hops 1935: {refused}", OPEN_PATH)) is None
    beside = traced(*RESET_AT_ROUTER, "fallback rtmp 80: tcp refused", f"follow-up hops 80: {refused}")
    shown = path_map(beside)
    assert shown is not None
    assert ("TCP port 80", 4, Fate.REFUSED) in ends(shown)
    only_compared = path_map(traced(*RESET_AT_ROUTER, f"follow-up hops 1936: {refused}"))
    assert only_compared is not None
    assert "TCP port 1936" not in [ending.what for ending in only_compared.endings]


def test_udp_has_its_own_ending() -> None:
    udp = "follow-up udp-hops rtmfp:1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent"
    shown = mapped(PORT_DROPPED[1], udp, OPEN_PATH)
    assert shown.lines == ("This computer ✓ 192.168.1.1 ✗ UDP port 1935 stops here",)


def test_what_ends_at_one_place_is_one_line_and_the_nearest_comes_first() -> None:
    shown = path_map(two_places())
    assert shown is not None
    assert shown.lines == (
        "This computer ✓ 10.66.0.1 ✗ RTMP on port 1935 is reset here",
        "This computer ✓ 10.66.0.1 ✓ 192.0.2.1 ✗ TCP port 80 stops here",
    )
    dropped = "1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent"
    both = mapped(*PORT_DROPPED[:2], *(f"follow-up hops {p}: {dropped}" for p in (1935, 1936)), OPEN_PATH)
    assert both.lines == ("This computer ✓ 192.168.1.1 ✗ TCP port 1935 and TCP port 1936 stop here",)


def test_a_port_that_sometimes_opens_is_not_cut() -> None:
    dead = "follow-up hops 1935: 1 time-exceeded 10.66.0.1, 2 silent, 3 silent, 4 silent"
    shown = mapped(*RESET_AT_ROUTER, dead, OPEN_PATH)
    assert [what for what, _, fate in ends(shown) if fate.is_cut] == ["RTMP on port 1935"]
    assert path_map(traced(PORT_DROPPED[1], PORT_DROPPED[2].replace("1935", "80"), OPEN_PATH)) is None


def test_nothing_is_told_without_a_place() -> None:
    for report in (samples.healthy(), samples.port_blocked(), samples.unreachable(), samples.stopped()):
        assert path_map(report) is None
    arrived = "follow-up app-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=all end=answered"
    assert path_map(traced(RESET_AT_ROUTER[0], arrived)) is None
    unknown = "follow-up app-path 1935: via=-,- reached=0 end=silent supported=no"
    assert path_map(traced(RESET_AT_ROUTER[0], unknown)) is None


def test_routers_of_this_network_have_the_names_that_the_report_gives_them() -> None:
    shown = path_map(redact(traced(*RESET_AT_ROUTER)))
    assert shown is not None
    assert shown.stations[1].label.startswith("lan-")
    assert shown.stations[1].side is Side.LOCAL


def test_silent_routers_are_stations_too() -> None:
    shown = mapped(
        RESET_AT_ROUTER[0],
        "follow-up app-path 1935: via=10.66.0.1,-,198.18.0.2 reached=1 end=reset sender=nearer",
    )
    assert [station.label for station in shown.stations[1:4]] == ["10.66.0.1", "hop 2", "198.18.0.2"]


def test_a_long_path_keeps_what_has_a_story() -> None:
    via = ",".join(["10.66.0.1", *(f"198.18.0.{n}" for n in range(2, 15))])
    shown = mapped(RESET_AT_ROUTER[0], f"follow-up app-path 1935: via={via} reached=6")
    assert [(s.label, s.left_out) for s in shown.stations] == [
        ("This computer", 0),
        ("10.66.0.1", 0),
        ("198.18.0.2", 0),
        ("3 more hops", 3),
        ("198.18.0.6", 0),
        ("198.18.0.7", 0),
        ("6 more hops", 6),
        ("198.18.0.14", 0),
        (SERVER, 0),
    ]
    assert shown.lines == (
        "This computer ✓ 10.66.0.1 ✓ 198.18.0.2 ✓ 3 more hops ✓ 198.18.0.6 ✗ RTMP on port 1935 stops here",
    )


def test_numbers_that_no_path_has_tell_nothing() -> None:
    report = traced(*RESET_AT_ROUTER)
    for change in (
        {"stopped": 10**12},
        {"reached": -5},
        {"reached": 9},
        {"content": "morse"},
        {"ends_alone": True},
    ):
        assert path_map(with_bytes_path(report, **change)) is None
    assert FARTHEST < 256


def test_a_file_with_very_many_tests_is_looked_at_in_part() -> None:
    report = traced(*RESET_AT_ROUTER)
    many = report.attempts * (3 * MAX_TESTS)
    assert path_map(msgspec.structs.replace(report, attempts=many)) is not None


def with_bytes_path(report: Report, **change: object) -> Report:
    attempts = tuple(
        msgspec.structs.replace(
            attempt,
            observations=tuple(
                msgspec.structs.replace(seen, facts=msgspec.structs.replace(seen.facts, **change))
                if seen.step is StepName.BYTES_PATH and isinstance(seen.facts, BytesPathFacts)
                else seen
                for seen in attempt.observations
            ),
        )
        for attempt in report.attempts
    )
    return msgspec.structs.replace(report, attempts=attempts)


def test_hostile_names_are_made_visible() -> None:
    report = traced(RESET_AT_ROUTER[0], RESET_AT_ROUTER[1].replace("10.66.0.1", "10.66.0.1\u202e"))
    shown = path_map(report)
    assert shown is not None
    assert "\u202e" not in shown.lines[0]
    assert "10.66.0.1\\u202e" in shown.lines[0]
    assert path_map(hostile_values()) is None


@given(reports())
def test_any_report_has_a_map_or_none(report: Report) -> None:
    shown = path_map(report)
    assert shown is None or shown.lines
