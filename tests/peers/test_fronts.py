"""What real programs do that stand before a media server: nginx, HAProxy and OpenSSL's server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fmsdiag.model import Options, Report, VerdictStatus
from fmsdiag.run import diagnose
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.peers.caddy import caddy, needs_caddy
from tests.peers.daemon import find_program, free_port, open_folder, running
from tests.peers.haproxy import haproxy, needs_haproxy
from tests.peers.nginx import needs_nginx_rtmp, nginx_rtmp
from tests.peers.nginx_web import needs_nginx, nginx_web
from tests.probe.certificates import Certificates, needs_openssl_store
from tests.probe.fake_computer import FakeComputer

pytestmark = [pytest.mark.peer]
_OPENSSL = find_program("openssl")
needs_openssl = pytest.mark.skipif(_OPENSSL is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


@pytest.fixture
async def media() -> AsyncIterator[Server]:
    async with Server(ServerOptions(rtmp=0, rtmpt=0)) as server:
        yield server


async def diagnosis_of(scheme: str, port: int, host: str = "127.0.0.1") -> Report:
    target = parse_target(f"{scheme}://{host}:{port}/live")
    options = Options(checks=(), timeout_s=3.0)
    return await diagnose(target, options, lambda _: None, computer=FakeComputer())


def found(report: Report) -> tuple[str, str]:
    first = report.findings[0]
    return first.cause, first.case


@needs_haproxy
@pytest.mark.parametrize(("mode", "scheme"), [("tcp", "rtmp"), ("http", "rtmpt")])
async def test_haproxy_that_wants_a_proxy_header(media: Server, mode: str, scheme: str) -> None:
    async with haproxy(mode, media.ports[scheme], "accept-proxy") as port:
        report = await diagnosis_of(scheme, port)
    assert found(report) == ("proxy-protocol-expected", "expected")


@needs_haproxy
async def test_haproxy_that_forbids_a_later_request(media: Server) -> None:
    rule = "http-request deny if { path_beg /send }"
    async with haproxy("http", media.ports["rtmpt"], rules=rule) as port:
        report = await diagnosis_of("rtmpt", port)
    assert found(report) == ("tunnel-cut-by-web-server", "forbidden")


@needs_haproxy
async def test_rtmpt_through_haproxy_is_well(media: Server) -> None:
    async with haproxy("http", media.ports["rtmpt"]) as port:
        report = await diagnosis_of("rtmpt", port)
    assert (report.verdict.status, report.findings) == (VerdictStatus.CONNECTED, ())


@needs_nginx
async def test_rtmpt_through_nginx_is_well(media: Server) -> None:
    async with nginx_web(f"proxy_pass http://127.0.0.1:{media.ports['rtmpt']};") as port:
        report = await diagnosis_of("rtmpt", port)
    assert (report.verdict.status, report.findings) == (VerdictStatus.CONNECTED, ())


@needs_caddy
async def test_rtmpt_through_caddy_is_well(media: Server) -> None:
    async with caddy(media.ports["rtmpt"]) as port:
        report = await diagnosis_of("rtmpt", port)
    assert (report.verdict.status, report.findings) == (VerdictStatus.CONNECTED, ())


@needs_caddy
@pytest.mark.parametrize(
    ("rule", "case"),
    [
        ("respond /send/* 403", "forbidden"),
        ("respond /idle/* 403", "forbidden"),
        ("request_body /send/* {\n max_size 1KB\n }", "other-rule"),
    ],
)
async def test_caddy_that_refuses_a_later_request(media: Server, rule: str, case: str) -> None:
    async with caddy(media.ports["rtmpt"], rule) as port:
        report = await diagnosis_of("rtmpt", port)
    assert found(report) == ("tunnel-cut-by-web-server", case)


@needs_nginx
@pytest.mark.parametrize(
    ("rule", "case"),
    [
        ("client_max_body_size 1k;", "too-large"),
        ("client_max_body_size 1600;", "too-large"),
        ("if ($uri ~ ^/send) { return 401; }", "sign-in"),
        ("if ($uri ~ ^/send) { return 405; }", "wrong-method"),
        ("if ($uri ~ ^/send) { return 411; }", "no-length"),
        ("if ($uri ~ ^/send) { return 404; }", "path-missing"),
        ("if ($uri ~ ^/send) { return 429; }", "other-rule"),
    ],
)
async def test_nginx_that_refuses_a_later_request(media: Server, rule: str, case: str) -> None:
    async with nginx_web(f"{rule} proxy_pass http://127.0.0.1:{media.ports['rtmpt']};") as port:
        report = await diagnosis_of("rtmpt", port)
    assert found(report) == ("tunnel-cut-by-web-server", case)


@needs_openssl
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (["-nocert"], "tls-refused-by-server"),
        (["-Verify", "2", "-verify_return_error", "-tls1_2"], "client-certificate-required"),
        (["-Verify", "2", "-verify_return_error", "-tls1_3"], "client-certificate-required"),
    ],
)
async def test_openssl_that_ends_tls(certificates: Certificates, arguments: list[str], cause: str) -> None:
    assert _OPENSSL is not None
    good, port = str(certificates.files["good"]), free_port()
    keys = [] if "-nocert" in arguments else ["-cert", good, "-key", good]
    command = [_OPENSSL, "s_server", "-quiet", "-accept", str(port), "-CAfile", str(certificates.authority)]
    with open_folder() as folder:
        async with running([*command, *keys, *arguments], port, folder / "output.log"):
            report = await diagnosis_of("rtmps", port)
    assert found(report)[0] == cause
    assert report.findings[0].confidence == "confirmed"


@needs_haproxy
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_haproxy_that_knows_certificates_by_name_alone(
    media: Server, certificates: Certificates
) -> None:
    bind = f"ssl strict-sni crt {certificates.files['good']}"
    async with haproxy("tcp", media.ports["rtmp"], bind) as port:
        by_number = await diagnosis_of("rtmps", port)
        by_name = await diagnosis_of("rtmps", port, "localhost")
    assert found(by_number) == ("tls-refused-by-server", "name-needed")
    assert found(by_name) == ("tls-refused-by-server", "unknown-name")


@needs_nginx_rtmp
async def test_a_server_that_admits_one_connection_is_not_mistaken_for_one_that_hangs(tmp_path: Path) -> None:
    """Questions that are asked while the attempt still waits find no place; they are asked again when it has ended."""
    async with nginx_rtmp(tmp_path, most=1) as nginx:
        report = await diagnosis_of("rtmps", nginx.port)
    assert found(report)[0] == "rtmp-expected"
