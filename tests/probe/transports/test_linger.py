from __future__ import annotations

import asyncio

import pytest

from fmsdiag.model import Endpoint, Experiment, FailureKind, Purpose, Status, StepName, Transport
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt, Step, StepFailed
from fmsdiag.probe.failure import PeerClosed, UnexpectedReply
from fmsdiag.probe.transports.linger import LINGER_S, as_rejection, linger, may_linger, withdrawal
from fmsdiag.protocol.message import Audio
from fmsdiag.protocol.netconnection import rejection, success_reply
from tests.probe.fake_network import reset
from tests.probe.virtual_time import now, virtual_time

PEER = ("192.0.2.1", 1935)
NO = rejection("NetConnection.Connect.Rejected", "Token expired.", as_status=True)


def running(purpose: Purpose = Purpose.FALLBACK, timeout_s: float = 10.0) -> RunningAttempt:
    endpoint = Endpoint(Transport.RTMP, "h.example", 1935)
    asked = Experiment.MADE_UP_APPLICATION if purpose is Purpose.FOLLOW_UP else None
    attempt = RunningAttempt(1, endpoint, purpose, Clock(), lambda _: None, timeout_s, experiment=asked)
    attempt.start()
    return attempt


def nothing_to_add(step: Step) -> None:
    """The step as it is."""


async def forever() -> None:
    await asyncio.Event().wait()


@virtual_time
async def test_nothing_comes() -> None:
    attempt = running()
    assert await linger(attempt, PEER, forever, nothing_to_add) is Status.CONNECTED
    assert now() == pytest.approx(1000 + LINGER_S)
    seen = attempt.finish(Status.CONNECTED)
    assert seen.observations == ()
    assert seen.ended_s == pytest.approx(0)


@virtual_time
async def test_the_deadline_of_the_attempt_holds() -> None:
    assert await linger(running(timeout_s=0.1), PEER, forever, nothing_to_add) is Status.CONNECTED
    assert now() == pytest.approx(1000.1)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (PeerClosed(), FailureKind.CLOSED),
        (reset(), FailureKind.RESET),
        (as_rejection(withdrawal((NO,))), FailureKind.REJECTED),  # type: ignore[arg-type]
    ],
)
@virtual_time
async def test_an_end_is_a_rejection(error: Exception, kind: FailureKind) -> None:
    async def ends() -> None:
        await asyncio.sleep(0.2)
        raise error

    attempt = running()
    assert await linger(attempt, PEER, ends, nothing_to_add) is Status.REJECTED
    seen = attempt.finish(Status.REJECTED).step(StepName.AFTER_CONNECT)
    assert seen is not None
    assert seen.failure is not None
    assert seen.failure.kind is kind
    assert seen.elapsed_s == pytest.approx(0.2)


@virtual_time
async def test_what_is_no_way_to_end_fails() -> None:
    async def answers_oddly() -> None:
        raise UnexpectedReply("a page")

    with pytest.raises(StepFailed):
        await linger(running(), PEER, answers_oddly, nothing_to_add)


def test_questions_have_their_own_answers() -> None:
    assert may_linger(running())
    assert may_linger(running(Purpose.CHECK))
    assert not may_linger(running(Purpose.FOLLOW_UP))


def test_only_a_no_takes_an_acceptance_back() -> None:
    found = withdrawal((Audio(b""), success_reply(), NO))
    assert found is not None
    assert found.description == "Token expired."
    assert str(as_rejection(found)) == "Token expired."
    assert withdrawal((success_reply(), Audio(b""))) is None
