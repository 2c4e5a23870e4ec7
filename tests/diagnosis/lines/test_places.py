from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.cut_bytes import cut_bytes
from fmsdiag.diagnosis.lines.places import place_lines
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view

VIA = "via=10.66.0.1,192.0.2.1,198.18.0.2"


def said(trace: str, plan: str = "fallback rtmp 1935: tcp ok; handshake reset") -> list[str]:
    run = run_view([plan, trace])
    return [ENGLISH.render(line.message) for line in place_lines(run, cut_bytes(run))]


@pytest.mark.parametrize(
    ("trace", "lines"),
    [
        (
            "reached=2",
            ["The first RTMP message to port 1935 reaches 192.0.2.1, but not 198.18.0.2."],
        ),
        ("reached=0", ["Data sent on the connection to port 1935 does not even reach 10.66.0.1."]),
        (
            "reached=1 end=reset sender=nearer",
            [
                "The first RTMP message to port 1935 reaches 10.66.0.1, but not 192.0.2.1.",
                "A reset comes back although the data that was sent cannot have reached the server.",
                "The packet that ends the connection was sent from closer than the server.",
            ],
        ),
        (
            "reached=3 end=reset sender=farther",
            [
                "The first RTMP message to port 1935 reaches 198.18.0.2, but not 203.0.113.10.",
                "The packet that ends the connection was sent from farther away than the server.",
            ],
        ),
        ("reached=3 supported=no", []),
    ],
)
def test_a_reader_learns_what_shows_the_place(trace: str, lines: list[str]) -> None:
    assert said(f"follow-up app-path 1935: {VIA} {trace}") == lines


def test_connect_and_tls_are_called_what_they_are() -> None:
    connect = said(
        f"follow-up connect-path 1935: {VIA} reached=2",
        "fallback rtmp 1935: tcp ok; handshake ok; connect timed-out",
    )
    assert connect == ["The RTMP connect message to port 1935 reaches 192.0.2.1, but not 198.18.0.2."]
    tls = said(f"follow-up app-path rtmps:443: {VIA} reached=1", "fallback rtmps 443: tcp ok; tls timed-out")
    assert tls == ["The first TLS message to port 443 reaches 10.66.0.1, but not 192.0.2.1."]


def test_a_connect_that_may_reach_the_server_is_followed_as_far_as_its_last_router() -> None:
    """The handshake, which is sent first, reached the server; whose the end is, its distance tells as far as it can."""
    lines = said(
        f"follow-up connect-path 1935: {VIA} reached=3 end=reset sender=same",
        "fallback rtmp 1935: tcp ok; handshake ok; connect reset",
    )
    assert lines == [
        "The RTMP connect message to port 1935 gets as far as 198.18.0.2, the last router before the server.",
        "The packet that ends the connection was sent from as far away as the server.",
    ]


def test_without_a_trace_nothing_is_said() -> None:
    run = run_view(["fallback rtmp 1935: tcp ok; handshake reset"])
    assert place_lines(run, cut_bytes(run)) == ()
    assert place_lines(run, None) == ()


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ("reached=3", "Bytes that are not RTMP get farther on port 1935."),
        ("reached=2 end=reset", "Bytes that are not RTMP stop at the same place on port 1935."),
        ("reached=all end=answered", "Bytes that are not RTMP get farther on port 1935."),
    ],
)
def test_other_bytes_are_compared(other: str, line: str) -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake reset",
            f"follow-up app-path 1935: {VIA} reached=2",
            f"follow-up other-bytes-path 1935: {VIA} {other}",
        ]
    )
    lines = [ENGLISH.render(each.message) for each in place_lines(run, cut_bytes(run))]
    assert lines[1:] == [line]
