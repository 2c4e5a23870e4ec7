"""What must not leave a computer, as patterns: each finds one kind of sensitive text and says what to show.

Every pattern has a group `hide`: only that part is replaced, so that "token=" stays and its value goes. A match without
it hides nothing: it passes over a stretch of text in one go that would else be looked at from each place in it.
Bytes are searched with the same patterns, read as Latin-1, and masked with asterisks at equal length, so
that offsets stay true.
"""

from __future__ import annotations

import base64
import functools
import getpass
import html
import platform
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

import msgspec

MASK = "***"
HIDDEN_SEGMENTS = f"/{MASK}"
"""In place of segments of an application that may be a key, so that a reader knows that they are no query."""


class Kind(StrEnum):
    """What was hidden; the value represents it in a report's log (see hidden.py for the words)."""

    SECRET = "secret"
    QUERY = "query"
    CREDENTIALS = "credentials"
    NAMED_SECRET = "named-secret"
    HOME = "home-folder"
    USER = "user-name"
    COMPUTER = "computer-name"
    MAC = "hardware-address"
    MAIL = "mail-address"
    PROXY = "proxy-name"
    LOCAL_ADDRESS = "local-address"
    CLIENT_ADDRESS = "client-address"
    PSEUDONYM = "pseudonym"


class Mask(msgspec.Struct, frozen=True):
    """One kind of sensitive text: where it is (group `hide`) and what is shown instead (None: leave it)."""

    kind: Kind
    pattern: re.Pattern[str]
    shown: Callable[[re.Match[str]], str | None]

    def hide(self, text: str) -> str:
        """`text` with everything of this kind replaced."""
        return self.pattern.sub(self._hidden, text)

    def _hidden(self, match: re.Match[str]) -> str:
        shown = self.shown(match) if match["hide"] is not None else None
        return match[0] if shown is None else with_hidden(match, shown)


def with_hidden(match: re.Match[str], shown: str) -> str:
    """The matched text with its group `hide` replaced."""
    start, end = (position - match.start() for position in match.span("hide"))
    return match[0][:start] + shown + match[0][end:]


class Identity(msgspec.Struct, frozen=True):
    """The names by which the computer that made a report could be known."""

    user: str = ""
    computer: str = ""
    home: str = ""

    @classmethod
    def of_this_computer(cls) -> Identity:
        try:
            user = getpass.getuser()
        except (KeyError, OSError, ImportError):  # no entry in the password database: a container
            user = ""
        try:
            home = str(Path.home())
        except RuntimeError:
            home = ""
        return cls(user=user, computer=platform.node(), home=home)


# Names that tell nothing about anybody, and that stand in ordinary sentences.
_COMMON_NAMES = frozenset(
    {"root", "admin", "administrator", "user", "guest", "test", "runner", "localhost", "pc", "host", "server"}
)
_SENSITIVE_HEADER = re.compile(
    r"(?i)\A(?:(?:proxy-)?authorization|cookie2?|set-cookie2?|x-auth-\S+|x-api-key)\Z"
)
_SENSITIVE_NAME = re.compile(r"(?i)passw|pwd|token|secret|credential|apikey|api_key|streamkey")
# Parameters of a server's refusal that are evidence, and fmsdiag's question to the administration port.
_HARMLESS_PARAMETER = re.compile(r"\A(?:(?:reason|authmod|code)=[a-z0-9]{1,24}|(?:auser|apswd)=)\Z")


_HIDDEN_PARAMETER = re.compile(r"\A[\w.-]{1,40}=\*\*\*\Z")


def is_sensitive_header(name: str) -> bool:
    return _SENSITIVE_HEADER.match(name) is not None


def is_sensitive_name(name: str) -> bool:
    """Whether a property of that name holds a secret, such as Wowza's secureToken."""
    return _SENSITIVE_NAME.search(name) is not None


def always(identity: Identity, public_words: Iterable[str]) -> list[Mask]:
    """Masks that no option switches off; `public_words` (the server's name …) are not hunted for."""
    public = {word.lower() for word in public_words}
    masks = [
        Mask(Kind.CREDENTIALS, re.compile(r"://(?P<hide>[^\s\x00-\x1f\x7f/?#@\"'<>]+)@"), lambda _: MASK),
        Mask(Kind.QUERY, _QUERY_OF_PATH, lambda m: m["hide"] and hide_parameters(m["hide"])),
        Mask(Kind.QUERY, _QUERY_ALONE, lambda m: hide_parameters(m["hide"])),
        Mask(Kind.NAMED_SECRET, _NAMED_IN_QUOTES, lambda _: MASK),
        Mask(Kind.NAMED_SECRET, _NAMED, lambda _: MASK),
        Mask(Kind.NAMED_SECRET, _HEADER_LINE, lambda _: MASK),
        Mask(Kind.NAMED_SECRET, _TOKEN, lambda _: MASK),
        Mask(Kind.MAIL, _MAIL, lambda _: MASK),
        Mask(Kind.MAC, _MAC, lambda _: MASK),
        Mask(Kind.HOME, _HOME, lambda _: "~"),
    ]
    if len(identity.home) > 3 and identity.home not in ("/root", "/home"):
        masks.append(
            Mask(Kind.HOME, re.compile(f"(?P<hide>{re.escape(identity.home)})(?!\\w)"), lambda _: "~")
        )
    names = [(Kind.COMPUTER, identity.computer), (Kind.COMPUTER, identity.computer.partition(".")[0])]
    for kind, name in [*names, (Kind.USER, identity.user)]:
        if len(name) >= 3 and name.lower() not in _COMMON_NAMES | public:
            masks.append(Mask(kind, _token(name), lambda _: MASK))
    return masks


_QUERY_OF_PATH = re.compile(
    r"(?:://|(?<![\w/<])/)[^\s\x00-\x1f\x7f?\"'<>]*+(?:\?(?P<hide>[\w%+.~&=:@!$*-][^\s\x00-\x1f\x7f\"'<>]*))?"
)
_QUERY_ALONE = re.compile(r"\?(?P<hide>[^\s\x00-\x1f\x7f?\"'<>=&]+=[^\s\x00-\x1f\x7f\"'<>]*)")
_NAME_OF_SECRET = (
    r"(?i)(?<![a-z])(?:(?<![\w-])[\w-]*(?:password|passwd|pwd|apswd|token|secret|credential)"
    r"|auth|sig|signature|c?nonce|opaque|challenge|response|salt|user|username)[\"']?"
)
# An empty value at the end of a request line has none behind the space.
_NAMED = re.compile(
    _NAME_OF_SECRET
    + r"(?:\s*=(?!\s+HTTP/\d)\s*|(?<=[\"'])\s*:\s*)[\"']?(?P<hide>[^\s\x00-\x1f\x7f\"'&,;<>=][^\s\x00-\x1f\x7f\"'&,;<>]*)"
)
# In quotes, as a transcript has it, all of it up to the closing one; a line that was cut short has none.
_NAMED_IN_QUOTES = re.compile(
    _NAME_OF_SECRET + r"\s{0,4}[:=]\s{0,4}(?P<mark>[\"'])(?P<hide>(?:\\.|(?!(?P=mark))[^\x00-\x1f\x7f\\])+)"
)
_HEADER_LINE = re.compile(
    r"(?i)(?:\A|[\r\n])(?:(?:proxy-)?authorization|cookie2?|set-cookie2?)[ \t]*:[ \t]*(?P<hide>[^\r\n]+)"
)
# What follows the scheme in Authorization, WWW-Authenticate and their like: NTLM's holds names of computer and domain.
_TOKEN = re.compile(
    r"(?i)\b(?:NTLM|Negotiate|Kerberos|Basic|Bearer)[ \t]+(?P<hide>[A-Za-z0-9+/_.~-]{16,}={0,2})"
)
_MAIL = re.compile(
    r"(?<![\w.+-])(?P<hide>[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})(?![\w-])"
)
_MAC = re.compile(
    r"(?i)(?<![0-9a-z:.-])(?P<hide>[0-9a-f]{2}(?P<sep>[:-])(?:[0-9a-f]{2}(?P=sep)){4}[0-9a-f]{2})"
    r"(?![0-9a-z]|[:.-][0-9a-f])"
)
_HOME = re.compile(
    r"(?P<hide>/(?:home|Users)/[^\s\x00-\x1f\x7f/:\"'<>?]+|(?i:[a-z]:\\Users\\)[^\s\x00-\x1f\x7f\\:\"'<>?]+)"
)


def hide_parameters(query: str) -> str:
    """A query string with its parameters hidden, but for a refusal's reason, and names whose value is hidden already."""
    shown = (
        item if _HARMLESS_PARAMETER.match(item) or _HIDDEN_PARAMETER.match(item) else MASK
        for item in query.split("&")
    )
    return "&".join(dict.fromkeys(shown))


def _token(name: str) -> re.Pattern[str]:
    """`name` where it is not a part of a longer word."""
    return re.compile(rf"(?<![^\W_])(?P<hide>{re.escape(name)})(?![^\W_])", re.IGNORECASE)


# ---- secrets that are known by their value ---------------------------------------------------------


def secret_values(texts: Iterable[str | None], public_words: Iterable[str]) -> list[str]:
    """Stream key and queries, whole and in parts, in each spelling that may come back; longest first."""
    public = {word.lower() for word in public_words} | {"", MASK, HIDDEN_SEGMENTS}
    parts = [part for text in texts for part in _parts(text or "")]
    found = {spelling for part in parts for spelling in _spellings(part) if spelling.lower() not in public}
    found |= {code for part in parts if part.lower() not in public for code in _encoded(part)}
    return sorted(found, key=lambda value: (-len(value), value))


def _spellings(part: str) -> Iterator[str]:
    yield part
    yield unquote(part)
    yield quote(part, errors="replace")
    yield quote(part, safe="", errors="replace")
    yield quote_plus(part, errors="replace")
    yield html.escape(part)
    yield repr(part)[1:-1]  # as Python and its libraries quote it
    yield repr(part.encode("utf-8", "surrogateescape"))[2:-1]


SHORTEST_ENCODED = 6
"""Bytes: the code of fewer could be the code of anything."""


def _encoded(part: str) -> Iterator[str]:
    """`part` in hexadecimal, and in base64 wherever it may stand within what is encoded (RFC 4648); masks ignore case."""
    data = part.encode("utf-8", "surrogateescape")
    if len(data) < SHORTEST_ENCODED:
        return
    yield data.hex()
    for before in range(
        3
    ):  # three bytes become four characters; those that other bytes have a part in are left out
        whole = 8 * (before + len(data)) // 6
        core = base64.b64encode(bytes(before) + data).decode()[-(-8 * before // 6) : whole]
        yield core
        yield core.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")


def _parts(text: str) -> Iterator[str]:
    yield text
    for item in re.split(r"[/?&;#]", text):
        name, equals, value = item.partition("=")
        yield value if equals else name


LOOKED_AT = 32
"""Bytes in front of a place, around it or behind it that tell whether it is in text."""
MOSTLY = 27
"""So many of them are printable in text; 12 are in random bytes, and 27 in one place of a hundred million."""
_PRINTABLE = frozenset(map(chr, (*range(0x20, 0x7F), 0x09, 0x0A, 0x0D)))


def stands_in_text(latin: str, at: int) -> bool:
    """Whether the place in bytes, read as Latin-1, is in text or a whole AMF string, not in random bytes."""
    for before in (LOOKED_AT, LOOKED_AT // 2, 0):
        first = max(0, min(at - before, len(latin) - LOOKED_AT))
        around = latin[first : first + LOOKED_AT]
        if sum(character in _PRINTABLE for character in around) * LOOKED_AT >= MOSTLY * len(around):
            return True
    start = end = at
    while start > 0 and at - start < 255 and latin[start - 1] in _PRINTABLE:
        start -= 1
    while end < len(latin) and end - start < 256 and latin[end] in _PRINTABLE:
        end += 1
    # the two bytes of an AMF0 string's length, in front of them its marker (AMF 0, section 2.4)
    return any(
        latin[begin - 3 : begin] == "\x02\x00" + chr(end - begin) for begin in range(max(3, start), at + 1)
    )


_WORDS_OF_NAMES = frozenset(
    {
        *(
            "adobe",
            "connect",
            "encoder",
            "engine",
            "flash",
            "interactive",
            "live",
            "media",
            "netconnection",
            "netstream",
        ),
        *(
            "nginx",
            "node",
            "player",
            "rtmfp",
            "rtmp",
            "rtmpe",
            "rtmps",
            "rtmpt",
            "server",
            "stream",
            "streaming",
            "wowza",
        ),
    }
)
"""Words of servers' and players' names and of the protocol, which stand in every report apart from its texts."""


def secret_masks(values: Iterable[str], *, spare_words: bool = False) -> list[Mask]:
    """A mask for each value. One that could be a word or a number is hidden only where it stands alone.

    One of three characters, or with `spare_words` one that is a word of such names, is hidden only behind a sign that a
    stream's name may follow.
    """
    masks = []
    for value in values:
        if len(value) < 4 or (spare_words and value.lower() in _WORDS_OF_NAMES):
            pattern = re.compile(rf"(?<=[/?&=:\"'“])(?P<hide>{re.escape(value)})(?![^\W_])", re.IGNORECASE)
        elif value.isdigit() or (value.isalpha() and len(value) <= 8):
            pattern = _token(value)
        else:
            pattern = re.compile(f"(?P<hide>{re.escape(value)})", re.IGNORECASE)
        masks.append(Mask(Kind.SECRET, pattern, lambda _: MASK))
    return masks


def secret_byte_masks(values: Iterable[str]) -> list[Mask]:
    """The same for bytes, where a chunk header (0xC0-0xFF) may stand between any two (RTMP 1.0, 5.3.1)."""
    masks = []
    for value in values:
        if len(value) >= 4:
            spelled = value.encode("utf-8", "surrogateescape").decode("latin-1")
            pattern = "[\xc0-\xff]?".join(re.escape(c) for c in spelled)
            masks.append(Mask(Kind.SECRET, re.compile(f"(?P<hide>{pattern})", re.IGNORECASE), lambda _: MASK))
        else:  # so short that only a whole AMF0 string can be told to be it
            spelled = value.encode("utf-8", "surrogateescape").decode("latin-1")
            string = re.escape("\x02\x00" + chr(len(spelled))) + f"(?P<hide>{re.escape(spelled)})"
            masks.append(Mask(Kind.SECRET, re.compile(string, re.IGNORECASE), lambda _: MASK))
    return masks


def _overlap_start(whole: str, value: str) -> int | None:
    """Where the longest beginning of `value` starts that ends `text`, in linear time (Knuth, Morris and Pratt)."""
    tail = whole[-(len(value) - 1) :]
    if value[:6] not in tail:
        return None
    again = _repeated_beginnings(value)
    matched = 0
    for character in tail:
        while matched and character != value[matched]:
            matched = again[matched - 1]
        matched += character == value[matched]
    return len(whole) - matched if matched >= 6 else None


@functools.lru_cache(32)
def _repeated_beginnings(value: str) -> list[int]:
    """For each beginning of `value`, the length of the longest shorter one that ends it."""
    found, matched = [0], 0
    for character in value[1:]:
        while matched and character != value[matched]:
            matched = found[matched - 1]
        matched += character == value[matched]
        found.append(matched)
    return found


def cut_secret(text: str, values: Iterable[str], *, chunked: bool = False) -> int | None:
    """Where a secret begins that the end of `text` cuts off, or None.

    Kept bytes and bodies are bounded, so the bound can fall inside a secret; six characters count as its
    beginning.
    """
    starts = (_cut_start(text, value, chunked) for value in values if len(value) > 6)
    return min((start for start in starts if start is not None), default=None)


def _cut_start(text: str, value: str, chunked: bool) -> int | None:
    spelled = value.encode("utf-8", "surrogateescape").decode("latin-1") if chunked else value
    if not chunked:
        return _overlap_start(text, value)
    for start in range(max(0, len(text) - 2 * len(spelled)), len(text) - 5):
        if text[start] == spelled[0] and _matches_to_end(text, start, spelled, chunked):
            return start
    return None


def _matches_to_end(text: str, start: int, value: str, chunked: bool) -> bool:
    matched = 0
    for character in text[start:]:
        if matched < len(value) and character == value[matched]:
            matched += 1
        elif not (chunked and character >= "\xc0"):
            return False
    return 6 <= matched < len(value)
