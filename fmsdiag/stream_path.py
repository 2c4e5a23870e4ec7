"""Where a path is cut into application and stream: a convention of clients, not of the protocol. Pure.

librtmp's convention is the first segment, or the first two when there are more than two. What is surely the beginning of
a stream name (`mp4:…`, a stream key) is never a part of the application, and `_definst_` always is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT_INSTANCE = "_definst_"
_WORDS_OF_KEYS = re.compile(r"key|secret|passw|token", re.IGNORECASE)
_KEYS_OF_SERVICES = re.compile(
    r"\A(?:live_[0-9]{6,}_\w{6,}|(?=.*[0-9])[a-z0-9]{4}(?:-[a-z0-9]{4}){3,4}|FB-[0-9]+-[0-9]+-[\w-]+)\Z",
    re.IGNORECASE,
)
"""Stream keys of Twitch, YouTube and Facebook."""
_INSTANCE = re.compile(rf"(?i){DEFAULT_INSTANCE}|inst(?:ance)?[_-]?[0-9]{{0,3}}")

_OPENING = "\"'“”„‟«‘‚‹`"
_CLOSING = "\"'“”»’‘›`"


class Cut(NamedTuple):
    """The parts of what stands behind the server's name. Stream and query are secrets."""

    application: str
    stream: str = ""
    query: str = ""  # of the application; begins with ";" where it is one of path parameters, "/" where one of segments


def cut_path(path: str) -> Cut:
    """The path of a URL. A stream keeps a query of its own; `//` and a final `/` inside a query stay."""
    before, mark, after = path.partition("#")[0].partition("?")
    segments = [s for s in before.split("/") if s]
    count = _length_of_application(segments)
    application, parameters = _without_parameters("/".join(segments[:count]))
    stream, query = "/".join(segments[count:]), ""
    if stream:
        stream += mark + after
    else:
        query, stream = _cut_query(after)
    return Cut(application, stream.replace("%40", "@"), _joined(parameters, query))


def cut_before(path: str, stream: str) -> Cut | None:
    """The path of a URL whose stream was given apart, as an encoder's two fields hold them; none where it names another.

    Such a path may be an application of several segments. One that could be a key is sent with the rest, as a part of the
    query, which is never shown.
    """
    natural = cut_path(path)
    if not natural.stream or natural.stream == stream:
        return natural
    before, mark, after = path.partition("#")[0].partition("?")
    whole = [
        s for s in "/".join(s for s in before.split("/") if s).removesuffix("/" + stream).split("/") if s
    ]
    instance = whole[1:]
    if all(_INSTANCE.fullmatch(s) for s in instance):
        return cut_as_typed(path, "/".join(whole))
    if any(looks_like_key(s) or ":" in s for s in instance):
        return None
    application, parameters = _without_parameters(whole[0])
    hidden = f"{parameters}/{'/'.join(instance)}"
    return Cut(application, stream, f"{hidden}{mark}{after}")


def cut_typed(text: str) -> Cut:
    """What was typed as an application: all of it, but for a stream key behind a slash or a space, and parameters.

    A space before anything else, but behind parameters, is a part of the application's name. Quotation marks around it are
    none of it.
    """
    whole = without_quotes(text.strip()).strip("/")
    path, space, behind = _halves(whole)
    is_apart = bool(re.search("[?;]", path)) or looks_like_key((behind.split() or [""])[0].partition("/")[0])
    if not is_apart:
        path, space, behind = whole, "", ""
    before, mark, after = path.partition("?")
    segments = before.split("/")
    count = next((i for i, s in enumerate(segments) if i and looks_like_key(s)), len(segments))
    application, parameters = _without_parameters("/".join(segments[:count]))
    stream, query = "/".join(segments[count:]), ""
    if stream:
        stream += mark + after
    else:
        query, stream = _cut_query(after)
    return Cut(
        application.strip("/"), f"{stream}{space if stream else ''}{behind}", _joined(parameters, query)
    )


def application_to_type(application: str) -> str:
    """What cut_typed() reads as exactly this application: in quotation marks where a space is in it."""
    return f'"{application}"' if " " in application else application


def address_to_type(url: str) -> str:
    """What parse_target() reads as exactly this URL of an application, which may have a space in its name."""
    return f'"{url}/"' if " " in url else url


def without_quotes(text: str) -> str:
    """`text` without the quotation marks that it stands in."""
    is_quoted = len(text) > 1 and text[0] in _OPENING and text[-1] in _CLOSING
    return text[1:-1] if is_quoted else text


def cut_as_typed(path: str, application: str) -> Cut | None:
    """The path of a URL with exactly this application, where it begins with it at a slash; none where it does not."""
    before, mark, after = path.partition("#")[0].partition("?")
    segments = [s for s in before.split("/") if s]
    wanted = [s for s in application.strip().split("/") if s]
    if not wanted or segments[: len(wanted)] != wanted:
        return None
    stream = "/".join(segments[len(wanted) :])
    named, parameters = _without_parameters("/".join(wanted))
    if stream:
        return Cut(named, (stream + mark + after).replace("%40", "@"), parameters)
    query, stream = _cut_query(after)
    return Cut(named, stream.replace("%40", "@"), _joined(parameters, query))


def shorter_cut(application: str, stream: str | None) -> Cut | None:
    """The same path with only its first segment as the application; none where that is all there is."""
    first, slash, rest = application.partition("/")
    if not slash or not first:
        return None
    return Cut(first, f"{rest}/{stream}" if stream else rest)


def longer_cut(application: str, stream: str | None) -> Cut | None:
    """The same path with one segment more in the application; none where that is a key, or there is no more."""
    path, mark, query = (stream or "").partition("?")
    first, _, rest = path.partition("/")
    if not application or not first or looks_like_key(first) or any(c.isspace() for c in first):
        return None
    if rest:
        return Cut(f"{application}/{first}", rest + mark + query)
    return Cut(f"{application}/{first}", "", query)


def is_key_of_service(segment: str) -> bool:
    """Whether a segment is a stream key as well-known services give them out: never an application, nor a server."""
    return _KEYS_OF_SERVICES.fullmatch(segment) is not None


_GROUPS = re.compile(r"(?i)([a-z0-9]{4,8})(?:-[a-z0-9]{4,8}){2,7}")
_CODE = re.compile(r"[0-9a-f]{16,}|[0-9a-z]{20,}")


def is_made_at_random(word: str) -> bool:
    """Whether nobody would name an application or a computer so: letters and digits mixed within words, as keys have them.

    `Live2Stage1`, `MyCompanyLive2024` and `live-2024-east` are names.
    """
    if re.search("[:|,]", word):
        return False
    changes = len(re.findall(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", word))
    has_all = all(re.search(kind, word) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    if has_all and re.search("[0-9][a-z]", word):
        return (len(word) >= 12 and changes >= 2) or (len(word) >= 8 and changes >= 3)
    groups = word.split("-") if _GROUPS.fullmatch(word) else []
    mixed = sum(re.search("(?i)[a-z][0-9]|[0-9][a-z]", group) is not None for group in groups)
    return (mixed > 1 and len({len(group) for group in groups}) == 1) or (
        changes >= 4 and _CODE.fullmatch(word.lower().replace("-", "")) is not None
    )


def is_key_not_host(label: str) -> bool:
    """Whether a name without a dot is more probably a key than a computer's name, which has at most 15 letters or hyphens."""
    digits = sum(c.isdigit() for c in label)
    return (
        "_" in label
        or is_key_of_service(label)
        or (label.isalnum() and len(label) > 15 and 3 <= digits <= len(label) - 3)
    )


def looks_like_key(segment: str) -> bool:
    """Whether a segment is more probably a stream key, or the beginning of a stream name, than a part of an application."""
    if segment.lower() == DEFAULT_INSTANCE:
        return False
    digits = sum(c.isdigit() for c in segment)
    changes = len(re.findall(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", segment))
    return (
        len(segment) >= 20
        or bool(_WORDS_OF_KEYS.search(segment))
        or (len(segment) >= 8 and digits >= 3)
        or (len(segment) >= 6 and changes >= 2)
        or (len(segment) >= 8 and digits > 0 and not segment.islower() and not segment.isupper())
        or (len(segment) >= 14 and segment.count("-") >= 2)
    )


_FILE_NAME = re.compile(r"(?i)\w\.(?:flv|mp4|f4v|m4v|mov|mp3)\Z")
_FORMATS = re.compile(r"(?i)(?:flv|mp3|mp4|f4v|id3|raw|h264|ogg|srt)\Z")


def is_file(stream: str) -> bool:
    """Whether a stream name is that of a recorded file, as in `mp4:sample.mp4`: played, never published with a key."""
    name = stream.partition("?")[0]
    kind, colon, _ = name.partition(":")
    return bool(colon and _FORMATS.match(kind)) or _FILE_NAME.search(name) is not None


def has_key_behind_colon(segment: str) -> bool:
    """Whether a key stands behind a colon, as in `live:abcd1234`; `mp4:movie2024`, `live:instance1` and a port have none."""
    name, colon, value = segment.partition(":")
    if not name or not colon or _FORMATS.match(name) or _INSTANCE.fullmatch(value):
        return False
    is_mixed = len(value) >= 8 and re.search("[A-Za-z]", value) and re.search("[0-9]", value)
    return bool(is_mixed) or looks_like_key(value)


def _length_of_application(segments: list[str]) -> int:
    """How many segments of a URL's path are the application."""
    if len(segments) < 2:
        return len(segments)
    second = segments[1]
    if second.lower() == DEFAULT_INSTANCE:
        return 2
    return 1 if len(segments) == 2 or ":" in second or looks_like_key(second) else 2


def _cut_query(text: str) -> tuple[str, str]:
    """A query, and the stream behind it: `k=v/stream`. One that holds a URL, or ends with a slash, is whole."""
    if "//" in text or text.find("/") == len(text) - 1:
        return text, ""
    query, _, stream = text.partition("/")
    return query, stream


def _without_parameters(application: str) -> tuple[str, str]:
    """`live;jsessionid=1` -> "live", ";jsessionid=1"."""
    name, mark, parameters = application.partition(";")
    return name, mark + parameters


def _joined(parameters: str, query: str) -> str:
    return f"{parameters}?{query}" if parameters and query else parameters or query


def _halves(text: str) -> tuple[str, str, str]:
    parts = re.split(r"([ \t\r\n]+)", text, maxsplit=1)
    return (parts[0], " ", parts[2]) if len(parts) == 3 else (text, "", "")


def without_bracket(value: str, before: str) -> str:
    """`cam1` of `cam1)` and `cam1).` where the bracket was opened in the text `before` it: `(key: cam1)`."""
    plain = value.rstrip(".,;")
    opening = _OPENED_BY.get(plain[-1:])
    if opening is None or opening in plain:
        return value
    line = before.rpartition("\n")[2]
    return plain[:-1] if line.count(opening) > line.count(plain[-1]) else value


_OPENED_BY = {")": "(", "]": "[", "）": "（"}
