from __future__ import annotations

import asyncio
import itertools

import pytest

from fmsdiag.model import (
    KEPT_BYTES,
    AttemptFinished,
    AttemptStarted,
    Direction,
    Endpoint,
    Event,
    Experiment,
    Failure,
    FailureKind,
    NotApplicable,
    Purpose,
    Status,
    StepFinished,
    StepName,
    StepStarted,
    Transport,
    TunnelFacts,
)
from fmsdiag.probe.attempt_recorder import (
    FAREWELL_S,
    MAX_TRANSCRIPT,
    CannotBeTried,
    Clock,
    RunningAttempt,
    Step,
    StepFailed,
)
from fmsdiag.probe.failure import PeerClosed
from tests.probe.fake_network import SILENCE, FakeStream, reset
from tests.probe.virtual_time import virtual_time

ENDPOINT = Endpoint(Transport.RTMP, "h.example", 1935)


def attempt(events: list[Event] | None = None, timeout_s: float = 10.0) -> RunningAttempt:
    told: list[Event] = [] if events is None else events
    running = RunningAttempt(3, ENDPOINT, Purpose.FALLBACK, Clock(), told.append, timeout_s)
    running.start()
    return running


@virtual_time
async def test_a_step_that_works_is_recorded_with_its_times_and_told() -> None:
    events: list[Event] = []
    running = attempt(events)
    async with running.step(StepName.TCP, 5, "192.0.2.1", 1935):
        await asyncio.sleep(0.25)
    ended = running.finish(Status.CONNECTED)
    (observation,) = ended.observations
    assert (observation.id, observation.step) == ("3.tcp", StepName.TCP)
    assert observation.started_s == 0
    assert observation.ended_s == pytest.approx(0.25)
    assert (observation.address, observation.port, observation.ok) == ("192.0.2.1", 1935, True)
    assert events == [
        AttemptStarted(3, ENDPOINT, Purpose.FALLBACK, 0.0),
        StepStarted(3, StepName.TCP, 0.0, 5),
        StepFinished(3, observation),
        AttemptFinished(ended),
    ]


@virtual_time
async def test_a_failure_is_classified_recorded_and_leaves_the_step_as_step_failed() -> None:
    running = attempt()
    with pytest.raises(StepFailed) as caught:
        async with running.step(StepName.TCP):
            raise reset()
    assert caught.value.failure.kind is FailureKind.RESET
    assert running.finish(Status.FAILED).observations[0].failure == caught.value.failure


@virtual_time
async def test_an_error_of_this_program_is_data_too() -> None:
    running = attempt()
    with pytest.raises(StepFailed) as caught:
        async with running.step(StepName.TCP):
            raise KeyError("x")
    assert caught.value.failure == Failure(FailureKind.LOCAL_ERROR, "KeyError: 'x'")


@pytest.mark.parametrize(("bound", "after_s"), [(3, 3.0), (None, 10.0), (30, 10.0), (0, 0.0)])
@virtual_time
async def test_no_step_outlives_its_time_or_the_attempts(bound: float | None, after_s: float) -> None:
    events: list[Event] = []
    running = attempt(events)
    with pytest.raises(StepFailed):
        async with running.step(StepName.TCP, bound):
            await asyncio.Event().wait()
    (observation,) = running.finish(Status.FAILED).observations
    assert observation.elapsed_s == pytest.approx(after_s)
    assert observation.failure == Failure(FailureKind.TIMED_OUT, "no answer")
    started = events[1]
    assert isinstance(started, StepStarted)
    assert started.timeout_s == pytest.approx(after_s)


@virtual_time
async def test_the_deadline_is_the_attempts_not_the_steps() -> None:
    running = attempt(timeout_s=10)
    assert running.remaining_s == 10
    async with running.step(StepName.TCP):
        await asyncio.sleep(7)
    with pytest.raises(StepFailed):
        async with running.step(StepName.HANDSHAKE, 5):
            await asyncio.Event().wait()
    ended = running.finish(Status.FAILED)
    assert ended.ended_s == pytest.approx(10)
    assert running.remaining_s == 0


@virtual_time
async def test_cancelling_leaves_no_observation() -> None:
    events: list[Event] = []
    running = attempt(events)

    async def work() -> None:
        async with running.step(StepName.TCP):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stopped = running.finish(Status.CANCELLED, NotApplicable.STOPPED)
    assert stopped.observations == ()
    assert [(step.step, step.started_s) for step in stopped.unfinished] == [(StepName.TCP, 0.0)]
    assert running.finish(Status.FAILED).unfinished == ()  # only a stopped attempt waits without an end
    assert not any(isinstance(e, StepFinished) for e in events)


@pytest.mark.parametrize(
    "leaving",
    [CannotBeTried(NotApplicable.NO_PROXY), StepFailed(Failure(FailureKind.CLOSED))],
    ids=["n/a", "failed"],
)
@virtual_time
async def test_what_was_judged_already_passes_through(leaving: Exception) -> None:
    running = attempt()
    with pytest.raises(type(leaving)) as caught:
        async with running.step(StepName.TCP):
            raise leaving
    assert caught.value is leaving


@virtual_time
async def test_the_second_step_of_a_name_is_numbered() -> None:
    running = attempt()
    for name in (StepName.TCP, StepName.TCP, StepName.TLS, StepName.TCP):
        async with running.step(name):
            pass
    ids = [o.id for o in running.finish(Status.CONNECTED).observations]
    assert ids == ["3.tcp", "3.tcp-2", "3.tls", "3.tcp-3"]


@virtual_time
async def test_a_step_can_be_backdated() -> None:
    running = attempt()
    await asyncio.sleep(2)
    async with running.step(StepName.CONNECT, started_s=0.5):
        await asyncio.sleep(1)
    (observation,) = running.finish(Status.CONNECTED).observations
    assert observation.started_s == 0.5
    assert observation.ended_s == pytest.approx(3)


async def pump(stream: FakeStream, out: bytes, reads: int) -> None:
    await stream.send(out)
    for _ in range(reads):
        await stream.receive()


@virtual_time
async def test_a_watched_stream_is_counted_from_now_on() -> None:
    stream = FakeStream("192.0.2.1", 1935, [b"before", b"during", b"more"])
    await pump(stream, b"AA", 1)
    running = attempt()
    async with running.step(StepName.HTTP) as step:
        step.watch(stream)
        await pump(stream, b"BBB", 2)
    (seen,) = running.finish(Status.CONNECTED).observations
    assert (seen.bytes_out, seen.bytes_in) == (3, 10)
    assert (seen.first_out, seen.first_in) == (b"BBB", b"duringmore")


@virtual_time
async def test_steps_that_overlap_in_time_are_told_apart_by_their_bytes() -> None:
    stream = FakeStream("192.0.2.1", 1935, [b"hhhhcc", b"cc"])
    await pump(stream, b"HHHHCC", 2)
    handshake, connect = Step(None, None), Step(None, None)
    handshake.span(stream, 0, 4)
    connect.span(stream, 4)
    assert (handshake.bytes_out, handshake.first_out, handshake.first_in) == (4, b"HHHH", b"hhhh")
    assert (connect.bytes_in, connect.first_out, connect.first_in) == (4, b"CC", b"cccc")


@virtual_time
async def test_a_step_without_a_stream_has_no_bytes() -> None:
    step = Step(None, None)
    assert (step.bytes_in, step.bytes_out, step.first_in, step.first_out) == (0, 0, b"", b"")


@virtual_time
async def test_a_transcript_keeps_the_first_bytes_only() -> None:
    stream = FakeStream("192.0.2.1", 1935, [bytes(65536)] * 20)
    step = Step(None, None)
    step.watch(stream)
    await pump(stream, bytes(5000), 20)
    assert (step.bytes_in, len(step.first_in)) == (20 * 65536, KEPT_BYTES)
    assert (step.bytes_out, len(step.first_out)) == (5000, KEPT_BYTES)
    assert len(stream.received.first) == 8 * KEPT_BYTES


@pytest.mark.parametrize(
    ("items", "kind", "received"),
    [
        ([SILENCE], FailureKind.TIMED_OUT, None),
        ([b"some", SILENCE], FailureKind.STALLED, 4),
        ([b"some", reset()], FailureKind.RESET, 4),
    ],
)
@virtual_time
async def test_a_failure_tells_how_many_bytes_had_come(
    items: list[bytes], kind: FailureKind, received: int | None
) -> None:
    stream = FakeStream("192.0.2.1", 1935, list(items))
    running = attempt()

    async def read_on() -> None:
        async with running.step(StepName.HANDSHAKE) as step:
            step.watch(stream)
            while True:
                await stream.receive()

    with pytest.raises(StepFailed) as caught:
        await read_on()
    assert (caught.value.failure.kind, caught.value.failure.bytes_received) == (kind, received)


@virtual_time
async def test_what_is_known_later_stands_where_it_happened() -> None:
    running = attempt()
    running.say(Direction.OUT, "C2")
    await asyncio.sleep(0.5)
    running.say(Direction.OUT, "connect")
    running.say(Direction.IN, "S2", running.clock() - 0.2)
    lines = running.finish(Status.CONNECTED).transcript
    assert [line.text for line in lines] == ["C2", "S2", "connect"]
    assert [line.at_s for line in lines] == sorted(line.at_s for line in lines)


@virtual_time
async def test_the_transcript_is_bounded() -> None:
    running = attempt()
    for number in range(MAX_TRANSCRIPT + 50):
        running.say(Direction.IN, str(number))
    lines = running.finish(Status.CONNECTED).transcript
    assert len(lines) == MAX_TRANSCRIPT
    assert lines[0].text == "0"


def test_an_attempt_that_never_started_has_no_times() -> None:
    told: list[Event] = []
    running = RunningAttempt(
        1, ENDPOINT, Purpose.CONTROL, Clock(), told.append, 3, Experiment.HOPS, "port-blocked"
    )
    ended = running.finish(Status.NOT_STARTED, NotApplicable.NO_TURN)
    assert (ended.started_s, ended.ended_s, ended.not_applicable) == (None, None, NotApplicable.NO_TURN)
    assert (ended.experiment, ended.asked_by, ended.key) == (Experiment.HOPS, "port-blocked", ENDPOINT.key)
    assert told == [AttemptFinished(ended)]


def test_the_clock_only_goes_forward() -> None:
    clock = Clock()
    times = [clock() for _ in range(100)]
    assert all(a <= b for a, b in itertools.pairwise(times))
    assert times[0] >= 0


@virtual_time
async def test_facts_can_be_completed_when_later_steps_are_over() -> None:
    running = attempt()
    for _ in range(2):
        async with running.step(StepName.TUNNEL) as step:
            step.facts = TunnelFacts(requests=1)
    async with running.step(StepName.HANDSHAKE):
        pass
    running.complete(StepName.TUNNEL, TunnelFacts(requests=5))
    running.complete(StepName.CONNECT, TunnelFacts(requests=9))  # was not reached
    seen = running.finish(Status.CONNECTED).observations
    assert [o.facts for o in seen] == [TunnelFacts(requests=1), TunnelFacts(requests=5), None]


@virtual_time
async def test_a_goodbye_takes_no_time_past_the_deadline_or_after_a_stop() -> None:
    running = attempt(timeout_s=1)
    assert running.farewell_s == FAREWELL_S
    await asyncio.sleep(0.8)
    assert running.farewell_s == pytest.approx(0.2)
    running.shorten(5)
    assert running.remaining_s == pytest.approx(0.2)
    running.shorten(0.1)
    assert running.remaining_s == pytest.approx(0.1)
    left: list[float] = []

    async def stopped() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            left.append(running.farewell_s)

    task = asyncio.create_task(stopped())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert left == [0]


# ---- while it goes on


@virtual_time
async def test_an_attempt_can_be_seen_as_if_what_it_waits_for_never_came() -> None:
    events: list[Event] = []
    running = attempt(events)
    async with running.step(StepName.TCP, 5, "192.0.2.1", 1935):
        await asyncio.sleep(0.25)
    async with running.step(StepName.TUNNEL, None, "192.0.2.1", 1935) as outer:
        outer.facts_so_far = lambda: TunnelFacts(requests=1)
        async with running.step(StepName.PROXY, None, "192.0.2.1", 3128) as inner:
            inner.silence = PeerClosed()
            await asyncio.sleep(2)
            told = len(events)
            seen = running.if_silent()
            assert len(events) == told
    assert [(o.id, o.failure.kind if o.failure else None) for o in seen.observations] == [
        ("3.tcp", None),
        ("3.proxy", FailureKind.CLOSED),
        ("3.tunnel", FailureKind.TIMED_OUT),
    ]
    assert seen.status is Status.FAILED
    assert seen.ended_s == pytest.approx(2.25)
    assert seen.observations[2].facts == TunnelFacts(requests=1)
    ended = running.finish(Status.CONNECTED)
    assert [(o.id, o.ok) for o in ended.observations] == [
        ("3.tcp", True),
        ("3.proxy", True),
        ("3.tunnel", True),
    ]
    assert ended.observations[2].facts is None


@virtual_time
async def test_lookups_beside_each_other_are_numbered_while_both_go_on() -> None:
    running = attempt()
    async with running.step(StepName.DNS), running.step(StepName.DNS):
        assert [o.id for o in running.if_silent().observations] == ["3.dns", "3.dns-2"]


@virtual_time
async def test_the_last_sign_of_an_attempt_is_the_step_that_began_or_ended_last() -> None:
    running = RunningAttempt(3, ENDPOINT, Purpose.FALLBACK, Clock(), lambda _: None, 10)
    assert running.last_sign_s is None
    await asyncio.sleep(1)
    running.start()
    assert running.last_sign_s == pytest.approx(1)
    async with running.step(StepName.TCP):
        await asyncio.sleep(1)
    assert running.last_sign_s == pytest.approx(2)
    await asyncio.sleep(1)
    async with running.step(StepName.HANDSHAKE):
        await asyncio.sleep(1)
        assert running.last_sign_s == pytest.approx(3)


@pytest.mark.parametrize(
    ("step", "address", "offline"),
    [
        (StepName.TCP, "192.0.2.1", True),
        (StepName.DNS, "127.0.0.53", True),  # a resolver on this computer has to ask others
        (StepName.TCP, "127.0.0.1", False),
    ],
)
@virtual_time
async def test_without_a_network_failures_say_so(step: StepName, address: str, offline: bool) -> None:
    running = RunningAttempt(3, ENDPOINT, Purpose.FALLBACK, Clock(), lambda _: None, 10.0, offline=True)
    running.start()
    with pytest.raises(StepFailed):
        async with running.step(step, 1.0, address, 1935):
            await asyncio.Event().wait()
    (seen,) = running.finish(Status.FAILED).observations
    assert seen.failure is not None
    assert seen.failure.kind is FailureKind.TIMED_OUT
    assert seen.failure.offline is offline


@virtual_time
async def test_what_answers_needs_no_such_explanation() -> None:
    running = RunningAttempt(3, ENDPOINT, Purpose.FALLBACK, Clock(), lambda _: None, 10.0, offline=True)
    running.start()
    with pytest.raises(StepFailed):
        async with running.step(StepName.TCP, 1.0, "192.0.2.1", 1935):
            raise reset()
    (seen,) = running.finish(Status.FAILED).observations
    assert seen.failure is not None
    assert not seen.failure.offline
