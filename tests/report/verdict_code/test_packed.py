"""The text of a QR code holds the outcome whole, is bounded, and is read from anywhere without harm."""

import base64
import tracemalloc
import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Cause, Endpoint, FailureKind, PlanName, Purpose, Report, Status, Transport
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.verdict_code.code import code_of
from fmsdiag.report.verdict_code.packed import (
    MOST_CHARACTERS,
    START,
    PackedAttempt,
    PackedError,
    is_packed,
    outcome_words,
    packed_text,
    read_packed,
    way_words,
)
from fmsdiag.report.verdict_code.words import told_outcome
from tests.report import samples
from tests.report.any_report import reports
from tests.report.hostile import hostile
from tests.report.verdict_code.runs import ended, run

ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def as_text(document: bytes) -> str:
    return START + base64.b32encode(zlib.compress(document)).decode().rstrip("=")


@pytest.mark.parametrize("name", samples.RECORDED)
def test_a_run_of_the_lab_is_held_whole(name: str) -> None:
    report = samples.recorded(name)
    told = read_packed(packed_text(report))
    assert told.status is report.verdict.status
    assert told.cause == (report.findings[0].cause if report.findings else report.verdict.cause)
    assert (told.report, told.at, told.host) == (report.report_id, report.started_at, report.target.host)
    assert len(told.attempts) + told.left_out == len(report.attempts)
    assert sum(a.what == Purpose.FALLBACK for a in told.attempts) == sum(
        a.purpose is Purpose.FALLBACK for a in report.attempts
    )


def test_the_same_report_has_the_same_text() -> None:
    assert packed_text(samples.port_blocked()) == packed_text(samples.port_blocked())


@given(reports())
def test_any_report_fits_and_comes_back(report: Report) -> None:
    text = packed_text(report)
    assert len(text) <= MOST_CHARACTERS
    assert set(text) <= ALPHANUMERIC
    told = read_packed(text)
    assert told.status is report.verdict.status
    assert all(line.isprintable() for line in told_outcome(told))


def test_what_does_not_fit_is_left_out_from_the_end_and_counted() -> None:
    failures = list(FailureKind)
    attempts = [
        ended(n, Endpoint(Transport.RTMP, samples.HOST, 1000 + 37 * n), failures[n % len(failures)])
        for n in range(1, 400)
    ]
    told = read_packed(packed_text(run(PlanName.CUSTOM, *attempts)))
    assert 20 < len(told.attempts) < 400
    assert told.left_out == 399 - len(told.attempts)
    assert told.attempts[0].key == "tcp/1037/rtmp"
    assert any("more left out" in line for line in told_outcome(told))


def test_hostile_words_are_bounded_and_shown() -> None:
    text = packed_text(hostile())
    assert len(text) <= MOST_CHARACTERS
    assert all(line.isprintable() for line in told_outcome(read_packed(text)))


def test_a_long_host_of_other_letters_still_fits() -> None:
    report = samples.port_blocked()
    target = msgspec.structs.replace(report.target, host="".join(chr(0x4E00 + 7 * n) for n in range(3000)))
    assert len(packed_text(msgspec.structs.replace(report, target=target, report_id="x" * 9000))) <= 970


def test_no_secret_is_in_code_or_text() -> None:
    target = msgspec.structs.replace(
        samples.port_blocked().target, stream=samples.STREAM_KEY, query=samples.QUERY
    )
    report = redact(msgspec.structs.replace(samples.port_blocked(), target=target), identity=Identity())
    words = "\n".join(told_outcome(read_packed(packed_text(report))))
    assert not [s for s in (samples.STREAM_KEY, "s3cr3tV4lue", "alice", "192.168.1.23") if s in words]
    assert code_of(report) == code_of(samples.port_blocked())


@given(
    st.sampled_from([str.lower, str.upper, lambda t: "\n".join(t[n : n + 60] for n in range(0, len(t), 60))])
)
def test_case_and_line_breaks_do_not_matter(change) -> None:  # type: ignore[no-untyped-def]
    text = packed_text(samples.port_blocked())
    assert is_packed(f"  {change(text)}")
    assert read_packed(f"  {change(text)}\n") == read_packed(text)


def test_every_damaged_character_is_noticed_or_harmless() -> None:
    text = packed_text(samples.port_blocked())
    for place in range(len(START), len(text), 3):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(PackedError, match="damaged"):
            read_packed(f"{text[:place]}{other}{text[place + 1 :]}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (START, "damaged"),
        (f"{START}!!!!", "damaged"),
        (f"{START}\x1b[2J\u202e", "damaged"),
        (f"{START}ABCDEFGH", "damaged"),
        (f"{START}A", "damaged"),
        (as_text(b"[]"), "damaged"),
        (as_text(b"[" * 15_000), "damaged"),
        (as_text(b'{"v":1}'), "damaged"),
        (as_text(b'{"v":2,"everything":"else"}'), "newer version"),
        (as_text(b"\xff\xfe"), "damaged"),
        (as_text(b"{}") + "AAAA", "damaged"),
        (START + "A" * 10_000_000, "too long"),
    ],
    ids=lambda value: value[:40],
)
def test_what_is_no_text_of_a_qr_code_is_told_why(text: str, reason: str) -> None:
    with pytest.raises(PackedError, match=reason):
        read_packed(text)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = as_text(b" " * 3_000_000)
    assert len(bomb) < 5_000
    tracemalloc.start()
    try:
        with pytest.raises(PackedError, match="damaged"):
            read_packed(bomb)
        assert tracemalloc.get_traced_memory()[1] < 300_000
    finally:
        tracemalloc.stop()


def test_a_newer_version_that_only_adds_is_read() -> None:
    packed = packed_text(samples.port_blocked()).removeprefix(START)
    document = msgspec.json.decode(zlib.decompress(base64.b32decode(packed + "=" * (-len(packed) % 8))))
    newer = as_text(msgspec.json.encode({**document, "v": 2, "mood": "good", "cause": "a-new-cause"}))
    lines = told_outcome(read_packed(newer))
    assert lines[0].startswith("This code was made by a newer version")
    assert "Cause: a-new-cause" in lines
    assert not any(line.startswith(("Meaning", "More about")) for line in lines)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (
            PackedAttempt("tcp/443/rtmps/ipv6", "check", "certificate-expired", "tls"),
            "Certificate expired (TLS",
        ),
        (PackedAttempt("tcp/80/rtmpt/proxy", "fallback", "proxy-refused", "proxy"), "Refused by proxy"),
        (PackedAttempt("udp/1935/rtmfp", "check", Status.NOT_APPLICABLE.value), "Skipped"),
        (PackedAttempt("tcp/1/x/y/z/a/b/c", "surprise", "\x1b[2Jgone", "nowhere"), r"\x1b[2Jgone"),
    ],
)
def test_outcomes_in_words(attempt: PackedAttempt, words: str) -> None:
    assert outcome_words(attempt).startswith(words)


def test_ways_in_words() -> None:
    assert (
        way_words(PackedAttempt("tcp/443/rtmps/ipv6", "check", "connected")) == "RTMPS on port 443 over IPv6"
    )
    assert way_words(PackedAttempt("tcp/80/rtmpt/proxy", "x", "y")) == "RTMPT on port 80 through the proxy"
    assert way_words(PackedAttempt("tcp/80000000/rtmp", "x", "y")) == "tcp/80000000/rtmp"
    assert way_words(PackedAttempt("", "hops", "y")) == "Network path, "


def test_causes_are_held_by_name() -> None:
    for cause in Cause:
        finding = msgspec.structs.replace(samples.port_blocked().findings[0], cause=cause.value)
        report = msgspec.structs.replace(samples.port_blocked(), findings=(finding,))
        assert read_packed(packed_text(report)).cause == cause
