"""Mistakes in an address that a message can name, without a word that may be a key. Pure."""

from __future__ import annotations

import ipaddress
import re

_PLACEHOLDER = re.compile(
    r"""(?x)
    \$?<(?P<angle>[A-Za-z][^<>\n]{0,40})>
    | \$?\{{1,2}(?P<curly>[A-Za-z][^<>{}"'\n]{0,40})\}{1,2}
    | \$(?P<shell>[A-Z][A-Z_]{1,40})(?!\w)
    | (?<!\w)\$(?:env:)?(?P<script>[A-Za-z][A-Za-z_]{1,40})(?!\w)
    | (?<=://)(?P<place>(?i:your|my)[_-][A-Za-z_-]{2,40})(?=[/:\s]|\Z)
    | (?<=/)\[(?P<square>[A-Za-z][A-Za-z\ _-]{1,40})\](?![\w.-])
    | (?<=/)(?P<capitals>(?:(?:YOUR|MY)[_-])?STREAM[_-](?:KEY|NAME|ID))(?![\w./-])
    | (?<=/)(?P<crosses>[xX]{3,12}(?:-[xX]{3,12}){1,8})(?![\w.-])
    | (?<=/)(?P<dots>[*•●]{4,64})(?!\S)
    | %(?P<batch>[A-Z][A-Z_]{1,40})%
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
_NEXT_LINE = re.compile(r"[ \t]{0,64}\r?\n[ \t>|]{0,64}([^\r\n]{1,512})")
_LABEL_IN_FRONT = re.compile(
    r"""(?xi)
    [^\W\d][\w\ /-]{0,40} [ \t]{0,4} [:=]>? (?=\s|\Z)
    | (?:rtmp[ _-])? (?:stream|key|app|user|pass|port|login|host|server|url|playpath) [\w\ -]{0,20} [:=]
      (?! (?<!port:) [0-9]{1,5} (?:/|\s|\Z) )
    | [^\W\d][\w\ ]{0,40} \t
    """
)
_ENDS_IN_THE_MIDDLE = re.compile(r"(?:[-=&@+_~]|%[0-9A-Fa-f]?)\Z")
_BEGINS_IN_THE_MIDDLE = re.compile(r"[.:?&=@%][^\W_]")
_PORT_CUT = re.compile(r":([0-9]{0,4})\Z")
_REST_OF_PORT = re.compile(r"([0-9]{1,5})(?:[/?]|[.,;]?\Z)")
_REST_OF_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}|[\w-]{1,60}(?:[.:/@][\w.:/@?=&%-]{1,400})[.,;!?]?")
_END_OF_FILE_NAME = re.compile(r"(?i)(?:flv|mp4|f4v|mp3|m4v|sdp|stream)\Z")
_PORT = re.compile(r"\A[1-9][0-9]{1,4}\Z")
_BACKSLASHED = re.compile(
    r"""(?i)(?<![\w+.-])(?:rtmp(?:e|s|te|ts|t)?|rtmfp):(?:\\\\|//)[^\s"'<>@?/\\]{1,300}\\[^\s"'<>@/]{0,1024}(?=["'<>\s]|\Z)"""
)
_FORMATS_OF_STREAMS = frozenset({"flv", "mp3", "mp4", "f4v", "id3", "raw", "h264", "ogg", "srt"})
_PORT_BEHIND_ADDRESS = re.compile(r":([0-9]{2,5})\Z")
_PORT_BEHIND_SPACE = re.compile(
    r"[ \t]{1,8}:[ \t]{0,8}[0-9]{1,6}(?!\w)|[:,;]?[ \t]{1,8}[0-9]{2,6}[ \t]{0,8}(?:[/,;\r\n]|\Z)"
)
_SEGMENT_BEHIND_SPACE = re.compile(r"[ \t]{1,8}[\w.-]{1,64}[ \t]{0,8}[/,;|]")
_QUERY_BEHIND_SPACE = re.compile(r"[ \t]{1,8}[?&][A-Za-z_][\w.-]{0,40}=")
_SLASH_BEHIND_SPACE = re.compile(
    r"(?i)[ \t]{1,8}/(?!/)[ \t]{0,8}(?=[\w.?-])(?![a-z]{1,8}://)"
    r"(?!(?:stream|key|app|user|pass|port|login|playpath|server|url|host)[\w -]{0,20}[:=])"
)


def placeholder_in(text: str) -> str | None:
    """The first placeholder of a manual; "" for one in brackets that may be a real key; none where there is none.

    Tags of a document, such as <url>…</url>, are no placeholders.
    """
    for found in _PLACEHOLDER.finditer(text):
        name = next(group for group in found.groups() if group)
        words = [word for word in re.split(r"[\W_]+", name.lower()) if word]
        known = bool(found["crosses"] or found["dots"]) or (any if found["shell"] or found["batch"] else all)(
            word in _WORDS_OF_PLACEHOLDERS for word in words
        )
        if found["angle"] and f"</{name}" in text[found.end() : found.end() + 4096]:
            continue
        if known:
            return found[0]
        if (found["angle"] or found["curly"]) and text[max(0, found.start() - 1) : found.start()] == "/":
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


_MISTYPED = re.compile(
    r"""(?xi)
    (?<![\w+./:@-]) (?: rtmp[a-z]{0,2} | rtmfp | (?:rtpm|rmtp|trmp|rtm|rtp|rttmp|rtmpp|rtnp|rtmo|rtmb|ртмп)s? )
    (?: (?!://) [ \t]? [:;,.] [ \t]? [/\\]{1,3} [ \t]?
      | [/\\]{1,3}
      | (?!:/) [:;] [ \t]{0,2}
      | (?<!rtmp) (?<!rtmps) (?<!rtmpt) (?<!rtmpe) (?<!rtmfp) (?<!rtmpte) (?<!rtmpts) ://
    )
    ( (?: [^\W_] [\w-]{0,62} \. ){1,8} [^\W\d_] [\w-]{1,62} | [0-9]{1,3} (?: \.[0-9]{1,3} ){3} ) (?![\w@.-]{0,64}@)
    """
)
"""A server's name behind a protocol that is misspelled, or that is not followed by `://`."""


def servers_of_mistyped(text: str) -> tuple[str, ...]:
    """Servers' names behind what is nearly a protocol, such as `rtmp//a.example` or `rtpm://a.example`, in lower case."""
    return tuple(dict.fromkeys(match[1].lower() for match in _MISTYPED.finditer(text)))


def is_cut_at_line_end(address: str, behind: str) -> bool:
    """Whether what stands on the line below an address goes on with it, as where a mail program has wrapped it.

    `address` is as it was typed, with its scheme or without, and `behind` all that follows. A key on a line of its own, a
    label, and the beginning of a sentence do not go on with an address.
    """
    following = _NEXT_LINE.match(behind)
    if following is None or _LABEL_IN_FRONT.match(following[1]):
        return False
    if address.endswith("=") or _BEGINS_IN_THE_MIDDLE.match(following[1]):
        return True
    word, *more = following[1].split(maxsplit=1)[:2] or [""]
    if "://" in word or not word[:1].isalnum():
        return bool(word[:1] == "/" and word[1:2].isalnum() and _has_path(address) and more)
    if _ENDS_IN_THE_MIDDLE.search(address):
        return True
    if _has_path(address):
        return (address.endswith(".") and _END_OF_FILE_NAME.match(word) is not None) or (
            address.endswith(":") and not more and _PORT.match(word) is not None
        )
    rest, port = _REST_OF_PORT.match(word), _PORT_CUT.search(address)
    if port is not None and rest is not None and len(port[1] + rest[1]) <= 5:
        return True
    if address.endswith("."):
        return _REST_OF_NAME.fullmatch(word) is not None and (not more or not word.isalpha())
    return re.search(r"[\w-]/[\w-]|\w@\w|\w\?\w", word) is not None


def _has_path(address: str) -> bool:
    return bool(address.rpartition("://")[2].partition("/")[2])


def goes_on_behind_space(address: str, behind: str, *, in_command: bool) -> bool:
    """Whether spaces stand around the colon or a slash of an address: `rtmp://host : 1936 / live`, `rtmp://host 1936`.

    `behind` is all that follows on it. A slash between an address and a label, or another address, is none of it, nor is
    a file behind the address of a command.
    """
    authority, _, path = address.rpartition("://")[2].partition("/")
    if not path:
        if not _PORT_BEHIND_ADDRESS.search(authority) and _PORT_BEHIND_SPACE.match(behind):
            return True
        if address.endswith("/") and _SEGMENT_BEHIND_SPACE.match(behind):
            return True
    if _QUERY_BEHIND_SPACE.match(behind):
        return True
    return not in_command and _SLASH_BEHIND_SPACE.match(behind) is not None


def has_two_ports(authority: str) -> bool:
    """Whether a second colon stands behind the server's name and its port."""
    return re.fullmatch(r"(?!(?i:[0-9a-f]{1,4}):)[^:\[\]]+:[0-9]{0,6}(?::[0-9]{0,6})+", authority) is not None


def has_colon_behind_port(authority: str) -> bool:
    """Whether the application stands behind a second colon: `host:1935:live`."""
    return re.fullmatch(r"(?!(?i:[0-9a-f]{1,4}):)[^:\[\]]+:[0-9]{1,5}:[^:\[\]]+", authority) is not None


def with_slashes(typed: str) -> str:
    r"""`typed` with slashes in each address that has backslashes alone, as in rtmp:\\host\app: no server's name has any.

    Not where an @ follows, since it cannot be told whether the server is in front of it, or there are slashes as well.
    """
    return _BACKSLASHED.sub(lambda match: match[0].replace("\\", "/"), typed) if "\\" in typed else typed


def has_backslash_before_at(who: str) -> bool:
    r"""Whether what stands before an @ may be the server, as browsers read `host\@…`; `DOMAIN\name:password` is none."""
    name, slash, rest = who.partition("\\")
    return bool(slash) and (not rest or re.search("[.:]", name) is not None or name.lower() == "localhost")


def number_for_port(segments: list[str]) -> int | None:
    """The number in front of the application where a slash may stand for the colon, as in host/19850/live."""
    if len(segments) < 2 or not _PORT.match(segments[0]):
        return None
    number = int(segments[0])
    return number if 1024 <= number <= 65535 or number in (80, 443) else None


def scheme_imitates_latin(address: str) -> bool:
    """Whether the protocol in front of `://` has letters of another alphabet."""
    scheme = re.match(r"[^\W\d_]{2,8}(?=:/)", address)
    return scheme is not None and not scheme[0].isascii()


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
