"""Reports as real runs leave them, for the tests of every face: terminal, files and window.

Addresses are of the documentation ranges (RFC 5737, RFC 3849), times are fixed, so that golden files stay equal.
"""

from __future__ import annotations

import msgspec

from fmsdiag.model import (
    SCHEMA_VERSION,
    Actor,
    Advice,
    Attempt,
    Certificate,
    ClientProfile,
    Confidence,
    ConnectFacts,
    Direction,
    DnsFacts,
    Endpoint,
    Environment,
    EvidenceLine,
    Experiment,
    Failure,
    FailureKind,
    Finding,
    HandshakeFacts,
    Hop,
    HopFacts,
    HttpFacts,
    Icmp,
    Interface,
    Note,
    Observation,
    Options,
    Plan,
    PlanName,
    PlannedAttempt,
    Purpose,
    Recommendation,
    Report,
    Status,
    StepName,
    Target,
    TcpFacts,
    TlsFacts,
    Tool,
    TranscriptLine,
    Transport,
    TunnelFacts,
    Verdict,
    VerdictStatus,
)

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


def report(
    verdict: Verdict, attempts: tuple[Attempt, ...], findings: tuple[Finding, ...] = (), **more: object
) -> Report:
    """A report of the usual plan, with everything that belongs around the attempts."""
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
        verdict=verdict,
        attempts=attempts,
        findings=findings,
    )
    return msgspec.structs.replace(base, **more)


def healthy() -> Report:
    """Port 1935 connects at once; 443 is not offered, which is a note and no finding."""
    verdict = Verdict(
        VerdictStatus.CONNECTED, "Connected by RTMP on port 1935", connected_by=1, connected_after_s=0.103
    )
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
    return report(
        verdict,
        attempts,
        notes=(Note("This server does not offer RTMPS on port 443.", "4.tcp"),),
        client_profiles=(
            ClientProfile("Flash Player", True, "tcp/1935/rtmp", 0.103),
            ClientProfile("NCManager", True, "tcp/1935/rtmp", 0.103),
            ClientProfile("RTMPS only", False, None, None),
        ),
        recommendation=Recommendation(f"rtmp://{HOST}/live", ("rtmp:1935",)),
        duration_s=0.61,
    )


def port_blocked() -> Report:
    """A firewall discards port 1935, here and to the control host; port 80 connects."""
    verdict = Verdict(
        VerdictStatus.CONNECTED_BY_FALLBACK,
        "Port 1935 gives no answer, but port 80 connects",
        "port-blocked",
        Confidence.LIKELY,
        connected_by=2,
        connected_after_s=0.303,
    )
    control = silent(
        5,
        endpoint(host=CONTROL),
        5.3,
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
    )
    return report(
        verdict,
        attempts,
        (port_blocked_finding(),),
        recommendation=Recommendation(
            f"rtmp://{HOST}:80/live", ("rtmp:80",), "Enter this address in the player."
        ),
        client_profiles=(
            ClientProfile(
                "Flash Player",
                True,
                "tcp/80/rtmp",
                None,
                "not tested: RTMP 443 (tried before, so when it connects is not known)",
                ("tcp/443/rtmp",),
            ),
            ClientProfile(
                "Flash Player (1935, 80)",
                True,
                "tcp/80/rtmp",
                5.1,
                "5.0 s of it in silence: how long it really waits is not documented",
            ),
            ClientProfile("AkamaiConnection", True, "tcp/80/rtmp", 0.5),
            ClientProfile(
                "Flash Player (1935, 80, 443)", None, note="not tested: RTMP 443", untested=("tcp/443/rtmp",)
            ),
            ClientProfile("Encoder", False, note="it tries RTMP on port 1935 only"),
        ),
        contacts=(f"{CONTROL}: port 1935, to see whether it is blocked for every server",),
    )


def port_blocked_finding() -> Finding:
    return Finding(
        cause="port-blocked",
        confidence=Confidence.LIKELY,
        confidence_reason="port 80 of the same address answers, and port 1935 of another server is silent too",
        headline="A firewall on your side discards port 1935",
        explanation="Port 1935 gives no answer, but the server does on port 80. The same port of a server that is "
        "known to work is silent too. So a firewall on your side is discarding port 1935.",
        acts=(Actor.ADMINISTRATOR,),
        advice=Advice(
            user="Send this report to your network administrator. Until then, port 80 works.",
            administrator="Allow outbound TCP port 1935; the request below lists what is needed.",
            operator="Nothing to mend. Players can be given port 80: ADAPTOR.HOSTPORT = :1935,80 in fms.ini.",
            firewall_request=f"Please allow outbound TCP from [client network] to {HOST} ({SERVER}) port 1935.\n"
            "Exempt it from HTTP-only inspection: RTMP is not HTTP.\n"
            "Tested 2026-05-12 12:02 UTC, report ab12cd34ef56.",
        ),
        evidence=(
            EvidenceLine("Port 1935 gave no answer for 5.0 s.", "1.tcp"),
            EvidenceLine("Port 80 of the same address opened in 22 ms.", "2.tcp"),
            EvidenceLine(f"Port 1935 of {CONTROL} gave no answer either.", "5.tcp"),
        ),
        rules_out=("a server that is down: it answers on port 80", "a wrong name: it was found"),
    )


def rejected() -> Report:
    """The server speaks RTMP and does not know the application."""
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
    finding = Finding(
        cause="app-not-found",
        confidence=Confidence.CONFIRMED,
        headline="The server does not know the application “live2”",
        explanation="Your network is fine. The server doesn't know the application “live2”; check the name.",
        acts=(Actor.USER, Actor.OPERATOR),
        advice=Advice(
            user="Check the application's name: the part after the server's name in the address.",
            operator="Create applications/live2 on the server, or tell the user the right name.",
        ),
        evidence=(EvidenceLine("The server answered: “Application (live2) is not defined.”", "1.connect"),),
        rules_out=("a firewall: RTMP reached the server and its answer came back",),
    )
    verdict = Verdict(VerdictStatus.REJECTED, finding.headline, "app-not-found", Confidence.CONFIRMED)
    target = Target(host=HOST, application="live2", port=1935)
    plan = Plan(PlanName.URL, (PlannedAttempt(endpoint(), Purpose.FALLBACK),))
    return report(verdict, (first,), (finding,), target=target, plan=plan, duration_s=0.4)


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
            n, endpoint(port=1934 + n), Status.FAILED, dns(n), observed(n, step, 0.1, 5.1, facts, failure)
        )
        for n, (step, facts, failure) in enumerate(failures, 1)
    )
    verdict = Verdict(VerdictStatus.UNREACHABLE, "No attempt reached the media server")
    plan = Plan(PlanName.CUSTOM, tuple(PlannedAttempt(a.endpoint, Purpose.FALLBACK) for a in attempts))
    return report(verdict, attempts, plan=plan)


def stopped() -> Report:
    """Stopped by the user while the second attempt ran."""
    halted = attempt(2, endpoint(port=80), Status.CANCELLED, dns(2, 0.2), reason="you stopped the test")
    waiting = attempt(3, endpoint(Transport.RTMPT, 80), Status.NOT_STARTED)
    verdict = Verdict(VerdictStatus.STOPPED, "Stopped before the tests were complete")
    return report(verdict, (silent(1, endpoint(), 0.0), halted, waiting), duration_s=1.2)
