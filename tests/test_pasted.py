"""The address inside what people paste."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.found_address import cleaned
from fmsdiag.messages.text import Text
from fmsdiag.model import LeftOut, Target, Transport
from fmsdiag.pasted import take_address
from fmsdiag.target import login_of_url, parse_target
from fmsdiag.target_texts import TargetError, TargetTexts
from fmsdiag.target_url import connect_application, other_cut, shown_url
from tests.growth import grows_too_fast
from tests.systems import ON_WINDOWS

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
    assert msgspec.structs.replace(parse_target(typed), stream_apart=False) == KEYED


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("Server: h.example", Target("h.example", "")),
        ("URL=h.example/live", Target("h.example", "live")),
        ('"h.example"', Target("h.example", "")),
        ("h.example/live abcd-1234", Target("h.example", "live", stream="abcd-1234", stream_apart=True)),
        ("server:1935", Target("server", "", port=1935)),
        ("[2001:db8::1]", Target("2001:db8::1", "")),
        (
            "Server: rtmp://h.example/live/inst\nKey: k",
            Target("h.example", "live/inst", R, stream="k", stream_apart=True),
        ),
        ("rtmp://h.example/live/a b", Target("h.example", "live", R, stream="a b")),
        (
            "rtmp://h.example/live playpath=a\\20b",
            Target("h.example", "live", R, stream="a b", stream_apart=True),
        ),
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
         Target("h.example", "live", R, 1936, "abcd-1234", stream_apart=True)),
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


SECRET = "s3cret-K3y-77"


@pytest.mark.parametrize(
    ("typed", "stream"),
    [
        (f"rtmp://h.example/live/{SECRET}\nThanks!", SECRET),
        (f"rtmp://h.example/live/{SECRET}\nBob", SECRET),
        (f"rtmp://h.example/live/{SECRET}\n\nRegards,\nBob", SECRET),
        ("rtmp://h.example/live/hunter\nThanks!", "hunter"),
        (f"rtmp://h.example/live\nThanks!\n{SECRET}?", None),
        (f"rtmp://h.example/live\n{SECRET}", SECRET),
        (f"rtmp://h.example\nlive\n{SECRET}", SECRET),
        (f"h.example\nlive\n{SECRET}", SECRET),
        ("rtmp://h.example\nlive", None),
        ("h.example\nlive", None),
        (f"h.example/live/{SECRET}\nThanks!", SECRET),
        (f"h.example:1935/live {SECRET}", SECRET),
        (f"rtmp://h.example/live/{SECRET} please", SECRET),
        (f"rtmp://h.example live {SECRET}", SECRET),
    ],
)
def test_words_on_lines_of_their_own_move_no_key_into_the_application(typed: str, stream: str | None) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "live", stream)


@pytest.mark.parametrize(
    "typed",
    [
        f"rtmp://h.example/live/{SECRET}\nKey: other-K3y-12",
        f"rtmp://h.example/live/{SECRET}\nother-K3y-12",
        f"other-K3y-12\nrtmp://h.example/live/{SECRET}",
        f"rtmp://h.example/live/{SECRET} playpath=cam",
        f"ffmpeg -re -i a.mp4 -rtmp_playpath cam -f flv rtmp://h.example/live/{SECRET}",
        f'{{"server": "rtmp://h.example/live/{SECRET}", "key": "cam"}}',
        f'{{"server": "rtmp://h.example/live/inst/{SECRET}", "key": "cam"}}',
    ],
)
def test_two_streams_are_refused(typed: str) -> None:
    with pytest.raises(TargetError, match="already names another stream") as caught:
        parse_target(typed)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        '{"server": "rtmp://h.example/live/hunter", "key": "cam"}',
        "rtmp://h.example/live/hunter\nStream key: cam",
    ],
)
def test_what_may_be_an_instance_or_a_key_is_sent_and_never_shown(typed: str) -> None:
    target = parse_target(typed)
    assert (target.application, target.stream) == ("live", "cam")
    assert connect_application(target) == "live/hunter"
    assert shown_url(target, R, 1935) == "rtmp://h.example/live/***"
    assert other_cut(target, longer=True) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"rtmp://h.example/{SECRET}\nlive", TargetTexts.KEY_AS_APPLICATION),
        ("rtmp://h.example/hunter\nlive", TargetTexts.KEY_AS_APPLICATION),
        (f"rtmp://h.example/li\nve/{SECRET}", TargetTexts.LINE_BREAK),
        ("rtmp://h.example : 19355 / live", TargetTexts.SPACES),
        (f"rtmp://h.example/live / {SECRET}", TargetTexts.SPACES),
        ("h.example : 19355 / live", TargetTexts.SPACES),
        ("Adresse: rtmp://h.example : 19355 / live , Schlüssel: GEHEIM-KEY-1", TargetTexts.SPACES),
        ("Server: rtmp://h.example: 19355/live\nKey: abcd-1234", TargetTexts.SPACES),
        ("Server: rtmp://h.example / live\nKey: abcd-1234", TargetTexts.SPACES),
        ("Server: rtmp://h.example/live /inst\nKey: abcd-1234", TargetTexts.SPACES),
        ("rtmp://h.example:19355/ live, key abcd-1234", TargetTexts.SPACES),
        ("rtmp://h.example / live with key abcd-1234", TargetTexts.SPACES),
        ("rtmp://h.example 19355", TargetTexts.SPACES),
        ("rtmp://h.example/my app/abcd-1234", TargetTexts.SPACE_IN_PATH),
        ("rtmp://h.example/live app", TargetTexts.SPACE_IN_PATH),
        ("rtmp://h.example/conseil municipal", TargetTexts.SPACE_IN_PATH),
        ("h.example/conseil municipal", TargetTexts.SPACE_IN_PATH),
        ("rtmp://h.example, 19355", TargetTexts.SPACES),
    ],
)
def test_what_cannot_be_told_is_asked(typed: str, said: Text) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert caught.value.said == said
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "typed",
    [
        "Please test rtmp://h.example/live.", "Is it rtmp://h.example/live?", "rtmp://h.example/live: it fails",
        "it (see rtmp://h.example/live).", "Try rtmp://h.example/live!", "rtmp://h.example/live.",
        "Test rtmp://h.example/live, thanks.", "test rtmp://h.example/live please", "Try rtmp://h.example/live...",
        "使用 rtmp://h.example/live。", "h\u200b.example/live", "rtmp://h.exa\u2060mple/live", "rtmp:/\u200b/h.example/live",
        "rtmp%3A%2F%2Fh.example%2Flive", "url=rtmp%3a%2f%2fh.example%2flive",
    ],
)  # fmt: skip
def test_what_belongs_to_the_sentence_or_its_writing_is_no_part_of_the_address(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "live", None)


def test_a_key_in_quotes_or_in_a_command_keeps_its_last_sign() -> None:
    assert parse_target('"rtmp://h.example/live/Key!"').stream == "Key!"
    assert parse_target("ffmpeg -i a.mp4 -f flv rtmp://h.example/live/Key!").stream == "Key!"


@pytest.mark.parametrize(
    ("more", "login"),
    [
        ('"use_auth": true, "username": "bob", "password": "s3cret"', ("bob", "s3cret")),
        ('"username": "bob", "password": "s3cret"', ("bob", "s3cret")),
        ('"use_auth": false, "username": "bob", "password": "s3cret"', None),
        ('"use_auth": true', None),
    ],
)
def test_the_settings_of_an_encoder_sign_in(more: str, login: tuple[str, str] | None) -> None:
    typed = f'{{"settings": {{"server": "rtmp://h.example/live", "key": "k", {more}}}}}'
    assert login_of_url(typed) == login
    assert "s3cret" not in repr(parse_target(typed))


@pytest.mark.parametrize(
    ("typed", "apart"),
    [
        ("rtmp://h.example/live/k", False), ("rtmp://h.example/live k", True), ("rtmp://h.example/live playpath=k", True),
        ('{"server": "rtmp://h.example/live", "key": "k"}', True), ("server: rtmp://h.example/live\nkey: k", True),
        ("Server: rtmp://h.example/live/k\nKey: k", False), ("rtmp://h.example/live", False),
    ],
)  # fmt: skip
def test_a_stream_beside_the_address_is_known_as_such(typed: str, apart: bool) -> None:
    assert parse_target(typed).stream_apart is apart


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("Host: 127.0.0.1\nPort: 35523\nApp: live\nKey: abcd-1234",
         Target("127.0.0.1", "live", None, 35523, "abcd-1234", stream_apart=True)),
        ("Host: h.example\nPort: 35523", Target("h.example", "", None, 35523)),
        ("Server: h.example\r\nPort: 35523\r\n", Target("h.example", "", None, 35523)),
        ("Port: 35523\nServer: h.example/live", Target("h.example", "live", None, 35523)),
        ("Host: 2001:db8::1\nPort: 35523", Target("2001:db8::1", "", None, 35523)),
        ("h.example\nPort:35523", Target("h.example", "", None, 35523)),
        ("Server: rtmp://h.example/live\nRTMP port: 35523/tcp", Target("h.example", "live", R, 35523)),
        ("Server\trtmp://h.example/live\nPort\t35523", Target("h.example", "live", R, 35523)),
        ("rtmp://bob:12@h.example/live port=35523", Target("h.example", "live", R, 35523)),
        ("URL: rtmp://h.example:35523/live\nPort: 35523", Target("h.example", "live", R, 35523)),
        ("URL: rtmp://h.example/live\nPort: default", LIVE),
        ("URL: rtmp://h.example/live\nProxy port: 3128", LIVE),
        ('{"host": "h.example", "port": 35523, "app": "live"}', Target("h.example", "live", None, 35523)),
        ('{"host": "h.example", "port": "35523"}', Target("h.example", "", None, 35523)),
        ("Server: h.example\nPort: 35523 (RTMPS)\nApp: live", Target("h.example", "live", Transport.RTMPS, 35523)),
        ("Protocol: RTMPS\nHost: h.example\nPort: 35523", Target("h.example", "", Transport.RTMPS, 35523)),
        ("rtmps://h.example/live\nPort: 35523 (SSL)", Target("h.example", "live", Transport.RTMPS, 35523)),
    ],
)  # fmt: skip
def test_a_port_beside_the_address_is_used(typed: str, target: Target) -> None:
    assert msgspec.structs.replace(parse_target(typed), left_out=()) == target


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("URL: rtmp://h.example:1936/live\nPort: 35523", TargetTexts.OTHER_PORT),
        ("Host: h.example\nPort: 1935, 443", TargetTexts.OTHER_PORT),
        ("Host: h.example\nPort: 1935\nPort: 443", TargetTexts.OTHER_PORT),
        ("Host: h.example\nPort: many", TargetTexts.OTHER_PORT),
        ('{"host": "h.example", "port": [1]}', TargetTexts.OTHER_PORT),
        ("Host: h.example\nPort: 99999", TargetTexts.NO_PORT),
        ("rtmp://h.example/live port: 443 (RTMPS)", TargetTexts.OTHER_PROTOCOL),
        ("rtmp://h.example/live\nProtocol: RTMPT", TargetTexts.OTHER_PROTOCOL),
    ],
)
def test_a_port_that_cannot_be_placed_is_refused(typed: str, said: Text) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert caught.value.said == said


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("rtmp://h.example/live\nUser: bob\nPass: s3cret-77x", ("bob", "s3cret-77x")),
        ("Username: bob\nPassword: s3cret-77x\nServer: rtmp://h.example/live", ("bob", "s3cret-77x")),
        ("URL: rtmp://h.example/live\nLogin: bob\nPassword: s3cret-77x", ("bob", "s3cret-77x")),
        ("URL: rtmp://h.example/live\nLogin:\nUser: bob\nPassword: s3cret-77x", ("bob", "s3cret-77x")),
        ("rtmp://h.example/live\nUser name:\nbob\nPassword:\ns3cret-77x", ("bob", "s3cret-77x")),
        ('rtmp://h.example/live user=bob, password="s3cret, 77x"', ("bob", "s3cret, 77x")),
        ("rtmp://h.example/live\nUser: bob", ("bob", "")),
        ("rtmp://amy:pw@h.example/live\nUser: bob\nPass: s3cret-77x", ("amy", "pw")),
        ("rtmp://h.example/live\nProxy user: bob\nProxy password: s3cret-77x", None),
        ("rtmp://h.example/live\nPassword: s3cret-77x", None),
    ],
)
def test_a_name_and_a_password_beside_the_address_sign_in(typed: str, login: tuple[str, str] | None) -> None:
    assert login_of_url(typed) == login
    assert msgspec.structs.replace(parse_target(typed), left_out=()) == LIVE


@pytest.mark.parametrize(
    ("typed", "left_out"),
    [
        ("rtmp://bob:s3cret@h.example/live", (LeftOut.SIGN_IN,)),
        ("rtmp://h.example/live\nUser: bob\nPass: s3cret-77x", (LeftOut.SIGN_IN,)),
        ("rtmp://h.example/live\nUser: bob", (LeftOut.USER,)),
        ("Server: rtmp://h.example/live\nPasswort: s3cret-77x", (LeftOut.PASSWORD,)),
        ('{"server": "rtmp://h.example/live", "password": "s3cret"}', (LeftOut.PASSWORD,)),
        ("Your stream key for today: abcd-1234\nrtmp://h.example/live", (LeftOut.KEY,)),
        ("rtmp://h.example/live\nKey 1: abcd-1234", (LeftOut.KEY,)),
        ("rtmp://h.example/live\nAPI key 1: abcd-1234", ()),
        ("rtmp://h.example/live/abcd-1234\nKey 1: abcd-1234", ()),
        ("rtmp://h.example/live\nProxy password: s3cret-77x", ()),
    ],
)
def test_what_is_not_taken_is_named(typed: str, left_out: tuple[LeftOut, ...]) -> None:
    assert parse_target(typed).left_out == left_out


def test_a_password_is_never_an_application_or_a_stream() -> None:
    typed = "rtmp://h.example\nUser: bob\nPassword: s3cret-77x\nPort: 35523"
    assert msgspec.structs.replace(parse_target(typed), left_out=()) == Target("h.example", "", R, 35523)
    typed = "Host: h.example\nPort: 35523\nUser: bob\nPass: s3cret-77x\nApp: live\nKey: abcd-1234"
    assert login_of_url(typed) == ("bob", "s3cret-77x")
    assert "s3cret" not in repr(parse_target(typed))


def test_librtmp_names_a_user() -> None:
    typed = "rtmp://h.example/live pubUser=bob pubPasswd=s3cret"
    assert login_of_url(typed) == ("bob", "s3cret")
    assert msgspec.structs.replace(parse_target(typed), left_out=()) == LIVE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Server: rtmp://media.\ninvalid:19801/live", TargetTexts.LINE_BREAK),
        ("Server: media.\ninvalid:19801/live", TargetTexts.LINE_BREAK),
        ("media.invalid:1\n9801/live", TargetTexts.LINE_BREAK),
        ("> Server: rtmp://127.0.0.1:\n> 19801/live\n> Key: wrapkey-44", TargetTexts.LINE_BREAK),
        ("rtmp://media.invalid/\nlive?token=q2tok77", TargetTexts.LINE_BREAK),
        ("rtmp://h.example\nlive/hunter", TargetTexts.LINE_BREAK),
        ("[rtmp://a.example/live](rtmp://h.example/live)", TargetTexts.SEVERAL_ADDRESSES),
        ("[a.example](rtmp://h.example/live)", TargetTexts.SEVERAL_ADDRESSES),
        ("rtmp://h.example/live on port 19801 with key q4key-99", TargetTexts.PORT_BESIDE),
        ("URL: rtmp://h.example/live\nthe port is 19801, not 1935", TargetTexts.PORT_BESIDE),
        ("rtmp://h.example/live\nOur port: 19801", TargetTexts.PORT_BESIDE),
        ("rtmps://h.example/live\nTCP port 19801 is used", TargetTexts.PORT_BESIDE),
        ("ffmpeg -i a.mp4 -f flv rtmp://h.example/live (on port 19801)", TargetTexts.PORT_BESIDE),
        ("rtmps://h.example:19443/live/q4key-99 (it used to be port 443)", TargetTexts.OTHER_PORT_BESIDE),
        ("rtmp://h.example:1936/live\nServer: h.example:19801", TargetTexts.OTHER_PORT_BESIDE),
        ("Stream key: rtmp://h.example/live\nServer: a.example", TargetTexts.SWAPPED),
        ("Stream key: rtmp://h.example/live\nServer: abcd-1234", TargetTexts.SWAPPED),
        ("URL: abcd-1234-efgh-5678\nStream Key: rtmp://h.example/live", TargetTexts.SWAPPED),
        ("Host: a.example\nrtmp://h.example/live", TargetTexts.SEVERAL_ADDRESSES),
        ("rtmp://h.example/live\nServer: h.example:19801", TargetTexts.PORT_BESIDE),
        ("&lt;stream key&gt; rtmp://h.example/live", TargetTexts.PLACEHOLDER),
    ],
)
def test_what_stands_beside_is_not_ignored(typed: str, said: Text) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert caught.value.said == said


DECORATED = [
    '<p>Server: <a href=3D"rtmp://h.example/live">rtmp://h.example/live</a><br>Key: <b>abcd-1234</b></p>',
    "<b>Server:</b> rtmp://h.example/live<br><b>Key:</b> abcd-1234",
    "<tr><td>Server</td><td>rtmp://h.example/live</td></tr><tr><td>Stream key</td><td>abcd-1234</td></tr>",
    "<dl><dt>Server</dt><dd>rtmp://h.example/live</dd><dt>Key</dt><dd>abcd-1234</dd></dl>",
    "| Server | `rtmp://h.example/live` |\n| Stream key | `abcd-1234` |",
    "| Field | Value |\n|---|---|\n| **Server** | rtmp://h.example/live |\n| **Stream key** | abcd-1234 |",
    "*Server:* rtmp://h.example/live\n*Key:* abcd-1234",
    "**Stream Key:** `abcd-1234`\n**URL:** `rtmp://h.example/live`",
    "_Key_: abcd-1234 rtmp://h.example/live",
    "Server: rtmp://h.example/live\nKey: **abcd-1234**",
    "Server-URL: rtmp://h.example/live\nStreamschlüssel (bitte geheim halten): abcd-1234",
    "Server: rtmp://h.example/live\nStream key (keep it secret!): abcd-1234",
    "Server - rtmp://h.example/live\nKey - abcd-1234",
    "Server → rtmp://h.example/live\nStream key → abcd-1234",
    "URL: rtmp://h.example/\nApp name: live\nKey: abcd-1234",
    "rtmp://h.example\nApplication (name): live\nKey: abcd-1234",
]
"""What mail programs, chats and people put around labels."""


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("[rtmp://h.example/live](rtmp://h.example/live)", LIVE),
        ("<rtmp://h.example/live|rtmp://h.example/live>", LIVE),
        ("[rtmp://h.example/live|rtmp://h.example/live]", LIVE),
        ("[h.example/live](rtmp://h.example/live)", LIVE),
        ("[rtmp://h.example/live](rtmp://h.example/live) abcd-1234", KEYED),
        ("rtmp://h.example/live&#x2F;abcd-1234", KEYED),
        ("server rtmp://h.example, app live, key abcd-1234", KEYED),
        ("rtmp://h.example (application live), thanks", LIVE),
        ('rtmp://h.example port 1935 application "live" stream key: abcd-1234', KEYED),
        ("rtmp://h.example\napp 'live'", LIVE),
        ("rtmp://h.example; the app is down", Target("h.example", "", R)),
        ("rtmp://h.example, the application crashes", Target("h.example", "", R)),
        ("rtmp://h.example/live (port 19801)", Target("h.example", "live", R, 19801)),
        ("rtmp://h.example/live（端口 19801）", Target("h.example", "live", R, 19801)),
        ("rtmp://h.example:19801/live on port 19801", Target("h.example", "live", R, 19801)),
        ("rtmp://h.example/live port 1935 is blocked", LIVE),
        ("rtmp://h.example/live through our proxy on port 3128", LIVE),
        ("<p>URL: rtmp://h.example/live</p><p>Port: 19801</p>", Target("h.example", "live", R, 19801)),
        ("<p>URL: rtmp://h.example/live</p><p>Key: abcd-1234</p>", KEYED),
        ("Host: h.example\nrtmp://h.example/live", LIVE),
        *((typed, KEYED) for typed in DECORATED),
        ('"rtmp://h.example/my app/abcd-1234"', Target("h.example", "my app", R, stream="abcd-1234")),
        ('"rtmp://h.example/my app/"', Target("h.example", "my app", R)),
        (
            "ffmpeg -f flv “rtmp://h.example/my app/abcd-1234”",
            Target("h.example", "my app", R, stream="abcd-1234"),
        ),
        ("ffmpeg -f flv 'rtmp://h.example/live abcd-1234'", KEYED),
        ("rtmp://h.example/live cam", Target("h.example", "live", R, stream="cam")),
        ("rtmp://h.example/live / Key: abcd-1234", KEYED),
        ("ffmpeg -i a -f flv rtmp://h.example/live /tmp/copy.flv", LIVE),
        ("rtmp://h.example/live: 24 errors", LIVE),
        ("<url>rtmp://h.example/live</url><port>19801</port>", Target("h.example", "live", R, 19801)),
    ],
)
def test_what_is_certain_is_taken(typed: str, target: Target) -> None:
    assert msgspec.structs.replace(parse_target(typed), stream_apart=False) == target


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("<url>rtmp://h.example/live</url><stream>abcd-1234</stream><username>bob</username>"
         "<password>s3c&amp;ret</password>", ("bob", "s3c&ret")),
        ("<profile><rtmp><url>rtmp://h.example/live</url><backup_url/><stream>abcd-1234</stream></rtmp>"
         "<username>bob</username></profile>", ("bob", "")),
        ("<plist><key>server</key><string>rtmp://h.example/live</string><key>key</key><string>abcd-1234</string>"
         "<key>username</key><string>bob</string></plist>", ("bob", "")),
        ("<url>rtmp://h.example/live</url><key>abcd-1234</key><use_auth>false</use_auth><user>bob</user>", None),
    ],
)  # fmt: skip
def test_xml_is_read_as_json_is(typed: str, login: tuple[str, str] | None) -> None:
    assert msgspec.structs.replace(parse_target(typed), stream_apart=False, left_out=()) == KEYED
    assert login_of_url(typed) == login


def test_a_configuration_of_a_server_is_read() -> None:
    said = "<IPAddress>192.0.2.44</IPAddress><Port>1940</Port>"
    assert parse_target(f"<Host><HostPort>{said}</HostPort><Application>live</Application></Host>") == Target(
        "192.0.2.44", "live", None, 1940
    )
    assert (
        parse_target(f"<Hosts><HostPort><IpAddress>*</IpAddress></HostPort>{said}</Hosts>").host
        == "192.0.2.44"
    )


def test_ends_are_cleaned() -> None:
    assert cleaned("\ufeff\u200b a\u00a0b \u2060\n") == "a b"


@pytest.mark.skipif(ON_WINDOWS, reason="the processor's time comes in steps of 15.6 ms there")
@pytest.mark.parametrize(
    "piece",
    ["rtmp://", "rtmp://a ", "'rtmp://a", "key ", "key:", "a:", "-a ", "(", "{", '"', " ", "\n", "rtmp://a,", "?", "\\20",
     "port:", "user:'", 'pass:"', "port: 1,", "user:\n", "pass:“", "port ", "user:,",
     "rtmp://a\n", "a.\n", "port 1935 or ", ",app ", "app \"", "app\n", ",key ", "<a>", "[a](", "&amp;", "tcp ", "a:1\n"],
)  # fmt: skip
def test_time_grows_with_the_length_only(piece: str) -> None:
    count = 8_000 // len(piece)
    assert not grows_too_fast(take_address, piece * count, piece * (2 * count))


HOST, PORT, APP, USER, PASSWORD = "h.example", 19841, "ballroom", "wilma", "Pebbles-77x"
LABELS = {
    "key": (
        "Stream key",
        "Key",
        "stream_key",
        "Streamschlüssel",
        "Clé de stream",
        "Clave de transmisión",
        "串流密钥",
    ),
    "user": ("User", "Username", "Benutzername", "Utilisateur", "Usuario", "用户名"),
    "password": ("Password", "Pass", "Passwort", "Mot de passe", "Contraseña", "密码"),
    "port": ("Port", "Server port", "Puerto"),
    "app": ("App", "Application", "Application name", "Anwendung", "应用"),
}
SERVERS = ("Server", "URL", "RTMP URL", "Adresse", "推流地址")
VALUES = {"key": SECRET, "user": USER, "password": PASSWORD, "port": str(PORT), "app": APP}
AROUND_LABELS = (
    "{}:",
    "{} :",
    "{}=",
    "*{}:*",
    "**{}**:",
    "<b>{}</b>:",
    "{} (bitte merken):",
    "{} (keep it):",
    "- {}:",
)
AROUND_VALUES = ("{}", '"{}"', "`{}`", "**{}**", "<b>{}</b>", "“{}”")
SPACED = ("{}", "{} ", " {}", " {} ")


@st.composite
def pastes(draw: st.DrawFn) -> tuple[str, frozenset[str]]:
    """A text as a mail has it, and the parts of an address that a person reads in it."""
    parts = draw(st.lists(st.sampled_from(sorted(LABELS)), unique=True, max_size=4))
    in_address = draw(st.lists(st.sampled_from(["port", "app"]), unique=True))
    address = f"rtmp://{HOST}"
    if "port" in in_address:
        address += draw(st.sampled_from(SPACED)).format(":") + str(PORT)
    if "app" in in_address:
        address += draw(st.sampled_from(SPACED)).format("/") + APP
    lines = [f"{draw(st.sampled_from(SERVERS))}: {address}"]
    for part in parts:
        if part not in in_address:
            label = draw(st.sampled_from(AROUND_LABELS)).format(draw(st.sampled_from(LABELS[part])))
            lines.append(f"{label} {draw(st.sampled_from(AROUND_VALUES)).format(VALUES[part])}")
    return "\n".join(draw(st.permutations(lines))), frozenset([*parts, *in_address])


@given(pastes())
def test_all_that_a_person_reads_in_a_paste_is_taken_named_or_asked_about(
    pasted: tuple[str, frozenset[str]],
) -> None:
    typed, parts = pasted
    try:
        target = parse_target(typed)
    except TargetError as error:
        said = str(error)
        assert not any(secret in said for secret in (SECRET, USER, PASSWORD))
        return
    login = login_of_url(typed)
    assert target.host == HOST
    assert target.port == (PORT if "port" in parts else None)
    assert target.application == (APP if "app" in parts else "")
    if "key" in parts:
        assert target.stream == SECRET or LeftOut.KEY in target.left_out
    else:
        assert target.stream is None
    if "user" in parts:
        assert login == (USER, PASSWORD if "password" in parts else "")
    else:
        assert login is None
        assert (LeftOut.PASSWORD in target.left_out) == ("password" in parts)


def test_most_pastes_are_read_without_a_question() -> None:
    """The property above would hold of a program that refuses everything."""
    plain = [f"Server: rtmp://{HOST}:{PORT}/{APP}\n{label}: {SECRET}" for label in LABELS["key"]]
    plain += [f"Server: rtmp://{HOST}/{APP}\n{around.format('Key')} {SECRET}" for around in AROUND_LABELS]
    assert {parse_target(typed).stream for typed in plain} == {SECRET}


@pytest.mark.parametrize(
    "typed",
    [
        "Server: 127.0.0.1, port 1935\nApplication: live\nQuestions: telegram @example_support",
        "the stream goes to 127.0.0.1:1935/live, write to help@example.org or @support if it fails",
        "rtmp//127.0.0.1:1935/live\ncontact: aide@example.org",
    ],
)
def test_who_can_be_asked_is_no_sign_in(typed: str) -> None:
    """An @ of a mail's signature was read as a password with a slash, or the whole as a stream key."""
    assert "@" not in take_address(typed).address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("rtmp://me@example.org:pw@127.0.0.1/live", "rtmp://me@example.org:pw@127.0.0.1/live"),
        ("write to help@example.org\nrtmp://127.0.0.1/live", "rtmp://127.0.0.1/live"),
    ],
)
def test_an_address_with_a_name_stays(typed: str, address: str) -> None:
    assert take_address(typed).address == address


@pytest.mark.parametrize(
    ("below", "stream"),
    [
        ("Primary Stream: abcd-efgh-1234-5678", "abcd-efgh-1234-5678"),
        ("Stream 1: abcd-efgh-1234-5678\nStream 2: ijkl-mnop-1234-5678", "abcd-efgh-1234-5678"),
        ("Primary key: 42", ""),
    ],
)
def test_the_first_of_two_streams_is_one(below: str, stream: str) -> None:
    assert take_address(f"Server: rtmp://127.0.0.1/live\n{below}").stream == stream


@pytest.mark.parametrize(
    "typed",
    ["rtmp://h.example/live/cam conn=S:tok9918 live=1", "rtmpdump -r rtmp://h.example/live/cam -C S:tok9918",
     "ffmpeg -rtmp_conn S:tok9918 -i rtmp://h.example/live/cam -f null -", "rtmpdump --conn=O:1 -r rtmp://h.example/live/cam",
     'nc.connect("rtmp://h.example/live/cam", "tok9918")'],
)  # fmt: skip
def test_arguments_of_connect_are_told_as_left_out(typed: str) -> None:
    assert LeftOut.ARGUMENTS in parse_target(typed).left_out


@pytest.mark.parametrize("typed", ["curl -C - rtmp://h.example/live/cam", "rtmp://h.example/live/cam live=1"])
def test_other_options_are_no_arguments_of_connect(typed: str) -> None:
    assert LeftOut.ARGUMENTS not in parse_target(typed).left_out


def test_the_only_address_may_be_connects_own() -> None:
    target = parse_target("connect tcUrl=rtmp://h.example:19351/live?vhost=x.example app=live playpath=cam1")
    assert (target.host, target.port, target.application, target.stream) == (
        "h.example",
        19351,
        "live",
        "cam1",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "rtmp://h.example/live\nStream key: (sent by SMS)",
        "rtmp://h.example/live\nStream: https://video.example/watch/abcd",
    ],
)
def test_what_is_no_key_is_none(typed: str) -> None:
    assert parse_target(typed).stream is None


@pytest.mark.parametrize(
    ("typed", "stream"),
    [
        ("Stream Name: Concert\nrtmp://h.example/live\nStream Key: abcd-1234-efgh", "abcd-1234-efgh"),
        ("rtmp://h.example/live\nStream name: concert", "concert"),
        ("SRT: srt://s.example:9000?streamid=K\nRTMP: rtmp://h.example/live/K2", "K2"),
        ("rtmp2sink location=rtmp://h.example/live/cam async-connect=false", "cam"),
    ],
)
def test_of_several_names_the_key_is_the_stream(typed: str, stream: str) -> None:
    assert parse_target(typed).stream == stream


@pytest.mark.parametrize(
    "labels",
    ["Логин: bob\nПароль: s3cret", "账号: bob\n密码: s3cret", "Kullanıcı adı: bob\nŞifre: s3cret",
     "Konto: bob\nPasswort: s3cret",
     "아이디: bob\n비밀번호: s3cret", "Användarnamn: bob\nLösenord: s3cret", "Account: bob\nPassword: s3cret"],
)  # fmt: skip
def test_a_sign_in_has_its_labels_in_many_languages(labels: str) -> None:
    assert login_of_url(f"{labels}\nrtmp://h.example/live") == ("bob", "s3cret")


def test_a_programs_link_may_stand_in_a_sentence() -> None:
    link = "larix://set/v1?conn[][url]=rtmp%3A%2F%2Fh.example%2Flive&conn[][user]=bob&conn[][pass]=s3cret"
    typed = f"Open this on your phone: {link} and start."
    assert (parse_target(typed).host, login_of_url(typed)) == ("h.example", ("bob", "s3cret"))


def test_a_question_is_no_address_with_a_question_mark() -> None:
    with pytest.raises(TargetError) as raised:
        parse_target("Which address do I need? It does not work.")
    assert raised.value.said is TargetTexts.SPACES


@pytest.mark.parametrize(
    "typed",
    [
        '"{\\"server\\": \\"rtmp://h.example/app\\", \\"key\\": \\"abcd-1234\\"}"',
        '{\\"server\\": \\"rtmp://h.example/app\\", \\"key\\": \\"abcd-1234\\"}',
        '{"settings": "{\\"server\\": \\"rtmp://h.example/app\\", \\"key\\": \\"abcd-1234\\"}"}',
        "rtmp://h.example/app\nkey `abcd-1234`",
    ],
)
def test_quotation_marks_of_every_sort_are_none_of_the_address(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "app", "abcd-1234")


@pytest.mark.parametrize(
    "label",
    [
        "Portnummer",
        "Anschluss",
        "Bağlantı noktası",
        "Porttinumero",
        "Numéro de port",
        "Número de puerto",
        "Numer portu",
    ],
)
def test_a_port_has_its_label_in_many_languages(label: str) -> None:
    assert parse_target(f"Server: h.example\n{label}: 1940").port == 1940


OLD = "rtmp://old.club.example/live"


@pytest.mark.parametrize(
    "typed",
    [
        f"New: rtmp//new.club.example/live\nOld: {OLD}", f"{OLD} is off, use rtmp:/new.club.example/live",
        f"rtpm://new.club.example/live\n(not {OLD})", f"Server: rtmp;//new.club.example/live\nKey: abcd-1234\nbefore: {OLD}",
        f"rtmp: //new.club.example/live {OLD}", f"rtmp:new.club.example/live {OLD}", f"RTMP: new.club.example/live, {OLD}",
        f"rtmp\\\\new.club.example {OLD}", f"rmtps://new.club.example/x {OLD}", f"rtmp//203.0.113.7/live not {OLD}",
    ],
)  # fmt: skip
def test_a_mistyped_address_beside_another_one_is_asked_about(typed: str) -> None:
    with pytest.raises(TargetError) as raised:
        parse_target(typed)
    assert raised.value.said is TargetTexts.SEVERAL_ADDRESSES
    assert "old.club.example" in str(raised.value)
    assert "new.club.example" in str(raised.value) or "203.0.113.7" in str(raised.value)


@pytest.mark.parametrize(
    "typed",
    [
        f"rtmp//old.club.example/live, I mean {OLD}", f"RTMP: {OLD}", f"More at www.club.example: {OLD}",
        f"nginx-rtmp/1.2.2, {OLD}", f"{OLD}\nrtmp: me@club.example",
    ],
)  # fmt: skip
def test_what_is_no_other_address_is_not_asked_about(typed: str) -> None:
    assert parse_target(typed).host == "old.club.example"


@pytest.mark.parametrize(
    ("typed", "application", "stream"),
    [
        ('{"protocol":"rtmp","host":"h.example","port":1947,"path":"/studio"}', "studio", None),
        ("<out><host>h.example</host><path>/studio/abcd-1234</path></out>", "studio", "abcd-1234"),
        ("Host: h.example\nPath: studio", "studio", None), ("Host: h.example\nPort: 1936\nPfad: /event", "event", None),
        ("Server: rtmp://h.example\nChemin : /direct/abcd-1234", "direct", "abcd-1234"),
        ("host=h.example path=/live port=1936", "live", None), ("Server: rtmp://h.example/live\nPath: /other", "live", None),
        ("Server: rtmp://h.example/live\nPath: /var/lib/a.flv", "live", None),
        ('{"host":"h.example","app":"a","path":"/x"}', "a", None),
        ("Server: rtmp://h.example\nPath: /var/lib/a.flv", "", None),
    ],
)  # fmt: skip
def test_a_path_with_a_label_of_its_own_is_the_addresss(
    typed: str, application: str, stream: str | None
) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", application, stream)


@pytest.mark.parametrize(
    ("options", "application", "stream"),
    [
        ("app=studio playpath=cam7 live=1", "studio", "cam7"),
        ("playpath=cam7 swfUrl=http://h.example/p.swf app=a/b", "a/b", "cam7"),
        ("live=1 app=studio", "studio", None),
    ],
)
def test_what_librtmp_is_told_goes_before_its_path(
    options: str, application: str, stream: str | None
) -> None:
    target = parse_target(f'rtmpsink location="rtmp://h.example:1936/live/x {options}"')
    assert (target.host, target.port, target.application, target.stream) == (
        "h.example",
        1936,
        application,
        stream,
    )


def test_an_application_beside_another_is_asked_about() -> None:
    with pytest.raises(TargetError, match="names the application “live”, and another one stands beside it"):
        parse_target("rtmp://h.example/live App: studio")


@pytest.mark.parametrize(
    ("typed", "stream"),
    [
        ("Stream URL — rtmp://h.example/live — Key — cam1-99ab", "cam1-99ab"),
        ("server→ rtmp://h.example/live key→ cam1-99ab", "cam1-99ab"),
        ("(Server) rtmp://h.example/live (Key) cam1-99ab", "cam1-99ab"),
        ("1. rtmp://h.example/live\n2. cam1-99ab", "cam1-99ab"),
        ("URL:rtmp://h.example/live;KEY:cam1-99ab", "cam1-99ab"),
        ("rtmp://h.example/live (cam1-99ab)", "cam1-99ab"),
        ("rtmp://h.example/live (our new server)", None),
        ("rtmp://h.example/live — Key", None),
    ],
)
def test_what_stands_between_a_label_and_its_value_is_no_value(typed: str, stream: str | None) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "live", stream)


@pytest.mark.parametrize("aside", ["(SSL)", "(over TLS)", "[RTMPS]", "（TLS）"])
def test_encryption_in_brackets_is_not_overlooked(aside: str) -> None:
    with pytest.raises(TargetError) as error:
        parse_target(f"rtmp://h.example:443/live {aside}")
    assert error.value.said is TargetTexts.OTHER_PROTOCOL


@pytest.mark.parametrize("name", ["My Cam 1", "Main Hall Left", "Room 12 B"])
def test_a_name_with_spaces_is_asked_about(name: str) -> None:
    with pytest.raises(TargetError) as error:
        parse_target(f"rtmp://h.example/live/{name}")
    assert error.value.said in (TargetTexts.SPACES, TargetTexts.SPACE_IN_PATH)


@pytest.mark.parametrize(
    "key", ["xxxx-xxxx-xxxx", "********", "[stream-key]", "STREAM_KEY", "YOUR_STREAM_KEY"]
)
def test_what_stands_for_a_key_is_none(key: str) -> None:
    with pytest.raises(TargetError) as error:
        parse_target(f"rtmp://h.example/live/{key}")
    assert error.value.said is TargetTexts.PLACEHOLDER


def test_parameters_behind_a_space_are_asked_about() -> None:
    with pytest.raises(TargetError) as error:
        parse_target("rtmp://h.example/live/cam1 ?token=abc")
    assert error.value.said is TargetTexts.SPACES


def test_a_comma_behind_a_bare_address_is_none_of_it() -> None:
    target = parse_target("h.example/app, key abc-123")
    assert (target.host, target.application, target.stream) == ("h.example", "app", "abc-123")


@pytest.mark.parametrize("server", ["YOUR_SERVER", "your-server-address", "MY_HOST"])
def test_what_stands_for_a_server_is_none(server: str) -> None:
    with pytest.raises(TargetError) as error:
        parse_target(f"rtmp://{server}/app/key")
    assert error.value.said is TargetTexts.PLACEHOLDER


@pytest.mark.parametrize("shown", ["rtmp://ingest.kirchenfu...", "rtmp://ingest.kirchenfunk.exam…"])
def test_a_links_shortened_text_is_no_other_address(shown: str) -> None:
    url = "rtmp://ingest.kirchenfunk.example:1936/live"
    assert parse_target(f'<a href="{url}">{shown}</a>') == parse_target(url)


@pytest.mark.parametrize("path", ["tables/_definst_", "tables", "tables/room1"])
def test_an_argument_of_connect_is_no_part_of_the_address(path: str) -> None:
    plain = parse_target(f"rtmpt://h.example:80/{path}")
    called = parse_target(f'conn.connect("rtmpt://h.example:80/{path}", "user42");')
    assert (called.application, called.stream) == (plain.application, plain.stream)
    assert called.left_out == (LeftOut.ARGUMENTS,)


@pytest.mark.parametrize(
    ("typed", "stream"),
    [
        ('output.url(%ffmpeg(format="flv"), url="rtmp://h.example/stage/set?sig=ab1&exp=17", radio)', "set?sig=ab1&exp=17"),
        ('output.url(url="rtmp://h.example/stage", radio)', None),
        ('gst-launch-1.0 v4l2src ! rtmp2sink location="rtmp://h.example/stage/cam2 live=1" audiotestsrc ! mux.', "cam2"),
        ("gst-launch-1.0 v4l2src ! rtmp2sink location='rtmp://h.example/stage/cam2' alsasrc ! mux.", "cam2"),
        ('Use "rtmp://h.example/stage/cam2" please', "cam2"),
        ('url = "rtmp://h.example/stage/cam two"', "cam two"),
        ('"rtmp://h.example/stage" key-1234', "key-1234"),
    ],
)  # fmt: skip
def test_what_stands_behind_a_closing_quotation_mark_is_no_part_of_the_stream(
    typed: str, stream: str | None
) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "stage", stream)


def test_a_wide_slash_and_a_polish_form() -> None:
    target = parse_target("配信サーバー：rtmp://h.example:1937／live\nストリームキー：mtg-2024-hQ8wz")
    assert (target.port, target.application, target.stream) == (1937, "live", "mtg-2024-hQ8wz")
    form = (
        "Adres serwera: h.example\nPort: 8935\nAplikacja: sesja\nNazwa strumienia: rada-2024\n"
        "Użytkownik: encoder\nHasło: Zima!2024"
    )
    target = parse_target(form)
    assert (target.host, target.port, target.application, target.stream) == (
        "h.example",
        8935,
        "sesja",
        "rada-2024",
    )
    assert login_of_url(form) == ("encoder", "Zima!2024")


@pytest.mark.parametrize(
    ("typed", "stream"),
    [
        ("rtmp://h.example/live  (key will follow by SMS)", None),
        ("rtmp://h.example/live (stream abc-123)", "abc-123"),
        ("rtmp://h.example/live, key abc-123", "abc-123"),
        ("RTMP-URL: rtmp://h.example/live\nRTMP-Schlüssel: abc-77", "abc-77"),
        ("rtmp://h.example\n/live\n/abc-77", "abc-77"),
    ],
)
def test_a_key_that_is_told_is_taken_and_one_that_is_announced_is_not(typed: str, stream: str | None) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "live", stream)
