"""What rtmpdump's and ffmpeg's options name is read; other programs' options of the same letters are not."""

from __future__ import annotations

import pytest

from fmsdiag.command_options import Place, application_and_stream, has_options, place_of_command, with_place
from fmsdiag.model import Transport
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError


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


def test_what_a_shell_does_next_is_no_part_of_a_stream() -> None:
    for behind in ("! fakesink", "! queue ! fakesink", "&& echo", "|| exit", "2>&1"):
        assert (
            parse_target(f"gst-launch-1.0 rtmpsrc location=rtmp://h.example/app/abc {behind}").stream == "abc"
        )


@pytest.mark.parametrize(
    "typed",
    [
        'ffmpeg -i in.mp4 -f tee "[f=flv]rtmp://h.example/studio/key99|[f=mpegts]udp://239.1.1.7:5004"',
        "ffmpeg -i in.mp4 -f tee '[f=mpegts]srt://h2.example:9000|[f=flv:onfail=ignore]rtmp://h.example/studio/key99'",
        "gst-launch-1.0 videotestsrc ! flvmux ! rtmpsink location='rtmp://h.example/studio/key99 live=1' ! udpsink port=5000",
        "cd /srv && ffmpeg -i a.mp4 -f flv rtmp://h.example/studio/key99 && nc -p 5000 h2.example",
    ],
)
def test_what_belongs_to_another_output_is_left_alone(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.port, target.application, target.stream) == (
        "h.example",
        None,
        "studio",
        "key99",
    )


def test_two_outputs_of_tee_are_asked_about() -> None:
    with pytest.raises(TargetError, match=r"a\.example and b\.example"):
        parse_target('ffmpeg -i a -f tee "[f=flv]rtmp://a.example/x/k1|[f=flv]rtmp://b.example/x/k2"')


@pytest.mark.parametrize(
    ("typed", "application"),
    [
        ("push rtmp://h.example/edge/church_main playpath=hd live=1;", "edge"),
        ("rtmpdump -r rtmp://h.example/edge/church_main -y hd", "edge"),
        ("rtmp://h.example/edge/inst/church playpath=hd live=1", "edge/inst"),
        ("push rtmp://h.example/edge/inst/church playpath=hd;", "edge"),
        ("rtmp://h.example/edge/_definst_ playpath=hd", "edge/_definst_"),
        ("ffmpeg -re -i a.mp4 -rtmp_playpath hd -f flv rtmp://h.example/live/hunter", "live"),
    ],
)
def test_the_stream_of_an_option_leaves_the_application_as_librtmp_cuts_it(
    typed: str, application: str
) -> None:
    target = parse_target(typed)
    assert (target.application, target.stream, target.query) == (application, "hd", None)


@pytest.mark.parametrize("named", ["rtmpe", "RTMPE", "2"])
def test_rtmpdumps_protocol_by_name_and_by_number(named: str) -> None:
    target = parse_target(f"rtmpdump --protocol {named} --host h.example --port 443 --app vod --playpath x")
    assert (target.transport, target.port) == (Transport.RTMPE, 443)


def test_a_stream_that_is_told_twice_keeps_its_parameters() -> None:
    target = parse_target("push rtmp://h.example/relay/camhall?token=ab1 playpath=camhall")
    assert (target.application, target.stream) == ("relay", "camhall?token=ab1")
