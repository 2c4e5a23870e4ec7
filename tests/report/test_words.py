import math

import msgspec
import pytest

from fmsdiag.model import (
    Advice,
    Attempt,
    Endpoint,
    Experiment,
    Failure,
    FailureKind,
    Family,
    NotApplicable,
    Purpose,
    ServerIdentity,
    Status,
    StepName,
    Transport,
    VerdictStatus,
)
from fmsdiag.report import words
from tests.report import samples


@pytest.mark.parametrize(
    ("endpoint", "text"),
    [
        (Endpoint(Transport.RTMP, "h", 1935), "RTMP on port 1935"),
        (Endpoint(Transport.RTMPTS, "h", 443), "RTMPTS on port 443"),
        (Endpoint(Transport.RTMFP, "h", 1935), "RTMFP on UDP port 1935"),
        (Endpoint(Transport.HTTP, "h", 8134), "HTTP on port 8134"),
        (Endpoint(Transport.ADMIN, "h", 1111), "Administration service on port 1111"),
        (Endpoint(Transport.RTMP, "h", 80, Family.IPV6), "RTMP on port 80 over IPv6"),
        (
            Endpoint(Transport.RTMP, "h", 80, proxy="http://p:3128"),
            "RTMP on port 80 through the proxy p:3128",
        ),
    ],
)
def test_endpoints(endpoint: Endpoint, text: str) -> None:
    assert words.describe_endpoint(endpoint) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.0, "0.0 ms"),
        (0.00042, "0.4 ms"),
        (0.0099, "9.9 ms"),
        (0.00999, "10 ms"),
        (0.0123, "12 ms"),
        (0.9999, "1.0 s"),
        (5.02, "5.0 s"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert words.format_duration(seconds) == text


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.97, "Almost certainly"),
        (0.7, "Likely"),
        (0.3, "Possibly"),
        (-1.0, "Possibly"),
        (math.nan, "Possibly"),
    ],
)
def test_an_identity_says_how_sure_it_is(probability: float, text: str) -> None:
    seems = ServerIdentity("nginx-rtmp", probability)
    assert words.describe_identity(seems) == f"{text} nginx-rtmp"


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://cache.example.net:3128", "RTMP on port 1935 through the proxy cache.example.net:3128"),
        ("socks5://[2001:db8::5]:1080/", "RTMP on port 1935 through the proxy [2001:db8::5]:1080"),
        (
            "http://me:secret@cache.example.net:8080",
            "RTMP on port 1935 through the proxy cache.example.net:8080",
        ),
        ("connect", "RTMP on port 1935 through the proxy"),
    ],
)
def test_a_proxy_is_named_without_what_is_secret(url: str, text: str) -> None:
    where = msgspec.structs.replace(samples.endpoint(), proxy=url)
    assert words.describe_endpoint(where) == text


@pytest.mark.parametrize("experiment", list(Experiment))
def test_every_experiment_has_its_question(experiment: Experiment) -> None:
    asked = samples.attempt(
        9, samples.endpoint(), Status.FAILED, purpose=Purpose.FOLLOW_UP, experiment=experiment
    )
    text = words.describe_method(asked)
    assert "{" not in text
    assert text != words.describe_endpoint(asked.endpoint)


def test_methods_name_the_host_of_a_control() -> None:
    control = samples.attempt(9, samples.endpoint(host="c.example"), Status.FAILED, purpose=Purpose.CONTROL)
    assert words.describe_method(control) == "RTMP on port 1935 on c.example"


def test_plan_in_words() -> None:
    assert words.describe_plan(samples.healthy().plan) == "RTMP 1935, RTMP 80, and RTMPT 80"


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_every_verdict_has_icon_word_and_tone(status: VerdictStatus) -> None:
    mark = words.mark_of_verdict(status)
    assert mark.icon
    assert mark.word
    assert mark.ascii_icon.isascii()


def test_a_verdict_with_its_headline() -> None:
    assert words.describe_verdict(samples.healthy().verdict) == (
        "Connected. Streaming works: RTMP on port 1935 connects."
    )


def test_a_connection_that_is_not_well_is_marked_with_caution() -> None:
    mark = words.mark_of_verdict(VerdictStatus.CONNECTED, impaired=True)
    assert (mark.word, mark.tone) == ("Connected", words.Tone.CAUTION)
    assert mark.icon != words.mark_of_verdict(VerdictStatus.CONNECTED).icon
    assert words.mark_of_verdict(VerdictStatus.REJECTED, impaired=True).tone is words.Tone.BAD


def checked(failure: Failure) -> Attempt:
    """A port beside the plan, at which this came."""
    seen = samples.observed(4, StepName.TCP, 0.0, 1.0, failure=failure)
    where = samples.endpoint(Transport.RTMPS, 443)
    return samples.attempt(4, where, Status.FAILED, seen, purpose=Purpose.CHECK)


@pytest.mark.parametrize(
    "kind",
    [
        FailureKind.REFUSED, FailureKind.TIMED_OUT, FailureKind.RESET, FailureKind.CLOSED, FailureKind.STALLED,
        FailureKind.UNEXPECTED_REPLY, FailureKind.TLS_ALERT,
    ],
)  # fmt: skip
def test_what_a_check_does_not_find_is_nobodys_fault(kind: FailureKind) -> None:
    check = checked(Failure(kind))
    assert words.mark_of(check).tone is words.Tone.NEUTRAL
    assert words.mark_of(check).word == words.failure_word(Failure(kind))
    planned = msgspec.structs.replace(check, purpose=Purpose.FALLBACK)
    assert words.mark_of(planned).tone is words.Tone.BAD


@pytest.mark.parametrize(
    "kind", [FailureKind.CERTIFICATE_EXPIRED, FailureKind.NAME_NOT_FOUND, FailureKind.NOT_PERMITTED]
)
def test_what_is_wrong_in_a_check_stays_wrong(kind: FailureKind) -> None:
    assert words.mark_of(checked(Failure(kind))).tone is words.Tone.BAD


def test_without_a_network_every_row_says_so() -> None:
    mark = words.mark_of(checked(Failure(FailureKind.TIMED_OUT, offline=True)))
    assert (mark.word, mark.tone) == ("No network", words.Tone.BAD)


def test_an_address_of_many_is_named() -> None:
    where = msgspec.structs.replace(samples.endpoint(), address="203.0.113.11")
    assert words.describe_endpoint(where) == "RTMP on port 1935, address 203.0.113.11"


def test_readers_are_always_three() -> None:
    assert [who for who, _ in words.readers_of(Advice())] == [
        "You",
        "Your network administrator",
        "Server operator",
    ]


def test_every_reason_not_to_try_has_words() -> None:
    said = {words.describe_not_applicable(reason) for reason in NotApplicable}
    assert len(said) == len(NotApplicable)
    assert "no proxy is configured" in said


def test_a_reason_that_is_known_goes_before_the_stored_text() -> None:
    attempt = samples.attempt(1, samples.endpoint(), Status.NOT_APPLICABLE)
    assert words.reason_of(attempt) == ""
    told = msgspec.structs.replace(attempt, reason="no \x1b[31mway")
    assert "\x1b" not in words.reason_of(told)
    known = msgspec.structs.replace(told, not_applicable=NotApplicable.PROXIES_OFF)
    assert words.reason_of(known) == "proxies are switched off"
