from __future__ import annotations

import asyncio
import ssl
import warnings
from pathlib import Path

import pytest

from fmsdiag.model import (
    Attempt,
    Endpoint,
    Event,
    Experiment,
    FailureKind,
    NotApplicable,
    Options,
    Question,
    Status,
    StepName,
    Target,
    TlsFacts,
    Transport,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.experiments import TIMEOUT_S, purpose_of
from fmsdiag.probe.experiments import tls as experiments
from fmsdiag.probe.experiments.perform import perform
from fmsdiag.probe.experiments.tls import OTHER_NAME
from fmsdiag.probe.sockets.network import SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.probe.transports.tls import knows_old_versions
from tests.probe.certificates import HOST, Certificates, needs_openssl_store, serving
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, FakeNetwork
from tests.probe.virtual_time import now, virtual_time

WITH_NAMES = (E.TLS_WITHOUT_NAME, E.TLS_OTHER_NAME)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def performed(port: int, experiment: Experiment, host: str = "127.0.0.1") -> Attempt:
    net = SystemNetwork()
    names = LookupCache(net, ())
    events: list[Event] = []
    endpoint = Endpoint(Transport.RTMPS, host, port, address="127.0.0.1")
    question = Question(experiment, endpoint)
    running = RunningAttempt(
        1, endpoint, purpose_of(question), Clock(), events.append, TIMEOUT_S, experiment, "tls-blocked"
    )
    try:
        return await perform(
            question, running, ProbeContext(net, names, Target(host, "live"), Options(), FakeComputer())
        )
    finally:
        names.close()


def seen(attempt: Attempt) -> TlsFacts:
    step = attempt.step(StepName.TLS)
    assert step is not None
    assert isinstance(step.facts, TlsFacts)
    return step.facts


@pytest.mark.parametrize(("experiment", "name"), [(E.TLS_WITHOUT_NAME, None), (E.TLS_OTHER_NAME, OTHER_NAME)])
async def test_the_name_that_is_sent(
    certificates: Certificates, experiment: Experiment, name: str | None
) -> None:
    heard: list[str | None] = []
    context = certificates.context("good")
    context.sni_callback = lambda _, server_name, __: heard.append(server_name)
    async with serving(keep, context) as port:
        attempt = await performed(port, experiment, HOST)
    assert attempt.status is Status.CONNECTED
    assert heard == [name]
    assert (seen(attempt).server_name, seen(attempt).verified) == (name, False)
    assert attempt.behind_certificate == ()


async def test_a_certificate_is_no_obstacle_where_only_the_answer_matters(certificates: Certificates) -> None:
    async with serving(keep, certificates.context("expired")) as port:
        attempt = await performed(port, E.TLS_OTHER_NAME, HOST)
    assert attempt.status is Status.CONNECTED
    certificate = seen(attempt).certificate
    assert certificate is not None
    assert HOST in certificate.names


@needs_openssl_store
@pytest.mark.parametrize(
    ("kind", "failure"), [("good", None), ("untrusted", FailureKind.CERTIFICATE_UNTRUSTED)]
)
async def test_the_control_host_is_verified(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, kind: str, failure: FailureKind | None
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    monkeypatch.setenv("SSL_CERT_DIR", str(Path(certificates.authority).parent / "none"))
    async with serving(keep, certificates.context(kind)) as port:
        attempt = await performed(port, E.CONTROL_TLS, HOST)
    step = attempt.failed_step
    assert (step.failure.kind if step is not None and step.failure is not None else None) is failure
    certificate = seen(attempt).certificate
    assert certificate is not None
    assert "trustme" in certificate.issuer.lower()


def old(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.files["good"])
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    return context


@pytest.mark.skipif(not knows_old_versions(), reason="this TLS library has no TLS 1.0")
async def test_a_server_that_knows_only_the_oldest_version(certificates: Certificates) -> None:
    async with serving(keep, old(certificates)) as port:
        attempt = await performed(port, E.TLS_VERSIONS, HOST)
    assert attempt.status is Status.CONNECTED
    assert seen(attempt).version == "TLSv1"
    assert seen(attempt).versions_tried == ("TLS 1.2", "TLS 1.1", "TLS 1.0")
    assert seen(attempt).offered == "TLSv1 to TLSv1.2"


@pytest.mark.skipif(not knows_old_versions(), reason="this TLS library has no TLS 1.0")
async def test_a_server_that_knows_only_the_newest_version_refuses(certificates: Certificates) -> None:
    async with serving(keep, certificates.context("good", "1.3")) as port:
        attempt = await performed(port, E.TLS_VERSIONS, HOST)
    assert attempt.status is Status.FAILED
    assert seen(attempt).version != "TLSv1.3"


async def test_a_library_without_old_versions_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiments, "knows_old_versions", lambda: False)
    attempt = await performed(1, E.TLS_VERSIONS)
    assert attempt.status is Status.NOT_APPLICABLE
    assert attempt.not_applicable is NotApplicable.NO_OLD_TLS


@pytest.mark.parametrize("experiment", [*WITH_NAMES, E.CONTROL_TLS, E.TLS_VERSIONS])
@virtual_time
async def test_silence_after_the_greeting_ends_in_time(experiment: Experiment) -> None:
    net = FakeNetwork({443: SILENCE})
    attempt = await ask(net, experiment, Endpoint(Transport.RTMPS, "192.0.2.1", 443))
    assert attempt.status is Status.FAILED
    assert now() - 1000 <= TIMEOUT_S + 0.001
