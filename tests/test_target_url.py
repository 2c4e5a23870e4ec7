"""The URLs of a target, sent and shown."""

from __future__ import annotations

import pytest

from fmsdiag.model import Target, Transport
from fmsdiag.target import parse_target
from fmsdiag.target_url import connect_application, other_cut, query_names, shown_address, shown_url, tc_url

R, S, T = Transport.RTMP, Transport.RTMPS, Transport.RTMPT


@pytest.mark.parametrize(
    ("target", "transport", "port", "url"),
    [
        (Target("h.example", "live"), R, 1935, "rtmp://h.example/live"),
        (Target("h.example", "live"), R, 80, "rtmp://h.example:80/live"),
        (Target("h.example", "live"), T, 80, "rtmpt://h.example/live"),
        (Target("h.example", "live"), S, 443, "rtmps://h.example/live"),
        (Target("h.example", "live"), S, 1935, "rtmps://h.example:1935/live"),
        (Target("2001:db8::1", "a/b"), R, 1936, "rtmp://[2001:db8::1]:1936/a/b"),
        (Target("fe80::1%eth0", "live"), R, 1935, "rtmp://[fe80::1]/live"),
        (Target("h.example", "live", stream="key", query="t=1"), R, 1935, "rtmp://h.example/live?t=1"),
        (Target("h.example", ""), R, 1935, "rtmp://h.example/"),
    ],
)
def test_tc_url(target: Target, transport: Transport, port: int, url: str) -> None:
    assert tc_url(target, transport, port) == url


def test_the_query_goes_with_the_application_and_the_stream_does_not() -> None:
    assert connect_application(parse_target("rtmp://h.example/app?k=v/stream")) == "app?k=v"
    assert connect_application(parse_target("rtmp://h.example/app/stream")) == "app"


@pytest.mark.parametrize(
    ("query", "url"),
    [
        (None, "rtmp://h.example/a/b"),
        ("vhost=v&token=s3cret", "rtmp://h.example/a/b?vhost=***&token=***"),
        ("s3cret", "rtmp://h.example/a/b?***"),
        (";jsessionid=s3cret?k=s3cret=", "rtmp://h.example/a/b;jsessionid=***?k=***"),
    ],
)
def test_a_shown_url_keeps_names_and_no_values(query: str | None, url: str) -> None:
    assert shown_url(Target("h.example", "a/b", query=query), R, 1935) == url


def test_a_path_can_be_cut_elsewhere() -> None:
    target = Target("h.example", "vod/dir", R, stream="movie.mp4?k=1", query="a=b")
    assert other_cut(target, longer=False) == Target(
        "h.example", "vod", R, stream="dir/movie.mp4?k=1", query="a=b"
    )
    assert other_cut(target, longer=True) == Target("h.example", "vod/dir/movie.mp4", R, query="k=1")
    assert other_cut(Target("h.example", "vod"), longer=False) is None
    assert other_cut(Target("h.example", "vod"), longer=True) is None


def test_an_address_of_another_party_keeps_names_and_no_values() -> None:
    assert shown_address("rtmp://h.example/live?a=1&b=2;c") == "rtmp://h.example/live?a=***&b=***;***"
    assert shown_address("rtmp://h.example/live") == "rtmp://h.example/live"
    assert query_names("?a=1&b=***;c") == ("a", "b")
