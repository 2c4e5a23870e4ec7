from __future__ import annotations

from fmsdiag.diagnosis.evidence.refusals import code_is, refusal, refusals
from tests.diagnosis.situations import run_view

FULL = 'fallback rtmp 1935: tcp ok; handshake ok; connect rejected code=netconnection.connect.APPSHUTDOWN text="Bye"'


def test_refusals_are_commands_and_not_silence_or_a_close() -> None:
    seen = run_view(
        ["fallback rtmp 80: tcp ok; handshake ok; connect closed", FULL, "fallback rtmp 443: tcp refused"]
    )
    assert [attempt.endpoint.port for attempt, _ in refusals(seen)] == [1935]


def test_a_player_that_connects_was_not_refused() -> None:
    assert list(refusals(run_view([FULL, "fallback rtmp 80: tcp ok; handshake ok; connect ok"]))) == []


def test_codes_are_compared_without_regard_to_case() -> None:
    found = refusal(run_view([FULL]), lambda facts: code_is(facts, "Rejected", "AppShutdown"))
    assert found is not None
    assert refusal(run_view([FULL]), lambda facts: code_is(facts, "Rejected")) is None
