"""Files and links that pretend to be a customer profile: bytes, or a good profile with some of it changed."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from fmsdiag.messages.visible import visible
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.link import read_link
from fmsdiag.profile.profile_file import OpenedProfile, decode, encode
from fmsdiag.profile.words import profile_view
from tests.fuzz.inputs import Input
from tests.fuzz.target_open_file import MOST_CHANGES, change
from tests.profile.samples import whole_profile

RAW, LINK, PACKED, CHANGED = range(4)


def seeds() -> list[bytes]:
    """How the rest is meant; then for each change two bytes that choose a place and one that chooses a value."""
    return [
        bytes((RAW,)) + b'{"format": "fmsdiag-profile/1.0"}',
        bytes((LINK,)) + b"fmsdiag://profile/eNqrVkrOSCxS0lFKTklNTkxVslJQSkotLi5SqgUAVhcHZw",
        bytes((PACKED,)) + encode(whole_profile()),
        *(bytes((CHANGED,)) + bytes((n, 255 - n, n)) for n in range(0, 255, 16)),
    ]


def check(data: bytes) -> None:
    """Only ProfileError, one printable line; what was opened can be saved, opened again, and said in words."""
    try:
        opened = _opened(Input(data))
    except ProfileError as error:
        assert visible(str(error)) == str(error)
        return
    assert visible(opened.notice) == opened.notice
    assert decode(encode(opened.profile)).profile == opened.profile
    view = profile_view(opened.profile, {})
    for line in (view.prepared_by, *view.message, *view.tests, *view.fields, *view.report):
        assert visible(line) == line


def _opened(given: Input) -> OpenedProfile:
    match given.byte() % 4:
        case 0:
            return decode(given.rest())
        case 1:
            return read_link(given.rest().decode("latin-1"))
        case 2:
            packed = base64.urlsafe_b64encode(zlib.compress(given.rest())).decode().rstrip("=")
            return read_link(f"fmsdiag://profile/{packed}")
    document: Any = json.loads(encode(whole_profile()))
    for _ in range(MOST_CHANGES):
        if given:
            change(document, given)
    return decode(json.dumps(document).encode())
