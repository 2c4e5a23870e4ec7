"""Whole diagnoses of a real nginx-rtmp."""

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
    TcpFacts,
    TlsFacts,
    VerdictStatus,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.report import json as report_json
from fmsdiag.report.redact import redact
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.peers.nginx import Nginx, needs_nginx_rtmp, needs_nginx_stream, nginx_rtmp
from tests.probe.certificates import Certificates
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer, needs_nginx_rtmp]


async def diagnosis_of(
    nginx: Nginx, path: str, options: Options | None = None, scheme: str = "rtmp"
) -> Report:
    port = nginx.tls_port if scheme == "rtmps" else nginx.port
    where = f"{scheme}://127.0.0.1:{port}/{path}" if options is None else f"127.0.0.1/{path}"
    report = await diagnose(
        parse_target(where), options or Options(), lambda _: None, computer=FakeComputer()
    )
    assert report_json.decode(report_json.encode(report)) == report
    return report


def connect_facts(attempt: Attempt) -> ConnectFacts:
    step = attempt.step(StepName.CONNECT)
    assert step is not None
    assert isinstance(step.facts, ConnectFacts)
    return step.facts


async def test_the_right_application_connects_and_nothing_is_found(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        report = await diagnosis_of(nginx, "live/stream-key")
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert (report.verdict.cause, report.findings, report.rule_errors) == ("none", (), ())
    assert all(a.purpose in (Purpose.FALLBACK, Purpose.CHECK) for a in report.attempts)
    first = report.attempts[0]
    assert first.status is Status.CONNECTED
    assert [o.step for o in first.observations] == [StepName.TCP, StepName.HANDSHAKE, StepName.CONNECT]
    facts = connect_facts(first)
    assert facts.code == "NetConnection.Connect.Success"
    assert facts.level == "status"
    assert facts.fms_ver
    assert facts.fms_ver.startswith("FMS/3")
    tcp, shaken, connected = first.observations
    assert isinstance(tcp.facts, TcpFacts)
    assert isinstance(shaken.facts, HandshakeFacts)
    assert shaken.facts.server_digest.startswith("scheme")
    assert shaken.facts.s2_signature_valid
    assert shaken.facts.first_byte_s is not None
    assert shaken.facts.s2_complete_s is not None
    assert 0 < shaken.facts.first_byte_s <= shaken.facts.s2_complete_s < 1
    assert connected.bytes_in > 100
    assert "stream-key" not in repr(first)


async def test_a_wrong_application_is_rejected_and_named_first(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        report = await diagnosis_of(nginx, "nothing-here")
    assert report.verdict.status is VerdictStatus.REJECTED
    assert report.findings[0].cause == report.verdict.cause == "app-not-found"
    assert report.attempts[0].status is Status.REJECTED


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


@needs_nginx_stream
async def test_rtmps_with_a_certificate_of_a_trusted_authority(
    tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    async with nginx_rtmp(tmp_path, certificate=certificates.files["good"]) as nginx:
        report = await diagnosis_of(nginx, "live", scheme="rtmps")
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert report.findings == ()
    step = report.attempts[0].step(StepName.TLS)
    assert step is not None
    assert isinstance(step.facts, TlsFacts)
    assert step.facts.verified
    assert step.facts.version in ("TLSv1.2", "TLSv1.3")
    assert connect_facts(report.attempts[0]).tc_url.startswith("rtmps://127.0.0.1:")


@needs_nginx_stream
@pytest.mark.parametrize(
    ("which", "kind"),
    [
        ("good", FailureKind.CERTIFICATE_UNTRUSTED),  # of an authority that is not in the system's store
        ("self-signed", FailureKind.CERTIFICATE_SELF_SIGNED),
        ("expired", FailureKind.CERTIFICATE_EXPIRED),
        ("wrong host", FailureKind.CERTIFICATE_WRONG_HOST),
    ],
)
async def test_rtmps_with_a_certificate_that_is_not_accepted(
    tmp_path: Path,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    which: str,
    kind: FailureKind,
) -> None:
    if which != "good":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    async with nginx_rtmp(tmp_path, certificate=certificates.files[which]) as nginx:
        report = await diagnosis_of(nginx, "live", scheme="rtmps")
    assert report.verdict.status is VerdictStatus.UNREACHABLE
    assert report.findings[0].cause.startswith("certificate-")
    ended = report.attempts[0].failed_step
    assert ended is not None
    assert ended.failure is not None
    assert ended.failure.kind is kind
    assert isinstance(ended.facts, TlsFacts)
    assert ended.facts.certificate is not None
    assert ended.facts.certificate.issuer
    assert ended.facts.certificate.not_after
    assert ended.facts.certificate.names


async def test_custom_ports_are_tried_in_their_order(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path, listeners=3) as nginx:
        first, second, third = nginx.ports
        options = Options(
            ports=parse_ports(f"{third}, {first}, rtmp:{second}, {first}"), checks=(), interval_ms=1
        )
        report = await diagnosis_of(nginx, "live", options)
    assert report.plan.name == "custom"
    assert [a.endpoint.port for a in report.attempts] == [third, first, second]
    assert {a.status for a in report.attempts} == {Status.CONNECTED}
    assert report.verdict.connected_by == 1


async def test_a_server_that_was_stopped_refuses(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        pass
    report = await diagnosis_of(nginx, "live")
    assert report.verdict.status is VerdictStatus.UNREACHABLE
    ended = report.attempts[0].failed_step
    assert ended is not None
    assert ended.failure is not None
    assert ended.failure.kind is FailureKind.REFUSED


async def test_an_instance_that_nginx_does_not_know_is_told_from_its_application(tmp_path: Path) -> None:
    async with nginx_rtmp(tmp_path) as nginx:
        report = await diagnosis_of(nginx, "live/room/dir/movie")
    assert (report.findings[0].cause, report.findings[0].case) == ("app-not-found", "shorter")
    assert b"dir/movie" not in report_json.encode(redact(report))
