import pytest
from hypothesis import given

from fmsdiag.model import (
    Certificate,
    Failure,
    FailureKind,
    Icmp,
    Observation,
    Report,
    StepName,
    TlsFacts,
    TunnelFacts,
)
from fmsdiag.report.facts import facts_of
from tests.report import samples
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
        "1. 192.168.1.1: time exceeded, 1.0 ms",
        "2. no answer",
        "3. no answer",
    )


def test_a_failure_is_told_with_all_that_is_known() -> None:
    failure = Failure(
        FailureKind.UNREACHABLE, "says the router", "EHOSTUNREACH", Icmp(3, 13, None), 0, "nothing"
    )
    facts = told(samples.observed(1, StepName.TCP, 0, 1, None, failure))
    assert facts["ICMP"] == ("type 3, code 13, from nobody named",)
    assert facts["Broke off"] == ("after 0 bytes",)
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


@given(reports())
def test_whatever_was_measured_can_be_told(report: Report) -> None:
    for attempt in report.attempts:
        for seen in attempt.observations:
            assert all(label and any(lines) for label, lines in facts_of(seen))
