from __future__ import annotations

import msgspec
import pytest

from fmsdiag import model
from fmsdiag.model import (
    Attempt,
    Endpoint,
    Failure,
    FailureKind,
    Family,
    Icmp,
    Observation,
    ProxyFacts,
    Purpose,
    ReplyProtocol,
    Status,
    StepName,
    TlsFacts,
    Transport,
)


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [
        (Endpoint(Transport.RTMP, "h.example", 1935), "tcp/1935/rtmp"),
        (Endpoint(Transport.RTMFP, "h.example", 1935), "udp/1935/rtmfp"),
        (Endpoint(Transport.RTMP, "h.example", 80, Family.IPV6), "tcp/80/rtmp/ipv6"),
        (Endpoint(Transport.RTMPT, "h.example", 80, proxy="http://p:3128"), "tcp/80/rtmpt/proxy"),
        (
            Endpoint(Transport.RTMPS, "h.example", 443, Family.IPV4, proxy="connect"),
            "tcp/443/rtmps/ipv4/proxy",
        ),
    ],
)
def test_a_key_joins_the_attempts_of_two_reports(endpoint: Endpoint, key: str) -> None:
    assert endpoint.key == key


def observation(name: str, step: StepName, failure: FailureKind | None = None) -> Observation:
    return Observation(name, step, 1.0, 1.5, failure=Failure(failure) if failure else None)


def attempt(*observations: Observation) -> Attempt:
    endpoint = Endpoint(Transport.RTMP, "h.example", 1935)
    return Attempt(1, endpoint, Purpose.FALLBACK, Status.FAILED, observations=observations)


def test_a_step_is_its_last_observation_and_absent_when_not_reached() -> None:
    first = observation("1.tcp", StepName.TCP, FailureKind.TIMED_OUT)
    second = observation("1.tcp-2", StepName.TCP)
    tried = attempt(first, second)
    assert tried.step(StepName.TCP) is second
    assert tried.step(StepName.TLS) is None


def test_only_the_last_observation_can_have_ended_an_attempt() -> None:
    bad, good = observation("1.tcp", StepName.TCP, FailureKind.REFUSED), observation("1.tcp-2", StepName.TCP)
    assert attempt(good, bad).failed_step is bad
    assert attempt(bad, good).failed_step is None
    assert attempt().failed_step is None
    assert (good.ok, bad.ok, good.elapsed_s) == (True, False, 0.5)


def test_what_dns_says_beside_an_attempt_does_not_end_it() -> None:
    system, bad = observation("1.dns", StepName.DNS), observation("1.tcp", StepName.TCP, FailureKind.REFUSED)
    beside = observation("1.dns-2", StepName.DNS)
    assert attempt(system, bad, beside).failed_step is bad
    unknown = observation("1.dns", StepName.DNS, FailureKind.NAME_NOT_FOUND)
    assert attempt(unknown).failed_step is unknown


def test_what_is_seen_behind_a_refused_certificate_is_not_what_a_player_lives_through() -> None:
    refused = observation("1.tls", StepName.TLS, FailureKind.CERTIFICATE_EXPIRED)
    again = msgspec.structs.replace(
        observation("1.tls-2", StepName.TLS), facts=model.TlsFacts(verification_skipped=True)
    )
    spoken = observation("1.handshake", StepName.HANDSHAKE)
    looked = attempt(observation("1.tcp", StepName.TCP), refused, again, spoken)
    assert looked.behind_certificate == (again, spoken)
    assert [o.id for o in looked.as_player] == ["1.tcp", "1.tls"]
    assert looked.failed_step is looked.step(StepName.TLS) is refused
    assert looked.step(StepName.HANDSHAKE) is None
    assert attempt(refused).behind_certificate == ()


@pytest.mark.parametrize(
    ("pair", "says"),
    [
        ((3, 0), "is_net_unreachable"),
        ((1, 0), "is_net_unreachable"),
        ((3, 1), "is_host_unreachable"),
        ((1, 3), "is_host_unreachable"),
        ((3, 3), "is_port_unreachable"),
        ((1, 4), "is_port_unreachable"),
        ((3, 13), "is_prohibited"),
        ((1, 1), "is_prohibited"),
        ((1, 6), "is_route_rejected"),
        ((11, 0), ""),
    ],
)
def test_an_icmp_error_says_one_thing(pair: tuple[int, int], says: str) -> None:
    readings = ("net_unreachable", "host_unreachable", "port_unreachable", "prohibited", "route_rejected")
    icmp = Icmp(*pair, sender="192.0.2.1")
    true = [name for name in (f"is_{reading}" for reading in readings) if getattr(icmp, name)]
    assert true == ([says] if says else [])


def test_an_observation_has_the_icmp_error_of_its_failure() -> None:
    icmp = Icmp(3, 3, None)
    failed = Observation("1.tcp", StepName.TCP, 0.0, 1.0, failure=Failure(FailureKind.REFUSED, icmp=icmp))
    assert failed.icmp is icmp
    assert Observation("1.tcp", StepName.TCP, 0.0, 1.0).icmp is None


def test_a_lookup_without_an_answer_is_told_as_the_dns_servers_silence() -> None:
    silence = Failure(FailureKind.TIMED_OUT, "no answer")
    lookup = Observation("1.dns", StepName.DNS, 0.0, 3.0, failure=silence)
    assert lookup.told_failure == Failure(FailureKind.RESOLVER_SILENT, "no answer")
    assert Observation("1.tcp", StepName.TCP, 0.0, 3.0, failure=silence).told_failure is silence
    assert Observation("1.dns", StepName.DNS, 0.0, 3.0).told_failure is None


def test_an_attempt_is_decided_by_the_servers_yes_or_no() -> None:
    endpoint = Endpoint(Transport.RTMP, "h.example", 1935)
    decided = [s for s in Status if Attempt(1, endpoint, Purpose.FALLBACK, s).was_decided]
    assert decided == [Status.CONNECTED, Status.REJECTED]


def test_a_reply_is_in_the_protocol_that_it_looks_like() -> None:
    web = Failure(FailureKind.UNEXPECTED_REPLY, looks_like="HTTP 400 from nginx")
    assert web.replied_in(ReplyProtocol.RTMP, ReplyProtocol.HTTP)
    assert not web.replied_in(ReplyProtocol.TLS)
    assert not Failure(FailureKind.TIMED_OUT).replied_in(*ReplyProtocol)


@pytest.mark.parametrize(
    ("last", "status"),
    [
        (observation("1.connect", StepName.CONNECT), Status.CONNECTED),
        (observation("1.connect", StepName.CONNECT, FailureKind.REJECTED), Status.REJECTED),
        (observation("1.handshake", StepName.HANDSHAKE, FailureKind.CLOSED), Status.FAILED),
    ],
)
def test_beyond_a_refused_certificate_an_attempt_goes_on(last: Observation, status: Status) -> None:
    tcp = observation("1.tcp", StepName.TCP)
    refused = observation("1.tls", StepName.TLS, FailureKind.CERTIFICATE_EXPIRED)
    inside = Observation("1.tls-2", StepName.TLS, 1.5, 2.0, facts=TlsFacts(verification_skipped=True))
    beyond = attempt(tcp, refused, inside, last).beyond_certificate
    assert beyond.status is status
    assert [o.id for o in beyond.observations] == ["1.tcp", "1.tls-2", last.id]
    assert beyond.behind_certificate == ()
    plain = attempt(tcp, refused)
    assert plain.beyond_certificate is plain


def test_a_proxy_that_did_not_reach_the_server_has_not_refused() -> None:
    said = Failure(FailureKind.PROXY_REFUSED, "HTTP 503")
    for method, status, kind in (
        ("CONNECT", 503, FailureKind.PROXY_UNREACHED),
        ("CONNECT", 403, FailureKind.PROXY_REFUSED),
        ("SOCKS5", 5, FailureKind.PROXY_UNREACHED),
        ("SOCKS5", 2, FailureKind.PROXY_REFUSED),
    ):
        facts = ProxyFacts("http://p.example:3128", method, status=status)
        told = Observation("1.proxy", StepName.PROXY, 0.0, 0.1, failure=said, facts=facts).told_failure
        assert told is not None
        assert told.kind is kind


def test_no_host_reports_itself_unreachable() -> None:
    def sender(kind: tuple[int, int], by: str) -> str | None:
        failure = Failure(FailureKind.UNREACHABLE, icmp=Icmp(*kind, by))
        return Observation(
            "1.tcp", StepName.TCP, 0.0, 0.1, address="203.0.113.10", failure=failure
        ).icmp_sender

    assert sender((3, 1), "203.0.113.10") is None  # written by NAT
    assert sender((3, 1), "198.51.100.1") == "198.51.100.1"
    assert sender((3, 13), "203.0.113.10") == "203.0.113.10"  # its own firewall
    assert Observation("1.tcp", StepName.TCP, 0.0, 0.1).icmp_sender is None


@pytest.mark.parametrize("other", [FailureKind.UNREACHABLE, FailureKind.NO_ROUTE])
def test_a_port_that_one_address_refuses_is_refused_whatever_other_addresses_do(other: FailureKind) -> None:
    refused = observation("1.tcp", StepName.TCP, FailureKind.REFUSED)
    gone = observation("1.tcp-2", StepName.TCP, other)
    assert attempt(refused, gone).failed_step is refused
    assert attempt(gone, refused).failed_step is refused
    silent = observation("1.tcp-3", StepName.TCP, FailureKind.TIMED_OUT)
    assert attempt(refused, silent).failed_step is silent  # it may be blocked over this kind of address


def test_an_address_to_which_nothing_was_sent_ends_no_attempt_that_another_one_ended() -> None:
    silent = observation("1.tcp", StepName.TCP, FailureKind.TIMED_OUT)
    no_way = observation("1.tcp-2", StepName.TCP, FailureKind.NO_ROUTE)
    assert attempt(silent, no_way).failed_step is silent
    assert attempt(no_way, silent).failed_step is silent
    assert attempt(no_way).failed_step is no_way
