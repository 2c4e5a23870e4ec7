"""Reports with more in them than the samples have: hostile words, whole handshakes, certificates, many rows."""

import hashlib

import msgspec

from fmsdiag.model import (
    KEPT_BYTES,
    Attempt,
    Certificate,
    ConnectFacts,
    Direction,
    EvidenceLine,
    Failure,
    FailureKind,
    Observation,
    Plan,
    PlanName,
    PlannedAttempt,
    Purpose,
    Report,
    Status,
    StepName,
    TlsFacts,
    TranscriptLine,
    Transport,
)
from tests.diagnosis.findings import plain
from tests.report import samples

LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
HOSTILE = (
    "<script>alert('x')</script> \x1b[31mred\x1b[0m \u202egnp.exe\u202c "
    + f"{LONG_WORD}{LONG_WORD} "
    + "(_defaultRoot_, _defaultVHost_) : Application (live2) is not defined. " * 2
)[:400]


def replace_attempt(report: Report, attempt: Attempt) -> Report:
    """The report with another attempt of that number."""
    attempts = tuple(attempt if a.id == attempt.id else a for a in report.attempts)
    return msgspec.structs.replace(report, attempts=attempts)


def hostile() -> Report:
    """A server whose words are long, marked up and full of controls, in every place where they can stand."""
    report = samples.rejected()
    finding = msgspec.structs.replace(
        report.findings[0],
        explanation=plain(f"Your network is fine. The server said: “{HOSTILE}”"),
        evidence=(
            EvidenceLine(plain(f"The server answered: “{HOSTILE[:200]}”"), "1.connect"),
            EvidenceLine(plain("https://media.example.com/" + "a" * 180), "1.connect"),
        ),
        rules_out=(plain(f"a firewall called {LONG_WORD}{LONG_WORD}"),),
    )
    facts = ConnectFacts("live2", f"rtmp://{samples.HOST}/live2", "_error", "error", "x", HOSTILE)
    last = msgspec.structs.replace(report.attempts[0].observations[-1], facts=facts)
    attempt = msgspec.structs.replace(
        report.attempts[0],
        observations=(*report.attempts[0].observations[:-1], last),
        transcript=(TranscriptLine(0.1, Direction.IN, f"_error #1 {HOSTILE}"),),
    )
    return replace_attempt(msgspec.structs.replace(report, findings=(finding,)), attempt)


def handshake_bytes(side: int) -> bytes:
    """C0 C1 (side 0) or S0 S1 S2 (side 1) as far as an observation keeps them; the same in each run."""
    noise = b"".join(hashlib.sha256(bytes((side, n))).digest() for n in range(100))
    version = bytes((10, 0, 45, 2)) if side == 0 else bytes((5, 0, 17, 1))
    return (b"\x03" + (4242).to_bytes(4, "big") + version + noise)[:KEPT_BYTES]


def with_bytes() -> Report:
    """Port 80 connects, with what was sent and received."""
    report = samples.port_blocked()
    attempt = report.attempts[1]
    connect = b"\x03\x00\x00\x00\x00\x00\xc8\x14\x00\x00\x00\x00\x02\x00\x07connect\x00\x3f\xf0" + b"\0" * 6
    seen = tuple(
        msgspec.structs.replace(o, first_out=handshake_bytes(0), first_in=handshake_bytes(1))
        if o.step is StepName.HANDSHAKE
        else msgspec.structs.replace(
            o, first_out=connect, first_in=b"\x02\0\0\0\0\0\4\5\0\0\0\0\0\x26\x25\xa0"
        )
        if o.step is StepName.CONNECT
        else o
        for o in attempt.observations
    )
    return replace_attempt(report, msgspec.structs.replace(attempt, observations=seen))


def tls_step(number: int = 4) -> Observation:
    """A certificate that expired eleven days before the test, with its chain."""
    expired = Certificate(
        subject="CN=media.example.com",
        issuer="CN=Example Issuing CA,O=Example Trust Services,C=DE",
        names=("media.example.com", "*.media.example.com", "203.0.113.10"),
        not_before="2025-05-01T00:00:00+00:00",
        not_after="2026-05-01T11:30:00+00:00",
        sha256=hashlib.sha256(b"leaf").hexdigest(),
    )
    root = Certificate(
        subject="CN=Example Issuing CA,O=Example Trust Services,C=DE",
        issuer="CN=Example Root,C=DE",
        not_before="2020-01-01T00:00:00+00:00",
        not_after="2035-01-01T00:00:00+00:00",
        sha256=hashlib.sha256(b"root").hexdigest(),
    )
    facts = TlsFacts(
        server_name=samples.HOST,
        version="TLSv1.3",
        cipher="TLS_AES_256_GCM_SHA384",
        verify_message="certificate has expired",
        verify_code=10,
        certificate=expired,
        chain_length=2,
        chain=(root,),
    )
    hello = b"\x16\x03\x01\x00\x20\x01\x00\x00\x1c\x03\x03" + bytes(range(26))
    answer = b"\x16\x03\x03\x00\x06\x02\0\0\2\3\3\x14\x03\x03\x00\x01\x01\x17\x03\x03\x00\x20" + bytes(
        range(64, 90)
    )
    return samples.observed(
        number,
        StepName.TLS,
        0.034,
        0.08,
        facts,
        Failure(FailureKind.CERTIFICATE_EXPIRED, "certificate has expired"),
        port=443,
        bytes_out=len(hello),
        bytes_in=4100,
        first_out=hello,
        first_in=answer,
    )


def with_certificate() -> Report:
    """Port 443 shows an expired certificate."""
    attempt = samples.attempt(
        4,
        samples.endpoint(Transport.RTMPS, 443),
        Status.FAILED,
        samples.dns(4),
        samples.tcp(4, 0.012, 443),
        tls_step(),
        purpose=Purpose.CHECK,
    )
    return replace_attempt(samples.port_blocked(), attempt)


def many(count: int = 500) -> Report:
    """As many attempts as a list of ports may have."""
    attempts = tuple(
        samples.silent(n, samples.endpoint(port=1000 + n), n * 0.002)
        if n % 3
        else samples.connected(n, samples.endpoint(port=1000 + n), n * 0.002)
        for n in range(1, count + 1)
    )
    planned = tuple(PlannedAttempt(a.endpoint, a.purpose) for a in attempts)
    plan = Plan(PlanName.CUSTOM, planned)
    return msgspec.structs.replace(samples.port_blocked(), attempts=attempts, findings=(), plan=plan)
