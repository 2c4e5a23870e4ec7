from __future__ import annotations

import pytest

from fmsdiag.model import (
    BytesPathFacts,
    FirstBytes,
    FlowFacts,
    FlowTry,
    PathProbe,
    ResetDistanceFacts,
)
from fmsdiag.report.outcomes import code_word
from fmsdiag.report.path_rows import (
    bytes_path_rows,
    describe_bytes_path,
    describe_distance,
    describe_flows,
    distance_rows,
    flow_rows,
)

TRIES = (
    FlowTry(50000, "answered", 0.0, 0.01, opened=True),
    FlowTry(50001, "refused", 0.02, 0.01),
    FlowTry(50002, "answered", 0.04, 0.01, opened=True),
)
STOPPED = BytesPathFacts(
    FirstBytes.RTMP,
    4,
    (PathProbe(1, "expired"), PathProbe(2, "reset"), PathProbe(4, "reset")),
    1,
    2,
    "10.66.0.1",
    "192.0.2.1",
)


def texts(rows: list[tuple[object, object]]) -> list[object]:
    return [value if isinstance(value, str) or value is None else list(value) for _, value in rows]  # type: ignore[call-overload]


def test_repeats_tell_how_long_they_waited_where_nothing_else_ended_them() -> None:
    """A server that needs two seconds is not one of which none of eight connections works."""
    slow = tuple(FlowTry(50000 + n, "timed-out", n / 5, 1.0, opened=True) for n in range(8))
    assert describe_flows(FlowFacts(FirstBytes.RTMP, slow)) == "none of 8 got an answer within 1.0 s"
    mixed = FlowFacts(FirstBytes.RTMP, (*slow, FlowTry(50008, "answered", 2.0, 0.1, opened=True)))
    assert describe_flows(mixed) == "1 of 9 got an answer; the rest got none within 1.0 s"
    ended = FlowFacts(FirstBytes.RTMP, (*slow, FlowTry(50008, "reset", 2.0, 0.1)))
    assert describe_flows(ended) == "0 of 9 got an answer to the first RTMP message"


def test_repeats() -> None:
    facts = FlowFacts(FirstBytes.RTMP, TRIES, (FlowTry(50001, "refused", 1.0, 0.01),))
    assert describe_flows(facts) == "2 of 3 got an answer to the first RTMP message"
    assert texts(flow_rows(facts, code_word)) == [  # type: ignore[arg-type]
        "the first RTMP message",
        "50000, 50002",
        ["port 50001: Refused, 10 ms"],
        ["port 50001: Refused, 10 ms"],
    ]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (STOPPED, "reached hop 1 (10.66.0.1), but not hop 2 (192.0.2.1)"),
        (BytesPathFacts(FirstBytes.TLS, 3, reached=3), "arrived, and was answered"),
        (
            BytesPathFacts("tls", 3, reached=0, stopped=3, supported=False),
            "this computer cannot tell how far it got",
        ),
        (
            BytesPathFacts("tls", 3, (PathProbe(2, "expired"), PathProbe(3, "silent", None, 0)), 2, 3),
            "arrived; no answer came back",
        ),
        (
            BytesPathFacts("tls", 3, (PathProbe(2, "expired"), PathProbe(3, "silent", None, 517)), 2, 3),
            "reached hop 2, but not hop 3",
        ),
        (
            BytesPathFacts("connect", 3, (PathProbe(2, "expired"), PathProbe(3, "reset")), 2, 3, "192.0.2.1"),
            "reached hop 2 (192.0.2.1); past it, the connection was ended",
        ),
        (BytesPathFacts("rtmp", 3, reached=0, stopped=1), "reached this computer, but not hop 1"),
    ],
)
def test_how_far_bytes_came(facts: BytesPathFacts, words: str) -> None:
    assert describe_bytes_path(facts) == words


def test_the_rows_of_a_path() -> None:
    assert texts(bytes_path_rows(STOPPED, code_word)) == [  # type: ignore[arg-type]
        "the first RTMP message",
        "4 hops",
        "hop 1 (10.66.0.1)",
        "hop 2 (192.0.2.1)",
        ["hop 1: a router on the path received it", "hop 2: Reset", "hop 4: Reset"],
    ]


def test_a_server_that_may_have_ended_the_connection_is_not_called_unreached() -> None:
    facts = BytesPathFacts("connect", 3, (PathProbe(2, "expired"), PathProbe(3, "reset")), 2, 3, "192.0.2.1")
    assert texts(bytes_path_rows(facts, code_word))[2:4] == ["hop 2 (192.0.2.1)", None]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            ResetDistanceFacts(61, "reset", True, False),
            "the connection was ended from closer than the server",
        ),
        (
            ResetDistanceFacts(61, "reset", False, True),
            "the connection was ended from farther away than the server",
        ),
        (
            ResetDistanceFacts(61, "reset", False, False),
            "the connection was ended from as far away as the server",
        ),
        (ResetDistanceFacts(None, "reset"), "the server's answers do not all travel the same distance"),
    ],
)
def test_who_sent_the_end(facts: ResetDistanceFacts, words: str) -> None:
    assert describe_distance(facts) == words
    left, ended = texts(distance_rows(facts, code_word))  # type: ignore[arg-type]
    assert left == ("61" if facts.opened_ttl else None)
    assert ended == "Reset"


def test_contents_of_a_newer_program_are_shown_as_they_are() -> None:
    first, *_ = texts(flow_rows(FlowFacts("quic\n"), code_word))  # type: ignore[arg-type]
    assert first == "quic"
