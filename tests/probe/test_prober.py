from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable

import pytest

from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Endpoint,
    Event,
    Experiment,
    Failure,
    FailureKind,
    NotApplicable,
    Observation,
    Options,
    PlanMade,
    PlanName,
    ProxyType,
    Purpose,
    Question,
    Status,
    StepFinished,
    StepName,
    StepStarted,
    Target,
    Transport,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.probe import prober
from fmsdiag.probe.attempt_recorder import Clock
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.plan import MAX_ADDRESS_CHECKS, make_plan
from fmsdiag.probe.prober import CONNECTIONS_AT_ONCE, FIRST_ALONE_S, GRACE_S, Prober, may_be_crowded_out
from fmsdiag.probe.transports.connection import LookupCache
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, FakeNetwork, Item, Peer, refused, rtmp_server
from tests.probe.virtual_time import now, virtual_time

NAME = "live.example.com"
HERE = {NAME: ["192.0.2.1"]}


class Run:
    """A prober on a scripted network, with everything it tells."""

    def __init__(
        self, net: FakeNetwork, options: Options | None = None, target: Target | None = None
    ) -> None:
        self.net = net
        self.target = target or Target(NAME, "live")
        options = options or Options(checks=())
        self.plan = make_plan(self.target, options)
        self.events: list[Event] = []
        self.names = LookupCache(net, ())
        self.prober = Prober(
            ProbeContext(net, self.names, self.target, options, FakeComputer()),
            Clock(),
            self.events.append,
        )

    async def __call__(self) -> tuple[Attempt, ...]:
        try:
            await self.prober.run_plan(self.plan)
        finally:
            self.names.close()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            self.check()
        return self.prober.attempts

    def check(self) -> None:
        """What holds for every run, however it ended."""
        attempts = self.prober.attempts
        assert isinstance(self.events[0], PlanMade)
        assert self.events[0].attempt_ids == tuple(range(1, len(self.plan.attempts) + 1))
        assert [a.id for a in attempts] == list(range(1, len(attempts) + 1))
        assert len(attempts) >= len(self.plan.attempts)
        finished = [e.attempt for e in self.events if isinstance(e, AttemptFinished)]
        assert sorted(finished, key=lambda a: a.id) == list(attempts)
        for attempt in attempts:
            told = [e for e in self.events if getattr(e, "attempt_id", None) == attempt.id]
            started = [e for e in told if isinstance(e, AttemptStarted)]
            steps = [e.step for e in told if isinstance(e, StepStarted)]
            ended = [e.observation for e in told if isinstance(e, StepFinished)]
            assert len(started) == (attempt.started_s is not None)
            assert tuple(ended) == attempt.observations
            if attempt.status is not Status.CANCELLED:
                assert sorted(steps) == sorted(o.step for o in ended)
        assert self.net.all_closed
        assert self.net.most_at_once <= CONNECTIONS_AT_ONCE


def dialled(net: FakeNetwork) -> list[tuple[float, int]]:
    return [(round(at - 1000, 3), port) for at, _, port in net.dialled]


def statuses(attempts: tuple[Attempt, ...]) -> list[Status]:
    return [a.status for a in attempts]


# ---- when what is tried


@pytest.mark.parametrize("interval_ms", [1, 200, 1000])
@virtual_time
async def test_staggered_attempts_start_one_interval_apart_whatever_becomes_of_them(interval_ms: int) -> None:
    net = FakeNetwork({1935: SILENCE, 80: refused()}, HERE)
    attempts = await Run(net, Options(checks=(), interval_ms=interval_ms))()
    step = interval_ms / 1000
    assert dialled(net) == [(0, 1935), (step, 80), (2 * step, 80)]
    assert statuses(attempts) == [Status.FAILED] * 3


@virtual_time
async def test_sequential_attempts_wait_for_the_failure_before_and_then_the_interval() -> None:
    net = FakeNetwork({1935: SILENCE, 80: refused()}, HERE)
    await Run(net, Options(checks=(), sequential=True))()
    assert dialled(net) == [(0, 1935), (5.2, 80), (5.4, 80)]


@virtual_time
async def test_checks_start_at_once() -> None:
    net = FakeNetwork({1935: SILENCE}, HERE)
    await Run(net, Options(sequential=True, all_checks=True))()
    at_start = {port for at, port in dialled(net) if at == 0}
    assert at_start == {1935, 443, 8134, 1111}


class SlowLibraries:
    """Libraries of TLS that take a while to load; a process has them from then on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.loaded_at: float | None = None
        monkeypatch.setattr(prober, "wanting", self._wanting)
        monkeypatch.setattr(prober, "load_beside", self._load_beside)

    def _wanting(self, _host: str, endpoints: Iterable[Endpoint]) -> list[str]:
        wanted = any(endpoint.transport.uses_tls for endpoint in endpoints)
        return ["tls"] if wanted and self.loaded_at is None else []

    async def _load_beside(self, loads: list[str]) -> None:
        if loads:
            await asyncio.sleep(0.07)
            self.loaded_at = round(now() - 1000, 3)


@pytest.mark.parametrize(
    ("first", "loaded_at"),
    [(SILENCE, FIRST_ALONE_S + 0.07), (refused(), 0.07), (rtmp_server(), 0.07)],
)
def test_libraries_load_when_the_first_attempt_is_decided_or_silent(
    first: Peer, loaded_at: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = SlowLibraries(monkeypatch)
    net = FakeNetwork({1935: first, 80: SILENCE, 443: refused()}, HERE)

    @virtual_time
    async def run() -> None:
        await Run(net, Options())()

    run()
    assert libraries.loaded_at == pytest.approx(loaded_at, abs=0.01)
    assert (0.0, 1935) in dialled(net)
    assert [at for at, port in dialled(net) if port == 443] == [libraries.loaded_at]


@virtual_time
async def test_at_most_six_connections_at_once() -> None:
    net = FakeNetwork({port: [SILENCE] for port in range(7001, 7021)}, HERE)
    ports = ",".join(str(port) for port in range(7001, 7021))
    attempts = await Run(net, Options(ports=parse_ports(ports), checks=(), interval_ms=1, timeout_s=2))()
    assert net.most_at_once == CONNECTIONS_AT_ONCE
    assert statuses(attempts) == [Status.FAILED] * 20
    assert now() - 1000 == pytest.approx(8, abs=0.1)  # 20 in groups of 6, 2 s each
    assert all(a.ended_s - a.started_s <= 2.001 for a in attempts if a.ended_s and a.started_s is not None)


# ---- when it is over


@virtual_time
async def test_a_healthy_run_ends_with_the_first_attempt_and_lets_the_others_finish() -> None:
    net = FakeNetwork({1935: rtmp_server(delay_s=0.05), 80: rtmp_server(delay_s=0.05)}, HERE)
    attempts = await Run(net)()
    assert statuses(attempts)[:2] == [Status.CONNECTED] * 2
    assert now() - 1000 < GRACE_S + 1


@virtual_time
async def test_what_is_silent_after_a_success_gets_some_time_and_is_stopped() -> None:
    net = FakeNetwork({1935: rtmp_server(), 80: SILENCE, 443: SILENCE}, HERE)
    attempts = await Run(net, Options())()
    assert now() - 1000 == pytest.approx(GRACE_S)
    assert [a.status for a in attempts] == [
        Status.CONNECTED,
        Status.CANCELLED,
        Status.CANCELLED,
        Status.CANCELLED,
        Status.CANCELLED,
    ]
    assert attempts[4].not_applicable is not None


@virtual_time
async def test_a_rejection_is_an_answer_too() -> None:
    net = FakeNetwork({1935: rtmp_server(("other",)), 80: SILENCE}, HERE)
    attempts = await Run(net)()
    assert attempts[0].status is Status.REJECTED
    assert now() - 1000 == pytest.approx(GRACE_S)


@virtual_time
async def test_the_result_is_ordered_as_the_plan_is() -> None:
    """The second attempt is faster, but a player would have waited for the first."""
    net = FakeNetwork({1935: rtmp_server(delay_s=1.5), 80: rtmp_server()}, HERE)
    attempts = await Run(net)()
    assert statuses(attempts)[:2] == [Status.CONNECTED] * 2
    assert attempts[0].endpoint.port == 1935


@virtual_time
async def test_what_never_had_its_turn_says_so() -> None:
    net = FakeNetwork({1935: rtmp_server()}, HERE)
    attempts = await Run(net, Options(checks=(), sequential=True, interval_ms=10_000))()
    assert [a.status for a in attempts] == [Status.CONNECTED, Status.NOT_STARTED, Status.NOT_STARTED]
    assert attempts[1].not_applicable is NotApplicable.NO_TURN
    assert attempts[1].started_s is None


@virtual_time
async def test_a_dead_network_is_known_within_twelve_seconds() -> None:
    net = FakeNetwork(dict.fromkeys((1935, 80, 443, 8134, 1111), SILENCE), HERE)
    attempts = await Run(net, Options(all_checks=True))()
    assert now() - 1000 <= 6.5
    assert Status.FAILED in statuses(attempts)


@pytest.mark.parametrize("preset", [PlanName.AMS, PlanName.AKAMAI, PlanName.EVERYTHING])
@virtual_time
async def test_a_server_that_hangs_is_known_in_time(preset: PlanName) -> None:
    net = FakeNetwork({port: [SILENCE] for port in (1935, 80, 443, 8134, 1111)}, HERE)
    attempts = await Run(net, Options(plan=preset))()
    assert all(
        a.ended_s - a.started_s <= 10.001
        for a in attempts
        if a.ended_s is not None and a.started_s is not None
    )
    assert now() - 1000 <= (12 if preset == "ams" else 21)


@pytest.mark.parametrize("sequential", [False, True])
@virtual_time
async def test_a_name_lookup_that_hangs_does_not_hold_the_run(sequential: bool) -> None:
    """getaddrinfo may take half a minute where every resolver is silent."""
    attempts = await Run(FakeNetwork(names={NAME: SILENCE}), Options(checks=(), sequential=sequential))()
    assert statuses(attempts) == [Status.FAILED] * 3
    assert all(a.failed_step and a.failed_step.step is StepName.DNS for a in attempts)
    if not sequential:
        assert now() - 1000 <= 7


@virtual_time
async def test_a_name_that_does_not_exist() -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    net = FakeNetwork(names={NAME: unknown})
    attempts = await Run(net)()
    assert statuses(attempts) == [Status.FAILED] * 3
    assert net.lookups == [NAME]
    assert net.dialled == []


@virtual_time
async def test_a_plan_of_nothing_that_can_be_tried_ends_at_once() -> None:
    options = Options(checks=(), proxy_type=ProxyType.CONNECT_ONLY)  # and no proxy is configured
    attempts = await Run(FakeNetwork(names=HERE), options, Target(NAME, "live", Transport.RTMPS))()
    assert statuses(attempts) == [Status.NOT_APPLICABLE]
    assert attempts[0].not_applicable is NotApplicable.NO_PROXY
    assert attempts[0].not_applicable is NotApplicable.NO_PROXY


# ---- the name's other addresses


@virtual_time
async def test_further_addresses_are_checked_to_the_end() -> None:
    """Their silence is the finding, so a success elsewhere does not cut them short."""
    table: dict[tuple[str, int] | int, Peer] = {
        ("192.0.2.1", 1935): rtmp_server(),
        ("2001:db8::1", 1935): SILENCE,
        80: refused(),
    }
    net = FakeNetwork(table, {NAME: ["192.0.2.1", "2001:db8::1", "192.0.2.3"]})
    attempts = await Run(net)()
    extra = attempts[3:]
    assert [a.endpoint.address for a in extra] == ["2001:db8::1", "192.0.2.3"]
    assert {a.purpose for a in extra} == {Purpose.CHECK}
    assert statuses(extra) == [Status.FAILED, Status.FAILED]
    assert extra[0].failed_step is not None
    assert extra[0].failed_step.elapsed_s == pytest.approx(3)
    assert now() - 1000 <= 3.1


@virtual_time
async def test_200_addresses_make_a_bounded_run() -> None:
    many = [f"198.51.100.{n}" for n in range(200)]
    net = FakeNetwork({1935: SILENCE, 80: SILENCE}, {NAME: many})
    attempts = await Run(net)()
    assert len(attempts) == 3 + MAX_ADDRESS_CHECKS
    assert len({a for _, a, _ in net.dialled}) <= 1 + MAX_ADDRESS_CHECKS
    assert now() - 1000 <= 12


# ---- stopped


@pytest.mark.parametrize("after_s", [0.0, 0.001, 0.1, 0.2, 0.3, 1.0, 1.9, 4.9, 5.1, 9.9])
@pytest.mark.parametrize("sequential", [False, True])
@virtual_time
async def test_a_run_can_be_stopped_at_any_moment(after_s: float, sequential: bool) -> None:
    slow = rtmp_server(delay_s=1.0)
    net = FakeNetwork(
        {1935: SILENCE, 80: [SILENCE], 443: [b"\x16\x03", SILENCE], 8134: slow, 1111: refused()},
        {NAME: ["192.0.2.1", "192.0.2.2"]},
        connect_s=0.1,
    )
    run = Run(net, Options(all_checks=True, sequential=sequential))
    task = asyncio.create_task(run())
    await asyncio.sleep(after_s)
    task.cancel()
    stopped_at = now()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert now() == stopped_at
    if after_s:
        assert len(run.prober.attempts) >= len(run.plan.attempts)
        reasons = {a.not_applicable for a in run.prober.attempts if a.status is Status.CANCELLED}
        assert reasons == {NotApplicable.STOPPED}


# ---- experiments


@virtual_time
async def test_an_experiment_is_an_attempt_behind_the_others() -> None:
    net = FakeNetwork({1935: refused(), 80: refused()}, HERE)
    run = Run(net)
    await run()
    question = Question(Experiment.CONTROL_PORT, Endpoint(Transport.RTMP, "192.0.2.80", 1935))
    await run.prober.run_experiment(question, "port-blocked", 6.0)
    last = run.prober.attempts[-1]
    assert (last.id, last.purpose, last.experiment) == (4, Purpose.CONTROL, Experiment.CONTROL_PORT)
    assert last.asked_by == "port-blocked"


@pytest.mark.parametrize(("left_s", "took_s"), [(6.0, 3.0), (1.0, 1.0)])
@virtual_time
async def test_an_experiment_keeps_to_the_time_that_is_left(left_s: float, took_s: float) -> None:
    run = Run(FakeNetwork({1935: SILENCE}, HERE))
    question = Question(Experiment.CONTROL_PORT, Endpoint(Transport.RTMP, "192.0.2.80", 1935))
    await run.prober.run_experiment(question, "port-blocked", left_s)
    assert now() - 1000 == pytest.approx(took_s)


@pytest.mark.parametrize(
    ("peer", "left_s", "status", "reason"),
    [
        (SILENCE, 0.3, Status.CANCELLED, NotApplicable.TIME_OVER),
        (SILENCE, 2.0, Status.FAILED, None),  # long enough to be silence
        (refused(), 0.3, Status.FAILED, None),  # an answer is one whenever it comes
    ],
)
@virtual_time
async def test_an_experiment_that_begins_too_late_shows_no_silence(
    peer: Peer, left_s: float, status: Status, reason: NotApplicable | None
) -> None:
    run = Run(FakeNetwork({1935: peer}, HERE))
    question = Question(Experiment.CONTROL_PORT, Endpoint(Transport.RTMP, "192.0.2.80", 1935))
    await run.prober.run_experiment(question, "port-blocked", left_s)
    (asked,) = (a for a in run.prober.attempts if a.experiment is Experiment.CONTROL_PORT)
    assert (asked.status, asked.not_applicable) == (status, reason)


@pytest.mark.parametrize(
    ("peer", "times"),
    [([b"anything"], 2), ([b""], 2), ([SILENCE], 1)],
    ids=["answered", "closed", "silent"],
)
@virtual_time
async def test_a_comparison_that_fares_better_than_silence_is_made_twice(
    peer: list[Item], times: int
) -> None:
    run = Run(FakeNetwork({1935: peer}, HERE))
    question = Question(Experiment.OTHER_BYTES, Endpoint(Transport.RTMP, NAME, 1935))
    assert await run.prober.run_experiment(question, "rtmp-blocked", 6.0)
    made = [a for a in run.prober.attempts if a.experiment is Experiment.OTHER_BYTES]
    assert len(made) == times


@virtual_time
async def test_a_lookup_that_hangs_holds_the_run_no_longer_than_its_attempts() -> None:
    run = Run(FakeNetwork(names={NAME: SILENCE}), Options(checks=(), timeout_s=1.0))
    attempts = await run()
    assert {a.status for a in attempts} == {Status.FAILED}
    assert now() - 1000 <= max(a.ended_s or 0.0 for a in attempts) + 0.1


# ---- while nothing but silence is left to wait for


async def silence_seen(run: Run, silent_s: float = 2.0) -> float | None:
    """After how many seconds all had been silent for so long, none if that did not come before the plan's end."""
    begun = now()
    plan, silence = asyncio.create_task(run()), asyncio.create_task(run.prober.fallen_silent(silent_s))
    await asyncio.wait({plan, silence}, return_when=asyncio.FIRST_COMPLETED)
    seen = None if plan.done() else now() - begun
    silence.cancel()
    await asyncio.wait({plan, silence})
    plan.result()
    return seen


@virtual_time
async def test_silence_is_noticed_when_the_last_attempt_has_been_silent_long_enough() -> None:
    assert await silence_seen(Run(FakeNetwork({1935: SILENCE, 80: SILENCE}, HERE))) == pytest.approx(2.4)
    assert await silence_seen(Run(FakeNetwork({1935: SILENCE, 80: rtmp_server()}, HERE))) == pytest.approx(2)


@pytest.mark.parametrize(
    ("tcp", "options"),
    [
        ({1935: rtmp_server(), 80: SILENCE, 443: SILENCE}, Options()),  # a player has connected
        ({1935: refused(), 80: refused()}, Options(checks=())),
        ({1935: SILENCE, 80: refused()}, Options(checks=(), sequential=True)),  # some have not had their turn
        ({1935: rtmp_server(delay_s=0.6), 80: SILENCE}, Options(checks=())),  # it gets on, if slowly
    ],
)
@virtual_time
async def test_there_is_no_silence_where_something_happens_or_is_to_come(
    tcp: dict[tuple[str, int] | int, Peer], options: Options
) -> None:
    assert await silence_seen(Run(FakeNetwork(tcp, HERE), options)) is None


@virtual_time
async def test_what_is_silent_can_be_seen_before_it_has_ended() -> None:
    run = Run(FakeNetwork({1935: [SILENCE], 80: refused()}, HERE))
    plan = asyncio.create_task(run())
    await asyncio.sleep(3)
    assert statuses(run.prober.attempts) == [Status.FAILED] * 2
    first = run.prober.attempts_if_silent[0]
    assert (first.id, first.status) == (1, Status.FAILED)
    assert first.failed_step is not None
    assert first.failed_step.step is StepName.HANDSHAKE
    await plan
    assert run.prober.attempts_if_silent == run.prober.attempts


@virtual_time
async def test_a_question_to_the_server_waits_for_a_place_there_and_one_to_somebody_else_does_not() -> None:
    net = FakeNetwork(dict.fromkeys(range(7001, 7007), SILENCE), HERE)
    ports = ",".join(str(port) for port in range(7001, 7007))
    run = Run(net, Options(ports=parse_ports(ports), checks=(), interval_ms=1))
    net.tcp[1935] = refused()
    plan = asyncio.create_task(run.prober.run_plan(run.plan))
    await asyncio.sleep(1)
    there = Question(Experiment.CONTROL_PORT, Endpoint(Transport.RTMP, "192.0.2.80", 1935))
    here = Question(Experiment.SERVER_PORT, Endpoint(Transport.RTMP, NAME, 1935))
    await run.prober.run_experiment(there, "", 6.0)
    assert now() - 1000 == pytest.approx(1)
    await run.prober.run_experiment(here, "", 2.0)
    assert Experiment.SERVER_PORT not in {
        a.experiment for a in run.prober.attempts
    }  # no place within its time
    await run.prober.run_experiment(here, "", 6.0)
    assert now() - 1000 == pytest.approx(5, abs=0.1)
    assert Experiment.SERVER_PORT in {a.experiment for a in run.prober.attempts}
    await plan
    run.names.close()


@virtual_time
async def test_a_web_page_that_answers_ends_no_plan() -> None:
    page: list[Item] = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"]
    net = FakeNetwork({80: page, 1935: lambda: rtmp_server(delay_s=GRACE_S + 1)()}, HERE)
    attempts = await Run(net, Options(ports=parse_ports("http:80, 1935"), checks=()))()
    assert [a.status for a in attempts] == [Status.CONNECTED, Status.CONNECTED]


@pytest.mark.parametrize(
    ("experiment", "kind", "crowded"),
    [
        (Experiment.PLAIN_ON_TLS_PORT, FailureKind.CLOSED, True),
        (Experiment.OTHER_BYTES, FailureKind.REFUSED, True),
        (Experiment.PLAIN_ON_TLS_PORT, FailureKind.TIMED_OUT, True),
        (Experiment.OTHER_BYTES, FailureKind.TIMED_OUT, False),
        (Experiment.OTHER_BYTES, None, False),
    ],
)
def test_what_may_have_been_crowded_out(
    experiment: Experiment, kind: FailureKind | None, crowded: bool
) -> None:
    failure = Failure(kind) if kind is not None else None
    step = Observation("1.handshake", StepName.HANDSHAKE, 0.0, 1.0, failure=failure)
    endpoint = Endpoint(Transport.RTMP, "h.example", 1935)
    asked = Attempt(
        1, endpoint, Purpose.FOLLOW_UP, Status.FAILED, experiment=experiment, observations=(step,)
    )
    assert may_be_crowded_out(asked) is crowded
