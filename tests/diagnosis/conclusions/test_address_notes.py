"""What is said of how an address was read."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.conclusions.address_notes import address_notes
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import asked_by, run_view


def said(url: str) -> list[str]:
    run = run_view(["fallback rtmp 1935: tcp refused"], url=url)
    return [str(ENGLISH.render(note.message)) for note in address_notes(run)]


def test_the_cut_and_the_fields_of_an_encoder_are_told() -> None:
    cut, fields = said("rtmps://fms.example.com:8443/live/inst/s3cret-1?token=s3cret-2")
    assert "application “live/inst” and a stream name" in cut
    assert (
        "Server: rtmps://fms.example.com:8443/live/inst. Stream key: the stream name and everything after it, with the "
        "question mark. It is hidden here." in fields
    )


def test_a_stream_without_a_query_is_the_key_alone() -> None:
    _, fields = said("rtmp://fms.example.com/live/s3cret-1")
    assert "Stream key: the stream name, which is hidden here." in fields


def test_a_query_of_the_application_keeps_its_names() -> None:
    _, fields = said("rtmp://fms.example.com/live?vhost=s3cret-2/s3cret-1")
    assert "Server: rtmp://fms.example.com/live?vhost=***." in fields


@pytest.mark.parametrize(
    "url",
    [
        "rtmp://fms.example.com/live playpath=s3cret-1",
        '{"server": "rtmp://fms.example.com/live", "key": "s3cret-1"}',
        "rtmp://fms.example.com/live",
        "fms.example.com",
        "rtmp://fms.example.com/live?k=v",
    ],
)
def test_an_address_without_a_stream_is_not_explained(url: str) -> None:
    assert said(url) == []


def test_no_field_is_named_that_encoders_do_not_have() -> None:
    assert len(said("rtmfp://fms.example.com/live/x")) == 1


@pytest.mark.parametrize("stream", ["mp4:sample.mp4", "flv:a/b", "sample.flv", "mp4:sample?token=s3cret-1"])
def test_a_file_to_play_is_no_stream_key(stream: str) -> None:
    assert not any("Stream key" in text for text in said(f"rtmp://fms.example.com/vod/{stream}"))


def test_what_was_not_used_is_told() -> None:
    [note] = said("rtmp://fms.example.com/live\nPassword: s3cret-1")
    assert "The password was not used." in note
    [note] = said("rtmp://fms.example.com/live\nKey for today: s3cret-1")
    assert "a stream key that could not be read" in note
    assert "s3cret" not in note


def test_what_is_hidden_in_place_of_the_application_is_told() -> None:
    [note] = said("rtmp://fms.example.com/S3cretKey-1234")
    assert "looks like a stream key" in note
    assert "S3cret" not in note


@pytest.mark.parametrize(
    ("url", "seen", "server"),
    [
        ("rtmps://fms.example.com:8080/live/s3cret-1", ["fallback rtmps 8080: tcp ok; tls closed",
         "follow-up plain-on-tls-port rtmp:8080: tcp ok; handshake ok"], "rtmp://fms.example.com:8080/live"),
        ("rtmp://fms.example.com:8080/live/s3cret-1", ["fallback rtmp 8080: tcp ok; handshake closed",
         "follow-up tls-on-port rtmps:8080: tcp ok; tls ok; handshake ok"], "rtmps://fms.example.com:8080/live"),
        ("rtmp://fms.example.com:8080/live/s3cret-1", ["fallback rtmp 8080: tcp ok; handshake closed",
         "follow-up tls-on-port rtmps:8080: tcp ok; tls certificate-self-signed self-signed=yes; tls ok skipped=yes; "
         "handshake ok"], None),
    ],
)  # fmt: skip
def test_the_server_field_holds_the_address_that_is_advised(
    url: str, seen: list[str], server: str | None
) -> None:
    run = run_view(seen, url=url)
    findings = evaluate_rules(run, RULES, asked_by(run.attempts)).findings
    notes = [note.message for note in address_notes(run, findings)]
    assert [message.values["url"].url for message in notes if "url" in message.values] == (
        [server] if server else []
    )
