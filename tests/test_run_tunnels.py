"""Whole diagnoses of the embedded server's RTMPT, with each fault of the HTTP around it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fmsdiag.model import (
    Attempt,
    Event,
    FailureKind,
    Options,
    Report,
    Status,
    StepName,
    StepStarted,
    TunnelFacts,
    VerdictStatus,
)
from fmsdiag.run import diagnose
from fmsdiag.server.faults import TUNNEL_FAULTS, FaultKind, parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.probe.fake_computer import FakeComputer
from tests.server.listeners import options_for


async def diagnosis_of(fault: str, timeout_s: float = 2.0) -> Report:
    async with Server(ServerOptions(rtmpt=0, faults=(parse_fault(fault),))) as server:
        url = f"rtmpt://127.0.0.1:{server.ports['rtmpt']}/live"
        return await diagnose(
            parse_target(url),
            Options(checks=(), timeout_s=timeout_s),
            lambda _: None,
            computer=FakeComputer(),
        )


def tunnel_of(attempt: Attempt) -> TunnelFacts:
    step = attempt.step(StepName.TUNNEL)
    assert step is not None
    assert isinstance(step.facts, TunnelFacts)
    return step.facts


@pytest.mark.parametrize(
    ("fault", "connections"),
    [
        (FaultKind.TUNNEL_CLOSE_EACH, 3),
        (FaultKind.TUNNEL_HTTP10, 3),
        (FaultKind.TUNNEL_CHUNKED, 1),
        (FaultKind.TUNNEL_LOWER_CASE, 1),
        (FaultKind.IDENT2, 1),
    ],
)
async def test_framings_that_proxies_leave_are_no_hindrance(fault: FaultKind, connections: int) -> None:
    report = await diagnosis_of(fault)
    assert report.verdict.status is VerdictStatus.CONNECTED, report.attempts[0].failed_step
    assert report.findings == ()
    facts = tunnel_of(report.attempts[0])
    assert facts.carries_rtmp
    assert facts.connections >= connections
    assert (facts.connections > 1) is (connections > 1)
    names = [name for name, _ in facts.headers]
    assert ("transfer-encoding" in names) is (fault is FaultKind.TUNNEL_CHUNKED)


async def test_an_ident_that_points_elsewhere_is_a_note_and_no_more() -> None:
    report = await diagnosis_of("ident2:10.9.8.7")
    facts = tunnel_of(report.attempts[0])
    assert (facts.ident_status, facts.ident_address) == (200, "10.9.8.7")
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert [note for note in report.notes if note.message.id == "tunnel-notes.private"]


@pytest.mark.parametrize(
    ("fault", "step", "detail"),
    [
        ("tunnel-session-lost:0", StepName.HANDSHAKE, "the tunnel's session was lost after 1 request: HTTP status 404"),
        ("tunnel-session-lost:1", StepName.CONNECT, "the tunnel's session was lost after 2 requests: HTTP status 404"),
        ("tunnel-endless", StepName.HANDSHAKE, "an HTTP body of more than 64 kB"),
        ("tunnel-replay", StepName.CONNECT, "an old answer came once more"),
        ("tunnel-catch-all", StepName.HANDSHAKE, "the data do not begin like RTMP"),
    ],
)  # fmt: skip
async def test_what_breaks_a_tunnel_is_named(fault: str, step: StepName, detail: str) -> None:
    report = await diagnosis_of(fault)
    attempt = report.attempts[0]
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert (attempt.failed_step.step, attempt.failed_step.failure.kind) == (
        step,
        FailureKind.UNEXPECTED_REPLY,
    )
    assert attempt.failed_step.failure.detail == detail
    assert attempt.failed_step.bytes_in <= 3 * 65536
    assert tunnel_of(attempt).carries_rtmp is (step is StepName.CONNECT)


async def test_a_page_that_passes_for_a_session_id_is_a_web_server() -> None:
    report = await diagnosis_of("tunnel-catch-all")
    assert report.findings[0].cause == "tunnel-not-offered"
    assert tunnel_of(report.attempts[0]).body_start == "hi\n"


def test_every_fault_of_the_tunnel_is_tried_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert all(kind.value in text or f"FaultKind.{kind.name}" in text for kind in TUNNEL_FAULTS)


@pytest.mark.parametrize("fault", ["silence", "no-answer", "drip:0.2"])
@pytest.mark.parametrize("scheme", ["rtmps", "rtmpt", "rtmpts"])
async def test_stop_ends_a_run_within_300_ms(scheme: str, fault: str) -> None:
    stop = asyncio.Event()
    stopped_at: list[float] = []

    def end_it() -> None:
        stopped_at.append(asyncio.get_running_loop().time())
        stop.set()

    def emit(event: Event) -> None:
        if isinstance(event, StepStarted) and event.step is not StepName.TCP:
            asyncio.get_running_loop().call_later(0.05, end_it)

    listener = "rtmpt" if scheme == "rtmpt" else "rtmps"
    async with Server(options_for(listener, faults=(f"{listener}={fault}",))) as server:
        url = f"{scheme}://127.0.0.1:{server.ports[listener]}/live"
        report = await diagnose(parse_target(url), Options(checks=()), emit, stop, computer=FakeComputer())
        assert asyncio.get_running_loop().time() - stopped_at[0] < 0.3
    assert report.verdict.status is VerdictStatus.STOPPED
