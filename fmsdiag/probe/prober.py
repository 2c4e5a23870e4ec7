"""Schedules the attempts of a plan and the experiments that rules ask for; bounds and cancels them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from typing import Any

import msgspec

from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    Carrier,
    Endpoint,
    Event,
    Experiment,
    FailureKind,
    NotApplicable,
    Plan,
    PlanMade,
    PlannedAttempt,
    Purpose,
    Question,
    Status,
    StepName,
)
from fmsdiag.probe.attempt_recorder import Clock, Emit, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.experiments import TIMEOUT_S, limit_s, purpose_of
from fmsdiag.probe.loading import load_beside, wanting
from fmsdiag.probe.plan import address_checks
from fmsdiag.probe.redirects import follow, redirect_of
from fmsdiag.probe.transports.connection import DNS_TIMEOUT_S

CONNECTIONS_AT_ONCE = 6
CHECKS_AT_ONCE = 3
"""Of those: the rest is the plan's, which must not wait for what is tried beside it."""
SETTLE_S = 0.05
"""Between the end of one connection and the next that a rule asks for: a server that admits few must see the end first."""
SEVERAL_AT_ONCE = (
    Experiment.FLOWS,
    Experiment.APP_PATH,
    Experiment.CONNECT_PATH,
    Experiment.OTHER_BYTES_PATH,
)
"""Experiments that take a place at the server for each of their connections."""
FIRST_ALONE_S = 0.25
"""How long the plan's first attempt has the computer to itself before libraries load that only later ones need."""
GRACE_S = 2.0
"""How much longer a run waits for what is still silent once a player would have connected."""

COMPARED = frozenset(
    (
        Experiment.OTHER_BYTES,
        Experiment.SMALL_SEGMENTS,
        Experiment.TLS_WITHOUT_NAME,
        Experiment.TLS_OTHER_NAME,
        Experiment.TLS_ON_PORT,
        Experiment.PLAIN_ON_TLS_PORT,
        Experiment.PROXY_HEADER,
        Experiment.UNDER_NAME,
    )
)
"""Comparisons at the server: one that fares better than what failed counts only when it does so twice."""

_CROWDED_OUT = (FailureKind.REFUSED, FailureKind.RESET, FailureKind.CLOSED)
"""How a second connection ends where only one is admitted."""


ENOUGH_S = 1.0
"""For an experiment that nothing answers: less shows no silence."""


def is_out_of_time(attempt: Attempt) -> bool:
    """Whether an experiment ended because the time for all of them did, before silence could show anything."""
    ended = attempt.failed_step
    failure = ended.failure if ended is not None else None
    return failure is not None and failure.kind in (FailureKind.TIMED_OUT, FailureKind.STALLED)


def may_be_crowded_out(attempt: Attempt) -> bool:
    """Whether an experiment failed as one does beside a connection that holds the only place at the server.

    One that waits in the queue is silent; that is so often the server's own answer that only RTMP in clear, for which the
    silence would hide the cause, is asked once more.
    """
    ended = attempt.failed_step
    failure = ended.failure if ended is not None else None
    if failure is None:
        return False
    queued = attempt.experiment is Experiment.PLAIN_ON_TLS_PORT and failure.kind is FailureKind.TIMED_OUT
    return queued or failure.kind in _CROWDED_OUT


def is_contrast(attempt: Attempt) -> bool:
    """Whether a comparison got further than silence."""
    ended = attempt.failed_step
    failure = ended.failure if ended is not None else None
    if attempt.status is Status.CONNECTED:
        return True
    return failure is not None and failure.kind not in (FailureKind.TIMED_OUT, FailureKind.STALLED)


class Prober:
    """Runs attempts; `attempts` holds those that have ended, in the order of their ids."""

    def __init__(self, context: ProbeContext, clock: Clock, emit: Emit) -> None:
        self._clock, self._emit = clock, emit
        self._places = asyncio.Semaphore(CONNECTIONS_AT_ONCE)
        self._around = replace(context, places=self._places)
        self._check_places = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._ended: dict[int, Attempt] = {}
        self._waiting: dict[int, RunningAttempt] = {}
        self._last_id = 0
        self._decided = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading: asyncio.Task[None] | None = None

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return tuple(self._ended[number] for number in sorted(self._ended))

    @property
    def attempts_if_silent(self) -> tuple[Attempt, ...]:
        """The same, and those of the plan that are under way as they will end if what they wait for never comes."""
        known = self._ended | {a.id: a.if_silent() for a in self._under_way() if a.last_sign_s is not None}
        return tuple(known[number] for number in sorted(known))

    def _under_way(self) -> list[RunningAttempt]:
        """Attempts of the plan and checks that have not ended, those that wait for their turn included."""
        return [attempt for number, attempt in self._waiting.items() if number not in self._ended]

    # ---- the plan
    async def run_plan(self, plan: Plan) -> None:
        """Make every attempt of `plan`; returns when all have ended or no longer matter."""
        running = [self._attempt(planned) for planned in plan.attempts]
        self._emit(PlanMade(plan, tuple(r.id for r in running)))
        fallback: list[tuple[RunningAttempt, asyncio.Task[None]]] = []
        previous: asyncio.Task[None] | None = None
        try:
            for planned, attempt in zip(plan.attempts, running, strict=True):
                if planned.not_applicable:
                    attempt.finish(Status.NOT_APPLICABLE, planned.not_applicable)
                elif planned.purpose is Purpose.FALLBACK:
                    previous = self._start(self._in_turn(attempt, len(fallback), previous, plan))
                    fallback.append((attempt, previous))
                else:
                    self._start(self._check(attempt))
            self._loading = self._start(self._load_behind(fallback, plan))
            addresses = self._start(self._check_addresses(plan))
            await self._until_decided(fallback, addresses)
        finally:
            await self._cancel_all()

    async def _in_turn(
        self, attempt: RunningAttempt, position: int, previous: asyncio.Task[None] | None, plan: Plan
    ) -> None:
        """Wait for this attempt's place: a time after the start, or after the one before it ended; then make it."""
        if not plan.sequential:
            await asyncio.sleep(plan.interval_s * position)
        elif previous is not None:
            await asyncio.wait({previous})
            await asyncio.sleep(plan.interval_s)
        if position:
            await self._until_loaded(attempt)
        await self._one(attempt, with_dns=position == 0)

    async def _one(self, attempt: RunningAttempt, with_dns: bool = False) -> None:
        async with self._places:
            await run_attempt(attempt, self._around, with_dns)

    async def _load_behind(
        self, fallback: Sequence[tuple[RunningAttempt, asyncio.Task[None]]], plan: Plan
    ) -> None:
        """Load what the plan needs and this process has not loaded, but not while it would spoil the first attempt's times."""
        loads = wanting(self._around.target.host, (planned.endpoint for planned in plan.attempts))
        if loads and fallback:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_decided(*fallback[0]), FIRST_ALONE_S)
        await load_beside(loads)

    async def _until_loaded(self, attempt: RunningAttempt) -> None:
        if self._loading is not None and wanting(self._around.target.host, (attempt.endpoint,)):
            await asyncio.wait({self._loading})

    async def _check(self, attempt: RunningAttempt) -> None:
        await self._until_loaded(attempt)
        if (
            attempt.endpoint.transport.carrier is Carrier.UDP
        ):  # no connection that a server would have to hold
            await run_attempt(attempt, self._around)
            return
        async with self._check_places:
            await self._one(attempt)

    async def _check_addresses(self, plan: Plan) -> None:
        """Try the name's further addresses, once they are known; never cut short, since silence is the finding."""
        try:
            async with asyncio.timeout(min(DNS_TIMEOUT_S, self._around.options.timeout_s)):
                facts = await self._around.names.by_system(self._around.target.host)
        except Exception:
            return  # the plan's own attempts have recorded why
        checks = address_checks(self._around.target, plan, facts.addresses)
        await asyncio.gather(
            *(self._check(self._attempt(planned, timeout_s=TIMEOUT_S)) for planned in checks)
        )

    async def _until_decided(
        self, fallback: list[tuple[RunningAttempt, asyncio.Task[None]]], addresses: asyncio.Task[None]
    ) -> None:
        """Wait until the plan's outcome is known; then GRACE_S more for what is still open, addresses apart."""
        for attempt, task in fallback:
            if await self._is_decided(attempt, task) and attempt.endpoint.transport.is_media:
                self._decided = True
                break  # a player would have stopped here, connected or told no
        else:
            await asyncio.wait(self._tasks)
            return
        rest = self._tasks - {addresses}
        if rest:
            await asyncio.wait(rest, timeout=GRACE_S)
        await asyncio.wait({addresses})

    async def _is_decided(self, attempt: RunningAttempt, task: asyncio.Task[None]) -> bool:
        """Whether the server said yes or no, as soon as it is known; an accepted connection is watched beside the others."""
        settled = asyncio.create_task(attempt.settled.wait())
        try:
            await asyncio.wait({task, settled}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            settled.cancel()
        if not task.done():
            return True
        ended = self._ended.get(attempt.id)
        return ended is not None and ended.was_decided

    async def fallen_silent(self, silent_s: float) -> None:
        """Return when nothing of the plan that is under way has come a step further for so long.

        Not while an attempt still waits for its turn, and never when the plan's outcome is known.
        """
        while True:
            left_s = self._silent_in_s(silent_s)
            if left_s <= 0:
                return
            await asyncio.sleep(left_s)

    def _silent_in_s(self, silent_s: float) -> float:
        signs = [attempt.last_sign_s for attempt in self._under_way()]
        started = [sign for sign in signs if sign is not None]
        if self._decided or not signs or len(started) < len(signs):
            return silent_s
        return max(started) + silent_s - self._clock()

    # ---- what the plan's outcome leads to
    async def run_consequences(self) -> None:
        """Follow a redirect, and publish or play if the user asked for it; nothing when neither applies.

        Only the first attempt of the plan that was redirected is followed, and only the first connection that was
        accepted is repeated with a stream.
        """
        accepted = (
            self._accepted(Purpose.FALLBACK) or await self._redirected() or self._accepted(Purpose.CHECK)
        )
        options, name = self._around.options, self._around.target.stream
        if accepted is None or not name:
            return
        from fmsdiag.probe.streams import STREAM_TIMEOUT_S, playing, publishing

        attempt, context = accepted
        wanted = ((options.publish, Experiment.PUBLISH, publishing), (options.play, Experiment.PLAY, playing))
        for is_wanted, experiment, use_of in wanted:
            if is_wanted:
                as_encoder = experiment is Experiment.PUBLISH
                connect = replace(context.connect, then=use_of(name), as_encoder=as_encoder)
                running = self._begin(attempt.endpoint, experiment, STREAM_TIMEOUT_S)
                await run_attempt(running, replace(context, connect=connect))

    def _accepted(self, purpose: Purpose) -> tuple[Attempt, ProbeContext] | None:
        """The first attempt whose NetConnection was accepted, over TCP."""
        for attempt in self.attempts:
            connected = attempt.purpose is purpose and attempt.status is Status.CONNECTED
            if (
                connected
                and attempt.step(StepName.CONNECT)
                and attempt.endpoint.transport.carrier is Carrier.TCP
            ):
                return attempt, self._around
        return None

    async def _redirected(self) -> tuple[Attempt, ProbeContext] | None:
        fallback = (a for a in self.attempts if a.purpose is Purpose.FALLBACK)
        sent_on = next((a for a in fallback if redirect_of(a) is not None), None)
        return await follow(sent_on, self._around, self._begin) if sent_on is not None else None

    def _begin(
        self,
        endpoint: Endpoint,
        experiment: Experiment,
        timeout_s: float,
        purpose: Purpose = Purpose.FOLLOW_UP,
        asked_by: str | None = None,
        hear: Callable[[Event], None] | None = None,
    ) -> RunningAttempt:
        self._last_id += 1
        return RunningAttempt(
            self._last_id,
            endpoint,
            purpose,
            self._clock,
            hear or self._hear,
            timeout_s,
            experiment,
            asked_by,
            self._around.offline,
            self._around.keep_secret,
        )

    # ---- experiments
    async def run_experiment(self, question: Question, asked_by: str, timeout_s: float) -> bool:
        """Perform one experiment within `timeout_s` seconds; what is asked of the server waits for a place at it.

        False: it failed while an attempt of the plan held a connection to the same port open. A server that admits one at
        a time fails so; it tells nothing and is to be asked again.
        """
        from fmsdiag.probe.experiments.perform import perform

        end_s = self._clock() + timeout_s
        at_server = (
            purpose_of(question) is Purpose.FOLLOW_UP
            and question.endpoint.transport.carrier is Carrier.TCP
            and question.experiment not in SEVERAL_AT_ONCE
        )
        async with self._places if at_server else nullcontext():
            if at_server:
                await asyncio.sleep(self._until_settled_s(question.endpoint))
            left_s = end_s - self._clock()
            if left_s <= 0:
                return True
            bound_s = min(left_s, limit_s(question.experiment, self._around.options.idle_s))
            beside = at_server and self._holds_open(question.endpoint)
            hear = self._hear_of_second if beside else self._hear_of_late if bound_s < ENOUGH_S else None
            attempt = self._begin(
                question.endpoint, question.experiment, bound_s, purpose_of(question), asked_by, hear
            )
            ended = await perform(question, attempt, self._around)
            told = is_contrast(ended) and not (beside and may_be_crowded_out(ended))
            if question.experiment in COMPARED and told and end_s > self._clock():
                await asyncio.sleep(SETTLE_S)
                await self._once_more(question, asked_by, min(bound_s, end_s - self._clock()))
        return not (beside and may_be_crowded_out(ended))

    async def _once_more(self, question: Question, asked_by: str, timeout_s: float) -> Attempt:
        """The same again, as an attempt of its own."""
        from fmsdiag.probe.experiments.perform import perform

        bound_s = min(timeout_s, limit_s(question.experiment, self._around.options.idle_s))
        hear = self._hear_of_late if bound_s < ENOUGH_S else None
        attempt = self._begin(
            question.endpoint, question.experiment, bound_s, purpose_of(question), asked_by, hear
        )
        return await perform(question, attempt, self._around)

    def _until_settled_s(self, endpoint: Endpoint) -> float:
        """How long the server still has to notice that our last connection to that port was closed."""
        ends = [a.ended_s for a in self._ended.values() if a.endpoint.port == endpoint.port and a.ended_s]
        return max(0.0, max(ends, default=-SETTLE_S) + SETTLE_S - self._clock())

    def _holds_open(self, endpoint: Endpoint) -> bool:
        """Whether an attempt of the plan holds a connection to that port open."""
        return any(
            (a.endpoint.host, a.endpoint.port) == (endpoint.host, endpoint.port)
            and a.last_sign_s is not None
            and any(o.step is StepName.TCP and o.ok for o in a.if_silent().observations)
            for a in self._under_way()
        )

    def _hear_of_second(self, event: Event) -> None:
        """As `_hear`, of a connection beside another to the same port: what may have been crowded out shows nothing."""
        if isinstance(event, AttemptFinished) and may_be_crowded_out(event.attempt):
            given_up = msgspec.structs.replace(
                event.attempt, status=Status.CANCELLED, not_applicable=NotApplicable.CROWDED_OUT
            )
            event = AttemptFinished(given_up)
        self._hear(event)

    def _hear_of_late(self, event: Event) -> None:
        """As `_hear`, of an experiment for which little time was left."""
        if isinstance(event, AttemptFinished) and is_out_of_time(event.attempt):
            cut = msgspec.structs.replace(
                event.attempt, status=Status.CANCELLED, not_applicable=NotApplicable.TIME_OVER
            )
            event = AttemptFinished(cut)
        self._hear(event)

    # ---- bookkeeping
    def _attempt(self, planned: PlannedAttempt, timeout_s: float | None = None) -> RunningAttempt:
        self._last_id += 1
        bound = self._around.options.timeout_s if timeout_s is None else timeout_s
        attempt = RunningAttempt(
            self._last_id,
            planned.endpoint,
            planned.purpose,
            self._clock,
            self._hear,
            bound,
            offline=self._around.offline,
            keep_secret=self._around.keep_secret,
        )
        self._waiting[attempt.id] = attempt
        return attempt

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        return task

    def _hear(self, event: Event) -> None:
        """Keep what ended, also what ended by being cancelled, and pass everything on."""
        if isinstance(event, AttemptFinished):
            self._ended[event.attempt.id] = event.attempt
        self._emit(event)

    async def _cancel_all(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for number, attempt in self._waiting.items():
            if number not in self._ended:
                attempt.finish(Status.NOT_STARTED, NotApplicable.NO_TURN)
        self._waiting.clear()
