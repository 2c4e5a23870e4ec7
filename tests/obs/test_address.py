"""An address from OBS is kept up to its application; the rest can be a key."""

import pytest

from fmsdiag.obs.address import LONGEST, without_secrets


@pytest.mark.parametrize(
    ("typed", "url", "left_out"),
    [
        ("rtmp://h.example/live", "rtmp://h.example/live", False),
        ("rtmps://h.example:443/app/", "rtmps://h.example:443/app", False),
        ("rtmp://[2001:db8::1]:1936/live", "rtmp://[2001:db8::1]:1936/live", False),
        ("rtmp://h.example/live/a-key", "rtmp://h.example/live", True),
        ("rtmp://h.example/live2?backup=1", "rtmp://h.example/live2", True),
        ("rtmp://u:p@h.example/live", "rtmp://h.example/live", True),
    ],
)
def test_what_can_be_a_secret_is_left_out(typed: str, url: str, left_out: bool) -> None:
    assert without_secrets(typed) == (url, left_out)


@pytest.mark.parametrize(
    "typed", ["", "media.example.com", "srt://h:9", "rtmp://", "rtmp://h/" + "a" * LONGEST]
)
def test_what_cannot_be_tested_is_none(typed: str) -> None:
    assert without_secrets(typed) is None
