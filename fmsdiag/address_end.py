"""Where a pasted address ends in text of other scripts, which may put no space behind it, and labels in their languages.

Pure, and linear in the length of the text. What a label is followed by is a secret.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum, auto

from fmsdiag.found_address import path_of
from fmsdiag.stream_path import looks_like_key

MARK = "，"
"""What separated() writes behind an address, whatever mark stood there."""

_KEYS = (
    r"(?:串流|推流|直播)?(?:密钥|密鑰|金鑰|密匙|秘钥)|推流码|推流碼|流密钥|流密鑰|串流碼|串流码"
    r"|(?:ストリーム|配信)[ \t]?キー|キー|(?:스트림|스트리밍|방송)[ \t]?키|키"
    r"|مفتاح[ \t](?:ال)?بث|المفتاح|مفتاح|ключ[ \t](?:потока|трансляции)|ключ|स्ट्रीम[ \t]कुंजी|कुंजी"
)
_PASSWORDS = (
    r"密码|密碼|口令|パスワード|пароль|парола|비밀번호|암호|كلمة[ \t](?:المرور|السر)|סיסמה"
    r"|κωδικός(?:[ \t]πρόσβασης)?|รหัสผ่าน|पासवर्ड"
)
_USERS = (
    r"用户名?|用戶名?|使用者名稱|账号|帳號|账户名?|帳戶名?|ユーザー(?:名|[ \t]?ID)|アカウント名?"
    r"|имя[ \t]пользователя|пользователь|логин|уч[её]тная[ \t]запись|логін|ім['’]я[ \t]користувача"
    r"|사용자[ \t]?(?:이름|명|ID)|아이디|계정|اسم[ \t]المستخدم|שם[ \t]משתמש|όνομα[ \t]χρήστη|ชื่อผู้ใช้"
    r"|उपयोगकर्ता[ \t]नाम|потребител(?:ско[ \t]име)?"
)
_APPLICATIONS = r"应用(?:名称?|程序)?|應用(?:程式)?|アプリ(?:ケーション)?名?|приложение|애플리케이션"
_LABELED = re.compile(
    rf"(?i)(?<![?&/=])(?<![^\W\x00-\x7f])(?:(?P<key>{_KEYS}|(?<![!-~])(?:stream[ \t_-]?)?key)"
    rf"|(?P<password>{_PASSWORDS})|(?P<user>{_USERS})"
    rf"|(?P<app>{_APPLICATIONS}))[”\"』」]?[ \t]{{0,4}}(?:[:：=＝﹕]|是[:：]?|为[:：]?|為[:：]?|は[、:：]?)\s{{0,4}}"
    r"[“\"「『]?(?P<value>[!#-+\--:<-~]{1,512})"
)
_CHINESE_LABELED = re.compile(
    r"(?<![?&/=_-])(?P<key>(?:串流|推流|直播)?(?:密钥|密鑰|金鑰|密匙|秘钥)|推流码|推流碼)"
    r"[ \t]{0,4}(?:[:：=＝﹕]|[是为為][:：]?)?\s{0,4}"
    r"[“\"「『]?(?P<value>[!#-+\--:<-~]{1,512})"
)
"""Chinese is written without spaces, so that words may stand in front of the label."""
_SERVER = re.compile(
    r"(?m)^([ \t]*)(?:(?:推流|直播|串流)?(?:服务器|伺服器)(?:地址)?|(?:推流|串流|直播)?地址|サーバー|сервер|адрес|서버)"
    r"[ \t]{0,4}[:：][ \t]{0,4}(?=[A-Za-z0-9])",
    re.IGNORECASE,
)
_LATIN = {"key": "stream key", "password": "password", "user": "user", "app": "app"}

_ADDRESS = re.compile(r"(?i)(?<![a-z0-9+./-])((?:rtmp(?:e|s|te|ts|t)?|rtmfp)://)[^\s<>\"`“”„«»（）【】]+")
_SERVER_ALONE = re.compile(r"(?m)(?:^[ \t]{0,16}|: )()(?=[A-Za-z0-9-]{1,63}[.:])[^\s<>\"`“”„«»（）【】]+")
_PARTNERS = {"‘": "’", "‚": "‘", "‹": "›", "「": "」", "『": "』", "＂": "＂", "‛": "’"}
_DOTS = "。．｡"
_BREAKS = "，、；：。｡،؛।॥‚︰﹐﹔﹕؍"
"""Marks behind which a clause or a list goes on: a key may follow."""
_WITHOUT_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005\u3040-\u30ff\u3100-\u318f\u3400-\u9fff\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_SCRIPT_CHANGES = re.compile(rf"[A-Za-z0-9][,;:!]?[{_WITHOUT_SPACES}]")
_NEXT = re.compile(r"(?i)(?:rtmp[a-z]{0,2}|rtmfp|https?)://")
_VISIBLE_ASCII = re.compile(r"[!-~]*")

USUAL_APPLICATIONS = frozenset({"live", "live2", "app", "rtmp", "vod", "stream", "ingest", "publish"})
OF_LIBRTMP = re.compile(r"[A-Za-z](?:-?\w){0,30}=")
_CLOSING_QUOTES = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”“",
    "„": "“”",
    "‟": "”",
    "«": "»",
    "‹": "›",
    "‘": "’",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    "＂": "＂",
}
"""Quotation marks, which may hold an address with a space together."""
_APPLICATION_AT_LINE_END = re.compile(
    r"(?im)(?<![\w+.-])((?:rtmp(?:e|s|te|ts|t)?|rtmfp)://[^\s/]{1,300}/)[ \t]{1,8}([\w.-]{1,64})(?=[ \t]{0,8}\r?$)"
)
_NEAR = 1024  # characters


class Unclear(Enum):
    """Why it cannot be told where an address ends."""

    END = auto()
    KEY = auto()  # what looks like a stream key, behind a mark that is no slash


def is_mark(character: str) -> bool:
    """Whether a character is punctuation or a symbol of another script: names of applications and keys have none."""
    return not character.isascii() and unicodedata.category(character) in (
        "Po", "Pd", "Ps", "Pe", "Pi", "Pf", "Sm", "So",
    )  # fmt: skip


_PORT = re.compile(
    r"(?im)^[ \t>*•-]{0,8}(?:порт|ポート(?:番号)?|端口号?|連接埠|通訊埠|埠|포트(?:[ ]번호)?|พอร์ต|(?:رقم )?المنفذ|منفذ|פורט"
    r"|πόρτα|θύρα|पोर्ट|cổng)"
    r"[ \t]{0,4}[:：=][ \t]{0,4}(?=[0-9]{1,5}(?![0-9.:]))"
)
"""A port on a line of its own."""


def separated(typed: str) -> tuple[str, Unclear | None]:
    """The text with Latin labels, and a space behind each address that a mark of another script follows."""
    if typed.isascii():
        return typed, None
    typed = _LABELED.sub(_in_latin, typed)
    typed = _CHINESE_LABELED.sub(_chinese_in_latin, typed)
    typed = _PORT.sub("Port: ", _SERVER.sub(r"\1Server: ", typed))
    pattern = _ADDRESS if "://" in typed else _SERVER_ALONE
    parts: list[str] = []
    done = 0
    for match in pattern.finditer(typed):
        if match.start() < done:
            continue
        before = typed[match.start() - 1] if match.start() else ""
        start = match.end(1)
        end, unclear = _end(typed[start : match.end()], before)
        if unclear is not None:
            return typed, unclear
        if end is None:
            continue
        tail = typed[start + end : match.end()]
        following = tail.lstrip("".join(c for c in set(tail) if is_mark(c)))
        key = _VISIBLE_ASCII.match(following)
        parts += [typed[done : start + end], f" {MARK} "]
        done = match.end() - len(following)
        if key and key[0] and not _NEXT.match(following):
            parts += [key[0], " "]
            done += len(key[0])
        elif (another := _NEXT.search(following)) is not None:
            parts += [following[: another.start()], " "]
            done += another.start()
    return "".join(parts) + typed[done:], None


def _in_latin(match: re.Match[str]) -> str:
    kind = next(kind for kind in _LATIN if match[kind])
    if match["value"].lower().startswith(("rtmp", "http")) and "://" in match["value"]:
        return match[0]
    return f" {_LATIN[kind]}: {match['value']} "


def _chinese_in_latin(match: re.Match[str]) -> str:
    has_colon = re.search("[:：=＝﹕是为為]", match[0][: match.start("value") - match.start()]) is not None
    value = match["value"]
    if "://" in value or not (has_colon or looks_like_key(value)):
        return match[0]
    return f" {_LATIN['key']}: {value} "


def _end(run: str, before: str) -> tuple[int | None, Unclear | None]:
    """How much of what stands behind the scheme is the address; none for all of it."""
    authority = run.partition("/")[0]
    path = run[len(authority) + 1 :]
    at = authority.rfind("@")
    first = next(
        (
            index
            for index, character in enumerate(run)
            if is_mark(character) and not _is_dot(run, index, len(authority))
        ),
        None,
    )
    place = run if first is None else run[:first]
    if _changes_script(place, prose=first is not None or (before.isalpha() and not before.isascii())):
        return None, Unclear.END
    if first is None or run[first] == _PARTNERS.get(before):
        return None, None
    if first < at:
        return None, Unclear.END
    following = run[first:].lstrip("".join(c for c in set(run) if is_mark(c)))
    if _NEXT.match(following) or not following:
        return first, None
    if not following[0].isascii():
        following = _NEXT.split(following, maxsplit=1)[0]
        return (None, Unclear.END) if "/" in following else (first, None)
    word = _VISIBLE_ASCII.match(following)
    if first > len(authority) and path and word and looks_like_key(word[0].rstrip(".,;!?")):
        is_key = run[first] in _BREAKS and "/" not in following and "?" not in run
        return (first, None) if is_key else (None, Unclear.KEY)
    return None, Unclear.END


def _is_dot(run: str, index: int, end: int) -> bool:
    """Whether it is a dot between the labels of a server's name."""
    return index < end and run[index] in _DOTS and run[index + 1 : index + 2].isalnum()


def _changes_script(place: str, *, prose: bool) -> bool:
    """Whether letters of a script without spaces follow directly on the server's name, the application, or the stream."""
    authority, slash, path = place.partition("?")[0].partition("/")
    if not slash:
        return _is_glued(authority.rpartition(".")[2])
    segments = [segment for segment in path.split("/") if segment]
    checked = segments[:1] + (segments[-1:] if prose else [])
    return any(_is_glued(segment) for segment in checked)


def _is_glued(segment: str) -> bool:
    change = _SCRIPT_CHANGES.search(segment)
    return change is not None and segment[: change.start()].isascii()


def rest_in_quotes(typed: str, start: int, end: int) -> str:
    """What stands in the same quotation marks as an address, behind it on its line; "" where it stands in none."""
    rest = typed[end : end + _NEAR].partition("\n")[0]
    place = end_of_quotes(typed[start - 1], rest) if start else -1
    return rest[:place] if place > 0 and rest[0] in " \t" else ""


def end_of_quotes(opening: str, text: str) -> int:
    """Where quotation marks end in `text` that began with `opening`; -1 where they do not, or where it is none."""
    places = [place for mark in _CLOSING_QUOTES.get(opening, "") if (place := text.find(mark)) >= 0]
    return min(places, default=-1)


def application_behind_space(address: str, rest: str) -> str:
    """The part of `rest` that the quotation marks make a part of the address: `rtmp://host/my app/key`."""
    words = rest.split()
    is_path = len(words) == 1 and "/" in words[0][1:] and words[0][0] not in "/:?"
    return (
        rest if is_path and path_of(address) and not OF_LIBRTMP.match(words[0]) and "?" not in address else ""
    )


_TITLE = re.compile(
    r"[ \t](?:[A-Z][\w-]{0,30}|[0-9]{1,6})(?:[ \t]{1,2}(?:[A-Z][\w-]{0,30}|[0-9]{1,6})){1,3}[ \t]{0,8}(?:[\r\n]|\Z)"
)


def goes_on_as_title(rest: str) -> bool:
    """Whether the words behind an address, up to the line's end, are written as a name is: `…/live/My Cam 1`."""
    return _TITLE.match(rest) is not None


def may_go_on(path: str, word: str) -> bool:
    """Whether a word behind a space may belong to the name of the application, rather than be a stream."""
    if not path or "/" in path or looks_like_key(word.partition("/")[0]) or looks_like_key(path):
        return False
    usual = path.lower() in USUAL_APPLICATIONS
    return not usual or "/" in word or word.lower() in USUAL_APPLICATIONS


def with_application_behind_slash(typed: str) -> str:
    """`rtmp://host/ live` at the end of a line without the space; a key stays apart."""
    return _APPLICATION_AT_LINE_END.sub(
        lambda match: match[0] if looks_like_key(match[2]) else match[1] + match[2], typed
    )
