"""Reports as real runs leave them, for the tests of every face: terminal, files and window.

Addresses are of the documentation ranges (RFC 5737, RFC 3849), times are fixed, so that golden files stay equal.
"""

from __future__ import annotations

import msgspec

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.client_profiles import client_profiles
from fmsdiag.diagnosis.conclusions.notes import notes
from fmsdiag.diagnosis.conclusions.recommendation import recommend
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.model import (
    SCHEMA_VERSION,
    Advice,
    Attempt,
    Certificate,
    ConnectFacts,
    Contact,
    Direction,
    DnsFacts,
    Endpoint,
    Environment,
    Experiment,
    Failure,
    FailureKind,
    HandshakeFacts,
    Hop,
    HopFacts,
    HttpFacts,
    Icmp,
    Interface,
    NotApplicable,
    Observation,
    Options,
    Plan,
    PlanName,
    PlannedAttempt,
    Purpose,
    Report,
    Status,
    Step,
    StepName,
    Target,
    TcpFacts,
    TlsFacts,
    Tool,
    TranscriptLine,
    Transport,
    TunnelFacts,
    UnfinishedStep,
    Verdict,
    VerdictStatus,
)
from fmsdiag.report.english import with_english
from fmsdiag.report.json import decode
from tests.diagnosis.findings import plain
from tests.diagnosis.record import RECORDS
from tests.diagnosis.situations import asked_by

HOST = "media.example.com"
SERVER = "203.0.113.10"
CONTROL = "control.example.net"
STREAM_KEY = "k7Xq-9fPz-live-4471"
QUERY = "token=s3cr3tV4lue&user=alice"
USUAL_ORDER = ((Transport.RTMP, 1935), (Transport.RTMP, 80), (Transport.RTMPT, 80))

_STEP_BYTES = {StepName.HANDSHAKE: (3073, 3073), StepName.CONNECT: (240, 390), StepName.HTTP: (120, 310)}


def endpoint(transport: Transport = Transport.RTMP, port: int = 1935, host: str = HOST) -> Endpoint:
    return Endpoint(transport=transport, host=host, port=port)


def observed(
    attempt: int,
    step: StepName,
    start: float,
    end: float,
    facts: object = None,
    failure: Failure | None = None,
    **more: object,
) -> Observation:
    """One observation; bytes are what such a step usually moves."""
    out, received = _STEP_BYTES.get(step, (0, 0))
    fields: dict[str, object] = {"address": SERVER, "bytes_out": out, "bytes_in": received, **more}
    return Observation(
        id=f"{attempt}.{step.value}",
        step=step,
        started_s=start,
        ended_s=end,
        facts=facts,  # type: ignore[arg-type]
        failure=failure,
        **fields,  # type: ignore[arg-type]
    )


def dns(attempt: int, start: float = 0.0) -> Observation:
    facts = DnsFacts(name=HOST, source="system", addresses=(SERVER, "2001:db8:10::10"))
    return observed(attempt, StepName.DNS, start, start + 0.012, facts, address=None)


def tcp(attempt: int, start: float, port: int) -> Observation:
    facts = TcpFacts(local_address="192.168.1.23", kernel_rtt_s=0.0213, mss=1448)
    return observed(attempt, StepName.TCP, start, start + 0.022, facts, port=port)


def handshake(attempt: int, start: float) -> Observation:
    facts = HandshakeFacts(
        s0_version=3,
        first_byte_s=0.021,
        s1_complete_s=0.022,
        s2_complete_s=0.044,
        s1_version="5.0.17.1",
        server_digest="scheme 1",
        s2_signature_valid=True,
    )
    return observed(
        attempt, StepName.HANDSHAKE, start, start + 0.045, facts, first_out=b"\x03\0\0\0\0", first_in=b"\x03"
    )


def accepted(attempt: int, start: float) -> Observation:
    facts = ConnectFacts(
        application="live",
        tc_url=f"rtmp://{HOST}/live",
        command="_result",
        level="status",
        code="NetConnection.Connect.Success",
        description="Connection succeeded.",
        fms_ver="FMS/5,0,17,1",
        capabilities=255.0,
        properties={"mode": "1"},
    )
    return observed(attempt, StepName.CONNECT, start, start + 0.023, facts)


def attempt(
    number: int,
    where: Endpoint,
    status: Status,
    *seen: Observation,
    purpose: Purpose = Purpose.FALLBACK,
    experiment: Experiment | None = None,
    asked_by: str | None = None,
    reason: str = "",
    transcript: tuple[TranscriptLine, ...] = (),
) -> Attempt:
    return Attempt(
        id=number,
        endpoint=where,
        purpose=purpose,
        status=status,
        key=where.key,
        experiment=experiment,
        asked_by=asked_by,
        reason=reason,
        started_s=seen[0].started_s if seen else None,
        ended_s=seen[-1].ended_s if seen else None,
        observations=tuple(seen),
        transcript=transcript,
    )


def connected(number: int, where: Endpoint, start: float) -> Attempt:
    """An attempt that went all the way to NetConnection.Connect.Success."""
    return attempt(
        number,
        where,
        Status.CONNECTED,
        dns(number, start),
        tcp(number, start + 0.012, where.port),
        handshake(number, start + 0.034),
        accepted(number, start + 0.08),
        transcript=(
            TranscriptLine(
                start + 0.081, Direction.OUT, f"connect #1 {{app: 'live', tcUrl: 'rtmp://{HOST}/live'}}"
            ),
            TranscriptLine(start + 0.102, Direction.IN, "_result #1 {code: 'NetConnection.Connect.Success'}"),
        ),
    )


def silent(number: int, where: Endpoint, start: float, **more: object) -> Attempt:
    """An attempt whose TCP connection got no answer within 5 s."""
    failure = Failure(FailureKind.TIMED_OUT, detail="no answer to SYN", errno="ETIMEDOUT")
    seen = observed(
        number,
        StepName.TCP,
        start + 0.012,
        start + 5.02,
        TcpFacts(),
        failure,
        port=where.port,
        address=SERVER,
    )
    return attempt(number, where, Status.FAILED, dns(number, start), seen, **more)  # type: ignore[arg-type]


def skipped(number: int, where: Endpoint) -> Attempt:
    reason = "RTMFP cannot be tested by this version"
    return attempt(number, where, Status.NOT_APPLICABLE, purpose=Purpose.CHECK, reason=reason)


def report(attempts: tuple[Attempt, ...], *, is_stopped: bool = False, **more: object) -> Report:
    """A report of the usual plan, with everything that belongs around the attempts, and what the rules conclude."""
    planned = tuple(PlannedAttempt(endpoint(t, p), Purpose.FALLBACK) for t, p in USUAL_ORDER)
    base = Report(
        schema_version=SCHEMA_VERSION,
        report_id="ab12cd34ef56",
        tool=Tool("fmsdiag", "0.1.0", python="3.13.5"),
        started_at="2026-05-12T12:02:33.250000Z",
        duration_s=5.312,
        target=Target(host=HOST, application="live"),
        options=Options(control=CONTROL, resolver="198.51.100.53"),
        plan=Plan(PlanName.AMS, (*planned, PlannedAttempt(endpoint(Transport.RTMPS, 443), Purpose.CHECK))),
        environment=Environment(
            system="Windows 11 (10.0.26100)",
            interfaces=(Interface("Ethernet", ("192.168.1.23", "fe80::a1b2:c3ff:fed4:e5f6")),),
            default_gateways=("192.168.1.1",),
            resolvers=("192.168.1.1", "198.51.100.53"),
            utc_offset="+02:00",
        ),
        verdict=_UNJUDGED,
        attempts=attempts,
    )
    return concluded(msgspec.structs.replace(base, **more), is_stopped)


_UNJUDGED = Verdict(VerdictStatus.INCONCLUSIVE, plain("Not judged."), plain("Not judged."))


def concluded(report: Report, is_stopped: bool = False) -> Report:
    """The report with what the rules, as they are now, conclude from its attempts."""
    run = RunView(
        report.target,
        report.options,
        report.environment,
        report.attempts,
        report.started_at,
        report.report_id,
    )
    judged = evaluate_rules(run, RULES, asked_by(report.attempts))
    findings = () if is_stopped else judged.findings
    judged_report = msgspec.structs.replace(
        report,
        verdict=verdict.judge(run, findings, is_stopped),
        findings=findings,
        notes=notes(run, findings),
        identity=run.server_software,
        client_profiles=() if is_stopped else client_profiles(run),
        recommendation=recommend(run, findings),
        rule_errors=judged.errors,
    )
    return with_english(judged_report)


RECORDED = tuple(sorted(path.stem for path in RECORDS.glob("*.json")))
"""The names of the runs that were recorded in the lab."""


def recorded(name: str) -> Report:
    """A run of the lab, judged by the rules as they are now."""
    return concluded(decode((RECORDS / f"{name}.json").read_bytes()))


def healthy() -> Report:
    """Port 1935 connects at once; 443 is not offered, which is a note and no finding."""
    refused = Failure(FailureKind.REFUSED, errno="ECONNREFUSED")
    check = attempt(
        4,
        endpoint(Transport.RTMPS, 443),
        Status.FAILED,
        dns(4),
        observed(4, StepName.TCP, 0.012, 0.034, TcpFacts(), refused, port=443),
        purpose=Purpose.CHECK,
    )
    attempts = (
        connected(1, endpoint(), 0.0),
        connected(2, endpoint(port=80), 0.2),
        connected(3, endpoint(Transport.RTMPT, 80), 0.4),
        check,
        skipped(5, endpoint(Transport.RTMFP, 1935)),
    )
    return report(attempts, duration_s=0.61)


def port_blocked() -> Report:
    """A firewall discards port 1935, here and to the control host; port 80 connects."""
    control = silent(
        5,
        endpoint(host=CONTROL),
        5.3,
        purpose=Purpose.FOLLOW_UP,
        experiment=Experiment.CONTROL_PORT,
        asked_by="port-blocked",
    )
    alive = attempt(
        7,
        endpoint(port=80, host=CONTROL),
        Status.CONNECTED,
        dns(7, 5.3),
        tcp(7, 5.312, 80),
        purpose=Purpose.FOLLOW_UP,
        experiment=Experiment.CONTROL_PORT,
        asked_by="port-blocked",
    )
    hops = HopFacts(1935, (Hop(1, "time-exceeded", "192.168.1.1", 0.001), Hop(2, "silent"), Hop(3, "silent")))
    path = attempt(
        6,
        endpoint(),
        Status.CONNECTED,
        observed(6, StepName.HOP, 5.3, 6.4, hops, port=1935),
        purpose=Purpose.FOLLOW_UP,
        experiment=Experiment.HOPS,
        asked_by="port-blocked",
    )
    attempts = (
        silent(1, endpoint(), 0.0),
        connected(2, endpoint(port=80), 0.2),
        connected(3, endpoint(Transport.RTMPT, 80), 0.4),
        silent(4, endpoint(Transport.RTMPS, 443), 0.0, purpose=Purpose.CHECK),
        control,
        path,
        alive,
    )
    return report(attempts, contacts=(Contact(CONTROL, Experiment.CONTROL_PORT),))


def rejected() -> Report:
    """The server speaks RTMP and does not recognize the application."""
    facts = ConnectFacts(
        application="live2",
        tc_url=f"rtmp://{HOST}/live2",
        command="_error",
        level="error",
        code="NetConnection.Connect.InvalidApp",
        description="[ Server.Reject ] : (_defaultRoot_, _defaultVHost_) : Application (live2) is not defined.",
    )
    failure = Failure(FailureKind.REJECTED, detail="NetConnection.Connect.InvalidApp")
    refusal = observed(1, StepName.CONNECT, 0.08, 0.101, facts, failure)
    first = attempt(1, endpoint(), Status.REJECTED, dns(1), tcp(1, 0.012, 1935), handshake(1, 0.034), refusal)
    target = Target(host=HOST, application="live2", port=1935)
    plan = Plan(PlanName.URL, (PlannedAttempt(endpoint(), Purpose.FALLBACK),))
    return report((first,), target=target, plan=plan, duration_s=0.4)


def unreachable() -> Report:
    """Nothing gets through, each attempt in its own way: refused, reset, stalled, another protocol, ICMP, TLS."""
    expired = Certificate(
        "CN=media.example.com", "CN=Example Issuing CA, O=Example", not_after="2026-05-01T00:00:00Z"
    )
    page = HttpFacts("GET", "/", 400, "Bad Request", (("server", "nginx/1.27.4"),), "<html>", "nginx")
    failures = (
        (StepName.TCP, None, Failure(FailureKind.REFUSED, errno="ECONNREFUSED")),
        (StepName.HANDSHAKE, HandshakeFacts(s0_version=3), Failure(FailureKind.STALLED, bytes_received=1460)),
        (StepName.HANDSHAKE, None, Failure(FailureKind.UNEXPECTED_REPLY, looks_like="HTTP 400 from nginx")),
        (
            StepName.TLS,
            TlsFacts(HOST, "TLSv1.3", certificate=expired),
            Failure(FailureKind.CERTIFICATE_EXPIRED),
        ),
        (StepName.TCP, None, Failure(FailureKind.UNREACHABLE, icmp=Icmp(3, 13, "198.51.100.1"))),
        (StepName.HANDSHAKE, None, Failure(FailureKind.RESET, errno="ECONNRESET", bytes_received=0)),
        (StepName.TUNNEL, TunnelFacts(status=404, looks_like="Apache"), Failure(FailureKind.TIMED_OUT)),
        (StepName.HTTP, page, Failure(FailureKind.CLOSED)),
    )
    attempts = tuple(
        attempt(
            n,
            endpoint(port=1934 + n),
            Status.FAILED,
            dns(n),
            observed(n, step, 0.1, 5.1, facts, failure, port=1934 + n),
        )
        for n, (step, facts, failure) in enumerate(failures, 1)
    )
    plan = Plan(PlanName.CUSTOM, tuple(PlannedAttempt(a.endpoint, Purpose.FALLBACK) for a in attempts))
    return report(attempts, plan=plan)


def stopped() -> Report:
    """Stopped by the user while the second attempt ran."""
    halted = attempt(2, endpoint(port=80), Status.CANCELLED, dns(2, 0.2), reason="you stopped the test")
    waiting = attempt(3, endpoint(Transport.RTMPT, 80), Status.NOT_STARTED)
    return report((silent(1, endpoint(), 0.0), halted, waiting), is_stopped=True, duration_s=1.2)


def interrupted() -> Report:
    """Stopped after 1.2 s, while the second attempt waited for its TCP connection."""
    halted = msgspec.structs.replace(
        attempt(2, endpoint(port=80), Status.CANCELLED, dns(2, 0.2)),
        not_applicable=NotApplicable.STOPPED,
        ended_s=1.2,
        unfinished=(UnfinishedStep(StepName.TCP, 0.212),),
    )
    waiting = attempt(3, endpoint(Transport.RTMPT, 80), Status.NOT_STARTED)
    return report((connected(1, endpoint(), 0.0), halted, waiting), is_stopped=True, duration_s=1.2)


def blocked_behind_another_finding() -> Report:
    """The finding of port_blocked(), whose steps are the administrator's, second to one that gives them none."""
    report = port_blocked()
    blocked = report.findings[0]
    first = msgspec.structs.replace(
        blocked, cause="app-not-found", request=None, advice=Advice(user=(Step(plain("Check the name.")),))
    )
    return msgspec.structs.replace(report, findings=(first, blocked))
