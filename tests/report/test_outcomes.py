import pytest

from fmsdiag.model import (
    Certificate,
    ConnectFacts,
    DnsFacts,
    Failure,
    FailureKind,
    HandshakeFacts,
    Hop,
    HopFacts,
    HttpFacts,
    Icmp,
    KeyingFacts,
    NextHop,
    ProxyFacts,
    Status,
    StepName,
    StreamFacts,
    TcpFacts,
    TlsFacts,
    Transport,
    TunnelFacts,
    UdpFacts,
)
from fmsdiag.report import outcomes, words
from tests.diagnosis.situations import run_view
from tests.report import samples

FAILURES = [
    (StepName.EXCHANGE, None, Failure(FailureKind.RESET), "Reset"),
    (StepName.TCP, None, Failure(FailureKind.TIMED_OUT), "No answer"),
    (StepName.DNS, None, Failure(FailureKind.TIMED_OUT), "Lookup timed out"),
    (StepName.HANDSHAKE, None, Failure(FailureKind.TIMED_OUT), "Port open, then no answer"),
    (StepName.TCP, None, Failure(FailureKind.REFUSED), "Refused"),
    (StepName.TCP, None, Failure(FailureKind.RESET), "Reset"),
    (StepName.HANDSHAKE, None, Failure(FailureKind.RESET), "Reset"),
    (StepName.TLS, None, Failure(FailureKind.CLOSED), "Closed"),
    (
        StepName.CONNECT,
        None,
        Failure(FailureKind.CLOSED),
        "Closed",
    ),
    (StepName.TCP, None, Failure(FailureKind.UNREACHABLE), "Unreachable"),
    (
        StepName.TCP,
        None,
        Failure(FailureKind.UNREACHABLE, icmp=Icmp(3, 13, "192.0.2.1")),
        "Unreachable, reported by 192.0.2.1",
    ),
    (
        StepName.TCP,
        None,
        Failure(FailureKind.UNREACHABLE, icmp=Icmp(3, 1, "192.0.2.1", NextHop.SERVER)),
        "No machine found at that address",
    ),
    (
        StepName.TCP,
        None,
        Failure(FailureKind.UNREACHABLE, icmp=Icmp(3, 1, "192.0.2.1", NextHop.ROUTER)),
        "The router did not answer",
    ),
    (
        StepName.HANDSHAKE,
        None,
        Failure(FailureKind.UNEXPECTED_REPLY, looks_like="HTTP 400 from nginx"),
        "Unexpected reply: HTTP 400 from nginx",
    ),
    (StepName.HANDSHAKE, None, Failure(FailureKind.UNEXPECTED_REPLY), "Unexpected reply"),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(encryption=6, s0_version=3, s1_complete_s=0.1, server_digest="scheme 1"),
        Failure(FailureKind.UNEXPECTED_REPLY, looks_like="plain RTMP server"),
        "RTMPE not offered; plain RTMP answers",
    ),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(encryption=6, s0_version=6, s1_complete_s=0.1),
        Failure(FailureKind.UNEXPECTED_REPLY),
        "The server claims to support RTMPE, but sends no key for it",
    ),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(
            encryption=6, s0_version=6, s1_complete_s=0.1, server_digest="scheme 1", server_key_valid=False
        ),
        Failure(FailureKind.UNEXPECTED_REPLY),
        "The server's key for RTMPE is not valid",
    ),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(
            encryption=6, s0_version=8, s1_complete_s=0.1, server_digest="scheme 1", server_key_valid=True
        ),
        Failure(FailureKind.UNEXPECTED_REPLY),
        "The server expects RTMPE with signatures of type 8",
    ),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(encryption=6, s0_version=83),
        Failure(FailureKind.UNEXPECTED_REPLY, looks_like="SSH server"),
        "Unexpected reply: SSH server",
    ),
    (
        StepName.HANDSHAKE,
        None,
        Failure(FailureKind.STALLED, bytes_received=1460),
        "Stalled after 1,460 bytes",
    ),
    (StepName.HANDSHAKE, None, Failure(FailureKind.STALLED, bytes_received=1), "Stalled after 1 byte"),
    (
        StepName.CONNECT,
        ConnectFacts("a", "rtmp://h/a", description="No \x1b[31mscope"),
        Failure(FailureKind.REJECTED),
        "Rejected by server: “No \\x1b[31mscope”",
    ),
    (
        StepName.PUBLISH,
        StreamFacts("NetStream.Publish.BadName", "Stream already publishing"),
        Failure(FailureKind.REJECTED),
        "Rejected by server: “Stream already publishing”",
    ),
    (
        StepName.PLAY,
        None,
        Failure(FailureKind.CLOSED),
        "Closed",
    ),
    (
        StepName.PROXY,
        ProxyFacts("http://p.example:3128", "CONNECT", status=403, reason="Forbidden"),
        Failure(FailureKind.PROXY_REFUSED),
        "Refused by proxy: HTTP 403 Forbidden",
    ),
    (
        StepName.PROXY,
        ProxyFacts("socks5://p.example:1080", "SOCKS5", status=2),
        Failure(FailureKind.PROXY_REFUSED),
        "Refused by proxy: SOCKS5 reply 2",
    ),
    (StepName.PROXY, None, Failure(FailureKind.PROXY_REFUSED), "Refused by proxy"),
    (
        StepName.PROXY,
        ProxyFacts("http://p.example:3128", "HTTP", status=500, reason="Unable to connect"),
        Failure(FailureKind.PROXY_REFUSED),
        "Proxy cannot connect: HTTP 500 Unable to connect",
    ),
    (
        StepName.PROXY,
        ProxyFacts("http://p.example:3128", "CONNECT", status=407),
        Failure(FailureKind.PROXY_AUTH_REQUIRED),
        "Proxy sign-in required",
    ),
    (
        StepName.PROXY,
        ProxyFacts("http://p.example:3128", "CONNECT", status=407, credentials_sent=True),
        Failure(FailureKind.PROXY_AUTH_REQUIRED),
        "The proxy does not accept the user name and password",
    ),
    (StepName.DNS, None, Failure(FailureKind.NAME_NOT_FOUND), "Name not found"),
    (StepName.DNS, None, Failure(FailureKind.LOCAL_ERROR), "Internal error"),
]


@pytest.mark.parametrize(("step", "facts", "failure", "text"), FAILURES)
def test_failures(step: StepName, facts: object, failure: Failure, text: str) -> None:
    seen = samples.observed(1, step, 0.0, 5.0, facts, failure)
    assert outcomes.describe_failure(seen) == text
    assert outcomes.describe_step(seen) == f"{words.step_label(step)}: {text}"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FailureKind.TIMED_OUT, "The server answered once, then stopped answering"),
        (FailureKind.CLOSED, "Closed"),
    ],
)
def test_rtmfp_exchanges_keys_where_rtmp_shakes_hands(kind: FailureKind, text: str) -> None:
    seen = samples.observed(1, StepName.HANDSHAKE, 0.0, 5.0, KeyingFacts(), Failure(kind))
    assert outcomes.describe_step(seen) == f"Key exchange: {text}"
    assert words.step_label(StepName.HANDSHAKE, Transport.RTMFP) == "Key exchange"
    assert words.step_label(StepName.CONNECT, Transport.RTMFP) == "NetConnection"


@pytest.mark.parametrize(
    ("step", "facts", "kind", "text"),
    [
        (StepName.UDP, UdpFacts(), FailureKind.TIMED_OUT, "No answer over UDP"),
        (StepName.UDP, UdpFacts(), FailureKind.REFUSED, "Refused: the UDP port is closed"),
        (
            StepName.UDP,
            UdpFacts(not_followed={"10.0.0.7:19350": "redirect-private"}),
            FailureKind.UNEXPECTED_REPLY,
            "Redirect to 10.0.0.7:19350 not followed",
        ),
        (
            StepName.UDP,
            UdpFacts(redirected_by="192.0.2.1:1935"),
            FailureKind.TIMED_OUT,
            "No answer over UDP from 203.0.113.10 port 1935, the redirect target of 192.0.2.1:1935",
        ),
        (
            StepName.CONNECT,
            ConnectFacts("live", "rtmfp://h/live"),
            FailureKind.TIMED_OUT,
            "Keys exchanged, then no answer",
        ),
        (
            StepName.CONNECT,
            ConnectFacts("live", "rtmfp://h/live"),
            FailureKind.STALLED,
            "The connect command arrived, then no answer",
        ),
        (
            StepName.CONNECT,
            ConnectFacts("live", "rtmp://h/live"),
            FailureKind.TIMED_OUT,
            "Port open, then no answer",
        ),
    ],
)
def test_where_there_is_no_connection_silence_is_told_by_what_came_before(
    step: StepName, facts: UdpFacts | ConnectFacts, kind: FailureKind, text: str
) -> None:
    seen = samples.observed(1, step, 0.0, 5.0, facts, Failure(kind), port=1935)
    assert outcomes.describe_failure(seen) == text


@pytest.mark.parametrize("kind", list(FailureKind))
def test_every_failure_has_words_and_an_end_marker(kind: FailureKind) -> None:
    seen = samples.observed(1, StepName.TCP, 0.0, 5.0, None, Failure(kind))
    attempt = samples.attempt(1, samples.endpoint(), Status.FAILED, seen)
    assert outcomes.describe_outcome(attempt)
    mark = words.mark_of(attempt)
    assert mark.word
    assert mark.tone is words.Tone.BAD


SUCCESSES = [
    (
        StepName.DNS,
        DnsFacts("h", "system", ("a1", "a2", "a3", "a4"), 196),
        "Name lookup: a1, a2, a3, and 197 more",
    ),
    (StepName.DNS, DnsFacts("h", "dns"), "Name lookup: no address"),
    (StepName.TCP, TcpFacts(), "TCP connection: open to 203.0.113.10"),
    (
        StepName.TLS,
        TlsFacts("h", "TLSv1.3", certificate=Certificate("CN=h", "O=Example, CN=Example CA")),
        "TLS: TLSv1.3, certificate by Example CA",
    ),
    (
        StepName.TLS,
        TlsFacts("h", certificate=Certificate("CN=h", "O=Example")),
        "TLS: open, certificate by O=Example",
    ),
    (StepName.HTTP, HttpFacts("GET", "/", 404, looks_like="nginx"), "Web request: HTTP 404, nginx"),
    (StepName.HTTP, HttpFacts("GET", "/"), "Web request: an answer that is not HTTP"),
    (StepName.TUNNEL, TunnelFacts(session_id="x", requests=1), "HTTP tunnel: open, 1 request"),
    (StepName.TUNNEL, TunnelFacts(status=404), "HTTP tunnel: HTTP 404"),
    (StepName.HANDSHAKE, HandshakeFacts(), "RTMP handshake: complete"),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(server_digest="scheme 1"),
        "RTMP handshake: complete, digest scheme 1",
    ),
    (
        StepName.CONNECT,
        ConnectFacts("a", "u", code="NetConnection.Connect.Success", fms_ver="FMS/5,0"),
        "NetConnection: NetConnection.Connect.Success, FMS/5,0",
    ),
    (StepName.CONNECT, ConnectFacts("a", "u"), "NetConnection: accepted"),
    (
        StepName.HOP,
        HopFacts(80, (Hop(1, "time-exceeded", "10.0.0.1"), Hop(2, "silent"))),
        "Network path: last answer from hop 1 (10.0.0.1): Time exceeded",
    ),
    (
        StepName.HANDSHAKE,
        HandshakeFacts(encryption=6, encryption_works=True),
        "RTMP handshake: complete, encrypted",
    ),
    (StepName.HANDSHAKE, KeyingFacts(), "Key exchange: keys exchanged"),
    (StepName.UDP, UdpFacts(), "UDP: an RTMFP server answers"),
    (StepName.UDP, UdpFacts(redirects=("192.0.2.1:1935",)), "UDP: redirects to 192.0.2.1:1935"),
    (
        StepName.UDP,
        UdpFacts(redirects=tuple(f"192.0.2.{n}:1" for n in range(5))),
        "UDP: redirects to 192.0.2.0:1, 192.0.2.1:1, 192.0.2.2:1, and 2 more",
    ),
    (
        StepName.UDP,
        UdpFacts(cookie_bytes=64, redirected_by="192.0.2.1:1"),
        "UDP: an RTMFP server answers at the redirect target of 192.0.2.1:1",
    ),
    (
        StepName.UDP,
        UdpFacts(cookie_bytes=64, reply_from="192.0.2.9:2"),
        "UDP: an RTMFP server answers, but from another address: 192.0.2.9:2",
    ),
    (
        StepName.CONNECT,
        ConnectFacts("a", "u", redirected_from=("rtmp://x/a", "rtmp://y/a")),
        "NetConnection: accepted, after 2 redirects",
    ),
    (
        StepName.PROXY,
        ProxyFacts("http://cache.example.net:3128", "CONNECT", status=200),
        "Proxy: the proxy cache.example.net:3128 allows it",
    ),
    (
        StepName.PUBLISH,
        StreamFacts("NetStream.Publish.Start", held_s=2.0),
        "Publish: NetStream.Publish.Start, held for 2.0 s",
    ),
    (StepName.PLAY, StreamFacts(), "Play: started"),
    (
        StepName.TLS,
        TlsFacts("h", "TLSv1.3", verification_skipped=True),
        "TLS: TLSv1.3, certificate not checked",
    ),
    (StepName.HOP, HopFacts(80, (Hop(1, "silent"),)), "Network path: no router answered"),
    (
        StepName.HOP,
        HopFacts(80, supported=False),
        "Network path: this system does not show which router answers",
    ),
]


@pytest.mark.parametrize(("step", "facts", "text"), SUCCESSES)
def test_successful_steps(step: StepName, facts: object, text: str) -> None:
    assert outcomes.describe_step(samples.observed(1, step, 0.0, 0.1, facts)) == text


def test_outcomes_keep_apart_what_is_not_the_same() -> None:
    by_status = {
        a.status: a for r in (samples.healthy(), samples.stopped(), samples.rejected()) for a in r.attempts
    }
    assert outcomes.describe_outcome(by_status[Status.CONNECTED]) == "Connected"
    assert outcomes.describe_outcome(by_status[Status.REJECTED]) == "Rejected by server"
    assert words.mark_of(by_status[Status.REJECTED]).tone is not words.Tone.BAD
    assert outcomes.describe_outcome(by_status[Status.CANCELLED]) == "Stopped: you stopped the test"
    assert outcomes.describe_outcome(by_status[Status.NOT_STARTED]) == "Not started"
    assert outcomes.describe_outcome(by_status[Status.NOT_APPLICABLE]).startswith("Skipped: RTMFP cannot be")
    assert by_status[Status.NOT_STARTED].duration_s is None


def test_an_answer_that_opens_no_netconnection_is_not_called_connected() -> None:
    page = samples.observed(9, StepName.HTTP, 0.0, 0.1, HttpFacts("GET", "/", 200))
    web = samples.attempt(9, samples.endpoint(Transport.HTTP, 8134), Status.CONNECTED, page)
    assert outcomes.describe_outcome(web) == "Answered: HTTP 200"
    lookup = samples.attempt(9, samples.endpoint(), Status.CONNECTED, samples.dns(9))
    assert outcomes.describe_outcome(lookup) == "Answered: 203.0.113.10 and 2001:db8:10::10"
    shaken = samples.attempt(9, samples.endpoint(), Status.CONNECTED, samples.handshake(9, 0.0))
    assert outcomes.describe_outcome(shaken) == "Answered: RTMP handshake: complete, digest scheme 1"
    nothing = samples.attempt(9, samples.endpoint(), Status.CONNECTED)
    assert outcomes.describe_outcome(nothing) == "Answered"


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (StepName.TCP, "Reset"),
        (StepName.TLS, "Reset (TLS)"),
        (StepName.CONNECT, "Reset (NetConnection)"),
    ],
)
def test_an_attempt_that_was_cut_off_tells_where(step: StepName, text: str) -> None:
    seen = samples.observed(1, step, 0.0, 5.0, None, Failure(FailureKind.RESET))
    attempt = samples.attempt(1, samples.endpoint(), Status.FAILED, seen)
    assert outcomes.describe_outcome(attempt) == text


@pytest.mark.parametrize(
    ("code", "text"), [("open", "Open"), ("timed-out", "No answer"), ("made\x1b-up", "made\\x1b-up")]
)
def test_codes_in_words(code: str, text: str) -> None:
    assert outcomes.code_word(code) == text


def test_a_stopped_attempt_says_in_which_step() -> None:
    assert outcomes.describe_outcome(samples.interrupted().attempts[1]) == "Not finished (TCP connection)"


def test_no_network_is_said_whatever_the_step_met() -> None:
    for step in (StepName.DNS, StepName.TCP, StepName.UDP):
        seen = samples.observed(1, step, 0.0, 1.0, failure=Failure(FailureKind.NO_ROUTE, offline=True))
        assert outcomes.describe_failure(seen) == "No network"


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("fallback rtmp 1935: tcp ok; handshake timed-out 10.0", "Port open, then no answer"),
        ("fallback rtmpt 80: tcp ok; tunnel ok; handshake timed-out 10.0", "No answer (RTMP handshake)"),
        ("fallback rtmps 443: tcp ok; tls ok; handshake timed-out 10.0", "No answer (RTMP handshake)"),
        (
            "fallback rtmp 1935 through=http://10.0.0.1:3128: tcp ok; proxy ok status=200; handshake timed-out 10.0",
            "No answer (RTMP handshake)",
        ),
        ("fallback rtmps 443: tcp ok; tls timed-out 10.0", "Port open, then no answer"),
        ("fallback rtmp 1935: tcp ok; handshake ok; connect timed-out 8.0", "No answer (NetConnection)"),
    ],
)
def test_silence_behind_an_answer_is_told_with_its_step(line: str, outcome: str) -> None:
    (attempt,) = run_view([line]).attempts
    assert outcomes.describe_outcome(attempt) == outcome
