"""RTMPS, RTMPT and RTMPTS through real TLS endpoints and web proxies, and schemes that do not fit their port."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmsdiag.model import (
    Attempt,
    Experiment,
    FailureKind,
    Options,
    Report,
    Status,
    StepName,
    TlsFacts,
    TunnelFacts,
    VerdictStatus,
)
from fmsdiag.run import diagnose
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.peers.daemon import free_port
from tests.peers.nginx import needs_nginx_rtmp, needs_nginx_stream, nginx_rtmp
from tests.peers.nginx_web import needs_nginx, nginx_web
from tests.peers.squid import needs_squid, squid
from tests.probe.certificates import Certificates, needs_openssl_store
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


async def diagnosis_of(scheme: str, port: int, timeout_s: float = 5.0) -> Report:
    url = f"{scheme}://127.0.0.1:{port}/live"
    return await diagnose(
        parse_target(url), Options(checks=(), timeout_s=timeout_s), lambda _: None, computer=FakeComputer()
    )


def tunnel_of(attempt: Attempt) -> TunnelFacts:
    step = attempt.step(StepName.TUNNEL)
    assert step is not None
    assert isinstance(step.facts, TunnelFacts)
    return step.facts


def follow_up(report: Report, experiment: Experiment) -> Attempt:
    found, *again = [a for a in report.attempts if a.experiment is experiment]
    assert {a.status for a in again} <= {found.status}  # what fares better than what failed is made twice
    return found


@needs_nginx
@pytest.mark.parametrize("version", ["1.0", "1.1"])
async def test_rtmpt_through_nginx(version: str) -> None:
    """With its default, HTTP/1.0, every request is a new connection to the server, and the client's stays."""
    async with Server(ServerOptions(rtmpt=0)) as server:
        location = f"proxy_pass http://127.0.0.1:{server.ports['rtmpt']}; proxy_http_version {version};"
        async with nginx_web(location) as port:
            report = await diagnosis_of("rtmpt", port)
    assert report.verdict.status is VerdictStatus.CONNECTED
    facts = tunnel_of(report.attempts[0])
    assert dict(facts.headers)["server"].startswith("nginx")
    assert (facts.connections, facts.ident_status) == (1, 404)


@needs_squid
async def test_rtmpt_through_squid_in_front_of_the_server() -> None:
    async with Server(ServerOptions(rtmpt=0, faults=(parse_fault("ident2:10.1.2.3"),))) as server:
        port = free_port()
        rules = (
            f"http_port 127.0.0.1:{port} accel defaultsite=127.0.0.1 no-vhost",
            f"cache_peer 127.0.0.1 parent {server.ports['rtmpt']} 0 no-query no-digest originserver",
            "never_direct allow all",
        )
        async with squid(*rules):
            report = await diagnosis_of("rtmpt", port)
    assert report.verdict.status is VerdictStatus.CONNECTED, report.attempts[0].failed_step
    facts = tunnel_of(report.attempts[0])
    assert "(squid/" in dict(facts.headers)["via"]
    assert facts.ident_address == "10.1.2.3"
    assert any("10.1.2.3" in note.message.text for note in report.notes)


@needs_nginx
async def test_a_page_for_everything_is_no_tunnel() -> None:
    async with nginx_web('default_type text/plain; return 200 "hi\\n";') as port:
        report = await diagnosis_of("rtmpt", port)
    assert report.findings[0].cause == "tunnel-not-offered"
    assert tunnel_of(report.attempts[0]).session_id == "hi"
    assert not tunnel_of(report.attempts[0]).carries_rtmp


@needs_nginx
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_rtmpts_through_nginx_and_rtmpt_to_its_secure_port(certificates: Certificates) -> None:
    async with Server(ServerOptions(rtmpt=0)) as server:
        location = f"proxy_pass http://127.0.0.1:{server.ports['rtmpt']};"
        async with nginx_web(location, certificates.files["good"]) as port:
            secure = await diagnosis_of("rtmpts", port)
            clear = await diagnosis_of("rtmpt", port)
    assert secure.verdict.status is VerdictStatus.CONNECTED
    assert tunnel_of(secure.attempts[0]).connections == 1
    ended = clear.attempts[0].failed_step
    assert ended is not None
    assert isinstance(ended.facts, TunnelFacts)
    assert "HTTPS port" in ended.facts.body_start
    assert clear.findings[0].cause == "rtmps-expected"
    assert any("rtmpts://" in step.message.text for step in clear.findings[0].advice.user)
    assert follow_up(clear, Experiment.TLS_ON_PORT).status is Status.CONNECTED


@needs_nginx_rtmp
@needs_nginx_stream
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("which", "answered"), [("good", Status.CONNECTED), ("expired", Status.FAILED)])
async def test_plain_rtmp_to_a_port_of_tls(
    tmp_path: Path, certificates: Certificates, which: str, answered: Status
) -> None:
    async with nginx_rtmp(tmp_path, certificate=certificates.files[which]) as nginx:
        assert nginx.tls_port is not None
        report = await diagnosis_of("rtmp", nginx.tls_port)
    assert report.findings[0].cause == "rtmps-expected"
    assert report.findings[0].confidence == "confirmed"
    asked = follow_up(report, Experiment.TLS_ON_PORT)
    assert asked.status is answered
    assert asked.observations[-1].step is StepName.HANDSHAKE
    assert asked.observations[-1].ok


@needs_nginx_rtmp
@needs_nginx_stream
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_what_is_behind_a_bad_certificate(tmp_path: Path, certificates: Certificates) -> None:
    async with nginx_rtmp(tmp_path, certificate=certificates.files["self-signed"]) as nginx:
        assert nginx.tls_port is not None
        report = await diagnosis_of("rtmps", nginx.tls_port)
    attempt = report.attempts[0]
    assert report.findings[0].cause == "certificate-self-signed"
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is attempt.step(StepName.TLS)
    assert [(o.step, o.ok) for o in attempt.behind_certificate] == [
        (StepName.TLS, True),
        (StepName.HANDSHAKE, True),
        (StepName.CONNECT, True),
    ]
    assert any("certificate" in line.message.text for line in report.findings[0].evidence)


@needs_nginx_rtmp
async def test_rtmps_to_a_port_of_plain_rtmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmsdiag.probe.prober.TIMEOUT_S", 0.5)  # for the web request that it swallows
    async with nginx_rtmp(tmp_path) as nginx:
        report = await diagnosis_of("rtmps", nginx.port, timeout_s=0.5)
    ended = report.attempts[0].failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (
        ended.failure.kind is FailureKind.TIMED_OUT
    )  # it waits for 1537 bytes and reads the hello as the first of them
    assert report.findings[0].cause == "rtmp-expected"
    address = f"rtmp://127.0.0.1:{nginx.port}/live"
    assert any(address in step.message.text for step in report.findings[0].advice.user)
    assert follow_up(report, Experiment.PLAIN_ON_TLS_PORT).status is Status.CONNECTED


@needs_nginx
async def test_plain_rtmp_to_a_website_of_tls(certificates: Certificates) -> None:
    async with nginx_web("return 404;", certificates.files["good"]) as port:
        report = await diagnosis_of("rtmp", port)
    assert report.findings[0].cause == "wrong-service-on-port"


@needs_nginx
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_a_server_that_knows_only_old_tls(certificates: Certificates) -> None:
    async with nginx_web("return 404;", certificates.files["good"], "TLSv1 TLSv1.1") as port:
        report = await diagnosis_of("rtmps", port)
    ended = report.attempts[0].failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.failure.kind, ended.failure.detail) == (FailureKind.TLS_ALERT, "protocol version")
    assert isinstance(ended.facts, TlsFacts)
    assert (ended.facts.alert, ended.facts.offered) == ("protocol version", "TLSv1.2 to TLSv1.3")
