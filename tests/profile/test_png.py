"""A logo is a small whole PNG with nothing in it but a picture."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.png import MAX_LOGO_BYTES, bare_logo, check_logo
from tests.profile.samples import chunk, png


def vast() -> bytes:
    """A header that promises 2 billion by 2 billion pixels."""
    return png()[:8] + chunk(b"IHDR", b"\x7f\xff\xff\xff" * 2 + b"\x08\x02\0\0\0") + png()[33:]


@pytest.mark.parametrize("side", [1, 64, 512])
def test_a_picture_within_the_bounds_is_taken(side: int) -> None:
    check_logo(png(side, side))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a complete PNG"),
        (b"GIF89a", "not a complete PNG"),
        (png()[:-1], "not a complete PNG"),
        (png() + b"x", "not a complete PNG"),
        (png()[:30] + b"x" + png()[31:], "not a complete PNG"),
        (png(0), "0 x 4 pixels"),
        (png(513, 1), "513 x 1 pixels"),
        (vast(), "pixels; at most 512 x 512"),
        (png(4, 4, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 100))), "not a complete PNG"),
        (png()[:8] + png()[33:], "not a complete PNG"),
        (png(4, 4, chunk(b"IHDR", b"x" * 13)), "not a complete PNG"),
        (b"x" * (MAX_LOGO_BYTES + 1), "too large"),
    ],
    ids=["empty", "gif", "cut", "more", "changed", "no width", "wide", "vast", "text", "no header", "two headers", "large"],
)  # fmt: skip
def test_anything_else_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        check_logo(data)


def test_what_a_picture_does_not_need_is_left_out() -> None:
    """Such as where and with which camera it was taken."""
    assert bare_logo(png(4, 4, chunk(b"eXIf", b"GPS"), chunk(b"tEXt", b"Author\0Alice"))) == png()


@given(st.integers(0, len(png()) - 1), st.integers(1, 255))
def test_one_changed_byte_is_found(at: int, change: int) -> None:
    data = bytearray(png())
    data[at] ^= change
    with pytest.raises(ProfileError):
        check_logo(bytes(data))


@given(st.binary(max_size=200))
def test_any_bytes_raise_nothing_else(data: bytes) -> None:
    for given_data in (data, png()[:8] + data):
        with pytest.raises(ProfileError):
            check_logo(given_data)
