"""Links hold what files hold, and are judged like files."""

import base64
import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.link import MAX_LINK, is_link, make_link, read_link
from fmsdiag.profile.profile_file import compact
from tests.profile.samples import chunk, png, profile


def link_of(data: bytes) -> str:
    return "fmsdiag://profile/" + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_a_small_profile_survives_a_link() -> None:
    made = profile(message="Grüße\n☃", send_to="help@example.com")
    link = make_link(made)
    assert len(link) < 500
    assert read_link(link).profile == made
    assert read_link(link.replace("fmsdiag://profile", "FMSDIAG://PROFILE") + "/").profile == made


def test_a_large_one_is_not_made_into_one() -> None:
    noise = png(4, 4, chunk(b"pHYs", hashlib.shake_256(b"").digest(2000)))
    with pytest.raises(ProfileError, match="too large for a link"):
        make_link(profile(logo=noise))


@pytest.mark.parametrize(
    "link",
    [
        "fmsdiag://",
        "fmsdiag://profile/",
        "fmsdiag://test/abc",
        "fmsdiag://profile/%2e%2e",
        "fmsdiag://profile/a",
        link_of(b"no zlib"),
        link_of(zlib.compress(compact(profile()))[:-4]),
        link_of(zlib.compress(compact(profile())) + b"more"),
        link_of(zlib.compress(b"{" * 100)),
        link_of(zlib.compress(b'{"format": "fmsdiag-report/1.0"}')),
        link_of(zlib.compress(b" " * 1_000_000)),
        "fmsdiag://profile/" + "A" * MAX_LINK,
    ],
)
def test_other_links_are_refused(link: str) -> None:
    with pytest.raises(ProfileError):
        read_link(link)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("fmsdiag://profile/x", True), ("FMSDIAG://x", True), ("a.fmsdiag", False), ("fmsdiag:", False)],
)
def test_what_is_meant_as_a_link(text: str, expected: bool) -> None:
    assert is_link(text) is expected


@given(st.binary(max_size=200))
def test_any_content_is_a_profile_or_an_error(data: bytes) -> None:
    for packed in (data, zlib.compress(data)):
        with pytest.raises(ProfileError):
            read_link(link_of(packed))
