"""What programs write around an address: links of chats, character references, XML, and parameters of web pages. Pure.

Nothing is checked here, and everything is linear in the length of the text.
"""

from __future__ import annotations

import html
import re
from itertools import pairwise
from urllib.parse import unquote

_PLAIN = r"[^\[\]()<>|\s]"
_LINKED = rf"{_PLAIN}{{0,300}}(?:\[[0-9A-Fa-f:.%]{{2,60}}\])?{_PLAIN}{{1,2048}}"
_LINKS = (
    re.compile(rf"\[({_LINKED})\]\(({_LINKED})\)"),  # Markdown
    re.compile(rf"<({_LINKED})\|({_LINKED})>"),  # Slack
    re.compile(rf"\[({_LINKED})\|({_LINKED})\]"),  # Jira
)
_NAME_OF_SERVER = re.compile(r"(?i)(?:[\w-]{1,63}\.){1,10}[\w-]{1,63}(?::[0-9]{1,6})?|[\w-]{1,63}:[0-9]{1,6}")
_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos|nbsp|sol|bsol|colon|semi|period|comma|quest|equals|num"
    r"|commat|percnt|plus|lowbar|hyphen|dash|ndash|excl|dollar|ast|lpar|rpar|lsqb|rsqb|lbrack|rbrack|Tab|NewLine);"
)
_ELEMENT = re.compile(
    r"<([A-Za-z][\w:.-]{0,40})(?:\s[^<>]{0,200})?>(?:<!\[CDATA\[([^<>]{1,1024})\]\]>|([^<>]{1,1024}))</\1\s{0,9}>"
)
_TAG = re.compile(r"<[/?!]?[A-Za-z][^<>]{0,200}>")
_VALUE_OUTSIDE = re.compile(r"://|[:=]\s{0,8}[^\s:=]")
_MEDIA = r"(?:rtmp(?:e|s|te|ts|t)?|rtmfp)"
_WORDS = re.compile(r"([\s\"'<>`“”„«»]+)")
_PARAMETER = re.compile(
    rf"(?i)(?:\A|(?<=[?&;(]))[\w.\[\]%-]{{1,60}}=({_MEDIA}(?:://|%3a%2f%2f|%3a//)[^&]{{1,2048}})(?=(&[\w.\[\]%-]{{1,60}}=)?)"
)
_STREAMER = re.compile(rf"(?i)(?<![^?&=])streamer=({_MEDIA}(?:://|%3a%2f%2f)[^&?]{{1,2048}})")
_FILE = re.compile(r"(?i)(?<![^?&=])file=([^&]{1,512})")
_NAME_OF_FILE = re.compile(r"[\w.:/+-]{1,256}(?<!/)")
_OF_MEDIA = re.compile(rf"(?i){_MEDIA}://")
_PAGE = re.compile(r"(?i)\A[a-z][a-z0-9+.-]{1,20}://|\.(?:html?|php|aspx?|jsp|swf|cgi)\?|\A/?\?|\A[^/?]*\Z")
"""In front of a parameter: a page, a program's own link, or only other parameters; `host/app?` may be the server."""
_INLINE_TAG = re.compile(
    r"(?i)</?(?:b|strong|i|em|u|code|span|font|kbd|tt|small|mark|samp)(?:\s[^<>]{0,200})?/?>"
)
_ROW_OF_HTML = re.compile(
    r"(?i)<(?:t[dh]|dt)(?:\s[^<>]{0,200})?>\s{0,9}(?:<(?:b|strong)>)?([A-Za-z][\w -]{0,40}):?(?:</(?:b|strong)>)?\s{0,9}"
    r"</(?:t[dh]|dt)>\s{0,9}<(?:td|dd)(?:\s[^<>]{0,200})?>"
)
_ROW_OF_MARKDOWN = re.compile(
    r"(?m)^[ \t>]{0,8}\|[ \t]{0,8}[*`]{0,2}([A-Za-z][\w -]{0,40})(?<! )[*`:]{0,3}[ \t]{0,20}\|[ \t]{0,20}"
)
_EMPHASIZED_LABEL = re.compile(
    r"(?<![\w*/=:.?&])(\*{1,2}|__?)([^\W\d_][\w /-]{0,40})(:)?\1(?(3)|(?=[ \t]{0,4}[:=]))"
)
_EMPHASIZED_VALUE = re.compile(r"([:=][ \t]{0,4})(\*{1,2})([^\s*]{1,256})\2(?=[\s.,;]|\Z)")
_REMARK = re.compile(r"(?<=\w)[ \t]{0,4}[(（][^()（）\n:/0-9]{1,60}[)）](?=[\"'”»]?[ \t]{0,4}[:：=])")
_LABEL = r"(?:(?:rtmp|stream(?:ing)?|server|app|user)[ _-]?)?(?:key|name|server|url|app(?:lication)?|user|password|port|host)"
_ARROW = re.compile(
    rf"(?im)((?:^|(?<=[,;|·—–]))[ \t>*•-]{{0,8}}{_LABEL})[ \t]{{1,4}}(?:–|—|-)[ \t]{{1,4}}"
    rf"|((?:^|(?<=[\s,;|]))[>*•]{{0,2}}{_LABEL})[ \t]{{0,4}}(?:→|⇒|➜|->)[ \t]{{0,4}}"
)
"""A label whose value follows behind an arrow or, on a line of its own or behind another dash, a dash."""
_LABEL_IN_BRACKETS = re.compile(rf"(?i)(?<![^\s,;])\(({_LABEL})\)[ \t]{{1,4}}(?=\S)")
_NUMBERED = re.compile(r"(?m)^[ \t]{0,8}[1-9][0-9]?[.)][ \t]{1,8}(?=\S)")
_VALUES_OF_PLIST = ("string", "integer")


def without_references(text: str) -> str:
    """`text` with character references such as `&amp;` and `&#x2F;` decoded once; `&` in a query is none."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def without_decoration(text: str) -> str:
    """Labels and their values without what HTML, Markdown and people put around them; a table's rows as `label: value`.

    `<b>Key</b>: <i>abcd</i>`, `**Key:** abcd`, `| Key | abcd |`, and `Key (keep it secret): abcd` all become `Key: abcd`.
    """
    if "<" in text:
        text = _INLINE_TAG.sub(" ", _ROW_OF_HTML.sub(r" \1: ", text))
    if "|" in text:
        text = _ROW_OF_MARKDOWN.sub(r"\1: ", text)
    if "*" in text or "_" in text:
        text = _EMPHASIZED_VALUE.sub(r"\1\3", _EMPHASIZED_LABEL.sub(r"\2\3", text))
    if len(_NUMBERED.findall(text)) > 1:
        text = _NUMBERED.sub("", text)
    return _LABEL_IN_BRACKETS.sub(r"\1: ", _ARROW.sub(r"\1\2: ", _REMARK.sub("", text)))


def without_links(text: str) -> str:
    """Links as the addresses that they are made of: one where what is shown is where they lead, else both."""
    if "](" in text or "|" in text:
        for pattern in _LINKS:
            text = pattern.sub(_ends_of_link, text)
    return text


def without_pages(text: str) -> str:
    """The addresses in the parameters of web pages and players, in place of these: `player.html?streamer=rtmp://…&file=…`.

    Where such an address has a query of its own that is not encoded, its end cannot be told, and the text stays.
    """
    if "=" not in text or not re.search("rtm", text, re.IGNORECASE):
        return text
    return "".join(_addresses_of_page(word) for word in _WORDS.split(text))


def _addresses_of_page(word: str) -> str:
    if (called := _of_jw_player(word)) is not None:
        return called
    found = list(_PARAMETER.finditer(word))
    head = word[: found[0].start()] if found else ""
    if not found or _OF_MEDIA.search(head) or not _PAGE.search(head):
        return word
    is_page = "?" in head
    addresses: list[str] = []
    for match in found:
        is_encoded = "%3a" in match[1][:9].lower()
        if not is_encoded and not is_page and not match[2]:
            return word  # one label and its value
        if not is_encoded and "?" in match[1] and match[2]:
            return word
        addresses.append(unquote(match[1]) if is_encoded else match[1])
    return " ".join(addresses)


def _of_jw_player(word: str) -> str | None:
    """`streamer=rtmp://…&file=NAME` as address and stream, in any order and encoding; none where it is something else."""
    plain = unquote(word) if "streamer%3d" in word.lower() else word
    streamer, file = _STREAMER.search(plain), _FILE.search(plain)
    if streamer is None or file is None:
        return None
    name = unquote(file[1])
    if not _NAME_OF_FILE.fullmatch(name):
        return None
    return f"{unquote(streamer[1])} stream: {name} "


def _ends_of_link(match: re.Match[str]) -> str:
    first, second = match[1], match[2]
    if "://" not in first and "://" not in second:
        return match[0]
    if "://" in first and "://" in second:
        return f"{first} " if first.rstrip("/") == second.rstrip("/") else f"{first} {second} "
    shown, address = (second, first) if "://" in first else (first, second)
    scheme, _, place = address.partition("://")
    name = shown.partition("/")[0]
    if _NAME_OF_SERVER.fullmatch(name) and not _is_of(name, place):
        return f"{address} {scheme}://{shown} "
    return f"{address} "


def _is_of(name: str, place: str) -> bool:
    """Whether that is the server of what stands behind a scheme; its port may be left out."""
    authority = place.partition("/")[0].rpartition("@")[2].lower()
    return name.lower() in (authority, authority.rpartition(":")[0])


def elements(text: str) -> list[tuple[str, str]] | None:
    """Names and texts of XML's innermost elements, references decoded; none where values stand outside of them, too.

    In a property list, names are the texts of `key`.
    """
    if "</" not in text:
        return None
    found = [
        (match[1].rpartition(":")[2], (match[2] or html.unescape(match[3])).strip())
        for match in _ELEMENT.finditer(text)
    ]
    rest = _ELEMENT.sub(" ", text)
    if (
        not found
        or any("://" in tag[0] and "xmlns" not in tag[0] for tag in _TAG.finditer(rest))
        or any("://" in match[0].partition(">")[0] for match in _ELEMENT.finditer(text))
        or _VALUE_OUTSIDE.search(_TAG.sub(" ", rest))
    ):
        return None
    if not any(name in _VALUES_OF_PLIST for name, _ in found):
        return found
    return [
        (value, following)
        for (name, value), (kind, following) in pairwise(found)
        if name == "key" and kind in _VALUES_OF_PLIST
    ]
