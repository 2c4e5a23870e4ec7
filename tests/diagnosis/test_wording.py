from __future__ import annotations

import pytest

from fmsdiag.diagnosis.wording import (
    hops_away,
    joined,
    method,
    named,
    outcome,
    ports,
    told,
)
from fmsdiag.model import Endpoint, FailureKind, Transport
from tests.diagnosis.situations import run_view


def at(transport: Transport, port: int) -> Endpoint:
    return Endpoint(transport, "fms.example.com", port)


def test_every_transport_has_a_name() -> None:
    assert {method(at(t, 1)) for t in Transport} >= {"RTMP on port 1", "the administration service on port 1"}


@pytest.mark.parametrize(
    ("words", "text"), [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_lists(words: tuple[str, ...], text: str) -> None:
    assert joined(words) == text


def test_numbers_agree_with_their_words() -> None:
    assert (ports((80,)), hops_away(1)) == ("port 80", "1 hop away")
    assert (ports((80, 443)), hops_away(2)) == ("ports 80 and 443", "2 hops away")


@pytest.mark.parametrize(
    ("like", "text"),
    [
        ("SSH server", "an SSH server"),
        ("VNC server", "a VNC server"),
        ("HTTP 400 from nginx", "a web server (HTTP 400 from nginx)"),
        ("HTTP/2 server", "an HTTP/2 server"),
        ("echo service", "an echo service"),
        ("web page without an HTTP header", "a web page without an HTTP header"),
    ],
)
def test_what_bytes_look_like_has_an_article(like: str, text: str) -> None:
    assert named(like) == text


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_has_words(kind: FailureKind) -> None:
    seen = run_view([f"fallback rtmp 1935: tcp {kind.value} 2.0"])
    assert outcome(seen.tcp[0]).endswith(" after 2.0 s")


def test_outcomes_name_who_said_so() -> None:
    lines = [
        "fallback rtmp 1935: tcp unreachable icmp=3.1/198.51.100.9 3.0",
        'fallback rtmp 80: tcp ok; handshake unexpected-reply like="SSH server" 0.2',
        "fallback rtmp 443: tcp ok; handshake ok; connect ok",
        "check rtmps 443: tcp refused 0.002",
    ]
    routed, odd, fine, quick = run_view(lines).attempts
    assert told(quick) == "RTMPS on port 443: refused at once"
    assert told(routed) == "RTMP on port 1935: reported as unreachable by 198.51.100.9 after 3.0 s"
    assert told(odd) == "RTMP on port 80: an SSH server answered after 0.2 s"
    assert told(fine) == "RTMP on port 443: connected"
    assert outcome(fine.observations[-1]) == "worked"
