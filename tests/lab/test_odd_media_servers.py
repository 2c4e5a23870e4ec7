"""Servers that are odd and well are accused of nothing; those that are not are named for what they do."""

from __future__ import annotations

import pytest

from fmsdiag.model import Options, Report, VerdictStatus
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.lab.odd_media_servers import start
from tests.probe.fake_computer import FakeComputer


async def diagnosis_of(manner: str, seconds: float = 0.0, **options: object) -> Report:
    server = await start("127.0.0.1", 0, manner, seconds)
    async with server:
        port = server.sockets[0].getsockname()[1]
        target = parse_target(f"rtmp://127.0.0.1:{port}/live/stream")
        chosen = Options(checks=(), timeout_s=3.5, **options)  # type: ignore[arg-type]
        return await diagnose(target, chosen, lambda _: None, computer=FakeComputer())


@pytest.mark.parametrize(
    "manner", ["s2-after-c2", "amf3", "on-status", "chunk-size", "ping-first", "controls-after", "mute"]
)
async def test_odd_servers_stay_unaccused(manner: str) -> None:
    report = await diagnosis_of(manner)
    assert (report.verdict.status, report.findings) == (VerdictStatus.CONNECTED, ())
    assert len(report.attempts) == 1


@pytest.mark.parametrize(
    ("manner", "seconds", "options", "cause", "case"),
    [
        ("late-s2", 2.2, {}, "server-slow", "handshake"),
        ("mute", 0.0, {"play": True}, "stream-refused", "no-stream"),
        ("ping-and-hang", 0.0, {}, "server-hung", "undecided"),
        ("token-closes", 0.1, {}, "closed-after-accept", "token"),
    ],
)
async def test_what_a_server_does_is_named(
    manner: str, seconds: float, options: dict[str, object], cause: str, case: str
) -> None:
    report = await diagnosis_of(manner, seconds, **options)
    first = report.findings[0]
    assert (first.cause, first.case.removesuffix("-suspected")) == (cause, case)
