"""The address inside what people paste."""

from __future__ import annotations

import time

import pytest

from fmsdiag.model import Target, Transport
from fmsdiag.pasted import cleaned, take_address
from fmsdiag.target import TargetError, login_of_url, parse_target

R = Transport.RTMP
LIVE = Target("h.example", "live", R)
KEYED = Target("h.example", "live", R, stream="abcd-1234")


@pytest.mark.parametrize(
    "typed",
    [
        '"rtmp://h.example/live"', "'rtmp://h.example/live'", "`rtmp://h.example/live`", "<rtmp://h.example/live>",
        "“rtmp://h.example/live”", "„rtmp://h.example/live“", "«rtmp://h.example/live»", "‘rtmp://h.example/live’",
        "『rtmp://h.example/live』", "(rtmp://h.example/live)", "[rtmp://h.example/live]", "[here](rtmp://h.example/live)",
        "Server: rtmp://h.example/live", "URL=rtmp://h.example/live", "RTMP URL: rtmp://h.example/live",
        "Server:rtmp://h.example/live,", "please test rtmp://h.example/live for me", "rtmp://h.example/live;",
        "\ufeffrtmp://h.example/live", "\u200brtmp://h.example/live\u200b", "\u00a0rtmp://h.example/live\u00a0",
        "rtmp：／／h.example／live", "rtmp：//h.example/live", "rtmp://rtmp://h.example/live", "rtmp://h。example/live",
        "rtmp://h．example/live", "ｒｔｍｐ：／／h.example／live", "rtmp:／／h.example/live", "rtmp\u200b://h.example/live",
        "“rtmp://h.example/live”.", '<a href="rtmp://h.example/live">rtmp://h.example/live</a>', "rtmp:\\/\\/h.example\\/live",
        "rtmp://h.example/live rtmp://h.example/live", "rtmp://h.example/live\nrtmp://h.example/live\n",
        "ffmpeg -re -i in.mp4 -c copy -f flv rtmp://h.example/live", "ffplay 'rtmp://h.example/live'",
        '{"server": "rtmp://h.example/live"}', '["rtmp://h.example/live"]', '"server": "rtmp://h.example/live",',
        "rtmp://h.example/live live=1 swfUrl=http://w.example/p.swf", "rtmp://h.example app=live live=1",
        "rtmpdump -r rtmp://h.example -a live -t rtmp://other.example/x -o f.flv", "rtmp://h.example/ live",
    ],
)  # fmt: skip
def test_the_one_address_is_taken(typed: str) -> None:
    assert parse_target(typed) == LIVE


@pytest.mark.parametrize(
    "typed",
    [
        "rtmp://h.example/live/abcd-1234", "rtmp://h.example/live abcd-1234", "rtmp://h.example/live\nabcd-1234",
        "abcd-1234\nrtmp://h.example/live", "rtmp://h.example/live\r\n\r\nabcd-1234\r\n",
        "Server: rtmp://h.example/live\nStream key: abcd-1234", "Stream Key: abcd-1234\nURL: rtmp://h.example/live",
        "server=rtmp://h.example/live key=abcd-1234", "rtmp://h.example/live playpath=abcd-1234 live=1",
        "Server\trtmp://h.example/live\nStream key\tabcd-1234", "Server:\nrtmp://h.example/live\nStream key:\nabcd-1234",
        "'server' => 'rtmp://h.example/live', 'key' => 'abcd-1234'", "rtmp://h.example/live -y abcd-1234",
        "rtmpdump --rtmp=rtmp://h.example/live --playpath=abcd-1234",
        '"rtmp://h.example/live playpath=abcd-1234 live=1"', "rtmpdump -r rtmp://h.example/live -y abcd-1234",
        'rtmpdump -r "rtmp://h.example" -a "live" -y "abcd-1234" -o x.flv',
        "ffmpeg -y -i a.mp4 -f flv 'rtmp://h.example/live/abcd-1234'",
        "ffmpeg -i a -rtmp_app live -rtmp_playpath abcd-1234 -f flv rtmp://h.example",
        '{"type": "rtmp_custom", "settings": {"key": "abcd-1234", "server": "rtmp://h.example/live"}}',
        '{"server": "rtmp://h.example/live", "key": "abcd-1234"', "Server: rtmp://h.example/live/abcd-1234\nKey: abcd-1234",
    ],
)  # fmt: skip
def test_a_key_beside_the_address_is_its_stream(typed: str) -> None:
    assert parse_target(typed) == KEYED


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("Server: h.example", Target("h.example", "")),
        ("URL=h.example/live", Target("h.example", "live")),
        ('"h.example"', Target("h.example", "")),
        ("h.example/live abcd-1234", Target("h.example", "live", stream="abcd-1234")),
        ("server:1935", Target("server", "", port=1935)),
        ("[2001:db8::1]", Target("2001:db8::1", "")),
        ("Server: rtmp://h.example/live/inst\nKey: k", Target("h.example", "live/inst", R, stream="k")),
        ("rtmp://h.example/live/a b", Target("h.example", "live", R, stream="a b")),
        ("rtmp://h.example/live playpath=a\\20b", Target("h.example", "live", R, stream="a b")),
        ("{", None),
        ("[[[[[[", None),
    ],
)
def test_other_forms(typed: str, target: Target | None) -> None:
    if target is None:
        assert take_address(typed).others == ()
    else:
        assert parse_target(typed) == target


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("rtmpdump -n h.example -c 1936 -a live -y abcd-1234 -o x.flv",
         Target("h.example", "live", R, 1936, "abcd-1234")),
        ("rtmpdump --host=h.example --port=1936 --app=live", Target("h.example", "live", R, 1936)),
        ("$ ./rtmpdump -l 4 -c 443 -n 'h.example' -a \"live\"", Target("h.example", "live", Transport.RTMPS, 443)),
        ("-n h.example -a live", LIVE),
        ("rtmpdump -n 2001:db8::1 -c 1935 -a live", Target("2001:db8::1", "live", R, 1935)),
        ("C:\\tools\\rtmpdump.exe -n h.example -a live -t rtmp://other.example/x", LIVE),
        ("rtmpdump -r rtmp://old.example:1936/live -n h.example", Target("h.example", "live", R, 1936)),
        ("rtmpdump -r rtmp://[2001:db8::1]:1936/live -c 1937", Target("2001:db8::1", "live", R, 1937)),
        ("rtmpdump -r rtmp://h.example/live -l 1 -c 80", Target("h.example", "live", Transport.RTMPT, 80)),
        ("ffmpeg -n -c copy -i a.mp4 -f flv rtmp://h.example/live", LIVE),
    ],
)  # fmt: skip
def test_rtmpdump_names_a_server_by_options(typed: str, target: Target) -> None:
    assert parse_target(typed) == target


@pytest.mark.parametrize("typed", ["ssh -n h.example", "rtmpdump -n -a live", "nc -c h.example 1935"])
def test_what_names_no_server_is_refused(typed: str) -> None:
    with pytest.raises(TargetError):
        parse_target(typed)


def test_librtmp_names_a_user() -> None:
    typed = "rtmp://h.example/live pubUser=bob pubPasswd=s3cret"
    assert login_of_url(typed) == ("bob", "s3cret")
    assert parse_target(typed) == LIVE


def test_ends_are_cleaned() -> None:
    assert cleaned("\ufeff\u200b a\u00a0b \u2060\n") == "a b"


@pytest.mark.parametrize(
    "piece",
    ["rtmp://", "rtmp://a ", "'rtmp://a", "key ", "key:", "a:", "-a ", "(", "{", '"', " ", "\n", "rtmp://a,", "?", "\\20"],
)  # fmt: skip
def test_time_grows_with_the_length_only(piece: str) -> None:
    def took(count: int) -> float:
        text, best = piece * count, 1.0
        for _ in range(5):
            started = time.process_time()
            take_address(text)
            best = min(best, time.process_time() - started)
        return best

    assert took(16_000 // len(piece)) < 2.5 * took(8_000 // len(piece)) + 0.002
