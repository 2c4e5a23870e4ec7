"""What a run tells the log: its beginning, each attempt, rules that crashed, its end. No names or keys of streams."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence

import fmsdiag
from fmsdiag.log import LOGGER, flush_logs, hide_in_logs
from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    Event,
    PlanMade,
    Report,
    RuleError,
    Target,
    Transport,
    UdpFacts,
)


class RunLog:
    """The log of one run; what the user entrusted to the run is masked from the first line on."""

    def __init__(self, target: Target, logins: Iterable[tuple[str, str] | None] = ()) -> None:
        """`logins` are names and passwords that this run may use, those of the system's proxies included."""
        self._target = target
        self._said: set[RuleError] = set()
        secrets = (target.stream, target.query, *(text for login in logins for text in login or ()))
        hide_in_logs(secrets, tuple(_public_words(target)))

    def beside(self, emit: Callable[[Event], None]) -> Callable[[Event], None]:
        """`emit`, with the log hearing of everything, too."""

        def heard(event: Event) -> None:
            self._hear(event)
            emit(event)

        return heard

    def rule_faults(self, errors: Sequence[RuleError], exceptions: Sequence[Exception]) -> None:
        """Rules that crashed, each once: they are evaluated many times in a run."""
        for error, exception in zip(errors, exceptions, strict=True):
            if error not in self._said:
                self._said.add(error)
                LOGGER.warning("rule %s failed", error.cause, exc_info=exception)

    def ended(self, report: Report) -> None:
        LOGGER.info(
            "run ended after %.3f s: report %s, %s, cause %s, findings: %s",
            report.duration_s,
            report.report_id,
            report.verdict.status.value,
            report.verdict.cause,
            ", ".join(f"{finding.cause} ({finding.confidence.value})" for finding in report.findings)
            or "none",
        )
        flush_logs()

    def _hear(self, event: Event) -> None:
        match event:
            case PlanMade():
                LOGGER.info("%s", describe_program())
                LOGGER.info(
                    "run started: plan %s, %d attempts at %s, application %s",
                    event.plan.name,
                    len(event.plan.attempts),
                    self._target.host,
                    self._target.application.partition("?")[0] or "none",
                )
                flush_logs()  # a run that takes the whole program down has left its beginning
            case AttemptFinished():
                LOGGER.info("%s", describe_attempt(event.attempt))


def describe_program() -> str:
    """Version, Python and system: "fmsdiag 0.1.0, Python 3.11.7, Linux-6.1.0-x86_64"."""
    return f"fmsdiag {fmsdiag.__version__}, Python {platform.python_version()}, {platform.platform()}"


def describe_attempt(attempt: Attempt) -> str:
    """Number, key, question, status, failure and time, all in the words of the report's JSON."""
    parts = [f"attempt {attempt.id} {attempt.key or attempt.endpoint.key}: {attempt.status.value}"]
    seen = attempt.failed_step
    if seen is not None and seen.failure is not None:
        code = f" {seen.failure.errno}" if seen.failure.errno else ""
        parts.append(f"{seen.failure.kind.value}{code} at {seen.step.value}")
    if attempt.not_applicable is not None:
        parts.append(attempt.not_applicable.value)
    kept = {
        why
        for o in attempt.observations
        if isinstance(o.facts, UdpFacts)
        for why in o.facts.not_followed.values()
    }
    parts += [f"redirect not followed: {why}" for why in sorted(kept)]
    if attempt.started_s is not None and attempt.ended_s is not None:
        parts.append(f"{attempt.ended_s - attempt.started_s:.3f} s")
    if attempt.experiment is not None:
        parts.append(f"experiment {attempt.experiment.value} asked by {attempt.asked_by or 'the user'}")
    return ", ".join(parts)


def _public_words(target: Target) -> Iterator[str]:
    """What the log names anyway, so that it is not hunted for."""
    yield target.host
    yield from target.host.split(".")
    yield target.application
    yield from target.application.split("/")
    yield from (transport.value for transport in Transport)
