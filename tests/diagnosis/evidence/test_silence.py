from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence import silence
from fmsdiag.model import Attempt, StepName
from tests.diagnosis.situations import run_view


def attempt(line: str) -> Attempt:
    return run_view([line]).attempts[0]


@pytest.mark.parametrize(
    ("line", "content"),
    [
        ("fallback rtmp 1935: tcp ok", "RTMP"),
        ("check rtmps 443: tcp ok", "TLS"),
        ("fallback rtmpt 80: tcp ok", "HTTP"),
        ("follow-up http-on-port 80: tcp ok", "HTTP"),
    ],
)
def test_the_first_bytes_of_a_transport(line: str, content: str) -> None:
    assert silence.content_of(attempt(line)) == content


def test_silence_is_an_open_connection_without_any_answer() -> None:
    assert silence.is_silent(attempt("fallback rtmp 1935: tcp ok; handshake timed-out"))
    assert not silence.is_silent(attempt("fallback rtmp 1935: tcp timed-out"))
    assert not silence.is_silent(attempt("fallback rtmp 1935: tcp ok; handshake closed"))
    behind_tls = attempt("check rtmps 443: tcp ok; tls ok; handshake timed-out")
    assert not silence.is_silent(behind_tls)
    found = silence.front_end_step([behind_tls])
    assert found is not None
    assert found.step is StepName.TLS


def test_where_an_attempt_fell_silent() -> None:
    silent = silence.silent_step(attempt("fallback rtmp 1935: tcp ok; handshake ok; connect timed-out"))
    assert silent is not None
    assert silent.step is StepName.CONNECT
    endless = attempt("fallback rtmp 1935: tcp ok; handshake ok; connect unexpected-reply")
    assert silence.silent_step(endless) is not None
    assert silence.silent_step(attempt("fallback rtmp 1935: tcp ok; handshake closed")) is None
    assert silence.silent_step(attempt("fallback rtmp 1935: tcp timed-out")) is None
    assert silence.silent_step(attempt("fallback rtmp 1935: tcp ok; handshake ok; connect ok")) is None


def test_the_peer_has_taken_what_it_acknowledged() -> None:
    taken = attempt("fallback rtmp 1935: tcp ok; handshake timed-out unacked=0")
    lost = attempt("fallback rtmp 1935: tcp ok; handshake timed-out unacked=1537")
    assert silence.is_taken(taken)
    assert not silence.is_taken(lost)
    unknown = attempt("fallback rtmp 1935: tcp ok; handshake timed-out")
    assert [silence.is_untaken(a) for a in (taken, lost, unknown)] == [False, True, False]
    assert silence.is_heard(attempt("fallback rtmp 1935: tcp ok; handshake ok; connect timed-out unacked=0"))
    assert not silence.is_heard(attempt("fallback rtmp 1935: tcp ok; handshake ok; connect timed-out"))


def test_the_reference_server_answers_is_silent_or_was_not_asked() -> None:
    assert silence.reference(run_view(["fallback rtmp 1935: tcp ok"])) == (None, False)
    answered = run_view(["control control-http 80: tcp ok; http ok http=204"])
    assert silence.reference(answered) == (answered.attempts[0], False)
    assert silence.reference(run_view(["control control-http 80: tcp ok; http timed-out"])) == (None, True)
