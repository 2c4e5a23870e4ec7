"""Exit codes, those of monitoring plug-ins: 0 good, 1 with a caveat, 2 bad, 3 cannot tell."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from fmsdiag.model import Attempt, Experiment, Report, Status, StepName, StreamFacts, VerdictStatus


class ExitCode(IntEnum):
    CONNECTED = 0
    CONNECTED_BY_FALLBACK = 1  # or through a proxy only, or the stream could not be tested
    NOT_CONNECTED = 2  # rejected or unreachable, or the stream was refused
    UNKNOWN = 3  # inconclusive, stopped, wrong usage, or a fault of fmsdiag


_BY_STATUS = {
    VerdictStatus.CONNECTED: ExitCode.CONNECTED,
    VerdictStatus.CONNECTED_BY_FALLBACK: ExitCode.CONNECTED_BY_FALLBACK,
    VerdictStatus.CONNECTED_THROUGH_PROXY: ExitCode.CONNECTED_BY_FALLBACK,
    VerdictStatus.REJECTED: ExitCode.NOT_CONNECTED,
    VerdictStatus.UNREACHABLE: ExitCode.NOT_CONNECTED,
    VerdictStatus.INCONCLUSIVE: ExitCode.UNKNOWN,
    VerdictStatus.STOPPED: ExitCode.UNKNOWN,
}


def exit_code_of(status: VerdictStatus) -> ExitCode:
    """That of a verdict alone, where no stream was to be published or played."""
    return _BY_STATUS[status]


def exit_code_of_run(report: Report) -> ExitCode:
    """That of the verdict, or what became of the stream that was to be published or played, if that is worse."""
    code = exit_code_of(report.verdict.status)
    if code > ExitCode.CONNECTED_BY_FALLBACK:
        return code
    wanted = (
        (report.options.publish, Experiment.PUBLISH, StepName.PUBLISH),
        (report.options.play, Experiment.PLAY, StepName.PLAY),
    )
    tests = [(experiment, step) for is_wanted, experiment, step in wanted if is_wanted]
    return max([code, *(_of_stream(report.attempts, experiment, step) for experiment, step in tests)])


def _of_stream(attempts: Iterable[Attempt], experiment: Experiment, name: StepName) -> ExitCode:
    """Bad where the server refused the stream or did not answer; a caveat where it was not tested, or nothing was on air."""
    made = next((attempt for attempt in attempts if attempt.experiment is experiment), None)
    step = made.step(name) if made is not None else None
    if made is None or step is None:
        return ExitCode.CONNECTED_BY_FALLBACK
    if made.status is Status.CONNECTED:
        return ExitCode.CONNECTED
    agreed = isinstance(step.facts, StreamFacts) and step.facts.held_s is not None
    if made.status is Status.FAILED and agreed:
        return ExitCode.CONNECTED_BY_FALLBACK
    return ExitCode.NOT_CONNECTED
