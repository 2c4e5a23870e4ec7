from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with, handshake_facts
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.model import FailureKind, StepName
from tests.diagnosis.situations import run_view


def test_facts_of_steps() -> None:
    seen = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake ok; connect closed",
            "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400",
            "fallback rtmpt 80: tcp refused",
        ]
    )
    connected, web, refused = seen.attempts
    facts = connect_facts(connected)
    assert facts is not None
    assert facts.application == "live"
    assert handshake_facts(connected) is not None
    assert handshake_facts(web) is None
    answer = http_answer(web.failed_step)
    assert answer is not None
    assert answer.status == 400
    assert connect_facts(refused) is None
    assert http_answer(None) is None
    assert failed_with(refused, StepName.TCP, FailureKind.TIMED_OUT, FailureKind.REFUSED)
    assert not failed_with(refused, StepName.HANDSHAKE, FailureKind.REFUSED)
    assert not failed_with(connected, StepName.TCP, FailureKind.CLOSED)
