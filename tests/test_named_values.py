"""Servers and what goes with them in files of settings."""

from __future__ import annotations

import pytest

from fmsdiag.found_address import Doubt, Pasted
from fmsdiag.named_values import of_json, of_pairs, of_table, of_xml
from fmsdiag.target import parse_target


def test_json_is_read_by_its_names() -> None:
    typed = '{"rtmp": {"ip": "192.0.2.7", "port": 1936, "application": "live", "key": "abcd", "user": "bob"}}'
    assert of_json(typed) == Pasted("192.0.2.7:1936", "live", "abcd", ("bob", ""))


def test_xml_is_read_by_its_names() -> None:
    typed = "<a><Server>h.example</Server><Port>1936</Port><App>live</App><StreamName>abcd</StreamName></a>"
    assert of_xml(typed) == Pasted("h.example:1936", "live", "abcd")


@pytest.mark.parametrize("typed", ["{", "[[[[", '{"a": 1}', "rtmp://h.example/live", '["x"]'])
def test_what_names_no_server_is_left(typed: str) -> None:
    assert of_json(typed) is None
    assert of_xml(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "Server=h.example Port=1936 App=live StreamName=abcd", "Host: h.example, Port: 1936, App: live, Stream key: abcd",
        'server="h.example" port="1936" app="live" stream="abcd"', "IP=h.example; Port=1936; Application=live; Key=abcd;",
        '<rtmp server="h.example" port="1936" app="live" stream="abcd"/>',
        "[rtmp] host=h.example port=1936 app=live key='abcd'",
    ],
)  # fmt: skip
def test_pairs_in_a_line_are_read_by_their_names(typed: str) -> None:
    assert of_pairs(typed) == Pasted("h.example:1936", "live", "abcd")


@pytest.mark.parametrize(
    "typed",
    [
        "Server = h.example, please help", "server:1935 app:live", "Server=h.example",
        "Proxy host=p.example port=1 server=h.example",
        "Server=h.example Key=a Key=b", "Server=h.example Port=1935 Port=1936", "url=rtmp://h.example/a key=b",
        "host: a.example\nkey: b",
        "Server: h.example Port: 1935 or 443", "h.example:1935/live", "localhost:1935",
    ],
)  # fmt: skip
def test_what_else_stands_in_a_line_is_left(typed: str) -> None:
    assert of_pairs(typed) is None


def test_two_servers_in_a_line_are_both_told() -> None:
    found = of_pairs("host=a.example server=b.example port=1935")
    assert found is not None
    assert (found.address, found.others) == ("a.example:1935", ("b.example",))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_table_is_read_by_its_columns(mark: str) -> None:
    typed = "Name,URL,Stream key,User,Password\n\nMain,rtmp://h.example/live,abcd,bob,s3cret\n".replace(
        ",", mark
    )
    assert of_table(typed) == Pasted("rtmp://h.example/live", "", "abcd", ("bob", "s3cret"))


@pytest.mark.parametrize(
    "typed",
    [
        "url,key",
        "url,key\na",
        "Hello,\nurl,key",
        "a,b\n1,2",
        'url,key\n"',
        "rtmp://h.example/live,abcd\nx,y",
        "url\nx",
    ],
)
def test_what_is_no_table_is_left(typed: str) -> None:
    assert of_table(typed) is None


def test_rows_of_one_server_that_differ_are_a_doubt() -> None:
    found = of_table("url,key\nrtmp://h.example/live,a\nrtmp://h.example/live,b")
    assert found is not None
    assert found.doubt is Doubt.SEVERAL_STREAMS


@pytest.mark.parametrize(
    ("more", "address"),
    [('"tls": true', "rtmps://h.example"), ('"use_ssl": "on"', "rtmps://h.example"), ('"tls": false', "h.example"),
     ('"scheme": "rtmpt"', "rtmpt://h.example"), ('"protocol": "srt"', "srt://h.example"),  # which is then refused by its name
     ('"protocol": "TLS"', "rtmps://h.example"), ('"protocol": "rtmp", "tls": true', "rtmps://h.example")],
)  # fmt: skip
def test_a_protocol_by_its_name_goes_in_front(more: str, address: str) -> None:
    assert of_json(f'{{"host": "h.example", {more}}}') == Pasted(address)


def test_a_sign_in_by_its_short_names_is_whole() -> None:
    assert of_json('{"host": "h.example", "login": "bob", "pass": "x"}') == Pasted(
        "h.example", login=("bob", "x")
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (
            'show={"profile":"rtmp","host":"h.example","port":"1940","application":"live","streamName":"k1"}',
            Pasted("h.example:1940", "live", "k1"),
        ),
        (
            'a={"host":"h.example","application":"live"}\nb={"host":"i.example"}',
            Pasted("h.example", "live", others=("i.example",)),
        ),
        (
            'a={"host":"h.example","streamName":"k1"}\nb={"host":"h.example","streamName":"k2"}',
            Pasted("h.example", "", "k1", doubt=Doubt.SEVERAL_STREAMS),
        ),
        (
            '[{"host":"h.example","app":"live"},{"host":"h.example","app":"vod"}]',
            Pasted("h.example", "live", doubt=Doubt.SEVERAL_STREAMS),
        ),
    ],
)  # fmt: skip
def test_several_entries_are_one_or_a_doubt(typed: str, found: Pasted) -> None:
    assert of_json(typed) == found


@pytest.mark.parametrize(
    ("typed", "application", "stream"),
    [
        ('flashvars={"netConnectionUrl":"rtmp://h.example/vod","clip":"mp4:a/b.f4v"};', "vod", None),
        ('<script>window.cfg = {"server":"rtmp://h.example/live","key":"k-9"};</script>', "live", "k-9"),
        (
            """<param value='config={"clip":{"url":"mp4:a.mp4"},"rtmp":{"netConnectionUrl":"rtmp://h.example/vod"}}'>""",
            "vod",
            None,
        ),
    ],
)
def test_json_that_a_script_assigns(typed: str, application: str, stream: str | None) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", application, stream)
