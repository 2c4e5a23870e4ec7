from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Attempt, Endpoint, FailureKind, Purpose, Status, StepName, TlsFacts, Transport
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt, StepFailed
from fmsdiag.probe.failure import ALERTS, classify
from fmsdiag.probe.sockets.network import Stream, SystemNetwork
from fmsdiag.probe.transports import tls
from fmsdiag.probe.transports.connection import start_tls
from fmsdiag.probe.transports.tls import TlsStream
from fmsdiag.server.certificate import self_signed_pem
from fmsdiag.server.service import Server, ServerOptions
from tests.fuzz import target_certificate
from tests.probe.certificates import HOST, Certificates, needs_openssl_store, serving
from tests.probe.fake_network import SILENCE, Answer, FakeStream, Item, reset, s0s1s2
from tests.probe.virtual_time import virtual_time

DEADLINE_S = 10.0


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's store holds the test's authority and nothing else."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))
    monkeypatch.setenv("SSL_CERT_DIR", str(certificates.authority.parent / "none"))


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def handshake(stream: Stream, host: str = HOST, timeout_s: float = DEADLINE_S) -> Attempt:
    """The tls step alone, as an attempt."""
    endpoint = Endpoint(Transport.RTMPS, host, 443)
    running = RunningAttempt(1, endpoint, Purpose.FALLBACK, Clock(), lambda _: None, timeout_s)
    running.start()
    try:
        await start_tls(running, stream)
    except StepFailed:
        return running.finish(Status.FAILED)
    finally:
        await stream.close()
    return running.finish(Status.CONNECTED)


def facts(attempt: Attempt) -> TlsFacts:
    step = attempt.step(StepName.TLS)
    assert step is not None
    assert isinstance(step.facts, TlsFacts)
    return step.facts


def kind(attempt: Attempt) -> FailureKind:
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    return attempt.failed_step.failure.kind


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_a_good_certificate(certificates: Certificates, version: str) -> None:
    async with serving(echo, certificates.context("good", version)) as port:
        attempt = await handshake(await SystemNetwork().open_tcp("127.0.0.1", port))
    seen = facts(attempt)
    assert attempt.status is Status.CONNECTED
    assert (seen.server_name, seen.version, seen.verified) == (HOST, f"TLSv{version}", True)
    assert (seen.verify_message, seen.verify_code, seen.alert) == (None, None, None)
    assert seen.cipher
    assert seen.certificate is not None
    assert seen.certificate.names == (HOST, "127.0.0.1", "::1")
    assert not seen.certificate.self_signed
    step = attempt.step(StepName.TLS)
    assert step is not None
    assert step.first_out[:2] == step.first_in[:2] == b"\x16\x03"
    assert step.bytes_in > 500


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize(
    ("which", "failure", "codes"),
    [
        ("expired", FailureKind.CERTIFICATE_EXPIRED, (10,)),
        ("not yet valid", FailureKind.CERTIFICATE_NOT_YET_VALID, (9,)),
        ("wrong host", FailureKind.CERTIFICATE_WRONG_HOST, (62,)),
        ("untrusted", FailureKind.CERTIFICATE_UNTRUSTED, (19, 20, 21)),
        ("self-signed", FailureKind.CERTIFICATE_SELF_SIGNED, (18,)),
    ],
)
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_bad_certificates_are_described_all_the_same(
    certificates: Certificates, version: str, which: str, failure: FailureKind, codes: tuple[int, ...]
) -> None:
    async with serving(echo, certificates.context(which, version)) as port:
        attempt = await handshake(await SystemNetwork().open_tcp("127.0.0.1", port))
    seen = facts(attempt)
    assert kind(attempt) is failure
    assert seen.verify_code in codes
    assert seen.verify_message
    assert not seen.verified
    shown = seen.certificate
    assert shown is not None
    assert shown.names[0] == ("other.example.com" if which == "wrong host" else HOST)
    assert shown.not_before < shown.not_after
    assert shown.self_signed is (which == "self-signed")
    assert (shown.subject == shown.issuer) is shown.self_signed
    assert len(shown.sha256) == 64
    assert seen.chain_length == 1


@pytest.mark.parametrize(
    ("host", "good"), [("127.0.0.1", True), ("::1", True), ("::1%lo", True), ("192.0.2.1", False)]
)
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_addresses_in_certificates(certificates: Certificates, host: str, good: bool) -> None:
    async with serving(echo, certificates.context("good")) as port:
        attempt = await handshake(await SystemNetwork().open_tcp("127.0.0.1", port), host)
    if good:
        assert attempt.status is Status.CONNECTED
    else:
        assert kind(attempt) is FailureKind.CERTIFICATE_WRONG_HOST


@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_bytes_inside_the_encryption_are_counted(certificates: Certificates) -> None:
    async with serving(echo, certificates.context("good")) as port, asyncio.timeout(DEADLINE_S):
        inner = await SystemNetwork().open_tcp("127.0.0.1", port)
        stream = TlsStream(inner, HOST)
        await stream.handshake()
        data = bytes(range(256)) * 1000
        await stream.send(data)
        got = b""
        while len(got) < len(data):
            got += await stream.receive()
        assert got == data
        assert (stream.sent.total, stream.received.total) == (len(data), len(data))
        assert inner.received.total > len(data)
        assert (stream.address, stream.port, stream.tcp.local_address) == ("127.0.0.1", port, "127.0.0.1")
        assert stream.tcp.kernel_rtt_s == inner.tcp.kernel_rtt_s
        assert stream.tcp.mss == inner.tcp.mss
        await stream.close()


@pytest.mark.parametrize("end", ["orderly", "abrupt"])
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_the_end_of_a_connection(certificates: Certificates, end: str) -> None:
    async def bye(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"last words")
        await writer.drain()
        if end == "orderly":
            writer.close()
            await writer.wait_closed()
        else:
            writer.get_extra_info("socket").shutdown(1)
            await reader.read()

    async with serving(bye, certificates.context("good")) as port, asyncio.timeout(DEADLINE_S):
        stream = TlsStream(await SystemNetwork().open_tcp("127.0.0.1", port), HOST)
        await stream.handshake()
        assert await stream.receive() == b"last words"
        assert await stream.receive() == b""
        assert await stream.receive() == b""
        await stream.close()


async def test_verification_can_be_left_out(certificates: Certificates) -> None:
    async with serving(echo, certificates.context("untrusted")) as port:
        stream = TlsStream(await SystemNetwork().open_tcp("127.0.0.1", port), HOST, verify=False)
        await stream.handshake()
        assert stream.facts().certificate is not None
        assert not stream.facts().verified
        await stream.close()


@virtual_time
async def test_a_server_without_a_cipher_in_common_sends_an_alert() -> None:
    def begin() -> Answer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AES256-GCM-SHA384")  # RSA key exchange, which Python's clients do not offer
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)

        def answer(data: bytes) -> list[Item]:
            incoming.write(data)
            with pytest.raises(ssl.SSLError):
                server.do_handshake()
            return [outgoing.read(), b""]

        return answer

    attempt = await handshake(FakeStream("192.0.2.1", 443, begin))
    assert kind(attempt) is FailureKind.TLS_ALERT
    assert facts(attempt).certificate is None


@pytest.mark.parametrize(
    ("items", "failure", "like"),
    [
        ([s0s1s2(), SILENCE], FailureKind.UNEXPECTED_REPLY, "RTMP"),
        ([b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", b""], FailureKind.UNEXPECTED_REPLY, "HTTP 400 from nginx"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n", SILENCE], FailureKind.UNEXPECTED_REPLY, "SSH server"),
        ([b"\x15\x03\x01\x00\x02\x02\x28"], FailureKind.TLS_ALERT, None),
        ([b"\x15\x03\x03\x00\x02\x02\x70", b""], FailureKind.TLS_ALERT, None),
        ([b""], FailureKind.CLOSED, None),
        ([b"\x16\x03\x03", b""], FailureKind.CLOSED, None),
        ([reset()], FailureKind.RESET, None),
        ([SILENCE], FailureKind.TIMED_OUT, None),
        ([b"\x16\x03\x03\x40\x00", *[0.9, b"x"] * 99], FailureKind.STALLED, None),
    ],
    ids=["rtmp", "http", "ssh", "alert", "unrecognized name", "close", "torn", "reset", "silence", "drip"],
)  # fmt: skip
@virtual_time
async def test_what_is_no_tls_server(items: list[Item], failure: FailureKind, like: str | None) -> None:
    stream = FakeStream("192.0.2.1", 443, list(items))
    attempt = await handshake(stream)
    assert kind(attempt) is failure
    step = attempt.failed_step
    assert step is not None
    assert step.failure is not None
    assert step.failure.looks_like == like
    received = sum(len(i) for i in items if isinstance(i, bytes))
    if failure is FailureKind.STALLED:
        assert step.elapsed_s == pytest.approx(6)
    elif received:
        assert step.failure.bytes_received == received
    assert facts(attempt).certificate is None
    assert stream.written[:3] == b"\x16\x03\x01"


@virtual_time
async def test_a_handshake_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "MAX_HANDSHAKE_BYTES", 10_000)
    record = b"\x16\x03\x03\x40\x00" + b"\x0b\x00\xff\xff" + bytes(16380)
    stream = FakeStream("192.0.2.1", 443, [record[i : i + 1000] for i in range(0, 16_000, 1000)])
    attempt = await handshake(stream)
    assert kind(attempt) is FailureKind.UNEXPECTED_REPLY
    assert stream.received.total <= 11_000


class Endless(list[Item]):
    def __init__(self, item: bytes) -> None:
        super().__init__([item])

    def __iter__(self) -> Iterator[Item]:
        while True:
            yield self[0]


@pytest.mark.parametrize(
    "record",
    [
        b"\x16\x03\x03\x00\x04\x00\x00\x00\x00",  # HelloRequest
        b"\x14\x03\x03\x00\x01\x01",  # ChangeCipherSpec
        b"\x15\x03\x03\x00\x02\x01\x5a",  # warning: user cancelled
        b"\x16\x03\x03\x00\x00",  # nothing
        bytes(65536),
    ],
)
@virtual_time
async def test_endless_records_end(record: bytes) -> None:
    stream = FakeStream("192.0.2.1", 443, Endless(record))
    attempt = await handshake(stream)
    assert attempt.status is Status.FAILED
    assert stream.received.total <= tls.MAX_HANDSHAKE_BYTES + 65536


class GoneAfterHello(FakeStream):
    """Takes the client's hello; whoever writes again finds the connection reset."""

    async def send(self, data: bytes) -> None:
        if self.written:
            raise reset()
        await super().send(data)


@virtual_time
async def test_a_server_that_left_does_not_hide_why_we_refused_it() -> None:
    attempt = await handshake(GoneAfterHello("192.0.2.1", 443, [b"SSH-2.0-OpenSSH_9.2\r\n"]))
    assert kind(attempt) is FailureKind.UNEXPECTED_REPLY


async def test_plain_rtmp_on_a_tls_port() -> None:
    async with Server(ServerOptions(rtmp=0)) as server:
        stream = await SystemNetwork().open_tcp("127.0.0.1", server.ports["rtmp"])
        attempt = await handshake(stream, timeout_s=DEADLINE_S)
    assert kind(attempt) in (FailureKind.CLOSED, FailureKind.RESET, FailureKind.UNEXPECTED_REPLY)


def test_a_certificate_that_nobody_can_read_is_a_fact() -> None:
    seen = tls._certificate(b"not a certificate")
    assert seen.subject.startswith("unreadable")


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("a003020102", "a003020112"),  # its version is 19
        ("06035504030c", "060355040303"),  # the subject's name is a BIT STRING
        ("170d", "1700"),  # the first date is empty
    ],
)
def test_certificates_that_break_the_rules_are_facts(good: str, bad: str) -> None:
    der = ssl.PEM_cert_to_DER_cert(self_signed_pem([HOST]).decode().split("KEY-----\n")[-1])
    assert bytes.fromhex(good) in der
    seen = tls._certificate(der.replace(bytes.fromhex(good), bytes.fromhex(bad)))
    assert seen.subject.startswith("unreadable: ")


@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_the_whole_chain_is_described(certificates: Certificates, tmp_path: Path) -> None:
    path = tmp_path / "chain.pem"
    path.write_bytes(certificates.files["good"].read_bytes() + certificates.authority.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    async with serving(echo, context) as port:
        attempt = await handshake(await SystemNetwork().open_tcp("127.0.0.1", port))
    seen = facts(attempt)
    assert seen.chain_length == 2
    assert [c.self_signed for c in seen.chain] == [True]
    assert seen.certificate is not None
    assert seen.certificate.issuer == seen.chain[0].subject


async def test_a_certificate_of_a_megabyte_is_refused_and_not_kept(tmp_path: Path) -> None:
    huge = [f"host-{number}.{'x' * 60}.{'y' * 60}.example" for number in range(7000)]
    pem = tmp_path / "huge.pem"
    pem.write_bytes(self_signed_pem([HOST, *huge]))
    assert pem.stat().st_size > 1 << 20
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    async with serving(echo, context) as port:
        attempt = await handshake(await SystemNetwork().open_tcp("127.0.0.1", port))
    step = attempt.failed_step
    assert step is not None
    assert kind(attempt) in (FailureKind.TLS_ALERT, FailureKind.UNEXPECTED_REPLY)
    assert step.bytes_in <= tls.MAX_HANDSHAKE_BYTES + 65536
    assert facts(attempt).certificate is None


@virtual_time
async def test_half_a_handshake_stalls(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = tmp_path / "pem"
    pem.write_bytes(self_signed_pem([HOST]))
    context.load_cert_chain(pem)

    def begin() -> Answer:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)

        def answer(data: bytes) -> list[Item]:
            incoming.write(data)
            with pytest.raises(ssl.SSLWantReadError):
                server.do_handshake()
            return [outgoing.read()[:200], SILENCE]

        return answer

    attempt = await handshake(FakeStream("192.0.2.1", 443, begin))
    assert kind(attempt) is FailureKind.STALLED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.bytes_received == 200
    assert facts(attempt).offered == "TLSv1.2 to TLSv1.3"


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (b"\x15\x03\x03\x00\x02\x02\x46", "protocol version"),
        (b"\x15\x03\x03\x00\x02\x02\x28", "handshake failure"),
        (b"\x15\x03\x03\x00\x02\x02\x70", "unrecognized name"),
        (b"\x15\x03\x03\x00\x02\x02\x78", "no application protocol"),
        (b"\x15\x03\x03\x00\x02\x02\x31", "access denied"),
        (b"\x15\x03\x03\x00\x02\x02\x96", "alert 150"),
        (
            b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + bytes(32) + b"\x00\xc0\x13\x00",
            "protocol version",
        ),
    ],
    ids=["version", "failure", "name", "protocols", "access", "unknown", "TLS 1.0 chosen"],
)
@virtual_time
async def test_alerts_are_named(record: bytes, name: str) -> None:
    attempt = await handshake(FakeStream("192.0.2.1", 443, [record, SILENCE]))
    assert kind(attempt) is FailureKind.TLS_ALERT
    assert facts(attempt).alert == name
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.detail == name


@pytest.mark.parametrize("level", [1, 2])
@pytest.mark.parametrize(("number", "name"), sorted(ALERTS.items()))
@pytest.mark.parametrize("end", [b"", "reset"])
@virtual_time
async def test_every_alert_that_ends_tls_is_named_however_the_connection_ends(
    number: int, name: str, level: int, end: bytes | str
) -> None:
    items: list[Item] = [bytes((0x15, 3, 3, 0, 2, level, number)), b"" if end == b"" else reset()]
    attempt = await handshake(FakeStream("192.0.2.1", 443, items))
    assert kind(attempt) is FailureKind.TLS_ALERT
    assert facts(attempt).alert == name


@pytest.mark.parametrize("version", ["1.2", "1.3"])
@pytest.mark.parametrize("demand", [ssl.CERT_NONE, ssl.CERT_OPTIONAL])
@needs_openssl_store
@pytest.mark.usefixtures("trusted")
async def test_that_a_certificate_of_the_client_is_asked_for_is_known_in_every_version(
    certificates: Certificates, version: str, demand: ssl.VerifyMode
) -> None:
    context = certificates.context("good", version)
    context.load_verify_locations(certificates.authority)
    context.verify_mode = demand
    async with serving(echo, context) as port:
        attempt = await handshake(await SystemNetwork().open_tcp("127.0.0.1", port))
    assert attempt.status is Status.CONNECTED
    assert facts(attempt).certificate_requested is (demand is not ssl.CERT_NONE)


@given(st.integers(0, 1000), st.binary(max_size=4))
def test_damaged_certificates_are_facts(position: int, replacement: bytes) -> None:
    (good,) = target_certificate.seeds()
    at = position % len(good)
    target_certificate.check(good[:at] + replacement + good[at + len(replacement) :])


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        ("not yet valid", 0x800B0101, FailureKind.CERTIFICATE_NOT_YET_VALID),
        ("expired", 0x800B0101, FailureKind.CERTIFICATE_EXPIRED),
        ("not yet valid", 0x800B0101 - (1 << 32), FailureKind.CERTIFICATE_NOT_YET_VALID),
        ("not yet valid", 0x800B0109, FailureKind.CERTIFICATE_UNTRUSTED),
        ("good", 10, FailureKind.CERTIFICATE_EXPIRED),
    ],
)
def test_windows_one_code_for_both_dates_is_told_apart_by_the_certificates(
    kind: str, code: int, told: FailureKind, tmp_path: Path
) -> None:
    """CERT_E_EXPIRED says only that a certificate is not valid today."""
    pem = Certificates(tmp_path).files[kind].read_text(encoding="ascii")
    der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE-----") :])
    error = ssl.SSLCertVerificationError(1, "words")
    error.verify_code, error.verify_message = code, "words"
    tls.note_certificates_to_come(error, [der])
    assert classify(error).kind is told
