"""Where a path is cut."""

from __future__ import annotations

import pytest

from fmsdiag.stream_path import (
    Cut,
    cut_as_typed,
    cut_before,
    cut_path,
    cut_typed,
    is_file,
    is_key_not_host,
    is_key_of_service,
    is_made_at_random,
    longer_cut,
    looks_like_key,
    shorter_cut,
)


@pytest.mark.parametrize(
    "segment", ["abcd-1234-efgh", "live_12345_abc", "s3cr3t", "aB3dE9xY", "abcd-efgh-ijkl", "mykey", "a" * 20]
)
def test_keys(segment: str) -> None:
    assert looks_like_key(segment)


@pytest.mark.parametrize("segment", ["_definst_", "instance", "inst1", "room-2", "live", "studio", ""])
def test_instances(segment: str) -> None:
    assert not looks_like_key(segment)


def test_a_path_is_cut_at_slashes_only() -> None:
    assert cut_path("a/b/c") == Cut("a/b", "c")
    assert cut_typed("a/b/c") == Cut("a/b/c")
    assert cut_as_typed("a/b/c", "a/b") == Cut("a/b", "c")
    assert cut_as_typed("abc/d", "ab") is None
    assert cut_as_typed("a", "") is None


@pytest.mark.parametrize(
    ("path", "cut"),
    [
        ("live", Cut("live")),
        ("live/k", Cut("live", "k")),
        ("live/_definst_/inst2", Cut("live/_definst_/inst2")),
        ("live/inst/k", Cut("live/inst", "k")),
        ("live/studio", Cut("live", "k", "/studio")),
        ("live;a=1/studio/b?c=d", Cut("live", "k", ";a=1/studio/b?c=d")),
        ("live/s3cret-key-1", None),
        ("vod/mp4:a", None),
    ],
)
def test_a_path_whose_stream_was_given_apart_hides_what_may_be_a_key(path: str, cut: Cut | None) -> None:
    assert cut_before(path, "k") == cut


@pytest.mark.parametrize(
    ("segment", "is_one"),
    [
        ("live_123456789_abcDEF", True), ("abcd-1234-efgh-5678-ijkl", True), ("FB-1234-0-AbC", True),
        ("room-main-hall-east", False), ("live", False), ("live_1", False), ("live_event_2026", False),
    ],
)  # fmt: skip
def test_keys_of_services(segment: str, is_one: bool) -> None:
    assert is_key_of_service(segment) is is_one


@pytest.mark.parametrize(
    ("label", "is_one"),
    [
        ("s3cret_abc", True), ("SECRETKEY1234567890ABCD", True), ("abcd-1234-efgh-5678-ijkl", True),
        ("localhost", False), ("my-release-rtmp-server-0", False), ("ip-10-0-0-1", False), ("WIN-1A2B3C4D5E6", False),
    ],
)  # fmt: skip
def test_names_that_no_computer_has(label: str, is_one: bool) -> None:
    assert is_key_not_host(label) is is_one


def test_the_other_cuts_are_the_same_path() -> None:
    assert shorter_cut("vod/mp4:dir", "movie.mp4?k=1") == Cut("vod", "mp4:dir/movie.mp4?k=1")
    assert shorter_cut("vod/dir", None) == Cut("vod", "dir")
    assert shorter_cut("vod", "x") is None
    assert shorter_cut("", None) is None
    assert longer_cut("vod", "dir/movie.mp4?k=1") == Cut("vod/dir", "movie.mp4?k=1")
    assert longer_cut("vod", "dir?k=1") == Cut("vod/dir", "", "k=1")
    assert longer_cut("vod", None) is None
    assert longer_cut("", "x") is None


def test_a_key_is_never_tried_as_application() -> None:
    assert longer_cut("live", "abcd-1234-efgh") is None
    assert longer_cut("live", "two words") is None


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("S3cretKey-1234", True), ("aB3dE9xY", True), ("q1w2-e3r4-t5y6", True), ("a1b2c3d4e5f6a7b8", True),
        ("live", False), ("live2", False), ("vod", False), ("myapp-2024", False), ("live_123", False), ("_definst_", False),
        ("MyCompanyLive2024", False), ("Live2Stage1Main", False), ("live-2024-east", False), ("MediaServer01", False),
        ("mediaserver", False), ("srv01", False), ("nas-2", False), ("WIN-1A2B3C4D5E6", False), ("live:19355", False),
    ],
)  # fmt: skip
def test_words_that_nobody_made_up(word: str, is_one: bool) -> None:
    assert is_made_at_random(word) is is_one


@pytest.mark.parametrize(
    ("stream", "file"),
    [("mp4:a", True), ("dir/a.FLV?x=y", True), ("abcd-1234", False), ("mp4", False), ("a.mp4x", False)],
)
def test_a_file_to_play(stream: str, file: bool) -> None:
    assert is_file(stream) is file
