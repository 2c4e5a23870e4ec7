"""What rtmpdump's and ffmpeg's options name is read; other programs' options of the same letters are not."""

from __future__ import annotations

import pytest

from fmsdiag.command_options import Place, application_and_stream, has_options, place_of_command, with_place


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("ffmpeg -f flv x", True),
        ("rtmpdump --app=live", True),
        ("a well-known server", False),
        ("a - b", False),
    ],
)
def test_options_are_told_from_words(text: str, there: bool) -> None:
    assert has_options(text) is there


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("rtmpdump -n h.example -c 1936 -l 4", Place("rtmps", "h.example", "1936")),
        ("/usr/bin/rtmpdump --host=h.example", Place(host="h.example")),
        ("-n h.example -a live", Place(host="h.example")),
        ("rtmpdump -n -c 1936", Place(port="1936")),
        ("nmap -n h.example -p 1935", Place()),
        ("ffmpeg -i in.flv -n h.example -a live", Place()),
    ],
)
def test_where_rtmpdump_is_to_go(command: str, place: Place) -> None:
    assert place_of_command(command) == place


@pytest.mark.parametrize(
    ("address", "place", "whole"),
    [
        ("rtmp://a.example:1935/live", Place(host="b.example"), "rtmp://b.example:1935/live"),
        ("rtmp://a.example/live", Place(scheme="rtmpt", port="80"), "rtmpt://a.example:80/live"),
        ("", Place(host="2001:db8::1", port="1935"), "rtmp://[2001:db8::1]:1935"),
    ],
)
def test_options_go_before_the_address(address: str, place: Place, whole: str) -> None:
    assert with_place(address, place) == whole


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("rtmpdump -a live -y abcd", ("live", "abcd")),
        ("rtmpdump --app=live", ("live", "key")),
        ("ffmpeg -i in.flv -a copy -rtmp_app live -rtmp_playpath abcd", ("live", "abcd")),
    ],
)
def test_application_and_stream(command: str, told: tuple[str, str]) -> None:
    assert application_and_stream(command, "app", "key") == told


def test_options_of_lavf_are_read() -> None:
    assert application_and_stream("mpv --demuxer-lavf-o=rtmp_app=live,rtmp_playpath=x ", "", "") == (
        "live",
        "x",
    )
