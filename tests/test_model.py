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
    Observation,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
)


@pytest.mark.parametrize(
    ("transport", "carrier", "port", "tls", "tunnel", "media"),
    [
        (Transport.RTMP, "tcp", 1935, False, False, True),
        (Transport.RTMPE, "tcp", 1935, False, False, True),
        (Transport.RTMPS, "tcp", 443, True, False, True),
        (Transport.RTMPT, "tcp", 80, False, True, True),
        (Transport.RTMPTE, "tcp", 80, False, True, True),
        (Transport.RTMPTS, "tcp", 443, True, True, True),
        (Transport.RTMFP, "udp", 1935, False, False, True),
        (Transport.HTTP, "tcp", 80, False, False, False),
        (Transport.HTTPS, "tcp", 443, True, False, False),
        (Transport.ADMIN, "tcp", 1111, False, False, False),
    ],
)
def test_transports(
    transport: Transport, carrier: str, port: int, tls: bool, tunnel: bool, media: bool
) -> None:
    assert (transport.carrier, transport.default_port) == (carrier, port)
    assert (transport.uses_tls, transport.is_tunnel, transport.is_media) == (tls, tunnel, media)
    assert transport.is_encrypted is (transport in (Transport.RTMPE, Transport.RTMPTE))


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


@pytest.mark.parametrize(
    ("host", "literal"),
    [
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("fe80::1%eth0", True),
        ("h.example", False),
        ("1.2.3.example", False),
    ],
)
def test_literals_are_not_looked_up(host: str, literal: bool) -> None:
    assert Target(host, "live").is_literal is literal


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


def test_every_noun_is_frozen() -> None:
    nouns = [n for n in vars(model).values() if isinstance(n, type) and issubclass(n, msgspec.Struct)]
    assert len(nouns) > 30
    assert all(noun.__struct_config__.frozen for noun in nouns if noun is not msgspec.Struct)


def test_facts_tell_their_kind_in_json() -> None:
    kept = msgspec.structs.replace(
        observation("1.connect", StepName.CONNECT), facts=model.ConnectFacts("live", "rtmp://h/live")
    )
    text = msgspec.json.encode(kept)
    assert b'"type":"connect"' in text
    assert msgspec.json.decode(text, type=Observation) == kept


def test_what_is_seen_behind_a_refused_certificate_is_not_what_a_player_lives_through() -> None:
    refused = observation("1.tls", StepName.TLS, FailureKind.CERTIFICATE_EXPIRED)
    again = msgspec.structs.replace(
        observation("1.tls-2", StepName.TLS), facts=model.TlsFacts(verification_skipped=True)
    )
    spoken = observation("1.handshake", StepName.HANDSHAKE)
    looked = attempt(observation("1.tcp", StepName.TCP), refused, again, spoken)
    assert looked.inside == (again, spoken)
    assert [o.id for o in looked.lived] == ["1.tcp", "1.tls"]
    assert looked.failed_step is looked.step(StepName.TLS) is refused
    assert looked.step(StepName.HANDSHAKE) is None
    assert attempt(refused).inside == ()
