"""What is asked of a run of RTMFP alone; beside other ways, nothing is."""

from fmsdiag.diagnosis.evidence import rtmfp as rtmfp_seen
from fmsdiag.model import Attempt
from tests.diagnosis.situations import run_view

URL = "rtmfp://fms.example.com/live"


def only(line: str, *others: str) -> Attempt | None:
    return rtmfp_seen.only_way(run_view((line, *others), url=URL))


def test_only_where_nothing_else_was_planned_and_nothing_was_decided() -> None:
    assert only("fallback rtmfp 1935: udp timed-out", "check rtmps 443: tcp refused") is not None
    assert only("fallback rtmfp 1935: udp timed-out", "fallback rtmp 1935: tcp refused") is None
    assert only("fallback rtmfp 1935: udp ok; handshake ok; connect ok") is None
    assert only("fallback rtmfp 1935: udp ok; handshake ok; connect rejected") is None
    assert only("fallback rtmfp 1935: cancelled") is None


def test_a_refusal_counts_as_the_servers_own_unless_another_sent_it() -> None:
    own, other, unknown, silent = (
        only(f"fallback rtmfp 1935: udp {end}")
        for end in ("refused icmp=3.3/203.0.113.10", "refused icmp=3.3/198.51.100.1", "refused", "timed-out")
    )
    assert own is not None
    assert other is not None
    assert unknown is not None
    assert silent is not None
    assert rtmfp_seen.refused_greeting(own) is own.failed_step
    assert rtmfp_seen.refused_greeting(unknown) is unknown.failed_step
    assert rtmfp_seen.refused_greeting(other) is None
    assert rtmfp_seen.refused_greeting(silent) is None
    assert rtmfp_seen.silent_greeting(silent) is silent.failed_step
    assert rtmfp_seen.silent_greeting(own) is None


def test_a_strange_answer_is_rtmfp_or_is_not() -> None:
    tag = only(
        'fallback rtmfp 1935: udp unexpected-reply detail="an RTMFP answer to another question than ours"'
    )
    noise = only('fallback rtmfp 1935: udp unexpected-reply detail="a datagram that is not RTMFP"')
    assert tag is not None
    assert noise is not None
    for attempt, expected in ((tag, True), (noise, False)):
        strange = rtmfp_seen.strange_greeting(attempt)
        assert strange is not None
        assert rtmfp_seen.speaks_rtmfp(strange) is expected


def test_redirects_without_an_end_are_told_from_other_answers() -> None:
    circle = only(
        'fallback rtmfp 1935: udp unexpected-reply detail="a redirect to where we have asked already"'
    )
    noise = only('fallback rtmfp 1935: udp unexpected-reply detail="a datagram that is not RTMFP"')
    for attempt, expected in ((circle, True), (noise, False)):
        assert attempt is not None
        strange = rtmfp_seen.strange_greeting(attempt)
        assert strange is not None
        assert rtmfp_seen.redirects_in_a_circle(strange) is expected


def test_where_it_fell_silent() -> None:
    key = only("fallback rtmfp 1935: udp ok; handshake timed-out sent=3")
    said = only("fallback rtmfp 1935: udp ok; handshake ok; connect stalled bytes=20")
    odd = only("fallback rtmfp 1935: udp ok; handshake unexpected-reply")
    assert key is not None
    assert said is not None
    assert odd is not None
    step = rtmfp_seen.unkeyed(key)
    assert step is not None
    assert rtmfp_seen.keys_sent(step) == 3
    assert rtmfp_seen.undecided(key) is None
    assert rtmfp_seen.undecided(said) is said.failed_step
    assert rtmfp_seen.undecipherable(odd) is odd.failed_step
