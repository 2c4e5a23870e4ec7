"""Application, stream and sign-in behind labels."""

from __future__ import annotations

import pytest

from fmsdiag.stream_labels import Labeled, read_labeled, with_spaces, without_sources
from fmsdiag.target import login_of_url, parse_target
from fmsdiag.target_url import connect_application


@pytest.mark.parametrize(
    ("around", "read"),
    [
        ("Stream key: abcd-1234", Labeled("", "abcd-1234")),
        ("app: \"live one\", key: 'a b'", Labeled("live one", "a b")),
        ("Key=abcd-1234; App=live;", Labeled("live", "abcd-1234")),
        ("pubUser=bob pubPasswd=s3cret", Labeled("", "", ("bob", "s3cret"))),
        ("playpath=a\\20b", Labeled("", "a b")),
        ("and the stream key is abcd-1234.", Labeled("", "abcd-1234")),
        (" Key abcd-1234", Labeled("", "abcd-1234")),
        ('the key is "cam"', Labeled("", "cam")),
        ("Stream key: abcd-1234. Thank you", Labeled("", "abcd-1234")),
        ("Stream key: abcd-1234.", Labeled("", "abcd-1234.")),
        ("Stream key is: abcd", Labeled("", "abcd")),
        ("Primary stream: \nStream name: cam7", Labeled("", "cam7")),
        ("API key: 99\nStream key: abcd", Labeled("", "abcd")),
    ],
)
def test_what_labels_say_is_read(around: str, read: Labeled) -> None:
    assert read_labeled(around) == read


@pytest.mark.parametrize(
    "around",
    [
        "the stream key is wrong", ", stream key is wrong", "license key: ABCD-1234", "license key ABCD-1234",
         "Public key: ssh-rsa", "api_key=12345",
        "Stream:\nMy own name: x", "Key frame: 2", "keyframe: 2",
    ],
)  # fmt: skip
def test_what_is_no_stream_of_the_server_is_left(around: str) -> None:
    assert read_labeled(around) == Labeled()


@pytest.mark.parametrize(
    "line",
    [
        "12:01:03.456: [rtmp stream: 'simple_stream'] Connecting to RTMP URL rtmp://h.example/live...",
        "info: [rtmp stream: 'adv_stream'] Connection to rtmp://h.example/live failed: -2",
        "[stream: main] rtmp://h.example/live",
    ],
)
def test_the_output_that_a_line_of_a_log_is_of_is_no_stream(line: str) -> None:
    target = parse_target(line)
    assert (target.host, target.application, target.stream) == ("h.example", "live", None)


@pytest.mark.parametrize(
    "text", ["[stream key: abcd-1234]", "rtmp://[2001:db8::1]/live", '["stream: x", "rtmp://h/a"]']
)
def test_other_brackets_stay(text: str) -> None:
    assert without_sources(text) == text


def test_a_list_behind_a_label_is_no_parameter_of_the_path() -> None:
    typed = "Server=rtmp://h.example/live;Key=abcd-1234;User=bob;Password=s3cret"
    target = parse_target(typed)
    assert (connect_application(target), target.stream, login_of_url(typed)) == (
        "live",
        "abcd-1234",
        ("bob", "s3cret"),
    )


@pytest.mark.parametrize("text", ["rtmp://h.example/live;key=abcd", "URL=rtmp://h.example/live;jsessionid=1"])
def test_parameters_of_a_path_stay(text: str) -> None:
    assert with_spaces(text) == text


@pytest.mark.parametrize(
    "around",
    [
        "KEY [room1?token=a:b]",
        "Stream Key: [room1?token=a:b]",
        "stream key room1?token=a:b",
        ", key room1?token=a:b",
    ],
)
def test_a_keys_parameters_are_its_own(around: str) -> None:
    assert read_labeled(around).stream == "room1?token=a:b"


@pytest.mark.parametrize(
    ("around", "key"),
    [
        ("(key: cam1)", "cam1"),
        ("[Stream key: cam1].", "cam1"),
        ("(stream key cam1)", "cam1"),
        ("key: cam(1)", "cam(1)"),
    ],
)
def test_a_bracket_that_was_opened_before_the_label_is_none_of_its_value(around: str, key: str) -> None:
    assert read_labeled(around).stream == key


def test_a_publishing_point_is_an_application() -> None:
    assert read_labeled("Publishing point: live").application == "live"


@pytest.mark.parametrize(
    "words", ['app name is "live event"', 'application called "live event"', "app 'live event'"]
)
def test_an_application_in_a_sentence_is_quoted(words: str) -> None:
    assert read_labeled(f"{words}, and so on").application == "live event"
