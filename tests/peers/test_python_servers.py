"""rtmplite3: a real server's rejection, and its redirect to another real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.model import Attempt, ConnectFacts, Experiment, Options, Report, Status, StepName, VerdictStatus
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.peers.nginx import needs_nginx_rtmp, nginx_rtmp
from tests.peers.python_server import needs_pyrtmp, needs_rtmplite, pyrtmp, rtmplite
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]


async def diagnosis(port: int, application: str) -> Report:
    target = parse_target(f"rtmp://127.0.0.1:{port}/{application}")
    return await diagnose(target, Options(checks=()), lambda _: None, computer=FakeComputer())


def answer(attempt: Attempt) -> ConnectFacts:
    step = attempt.step(StepName.CONNECT)
    assert step is not None
    assert isinstance(step.facts, ConnectFacts)
    return step.facts


@needs_rtmplite
async def test_rtmplite_rejects_an_application_that_is_shut() -> None:
    async with rtmplite() as port:
        report = await diagnosis(port, "shut")
    assert report.verdict.status is VerdictStatus.REJECTED
    facts = answer(report.attempts[0])
    assert (facts.command, facts.code) == ("_error", "NetConnection.Connect.Rejected")
    assert facts.description == "Rejected in onConnect"
    assert facts.redirect is None


@needs_rtmplite
async def test_rtmplite_does_not_know_an_application() -> None:
    async with rtmplite() as port:
        report = await diagnosis(port, "nothing-here")
    assert answer(report.attempts[0]).description == "Application not found: nothing-here"
    assert report.verdict.status is VerdictStatus.REJECTED
    assert report.verdict.cause == "app-not-found"


@needs_rtmplite
@needs_nginx_rtmp
async def test_rtmplite_sends_its_clients_to_nginx(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        to = f"rtmp://127.0.0.1:{nginx.port}/live"
        async with rtmplite(to) as port:
            report = await diagnosis(port, "moved")
    first, *others = report.attempts
    assert (first.status, answer(first).redirect) == (Status.REJECTED, to)
    (followed,) = [a for a in others if a.experiment is Experiment.REDIRECT]
    assert (followed.endpoint.port, followed.status) == (nginx.port, Status.CONNECTED)
    assert answer(followed).redirected_from == (f"rtmp://127.0.0.1:{port}/moved",)


@needs_pyrtmp
async def test_pyrtmp_takes_any_application() -> None:
    async with pyrtmp() as port:
        report = await diagnosis(port, "whatever")
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert answer(report.attempts[0]).code == "NetConnection.Connect.Success"
