"""Settings and forms with one value to a line: .env files, exports of a shell, YAML, a copied screen. And calls of a program.

What is found is not checked. Keys, names and passwords are secrets. Linear in the length of the text.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from fmsdiag.found_address import MEDIA, Doubt, Pasted, cleaned
from fmsdiag.label_languages import in_english
from fmsdiag.named_values import is_known, is_of_something_else, of_named, says_how

_SETTING = re.compile(
    r"\A(?:(?:export|set|setx|let|var|const|declare|ENV)[ \t]{1,4}|[-*][ \t]{1,4}|\$env:|\$)?"
    r"(?P<name>[A-Za-z_][\w.-]{0,60})[ \t]{0,8}(?P<sign>:=|=>|[=:])[ \t]{0,8}"
    r"(?:\"(?P<double>[^\"]{0,512})\"|'(?P<single>[^']{0,512})'|(?P<plain>[^\s#\"'][^\s\"']{0,2048}))?"
    r"[ \t]{0,8}[,;]?[ \t]{0,8}(?:(?:#|//).{0,300})?\Z"
)
_COMMENT = re.compile(r"(?:#|//|;|--)|\[[^\[\]]{1,60}\]\Z|[\w.-]{1,40}:\Z")
"""A remark, or the name of a group of settings."""
_BLOCK = re.compile(r"^([ \t]{0,40})[\w.-]{1,40}:[ \t]{0,8}\r?\n\1[ \t]", re.MULTILINE)
_SCHEME = re.compile(MEDIA, re.IGNORECASE)
_REMARK = re.compile(r"[ \t]{0,40}(?:#|//|;|--)[ \t]")
_LABEL_IN_REMARK = re.compile(r"([A-Za-z][\w /-]{0,30}?)[ \t]{0,4}[:=]")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_MOST_LINES = 200
_LABELS_OF_FORM = {
    "server": "server",
    "server url": "server",
    "rtmp server": "server",
    "rtmp url": "server",
    "stream url": "server",
    "url": "server",
    "stream key": "stream key",
    "stream name": "stream key",
    "stream key/name": "stream key",
    "username": "user",
    "user name": "user",
    "user": "user",
    "password": "password",
}
_COLUMNS = re.compile(
    r"[ \t]{0,16}(?P<label>[^\W\d][\w/().-]{0,24}(?: [\w/().-]{1,24}){0,3}):?"
    r"(?:[ ]{2,60}|[ ]?\t{1,4}[ ]{0,8})(?P<value>\S{1,2048})[ \t]{0,16}\r?\Z"
)
"""A label, and behind at least two blanks a single value."""
_ROW = re.compile(
    r"[ \t]{0,16}\|[ \t]{0,40}(?P<label>[^|\n]{1,60}?)[ \t]{0,40}\|"
    r"[ \t]{0,40}(?P<value>[^|\s]{1,2048})[ \t]{0,40}\|[ \t]{0,16}\r?\Z"
)
_RULE_OF_TABLE = re.compile(r"[ \t]{0,16}\|(?:[ \t]{0,8}:?-{1,60}:?[ \t]{0,8}\|){2}[ \t]*\r?\Z")
_LEAST_LABELS = 2
_IN_ENGLISH = re.compile(r"(stream key|password|user|app|port|Server): \Z")
_PUBLISHED = re.compile(
    r"""\.(?:publish|play2?|attachStream)\(\s{0,8}(?:"([^"\n]{1,256})"|'([^'\n]{1,256})')"""
)
_CONNECT = re.compile(
    r"""\.connect\(\s{0,8}["'][^"'\n]{1,2048}["']\s{0,8},"""
    r"""|(?<![^\s"'])(?:conn=|--conn[=\s]|-rtmp_conn\s)(?=\S)|(?<!\S)-C\s{1,4}["']?[BNSOZ]:"""
)
"""ActionScript's arguments behind the address; librtmp's, rtmpdump's and ffmpeg's."""
_BLOCK_OF_SERVER = re.compile(
    r"(?:\b(?:rtmp|server)|\b(?:application|vhost)[ \t]{1,8}[^\s{}]{1,100})[ \t]{0,8}\{|^[ \t]{0,20}paths:[ \t]{0,8}$",
    re.MULTILINE,
)
_SENT_ON = re.compile(
    r"(?:\b(?:push|pull|push_to|forward|destination|source|exec\w{0,20}|on_\w{1,30}|runOn\w{1,30}):?[ \t])[^\n;{}]{0,400}\Z"
)
"""The directive of a media server's settings in front of an address: where it sends streams, or fetches them."""
_LINK = re.compile(
    r"(?i)(?<!\S)(?!rtmp|rtmfp|https?)[a-z]{2,20}://[^\s?]{0,80}\?(?=[^\s=]{0,40}\[)[^\s<>\"']{1,2048}"
)
_SOFT_BREAK = re.compile(r"=\r?\n")


def of_settings(typed: str) -> Pasted | None:
    """Lines of `RTMP_HOST=…` and `RTMP_APP=…`; none where other text stands there.

    With colons, names that say all by themselves, such as `server: …`, are labels, which are read elsewhere, unless they
    are in a block of YAML.
    """
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if not 2 <= len(lines) <= _MOST_LINES:
        return None
    told: list[tuple[str, str]] = []
    signs: set[str] = set()
    is_shortened = False
    for line in lines:
        match = _SETTING.match(line)
        if match is not None:
            name = _known_end(match["name"])
            signs.add(match["sign"])
            is_shortened = is_shortened or name not in ("", match["name"])
            told.append((name, match["double"] or match["single"] or match["plain"] or ""))
        elif not _COMMENT.match(line):
            return None
    if not is_shortened and signs != {"="} and not _BLOCK.search(typed):
        return None
    if has_destinations_of_server(typed, (match.start() for match in _SCHEME.finditer(typed))):
        return None
    ports = [value for name, value in told if name.lower().endswith("port") and value]
    pasted = of_named([(name, value, ports[0] if ports else None) for name, value in told])
    return pasted._replace(doubt=Doubt.PORT) if pasted is not None and len(set(ports)) > 1 else pasted


def _known_end(name: str) -> str:
    """The end of a name that says what its value is: "app" of RTMP_APP; "" where it has none, or is of something else."""
    if is_known(name) or says_how(name):
        return name
    words = _WORDS.findall(name)
    for left_out in range(1, len(words)):
        if is_of_something_else(" ".join(words[:left_out])):
            return ""
        end = " ".join(words[left_out:])
        if is_known(end) or says_how(end):
            return end
    return ""


def without_remarks(typed: str) -> str:
    """`typed` without lines that a program would skip, and in which no address or value stands; itself where none is left."""
    lines = typed.split("\n")
    if len(lines) < 2 or len(lines) > _MOST_LINES:
        return typed
    kept = [line for line in lines if not _is_remark(line)]
    return "\n".join(kept) if any(map(str.strip, kept)) and len(kept) < len(lines) else typed


def _is_remark(line: str) -> bool:
    if not _REMARK.match(line) or "://" in line:
        return False
    return not any(is_known(match[1].split()[-1]) for match in _LABEL_IN_REMARK.finditer(line[:500]))


def of_link(typed: str) -> Pasted | None:
    """A program's own link that holds an address, its name and its password, as Larix's `larix://set/v1?conn[][url]=…`.

    Around the only one, a sentence may stand.
    """
    links = _LINK.findall(typed) if re.search(r"\s", typed) else [typed]
    if len(links) != 1:
        return None
    typed = links[0]
    scheme, mark, rest = typed.partition("://")
    if not mark or not scheme.isalpha() or "?" not in rest or re.search(r"\s", typed):
        return None
    pairs = (
        parse_qsl(rest.partition("?")[2], max_num_fields=_MOST_LINES) if rest.count("&") < _MOST_LINES else []
    )
    named: list[tuple[str, object, object]] = [
        (re.sub(r".*\[([^\[\]]+)\]\Z", r"\1", name), value, None) for name, value in pairs if "[" in name
    ]
    return of_named(named) if named else None


def without_borders(text: str) -> str:
    """A table of two columns between bars, as Markdown has them, as `label: value`; other text as it is."""
    lines = [line for line in text.split("\n") if line.strip() and not _RULE_OF_TABLE.match(line)]
    rows = [_ROW.match(line) for line in lines] if "|" in text and len(lines) <= _MOST_LINES else []
    if not rows or not all(rows):
        return text
    return "\n".join(
        f"{row['label'].strip('*')}: {row['value'].strip('*`')}" for row in rows if row is not None
    )


def with_colons(text: str) -> str:
    """A copied screen, with each label and its value, beside it in a column or on the line below it, as `label: value`."""
    lines = _of_columns(text.split("\n"))
    text = "\n".join(lines)
    labels = [_label_of_form(line) for line in lines] if len(lines) <= _MOST_LINES else []
    if not any(labels):
        return text
    found: list[str] = []
    number = 0
    while number < len(lines):
        label, value = labels[number], lines[number + 1].strip() if number + 1 < len(lines) else ""
        if label and value and not labels[number + 1] and not re.search(r"\s", value) and value[-1] != ":":
            found.append(f"{label}: {value}")
            number += 1
        else:
            found.append(lines[number])
        number += 1
    return "\n".join(found)


def _of_columns(lines: list[str]) -> list[str]:
    """The lines of a screen whose values stand in a column; as they are where it is no such screen."""
    if len(lines) > _MOST_LINES:
        return lines
    columns = [_COLUMNS.match(line) for line in lines]
    known = {match["label"].lower() for match in columns if match is not None and _is_label(match["label"])}
    if len(known) < _LEAST_LABELS:
        return lines
    return [
        line if match is None else f"{match['label']}: {match['value']}"
        for line, match in zip(lines, columns, strict=True)
    ]


def _is_label(words: str) -> bool:
    return is_known(words) or bool(_label_of_form(words))


def _label_of_form(line: str) -> str:
    """What a line says in English that is a label and nothing else; "" for any other."""
    plain = line.strip().removesuffix("*").strip()
    if not plain or len(plain) > 60 or ":" in plain:
        return ""
    known = _LABELS_OF_FORM.get(plain.lower())
    if known is not None:
        return known
    match = _IN_ENGLISH.match(in_english(f"{plain}: x").removesuffix("x"))
    return match[1].lower() if match else ""


def stream_of_call(text: str) -> str:
    """The stream's name in a program's `ns.publish("…")` or `ns.play("…")`; "" where there is none."""
    match = _PUBLISHED.search(text)
    return (match[1] or match[2]) if match else ""


def has_arguments_of_connect(text: str) -> bool:
    """Whether arguments go to `connect` beside the address: `nc.connect("rtmp://…", "name", "password")`, `conn=S:token`."""
    return _CONNECT.search(text) is not None


def has_destinations_of_server(text: str, starts: Iterable[int]) -> bool:
    """Whether an address at one of `starts` is where a media server, whose settings these are, sends or fetches streams.

    nginx-rtmp, SRS and MediaMTX. The address of that server is none of its settings.
    """
    block = _BLOCK_OF_SERVER.search(text)
    return block is not None and any(
        start > block.start() and _SENT_ON.search(text[max(0, start - 500) : start]) for start in starts
    )


def without_mail_encoding(text: str) -> str:
    """`text` of a mail whose lines are quoted-printable (RFC 2045, section 6.7), decoded; other text as it is."""
    if not _SOFT_BREAK.search(text) or not re.search(r"=3[Dd]", text):
        return text
    return cleaned(quopri.decodestring(text.encode()).decode("utf-8", "replace"))
