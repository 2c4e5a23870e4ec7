"""A small profile as a link, `fmsdiag://profile/…`: base64url of the zlib-compressed JSON. Pure.

Links come by mail and chat, and any page can offer one: its length is bounded, and so is what it unpacks to.
"""

from __future__ import annotations

import base64
import zlib

from fmsdiag.model import Profile
from fmsdiag.profile.errors import wrong
from fmsdiag.profile.profile_file import MAX_BYTES, OpenedProfile, compact, decode
from fmsdiag.profile.texts import ProfileTexts

SCHEME = "fmsdiag://"
MAX_LINK = 2000
"""Characters; what mail programs and browsers pass on without cutting it."""
_BEGINNING = f"{SCHEME}profile/"


def is_link(text: str) -> bool:
    """Whether this is meant as a link of ours: systems may change the letters of the scheme, never a file's name."""
    return text[: len(SCHEME)].lower() == SCHEME


def make_link(profile: Profile) -> str:
    """Raises ProfileError for a profile that is not allowed, or too large for a link."""
    packed = base64.urlsafe_b64encode(zlib.compress(compact(profile), 9)).decode().rstrip("=")
    link = _BEGINNING + packed
    if len(link) > MAX_LINK:
        raise wrong(ProfileTexts.NOT_FOR_A_LINK, size=len(link), limit=MAX_LINK)
    return link


def read_link(link: str) -> OpenedProfile:
    """Raises ProfileError for anything that make_link() would not have made of an allowed profile."""
    if len(link) > MAX_LINK:
        raise wrong(ProfileTexts.LINK_TOO_LONG, limit=MAX_LINK)
    packed = link[len(_BEGINNING) :].rstrip("/=")
    if link[: len(_BEGINNING)].lower() != _BEGINNING:
        raise wrong(ProfileTexts.LINK_DAMAGED)
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(_decoded(packed), MAX_BYTES)
    except (ValueError, zlib.error):  # ValueError: no base64, or characters beyond ASCII
        raise wrong(ProfileTexts.LINK_DAMAGED) from None
    if not unpacker.eof or unpacker.unused_data:
        raise wrong(ProfileTexts.LINK_DAMAGED)
    return decode(data)


def _decoded(packed: str) -> bytes:
    return base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
