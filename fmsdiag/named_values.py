"""Values by their names, as files of settings hold them: JSON, XML, property lists, tables, and pairs in a line. Pure.

What is found is not checked. Keys, names and passwords are secrets.
"""

from __future__ import annotations

import csv
import json
import re
from contextlib import suppress
from itertools import islice

from fmsdiag.found_address import (
    MEDIA,
    OTHER_PROTOCOLS,
    RTMP_SCHEMES,
    SCHEMES_FIRST,
    Doubt,
    Pasted,
    cleaned,
    path_of,
    with_port,
    with_protocol,
)
from fmsdiag.markup import elements
from fmsdiag.model import LeftOut
from fmsdiag.stream_labels import APP_NAMES, KEY_NAMES

_KEY_NAME = re.compile(rf"(?i)(?:{KEY_NAMES})\Z")
_APP_NAME = re.compile(rf"(?i)(?:{APP_NAMES})\Z")
_PATH_NAME = re.compile(r"(?i)(?:rtmp[ _-]?|url[ _-]?|stream[ _-]?|server[ _-]?)?path\Z")
_PATH = re.compile(r"/?[\w-]{1,64}(?:/[\w.:-]{1,128}){0,4}/?")
_USER_NAME = re.compile(r"(?i)(?:user(?:[ _-]?name)?|login|pubUser)\Z")
_PASSWORD_NAME = re.compile(r"(?i)(?:pass(?:word|wd|phrase)?|pwd?|pubPasswd)\Z")
_PORT_NAME = re.compile(r"(?i)(?:rtmp[ _-]?|server[ _-]?)?port\Z")
_SCHEME_NAME = re.compile(r"(?i)(?:scheme|protocol|proto)\Z")
_TLS_NAME = re.compile(r"(?i)(?:use[ _-]?)?(?:tls|ssl)\Z")
_TLS = frozenset({"tls", "ssl", "rtmp+tls", "rtmp over tls"})
_YES = frozenset({"true", "1", "yes", "on"})
_PAIR = re.compile(
    r"""(?i)(?<![\w?&/.:=-])(?P<name>(?:(?:stream|user|server|host|rtmp|ip|app|proxy)[ -])?[a-z]\w{0,30})"""
    r"""[ \t]{0,2}[=:][ \t]{0,2}"""
    r"""(?:"(?P<double>[^"\n]{0,256})"|'(?P<single>[^'\n]{0,256})'|(?P<plain>[^\s,;"'<>|]{1,512}))"""
)
_NAME_OF_GROUP = re.compile(r"[<\[]/?[A-Za-z][\w:.-]{0,40}")
_BETWEEN_PAIRS = " \t\r\n,;|/<>{}()[]"
_OF_SOMETHING_ELSE = re.compile(
    r"(?i)proxy|https?|web|ssh|ftp|srt|udp|backup|local|source|admin|smtp|rtsp|socks"
    r"|(?<![a-z])(?:input|listen|api|stats|metrics|health|debug|control|monitor|database|redis|mysql|postgres|grpc|hls|dash)"
    r"(?![a-z])"
)
_ENTRY_OF_MAP = re.compile(r"[ \t]{0,8}[\w./${}*-]{1,64}[ \t]{0,4}[=:][ \t]{0,4}(?=\{)")
_ASSIGNMENT = re.compile(r"=\s{0,8}(?=\{\s{0,8}\")")
_CLIP = re.compile(r"(?i)(?:mp4|flv|mp3|id3|f4v|raw):")
"""A stream's name, as Adobe's servers want it for a file of that kind."""
_ADDRESS = re.compile(rf"(?i){MEDIA}")
_COLUMN = re.compile(r"[A-Za-z][\w -]{0,30}\Z")
_MOST_ROWS = 200
_MOST_NESTED = 8
"""Strings of JSON that are JSON themselves."""
_SERVER_NAME = re.compile(
    r"(?i)(?:rtmp[ _]?)?(?:server|url|host(?:[ _-]?name)?|(?:ip|server|host)?[ _-]?address|ip|domain)\Z"
)
_NAMES_OF_HTML = frozenset({"td", "th", "dt", "dd", "li", "p", "div", "span", "b", "strong", "code", "pre"})
"""What says how a value looks, and not what it is: its label is text."""
_EVERY_ADDRESS = frozenset({"*", "0.0.0.0", "::", "[::]"})
"""What a server's own configuration listens on."""


def of_json(typed: str) -> Pasted | None:
    """The strings of JSON by their names; none where it is not JSON, or names no server.

    Lines of `name={…}` are JSON, too, as Wowza's push map has them.
    """
    written = typed
    entries = [_ENTRY_OF_MAP.sub("", line, count=1).strip() for line in typed.splitlines() if line.strip()]
    if entries and len(entries) <= _MOST_ROWS and _ENTRY_OF_MAP.match(typed):
        typed = f"[{','.join(entries)}]"
    read = _read_json(typed)
    if isinstance(read, str):
        read = _read_json(read)
    if read is None:
        read = _assigned(written)
    if not isinstance(read, dict | list):
        return None
    waiting: list[tuple[str, object, object]] = [("", read, None)]
    nested = _MOST_NESTED
    told: list[tuple[str, object, object]] = []
    while waiting:
        name, value, port = waiting.pop()
        if isinstance(value, dict):
            waiting += ((inner, item, value.get("port")) for inner, item in value.items())
        elif isinstance(value, list):
            waiting += ((name, item, None) for item in value)
        elif nested and isinstance(value, str) and isinstance(inside := _read_json(value), dict | list):
            nested -= 1
            waiting.append((name, inside, None))
        else:
            told.append((name, value, port))
    return of_named(told[::-1])


def _read_json(typed: str) -> object:
    r"""What JSON holds, also where it was copied out of a string, with its quotation marks escaped; none where it is not."""
    if typed[:1] not in ("{", "[", '"'):
        return None
    for text in (typed, typed.replace('\\"', '"')):
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return None


def _assigned(typed: str) -> object:
    """What a script assigns to a variable as JSON, `flashvars={…};`, where no address stands outside of it."""
    for match in islice(_ASSIGNMENT.finditer(typed), _MOST_NESTED):
        with suppress(ValueError, RecursionError):
            read, end = json.JSONDecoder().raw_decode(typed, match.end())
            if not _ADDRESS.search(typed[: match.start()] + typed[end:]):
                return read
    return None


def of_xml(typed: str) -> Pasted | None:
    """The same of XML, and of a property list."""
    found = elements(typed)
    if found is None or any(name.lower() in _NAMES_OF_HTML for name, _ in found):
        return None
    port = next((value for name, value in found if name.lower() == "port"), None)
    signs_in = {"true": True, "1": True, "false": False, "0": False}
    return of_named(
        [(name, signs_in.get(value.lower()) if name == "use_auth" else value, port) for name, value in found]
    )


def of_pairs(typed: str) -> Pasted | None:
    """The pairs of one line without a scheme, `Server=h.example Port=1936 App=live`; none where other text stands there."""
    if "://" in typed or "\n" in typed.strip():
        return None
    pairs = [
        (match["name"], match["double"] or match["single"] or match["plain"] or "")
        for match in _PAIR.finditer(typed)
    ]
    known = dict.fromkeys((name.lower(), value) for name, value in pairs if is_known(name))
    named = [value for name, value in pairs if _SERVER_NAME.match(name)]
    rest = _NAME_OF_GROUP.sub(" ", _PAIR.sub(" ", typed), count=2)
    is_clear = len({name for name, _ in known}) == len(known) > 1 and not any(
        _OF_SOMETHING_ELSE.search(name) for name, _ in pairs
    )
    if not named or named[0].isdigit() or not is_clear or rest.strip(_BETWEEN_PAIRS):
        return None
    port = next((value for name, value in pairs if _PORT_NAME.match(name)), None)
    return of_named([(name, value, port) for name, value in pairs])


def of_table(typed: str) -> Pasted | None:
    """The rows under a line of names, as CSV and spreadsheets have them; none where it is no such table.

    Rows that differ in anything but their server are a doubt: it cannot be told which of them is meant.
    """
    lines = [line for line in typed.splitlines() if line.strip()][:_MOST_ROWS]
    delimiter = next((d for d in "\t;,|" if lines and d in lines[0]), "")
    if len(lines) < 2 or not delimiter or "://" in lines[0]:
        return None
    try:
        names, *rows = ([cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return None
    has_server = any(_SERVER_NAME.match(name) for name in names)
    is_header = all(_COLUMN.match(name) for name in names) and sum(map(is_known, names)) > 1
    if not has_server or not is_header or any(len(row) != len(names) for row in rows):
        return None
    told: list[tuple[str, object, object]] = []
    for row in rows:
        port = next((v for name, v in zip(names, row, strict=True) if _PORT_NAME.match(name)), None)
        told += [(name, value, port) for name, value in zip(names, row, strict=True)]
    pasted = of_named(told)
    if pasted is not None and not pasted.others and len({tuple(row) for row in rows}) > 1:
        return pasted._replace(doubt=Doubt.SEVERAL_STREAMS)
    return pasted


def is_known(name: str) -> bool:
    """Whether a name says what its value is: a server, a port, a key, an application, a user name or a password."""
    kinds = (_SERVER_NAME, _PORT_NAME, _KEY_NAME, _APP_NAME, _PATH_NAME, _USER_NAME, _PASSWORD_NAME)
    return any(kind.match(name) for kind in kinds)


def says_how(name: str) -> bool:
    """Whether a name says by which protocol, or whether with encryption."""
    return bool(_SCHEME_NAME.match(name) or _TLS_NAME.match(name))


def is_of_something_else(words: str) -> bool:
    """Whether words in front of such a name make it a proxy's, a web server's or another service's."""
    return _OF_SOMETHING_ELSE.search(words) is not None


def of_named(told: list[tuple[str, object, object]]) -> Pasted | None:
    """Values by their names, each with the port beside it."""
    servers: list[str] = []
    ports: list[object] = []  # of each server, where one stands beside it
    key = application = path = user = password = ""
    schemes: set[str] = set()
    of_key, of_application = set[str](), set[str]()
    signs_in = True
    for name, value, port in told:
        if name == "use_auth":
            signs_in = value is True
        elif _TLS_NAME.match(name) and str(value).lower() in _YES:
            schemes.add("rtmps")
        elif isinstance(value, str) and value:
            named = _SERVER_NAME.match(name) and "://" not in value and value not in _EVERY_ADDRESS
            if (named and not _CLIP.match(value)) or SCHEMES_FIRST.match(value):
                servers.append(cleaned(value))
                ports.append(port)
            elif _SCHEME_NAME.match(name) and value.lower() in RTMP_SCHEMES | _TLS | OTHER_PROTOCOLS:
                schemes.add("rtmps" if value.lower() in _TLS else value.lower())
            elif _KEY_NAME.match(name):
                key = key or value
                of_key.add(value)
            elif _APP_NAME.match(name):
                application = application or value
                of_application.add(value)
            elif _PATH_NAME.match(name) and _PATH.fullmatch(value):
                path = path or value.strip("/")
            elif _USER_NAME.match(name):
                user = user or value
            elif _PASSWORD_NAME.match(name):
                password = password or value
    login = (user, password) if signs_in and user else None
    distinct = tuple(dict.fromkeys(servers))
    if not distinct:
        return None
    address = distinct[0]
    if path and not application and not path_of(address):
        address = f"{address.rstrip('/')}/{path}"
    unused = (LeftOut.PASSWORD,) if signs_in and password and not user else ()
    pasted = Pasted(address, application, key, login, distinct[1:], unused=unused)
    if len(of_key) > 1 or len(of_application) > 1:
        pasted = pasted._replace(doubt=Doubt.SEVERAL_STREAMS)
    schemes = {"rtmps"} if schemes == {"rtmp", "rtmps"} else schemes  # RTMP, and TLS is on
    pasted = with_port(pasted, (str(ports[0]),) if ports[0] not in (None, "") else ())
    return with_protocol(pasted, frozenset(schemes))
