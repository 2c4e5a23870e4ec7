"""The tests that a run makes only when the user asked for the deep ones: does number, silence or amount matter?

No rule asks for them: what they look for does not show in a run that connects.
"""

from __future__ import annotations

import msgspec

from fmsdiag.diagnosis.evidence.flows import Fate, flows_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Endpoint, Experiment, Question, Status, StepName, Transport

COUNTING = (Experiment.FLOWS, Experiment.BURST, Experiment.HOLD)
"""What needs an open port alone; the others need a connection that was accepted."""
ONE_BY_ONE = (*COUNTING, Experiment.UPLOAD)
BESIDE = (Experiment.IDLE,)
"""What mostly waits, and so may go on beside the others."""


def deep_questions(run: RunView) -> tuple[Question, ...]:
    """The deep tests at the port that a player would use, none if no port opened directly."""
    endpoint = media_port(run)
    if endpoint is None or run.is_captive:
        return ()
    wanted: tuple[Experiment, ...] = (*BESIDE, *ONE_BY_ONE) if run.connected else COUNTING
    if any(flows.fate in (Fate.SOME_FAIL, Fate.LOST) for flows in flows_of(run)):
        wanted = tuple(
            e for e in wanted if e not in (Experiment.BURST, Experiment.HOLD)
        )  # their failures would show nothing else
    return tuple(Question(experiment, endpoint) for experiment in wanted)


def media_port(run: RunView) -> Endpoint | None:
    """The first way over TCP, without a proxy, that connected; else the first that opened.

    Where addresses of the name were dead, it is the one that opened: the tests would learn of the others only that once more.
    """
    direct = [
        a for a in run.media if a.endpoint.proxy is None and a.endpoint.transport is not Transport.RTMFP
    ]
    connected = [a for a in direct if a.status is Status.CONNECTED]
    opened = [a for a in direct if (step := a.step(StepName.TCP)) is not None and step.ok]
    return next((_as_it_opened(a) for a in (*connected, *opened)), None)


def _as_it_opened(attempt: Attempt) -> Endpoint:
    connects = [o for o in attempt.observations if o.step is StepName.TCP]
    opened = next((o for o in connects if o.ok), None)
    if opened is None or opened is connects[0]:
        return attempt.endpoint
    return msgspec.structs.replace(attempt.endpoint, address=opened.address)
