"""RTMPE against real servers: one that speaks it, and one that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    FailureKind,
    HandshakeFacts,
    Options,
    Purpose,
    Report,
    Status,
    StepName,
    Transport,
    VerdictStatus,
)
from fmsdiag.report import json as report_json
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.peers.nginx import needs_nginx_rtmp, nginx_rtmp
from tests.peers.rtmpsrv import needs_rtmpsrv, rtmpsrv
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]


def attempt_by(report: Report, transport: Transport) -> Attempt:
    (attempt,) = [a for a in report.attempts if a.endpoint.transport is transport and a.experiment is None]
    return attempt


def handshake_of(attempt: Attempt) -> HandshakeFacts:
    step = attempt.step(StepName.HANDSHAKE)
    assert step is not None
    assert isinstance(step.facts, HandshakeFacts)
    return step.facts


@needs_rtmpsrv
async def test_rtmpsrv_speaks_it() -> None:
    async with rtmpsrv() as server:
        code, said, complained = await server.run(
            *("-m", "fmsdiag", "test", "rtmpe://127.0.0.1/live", "--quiet", "--json", "-"),
            *("--control", "none", "--resolver", "none"),
        )
    assert code == 0, complained
    report = report_json.decode(said.encode())
    assert report.verdict.status is VerdictStatus.CONNECTED
    attempt = attempt_by(report, Transport.RTMPE)
    facts = handshake_of(attempt)
    assert (facts.encryption, facts.s0_version, facts.dh_scheme) == (6, 6, 1)
    assert (facts.server_key_valid, facts.encryption_works, facts.s2_signature_valid) == (True, True, True)
    answer = attempt.step(StepName.CONNECT)
    assert answer is not None
    assert isinstance(answer.facts, ConnectFacts)
    assert (answer.facts.tc_url, answer.facts.fms_ver) == ("rtmpe://127.0.0.1/live", "FMS/3,5,1,525")
    plain = attempt_by(report, Transport.RTMP)
    assert (plain.status, plain.purpose) == (Status.CONNECTED, Purpose.CHECK)


@needs_rtmpsrv
async def test_rtmpsrv_asks_a_newer_client_for_another_type_of_signature() -> None:
    async with rtmpsrv() as server:
        code, said, complained = await server.run("-m", "tests.peers.rtmpsrv")
    assert code == 0, complained
    assert said.startswith("SIGNATURE_TYPE 8 True RTMPE with signatures of type 8 (XTEA)")


@needs_nginx_rtmp
async def test_nginx_rtmp_does_not_offer_it(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        target = parse_target(f"rtmpe://127.0.0.1:{nginx.port}/live")
        report = await diagnose(target, Options(), lambda _: None, computer=FakeComputer())
    assert attempt_by(report, Transport.RTMP).status is Status.CONNECTED
    attempt = attempt_by(report, Transport.RTMPE)
    assert attempt.status is Status.FAILED
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.HANDSHAKE, FailureKind.CLOSED)
    assert (ended.bytes_out, ended.bytes_in) == (1537, 0)
    facts = handshake_of(attempt)
    assert (facts.encryption, facts.s0_version, facts.encryption_works) == (6, None, None)
    assert report.verdict.status is VerdictStatus.UNREACHABLE
    assert report.verdict.cause == "rtmpe-not-offered"
