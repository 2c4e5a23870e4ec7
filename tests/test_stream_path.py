"""Where a path is cut."""

from __future__ import annotations

import pytest

from fmsdiag.stream_path import (
    Cut,
    cut_as_typed,
    cut_path,
    cut_typed,
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
