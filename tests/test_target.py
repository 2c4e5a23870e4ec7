from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.messages.text import Text
from fmsdiag.model import Target, Transport
from fmsdiag.target import login_of_url, parse_target, parse_url, with_stream
from fmsdiag.target_texts import TargetError, TargetTexts
from fmsdiag.target_url import connect_application, shown_url, tc_url

R, S, T = Transport.RTMP, Transport.RTMPS, Transport.RTMPT


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("live.example.com", Target("live.example.com", "")),
        ("  Live.Example.COM \n", Target("live.example.com", "")),
        ("live.example.com/", Target("live.example.com", "")),
        ("live.example.com/app", Target("live.example.com", "app")),
        ("live.example.com:8080/app", Target("live.example.com", "app", port=8080)),
        ("live.example.com:/app", Target("live.example.com", "app")),
        ("rtmp://h.example/app", Target("h.example", "app", R)),
        ("RTMP://h.example/app", Target("h.example", "app", R)),
        ("rtmps://h.example:8443/app", Target("h.example", "app", S, 8443)),
        ("rtmpt://h.example/app", Target("h.example", "app", T)),
        ("rtmpe://h.example/app", Target("h.example", "app", Transport.RTMPE)),
        ("rtmpte://h.example/app", Target("h.example", "app", Transport.RTMPTE)),
        ("rtmpts://h.example/app", Target("h.example", "app", Transport.RTMPTS)),
        ("rtmfp://h.example/app", Target("h.example", "app", Transport.RTMFP)),
        ("rtmp://h.example/app/stream", Target("h.example", "app", R, stream="stream")),
        ("rtmp://h.example/app/inst/stream", Target("h.example", "app/inst", R, stream="stream")),
        ("rtmp://h.example/app/inst/a/b", Target("h.example", "app/inst", R, stream="a/b")),
        ("rtmp://h.example//app//stream", Target("h.example", "app", R, stream="stream")),
        ("rtmp://h.example/app?k=v", Target("h.example", "app", R, query="k=v")),
        ("rtmp://h.example/app?k=v/stream", Target("h.example", "app", R, stream="stream", query="k=v")),
        ("rtmp://h.example/app/stream?k=v", Target("h.example", "app", R, stream="stream?k=v")),
        ("rtmp://h.example/app/mp4:a.mp4", Target("h.example", "app", R, stream="mp4:a.mp4")),
        ("rtmp://h.example/app#part", Target("h.example", "app", R)),
        ("rtmp://h.example#part", Target("h.example", "", R)),
        ("h.example/app?next=rtmp://other/x", Target("h.example", "app", query="next=rtmp://other/x")),
        ("rtmp://user:secret@h.example:1936/app", Target("h.example", "app", R, 1936)),
        ("rtmp://user@h.example/app", Target("h.example", "app", R)),
        ("rtmp://u:p@[2001:db8::1]:1936/app", Target("2001:db8::1", "app", R, 1936)),
        ("rtmp://192.0.2.1:80/app", Target("192.0.2.1", "app", R, 80)),
        ("rtmp://[2001:DB8::1]:80/app", Target("2001:db8::1", "app", R, 80)),
        ("rtmp://[2001:db8::1]/app", Target("2001:db8::1", "app", R)),
        ("2001:db8:0:0:0:0:0:1", Target("2001:db8::1", "")),
        ("[::1]", Target("::1", "")),
        ("::ffff:192.0.2.1", Target("192.0.2.1", "")),
    ],
)  # fmt: skip
def test_url_forms(typed: str, target: Target) -> None:
    assert msgspec.structs.replace(parse_target(typed), left_out=()) == target


@pytest.mark.parametrize(
    ("server", "application", "words"),
    [
        ("h.example", "live\x00", "invisible"),
        ("h.example", "li\u200bve", "invisible"),
        ("h.example", "live\ud800", "invisible"),
        ("h.example", "a\u2028b", "invisible"),
        ("rtmp://h.example/li\x1bve", "", "invisible"),
        ("h.example", "a" * 1025, "too long"),
        ("h.example", "é" * 513, "too long"),
        ("rtmp://h.example/live", "other", "names the application “live”"),
        ("h.example", "my app", "has a space"),
        ("h.example", "my app/abcd-1234", "has a space"),
        ("h.example", "conseil municipal de ville", "has a space"),
        ("h.example", "my app abcd-1234", "Write a slash"),
        ("h.example", '"my app abcd-1234"', "Write a slash"),
        ('{"server": "h.example", "app": "my app abcd-1234"}', "", "Write a slash"),
    ],
)
def test_errors_on_the_application_field(server: str, application: str, words: str) -> None:
    with pytest.raises(TargetError, match=words) as caught:
        parse_target(server, application)
    assert caught.value.field == "application"
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("server", "typed", "application"),
    [
        ("h.example", "live", "live"),
        ("h.example", " /live/ ", "live"),
        ("h.example", "app/instance", "app/instance"),
        ("rtmp://h.example/live", "live", "live"),
        ("rtmp://h.example/", "live", "live"),
        ("h.example", "", ""),
        ("h.example", "é" * 512, "é" * 512),
        ("h.example", '"my app"', "my app"),
        ('{"server": "h.example", "app": "my app"}', "", "my app"),
        ('rtmp://h.example\napp: "my app"', "", "my app"),
        ('rtmpdump -r rtmp://h.example -a "my app" -y k', "", "my app"),
        ("ffmpeg -i a -rtmp_app 'my app' -f flv rtmp://h.example", "", "my app"),
    ],
)
def test_applications(server: str, typed: str, application: str) -> None:
    assert parse_target(server, typed).application == application


def test_credentials_are_in_no_field() -> None:
    assert "secret" not in repr(parse_target("rtmp://user:secret@h.example/app/stream"))


PIECES = st.sampled_from(
    [
        "rtmp",
        "rtmps://",
        "http",
        ":",
        "//",
        "/",
        "@",
        "[",
        "]",
        "%",
        "?",
        "#",
        ".",
        "::1",
        "127.0.0.1",
        "h.example",
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=80),
    st.lists(st.one_of(PIECES, st.text(max_size=4))).map("".join),
)


@given(TEXTS, st.text(st.characters(codec=None), max_size=20))
def test_parsing_raises_nothing_but_target_error(server: str, application: str) -> None:
    try:
        target = parse_target(server, application)
    except TargetError as error:
        if not str(error).isprintable():
            raise
        return
    assert target.host
    assert target.host.isprintable()
    assert not any(c.isspace() for c in target.host)
    for text in (target.application, target.stream or "", target.query or ""):
        text.encode("utf-8")
    tc_url(target, Transport.RTMP, 1935).encode("utf-8")
    shown = f"[{target.host}]" if ":" in target.host else target.host
    assert parse_target(shown).host == target.host


PASTED = st.lists(
    st.one_of(
        st.sampled_from(
            ["rtmp://", "rtmps://", "rtmp:", "//",
             "h.example", "192.0.2.1", "/live", "/k3y-1234-abcd", " ", "\n", ",", "@", "?k=v",
             "Server: ", "key=", "Stream key: ", "ffmpeg -f flv ", "rtmpdump -r ", " -a live", " -y k", " playpath=k live=1",
             '{"server":"', '"}', "'", '"', "<", ">", "(", ")", "\ufeff", "\u200b", "\u00a0", "：／／", "user:pw@", "\\", ";"]
        ),
        st.text(st.characters(codec=None), max_size=4),
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(PASTED, PASTED)
def test_no_host_is_made_up_of_what_was_pasted(server: str, application: str) -> None:
    try:
        target = parse_target(server, application)
    except TargetError as error:
        if not str(error).isprintable() or "pw" in str(error):
            raise
        return
    plain = unicodedata.normalize("NFKC", server).lower()
    if target.host.isascii() and "xn--" not in target.host and ":" not in target.host:
        made = "".join(c for c in plain if unicodedata.category(c) != "Cf")
        assert target.host in made.replace("。", ".")
    assert target.host not in ("rtmp", "rtmps", "http", "https", "rtmpt")
    login_of_url(server)


@pytest.mark.parametrize(
    ("url", "login"),
    [
        ("rtmp://bob:secret@h.example/live", ("bob", "secret")),
        (" rtmps://b%40b:p%2Fw@h.example:443/live/x%40y", ("b@b", "p/w")),
        ("bob:a:b@c@h.example/live", ("bob", "a:b@c")),
        ("rtmp://bob@h.example/live", ("bob", "")),
        ("rtmp://:secret@h.example/live", None),
        ("rtmp://h.example/live/a%40b", None),
        ("h.example", None),
        ("", None),
    ],
)
def test_name_and_password_of_a_url_are_read_but_kept_nowhere(
    url: str, login: tuple[str, str] | None
) -> None:
    assert login_of_url(url) == login
    if url:
        assert "secret" not in repr(parse_target(url))


@pytest.mark.parametrize(
    ("server", "application", "target"),
    [
        ("h.example", "live?token=s3cret", Target("h.example", "live", query="token=s3cret")),
        ("h.example", "live;jsessionid=s3cret", Target("h.example", "live", query=";jsessionid=s3cret")),
        ("rtmp://h.example/live;jsessionid=a?b=c/x", "",
         Target("h.example", "live", R, query=";jsessionid=a?b=c", stream="x")),
        ("h.example", "live abcd-1234", Target("h.example", "live", stream="abcd-1234")),
        ("h.example", '"my app"', Target("h.example", "my app")),
        ("h.example", "“my app/abcd-1234”", Target("h.example", "my app", stream="abcd-1234")),
        ("h.example", "'live'", Target("h.example", "live")),
        ("h.example", "live/abcd-1234-efgh", Target("h.example", "live", stream="abcd-1234-efgh")),
        ("h.example", "live/s3cr3t", Target("h.example", "live", stream="s3cr3t")),
        ("h.example", "live/_definst_", Target("h.example", "live/_definst_")),
        ("rtmp://h.example/live;sid=1", "live;sid=1", Target("h.example", "live", R, query=";sid=1")),
        ("rtmp://h.example/a/b/c", "a/b/c", Target("h.example", "a/b/c", R)),
        ("rtmp://h.example/a/b/c", "a", Target("h.example", "a", R, stream="b/c")),
        ("rtmp://h.example/a/abcd-1234-efgh", "a/abcd-1234-efgh", Target("h.example", "a/abcd-1234-efgh", R)),
        ("rtmp://h.example/vod/mp4:dir/movie.mp4", "", Target("h.example", "vod", R, stream="mp4:dir/movie.mp4")),
        ("rtmp://h.example/vod/mp4:dir/movie.mp4", "vod/mp4:dir",
         Target("h.example", "vod/mp4:dir", R, stream="movie.mp4")),
        ("rtmp://h.example/live/_definst_", "", Target("h.example", "live/_definst_", R)),
        ("rtmp://h.example/live/_definst_/x", "", Target("h.example", "live/_definst_", R, stream="x")),
        ("rtmp://h.example/live?vhost=a.example/x", "", Target("h.example", "live", R, stream="x", query="vhost=a.example")),
        ("rtmp://h.example/live/x?next=http://b//c/", "", Target("h.example", "live", R, stream="x?next=http://b//c/")),
        ("rtmp://h.example/live?k=v/", "", Target("h.example", "live", R, query="k=v/")),
        ("rtmp://h.example/live/a%40b", "", Target("h.example", "live", R, stream="a@b")),
        ("rtmp://p.i.h.example/Entry/a_1@12345", "", Target("p.i.h.example", "Entry", R, stream="a_1@12345")),
    ],
)  # fmt: skip
def test_what_is_application_and_what_is_secret(server: str, application: str, target: Target) -> None:
    assert parse_target(server, application) == target


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rtmp://https://h.example/live", TargetTexts.TWO_SCHEMES),
        ("rtmp://rtmps://h.example/live", TargetTexts.TWO_SCHEMES),
        ("https://rtmp://h.example/live", TargetTexts.WEB_ADDRESS),
        ("rtmp//h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp;//h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp.//h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp://rtmp/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp://rtmp:1935/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp://rtmp//h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp://rtmp:/h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmp\u200b//h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("ｒｔｍｐ//h.example/live", TargetTexts.SCHEME_AS_SERVER),
        ("rtmps", TargetTexts.SCHEME_AS_SERVER),
        ("https:443", TargetTexts.SCHEME_AS_SERVER),
        ("\\\\h.example\\live", TargetTexts.BACKSLASHES),
        ("rtmp:\\\\h.example\\live@other.example\\x", TargetTexts.BACKSLASHES),
        ("rtmp:\\\\h.example\\live/x", TargetTexts.BACKSLASHES),
        ("rtmp://bob:12/s3cret@h.example/live", TargetTexts.AT_SIGN),
        ("rtmp://bob:p@ss/s3cret@h.example/live", TargetTexts.AT_SIGN),
        ("bob/s3cret@h.example", TargetTexts.AT_SIGN),
        ("rtmp://h.example/live/a@s3cret", TargetTexts.AT_SIGN),
        ("rtmp://bob:12/s/3cret@4", TargetTexts.AT_SIGN),
        ("rtmp://a.example/app,rtmp://b.example/app", TargetTexts.SEVERAL_ADDRESSES),
        ("rtmp://a.example/s3cret rtmp://b.example/s3cret", TargetTexts.SEVERAL_ADDRESSES),
        ("rtmp://a.example/approrrtmp://b.example/app", TargetTexts.SEVERAL_ADDRESSES),
        ("ffmpeg -i rtmp://a.example/x/s3cret -f flv rtmp://b.example/x/s3cret", TargetTexts.SEVERAL_ADDRESSES),
        ("rtmp://u:s3cret/x@a.example/x rtmp://u:s3cret/x@b.example/x", TargetTexts.UNREADABLE),
        ("rtmp://h.example/live?token=***", TargetTexts.HIDDEN_PARTS),
        ("rtmp://h.example/live/***", TargetTexts.HIDDEN_PARTS),
        ("\ufeff\u200b \u00a0", TargetTexts.NO_SERVER),
        ("\"\"", TargetTexts.NO_SERVER),
    ],
)  # fmt: skip
def test_nothing_that_was_typed_becomes_another_server(typed: str, said: Text) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert (caught.value.field, caught.value.said) == ("server", said)
    assert "s3cret" not in str(caught.value)


KEY = "live_123456789_hUsHhUsHhUsH"


@pytest.mark.parametrize(
    ("server", "application", "field", "said"),
    [
        (f"rtmp://h.example/{KEY}", "", "server", TargetTexts.KEY_AS_APPLICATION),
        ("rtmp://h.example/abcd-1234-efgh-5678-hush", "", "server", TargetTexts.KEY_AS_APPLICATION),
        ("rtmp://h.example/FB-123456-0-hUsH", "", "server", TargetTexts.KEY_AS_APPLICATION),
        ("h.example", KEY, "application", TargetTexts.KEY_AS_APPLICATION),
        ("rtmp://h.example/hUsH-k3y-77", "live", "server", TargetTexts.KEY_AS_APPLICATION),
        ("rtmp://h.example/hUsH-k3y-77 app=live", "", "server", TargetTexts.KEY_AS_APPLICATION),
        (KEY, "", "server", TargetTexts.KEY_AS_SERVER),
        ("rtmp://hUsH_abc/live", "", "server", TargetTexts.KEY_AS_SERVER),
        ("rtmp://hUsH_abc/x rtmp://hUsH_def/x", "", "server", TargetTexts.UNREADABLE),
        ("rtmp://hUsH_abc:1935", "", "server", TargetTexts.KEY_AS_SERVER),
        ("abcd-1234-efgh-5678-hush", "", "server", TargetTexts.KEY_AS_SERVER),
        ("hUsHhUsHhUsH1234567890", "", "server", TargetTexts.KEY_AS_SERVER),
        ("hUsHhUsHhUsH1234567890#later", "", "server", TargetTexts.KEY_AS_SERVER),
        ("rtmp://8-a0HUSHHUSHH0HUSHHUSHHU#later", "", "server", TargetTexts.KEY_AS_SERVER),
        ("rtmp://h.example/live|hUsH-k3y-77", "", "server", TargetTexts.SLASH_BEFORE_KEY),
        ("http%3A%2F%2Fh.example%2FhUsH", "", "server", TargetTexts.WEB_ADDRESS),
        ("h:19355:hUsH/live", "", "server", TargetTexts.SLASH_BEHIND_PORT),
        ("h:19355;live;hUsH", "", "server", TargetTexts.NO_PORT),
        ("h:hUsH/live", "", "server", TargetTexts.PORT_UNREADABLE),
        ("h$hUsH", "", "server", TargetTexts.NO_SERVER_NAME),
        ("rtmp://h.example/<hUsH>", "", "server", TargetTexts.BRACKETS),
        ("h.example", "li\nve", "application", TargetTexts.APPLICATION_LINE_BREAK),
        ("h.example,19355", "", "server", TargetTexts.COLON_BEFORE_PORT),
        ("rtmp://h.example;19355/live", "", "server", TargetTexts.COLON_BEFORE_PORT),
        ("h\u200e\u200b.exam\u202eple:80", "", "server", None),
    ],
)  # fmt: skip
def test_a_message_quotes_no_key(server: str, application: str, field: str, said: Text | None) -> None:
    if said is None:
        assert parse_target(server, application).host == "h.example"
        return
    with pytest.raises(TargetError) as caught:
        parse_target(server, application)
    assert (caught.value.field, caught.value.said) == (field, said)
    assert "hush" not in str(caught.value).lower()
    assert "123456789" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("rtm\u0440://h.example/live", "The protocol in front of ://"),
        ("rtmp://h.example:19801:1935/live", "second colon"),
        ("rtmps://host:443:/live", "second colon"),
        ("rtmp://127.0.0.1:19801:live/hush", "colon stands behind the port; write a slash"),
        ("h.example:1935:live", "colon stands behind the port; write a slash"),
        ("[server]127.0.0.1:19801[/server] App: live", "Only an IPv6 address stands in brackets"),
        ("rtmp://[h.example/live", "Only an IPv6 address stands in brackets"),
        ("rtmp://[2001:db8::1/live", "IPv6 address in brackets is not complete"),
        ("rtmp://h.example:19801/live vs rtmp://h.example:19802/live", "(h.example:19801 and h.example:19802)"),
        ("rtmp://h.example/live vs rtmp://h.example:19802/live", "(h.example and h.example:19802)"),
        ("rtmp://[::1]:1/live vs rtmp://[::1]:2/live", "([::1]:1 and [::1]:2)"),
        ("rtmp://h.example/live vs rtmp://h.example/vod", "several addresses of h.example"),
        ("rtmp://2130706433:19801/live", "such as 192.0.2.10"),
        ("rtmp://0x7f000001/live", "such as 192.0.2.10"),
        ("rtmp://h.example:1935O/live", "“1935O” is not a port"),
        ("rtmp://h.example:1935secret/live", "“1935…” is not a port"),
        ("S3cretKey-1234", "looks like a stream key"),
        ("rtmp://S3cretKey-1234:19850/live", "looks like a stream key"),
        ("rtmp://h.example/19850/live/k", "write rtmp://h.example:19850/live; if it is the application, write "
         "rtmp://h.example:1935/19850"),
        ("h.example/19850/k", "write rtmp://h.example:19850; if"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(typed: str, words: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value).lower()


def test_a_number_may_be_an_application() -> None:
    assert parse_target("rtmp://h.example:1935/19850/k") == Target("h.example", "19850", R, 1935, "k")
    assert parse_target("rtmp://h.example/19850/k", "19850") == Target("h.example", "19850", R, stream="k")


@pytest.mark.parametrize(
    ("server", "application", "stream"),
    [
        ("rtmp://h.example:19850/S3cretKey-1234", "", None),
        ("rtmp://h.example:19850/S3cretKey-1234/live", "", "live"),
        ("rtmp://h.example:19850", "S3cretKey-1234", None),
    ],
)
def test_a_key_where_the_application_belongs_is_sent_and_never_shown(
    server: str, application: str, stream: str | None
) -> None:
    target = parse_target(server, application)
    assert (target.application, target.stream) == ("", stream)
    assert connect_application(target) == "S3cretKey-1234"
    assert tc_url(target, R, 19850) == "rtmp://h.example:19850/S3cretKey-1234"
    assert shown_url(target, R, 19850) == "rtmp://h.example:19850/***"


@pytest.mark.parametrize(
    ("server", "application", "example"),
    [
        ("rtmp://h.example/live:19355", "", "rtmp://h.example:19355/live"),
        ("rtmps://h.example/app2:19355/k", "", "rtmps://h.example:19355/app2"),
        ("h.example/live/hUsH:19355", "", "rtmp://h.example:19355/live"),
        ("h.example/s3cret-hUsH:19355", "", "rtmp://h.example:19355/live"),
        ("h.example", "live:19355", "rtmp://h.example:19355/live"),
        ("rtmp://[::1]/live:19355", "", "rtmp://[::1]:19355/live"),
    ],
)
def test_a_port_out_of_place_is_not_ignored(server: str, application: str, example: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(server, application)
    assert str(caught.value) == f"The port belongs right after the server's name: {example}"


@pytest.mark.parametrize(
    ("server", "application", "placeholder"),
    [
        ("rtmp://h.example/<app>/<stream key>", "", "<app>"),
        ("rtmp://<server>/live", "", "<server>"),
        ("rtmp://h.example/{app}", "", "{app}"),
        ("rtmp://h.example/live/YOUR_STREAM_KEY", "", "YOUR_STREAM_KEY"),
        ("ffmpeg -i a.mp4 -f flv rtmp://h.example/live/$STREAM_KEY", "", "$STREAM_KEY"),
        ("h.example", "<app>", "<app>"),
    ],
)
def test_a_placeholder_is_to_be_replaced(server: str, application: str, placeholder: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(server, application)
    assert str(caught.value) == f"Replace {placeholder} with what you were given"


def test_a_whole_address_as_application_is_noticed() -> None:
    with pytest.raises(TargetError) as caught:
        parse_target("h.example", "rtmp://h.example/live")
    assert (caught.value.field, caught.value.said) == ("application", TargetTexts.ADDRESS_AS_APPLICATION)


def test_a_url_that_nobody_typed_is_whole() -> None:
    assert parse_url("rtmp://media_1/live") == Target("media_1", "live", R)
    assert parse_url("rtmp://h.example/my app/x") == Target("h.example", "my app", R, stream="x")
    for wrong in ('"rtmp://h.example/live"', "rtmp://a b/live", "", "rtmp://" + "a" * 5000):
        with pytest.raises(TargetError):
            parse_url(wrong)


def test_a_stream_can_be_added_and_only_one() -> None:
    target = parse_target("rtmp://h.example/live")
    assert with_stream(target, " key ").stream == "key"
    assert with_stream(with_stream(target, "key"), "key").stream == "key"
    for wrong in ("", "a\nb"):
        with pytest.raises(TargetError, match="stream"):
            with_stream(target, wrong)
    assert with_stream(target, "key").stream_apart
    assert not with_stream(parse_target("rtmp://h.example/live/key"), "key").stream_apart
    with pytest.raises(TargetError) as caught:
        with_stream(parse_target("rtmp://h.example/live/one-key"), "two-key")
    assert "key" not in str(caught.value)


# ---- proxies


def test_a_bar_is_no_part_of_an_application() -> None:
    with pytest.raises(TargetError, match="Write a slash between the application and the stream key"):
        parse_target("rtmp://h.example/live|stream1")
