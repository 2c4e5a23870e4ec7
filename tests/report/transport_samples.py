"""Reports of the rarer ways to a server, beside samples.py: RTMFP, a proxy, RTMPE, publishing and playing."""

from __future__ import annotations

import msgspec

from fmsdiag.model import (
    SYSTEM_PROXY,
    ConnectFacts,
    Direction,
    Endpoint,
    Experiment,
    Failure,
    FailureKind,
    HandshakeFacts,
    KeyingFacts,
    Observation,
    Options,
    Plan,
    PlanName,
    PlannedAttempt,
    ProxyFacts,
    Purpose,
    Report,
    Status,
    StepName,
    StreamFacts,
    Target,
    TcpFacts,
    TranscriptLine,
    Transport,
    TunnelFacts,
    UdpFacts,
)
from tests.report.samples import (
    HOST,
    SERVER,
    STREAM_KEY,
    accepted,
    attempt,
    concluded,
    connected,
    dns,
    endpoint,
    handshake,
    observed,
    report,
    tcp,
)

PROXY = "http://cache01.corp.example:3128"
PROXY_ADDRESS = "10.20.0.5"
_NOT_FOUND = "NetStream.Play.StreamNotFound"


def rtmfp() -> Report:
    """RTMFP by way of a redirect connects; a second port lets the greeting through and not the keys."""
    where = endpoint(Transport.RTMFP)
    sent_on = UdpFacts(datagrams_sent=1, redirects=("203.0.113.11:1935", "10.0.0.7:19350"))
    sent_on = msgspec.structs.replace(sent_on, not_followed={"10.0.0.7:19350": "redirect-private"})
    greeted = UdpFacts(
        datagrams_sent=2,
        round_trip_s=0.0121,
        redirected_by=f"{SERVER}:1935",
        cookie_bytes=64,
        fingerprint="5d" * 32,
        groups=(2, 14),
    )
    elsewhere = UdpFacts(
        1, 0.038, reply_from=f"{SERVER}:19350", cookie_bytes=64, fingerprint="5d" * 32, groups=(2, 14)
    )
    keys = KeyingFacts(1, group=2, responder_session_id="a1b2c3d4", hmac_bytes=10, sequence_numbers=True)
    opened = msgspec.structs.replace(
        _connect(1, 0.06), address="203.0.113.11", facts=_facts(ping_s=0.0222, tc_url=f"rtmfp://{HOST}/live")
    )
    first = attempt(
        1,
        where,
        Status.CONNECTED,
        dns(1),
        observed(1, StepName.UDP, 0.012, 0.023, sent_on, port=1935, bytes_out=64, bytes_in=96),
        msgspec.structs.replace(
            observed(1, StepName.UDP, 0.023, 0.036, greeted, port=1935, bytes_out=128, bytes_in=320),
            id="1.udp-2",
            address="203.0.113.11",
        ),
        observed(
            1,
            StepName.HANDSHAKE,
            0.036,
            0.06,
            keys,
            address="203.0.113.11",
            port=1935,
            bytes_out=420,
            bytes_in=260,
        ),
        opened,
    )
    silent_keys = observed(
        2,
        StepName.HANDSHAKE,
        0.05,
        4.05,
        KeyingFacts(4),
        Failure(FailureKind.TIMED_OUT),
        port=443,
        bytes_out=1680,
        bytes_in=0,
    )
    second = attempt(
        2,
        endpoint(Transport.RTMFP, 443),
        Status.FAILED,
        dns(2),
        observed(2, StepName.UDP, 0.012, 0.05, elsewhere, port=443),
        silent_keys,
        purpose=Purpose.CHECK,
    )
    return report(
        (first, second),
        target=Target(HOST, "live", Transport.RTMFP),
        plan=Plan(
            PlanName.URL,
            (PlannedAttempt(where, Purpose.FALLBACK), PlannedAttempt(second.endpoint, Purpose.CHECK)),
        ),
        duration_s=4.1,
    )


def proxied() -> Report:
    """The proxy wants a name and password for CONNECT, and refuses port 1935; RTMPT goes through it."""
    headers = (
        ("via", "1.1 cache01.corp.example (squid/5.7)"),
        ("x-squid-error", "ERR_CACHE_ACCESS_DENIED 0"),
        ("x-cache", "MISS from cache01.corp.example"),
        ("proxy-authenticate", 'Basic realm="Example Corp, floor 3"'),
    )
    page = "<title>ERROR</title> by cache01.corp.example, mail webmaster@corp.example"
    asks = ProxyFacts(
        PROXY, "CONNECT", "system", 407, "Proxy Authentication Required", headers, page, ("Basic", "NTLM"),
        looks_like="Squid",
    )  # fmt: skip
    refuses = ProxyFacts(
        PROXY, "CONNECT", "system", 403, "Forbidden", headers[:3], page, credentials_sent=True
    )
    passes = ProxyFacts(PROXY, "HTTP", "system", 200, "OK", headers[:1])
    tunnel = TunnelFacts(
        "abc123", 200, headers[:1], 4, 2, 0.031, ident_status=200, ident_address="10.0.0.9", looks_like="AMS"
    )
    attempts = (
        attempt(
            1, _through(443), Status.FAILED, *_to_proxy(1, 0.0),
            _asked(1, 0.03, asks, FailureKind.PROXY_AUTH_REQUIRED),
        ),
        attempt(
            2, _through(1935), Status.FAILED, *_to_proxy(2, 0.2), _asked(2, 0.23, refuses, FailureKind.PROXY_REFUSED)
        ),
        attempt(
            3, _through(80, Transport.RTMPT), Status.CONNECTED, *_to_proxy(3, 0.4),
            _asked(3, 0.43, passes),
            observed(3, StepName.TUNNEL, 0.46, 0.5, tunnel, address=PROXY_ADDRESS, port=3128),
            handshake(3, 0.5), accepted(3, 0.56),
        ),
    )  # fmt: skip
    base = report(
        attempts,
        options=Options(proxy=SYSTEM_PROXY),
        plan=Plan(PlanName.AMS, tuple(PlannedAttempt(a.endpoint, Purpose.FALLBACK) for a in attempts)),
        duration_s=0.7,
    )
    context = msgspec.structs.replace(
        base.environment,
        proxies={"http": PROXY, "https": PROXY},
        pac_url="http://wpad.corp.example/proxy.pac",
        wpad="http://wpad.corp.example/wpad.dat",
    )
    return concluded(msgspec.structs.replace(base, environment=context))


def encrypted() -> Report:
    """RTMPE works at the asked port; at the tunnel the server's key is no valid one."""
    works = HandshakeFacts(
        s0_version=6, first_byte_s=0.02, s1_complete_s=0.022, s2_complete_s=0.044, s1_version="5.0.17.1",
        server_digest="scheme 1", s2_signature_valid=True, encryption=6, encryption_works=True, server_key_valid=True,
        dh_scheme=1,
    )  # fmt: skip
    broken = HandshakeFacts(s0_version=6, encryption=6, server_key_valid=False, dh_scheme=0)
    failure = Failure(FailureKind.UNEXPECTED_REPLY, looks_like="RTMPE with a public key that is not valid")
    where, tunnel = endpoint(Transport.RTMPE), endpoint(Transport.RTMPTE, 80)
    attempts = (
        attempt(
            1, where, Status.CONNECTED, dns(1), tcp(1, 0.012, 1935),
            observed(1, StepName.HANDSHAKE, 0.034, 0.08, works, port=1935),
            msgspec.structs.replace(accepted(1, 0.08), facts=_facts(tc_url=f"rtmpe://{HOST}/live")),
        ),
        attempt(
            2, tunnel, Status.FAILED, dns(2), tcp(2, 0.012, 80),
            observed(2, StepName.TUNNEL, 0.034, 0.06, TunnelFacts("xyz", 200, requests=1), port=80),
            observed(2, StepName.HANDSHAKE, 0.06, 0.1, broken, failure, port=80), purpose=Purpose.CHECK,
        ),
    )  # fmt: skip
    plan = Plan(
        PlanName.URL, (PlannedAttempt(where, Purpose.FALLBACK), PlannedAttempt(tunnel, Purpose.CHECK))
    )
    return report(attempts, target=Target(HOST, "live", Transport.RTMPE), plan=plan, duration_s=0.2)


def published() -> Report:
    """With consent: sign-in after a redirect, then published; someone else's name for playing is not found."""
    where = endpoint()
    signed_in = msgspec.structs.replace(
        accepted(2, 0.3),
        facts=_facts(
            tc_url=f"rtmp://{HOST}/live?authmod=adobe&user=PLANTED-USER&challenge=PLANTED-CH&response=PLANTED-RE",
            redirected_from=("rtmp://10.0.0.7/live", f"rtmp://edge.example.com/live/{STREAM_KEY}"),
            authentication="adobe",
            authenticated=True,
        ),
    )
    on_air = StreamFacts(
        "NetStream.Publish.Start", f"Publishing {STREAM_KEY}.", ("NetStream.Publish.Start",), held_s=3.0
    )
    said = (
        TranscriptLine(0.31, Direction.OUT, f"publish #0 ['{STREAM_KEY}', 'live']"),
        TranscriptLine(0.33, Direction.IN, "onStatus {code: 'NetStream.Publish.Start'}"),
    )
    gone = StreamFacts(
        _NOT_FOUND,
        f"Stream {STREAM_KEY} not found.",
        ("NetStream.Play.Reset", _NOT_FOUND),
    )
    attempts = (
        connected(1, where, 0.0),
        attempt(
            2, where, Status.CONNECTED, dns(2, 0.2), tcp(2, 0.212, 1935), handshake(2, 0.234), signed_in,
            observed(2, StepName.PUBLISH, 0.33, 3.4, on_air, port=1935),
            purpose=Purpose.FOLLOW_UP, experiment=Experiment.PUBLISH, transcript=said,
        ),
        attempt(
            3, where, Status.REJECTED, dns(3, 3.5), tcp(3, 3.512, 1935), handshake(3, 3.534), accepted(3, 3.58),
            observed(
                3, StepName.PLAY, 3.61, 3.64, gone, Failure(FailureKind.REJECTED, gone.code or ""), port=1935,
                first_out=b"\x02\x00\x04play" + STREAM_KEY.encode(),
            ),
            purpose=Purpose.FOLLOW_UP, experiment=Experiment.PLAY,
        ),
    )  # fmt: skip
    return report(
        attempts,
        target=Target(HOST, "live", stream=STREAM_KEY),
        options=Options(publish=True, play=True),
        duration_s=3.7,
    )


ALL = (rtmfp, proxied, encrypted, published)


def _through(port: int, transport: Transport = Transport.RTMP) -> Endpoint:
    return msgspec.structs.replace(endpoint(transport, port), proxy=PROXY)


def _to_proxy(number: int, start: float) -> tuple[Observation, ...]:
    facts = TcpFacts(local_address="192.168.1.23", kernel_rtt_s=0.001)
    return (observed(number, StepName.TCP, start, start + 0.002, facts, address=PROXY_ADDRESS, port=3128),)


def _asked(number: int, start: float, facts: ProxyFacts, kind: FailureKind | None = None) -> Observation:
    failure = Failure(kind) if kind is not None else None
    return observed(
        number, StepName.PROXY, start, start + 0.03, facts, failure, address=PROXY_ADDRESS, port=3128
    )


def _connect(number: int, start: float) -> Observation:
    return msgspec.structs.replace(accepted(number, start), port=1935)


def _facts(**changes: object) -> ConnectFacts:
    facts = accepted(1, 0.0).facts
    assert isinstance(facts, ConnectFacts)
    return msgspec.structs.replace(facts, **changes)
