"""Addresses in text of other scripts: where they end, and what is a key beside them."""

from __future__ import annotations

import time
from contextlib import suppress

import msgspec
import pytest

from fmsdiag.address_end import (
    application_behind_space,
    may_go_on,
    rest_in_quotes,
    with_application_behind_slash,
)
from fmsdiag.messages.text import Text
from fmsdiag.model import Target, Transport
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError, TargetTexts
from fmsdiag.target_url import connect_application

A = "rtmp://h.example:19841/live"
R = Transport.RTMP
LIVE = Target("h.example", "live", R, 19841)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (f"推流地址：{A}，串流密钥：zhKEY8812。", "zhKEY8812"),
        (f"推流地址：{A}，串流密钥：zhKEY8812。\n请尽快测试，谢谢！", "zhKEY8812"),
        (f"{A}，zhKEY8812", "zhKEY8812"),
        (f"{A}：jpK77secret", "jpK77secret"),
        (f"{A}،المفتاح:jpK77secret", "jpK77secret"),
        (f"{A}、キー：jpK77secret", "jpK77secret"),
        (f"{A}、ストリームキー：jpK77secret", "jpK77secret"),
        (f"{A}。密钥jpK77secret", "jpK77secret"),
        (f"{A} 推流码：short", "short"),
        (f"{A}，key：jpK77secret", "jpK77secret"),
        (f"{A}，Stream key: jpK77secret", "jpK77secret"),
        (f"{A} Stream key：short", "short"),
        (f"{A}（密钥：jpK77secret）", "jpK77secret"),
        (f"服务器：{A}\n流密钥：short", "short"),
        (f"Адрес: {A} ключ: jpK77secret", "jpK77secret"),
        (f"{A} 키: jpK77secret", "jpK77secret"),
        (f"{A}，密钥是jpK77secret，谢谢", "jpK77secret"),
    ],
)
def test_a_key_behind_a_mark_or_a_label_is_the_stream(typed: str, key: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.port, target.application, target.stream) == ("h.example", 19841, "live", key)


@pytest.mark.parametrize(
    "typed",
    [
        f"服务器：{A}，请测试。", f"请推流到{A}，密钥在邮件里", f"{A}；密码：jpK77secret", f"{A}।", f"{A}…", f"{A}—请测试",
        f"「{A}」", f"（{A}）。", f"（{A}）请测试", f"{A}【请测试】", f"{A}→请测试", f"{A}。", f"{A}？",
        f"{A}·", f"{A}👍", f"{A}؟",
        f"{A}，请在今天下午三点之前完成推流测试谢谢大家一定",
        f"{A}\n请尽快测试，谢谢！", f"请把下面的地址填写到您的推流软件里面谢谢大家\n{A}",
        "rtmp：//h.example:19841/live，请测试。", "rtmp://h.example：19841/live",
    ],
)  # fmt: skip
def test_a_mark_of_another_script_ends_the_address(typed: str) -> None:
    assert msgspec.structs.replace(parse_target(typed), left_out=()) == LIVE


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (f"サーバーは{A}です。", TargetTexts.UNCLEAR_END),
        (f"{A}입니다.", TargetTexts.UNCLEAR_END),
        (f"{A}直播", TargetTexts.UNCLEAR_END),
        (f"{A},请测试", TargetTexts.UNCLEAR_END),
        (f"{A}，test", TargetTexts.UNCLEAR_END),
        (f"{A}–east/one", TargetTexts.UNCLEAR_END),
        (f"{A}/abcd1234です。", TargetTexts.UNCLEAR_END),
        ("rtmp://my—server.example/live", TargetTexts.UNCLEAR_END),
        ("rtmp://h.example，联系admin@other.example/x", TargetTexts.UNCLEAR_END),
        (f"{A}—jpK77secret", TargetTexts.SLASH_BEFORE_KEY),
        (f"{A}→jpK77secret", TargetTexts.SLASH_BEFORE_KEY),
        (f"{A}「jpK77secret」", TargetTexts.SLASH_BEFORE_KEY),
        (f"{A}/one，jpK77secret", TargetTexts.TWO_STREAMS),
        (f"{A}:jpK77secret", TargetTexts.SLASH_BEFORE_KEY),
        (f"{A}:jpK77secret/one", TargetTexts.SLASH_BEFORE_KEY),
        (f"{A}&jpK77secret", TargetTexts.SLASH_BEFORE_KEY),
        (f"{A}&key=jpK77secret", TargetTexts.QUESTION_MARK_BEFORE_PARAMETERS),
        (f"{A}&user=a&key=jpK77secret", TargetTexts.QUESTION_MARK_BEFORE_PARAMETERS),
        (r"rtmp://h.example:19841\@other.example/live", TargetTexts.BACKSLASHES),
        (r"rtmp://h.example\x@other.example/live", TargetTexts.BACKSLASHES),
        (
            "ffmpeg -re -i a.mp4 \\\n -c copy \\\n -f flv tcp://h.example:19841/live",
            TargetTexts.NO_RTMP_ADDRESS,
        ),
        ("ffmpeg -i a.mp4 -f flv srt://h.example:1", TargetTexts.NO_RTMP_ADDRESS),
    ],
)
def test_what_is_not_certain_is_asked(typed: str, said: Text) -> None:
    with pytest.raises(TargetError) as raised:
        parse_target(typed)
    assert raised.value.said is said
    assert "jpK77secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("path", "application", "stream"),
    [
        ("live:instance", "live:instance", None), ("live:instance01", "live:instance01", None),
        ("mp4:dir/movie2024.mp4", "mp4:dir", "movie2024.mp4"), ("vod/mp4:x", "vod", "mp4:x"),
        ("直播/测试", "直播", "测试"), ("ライブ", "ライブ", None), ("эфир", "эфир", None), ("live/測試1", "live", "測試1"),
    ],
)  # fmt: skip
def test_names_in_other_scripts_and_instances_stay(path: str, application: str, stream: str | None) -> None:
    target = parse_target(f"rtmp://h.example/{path}")
    assert (target.application, target.stream) == (application, stream)


def test_an_application_that_is_told_apart_decides_where_the_address_ends() -> None:
    assert connect_application(parse_target(f"{A}直播", "live直播")) == "live直播"


@pytest.mark.parametrize(
    "typed", ["h.example/live，密钥：jpK77secret", "服务器：h.example/live\n密钥：jpK77secret"]
)
def test_a_server_without_a_scheme(typed: str) -> None:
    target = parse_target(typed)
    assert (target.host, target.application, target.stream) == ("h.example", "live", "jpK77secret")


@pytest.mark.parametrize(
    "part", ["，", "密钥", "密钥：", "キー ", "live，", f"{A}，", "地址：", "：h.", "是", "live直"]
)
def test_reading_takes_linear_time(part: str) -> None:
    start = time.perf_counter()
    for typed in (part * (4000 // len(part)), f"{A}{part * (3900 // len(part))}"):
        with suppress(TargetError):
            parse_target(typed)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ('"rtmp://h.example/my app/k" x', " app/k"),
        ("„rtmp://h.example/my app/k“", " app/k"),
        ('rtmp://h.example/my app/k" x', ""),
        ('"rtmp://h.example/my" app/k"', ""),
        ('"rtmp://h.example/my\napp/k"', ""),
    ],
)
def test_quotation_marks_hold_what_follows_on_an_address(typed: str, rest: str) -> None:
    start = typed.index("rtmp")
    assert rest_in_quotes(typed, start, typed.index("my") + 2) == rest


@pytest.mark.parametrize(
    ("address", "rest", "taken"),
    [
        ("rtmp://h.example/my", " app/k", " app/k"),
        ("rtmp://h.example/my", " app", ""),
        ("rtmp://h.example", " app/k", ""),
        ("rtmp://h.example/my", " swfUrl=http://w.example/x", ""),
        ("rtmp://h.example/my?a=b", " app/k", ""),
        ("rtmp://h.example/my", " is the app/k", ""),
    ],
)
def test_a_slash_behind_the_space_makes_it_a_part_of_the_path(address: str, rest: str, taken: str) -> None:
    assert application_behind_space(address, rest) == taken


def test_a_word_behind_a_space_may_belong_to_the_application() -> None:
    assert may_go_on("conseil", "municipal")
    assert may_go_on("live", "app")
    assert not may_go_on("live", "cam")
    assert not may_go_on("conseil", "abcd-1234")


def test_an_application_behind_a_slash_and_a_space() -> None:
    assert with_application_behind_slash("URL: rtmp://h.example/ live\nx") == "URL: rtmp://h.example/live\nx"
    assert with_application_behind_slash("rtmp://h.example/ abcd-1234") == "rtmp://h.example/ abcd-1234"
