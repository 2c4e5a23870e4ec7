"""`async with attempt.step(...)`: times a step, bounds it, classifies its failure once, records and tells of it.

A failed step is an observation; what leaves a step is only StepFailed, so that an attempt reads as straight lines and it
is plain which step ended it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import msgspec

from fmsdiag.model import (
    KEPT_BYTES,
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Direction,
    Endpoint,
    Event,
    Experiment,
    Facts,
    Failure,
    FailureKind,
    NotApplicable,
    Observation,
    Purpose,
    Status,
    StepFinished,
    StepName,
    StepStarted,
    TranscriptLine,
    UnfinishedStep,
)
from fmsdiag.private_addresses import is_loopback_address
from fmsdiag.probe.failure import classify
from fmsdiag.probe.masking import mask_bytes, masked
from fmsdiag.probe.sockets.network import Counted

NAME_KEY = "udp/53/dns"
"""Of an attempt that only asks for a name: its endpoint has no transport of its own."""
_NAME_LOOKUPS = (Experiment.SECOND_RESOLVER, Experiment.CONTROL_NAME, Experiment.REVERSE_NAME)
MAX_TRANSCRIPT = 200
FAREWELL_S = 0.5
_WITHOUT_NETWORK = frozenset(
    {
        FailureKind.TIMED_OUT,
        FailureKind.UNREACHABLE,
        FailureKind.NO_ROUTE,
        FailureKind.NAME_NOT_FOUND,
        FailureKind.NO_DATA,
        FailureKind.SERVER_FAILURE,
        FailureKind.RESOLVER_SILENT,
        FailureKind.RESOLVER_CLOSED,
    }
)
"""How steps fail on a computer that has no network."""
Emit = Callable[[Event], None]
KeepSecret = Callable[[Sequence[str]], None]


_MANY_WAITS = (StepName.IDLE, StepName.SERIES)
"""Steps that bound each of their waits themselves: where the time for the whole is over, no peer has been silent."""


class StepFailed(Exception):
    """A step failed and is recorded; the attempt may try something else or end."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.detail)
        self.failure = failure


class CannotBeTried(Exception):
    """The attempt cannot be made here at all."""

    def __init__(self, reason: NotApplicable) -> None:
        super().__init__(reason)
        self.reason = reason


class Clock:
    """Seconds since the run began, on the monotonic clock."""

    def __init__(self) -> None:
        self._origin = perf_counter()

    def __call__(self) -> float:
        return perf_counter() - self._origin


class Step:
    """What a step leaves; filled in while it runs."""

    def __init__(self, address: str | None, port: int | None) -> None:
        self.address, self.port = address, port
        self.facts: Facts = None
        self.facts_so_far: Callable[[], Facts] | None = None  # where facts are written when the step ends
        self.silence: Exception = TimeoutError()  # how it ends if nothing comes
        self.limit: asyncio.Timeout | None = None  # while it runs
        self._stream: Counted | None = None
        self._out: tuple[int, int | None] = (0, None)
        self._in: tuple[int, int | None] = (0, None)
        self.secrets: tuple[str, ...] = ()

    def hide(self, secrets: tuple[str, ...]) -> None:
        """Star these texts out in the bytes that are kept."""
        self.secrets = secrets

    def watch(self, stream: Counted) -> None:
        """Count the bytes of `stream` from now on as this step's."""
        self._stream = stream
        self._out, self._in = (stream.sent.total, None), (stream.received.total, None)

    def span(self, stream: Counted, start: int, end: int | None = None) -> None:
        """Count only the bytes `start` to `end` of each direction: steps of RTMP overlap in time, not in bytes."""
        self._stream = stream
        self._out = self._in = (start, end)

    @property
    def bytes_in(self) -> int:
        return _length(self._stream.received.total, self._in) if self._stream else 0

    @property
    def bytes_out(self) -> int:
        return _length(self._stream.sent.total, self._out) if self._stream else 0

    @property
    def first_in(self) -> bytes:
        return _kept(self._stream.received.first, self._in, self.secrets) if self._stream else b""

    @property
    def first_out(self) -> bytes:
        return _kept(self._stream.sent.first, self._out, self.secrets) if self._stream else b""


def _length(total: int, span: tuple[int, int | None]) -> int:
    start, end = span
    return max(0, (total if end is None else min(total, end)) - start)


def _kept(first: bytearray, span: tuple[int, int | None], secrets: tuple[str, ...]) -> bytes:
    start, end = span
    stop = start + KEPT_BYTES if end is None else min(start + KEPT_BYTES, end)
    if not secrets:
        return bytes(first[start:stop])
    whole = bytes(first[start:end])  # masked before it is cut, for the cut could fall into a secret
    return mask_bytes(whole, secrets)[: stop - start]


def _is_over(step: Step) -> bool:
    """Whether a step ended because its own time was over, and not by a limit inside it."""
    return step.limit is not None and step.limit.expired()


class RunningAttempt:
    """One attempt while it runs: its observations, its transcript, its deadline."""

    def __init__(
        self,
        attempt_id: int,
        endpoint: Endpoint,
        purpose: Purpose,
        clock: Clock,
        emit: Emit,
        timeout_s: float,
        experiment: Experiment | None = None,
        asked_by: str | None = None,
        offline: bool = False,
        keep_secret: KeepSecret | None = None,
    ) -> None:
        """`offline`: this computer has no network at all, which then is why nothing answers.

        `keep_secret` hears of every text that is to be hidden, for whoever keeps the bytes of the connections.
        """
        self._offline = offline
        self._keep_secret = keep_secret
        self.id, self.endpoint, self.purpose = attempt_id, endpoint, purpose
        self.clock = clock
        self._emit = emit
        self.experiment, self._asked_by = experiment, asked_by
        self._timeout_s = timeout_s
        self._started_s: float | None = None
        self._deadline_s = 0.0
        self._over_s: float | None = None
        self.outcome: Status | None = None  # once it is settled, or has failed for good
        self.settled = asyncio.Event()  # what a player waits for is over
        self._observations: list[Observation] = []
        self._transcript: list[TranscriptLine] = []
        self._beside: list[asyncio.Task[None]] = []
        self._secrets: tuple[str, ...] = ()
        self._under_way: list[tuple[StepName, float, Step]] = []  # outer steps before those inside them
        self._interrupted: list[UnfinishedStep] = []

    def hide(self, secrets: tuple[str, ...]) -> None:
        """Star these texts out in everything that is recorded from now on, whoever says them."""
        self._secrets = tuple(dict.fromkeys((*self._secrets, *secrets)))
        self.tell_secrets(secrets)

    def tell_secrets(self, secrets: Sequence[str]) -> None:
        """Say that the connections carry these texts; a step hides them in what it records itself."""
        if self._keep_secret is not None:
            self._keep_secret(secrets)

    def run_beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` beside the attempt; it may add observations until the attempt ends, and ends with it."""
        task = asyncio.create_task(work)
        self._beside.append(task)
        return task

    async def cancel_background(self, patience_s: float = 0.0) -> None:
        """End what still runs beside the attempt, after waiting so long for it to end by itself."""
        if self._beside and patience_s > 0:
            await asyncio.wait(self._beside, timeout=patience_s)
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    def start(self) -> None:
        self._started_s = self.clock()
        self._deadline_s = self._started_s + self._timeout_s
        self._emit(
            AttemptStarted(
                self.id, self.endpoint, self.purpose, self._started_s, self.experiment, self._asked_by
            )
        )

    @property
    def remaining_s(self) -> float:
        """Seconds until this attempt's deadline, never negative."""
        return max(0.0, self._deadline_s - self.clock())

    @property
    def farewell_s(self) -> float:
        """Seconds that an orderly goodbye may take: none past the deadline, and none once the run is being stopped."""
        task = asyncio.current_task()
        return 0.0 if task is None or task.cancelling() else min(FAREWELL_S, self.remaining_s)

    def settle(self, status: Status) -> None:
        """What follows is not what a player waits for: the attempt ends so and now, unless it is thrown out after all.

        Nothing settles an attempt that has failed for good.
        """
        if self.outcome is Status.FAILED:
            return
        self._over_s, self.outcome = self.clock(), status
        self.settled.set()

    def fail_for_good(self) -> None:
        """A player would have stopped here: whatever is still learned, and however that is cut short, it has failed."""
        self.outcome = Status.FAILED

    def shorten(self, seconds: float) -> None:
        """Let the attempt end within `seconds` from now, if it would not have ended before."""
        self._deadline_s = min(self._deadline_s, self.clock() + seconds)

    def lengthen(self, step: Step, seconds: float) -> None:
        """Let a step that is under way, and the attempt with it, go on for so many seconds more."""
        self._deadline_s += seconds
        if step.limit is not None and (when := step.limit.when()) is not None:
            step.limit.reschedule(when + seconds)

    @asynccontextmanager
    async def step(
        self,
        name: StepName,
        timeout_s: float | None = None,
        address: str | None = None,
        port: int | None = None,
        started_s: float | None = None,
    ) -> AsyncIterator[Step]:
        """Run a step for at most `timeout_s` seconds, and never past the attempt's deadline.

        `started_s` backdates a step whose first bytes left together with those of the step before it.
        """
        current = Step(address, port)
        begun = self.clock() if started_s is None else started_s
        bound = self.remaining_s if timeout_s is None else min(timeout_s, self.remaining_s)
        self._emit(StepStarted(self.id, name, begun, bound))
        self._under_way.append((name, begun, current))
        try:
            async with asyncio.timeout(bound) as current.limit:
                yield current
        except (StepFailed, CannotBeTried):
            raise
        except asyncio.CancelledError:
            self._interrupted.append(UnfinishedStep(name, begun))
            raise
        except Exception as error:
            if name in _MANY_WAITS and isinstance(error, TimeoutError) and _is_over(current):
                self._interrupted.append(UnfinishedStep(name, begun))
                raise CannotBeTried(NotApplicable.TIME_OVER) from error
            failure = classify(error, current.bytes_in, current.first_in)
            self.record(name, begun, current, failure, getattr(error, "heard_at_s", None))
            raise StepFailed(failure) from error
        finally:
            self._under_way = [each for each in self._under_way if each[2] is not current]
        self.record(name, begun, current, None)

    def record(
        self,
        name: StepName,
        started_s: float,
        current: Step,
        failure: Failure | None,
        ended_s: float | None = None,
    ) -> None:
        """Add an observation; the second step of a name gets the id "3.tcp-2". It ends now, or when that was heard."""
        observation = self._observed(name, started_s, current, failure, self._observations, current.facts)
        if ended_s is not None:
            observation = msgspec.structs.replace(observation, ended_s=ended_s)
        self._observations.append(observation)
        self._emit(StepFinished(self.id, observation))

    def _observed(
        self,
        name: StepName,
        started_s: float,
        current: Step,
        failure: Failure | None,
        before: Sequence[Observation],
        facts: Facts,
    ) -> Observation:
        if self._secrets:
            current.hide((*current.secrets, *self._secrets))
        count = sum(1 for o in before if o.step is name)
        return Observation(
            id=f"{self.id}.{name.value}" + (f"-{count + 1}" if count else ""),
            step=name,
            started_s=started_s,
            ended_s=self.clock(),
            address=current.address,
            port=current.port,
            bytes_out=current.bytes_out,
            bytes_in=current.bytes_in,
            failure=masked(self._explained(failure, name, current), self._secrets),
            facts=masked(facts, self._secrets),
            first_out=current.first_out,
            first_in=current.first_in,
        )

    def _explained(self, failure: Failure | None, name: StepName, current: Step) -> Failure | None:
        """The failure, marked where it comes from there being no network; a loopback address needs none."""
        if failure is None or not self._offline or failure.kind not in _WITHOUT_NETWORK:
            return failure
        own = name is not StepName.DNS and is_loopback_address(current.address or "")
        return failure if own else msgspec.structs.replace(failure, offline=True)

    def complete(self, name: StepName, facts: Facts) -> None:
        """Give the last step of a name fuller facts, known only when later steps are over; told with the attempt's end."""
        for number in reversed(range(len(self._observations))):
            if self._observations[number].step is name:
                facts = masked(facts, self._secrets)
                self._observations[number] = msgspec.structs.replace(self._observations[number], facts=facts)
                return

    def say(self, direction: Direction, text: str, at_s: float | None = None) -> None:
        """Add a line to the transcript; `at_s` is when it was, where that is known only now."""
        if len(self._transcript) < MAX_TRANSCRIPT:
            line = TranscriptLine(
                self.clock() if at_s is None else at_s, direction, masked(text, self._secrets)
            )
            place = len(self._transcript)
            while place and self._transcript[place - 1].at_s > line.at_s:
                place -= 1
            self._transcript.insert(place, line)

    def finish(
        self, status: Status, not_applicable: NotApplicable | None = None, reason: str = ""
    ) -> Attempt:
        """The finished attempt, told to the listener; `reason` is the exception of a fault."""
        attempt = self._as(status, tuple(self._observations), not_applicable, reason)
        self._emit(AttemptFinished(attempt))
        return attempt

    @property
    def last_sign_s(self) -> float | None:
        """When the attempt came a step further for the last time; none before it has started."""
        if self._started_s is None:
            return None
        begun = [begun for _, begun, _ in self._under_way]
        return max([self._started_s, *(o.ended_s for o in self._observations), *begun])

    def if_silent(self) -> Attempt:
        """The attempt as it would end if what it waits for now never came. Nobody is told, and it goes on."""
        seen = list(self._observations)
        for name, begun, current in reversed(self._under_way):
            so_far = current.facts_so_far
            facts = so_far() if current.facts is None and so_far is not None else current.facts
            failure = classify(current.silence, current.bytes_in, current.first_in)
            seen.append(self._observed(name, begun, current, failure, seen, facts))
        return self._as(Status.FAILED, tuple(seen))

    def _as(
        self,
        status: Status,
        observations: tuple[Observation, ...],
        not_applicable: NotApplicable | None = None,
        reason: str = "",
    ) -> Attempt:
        return Attempt(
            id=self.id,
            endpoint=self.endpoint,
            purpose=self.purpose,
            status=status,
            key=NAME_KEY if self.experiment in _NAME_LOOKUPS else self.endpoint.key,
            experiment=self.experiment,
            asked_by=self._asked_by,
            reason=masked(reason, self._secrets),
            not_applicable=not_applicable,
            started_s=self._started_s,
            ended_s=None if self._started_s is None else self._end_s(status),
            observations=observations,
            transcript=tuple(self._transcript),
            unfinished=self._unfinished if status is Status.CANCELLED else (),
        )

    @property
    def _unfinished(self) -> tuple[UnfinishedStep, ...]:
        """What was cut off: an inner step ends before the one around it, but began after it."""
        return tuple(sorted(self._interrupted, key=lambda step: step.started_s))

    def _end_s(self, status: Status) -> float:
        later = self._over_s is not None and any(o.ended_s > self._over_s for o in self._observations)
        return self.clock() if self._over_s is None or later or status is not self.outcome else self._over_s
