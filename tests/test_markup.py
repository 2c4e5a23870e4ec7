"""Links, character references and elements around an address."""

from __future__ import annotations

import pytest

from fmsdiag.markup import elements, without_decoration, without_links, without_pages, without_references
from fmsdiag.model import Transport
from fmsdiag.target import parse_target
from tests.growth import grows_too_fast

URL = "rtmp://h.example/live"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("rtmp://h/live&#x2F;k&amp;x=1", "rtmp://h/live/k&x=1"),
        ("&lt;url&gt;&#47;&quot;", '<url>/"'),
        ("?a=1&copy=2&lt=3&amp", "?a=1&copy=2&lt=3&amp"),
        ("&amp;amp;", "&amp;"),
        ("&#99999999999;", "&#99999999999;"),
    ],
)
def test_references_are_decoded_once(text: str, plain: str) -> None:
    assert without_references(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (f"[{URL}]({URL})", f"{URL} "),
        (f"[{URL}]({URL}/) key", f"{URL}  key"),
        (f"<{URL}|{URL}>", f"{URL} "),
        (f"<{URL}|h.example/live>", f"{URL} "),
        (f"[{URL}|{URL}]", f"{URL} "),
        (f"[our server|{URL}]", f"[our server|{URL}]"),
        (f"[here]({URL})", f"{URL} "),
        ("[rtmp://[::1]:80/a](rtmp://[::1]:80/a)", "rtmp://[::1]:80/a "),
        (f"[rtmp://a.example/x]({URL})", f"rtmp://a.example/x {URL} "),
        (f"[a.example]({URL})", f"{URL} rtmp://a.example "),
        ("[a](b) <c|d> [e|f]", "[a](b) <c|d> [e|f]"),
    ],
)
def test_links_are_the_addresses_in_them(text: str, plain: str) -> None:
    assert without_links(text) == plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<url>a</url><x:key> b&amp;c </x:key>", [("url", "a"), ("key", "b&c")]),
        ("<url><![CDATA[a&amp;b]]></url>", [("url", "a&amp;b")]),
        ("<d><key>server</key><string>a</string><key>port</key><integer>1</integer></d>",
         [("server", "a"), ("port", "1")]),
        ("Settings: <url>a</url><backup/>", [("url", "a")]),
        ("<url>a</url> key=b", None),
        ('<a href="rtmp://a/b">c</a>', None),
        ("<url>a", None),
    ],
)  # fmt: skip
def test_elements(text: str, found: list[tuple[str, str]] | None) -> None:
    assert elements(text) == found


@pytest.mark.parametrize(
    "piece", ["<a>", "<a>b</a>", "</", "[", "[a](", "[a|", "<a|", "&#", "&amp;", "<a ", "[::1]", "]("]
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    def work(text: str) -> None:
        without_links(without_references(text))
        elements(text)

    count = 8_000 // len(piece)
    assert not grows_too_fast(work, piece * count, piece * (2 * count))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("player.html?streamer=rtmp://h.example/live&file=s3cret.flv", "rtmp://h.example/live stream: s3cret.flv "),
        ('<iframe src="p.html?streamer=rtmp%3A%2F%2Fh.example%3A1936%2Flive&file=a">',
         '<iframe src="rtmp://h.example:1936/live stream: a ">'),
        ("https://p.example/?a=1&src=rtmps%3a%2f%2fh.example%2flive%3Fa%3D1%26b%3D2", "rtmps://h.example/live?a=1&b=2"),
        ('flashvars="streamer=rtmp://h.example/live&controlbar=bottom"', 'flashvars="rtmp://h.example/live"'),
        ("larix://set/v1?conn[][url]=rtmp://a.example/x&conn[][url]=rtmp://b.example/x", "rtmp://a.example/x rtmp://b.example/x"),
    ],
)  # fmt: skip
def test_parameters_of_pages_give_their_addresses(text: str, plain: str) -> None:
    assert without_pages(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "rtmp://h.example/live?a=1&tcUrl=rtmp://other.example/live", "https://p.example/?src=rtmp://h.example/live?t=1&file=x",
        "https://web.example/rtmp://h.example/live", "h.example/app?next=rtmp://other.example/x&a=1",
        "url=rtmp://h.example/live", "rtmp://h.example/live tcUrl=rtmp://a.example/b",
    ],
)  # fmt: skip
def test_other_addresses_in_addresses_stay(text: str) -> None:
    assert without_pages(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<b>Key</b>: <i>abcd</i>", " Key :  abcd "),
        ("<td>Key</td> <td>abcd</td>", " Key: abcd</td>"),
        ("| **Key** | abcd |", "Key: abcd |"),
        ("**Key:** **abcd**", "Key: abcd"),
        ("Key (keep it secret): abcd", "Key: abcd"),
        ("Key → abcd", "Key: abcd"),
        ("rtmp://h/a_b_c*d* (port 1936): x", "rtmp://h/a_b_c*d* (port 1936): x"),
        ("Key: _abcd_", "Key: _abcd_"),
    ],
)
def test_labels_lose_their_decoration(text: str, plain: str) -> None:
    assert without_decoration(text) == plain


@pytest.mark.parametrize("mark", ["&", "&amp;"])
def test_a_players_variables_are_no_parameters_of_the_address(mark: str) -> None:
    variables = mark.join(("streamer=rtmp://h.example/vod", "file=mp4:a/b.mp4", "autostart=true"))
    target = parse_target(f'<param name="flashvars" value="{variables}">')
    assert (target.application, target.stream, target.query) == ("vod", "mp4:a/b.mp4", None)


@pytest.mark.parametrize(
    "typed",
    [
        "https://p.example/player.swf?file=flv%3Ahs1%2F2011-10&streamer=rtmpt%3A%2F%2Fh.example%3A8080%2Fvod",
        'flashvars="file=flv:hs1/2011-10&streamer=rtmpt://h.example:8080/vod&autostart=true"',
        "flashvars=streamer%3Drtmpt%3A%2F%2Fh.example%3A8080%2Fvod%26file%3Dflv%3Ahs1%2F2011-10",
    ],
)
def test_a_players_file_beside_its_streamer_is_the_stream(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.port, target.transport) == ("h.example", 8080, Transport.RTMPT)
    assert (target.application, target.stream) == ("vod", "flv:hs1/2011-10")
