"""Publishing to and playing from real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.model import (
    Endpoint,
    Experiment,
    Options,
    Purpose,
    Report,
    Status,
    StepName,
    StreamFacts,
    Transport,
    VerdictStatus,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.sockets.network import SystemNetwork
from fmsdiag.probe.streams import STREAM_TIMEOUT_S, publishing
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.probe.transports.conversation import ConnectOptions
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.peers.ffmpeg_listen import ffmpeg_listen, needs_ffmpeg_server
from tests.peers.nginx import needs_nginx_rtmp, nginx_rtmp
from tests.peers.test_rtmpdump_ffmpeg_clients import needs_ffmpeg, needs_timeout, start_publishing
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]


@pytest.fixture(autouse=True)
def in_less_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmsdiag.probe.streams.PUBLISH_HOLD_S", 0.6)


async def diagnosis(port: int, path: str, publish: bool = False, play: bool = False) -> Report:
    target = parse_target(f"rtmp://127.0.0.1:{port}/{path}")
    return await diagnose(
        target, Options(checks=(), publish=publish, play=play), lambda _: None, computer=FakeComputer()
    )


def stream(report: Report, experiment: Experiment) -> tuple[Status, StreamFacts]:
    (attempt,) = (a for a in report.attempts if a.experiment is experiment)
    step = attempt.step(StepName.PUBLISH if experiment is Experiment.PUBLISH else StepName.PLAY)
    assert step is not None
    assert isinstance(step.facts, StreamFacts)
    return attempt.status, step.facts


@needs_nginx_rtmp
async def test_publishing_to_nginx_really_starts_and_leaves_the_name_free(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        for _ in range(2):  # the second finds the name free again
            report = await diagnosis(nginx.port, "live/key", publish=True)
            status, facts = stream(report, Experiment.PUBLISH)
            assert status is Status.CONNECTED
            assert facts.codes == ("NetStream.Publish.Start",)
            assert report.findings == ()
        log = nginx.log.read_text(encoding="utf-8")
    assert log.count("publish: name='key'") == 2
    assert log.count("deleteStream") >= 2


@needs_nginx_rtmp
async def test_nginx_agrees_to_a_forbidden_publisher_and_then_hangs_up(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        report = await diagnosis(nginx.port, "closed/key", publish=True)
    status, facts = stream(report, Experiment.PUBLISH)
    assert status is Status.REJECTED
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert report.findings[0].cause == "stream-refused"
    assert facts.held_s is None or facts.held_s < 0.6


@needs_nginx_rtmp
@needs_ffmpeg
@needs_timeout
async def test_what_ffmpeg_publishes_is_on_air_and_another_name_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        publisher = await start_publishing(f"rtmp://127.0.0.1:{nginx.port}/live/key", 6)
        try:
            report = await diagnosis(nginx.port, "live/key", play=True)
            status, facts = stream(report, Experiment.PLAY)
            assert status is Status.CONNECTED
            assert facts.bytes_in > 0
            monkeypatch.setattr("fmsdiag.probe.streams.PLAY_DATA_TIMEOUT_S", 0.5)
            report = await diagnosis(nginx.port, "live/other", play=True)
            status, facts = stream(report, Experiment.PLAY)
            assert status is Status.FAILED
            assert facts.bytes_in == 0
            assert any("no video or audio" in note.message.text for note in report.notes)
        finally:
            publisher.terminate()  # which `timeout` passes on
            await publisher.communicate()


@needs_ffmpeg_server
async def test_publishing_to_ffmpeg() -> None:
    async with ffmpeg_listen() as port:
        net = SystemNetwork()
        names = LookupCache(net, ())
        endpoint = Endpoint(Transport.RTMP, "127.0.0.1", port)
        running = RunningAttempt(
            1,
            endpoint,
            Purpose.FOLLOW_UP,
            Clock(),
            lambda _: None,
            STREAM_TIMEOUT_S,
            Experiment.PUBLISH,
        )
        context = ProbeContext(
            net,
            names,
            parse_target(f"rtmp://127.0.0.1:{port}/live/a"),
            Options(),
            FakeComputer(),
            connect=ConnectOptions(then=publishing("a")),
        )
        attempt = await run_attempt(running, context)
    step = attempt.step(StepName.PUBLISH)
    assert attempt.status is Status.CONNECTED
    assert step is not None
    assert isinstance(step.facts, StreamFacts)
    assert step.facts.code == "NetStream.Publish.Start"
