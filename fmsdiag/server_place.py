"""Scheme, server and port of an address that was typed, and what a message may quote of them. Pure.

Raises TargetError("server", …) with a message that quotes nothing of a password.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from fmsdiag.address_mistakes import (
    has_backslash_before_at,
    has_colon_behind_port,
    has_two_ports,
    ipv6_without_brackets,
)
from fmsdiag.model import Transport
from fmsdiag.model.messages import Listed
from fmsdiag.stream_path import looks_like_key
from fmsdiag.target_texts import TargetError, TargetTexts

MAX_URL = 4096  # characters
MEDIA_SCHEMES = ("rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts", "rtmfp")
_WEB_SCHEMES = ("http", "https", "ws", "wss")
_NEVER_SERVERS = frozenset(
    (*MEDIA_SCHEMES, *_WEB_SCHEMES, "rtsp", "rtsps", "srt", "ftp", "file", "tcp", "udp")
)
"""Names of protocols: as a server's name, each is a mistake in the beginning of a URL."""
_STREAM_AT_NUMBER = re.compile(r"/[^@#]*/[^@/?#]+@[0-9]+(?:\?[^@#]*)?")
"""A CDN's stream name with the number of its entry point: /EntryPoint/name@12345."""
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PORT_WITH_ONE_ERROR = re.compile(r"[0-9]{1,4}[A-Za-z.,;_][0-9]{0,2}")
"""Too short for a secret, so that a message may show which character is wrong."""
_ZONE = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


def split_scheme(text: str) -> tuple[str, str]:
    match = SCHEME.match(text)
    if match is None:  # "://" further on belongs to a query
        return "", text
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme in _WEB_SCHEMES:
        raise TargetError("server", TargetTexts.WEB_ADDRESS, scheme=scheme)
    if scheme not in MEDIA_SCHEMES:
        raise TargetError(
            "server",
            TargetTexts.UNKNOWN_SCHEME,
            scheme=shown_text(scheme) + "://",
            known=listed_protocols(*MEDIA_SCHEMES),
        )
    again = SCHEME.match(rest)
    while again is not None and again[1].lower() == scheme:  # rtmp://rtmp://host
        rest = rest[again.end() :]
        again = SCHEME.match(rest)
    if again is not None:
        raise TargetError(
            "server", TargetTexts.TWO_SCHEMES, first=scheme, second=shown_text(again[1].lower())
        )
    return scheme, rest


def split_place(rest: str, in_url: bool) -> tuple[str, int | None, str]:
    """What stands behind the scheme -> host, port, path. Raises TargetError before anything of a password is quoted."""
    authority, _, path = rest.partition("#")[0].partition("/")
    is_one_word = not re.search(r"\s", rest.strip())
    if "?" in authority and is_one_word:
        raise TargetError("server", TargetTexts.EARLY_QUESTION_MARK)
    # a password with a / or # in it: what looks like the host is its beginning, which no message may quote
    after = rest[len(authority) :]
    cut_password = "@" in after and not (":" not in authority and _STREAM_AT_NUMBER.fullmatch(after))
    who, _, authority = authority.rpartition("@")
    if ("\\" in authority or has_backslash_before_at(who)) and not cut_password and is_one_word:
        raise TargetError("server", TargetTexts.BACKSLASHES)
    try:
        if not in_url:
            _check_slashes(authority)
        if re.search(r"\s", authority.strip()):
            raise TargetError("server", TargetTexts.SPACES)
        if (bare := ipv6_without_brackets(authority, in_url)) is not None:
            example = shown_text(written_place(None, bare[0], bare[1], "live"))
            raise TargetError("server", TargetTexts.IPV6_NO_BRACKETS, example=example)
        host_text, port = split_port(authority)
        host = read_host(host_text.replace("%25", "%") if in_url else host_text)  # a zone in a URL (RFC 6874)
    except TargetError:
        if not cut_password or not is_one_word:  # a sentence, in which an @ is anybody's
            raise
        raise TargetError("server", TargetTexts.UNREADABLE) from None
    if cut_password:
        raise TargetError("server", TargetTexts.AT_SIGN)
    return host, port, path


def _check_slashes(authority: str) -> None:
    """rtmp:/host would otherwise be a server called "rtmp"."""
    scheme, colon, rest = authority.partition(":")
    if colon and scheme.lower() in (*MEDIA_SCHEMES, *_WEB_SCHEMES) and not rest[:1].isdigit():
        raise TargetError("server", TargetTexts.TWO_SLASHES, scheme=scheme.lower())


def split_port(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            is_ipv6 = host.count(":") > 1  # a label, or a name, has fewer
            said = TargetTexts.IPV6_BRACKETS if is_ipv6 else TargetTexts.NO_IPV6_IN_BRACKETS
            raise TargetError("server", said)
        return host, port_number(rest[1:], "server") if rest else None
    if has_two_ports(authority):
        raise TargetError("server", TargetTexts.TWO_PORTS)
    if has_colon_behind_port(authority):
        raise TargetError("server", TargetTexts.SLASH_BEHIND_PORT)
    if authority.count(":") > 1:  # an IPv6 address without brackets
        return authority, None
    host, colon, number = authority.partition(":")
    return host, port_number(number, "server") if colon and number else None


def port_number(text: str, field: str) -> int:
    # isdecimal() alone would let other scripts' digits and a thousand-digit number through
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= 65535:
        if field == "ports":
            raise TargetError(field, TargetTexts.NO_PORT, typed=shown_text(text))
        if not re.match(r"[0-9]", text):
            raise TargetError(field, TargetTexts.PORT_UNREADABLE)
        shown = text if _PORT_WITH_ONE_ERROR.fullmatch(text) else beginning_of(text, r"[0-9]{1,6}")
        raise TargetError(field, TargetTexts.NO_PORT, typed=shown)
    return int(text)


def read_host(text: str) -> str:
    if not text:
        raise TargetError("server", TargetTexts.NO_NAME)
    if any(c.isspace() for c in text):
        raise TargetError("server", TargetTexts.SPACES)
    literal, percent, zone = text.partition("%")
    try:
        address = ipaddress.ip_address(literal)
    except ValueError:
        return _name(text)
    if percent and address.version == 4:
        return _name(text)
    if not percent:
        address = getattr(address, "ipv4_mapped", None) or address  # it is IPv4 on the wire
    elif not _ZONE.match(zone):
        raise TargetError("server", TargetTexts.NO_ZONE)
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        raise TargetError("server", TargetTexts.NO_SERVER_ADDRESS, address=str(address))
    return f"{address}%{zone}" if percent else str(address)


def _name(text: str) -> str:
    if re.fullmatch(r"[^,;]+[,;][0-9]{1,5}", text):
        raise TargetError("server", TargetTexts.COLON_BEFORE_PORT)
    if any(unicodedata.category(c) == "Cf" for c in text):
        raise TargetError("server", TargetTexts.INVISIBLE)
    wrong = TargetError("server", TargetTexts.NO_SERVER_NAME, typed=beginning_of(text, r"[^\W_][\w.-]{0,59}"))
    try:
        name = text if text.isascii() else unicodedata.normalize("NFC", text).encode("idna").decode("ascii")
    except UnicodeError:
        raise wrong from None
    name = name.lower().removesuffix(".")
    if (word := name.strip(".;:")) in _NEVER_SERVERS:  # rtmp//host, rtmp;//host
        raise TargetError("server", TargetTexts.SCHEME_AS_SERVER, scheme=word)
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise wrong
    if re.fullmatch(r"[0-9]{1,20}|0x[0-9a-f]{0,16}", name):
        raise TargetError("server", TargetTexts.NUMBER_AS_ADDRESS)
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):  # 192.168.1 or 300.1.1.1: an address with a mistake
        raise TargetError("server", TargetTexts.INCOMPLETE_ADDRESS, typed=beginning_of(text, r"[\w.-]{1,60}"))
    return name


def written_place(transport: Transport | None, host: str, port: str, application: str) -> str:
    host = f"[{host}]" if ":" in host else host
    colon = ":" if port else ""
    return f"{(transport or Transport.RTMP).value}://{host}{colon}{port}/{application}"


def listed_protocols(*names: str) -> Listed:
    return Listed(tuple(TargetTexts.PROTOCOL.of(protocol=name) for name in names), either=True)


def has_invisible(text: str) -> bool:
    """Whether `text` has control or format characters, line separators, or halves of surrogate pairs."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def beginning_of(text: str, wanted: str) -> str:
    """What a message may quote of a part that is wrong: up to its first odd character, behind which a key may stand."""
    found = re.match(wanted, text)
    shown = found[0] if found else ""
    if "." not in shown and looks_like_key(shown):
        shown = ""
    return shown if shown == text else f"{shown}…"


def shown_text(text: str) -> str:
    """Untrusted text for a message: bounded, control characters visible."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[:60]) + (
        "…" if len(text) > 60 else ""
    )
