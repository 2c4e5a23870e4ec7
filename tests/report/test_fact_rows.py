import pytest
from hypothesis import given

from fmsdiag.model import (
    Certificate,
    Failure,
    FailureKind,
    Icmp,
    Observation,
    ProxyFacts,
    Report,
    StepName,
    TlsFacts,
    TunnelFacts,
)
from fmsdiag.report.fact_rows import facts_of
from tests.report import samples, transport_samples
from tests.report.any_report import reports


def told(seen: Observation | None) -> dict[str, tuple[str, ...]]:
    assert seen is not None
    return dict(facts_of(seen))


def test_what_was_measured_has_a_label() -> None:
    _, working, *_ = samples.port_blocked().attempts
    assert told(working.step(StepName.DNS)) == {
        "Name": ("media.example.com",),
        "Asked": ("the system, as players do",),
        "Addresses": ("203.0.113.10", "2001:db8:10::10"),
    }
    assert told(working.step(StepName.TCP))["Round trip"] == ("21 ms",)
    handshake = told(working.step(StepName.HANDSHAKE))
    assert handshake["S0, version"] == ("3",)
    assert handshake["S2 signature valid"] == ("yes",)
    assert handshake["Bytes"] == ("3,073 sent, 3,073 received",)
    assert told(working.step(StepName.CONNECT))["Also said"] == ("mode: 1",)


def test_routers_are_told_one_by_one() -> None:
    path = samples.port_blocked().attempts[5]
    assert told(path.step(StepName.HOP))["Routers"] == (
        "1. 192.168.1.1: Time exceeded, 1.0 ms",
        "2. no answer",
        "3. no answer",
    )


def test_a_failure_is_told_with_all_that_is_known() -> None:
    failure = Failure(
        FailureKind.UNREACHABLE, "says the router", "EHOSTUNREACH", Icmp(3, 13, None), 0, "nothing"
    )
    facts = told(samples.observed(1, StepName.TCP, 0, 1, None, failure))
    assert facts["ICMP"] == ("type 3, code 13, sender unknown",)
    assert facts["Ended"] == ("after 0 bytes",)
    assert facts["System error"] == ("EHOSTUNREACH",)


def test_a_certificate_that_was_not_trusted() -> None:
    certificate = Certificate("CN=a", "CN=b", ("a", "b"), self_signed=True)
    seen = TlsFacts(
        "a", "TLSv1.3", verify_message="self-signed", certificate=certificate, chain=(certificate,)
    )
    facts = told(samples.observed(1, StepName.TLS, 0, 1, seen))
    assert facts["Certificate trusted"] == ("no: self-signed",)
    assert facts["Issued by"] == ("CN=b (self-signed)",)
    assert facts["Chain"] == ("CN=a, issued by CN=b",)
    assert "Alert" not in facts


@pytest.mark.parametrize(("requests", "shown"), [(0, None), (3, ("3 over 2 TCP connections",))])
def test_a_tunnel(requests: int, shown: object) -> None:
    seen = TunnelFacts("id", 200, (("server", "x"),), requests, 2)
    facts = told(samples.observed(1, StepName.TUNNEL, 0, 1, seen))
    assert facts.get("Requests") == shown
    assert facts["Answer"] == ("HTTP 200",)
    assert facts["Headers"] == ("server: x",)


def test_redirects_are_told_in_order() -> None:
    sent_on, greeted, keys, opened = transport_samples.rtmfp().attempts[0].observations[1:5]
    assert told(sent_on)["Redirected to"] == ("1. 203.0.113.11:1935", "2. 10.0.0.7:19350")
    assert told(sent_on)["Not followed"] == (
        "10.0.0.7:19350: a public server redirects to a private address",
    )
    assert told(greeted)["Redirected by"] == ("203.0.113.10:1935",)
    assert told(greeted)["Sent"] == ("2 greetings (IHello)",)
    assert told(keys)["Sent"] == ("1 key (IIKeying)",)
    assert told(opened)["Round trip inside the connection"] == ("22 ms",)
    signed_in = told(transport_samples.published().attempts[1].step(StepName.CONNECT))
    assert signed_in["Redirected from"][0] == "1. rtmp://10.0.0.7/live"
    assert signed_in["Redirected from"][2].startswith("3. rtmp://media.example.com/live")
    assert signed_in["Sign-in requested"] == ("user name and password (Adobe's method)",)
    assert signed_in["User name and password accepted"] == ("yes",)


def test_a_proxy_and_what_it_said() -> None:
    asks, refuses, passes = (told(a.step(StepName.PROXY)) for a in transport_samples.proxied().attempts)
    assert asks["Asks for"] == ("Basic and NTLM",)
    assert asks["Known from"] == ("this computer's settings",)
    assert asks["User name and password sent"] == ("no",)
    assert refuses["Answer"] == ("HTTP 403 Forbidden",)
    assert passes["Method"] == ("HTTP",)
    socks = ProxyFacts("socks5://p.example:1080", "SOCKS5", "given", 2, "not allowed")
    assert told(samples.observed(1, StepName.PROXY, 0, 1, socks))["Answer"] == ("reply 2 not allowed",)


def test_encryption_is_told_where_it_was_asked_for() -> None:
    works, broken = (told(a.step(StepName.HANDSHAKE)) for a in transport_samples.encrypted().attempts)
    assert works["Encryption works"] == works["Server's key accepted"] == ("yes",)
    assert works["Encryption requested"] == ("version 6",)
    assert broken["Server's key accepted"] == ("no",)
    assert "Encryption works" not in broken
    assert "Server's key accepted" not in told(samples.healthy().attempts[0].step(StepName.HANDSHAKE))


def test_a_stream_and_a_tunnels_address() -> None:
    on_air, refused = transport_samples.published().attempts[1:]
    assert told(on_air.step(StepName.PUBLISH))["Lasted"] == ("3.0 s",)
    assert "All codes" not in told(on_air.step(StepName.PUBLISH))
    assert told(refused.step(StepName.PLAY))["All codes"][0] == "1. NetStream.Play.Reset"
    tunnel = told(transport_samples.proxied().attempts[2].step(StepName.TUNNEL))
    assert tunnel["Answer about its own address (/fcs/ident2)"] == ("HTTP 200",)
    assert tunnel["Address it named"] == ("10.0.0.9",)
    unchecked = TlsFacts("h", "TLSv1.3", verification_skipped=True)
    assert told(samples.observed(1, StepName.TLS, 0, 1, unchecked))["Certificate checked"] == (
        "no: connected again despite the certificate, to see what answers",
    )


@given(reports())
def test_whatever_was_measured_can_be_told(report: Report) -> None:
    for attempt in report.attempts:
        for seen in attempt.observations:
            assert all(label and any(lines) for label, lines in facts_of(seen))
