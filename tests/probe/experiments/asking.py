"""Performs one experiment in a fake network."""

from __future__ import annotations

from fmsdiag.model import (
    Attempt,
    Endpoint,
    Event,
    Experiment,
    Options,
    Question,
    Target,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.experiments import limit_s, purpose_of
from fmsdiag.probe.experiments.perform import perform
from fmsdiag.probe.transports.connection import LookupCache
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import (
    FakeNetwork,
)

E = Experiment
TARGET = Target("live.example.com", "live", stream="key", query="token=1")
CONTROL, RESOLVER = "192.0.2.80", "192.0.2.53"
PAGE = b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"


async def ask(
    net: FakeNetwork,
    experiment: Experiment,
    endpoint: Endpoint,
    computer: FakeComputer | None = None,
    target: Target = TARGET,
) -> Attempt:
    names = LookupCache(net, ())
    events: list[Event] = []
    question = Question(experiment, endpoint)
    running = RunningAttempt(
        9,
        endpoint,
        purpose_of(question),
        Clock(),
        events.append,
        limit_s(experiment),
        experiment,
        "port-blocked",
    )
    try:
        context = ProbeContext(net, names, target, Options(), computer or FakeComputer())
        attempt = await perform(question, running, context)
    finally:
        names.close()
    assert (attempt.experiment, attempt.asked_by) == (experiment, "port-blocked")
    assert net.all_closed
    return attempt
