"""The address that was found in a pasted text, what was told beside it, and what makes it ambiguous. Pure."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto
from typing import NamedTuple

from fmsdiag.model import LeftOut

MEDIA = r"(?:rtmp(?:e|s|te|ts|t)?|rtmfp)://"
SCHEMES_FIRST = re.compile(rf"(?i)(?:{MEDIA})+")
INVISIBLE = (
    "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad"
)
_NO_PORT_OF_ITS_OWN = frozenset({"default", "auto", "automatic", "standard", "none", "-", "–"})
UNCLEAR_PORT = "?"
"""Stands for a port beside an address that may be another machine's: it counts only where the address has none."""
PORT_AT_END = re.compile(r":([0-9]{1,6})\Z")


class Doubt(Enum):
    """What makes a paste ambiguous: the person who pasted it is asked, since a guess could show a key."""

    OTHER_STREAM = auto()  # beside an address that names one
    SEVERAL_STREAMS = auto()  # or applications, of one server
    KEY_IN_ADDRESS = auto()  # where its application should be
    PORT = auto()  # several, another than the address has, or none that can be read
    PORT_BESIDE = auto()  # one in words, which the address does not have
    OTHER_PORT_BESIDE = auto()  # one in words, or behind a label, and the address has another
    PROTOCOL = auto()  # one behind a label, and the address has another
    SWAPPED = (
        auto()
    )  # the address stands behind the label of the key, and something else behind that of the server
    LINE_BREAK = auto()
    SPACE = auto()  # in the path: the application's name goes on behind it, or a stream follows
    SPACES = auto()
    END = auto()  # of the address, behind which text of another script stands without a space
    KEY_BEHIND_MARK = auto()
    NO_ADDRESS = auto()  # in a command
    SERVER_SETTINGS = auto()  # the addresses are where that server sends or fetches streams


class Pasted(NamedTuple):
    """What was found. All but the application and the names of servers are secrets."""

    address: str
    application: str = ""
    stream: str = ""  # given apart from the address: the path of that is an application
    login: tuple[str, str] | None = None
    others: tuple[str, ...] = ()
    """Further addresses beside the first."""
    doubt: Doubt | None = None
    unused: tuple[LeftOut, ...] = ()
    """What stands beside the address and could not be used."""


def cleaned(typed: str) -> str:
    """`typed` without what is invisible at its ends; spaces of other widths become plain ones."""
    plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in typed)
    return plain.strip(INVISIBLE + " \t\r\n")


def path_of(address: str) -> str:
    """The segments of the path, with one slash between them."""
    place = address.partition("?")[0]
    behind = place.partition("://")[2] if "://" in place else place
    return "/".join(s for s in behind.split("/")[1:] if s)


def with_port(pasted: Pasted, ports: tuple[str, ...]) -> Pasted:
    """What was found, with the port that was told apart; a doubt where that is not one port."""
    told = {port for port in ports if port.lower() not in _NO_PORT_OF_ITS_OWN}
    scheme, mark, rest = (
        pasted.address.partition("://") if "://" in pasted.address else ("", "", pasted.address)
    )
    authority, slash, path = rest.partition("/")
    who, at, host = authority.rpartition("@")
    if len(told) > 1 or PORT_AT_END.search(host):
        told -= {UNCLEAR_PORT}
    if not told or pasted.doubt is not None:
        return pasted
    number = re.fullmatch(r"([0-9]{1,6})(?:/(?:tcp|udp))?[.;,]?", told.pop(), re.IGNORECASE)
    if number is None or told:
        return pasted._replace(doubt=Doubt.PORT)
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    elif (named := PORT_AT_END.search(host)) is not None:
        return pasted if int(named[1]) == int(number[1]) else pasted._replace(doubt=Doubt.PORT)
    address = f"{scheme}{mark}{who}{at}{host.removesuffix(':')}:{number[1]}{slash}{path}"
    return pasted._replace(address=address)


OTHER_PROTOCOLS = frozenset(
    {"srt", "rist", "webrtc", "whip", "rtsp", "rtp", "udp", "hls", "ndi", "zixi", "mpeg-ts", "mpegts"}
)
"""What is no kind of RTMP, and tested by other programs."""
RTMP_SCHEMES = frozenset({"rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts", "rtmfp"})


def with_protocol(pasted: Pasted, schemes: frozenset[str], *, told: bool = True) -> Pasted:
    """What was found, with the scheme that was told apart; a doubt where the address has another.

    Another protocol than RTMP counts where the address has none: beside one, it is another output's. `told` says that the
    scheme stands behind a label or is demanded, not merely advised.
    """
    own, mark, _ = pasted.address.partition("://")
    if mark:
        schemes &= RTMP_SCHEMES
    if len(schemes) != 1 or pasted.doubt is not None:
        return pasted
    scheme = next(iter(schemes))
    if mark:
        return pasted if own.lower() == scheme or not told else pasted._replace(doubt=Doubt.PROTOCOL)
    return pasted._replace(address=f"{scheme}://{pasted.address}")
