"""Application, stream and sign-in behind labels beside an address, as in `Stream key: abcd-1234`. Pure.

What is read is not checked, and linear in the length of the text. All of it but the application is secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fmsdiag.stream_path import looks_like_key, without_bracket

KEY_NAMES = r"stream(?:ing)?[ _-]?key|stream[ _-]?name|stream[ _-]?id|playpath|key|stream(?:[ _-]?[12])?"
APP_NAMES = r"application(?:[ _-]?name)?|app(?:[ _-]?name)?|publishing[ _-]?point"
_WORD_OF_LABEL = r"[\w-]{1,40}[ \t]{0,4}[:=]>?(?:\s|\Z)"
_QUOTED = (
    r"""(?:"(?P<double>[^"\n]{1,256})"|'(?P<single>[^'\n]{1,256})'|“(?P<curly>[^”\n]{1,256})”"""
    r"|`(?P<ticks>[^`\n]{1,256})`|\[(?P<square>[^\[\]\n]{1,256})\](?!\w))"
)


_WORD_OF_KEY = r"[^\s\"'“”,:=<>?]{2,512}(?:\?[^\s\"'“”<>]{0,512})?"
_LISTED_KEY = r"[^\s\"'“”,:;|=<>?()]{2,512}(?:\?[^\s\"'“”<>()]{0,512})?"
"""Where no colon stands in front: it ends where a label could begin, but its parameters have signs of their own."""


def _labeled(names: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?i)(?<![\w-])(?P<label>{names})[\"'”]?[ \t]{{0,4}}(?:(?<=[ \t])is)?[:=]>?(?P<gap>\s{{0,4}})"
        rf"(?:{_QUOTED}|[\"'“]?(?!{_WORD_OF_LABEL})(?P<plain>(?:(?!</?[a-z])[^\s\"'“”,}}])+))"
    )


_KEY, _APP = _labeled(KEY_NAMES), _labeled(APP_NAMES)
_USER, _PASSWORD = _labeled("pubUser"), _labeled("pubPasswd")
_KEY_WITHOUT_COLON = re.compile(
    r"(?i)(?:(?<![\w-])stream(?:ing)?[ _-]?(?:key|name)(?!\s{1,4}is\b)(?![^\n:=]{1,40}[:=]\s)"
    rf"\s{{1,4}}(?P<plain>{_WORD_OF_KEY})"
    rf"|[,;|(][ \t]{{0,4}}(?:key|stream)[ \t]{{1,4}}(?!(?:is|key|name)\b)(?P<listed>{_LISTED_KEY})"
    r"(?=[ \t]{0,4}(?:[,;|)\r\n]|\Z)))"
)
_KEY_IN_SENTENCE = re.compile(
    rf"(?i)(?<![\w-])(?P<label>stream[ _-]?(?:key|name)|key)[ \t]{{1,4}}(?:is\s{{1,4}})?"
    rf"(?:{_QUOTED}|(?P<plain>{_WORD_OF_KEY}))"
)
_APP_WITHOUT_COLON = re.compile(
    rf"(?im)(?:(?<![\w-])(?:{APP_NAMES})(?: name)?(?:[ \t]{{1,4}}(?:is|called|named)){{0,2}}[ \t]{{1,4}}{_QUOTED}"
    rf"|(?:^|[,;|(])[ \t]{{0,4}}(?:{APP_NAMES})(?: name)?[ \t]{{1,4}}(?P<listed>[\w.-]{{1,64}})[ \t]{{0,4}}(?:[,;|)]|$))"
)
"""Where no colon stands, quotation marks or the commas of a list must: "the app is down" names none."""
_KEY_OF_SOMETHING_ELSE = re.compile(
    r"(?i)(?:\A|[^\w])(?:api|public|private|ssh|gpg|licen[cs]e|product|serial|activation|access|encryption|ssl|tls|drm"
    r"|widevine|host|hot|primary|foreign|video|audio|shift)[ \t_-]{1,2}\Z"
)
"""What stands before `key` or `stream` where it is none of the server's."""
_FIRST_OF_TWO = re.compile(r"(?i)(?:\A|[^\w])primary[ \t_-]{1,2}\Z")
"""A primary key is a database's; a primary stream has a backup."""
_KEY_IN_LONG_LABEL = re.compile(
    r"(?i)(?<![\w-])(?P<label>stream[ _-]?key|key)[ \t]{1,4}[^\s:=][^\n:=]{0,40}[:=]>?\s{0,4}(?P<value>[^\s:/]{1,256})(?=\s|\Z)"
)
_NEXT_LABEL = re.compile(r"[\w-]{1,40}(?:[ \t][\w-]{1,40}){0,3}[ \t]{0,4}[:=]>?(?:\s|\Z)")
_SOURCE_OF_LOG = re.compile(r"(?i)(?<!\S)\[[^\[\]\n/=]{0,40}(?<!\w)stream[ \t]?:[ \t]?[^\[\]\n/]{1,80}\]")
_BEGINS_AS_LIST = re.compile(r"\s{0,8}(?!(?:rtm|http)[a-z]{0,4}://)[A-Za-z][\w -]{0,30}[=:]")
_NEXT_OF_LIST = re.compile(
    rf"(?i);(?=(?:{KEY_NAMES}|{APP_NAMES}|user(?:[ _-]?name)?|login|pass(?:word|wd)?|pwd|port)[=:])"
)
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{2})")


class Labeled(NamedTuple):
    """What was found; "" and None for what was not."""

    application: str = ""
    stream: str = ""
    login: tuple[str, str] | None = None


def read_labeled(around: str) -> Labeled:
    """What the labels in the text around an address say. Raises nothing."""
    user = _found(_USER, around)
    return Labeled(
        _found(_APP, around) or _value(_APP_WITHOUT_COLON.search(around)),
        _key_of_labels(around) or _key_of_sentence(around) or _value(_KEY_WITHOUT_COLON.search(around)),
        (user, _found(_PASSWORD, around)) if user else None,
    )


def has_unread_key(around: str) -> bool:
    """Whether a label with more words than these speaks of a key, as in `Stream key for today: abcd-1234`."""
    for match in _KEY_IN_LONG_LABEL.finditer(around):
        before = around[max(0, match.start() - 24) : match.start()]
        is_other = match["label"].lower() == "key" and _KEY_OF_SOMETHING_ELSE.search(before)
        if not is_other and looks_like_key(match["value"].strip("\"'`.,;")):
            return True
    return False


def without_sources(text: str) -> str:
    """`text` without the brackets by which a log names the output that a line is of: `[rtmp stream: 'simple_stream']`.

    OBS writes one in front of each message; what it holds is a name inside the program, and no stream of the server.
    """
    return _SOURCE_OF_LOG.sub(" ", text) if "[" in text else text


def with_spaces(text: str) -> str:
    """`Server=rtmp://…;Key=…;Password=…` with a space at each next name: they are no parameters of the path.

    Only of a text that begins with a name itself: an address may have parameters with such names.
    """
    return _NEXT_OF_LIST.sub(" ; ", text) if ";" in text and _BEGINS_AS_LIST.match(text) else text


def _found(pattern: re.Pattern[str], around: str) -> str:
    """The value of the first such label that has one and is not another thing's."""
    return next(_all_found(pattern, around), "")


def _key_of_labels(around: str) -> str:
    """The key: where labels have several values, such as a title and a key, the first one that looks like a key."""
    found = list(_all_found(_KEY, around))
    return next(filter(looks_like_key, found), found[0] if found else "")


def _all_found(pattern: re.Pattern[str], around: str) -> Iterator[str]:
    position = 0
    while (match := pattern.search(around, position)) is not None:
        position = match.end("gap")
        if not _is_other(match, around):
            value = _value(match)
            if match["plain"] is not None and around[match.end() : match.end() + 1] in (" ", "\t"):
                value = value.rstrip(".!?")  # another sentence follows on the line
            position = match.end()
            said_none = match["plain"] is not None and value[:1] == "("
            if "://" not in value and not said_none:
                yield _unescaped(value)


def _is_other(match: re.Match[str], around: str) -> bool:
    """Whether the label is of something else, or what follows on the next line is a label of several words itself."""
    if "\n" in match["gap"] and _NEXT_LABEL.match(around, match.end("gap")):
        return True
    label, before = match["label"].lower(), around[max(0, match.start() - 24) : match.start()]
    if label == "stream" and _FIRST_OF_TWO.search(before):
        return False
    return label in ("key", "stream") and _KEY_OF_SOMETHING_ELSE.search(before) is not None


def _key_of_sentence(around: str) -> str:
    """The key in "the stream key is abcd-1234", and in "key abcd-1234"; none in "the stream key is wrong"."""
    for match in _KEY_IN_SENTENCE.finditer(around):
        value = _value(match).rstrip(".;!?")
        before = around[max(0, match.start() - 24) : match.start()]
        is_other = match["label"].lower() == "key" and _KEY_OF_SOMETHING_ELSE.search(before)
        if not is_other and (match["plain"] is None or looks_like_key(value)):
            return value
    return ""


def _value(match: re.Match[str] | None) -> str:
    """What stands behind a label, with the spaces that its quotation marks hold together."""
    if match is None:
        return ""
    values = {name: value for name, value in match.groupdict().items() if name not in ("label", "gap")}
    value = next(filter(None, values.values()), "")
    if not any(character.isalnum() for character in value):
        return ""
    is_plain = value in (values.get("plain"), values.get("listed"))
    if not is_plain:
        return value
    return without_bracket(value.rstrip(";"), match.string[max(0, match.start() - 200) : match.start()])


def _unescaped(value: str) -> str:
    r"""librtmp writes a space as \20."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
