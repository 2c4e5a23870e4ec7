"""Mistakes in an address that a message can name, without a word that may be a key. Pure."""

from __future__ import annotations

import ipaddress
import re

_PLACEHOLDER = re.compile(
    r"""(?x)
    \$?<(?P<angle>[A-Za-z][^<>\n]{0,40})>
    | \$?\{{1,2}(?P<curly>[A-Za-z][^<>{}"'\n]{0,40})\}{1,2}
    | \$(?P<shell>[A-Z][A-Z_]{1,40})(?!\w)
    | (?<![^/\s=:"'])(?P<your>(?i:your)[_-][A-Za-z_-]{2,40})(?![\w./?-])
    """
)
_WORDS_OF_PLACEHOLDERS = frozenset(
    {
        "address",
        "app",
        "application",
        "domain",
        "example",
        "here",
        "host",
        "hostname",
        "id",
        "instance",
        "ip",
        "key",
        "my",
        "name",
        "number",
        "password",
        "path",
        "port",
        "rtmp",
        "server",
        "stream",
        "streamkey",
        "streamname",
        "the",
        "url",
        "user",
        "username",
        "your",
    }
)
_PORT = re.compile(r"\A[1-9][0-9]{1,4}\Z")
_FORMATS_OF_STREAMS = frozenset({"flv", "mp3", "mp4", "f4v", "id3", "raw", "h264", "ogg", "srt"})
_PORT_BEHIND_ADDRESS = re.compile(r":([0-9]{2,5})\Z")


def placeholder_in(text: str) -> str | None:
    """The first placeholder of a manual; "" for one in brackets that may be a real key; none where there is none.

    Tags of a document, such as <url>…</url>, are no placeholders.
    """
    for found in _PLACEHOLDER.finditer(text):
        name = next(group for group in found.groups() if group)
        words = [word for word in re.split(r"[\W_]+", name.lower()) if word]
        known = all(word in _WORDS_OF_PLACEHOLDERS for word in words)
        if found["angle"] and f"</{name}" in text[found.end() : found.end() + 4096]:
            continue
        if known:
            return found[0]
        if (
            not found["shell"]
            and not found["your"]
            and text[max(0, found.start() - 1) : found.start()] == "/"
        ):
            return ""
    return None


def port_in_path(segments: list[str]) -> tuple[int, int] | None:
    """Index and number of a port that stands behind a segment of the path; `mp4:1234` has none."""
    for index in dict.fromkeys((0, len(segments) - 1)) if segments else ():
        before, _, port = segments[index].rpartition(":")
        is_plain = before and ":" not in before and before.lower() not in _FORMATS_OF_STREAMS
        if is_plain and _PORT.match(port) and int(port) <= 65535:
            return index, int(port)
    return None


def ipv6_without_brackets(authority: str, in_url: bool) -> tuple[str, str] | None:
    """Address and port ("" for none) where brackets are missing; a bare address is right outside a URL."""
    if authority.startswith("[") or authority.count(":") < 2:
        return None
    port = _PORT_BEHIND_ADDRESS.search(authority)
    if not _is_ipv6(authority):
        address = authority[: port.start()] if port else ""
        return (address, port[1]) if port and _is_ipv6(address) else None
    return (authority, "") if in_url else None


def _is_ipv6(text: str) -> bool:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).version == 6
    except ValueError:
        return False


def imitates_latin(host: str) -> bool:
    """Whether a label has Cyrillic or Greek letters beside Latin ones, and only such as look like Latin ones."""
    return any(_imitates_latin(_decoded(label)) for label in host.split("."))


_LOOKALIKES = frozenset("асеһіјӏорԛѕԝухԁαικνορτυ")
_OTHER_ALPHABETS = re.compile("[\u0370-\u052f]")


def _imitates_latin(label: str) -> bool:
    others = set(_OTHER_ALPHABETS.findall(label))
    return bool(others) and others <= _LOOKALIKES and re.search("[a-z]", label) is not None


def _decoded(label: str) -> str:
    """As people see it, whatever it is sent as."""
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label
